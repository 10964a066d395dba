"""Generated C compiled and run for tests, as programs of their own: under sanitizers, at any width of vectors."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from tncc.backends.c.emit import CFiles, Type, c_files
from tncc.backends.c.naming import caller
from tncc.backends.c.self_test import Example, checking_program
from tncc.ir.network import Network
from tncc.ir.plan import Plan, Training
from tncc.machines import builtin_machine
from tncc.planning.kernels import kernel_plan, kernel_planner, saving_training

COMPILER = os.environ.get("CC") or shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")

needs_compiler = pytest.mark.skipif(COMPILER is None, reason="there is no C compiler")

WIDTHS = (0, 16, 32, 64)
"""The bytes of a vector; 0 stands for plain numbers."""

FEATURES = {32: ("avx2", "fma"), 64: ("avx512f",)}
"""The instructions that a width is made for. Compilers make do without them, so that all widths are tested anywhere."""

SANITIZERS = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
"""Any read or write outside of an array and anything undefined ends the program."""

APART = "-DTNCC_INLINE=static inline __attribute__((unused))"
"""Functions stay functions: compiled in a tenth of the time, and slow."""

STRICT = ("-std=c11", "-Wall", "-Wextra", "-Werror", "-Wno-unknown-pragmas")


@cache
def processor() -> frozenset[str]:
    """The instruction sets of this machine."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return frozenset()
    return frozenset(word for line in lines if line.startswith("flags") for word in line.split())


def width_flags(width: int) -> tuple[str, ...]:
    """The flags for vectors of so many bytes."""
    has_all = processor().issuperset(FEATURES.get(width, ()))
    return (
        f"-DTNCC_VECTOR_BYTES={width}",
        "-Wno-psabi",
        *(f"-m{feature}" for feature in FEATURES.get(width, ()) if has_all),
    )


def planned(network: Network, rows: Sequence[int] = (1, 32)) -> tuple[Plan, tuple[Training, ...]]:
    """The programs that a kernel is made of, and those for training that save what pays."""
    planner = kernel_planner(network, builtin_machine(), tuple(rows))
    return kernel_plan(planner), saving_training(planner)


def files_of(network: Network, dtype: Type = "float64") -> CFiles:
    """The C file and its header; raises Failure where there is no kernel."""
    plan, saved = planned(network)
    return c_files(network, plan, "1.2.3", dtype, saved)


def has_backward(files: CFiles) -> bool:
    """Whether a kernel has gradients."""
    return f" {files.stem}_backward(" in files.header


def compiled(folder: Path, *arguments: str) -> None:
    """Run the compiler in a folder, where the texts lie."""
    assert COMPILER is not None
    done = subprocess.run([*COMPILER.split(), *arguments, "-lm"], cwd=folder, capture_output=True, text=True)
    assert not done.returncode, done.stderr[:4000]


def ran(folder: Path, program: str = "./check") -> str:
    """What a program prints; it has to end well."""
    # Threads and address spaces of containers confuse the search for leaks; every array is freed by the program itself.
    environment = os.environ | {"ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "print_stacktrace=1"}
    done = subprocess.run([program], cwd=folder, capture_output=True, text=True, env=environment, timeout=600)
    assert not done.returncode, (done.stdout + done.stderr)[:4000]
    return done.stdout


def check(folder: Path, network: Network, files: CFiles, examples: Sequence[Example], dtype: Type, *flags: str) -> None:
    """A kernel gives what examples expect of it, in a program of its own."""
    write(folder, files, checking_program(caller(network), examples, dtype, "kernel.h", files.saves))
    compiled(folder, *STRICT, *flags, "kernel.c", "check.c", "-o", "check")
    assert ran(folder) == "passed\n"


def write(folder: Path, files: CFiles, check: str) -> None:
    """The texts of a kernel and of its checking program."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("kernel.c", files.code), ("kernel.h", files.header), ("check.c", check)):
        (folder / name).write_text(text, encoding="ascii")

"""The C compiler of this machine: which it is, what it can do, and how it is run."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tncc.backends.c.parts import PARTS, parts_of
from tncc.diagnostics.kernel_kinds import NoCompiler, NotBuilt
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.span import Span

USUAL = ("cc", "gcc", "clang")

BASE = ("-std=c11", "-O3", "-ffp-contract=fast", "-fPIC")
"""With -O2 the loops around tiles, which pack and apply functions, take up to half as long again."""

WISHES = (("-march=native",), ("-fopenmp",), ("-fno-math-errno",), ("-fno-trapping-math",))
"""What is used where the compiler has it: this machine's instructions, threads, functions without side effects, and
both sides of a choice computed, so that choices can be made in vectors."""

LONG = 40_000
"""Characters of C from which on parts are compiled at once."""

LIMIT_S = 300
"""A compiler that takes longer has hung."""

SHORT_S = 60
"""As long may it take to say what it is, and for next to nothing."""

PLACE = Span("--build", 0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Compiler:
    """A command and its flags, and what it says of its version and target."""

    command: tuple[str, ...]
    flags: tuple[str, ...]
    version: str


def find_compiler() -> Compiler:
    """The compiler that `CC` names, else the usual ones; raises CompileError where there is none."""
    return _compiler(os.environ.get("CC", ""))


def has_compiler() -> bool:
    """Whether there is a compiler."""
    named = os.environ.get("CC", "").strip()
    if named:
        return shutil.which(_words(named)[0]) is not None
    return any(shutil.which(name) for name in USUAL)


def _words(named: str) -> tuple[str, ...]:
    """A command and its arguments, as a shell would take them apart; the whole text where it couldn't."""
    try:
        return tuple(shlex.split(named))
    except ValueError:  # a quotation mark without its partner
        return (named,)


@cache
def _compiler(named: str) -> Compiler:
    command = _words(named) if named.strip() else _usual()
    try:
        found = _started([*command, "--version"], SHORT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise compile_error([NoCompiler(PLACE, f"`{command[0]}` cannot be started ({_reason(error)})")]) from None
    if found.returncode:
        raise compile_error([NoCompiler(PLACE, f"`{command[0]} --version` fails")])
    flags = [*BASE]
    for wish in WISHES:
        if _works(command, (*flags, *wish)):
            flags += wish
    return Compiler(command, tuple(flags), found.stdout.strip())


def _usual() -> tuple[str, ...]:
    for name in USUAL:
        path = shutil.which(name)
        if path is not None:
            return (path,)
    raise compile_error([NoCompiler(PLACE, f"none of {', '.join(USUAL)} is there")])


def _works(command: Sequence[str], flags: Sequence[str]) -> bool:
    """Whether the compiler makes a library of next to nothing with some flags."""
    with tempfile.TemporaryDirectory(prefix="tncc-") as folder:
        source = Path(folder) / "nothing.c"
        source.write_text("int nothing(void) { return 0; }\n", encoding="ascii")
        target = str(source.with_suffix(".so"))
        try:
            found = _started([*command, *flags, "-shared", str(source), "-o", target], SHORT_S)
        except (OSError, subprocess.TimeoutExpired):
            return False
        return found.returncode == 0 and not found.stderr.strip()


def _started(command: Sequence[str], limit_s: float) -> "subprocess.CompletedProcess[str]":
    """A command that has run; what it says may have any bytes, those of a file's name, say."""
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=limit_s, check=False)


def build(compiler: Compiler, source: Path, target: Path) -> None:
    """Make a shared library of a C file; raises CompileError with the compiler's first complaint.

    A long file that has parts is compiled part by part at once, where there are processors for it, with objects beside
    the library for as long as that takes.
    """
    # Whole paths, since compilers take `-x.c` for an option and `@x.c` for a file of options.
    source, target = source.absolute(), target.absolute()
    code = source.read_text(encoding="ascii")
    parts = parts_of(code, _processors()) if len(code) >= LONG else []
    if len(parts) < 2:
        _run(compiler, "-shared", str(source), "-o", str(target), "-lm")
    else:
        _build_parts(compiler, parts, source, target)
    if not target.exists():
        raise compile_error([NotBuilt(PLACE, compiler.command[0], "it made no library, and says nothing of it")])


def _build_parts(compiler: Compiler, parts: Sequence[int], source: Path, target: Path) -> None:
    objects = {part: str(target.with_suffix(f".{part}.o")) for part in parts}
    with ThreadPoolExecutor(len(parts)) as pool:
        made = [
            pool.submit(_run, compiler, "-c", f"-D{PARTS}={part}", str(source), "-o", objects[part]) for part in parts
        ]
        for one in made:
            one.result()
    _run(compiler, "-shared", *objects.values(), "-o", str(target), "-lm")
    for path in objects.values():
        Path(path).unlink(missing_ok=True)


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _run(compiler: Compiler, *arguments: str) -> None:
    command = [*compiler.command, *compiler.flags, *arguments]
    try:
        found = _started(command, LIMIT_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise compile_error([NotBuilt(PLACE, compiler.command[0], _reason(error))]) from None
    if found.returncode:
        raise compile_error([NotBuilt(PLACE, compiler.command[0], first_complaint(found.stderr))])


def first_complaint(text: str) -> str:
    """The first line that names an error, or the first one at all; that a linker fails is no reason for it."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    lines = [line for line in lines if not line.startswith("collect2")] or lines
    return next((line for line in lines if "error" in line.lower()), lines[0] if lines else "it says nothing")


def _reason(error: Exception) -> str:
    if isinstance(error, subprocess.TimeoutExpired):
        return f"it took longer than {error.timeout:.0f} s"
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)

"""Every kernel of the benchmark's suite agrees with the references, and touches no memory but its own."""

from pathlib import Path

import pytest

from benchmarks.suite.networks import CASES, Case
from tests.backends.c.building import (
    APART,
    SANITIZERS,
    STRICT,
    WIDTHS,
    compiled,
    needs_compiler,
    ran,
    width_flags,
    write,
)
from tncc.backends.c.emit import Type

LARGE = ("MPO 8·8·12→12·16·16 χ64", "MPO 16³→16³ χ16", "MPO 40²→80² χ64", "MPO 40²→80² χ256")
"""So many operations that compiling them well takes less time than running them unoptimised."""


WIDE = (*LARGE, "Ring 4·8·8·4→8·8·8·8 χ6")
"""So many operations that they are done sixteen at a time; for the others the width of vectors changes."""


@needs_compiler
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_kernels_agree_with_the_references(case: Case, tmp_path: Path) -> None:
    kernel = case.compiled((1, 32))
    files = kernel.c_files("float32")
    write(tmp_path, files, kernel.c_test("kernel.h", "float32"))
    width = width_flags(64 if case.name in WIDE else WIDTHS[CASES.index(case) % len(WIDTHS)])
    flags = ("-O2",) if case.name in LARGE else ("-O1", APART)
    compiled(tmp_path, *STRICT, *flags, *width, *SANITIZERS, "kernel.c", "check.c", "-o", "check")
    assert ran(tmp_path) == "passed\n"


@needs_compiler
@pytest.mark.parametrize("dtype", ["float64", "bfloat16"])
def test_other_types_of_numbers(dtype: Type, tmp_path: Path) -> None:
    kernel = next(case for case in CASES if case.kind == "btt").compiled((1, 32))
    files = kernel.c_files(dtype)
    write(tmp_path, files, kernel.c_test("kernel.h", dtype))
    compiled(tmp_path, *STRICT, "-O1", APART, *width_flags(32), *SANITIZERS, "kernel.c", "check.c", "-o", "check")
    assert ran(tmp_path) == "passed\n"


def test_large_cases_are_cases() -> None:
    assert {case.name for case in CASES}.issuperset(WIDE)

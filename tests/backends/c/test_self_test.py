"""Checking programs notice what is wrong with a kernel, and sanitizers whoever leaves an array."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.backends import samples
from tests.backends.c.building import (
    APART,
    SANITIZERS,
    compiled,
    files_of,
    needs_compiler,
    ran,
    write,
)
from tests.backends.c.oracle_examples import example, numbers
from tncc.backends.c.emit import TYPES
from tncc.backends.c.naming import caller
from tncc.backends.c.self_test import Example, Expected, checking_program
from tncc.ir.network import Network
from tncc.kernels.examples import drawn

FAULTS = {
    "a sum": ("sum[i][j] += right * from[at];", "sum[i][j] = right * from[at];"),
    "a last row": ("i + each <= s.rows", "i + each < s.rows"),
    "a panel": ("row[lane] = from[", "row[lane] = 2 * from["),
}
"""Something wrong with a kernel: what it said before, and what it says now."""

STEPS = {
    "more rows": ("Small_forward(rows,", "Small_forward(rows + 1,"),
    "less workspace": ("Small_workspace_bytes(rows, threads)", "Small_workspace_bytes(rows, threads) / 2"),
    "less room for weights": ("room(Small_packed_bytes())", "room(Small_packed_bytes() / 2)"),
}
"""Something wrong with a call, in other words: of which a program's memory has to know."""


def program(network: Network, rows: int = 7) -> str:
    return checking_program(caller(network), [example(network, rows, True)], "float64", "kernel.h")


def built(folder: Path) -> None:
    compiled(folder, "-O1", APART, "-DTNCC_VECTOR_BYTES=16", "-w", *SANITIZERS, "kernel.c", "check.c", "-o", "check")


@needs_compiler
@pytest.mark.parametrize("fault", FAULTS)
def test_wrong_results_are_noticed(fault: str, tmp_path: Path) -> None:
    files = files_of(samples.TRAIN)
    old, new = FAULTS[fault]
    assert old in files.code
    write(tmp_path, files, program(samples.TRAIN))
    (tmp_path / "kernel.c").write_text(files.code.replace(old, new))
    built(tmp_path)
    done = subprocess.run(["./check"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    assert re.search(r"^FAILED: forward out0, 7 rows, 1 threads: \S+ at \d+ instead of \S+$", done.stdout, re.MULTILINE)
    assert done.stdout.endswith(" failed\n")


@needs_compiler
@pytest.mark.parametrize("fault", STEPS)
def test_leaving_an_array_is_noticed(fault: str, tmp_path: Path) -> None:
    text = (
        program(samples.TRAIN)
        .replace("(7, threads)", "(rows, threads)")
        .replace("Small_forward(7,", "Small_forward(rows,")
    )
    old, new = STEPS[fault]
    assert old in text
    write(tmp_path, files_of(samples.TRAIN), text.replace(old, new))
    built(tmp_path)
    with pytest.raises(AssertionError, match="AddressSanitizer"):
        ran(tmp_path)


@needs_compiler
def test_a_number_that_is_none_is_noticed(tmp_path: Path) -> None:
    write(tmp_path, files_of(samples.TRAIN), program(samples.TRAIN))
    code = (tmp_path / "kernel.c").read_text()
    assert "sum[i][j] = (vec){0};" in code
    (tmp_path / "kernel.c").write_text(code.replace("sum[i][j] = (vec){0};", "sum[i][j] = (vec){0} / (vec){0};"))
    built(tmp_path)
    with pytest.raises(AssertionError, match="FAILED: forward out0, 7 rows"):
        ran(tmp_path)


@pytest.mark.parametrize(("stream", "count"), [(0, 5), (3, 1000), (1000, 17), (7, 0)])
def test_both_sides_draw_the_same_numbers(stream: int, count: int) -> None:
    np.testing.assert_array_equal(drawn(stream, count), numbers(stream, (count,), 1.0))
    mask, found = 2**64 - 1, []
    for position in range(count):
        z = (stream * 0x632BE59BD9B4E019 + (position + 1) * 0x9E3779B97F4A7C15) & mask
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        found.append(float((z ^ (z >> 31)) >> 11) * 2.0**-52 - 1.0)
    assert list(drawn(stream, count)) == found
    assert all(-1 <= number < 1 for number in found)


@needs_compiler
@pytest.mark.parametrize(
    ("expected", "found", "good"),
    [
        ("nan", "NAN", True), ("nan", "1.0", False), ("nan", "INFINITY", False), ("1.0", "NAN", False),
        ("inf", "INFINITY", True), ("inf", "NAN", True), ("inf", "1.0", False), ("-inf", "-INFINITY", True),
        ("1e300", "1e300", True), ("1e300", "INFINITY", False), ("1.0", "INFINITY", False),
    ],
)  # fmt: skip
def test_what_is_no_number_is_expected_too(expected: str, found: str, good: bool, tmp_path: Path) -> None:
    one = Example((1,), (), (), (Expected(1, [0], [float(expected)], 1.0 if float(expected) < 2 else 1e300),))
    text = checking_program(caller(samples.UNBATCHED), [one], "float64", "kernel.h")
    head, _, body = text.partition("static void example0")
    array = body[body.index("check(") : body.index(");", body.index("check(")) + 2]
    check = f"real out0[] = {{{found}}};\n{array}\n(void)drawn, (void)stored; return failures;"
    text = f"{head}int main(void)\n{{\nconst int rows = 1, threads = 1;\n{check}\n}}\n"
    write(tmp_path, files_of(samples.UNBATCHED), text)
    compiled(tmp_path, "-std=c11", "-w", "check.c", "-o", "check")
    done = subprocess.run(["./check"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == (not good), done.stdout


@pytest.mark.parametrize("dtype", TYPES)
def test_the_same_input_gives_the_same_bytes(dtype: str) -> None:
    script = (
        "from tests.backends import samples; from tests.backends.c.building import files_of\n"
        f"for one in (samples.ATTENTION, samples.FROZEN): print(files_of(one, {dtype!r}))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", script],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[3],
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1

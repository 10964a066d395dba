"""Which instructions run once, for every tile, and at the end; and which arrays are the same in every call."""

import pytest

from tncc.ir.phases import constant_arrays, has_rows, in_one_pass, phases
from tncc.ir.program import (
    Add,
    AnyInstruction,
    Apply,
    Constant,
    Dim,
    Expand,
    Matmul,
    Program,
    Read,
    Reshape,
    Result,
    Scale,
    Total,
)

X = Read(name="x", shape=("rows", 4), tensor="x")
A = Read(name="a", shape=(4, 3), tensor="A")
B = Read(name="b", shape=(3, 5), tensor="B")
MATRIX = Matmul(name="m", shape=(4, 5), left="a", right="b")
H = Matmul(name="h", shape=("rows", 5), left="x", right="m")
SHARE = Total(name="s", shape=(5,), source="h", axes=(0,))
SCALED = Scale(name="t", shape=(5,), source="s", factor=0.5)
BOTH = Matmul(name="u", shape=(3,), left="b", right="t")


def named(instructions: tuple[AnyInstruction, ...]) -> str:
    """The arrays that are written, in order."""
    return " ".join(instruction.name for instruction in instructions)


def parted(*instructions: AnyInstruction) -> tuple[str, str, str, str]:
    """What runs once, for each tile, and last, and what is added up."""
    last = instructions[-1]
    result = Result(name="y", array=last.name, shape=last.shape, batched=False)
    found = phases(Program(rows=8, instructions=instructions, results=(result,), tile=2))
    return named(found.once), named(found.each), named(found.last), " ".join(found.totals)


def test_weights_once_and_rows_for_each_tile() -> None:
    assert parted(A, B, X, MATRIX, H) == ("a b m", "x h", "", "")


def test_what_follows_from_a_sum_over_rows_and_has_rows_again_needs_a_second_pass() -> None:
    scaled = Matmul(name="v", shape=("rows", 3), left="h", right="w")
    weights = Matmul(name="w", shape=(5, 3), left="s", right="a")
    again = (A, B, X, MATRIX, H, SHARE, weights, scaled)
    for instructions, once in ((again, False), (again[:-1], True)):
        assert in_one_pass(Program(rows=8, instructions=instructions, results=(), tile=2)) is once


def test_what_has_lost_its_rows_is_added_up_and_finished_at_the_end() -> None:
    assert parted(A, B, X, MATRIX, H, SHARE, SCALED, BOTH) == ("a b m", "x h s", "t u", "s")


def test_a_program_without_rows_runs_once() -> None:
    assert parted(A, B, MATRIX) == ("a b m", "", "", "")


def test_two_totals_of_one_array_and_their_sum() -> None:
    other = Total(name="r", shape=(5,), source="h", axes=(0,))
    total = Add(name="t", shape=(5,), left="s", right="r")
    assert parted(A, B, X, MATRIX, H, SHARE, other, total) == ("a b m", "x h s r", "t", "s r")


def test_a_product_that_sums_the_rows_is_a_total() -> None:
    turned = Reshape(name="v", shape=(4, "rows"), source="x")
    product = Matmul(name="g", shape=(4, 5), left="v", right="h")
    assert parted(A, B, X, MATRIX, H, turned, product) == ("a b m", "x h v g", "", "g")


def test_numbers_run_once_even_where_rows_are_made_from_them() -> None:
    one = Constant(name="c", shape=(), value=1.0)
    flat = Reshape(name="e", shape=(1, 1), source="c")
    spread = Expand(name="f", shape=("rows", 1), source="e")
    assert parted(one, flat, spread) == ("c e", "f", "", "")


def test_order_is_kept_within_each_phase() -> None:
    later = Apply(name="k", shape=(4, 3), source="a", function="tanh")
    assert parted(X, A, B, MATRIX, H, later) == ("a b m k", "x h", "", "")


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((), False), ((4, 3), False), (("rows",), True), ((4, "12*rows"), True), (("q", 2), False), (("rows*q",), True)],
)
def test_extents_with_rows(shape: tuple[Dim, ...], expected: bool) -> None:
    assert has_rows(shape) is expected


def test_constant_arrays_follow_from_stored_tensors_alone() -> None:
    instructions = (A, B, X, MATRIX, H, SHARE, SCALED)
    assert constant_arrays(instructions, {"A", "B"}) == {"a", "b", "m"}
    assert constant_arrays(instructions, {"A"}) == {"a"}
    assert constant_arrays(instructions, ()) == frozenset()


def test_numbers_are_constant_and_run_time_sizes_are_not() -> None:
    one = Constant(name="c", shape=(), value=2.0)
    flat = Reshape(name="e", shape=(1,), source="c")
    spread = Expand(name="f", shape=("q",), source="e")
    scaled = Scale(name="g", shape=("q",), source="f", factor=2.0)
    assert constant_arrays((one, flat, spread, scaled), ()) == {"c", "e"}

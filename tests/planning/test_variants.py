"""Which choice serves from how many rows on."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.closeness import assert_agree
from tests.interpret import interpret
from tests.oracle import draw, evaluate
from tests.small_networks import small_network, tensor_train
from tncc.ir.program import Read, Reshape
from tncc.machines import builtin_machine
from tncc.planning.candidates import candidates
from tncc.planning.memory import kept_bytes
from tncc.planning.predict import TILES
from tncc.planning.variants import LADDER, MOST, TILED, WORTH, Choice, Programs, chosen, ladder, variants

MACHINE = builtin_machine()
TRAIN = tensor_train((4, 4), (4, 4), 3)
ROWS = (1, 32, 1024)


@dataclass(frozen=True)
class Line:
    """A choice that takes `start` and `slope` for each row."""

    start: float
    slope: float

    def compared_us(self, rows: int) -> float:
        return self.start + self.slope * rows


lines = st.builds(Line, st.floats(1, 1e4), st.floats(1e-3, 1e2))


def serving(found: list[tuple[int, Line]], rows: int) -> Line:
    """The choice that serves a row count."""
    return [choice for first, choice in found if first <= rows][-1]


@given(st.lists(lines, min_size=1, max_size=12), st.sets(st.integers(1, 20_000), min_size=1))
def test_few_choices_serve_all_rows(choices: list[Line], given_rows: set[int]) -> None:
    counts = sorted({*LADDER, *given_rows})
    found = chosen(choices, counts)
    assert found[0][0] == 1
    assert all(before < after for (before, _), (after, _) in pairwise(found))
    assert all(before != after for (_, before), (_, after) in pairwise(found))
    used = {choice for _, choice in found}
    assert 1 <= len(used) <= MOST
    assert len(used) == len(found), "lines cross once"
    for rows in counts:
        assert serving(found, rows).compared_us(rows) <= min(one.compared_us(rows) for one in used) * (1 + 1e-9)
    for (_, before), (first, after) in pairwise(found):
        assert after.compared_us(first) < before.compared_us(first) or first in counts
        assert first == 2 or after.compared_us(first - 2) >= before.compared_us(first - 2) * (1 - 1e-9)


@given(st.lists(lines, min_size=1, max_size=4))
def test_little_is_lost_where_there_is_room(choices: list[Line]) -> None:
    found = chosen(choices, LADDER)
    for rows in LADDER:
        best = min(one.compared_us(rows) for one in choices)
        assert serving(found, rows).compared_us(rows) <= best * WORTH


def test_thresholds_lie_where_lines_cross() -> None:
    few, many = Line(1.0, 1.0), Line(101.0, 0.5)
    assert chosen([many, few], (1, 100, 1000)) == [(1, few), (201, many)]


def test_a_choice_that_gains_little_is_left_out() -> None:
    assert len(chosen([Line(1.0, 1.0), Line(1.04, 0.99)], LADDER)) == 1
    assert len(chosen([Line(1.0, 1.0), Line(5.0, 0.5)], LADDER)) == 2


@given(st.lists(lines, min_size=1, max_size=8, unique=True), st.integers(0, 7), st.integers(1, 20_000))
def test_what_is_not_allowed_does_not_serve(choices: list[Line], which: int, most: int) -> None:
    banned = choices[which % len(choices)]

    def allowed(choice: Line, rows: int) -> bool:
        return choice != banned or rows <= most

    found = chosen(choices, LADDER, allowed)
    if len(choices) == 1 and most < LADDER[-1]:
        assert found == []
        return
    for rows in LADDER:
        assert allowed(serving(found, rows), rows)
    assert len(found) <= MOST + 1
    for (first, choice), (end, _) in pairwise([*found, (LADDER[-1] + 1, banned)]):
        assert choice != banned or end - 1 <= most or first > end or most >= LADDER[-1]


def test_nothing_serves_where_nothing_is_allowed() -> None:
    never: Callable[[Line, int], bool] = lambda choice, rows: rows < 100  # noqa: E731
    assert chosen([Line(1.0, 1.0), Line(5.0, 0.1)], LADDER, never) == []
    assert chosen([], LADDER) == []


def test_row_counts_to_compare_at() -> None:
    assert ladder(TRAIN, (3, 100_000, 64)) == (1, 3, 4, 16, 64, 256, 1024, 4096, 16384, 100_000)
    network = small_network({"i": 3}, [("y", "i", "x * A")], inputs={"x": "i"}, parameters={"A": "i"})
    assert ladder(network, ROWS) == (1,)


def all_choices(stored: frozenset[str] = frozenset()) -> list[Choice]:
    """Every choice for a small tensor train."""
    found = candidates(TRAIN, MACHINE, ROWS, bool(stored))
    return Programs(TRAIN, MACHINE).choices(found, ROWS, stored)


def test_every_program_comes_with_every_tile() -> None:
    choices = all_choices()
    programs = {choice.predictor.program for choice in choices}
    assert {(choice.predictor.program, choice.tile) for choice in choices} == {
        (program, tile) for program in programs for tile in (0, *TILES)
    }
    assert all(choice.program.tile == choice.tile for choice in choices)
    assert len(choices) == len(programs) * (1 + len(TILES))


def test_a_network_without_rows_has_no_tiles() -> None:
    network = small_network({"i": 3}, [("y", "i", "x * A")], inputs={"x": "i"}, parameters={"A": "i"})
    choices = Programs(network, MACHINE).choices(candidates(network, MACHINE, ROWS, False), ROWS, ())
    assert {choice.tile for choice in choices} == {0}


@pytest.mark.parametrize("rows", [1, 5, 40])
def test_tiles_change_the_cost_and_not_the_result(rows: int) -> None:
    tensors = draw(TRAIN, lead=(rows,))
    expected = evaluate(TRAIN, tensors)
    for choice in all_choices():
        assert_agree(interpret(choice.program, TRAIN, tensors), expected)
        assert (choice.us(rows) == choice.predictor.us(rows, 0)) or (choice.tile and rows > choice.tile)


def test_tiles_have_to_pay() -> None:
    choice = next(choice for choice in all_choices() if choice.tile == 32)
    assert choice.compared_us(1000) == pytest.approx(TILED * choice.us(1000))
    whole = Choice(choice.candidate, choice.predictor, 0)
    assert whole.compared_us(1000) == whole.us(1000)


def test_only_chains_are_doubted() -> None:
    stored = frozenset(tensor.name for tensor in TRAIN.tensors if tensor.role != "input")
    doubts = {}
    for choice in all_choices(stored):
        done = [i for i in choice.program.instructions if i.name not in choice.predictor.kept]
        kinds = "".join(i.op[0] for i in done if not isinstance(i, (Read, Reshape)))
        doubts[kinds] = choice.doubted(1.2)
    assert doubts["ma"] == 1.0  # a product and a bias
    assert {doubt for kinds, doubt in doubts.items() if kinds != "ma"} == {1.2}


def test_the_kept_matrix_takes_its_bytes() -> None:
    stored = frozenset(tensor.name for tensor in TRAIN.tensors if tensor.role != "input")
    sizes = {choice.kept_bytes(4) for choice in all_choices(stored)}
    assert 4 * 16 * 16 in sizes
    choice = all_choices(stored)[0]
    assert choice.kept_bytes(8) == 2 * choice.kept_bytes(4) == kept_bytes(choice.program, choice.predictor.kept, 8)
    assert {choice.kept_bytes(4) for choice in all_choices()} == {0}


def test_neighbours_with_equal_steps_are_one_variant() -> None:
    choices = all_choices()
    one = next(choice for choice in choices if choice.tile == 0)
    tiled = Choice(one.candidate, one.predictor, 32)
    again = Choice(one.candidate, one.predictor, 0, doubt=2.0)
    found = variants([(1, one), (10, again), (20, tiled), (30, tiled), (40, one)])
    assert [(variant.rows, variant.program.tile) for variant in found] == [(1, 0), (20, 32), (40, 0)]
    assert variants([]) == ()


def test_what_is_chosen_for_a_network_is_about_the_fastest() -> None:
    choices = all_choices()
    counts = ladder(TRAIN, ROWS)
    found = chosen(choices, counts)
    for rows in counts:
        best = min(choice.compared_us(rows) for choice in choices)
        served = [choice for first, choice in found if first <= rows][-1]
        assert math.isfinite(best)
        assert served.compared_us(rows) <= best * WORTH

"""The sizes of bonds that are tried: where they begin and end, and that each step is the best one."""

from collections.abc import Mapping
from itertools import pairwise
from math import prod

import pytest

from tncc.ranks.ladder import Sizes, scaled_ladder, single_ladder, tree_ladder

TAILS = {"a": (1.0, 0.4, 0.1, 0.01, 0.0), "b": (1.0, 0.5, 0.3, 0.2, 0.15, 0.1, 0.0)}


def count(sizes: Mapping[str, int]) -> int:
    """A chain of three cores."""
    return 4 * sizes["a"] + sizes["a"] * 5 * sizes["b"] + 6 * sizes["b"]


def left(sizes: Mapping[str, int]) -> float:
    return sum(TAILS[name][size] for name, size in sizes.items())


def test_the_only_bond_takes_all_small_sizes_and_the_largest() -> None:
    sizes = [rung["r"] for rung in single_ladder("r", 384)]
    assert sizes[:33] == list(range(1, 34)) and sizes[-1] == 384
    assert all(1 <= later - one <= max(1, 0.031 * one) for one, later in pairwise(sizes))
    assert single_ladder("r", 1) == [{"r": 1}]


def test_a_path_goes_from_the_smallest_to_the_largest_by_the_best_steps() -> None:
    path = tree_ladder(TAILS, count, 100)
    assert path[0] == {"a": 1, "b": 1} and path[-1] == {"a": 4, "b": 6}
    for one, other in pairwise(path):
        steps = [{**one, name: one[name] + 1} for name in one if one[name] + 1 < len(TAILS[name])]
        gains = [(left(one) - left(step)) / (count(step) - count(one)) for step in steps]
        assert other == steps[gains.index(max(gains))]


@pytest.mark.parametrize("rungs", [2, 3, 5])
def test_a_path_is_thinned_out_evenly(rungs: int) -> None:
    whole, path = tree_ladder(TAILS, count, 100), tree_ladder(TAILS, count, rungs)
    assert len(path) <= rungs and path[0] == whole[0] and path[-1] == whole[-1]
    assert [rung for rung in whole if rung in path] == path


def test_other_bonds_grow_in_proportion_up_to_the_dense_layer() -> None:
    def volume(sizes: Mapping[str, int]) -> int:
        return prod(sizes.values())

    path: list[Sizes] = scaled_ladder({"a": 2, "b": 8}, volume, 100, 50)
    assert path[0] == {"a": 1, "b": 1}
    assert {"a": 2, "b": 8} in path
    assert volume(path[-1]) <= 100 < volume({"a": 6, "b": 21})
    assert all(volume(one) <= volume(other) for one, other in pairwise(path))
    # Even the smallest is there where it has more than the dense layer.
    assert scaled_ladder({"a": 3}, lambda sizes: 1000, 100, 5) == [{"a": 1}]

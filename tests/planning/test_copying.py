"""How long copies take, by where the elements lie."""

import math

import pytest

from tncc.machines import builtin_machine
from tncc.planning.copying import copy_us, joined, layout_of, sets_of, strides_of
from tncc.planning.time_model import permute_us

MACHINE = builtin_machine()


def test_axes_that_lie_evenly_are_one() -> None:
    assert joined((2, 3, 4), (12, 4, 1)) == [(24, 1)]
    assert joined((3, 1, 2, 4), (4, 99, 12, 1)) == [(3, 4), (2, 12), (4, 1)]
    assert joined((), ()) == joined((1,), (5,)) == []


@pytest.mark.parametrize(
    ("shape", "strides", "found"),
    [
        ((6, 4), (4, 1), (24, False, False)),  # as it is
        ((5, 6, 4), (4, 20, 1), (4, False, False)),  # runs of four
        ((1024, 1000), (1, 1024), (1, True, True)),  # a matrix of even columns, transposed
        ((64, 1000), (1, 64), (1, False, True)),
        ((1025, 1000), (1, 1025), (1, False, True)),
        ((1024, 8), (1, 1024), (1, False, True)),  # as many rows as a set has lines
        ((4096, 16, 4), (1, 16384, 4096), (1, True, True)),  # 64 elements in one set of a cache
        ((4000, 16, 4), (1, 16000, 4000), (1, False, True)),
        ((4096, 4, 2), (1, 4096, 16384), (1, False, False)),  # as many as a set has lines
        ((32, 32, 256), (1, 32, 1024), (1, True, False)),  # the innermost axis decides
        ((), (), (1, False, False)),
    ],
)
def test_what_lies_how(shape: tuple[int, ...], strides: tuple[int, ...], found: tuple[int, bool, bool]) -> None:
    assert layout_of(shape, strides) == found


def test_strides_that_are_powers_of_two_reach_few_sets() -> None:
    assert sets_of([(100, 1024)]) == 1
    assert sets_of([(100, 512)]) == 2
    assert sets_of([(100, 16)]) == sets_of([(100, 1025)]) == 64
    assert sets_of([(3, 16), (5, 48)]) == 15


def test_crowded_copies_are_slow_but_for_matrices_transposed_as_such() -> None:
    shape, strides = (4096, 64), (1, 4096)
    moved = 8 * math.prod(shape)
    assert copy_us(MACHINE, shape, strides) == permute_us(MACHINE, moved, 1, moved)
    assert copy_us(MACHINE, shape, strides, as_matrix=False) == moved / (1e3 * MACHINE.crowded_gbps)
    turned = (4096, 4, 16), (1, 4096, 16384)  # never one matrix
    assert copy_us(MACHINE, *turned) == copy_us(MACHINE, shape, strides, as_matrix=False)


def test_strides_in_another_order() -> None:
    assert strides_of("abc", "cab", {"a": 2, "b": 3, "c": 4}) == (1, 12, 4)
    assert strides_of((), (), {}) == ()

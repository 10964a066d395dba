"""What is assumed of memory: the costs that choices of layouts rest on, in the order that was measured."""

from collections.abc import Sequence

from tests.backends.c.test_panels import indices
from tncc.backends.c.access import View
from tncc.backends.c.caches import cost_of_packing
from tncc.backends.c.steps import Pack


def cost(depth: Sequence[tuple[int, int]], columns: Sequence[tuple[int, int]], first: bool = False) -> float:
    return cost_of_packing(Pack("panels", View("in", ()), (), indices(depth), indices(columns)), {}, first)


def test_several_columns_at_a_time_cost_less_than_one_by_one() -> None:
    assert cost([(64, 1)], [(48, 64)]) < cost([(64, 1)], [(48, 64)], first=True)
    assert cost([(64, 1)], [(48, 64)]) < cost([(64, 2)], [(48, 128)]), "numbers that lie apart"
    assert cost([(8, 1)], [(16, 8)]) / 16 < cost([(8, 1)], [(2, 8)]) / 2, "two columns make no squares"


def test_zeros_behind_the_last_column_cost_something() -> None:
    assert cost([(64, 49)], [(49, 1)]) > cost([(64, 48)], [(48, 1)]) * 49 / 48

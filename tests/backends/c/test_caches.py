"""What is assumed of memory: the costs that choices of layouts rest on, in the order that was measured."""

from collections.abc import Sequence

from tests.backends.c.test_panels import indices
from tncc.backends.c.access import View
from tncc.backends.c.caches import AGAIN, FARTHEST_AGAIN, cost_of_packing, reading_again
from tncc.backends.c.steps import Index, Pack
from tncc.ir.network import BATCH
from tncc.ir.program import ROWS


def cost(depth: Sequence[tuple[int, int]], columns: Sequence[tuple[int, int]], first: bool = False) -> float:
    return cost_of_packing(Pack("panels", View("in", ()), (), indices(depth), indices(columns)), {}, first)


def test_several_columns_at_a_time_cost_less_than_one_by_one() -> None:
    assert cost([(64, 1)], [(48, 64)]) < cost([(64, 1)], [(48, 64)], first=True)
    assert cost([(64, 1)], [(48, 64)]) < cost([(64, 2)], [(48, 128)]), "numbers that lie apart"
    assert cost([(8, 1)], [(16, 8)]) / 16 < cost([(8, 1)], [(2, 8)]) / 2, "two columns make no squares"


def test_zeros_behind_the_last_column_cost_something() -> None:
    assert cost([(64, 49)], [(49, 1)]) > cost([(64, 48)], [(48, 1)]) * 49 / 48


def test_vectors_cost_more_where_many_others_are_read_before_them_again() -> None:
    rows, sets = Index(ROWS, 64, 0), Index(32, 2, 4096)
    for columns, cycles in ((16, 0.0), (48, 0.6), (4800, FARTHEST_AGAIN)):
        near = (Index(8, 1, 512), Index(64, 8, columns))
        assert reading_again("right", near, (sets, rows), columns, {BATCH: 9}) == cycles
    assert [most for most, _ in AGAIN] == [2**13, 2**17]
    near = (Index(8, 1, 512), Index(64, 8, 48))
    assert reading_again("right", near, (rows, sets), 48, {BATCH: 9}) == 0.6 + 2.4, "all sets are read before any again"
    assert reading_again("right", near, (sets, rows), 48, {BATCH: 1}) == 0, "nothing is read again for a single row"
    assert reading_again("right", near, (sets,), 48, {}) == 0

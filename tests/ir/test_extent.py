"""Extents are canonical, and say their size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tncc.ir.extent import extent_at, factors, index_of, product, symbol
from tncc.ir.network import BATCH

SYMBOLS = st.sampled_from(["rows", "q", "q[0]", "up.t[1]", "rows[]"])
EXTENTS = st.one_of(st.integers(0, 20), SYMBOLS, st.builds(lambda n, s: f"{n}*{s}", st.integers(2, 9), SYMBOLS))


def test_number_first_then_symbols_in_order() -> None:
    assert product("rows", 3, "q[0]", 4) == "12*q[0]*rows"
    assert product("rows", 1) == "rows"
    assert product(3, 4) == 12
    assert product() == 1
    assert product("rows", 0) == 0


@given(st.lists(EXTENTS, max_size=5))
def test_product_has_the_product_of_the_sizes(extents: list[int | str]) -> None:
    sizes = {BATCH: 7, "q": 3, "q[0]": 5, "up.t[1]": 2, "rows": 11}
    expected = 1
    for extent in extents:
        expected *= extent_at(extent, sizes)
    assert extent_at(product(*extents), sizes) == expected


@given(st.lists(EXTENTS, max_size=5), st.randoms())
def test_product_is_canonical(extents: list[int | str], random: object) -> None:
    assert product(*extents) == product(*sorted(extents, key=str)) == product(product(*extents))


@given(EXTENTS)
def test_factors_are_undone_by_product(extent: int | str) -> None:
    number, symbols = factors(extent)
    assert product(number, *symbols) == product(extent)


@pytest.mark.parametrize("index", [BATCH, "rows", "q", "up.q[0]"])
def test_symbols_are_as_many_as_indices(index: str) -> None:
    assert index_of(symbol(index)) == index
    assert (symbol(index) == "rows") == (index == BATCH)

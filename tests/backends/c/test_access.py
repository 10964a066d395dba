"""Views find the same elements as NumPy's strided arrays do, or say that no loop nest follows them."""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tncc.backends.c.access import (
    Level,
    Levels,
    View,
    aligned_levels,
    diagonal,
    divided,
    expanded,
    fixed,
    joined,
    permuted,
    reshaped,
    row_major,
    selected,
)
from tncc.ir.extent import extent_at, product
from tncc.ir.network import BATCH
from tncc.ir.program import ROWS, Dim

Data = Any
"""What `st.data()` gives."""

SIZES = {BATCH: 4, "q": 3}
"""What run-time sizes are in these tests."""


def at(extent: Dim) -> int:
    return extent_at(extent, SIZES)


def shape_of(view: View) -> tuple[int, ...]:
    return tuple(math.prod(at(level.extent) for level in levels) for levels in view.axes)


def read(memory: np.ndarray, view: View) -> np.ndarray:
    """The array that a view shows of flat memory, one element after the other."""
    places = np.array(sum(at(term) for term in view.offset))
    for levels in view.axes:
        axis = np.zeros(1, dtype=np.int64)
        for level in levels:
            axis = (axis[:, None] + np.arange(at(level.extent)) * at(level.stride)).reshape(-1)
        places = places[..., None] + axis
    return np.asarray(memory[places])


def flat(view: View) -> np.ndarray:
    return np.arange(1000 + sum(at(level.extent) * at(level.stride) for level in view.levels), dtype=np.float64)


dims = st.sampled_from([1, 2, 3, 4, 6, ROWS, "q", product(2, "q"), product(3, ROWS)])
static = st.sampled_from([1, 2, 3, 4, 6])


@st.composite
def views(draw: Any, extents: Any = dims, rank: int = 3) -> View:
    """An array of a few axes, each of one or two levels, which lie in any order."""
    axes = draw(st.lists(st.lists(extents, min_size=1, max_size=2), min_size=1, max_size=rank))
    places = [(a, n) for a, levels in enumerate(axes) for n in range(len(levels))]
    stride: Dim = draw(st.sampled_from([1, 1, 2]))
    found: dict[tuple[int, int], Dim] = {}
    for place in draw(st.permutations(places)):
        found[place] = stride
        stride = product(stride, axes[place[0]][place[1]])
    made = tuple(
        tuple(Level(extent, found[a, n]) for n, extent in enumerate(levels) if extent != 1)
        for a, levels in enumerate(axes)
    )
    return View("m", made, draw(st.sampled_from([(), (5,), (product(2, "q"), 3)])))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(dims, max_size=2), max_size=3))
def test_new_arrays_have_no_gaps(axes: list[list[Dim]]) -> None:
    view = row_major("m", axes)
    sizes = [math.prod(at(extent) for extent in axis) for axis in axes]
    memory = np.arange(math.prod(sizes), dtype=np.float64)
    np.testing.assert_array_equal(read(memory, view), memory.reshape(sizes))
    assert all(level.extent != 1 for level in view.levels)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_new_arrays_have_room_for_the_rows_of_a_tile(place: int) -> None:
    extents: list[Dim] = [3, 2]
    extents.insert(place, ROWS)
    room = [7 if extent == ROWS else int(extent) for extent in extents]
    whole = np.arange(math.prod(room), dtype=np.float64)
    found = read(whole, row_major("m", [[extent] for extent in extents], 7))
    np.testing.assert_array_equal(found, whole.reshape(room).take(range(SIZES[BATCH]), place))


@settings(max_examples=500, deadline=None)
@given(views(), st.data())
def test_reshaped(view: View, data: Data) -> None:
    memory = flat(view)
    extents = [level.extent for level in view.levels]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(extents)), max_size=3)))
    shape = [product(*extents[a:b]) for a, b in zip([0, *cuts], [*cuts, len(extents)], strict=True)]
    found = reshaped(view, shape)
    # Cuts between levels are always followed.
    assert found is not None
    np.testing.assert_array_equal(read(memory, found), read(memory, view).reshape([at(one) for one in shape]))


@settings(max_examples=500, deadline=None)
@given(views(static), st.data())
def test_reshaped_to_any_shape(view: View, data: Data) -> None:
    memory, total = flat(view), math.prod(shape_of(view))
    shape: list[int] = []
    left = total
    while left > 1:
        shape.append(data.draw(st.sampled_from([n for n in range(2, left + 1) if left % n == 0])))
        left //= shape[-1]
    found = reshaped(view, shape)
    if found is not None:
        np.testing.assert_array_equal(read(memory, found), read(memory, view).reshape(shape))
    if len(joined(view.levels)) <= 1:
        assert found is not None, "what lies evenly can be cut anywhere"


@settings(max_examples=200, deadline=None)
@given(views(), st.data())
def test_permuted(view: View, data: Data) -> None:
    order = data.draw(st.permutations(range(len(view.axes))))
    memory = flat(view)
    np.testing.assert_array_equal(read(memory, permuted(view, order)), read(memory, view).transpose(order))


@settings(max_examples=300, deadline=None)
@given(views(), st.data())
def test_selected(view: View, data: Data) -> None:
    axis = data.draw(st.integers(0, len(view.axes) - 1))
    position = data.draw(st.integers(0, shape_of(view)[axis] - 1))
    found, memory = selected(view, axis, position), flat(view)
    known = all(isinstance(level.extent, int) for level in view.axes[axis])
    assert (found is not None) == known
    if found is not None:
        np.testing.assert_array_equal(read(memory, found), read(memory, view).take(position, axis))


@settings(max_examples=300, deadline=None)
@given(views(static), st.sampled_from([1, 2, 3, 4, 6]), st.data())
def test_diagonal(view: View, size: int, data: Data) -> None:
    other = data.draw(views(static, rank=2))
    axes = (*view.axes, *other.axes)
    both = View("m", axes)
    pairs = [
        (a, b) for a in range(len(axes)) for b in range(len(axes)) if a != b and _length(axes, a) == _length(axes, b)
    ]
    if not pairs:
        return
    pair = data.draw(st.sampled_from(pairs))
    found, memory = diagonal(both, pair), flat(both)
    if found is not None:
        np.testing.assert_array_equal(read(memory, found), read(memory, both).diagonal(axis1=pair[0], axis2=pair[1]))
    else:
        assert any(len(axes[one]) > 1 for one in pair), "axes of one level have a diagonal"


def _length(axes: Sequence[Levels], axis: int) -> int:
    return math.prod(at(level.extent) for level in axes[axis])


@settings(max_examples=200, deadline=None)
@given(views(), st.data())
def test_expanded(view: View, data: Data) -> None:
    shape = [
        product(*(level.extent for level in levels)) if levels else data.draw(st.sampled_from([1, 5, ROWS]))
        for levels in view.axes
    ]
    found, memory = expanded(view, shape), flat(view)
    wanted = np.broadcast_to(read(memory, view), [at(extent) for extent in shape])
    np.testing.assert_array_equal(read(memory, found), wanted)


@settings(max_examples=300, deadline=None)
@given(views(static), views(static), st.data())
def test_axes_cut_alike_go_through_the_same_positions(one: View, other: View, data: Data) -> None:
    pairs = [(a, b) for a in one.axes for b in other.axes if _size(a) == _size(b) or not a or not b]
    if not pairs:
        return
    pair = data.draw(st.sampled_from(pairs))
    found = aligned_levels(pair)
    if found is None:
        assert min(len(joined(levels)) for levels in pair) > 1 or max(map(len, pair)) > 1
        return
    for number, levels in enumerate(pair):
        if levels:
            own = View("m", (tuple(Level(extent, strides[number]) for extent, strides in found),))
            whole = View("m", (levels,))
            np.testing.assert_array_equal(read(flat(whole), own), read(flat(whole), whole))
        else:
            assert all(strides[number] == 0 for _, strides in found)


def _size(levels: Levels) -> int:
    return math.prod(at(level.extent) for level in levels)


@settings(max_examples=300, deadline=None)
@given(views())
def test_joined_levels_go_through_the_same_positions(view: View) -> None:
    memory = flat(view)
    whole = View("m", (tuple(view.levels),), view.offset)
    np.testing.assert_array_equal(
        read(memory, View("m", (tuple(joined(view.levels)),), view.offset)), read(memory, whole)
    )
    assert len(joined(view.levels)) <= len(view.levels)


@pytest.mark.parametrize(
    ("extent", "by", "quotient"),
    [
        (6, 2, 3),
        (6, 4, None),
        (ROWS, ROWS, 1),
        (product(6, "q"), product(2, "q"), 3),
        (product(6, "q"), 3, product(2, "q")),
        (6, "q", None),
        (product(2, "q"), ROWS, None),
        (product("q", ROWS), "q", ROWS),
    ],
)
def test_quotients(extent: Dim, by: Dim, quotient: Dim | None) -> None:
    assert divided(extent, by) == quotient


def test_room_for_rows() -> None:
    assert fixed(product(3, ROWS), 8) == 24
    assert fixed(product(3, ROWS), None) == product(3, ROWS)
    assert fixed(product(3, "q"), 8) == product(3, "q")
    assert extent_at(fixed(product("q", ROWS), 8), {"q": 3}) == 24

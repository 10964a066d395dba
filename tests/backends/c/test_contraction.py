"""Products as loops: going through the loops of a contraction gives what NumPy's matrix product and einsum give."""

import itertools
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tncc.backends.c.access import Level, View, expanded, permuted, reshaped, row_major
from tncc.backends.c.contraction import Contraction, elementwise_product, evened, matrix_product
from tncc.ir.program import ROWS

Data = Any
"""What `st.data()` gives."""


def array(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


def flat(name: str, values: np.ndarray, order: list[int] | None = None) -> tuple[View, np.ndarray]:
    """A view of an array, and the memory that it lies in: with its axes in the order given, outermost first."""
    order = list(range(values.ndim)) if order is None else order
    lying = row_major(name, [[values.shape[axis]] for axis in order])
    back = [order.index(axis) for axis in range(values.ndim)]
    return permuted(lying, back), values.transpose(order).reshape(-1)


def run(found: Contraction, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The product, number by number, its axes as the loops say."""
    kept = [loop for loop in found.loops if loop.kind != "sum"]
    axes = [[loop for loop in kept if loop.axis == axis] for axis in range(found.axes)]
    made = np.zeros([math.prod(int(loop.extent) for loop in axis) for axis in axes])
    strides = {loop.number: 0 for loop in found.loops}
    for axis in axes:
        stride = 1
        for loop in reversed(axis):
            strides[loop.number] = stride
            stride *= int(loop.extent)
    starts = [sum(int(term) for term in view.offset) for view in (found.left, found.right)]
    for position in itertools.product(*(range(int(loop.extent)) for loop in found.loops)):
        pairs = list(zip(position, found.loops, strict=True))
        a = starts[0] + sum(number * int(loop.left) for number, loop in pairs)
        b = starts[1] + sum(number * int(loop.right) for number, loop in pairs)
        place = tuple(
            sum(number * strides[loop.number] for number, loop in pairs if loop.kind != "sum" and loop.axis == axis)
            for axis in range(found.axes)
        )
        made[place] += left[a] * right[b]
    return made


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_matrix_products(data: Data) -> None:
    m, n, k = (data.draw(st.sampled_from([1, 2, 3, 4])) for _ in range(3))
    batch = data.draw(st.lists(st.sampled_from([1, 2, 3]), max_size=2))
    shapes = [
        [*(data.draw(st.sampled_from([1, size])) for size in batch[data.draw(st.integers(0, len(batch))) :]), *own]
        for own in ((m, k), (k, n))
    ]
    values = [array(seed, *shape) for seed, shape in enumerate(shapes)]
    (left, a), (right, b) = (
        flat(name, value, data.draw(st.permutations(range(value.ndim))))
        for name, value in zip("ab", values, strict=True)
    )
    wanted = values[0] @ values[1]
    axes = range(wanted.ndim - 2)
    both = [axis for axis in axes if _both(values, axis, wanted.ndim)]
    gone = data.draw(st.sets(st.sampled_from(both))) if both else set()
    found = matrix_product(left, right, tuple(gone), None)
    assert found is not None
    for one, (c, d) in ((found, (a, b)), (found.turned, (b, a))):
        made = run(one, c, d)
        expected = wanted.sum(tuple(gone))
        np.testing.assert_allclose(made, expected.reshape(made.shape), atol=1e-12)
    _check_kinds(found)


def _both(values: list[np.ndarray], axis: int, rank: int) -> bool:
    return all(value.ndim - rank + axis >= 0 and value.shape[value.ndim - rank + axis] != 1 for value in values)


def _check_kinds(found: Contraction) -> None:
    for loop in found.loops:
        if loop.extent == 1:
            continue
        who = (loop.left != 0, loop.right != 0)
        assert loop.kind in {(True, True): ("both", "sum"), (True, False): ("left",), (False, True): ("right",)}[who]
    assert len({loop.number for loop in found.loops}) == len(found.loops)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_elementwise_products(data: Data) -> None:
    shape = data.draw(st.lists(st.sampled_from([2, 3, 4]), min_size=1, max_size=3))
    values = [array(seed, *(data.draw(st.sampled_from([size, size, 1])) for size in shape)) for seed in (0, 1)]
    wanted = values[0] * values[1]
    views = []
    for name, value in zip("ab", values, strict=True):
        view, memory = flat(name, value, data.draw(st.permutations(range(value.ndim))))
        views.append((expanded(view, wanted.shape) if data.draw(st.booleans()) else view, memory))
    both = [axis for axis in range(wanted.ndim) if all(value.shape[axis] != 1 for value in values)]
    gone = data.draw(st.sets(st.sampled_from(both))) if both else set()
    found = elementwise_product(views[0][0], views[1][0], tuple(gone), None)
    assert found is not None
    made = run(found, views[0][1], views[1][1])
    np.testing.assert_allclose(made, wanted.sum(tuple(gone)).reshape(made.shape), atol=1e-12)


def test_a_sum_over_what_one_operand_has_is_no_product() -> None:
    left, right = row_major("a", [[2], [3], [4]]), row_major("b", [[1], [4], [5]])
    assert matrix_product(left, right, (0,), None) is None
    assert matrix_product(left, right, (), None) is not None


def test_axes_cut_unevenly_are_no_product() -> None:
    left = View("a", ((Level(2, 12), Level(3, 1)), (Level(4, 3),)))
    right = View("b", ((Level(3, 8), Level(2, 4)), (Level(4, 1),)))
    assert elementwise_product(left, right, (), None) is None


def test_settled_results_have_strides() -> None:
    left, right = row_major("a", [[4], [3]]), row_major("b", [[3], [6]])
    out = reshaped(row_major("c", [[2], [2], [6]]), (4, 6))
    assert out is not None
    found = matrix_product(left, right, (), permuted(row_major("c", [[6], [4]]), (1, 0)))
    assert found is not None
    assert {(loop.kind, loop.fixed) for loop in found.loops} == {("left", 1), ("right", 4), ("sum", None)}


def test_loops_that_lie_evenly_are_one() -> None:
    left = View("a", ((Level(2, 6), Level(2, 3)), (Level(3, 1),)))
    right = row_major("b", [[3], [ROWS]])
    found = matrix_product(left, right, (), None)
    assert found is not None
    assert [(loop.kind, loop.extent) for loop in found.loops] == [("left", 4), ("right", ROWS), ("sum", 3)]
    assert evened(found.loops) == list(found.loops)


@pytest.mark.parametrize("kind", ["both", "left", "right", "sum"])
def test_turning_twice_changes_nothing(kind: Any) -> None:
    found = matrix_product(row_major("a", [[2], [3], [4]]), row_major("b", [[2], [4], [5]]), (), None)
    assert found is not None
    assert found.turned.turned == found
    swapped = {"left": "right", "right": "left"}.get(kind, kind)
    assert [loop.number for loop in found.of(kind)] == [loop.number for loop in found.turned.of(swapped)]

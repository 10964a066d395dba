"""Peaks and copies, against NumPy's own idea of what is a view."""

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.interpret import step
from tests.oracle import Array, draw, leading, run_time_sizes, stored
from tests.planning.trivial_order import left_to_right
from tests.random_networks import networks
from tests.small_networks import small_network, tensor_train
from tncc.ir.extent import extent_at
from tncc.ir.network import BATCH, Network, sizes_at
from tncc.ir.program import Permute, Program, Read, Reshape, Result, Select, Total, sources
from tncc.planning.layout import lower
from tncc.planning.memory import REARRANGING, copied_elements, peak_bytes, placements
from tncc.planning.schedule import plan_schedule
from tncc.planning.strides import Placement, contiguous, reshaped


@settings(max_examples=150, deadline=None)
@given(networks())
def test_views_lie_where_numpy_puts_them(network: Network) -> None:
    tensors = draw(network, lead=(4,))
    program = lower(network, plan_schedule(network, 4, order=left_to_right))
    sizes = sizes_at(network, 4)
    places = placements(program, sizes)
    lead = leading(network, tensors)
    values = {tensor.name: stored(tensor, tensors, lead) for tensor in network.tensors}
    sizes = run_time_sizes(network, values, math.prod(lead))
    arrays: dict[str, Array] = {}
    for instruction in program.instructions:
        shape = tuple(extent_at(extent, sizes) for extent in instruction.shape)
        if isinstance(instruction, Select):
            picked: tuple[Any, ...] = (*[slice(None)] * instruction.axis, instruction.position, ...)
            arrays[instruction.name] = arrays[instruction.source][picked]
        elif isinstance(instruction, REARRANGING):
            arrays[instruction.name] = step(instruction, shape, arrays)
        else:
            read = values[instruction.tensor] if isinstance(instruction, Read) else step(instruction, shape, arrays)
            arrays[instruction.name] = np.array(read, order="C", copy=True)
        array, place = arrays[instruction.name], places[instruction.name]
        assert place.shape == array.shape
        if array.size:
            assert np.shares_memory(array, arrays[place.base])
        strides = [stride // array.itemsize for stride in array.strides]
        assert all(size == 1 or a == b for a, b, size in zip(strides, place.strides, array.shape, strict=True))


@given(st.lists(st.sampled_from([1, 2, 3, 4, 6]), max_size=4), st.data())
def test_reshape_copies_when_numpy_does(shape: list[int], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(shape))))
    array = np.zeros(shape).transpose(order)
    bounds = [0, *sorted(data.draw(st.lists(st.integers(0, array.ndim), max_size=2))), array.ndim]
    joined = [math.prod(array.shape[start:end]) for start, end in pairwise(bounds)]
    new = tuple(part for size in joined for part in ((2, size // 2) if size % 2 == 0 else (size,)))
    base = contiguous("a", tuple(shape))
    place = Placement("a", array.shape, tuple(base.strides[axis] for axis in order))
    assert (reshaped(place, new) is not None) == np.shares_memory(array, array.reshape(new))


def program(*instructions: Permute | Read | Reshape | Total, array: str = "y") -> Program:
    """A program with one scalar or unbatched output."""
    shape = instructions[-1].shape
    return Program(
        rows=4, instructions=instructions, results=(Result(name="y", array=array, shape=shape, batched=False),)
    )


def test_views_take_nothing_and_keep_their_base() -> None:
    read = Read(name="x", shape=("rows", 6), tensor="x")
    total = Total(name="h", shape=("rows",), source="x", axes=(1,))
    view = Reshape(name="v", shape=("rows", 1), source="h")
    other = Total(name="u", shape=("rows",), source="x", axes=(1,))
    last = Total(name="y", shape=(), source="v", axes=(0, 1))
    sizes = {BATCH: 4}
    assert peak_bytes(program(read, total, view, last), sizes) == 4 * (4 + 1)
    assert peak_bytes(program(read, total, view, other, last), sizes) == 4 * (4 + 4)
    assert peak_bytes(program(read, total, last.model_copy(update={"source": "h"})), sizes, item_size=2) == 2 * (4 + 1)


def test_reshape_across_a_permutation_copies() -> None:
    read = Read(name="x", shape=("rows", 6), tensor="x")
    turned = Permute(name="t", shape=(6, "rows"), source="x", order=(1, 0))
    flat = Reshape(name="y", shape=("6*rows",), source="t")
    sizes = {BATCH: 4}
    assert peak_bytes(program(read, turned, flat), sizes) == 4 * 24
    assert copied_elements(program(read, turned, flat), sizes) == 24
    assert copied_elements(program(read, turned, array="t"), sizes) == 0
    assert peak_bytes(program(read, turned, array="t"), sizes) == 0


def test_complex_elements_take_twice_as_much() -> None:
    read = Read(name="x", shape=("rows", 6), tensor="x", complex=True)
    total = Total(name="y", shape=("rows",), source="x", axes=(1,), complex=True)
    assert peak_bytes(program(read, total), {BATCH: 4}) == 8 * 4


@pytest.mark.parametrize("rows", [1, 32, 1024])
def test_peak_is_that_of_a_count_at_every_moment(rows: int) -> None:
    network = tensor_train((4, 4, 4), (4, 4, 4), 8)
    made = lower(network, plan_schedule(network, rows, order=left_to_right))
    sizes = sizes_at(network, rows)
    places = placements(made, sizes)
    own = [i.name for i in made.instructions if places[i.name].base == i.name and not isinstance(i, Read)]
    peak = 0
    for moment in range(len(made.instructions)):
        later = made.instructions[moment:]
        read = {places[name].base for i in later for name in sources(i)} | {places[r.array].base for r in made.results}
        done = {i.name for i in made.instructions[: moment + 1]}
        alive = [name for name in own if name in done and (name in read or name == made.instructions[moment].name)]
        peak = max(peak, sum(4 * math.prod(places[name].shape) for name in alive))
    assert peak_bytes(made, sizes) == peak


def test_outputs_count_and_stay() -> None:
    network = small_network(
        {"i": 4}, [("h", "i", "tanh<> u"), ("g", "i", "sin<> h"), ("y", "i", "h * g")], outputs="h y", inputs={"u": "i"}
    )
    assert peak_bytes(lower(network, plan_schedule(network, 1)), sizes_at(network, 1)) == 4 * 12

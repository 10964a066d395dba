"""Predicted times: positive, growing with the rows, and different tiles of one program never another result."""

from itertools import pairwise

import numpy as np
import pytest

from tests.planning.trivial_order import left_to_right
from tests.small_networks import small_network, tensor_train
from tncc.ir.network import BATCH, Network, sizes_at
from tncc.ir.phases import phases
from tncc.ir.program import Matmul, Permute, Read, Reshape
from tncc.machines import builtin_machine
from tncc.planning.layout import lower
from tncc.planning.predict import MODULE_US, TILES, Places, Predictor, as_matrices, even, predictor
from tncc.planning.schedule import plan_schedule
from tncc.planning.strides import Placement, contiguous

MACHINE = builtin_machine()

TRAIN = tensor_train((8, 8), (8, 8), 6)

BLOCK = small_network(
    {"i": 6, "j": 5, "k": 4},
    [("h", "... j", "x * A"), ("g", "... j", "gelu<> h"), ("l", "... j", "layernorm<j> g"), ("y", "... k", "l * B")],
    inputs={"x": "... i"},
    parameters={"A": "i j", "B": "j k"},
)

NETWORKS = {"train": TRAIN, "block": BLOCK}
COUNTS = (1, 2, 7, 32, 33, 256, 1000, 4096, 100_000)


def ready(network: Network, stored: frozenset[str] = frozenset(), rows: int = 32) -> Predictor:
    """A predictor of a network's only program."""
    program = lower(network, plan_schedule(network, rows, order=left_to_right))
    return predictor(program, MACHINE, sizes_at(network, 1), stored)


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("tile", [0, 1, *TILES])
def test_times_are_positive_and_grow_with_the_rows(name: str, tile: int) -> None:
    found = ready(NETWORKS[name])
    times = [found.us(rows, tile) for rows in COUNTS]
    assert times[0] > MODULE_US
    assert all(before <= after * 1.001 for before, after in pairwise(times)), times
    assert times[-1] > 10 * times[0]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_tile_that_holds_all_rows_is_none(name: str) -> None:
    found = ready(NETWORKS[name])
    for tile in TILES:
        for rows in (1, tile - 1, tile):
            assert found.us(rows, tile) == found.us(rows, 0)


def test_many_tiles_cost_in_proportion_to_the_rows() -> None:
    found = ready(TRAIN)
    for tile in (16, 64):
        many, twice = (found.us(tile * count, tile) for count in (1000, 2000))
        assert twice - MODULE_US == pytest.approx(2 * (many - MODULE_US), rel=0.1)


def test_tiny_tiles_cost_calls() -> None:
    found = ready(TRAIN)
    assert found.us(4096, 1) > 4096 * MACHINE.call_us
    assert found.us(4096, 1) > found.us(4096, 64)


def test_what_is_kept_takes_no_time() -> None:
    network = small_network(
        {"i": 16, "j": 16, "k": 16, "o": 16},
        [("m", "i k", "A * B"), ("y", "... k", "x * m")],
        inputs={"x": "... i"},
        parameters={"A": "i j", "B": "j k"},
    )
    stored = frozenset({"A", "B"})
    kept, worked = ready(network, stored), ready(network)
    products = [i.name for i in worked.program.instructions if isinstance(i, Matmul)]
    assert kept.kept >= {products[0]}
    assert products[1] not in kept.kept
    for rows in (1, 1000):
        assert kept.us(rows, 0) < worked.us(rows, 0) - MACHINE.call_us


def test_more_work_takes_longer() -> None:
    times = [ready(tensor_train((8, 8), (8, 8), chi)).us(256, 0) for chi in (1, 8, 64, 256)]
    assert times == sorted(times)


def test_the_time_of_a_program_is_that_of_its_phases() -> None:
    found = ready(BLOCK)
    places = Places(sizes_at(BLOCK, 100))
    parts = phases(found.program)
    times = {i.name: places.instruction_us(MACHINE, i) for i in found.program.instructions}
    assert all(times[i.name] == 0 for i in found.program.instructions if isinstance(i, Read))
    assert found.us(100, 0) == pytest.approx(MODULE_US + sum(times.values()))
    body = found.body(100)
    assert body.once == pytest.approx(sum(times[i.name] for i in parts.once))
    assert body.each == pytest.approx(sum(times[i.name] for i in parts.each))
    assert found.body(100) is body


def test_a_reshape_that_copies_costs_more_than_a_view() -> None:
    read = Read(name="x", shape=("rows", 64, 64), tensor="x")
    turned = Permute(name="t", shape=(64, "rows", 64), source="x", order=(1, 0, 2))
    flat = Reshape(name="f", shape=("4096*rows",), source="t")
    seen = Reshape(name="v", shape=("64*rows", 64), source="x")
    places = Places(sizes_at(TRAIN, 100))
    read_us, turned_us, flat_us, seen_us = (places.instruction_us(MACHINE, i) for i in (read, turned, flat, seen))
    assert (read_us, turned_us, seen_us) == (0, MACHINE.view_us, MACHINE.view_us)
    assert flat_us > MACHINE.call_us


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (2, 1, 0), (1, 2, 0)])
def test_what_lies_how(order: tuple[int, ...]) -> None:
    array = np.zeros((3, 4, 5)).transpose(order)
    place = contiguous("a", (3, 4, 5))
    turned = Placement("a", array.shape, tuple(place.strides[axis] for axis in order))
    strides = [stride // array.itemsize for stride in array.strides]
    assert even(turned) == array.flags.c_contiguous
    assert as_matrices(turned) == (1 in strides[-2:])


@pytest.mark.parametrize("name", NETWORKS)
def test_every_array_has_the_place_that_it_would_have_if_none_were_alike(name: str) -> None:
    found = ready(NETWORKS[name])
    places = Places(sizes_at(NETWORKS[name], 16))
    for instruction in found.program.instructions:
        places.instruction_us(MACHINE, instruction)
        place = found.body(16).places.found[instruction.name]
        assert (place.shape, place.strides) == (
            places.found[instruction.name].shape, places.found[instruction.name].strides,
        )  # fmt: skip


def test_alike_sites_are_looked_at_once() -> None:
    few, many = (ready(tensor_train((2,) * sites, (2,) * sites, 4)) for sites in (8, 12))
    assert len(many.program.instructions) >= len(few.program.instructions) + 4
    assert len(many.alike.first) < len(many.program.instructions)
    for found in (few, many):
        places = Places(dict(found.sizes) | {BATCH: 100})
        once = {one.name: places.instruction_us(MACHINE, one) for one in found.program.instructions}
        assert all(once[name] == once[kind] for name, kind in found.alike.kinds.items())

"""The time model: what it says at measured sizes, between them, and beyond them."""

from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tncc.ir.machine import Level, Machine, PermuteLevel, Table
from tncc.machines import builtin_machine
from tncc.planning.time_model import (
    MANY,
    bandwidth,
    fresh_us,
    function_us,
    matmul_us,
    measured_bytes,
    permute_us,
    stream_us,
)

EXTENTS = (1, 4, 16, 64)


def rates(scale: float) -> Table:
    """Rates that grow with each extent, but more slowly than the work does."""
    return tuple(tuple(tuple(scale * (m * n * k) ** 0.5 for k in EXTENTS) for n in EXTENTS) for m in EXTENTS)


SMALL = Machine(
    name="small",
    threads=1,
    call_us=2.0,
    view_us=1.0,
    autograd_us=10.0,
    function_ns=1.5,
    fresh_bytes=2**30,
    fresh_gbps=2.0,
    caches=(Level(bytes=2**16, gbps=100.0), Level(bytes=2**20, gbps=50.0), Level(bytes=None, gbps=5.0)),
    runs=(1, 4, 64),
    permute=(PermuteLevel(bytes=2**18, gbps=(4.0, 16.0, 64.0)), PermuteLevel(bytes=2**24, gbps=(1.0, 4.0, 4.0))),
    crowded_gbps=2.0,
    extents=EXTENTS,
    single=rates(0.5),
    batched_extents=EXTENTS,
    batched=rates(0.25),
)
"""Made-up costs, easy to reckon with."""

MACHINES = {"small": SMALL, "built in": builtin_machine()}
sizes = st.integers(1, 5000)


@pytest.mark.parametrize("name", MACHINES)
def test_a_measured_product_takes_what_was_measured(name: str) -> None:
    machine = MACHINES[name]
    for (i, m), (j, n), (o, k) in product(enumerate(machine.extents), repeat=3):
        expected = 2 * m * n * k / machine.single[i][j][o] / 1e3
        assert matmul_us(machine, 1, m, n, k, 4 * (m * k + k * n + m * n)) == pytest.approx(expected)
    for (i, m), (j, n), (o, k) in product(enumerate(machine.batched_extents), repeat=3):
        expected = MANY * 2 * m * n * k / machine.batched[i][j][o] / 1e3
        assert matmul_us(machine, MANY, m, n, k, 0) == pytest.approx(expected)


@given(sizes, sizes, sizes, st.integers(1, 200), st.integers(0, 2), st.integers(1, 1000))
def test_a_larger_product_takes_no_less(m: int, n: int, k: int, batch: int, which: int, more: int) -> None:
    larger = [m, n, k]
    larger[which] += more
    for working_set in (0, 2**30):
        before = matmul_us(SMALL, batch, m, n, k, working_set)
        assert 0 < before <= matmul_us(SMALL, batch, *larger, working_set) * (1 + 1e-9)
        assert before <= matmul_us(SMALL, batch + more, m, n, k, working_set) * (1 + 1e-9)


@given(sizes, sizes, sizes, st.integers(1, 2000))
def test_a_rate_between_measured_ones_is_between_them(m: int, n: int, k: int, batch: int) -> None:
    machine = builtin_machine()
    measured = [rate for table in (machine.single, machine.batched) for plane in table for row in plane for rate in row]
    rate = 2 * batch * m * n * k / matmul_us(machine, batch, m, n, k, 0) / 1e3
    assert min(measured) * 0.999 <= rate <= max(measured) * 1.001


def test_a_batch_of_few_is_between_one_and_many() -> None:
    alone, among = (matmul_us(SMALL, batch, 16, 16, 16, 0) / batch for batch in (1, MANY))
    each = [matmul_us(SMALL, batch, 16, 16, 16, 0) / batch for batch in range(1, 2 * MANY)]
    assert (alone, among) == (each[0], each[-1])
    assert all(before <= after for before, after in pairwise(each))
    assert each[3] == pytest.approx((alone * among) ** 0.5)


def test_beyond_the_grid_the_rate_stays() -> None:
    once = matmul_us(SMALL, 1, 64, 64, 64, 0)
    assert matmul_us(SMALL, 1, 640, 64, 64, 0) == pytest.approx(10 * once)
    assert matmul_us(SMALL, 1, 640, 6400, 128, 0) == pytest.approx(2000 * once)
    assert matmul_us(SMALL, 1000, 128, 64, 64, 0) == pytest.approx(2000 * matmul_us(SMALL, 1, 64, 64, 64, 0) * 2)


def test_below_the_grid_the_rate_stays() -> None:
    grid = {"extents": (16, 64), "single": tuple(tuple(row[2:] for row in plane[2:]) for plane in SMALL.single[2:])}
    machine = Machine.model_validate(SMALL.model_dump() | grid)
    assert matmul_us(machine, 1, 1, 2, 4, 0) == pytest.approx(matmul_us(machine, 1, 16, 16, 16, 0) / 512)
    assert matmul_us(machine, 1, 0, 2, 4, 0) == 0


def test_a_product_out_of_memory_takes_the_time_of_its_traffic_too() -> None:
    near = matmul_us(SMALL, 1, 1, 64, 64, measured_bytes(SMALL))
    far = matmul_us(SMALL, 1, 1, 64, 64, 2**30)
    assert near == pytest.approx(2 * 64**2 / SMALL.single[0][3][3] / 1e3)
    assert far == near + stream_us(SMALL, 4 * (64 + 64**2 + 64), 2**30)
    assert matmul_us(SMALL, 1, 64, 64, 64, 2**30) >= matmul_us(SMALL, 1, 64, 64, 64, 0)


def test_bandwidth_falls_from_level_to_level() -> None:
    measured = [bandwidth(SMALL, size) for size in (0, 1, 2**16, 2**20, 2**22, 2**40)]
    assert measured == pytest.approx([100.0, 100.0, 100.0, 50.0, 5.0, 5.0])
    assert bandwidth(SMALL, 2**18) == pytest.approx(5000**0.5)
    for machine in MACHINES.values():
        falling = [bandwidth(machine, 2**exponent) for exponent in range(40)]
        assert falling == sorted(falling, reverse=True)


def test_memory_alone_has_one_bandwidth() -> None:
    machine = Machine.model_validate(SMALL.model_dump() | {"caches": SMALL.model_dump()["caches"][-1:]})
    assert {bandwidth(machine, size) for size in (0, 1, 2**20, 2**40)} == {5.0}


def test_traffic_and_functions_are_linear() -> None:
    assert stream_us(SMALL, 10**6, 2**10) == pytest.approx(10.0)
    assert stream_us(SMALL, 0, 0) == 0
    assert function_us(SMALL, 1000) == pytest.approx(1.5)


def test_a_copy_is_as_fast_as_its_runs_are_long() -> None:
    assert permute_us(SMALL, 4000, 1, 0) == pytest.approx(1.0)
    assert permute_us(SMALL, 4000, 2, 0) == pytest.approx(0.5)
    assert permute_us(SMALL, 4000, 10**6, 0) == pytest.approx(1 / 16)
    assert permute_us(SMALL, 4000, 1, 2**40) == pytest.approx(4.0)
    assert permute_us(SMALL, 4000, 1, 2**21) == pytest.approx(2.0)


@given(st.integers(1, 2**40), st.integers(1, 2**12))
def test_no_copy_of_shorter_runs_is_faster(working_set: int, run: int) -> None:
    for machine, least in ((SMALL, 1), (builtin_machine(), 2)):
        longer, shorter = (permute_us(machine, 1000, max(least, length), working_set) for length in (run + 1, run))
        assert shorter >= longer * 0.999


def test_an_array_too_large_to_be_reused_costs_its_memory() -> None:
    most = SMALL.fresh_bytes
    assert fresh_us(SMALL, most - 1) == 0
    assert fresh_us(SMALL, most) == pytest.approx(most / 2e3)
    assert fresh_us(SMALL, 2 * most) == pytest.approx(2 * most / 2e3)
    assert stream_us(SMALL, 3 * most, 3 * most, 2 * most) == stream_us(SMALL, 3 * most, 3 * most) + most / 1e3
    side = 2**15
    again = SMALL.model_copy(update={"fresh_gbps": 1.0})
    for more in (
        matmul_us(again, 4, side, side, 1, 0) - matmul_us(SMALL, 4, side, side, 1, 0),
        permute_us(again, 32 * side**2, 1, 0) - permute_us(SMALL, 32 * side**2, 1, 0),
        function_us(again, 4 * side**2) - function_us(SMALL, 4 * side**2),
    ):
        assert more == pytest.approx(16 * side**2 / 2e3)


def test_the_largest_sizes_there_are_give_a_number() -> None:
    assert 0 < matmul_us(builtin_machine(), 2**48, 2**62, 2**62, 2**62, 2**62) < float("inf")

"""Plans for kernels: nothing is saved, nothing is in tiles, no two variants that follow each other are alike."""

from itertools import pairwise

import pytest

from tests.backends import samples
from tests.closeness import assert_agree
from tests.interpret import interpret
from tests.oracle import draw, evaluate
from tests.small_networks import tensor_train
from tncc.ir.network import Network
from tncc.ir.plan import Plan
from tncc.machines import builtin_machine
from tncc.planning.kernels import (
    AHEAD,
    CALL_US,
    _untiled,
    cycles_us,
    kernel_machine,
    kernel_plan,
    kernel_planner,
    training_overhead_us,
)
from tncc.planning.plan import FREEZES, Freeze

ROWS = (1, 32, 1024)

NETWORKS = {
    "train": tensor_train((8, 8), (8, 8), 4),
    "large": tensor_train((16, 16, 16), (16, 16, 16), 8),
    "attention": samples.ATTENTION,
    "two inputs": samples.TWO_INPUTS,
    "frozen": samples.FROZEN,
    "unbatched": samples.UNBATCHED,
}


@pytest.fixture(scope="module", params=NETWORKS)
def network(request: pytest.FixtureRequest) -> Network:
    return NETWORKS[request.param]


@pytest.fixture(scope="module")
def plan(network: Network) -> Plan:
    return kernel_plan(kernel_planner(network, builtin_machine(), ROWS))


def test_nothing_is_saved_for_the_backward_pass(plan: Plan) -> None:
    assert plan.training
    for one in plan.training:
        assert one.saved == () and one.missing == ()


def test_kernels_choose_their_tiles_themselves(plan: Plan) -> None:
    programs = [one.program for one in (*plan.forward, *plan.inference)]
    programs += [one.backward for one in plan.training]
    assert programs and all(program.tile == 0 and program.rows == 1 for program in programs)


def test_variants_that_follow_each_other_differ(plan: Plan) -> None:
    for variants in (plan.forward, plan.inference):
        assert [one.rows for one in variants] == sorted({one.rows for one in variants})
        assert all(one.program != two.program for one, two in pairwise(variants))
    assert all(one.backward != two.backward for one, two in pairwise(plan.training))
    assert plan.forward[0].rows <= 1 and plan.training[0].rows <= 1


def test_variants_are_made_one_where_only_tiles_differ(network: Network, plan: Plan) -> None:
    first = plan.forward[0]
    tiled = first.model_copy(update={"rows": 9, "program": first.program.model_copy(update={"tile": 4, "rows": 64})})
    again = first.model_copy(update={"rows": 99, "program": first.program.model_copy(update={"instructions": ()})})
    assert _untiled((first, tiled)) == (first,)
    assert [one.rows for one in _untiled((first, tiled, again, again))] == [first.rows, 99]
    assert _untiled(()) == ()


@pytest.mark.parametrize("freeze", FREEZES)
def test_programs_compute_the_network(network: Network, freeze: Freeze) -> None:
    made = kernel_plan(kernel_planner(network, builtin_machine(), ROWS), freeze)
    values = draw(network, lead=(5,) if network.batched else ())
    expected = evaluate(network, values)
    for one in (*made.forward, *made.inference):
        assert_agree(interpret(one.program, network, values), expected)


def test_the_machine_of_kernels() -> None:
    machine = builtin_machine()
    found = kernel_machine(machine)
    best = AHEAD * max(rate for plane in machine.single for row in plane for rate in row)
    assert found.call_us == CALL_US < machine.call_us
    for table in (found.single, found.batched):
        rates = [rate for plane in table for row in plane for rate in row]
        assert min(rates) > 0 and max(rates) <= best
    assert found.caches[0].bytes == machine.caches[0].bytes
    assert machine == builtin_machine(), "the profile itself is as it was"


def test_cycles_are_times() -> None:
    machine = builtin_machine()
    assert cycles_us(machine, 0) == 0
    assert cycles_us(machine, 3000) == pytest.approx(3 * cycles_us(machine, 1000))
    assert training_overhead_us(machine, 3) > training_overhead_us(machine, 1) > 0

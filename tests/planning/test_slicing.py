"""Steps done part by part give the same, in less memory."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.closeness import assert_agree, is_tame
from tests.interpret import interpret
from tests.oracle import draw, evaluate
from tests.planning.trivial_order import in_pairs, left_to_right
from tests.random_networks import networks
from tests.small_networks import small_network
from tncc.ir.network import Network, sizes_at
from tncc.ir.program import Loop, Program
from tncc.machines import builtin_machine
from tncc.planning.candidates import Candidate
from tncc.planning.layout import lower
from tncc.planning.memory import footprint
from tncc.planning.movement import BY_THUMB, Costs, Timed
from tncc.planning.pairwise import Order
from tncc.planning.schedule import plan_schedule
from tncc.planning.slicing import Sliced, sliced

TIMED = Timed(builtin_machine())

CHAIN = small_network(
    {"i": 8, "j": 12, "k": 64, "l": 4},
    [("y", "... l", "x * A * B * C")],
    inputs={"x": "... i"},
    parameters={"A": "i k", "B": "k j", "C": "j l"},
)
"""The first step makes as many numbers as `k` is large."""

JOINED = small_network(
    {"i": 8, "j": 16, "k": 64},
    [("h", "... k j", "x * A"), ("s", "... k", "h * B"), ("y", "... k", "tanh<> s")],
    inputs={"x": "... i"},
    parameters={"A": "i k j", "B": "k j"},
)
"""`j` is summed by the second step; `k` goes on into a function, which is not sliced."""

TWICE = small_network(
    {"i": 8, "j": 64, "k": 4, "l": 3},
    [("h", "... j", "x * A"), ("y", "... k", "h * B"), ("z", "... l", "h * C")],
    outputs="y z",
    inputs={"x": "... i"},
    parameters={"A": "i j", "B": "j k", "C": "j l"},
)
"""Two steps read the large result, so that it is made part by part for each."""


def program_of(network: Network, steps: Sliced, rows: int, costs: Costs = BY_THUMB) -> Program:
    """The program of sliced steps."""
    return lower(network, Candidate((), steps.operations, steps.slices).schedule(network, rows), costs)


def as_far_as_it_helps(network: Network, rows: int, order: Order = left_to_right, limit: int = 0) -> Sliced:
    """A network's steps, sliced down to a limit, or as far as slicing helps."""
    steps = [step.operation for step in plan_schedule(network, rows, order=order).steps]
    sizes = sizes_at(network, rows)
    return sliced(network, steps, sizes, lambda steps: footprint(program_of(network, steps, rows), sizes), limit)


@settings(max_examples=60, deadline=None)
@given(networks(), st.sampled_from([left_to_right, in_pairs]), st.sampled_from([BY_THUMB, TIMED]))
def test_sliced_random_networks_equal_the_oracle(network: Network, order: Order, costs: Costs) -> None:
    steps = as_far_as_it_helps(network, 3, order)
    tensors = draw(network, lead=(3,), dynamic={"q": 2, "t": 2})
    assume(is_tame(network, tensors))
    found = interpret(program_of(network, steps, 3, costs), network, tensors)
    assert_agree(found, evaluate(network, tensors))


@pytest.mark.parametrize("network", [CHAIN, JOINED, TWICE], ids=["chain", "joined", "twice"])
def test_large_results_are_not_made_as_a_whole(network: Network) -> None:
    whole = Sliced(tuple(step.operation for step in plan_schedule(network, 2, order=left_to_right).steps), ())
    steps = as_far_as_it_helps(network, 2)
    assert steps.slices
    sizes = sizes_at(network, 2)
    before, after = (footprint(program_of(network, one, 2), sizes) for one in (whole, steps))
    assert after < before / 2
    tensors = draw(network, lead=(2,))
    found, expected = interpret(program_of(network, steps, 2), network, tensors), evaluate(network, tensors)
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-12, atol=1e-12)


def test_no_more_is_sliced_than_it_takes() -> None:
    assert as_far_as_it_helps(CHAIN, 2, limit=10**6).slices == ()
    few = as_far_as_it_helps(CHAIN, 2, limit=400)
    most = as_far_as_it_helps(CHAIN, 2)
    sizes = sizes_at(CHAIN, 2)
    assert footprint(program_of(CHAIN, few, 2), sizes) <= 400
    assert 1 < min(part.count for part in few.slices) < max(part.count for part in most.slices)


def test_a_loop_for_each_reader_of_a_large_result() -> None:
    loops = [i for i in program_of(TWICE, as_far_as_it_helps(TWICE, 2), 2).instructions if isinstance(i, Loop)]
    assert [loop.name for loop in loops] == ["y", "z"]
    assert all(loop.axis is None and loop.count > 1 for loop in loops)


def test_parts_are_joined_where_the_index_goes_on() -> None:
    network = small_network(
        {"i": 8, "j": 64, "k": 64},
        [("y", "... k", "x * A * B")],
        inputs={"x": "... i"},
        parameters={"A": "i j k", "B": "j k"},
    )
    found = [i for i in program_of(network, as_far_as_it_helps(network, 2), 2).instructions if isinstance(i, Loop)]
    assert found
    tensors = draw(network, lead=(2,))
    assert_agree(
        interpret(program_of(network, as_far_as_it_helps(network, 2), 2), network, tensors), evaluate(network, tensors)
    )

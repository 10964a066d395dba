"""Costs equal what is counted one by one."""

from collections.abc import Iterable, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.planning.trivial_order import in_pairs, left_to_right
from tests.random_networks import networks
from tests.small_networks import small_network
from tncc.ir.cost import backward_flops, bytes_moved, flops
from tncc.ir.network import Assembly, Contraction, Function, Network, Operation, Sum, legs, sizes_at, views
from tncc.planning.pairwise import Order
from tncc.planning.schedule import plan_schedule

SIZES = {"i": 3, "j": 4, "k": 5, "b": 2}


def points(indices: Iterable[str], sizes: Mapping[str, int]) -> int:
    """How many positions there are, by going through all of them."""
    return sum(1 for _ in product(*(range(sizes[name]) for name in dict.fromkeys(indices))))


def counted(operation: Operation, sizes: Mapping[str, int]) -> int:
    """The multiplications and additions of a step, one by one."""
    result = legs(operation.axes)
    carried = [name for view in views(operation) for name in view.indices]
    total = 0
    match operation:
        case Contraction():
            summed = set(carried) - set(result)
            for _ in range(points(carried, sizes)):
                total += len(operation.operands) == 2  # a multiplication
                total += bool(summed)  # an addition
            for _ in range(points(result, sizes) if operation.operands else 0):
                total += operation.scale != 1.0
        case Sum():
            total += points(result, sizes) * (len(operation.terms) - 1)
        case Function():
            total += points(carried, sizes)
        case Assembly():
            total += sum(points(part.operand.indices, sizes) for part in operation.parts)
    return total


@settings(max_examples=150, deadline=None)
@given(networks(), st.sampled_from([1, 3]), st.sampled_from([left_to_right, in_pairs]))
def test_flops_of_every_step_are_what_is_counted(network: Network, rows: int, order: Order) -> None:
    sizes = sizes_at(network, rows)
    for step in plan_schedule(network, rows, order=order).steps:
        if points([name for view in views(step.operation) for name in view.indices], sizes) < 20_000:
            assert step.flops == counted(step.operation, sizes)
            assert step.output_size == points(legs(step.operation.axes), sizes)


def only_step(result: str, expression: str) -> Operation:
    """The operation of a network that has one."""
    return small_network(SIZES, [("y", result, expression)], parameters=MATRICES).operations[0]


MATRICES = {"A": "i k", "B": "k j", "C": "b i", "D": "b j"}


@pytest.mark.parametrize(
    ("result", "expression", "forward", "backward"),
    [
        ("i j", "A * B", 2 * 3 * 5 * 4, 2 * (2 * 3 * 5 * 4)),
        ("b i j", "C * D", 2 * 3 * 4, 2 * (2 * 2 * 3 * 4)),
        ("b i", "C * C", 2 * 3, 2 * (2 * 3)),
        ("", "C * C", 2 * 2 * 3, 2 * (2 * 3)),
        ("i", "A", 3 * 5, 0),
        ("k i", "A", 0, 0),
        ("i k", "2 * A", 3 * 5, 3 * 5),
        ("i k", "A + -1 A", 3 * 5, 0),
        ("i k b", "A + -1 C", 3 * 5 * 2, 2 * (3 * 5 * 2)),
        ("i k", "tanh<> A", 3 * 5, 3 * 5),
        ("k", "mean<i> A", 3 * 5, 3 * 5),
        ("i k", "softmax<i> A", 3 * 5, 3 * 5),
    ],
)
def test_rules(result: str, expression: str, forward: int, backward: int) -> None:
    operation = only_step(result, expression)
    assert flops(operation, SIZES) == forward
    assert backward_flops(operation, SIZES, {"A", "B", "C", "D"}) == backward


def test_no_gradient_for_constants() -> None:
    operation = only_step("i j", "A * B")
    assert backward_flops(operation, SIZES, {"A"}) == 2 * 3 * 5 * 4
    assert backward_flops(operation, SIZES, set()) == 0


def test_bytes() -> None:
    operation = only_step("i j", "A * B")
    assert bytes_moved(operation, SIZES) == 4 * (15 + 20 + 12)
    assert bytes_moved(operation, SIZES, {"A", "y"}, item_size=2) == 2 * (30 + 20 + 24)


def test_bytes_are_those_of_what_is_seen() -> None:
    operation = only_step("j", "B{2 j}")
    assert bytes_moved(operation, SIZES) == 4 * (4 + 4)

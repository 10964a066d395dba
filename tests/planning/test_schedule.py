"""Schedules: the same values in steps of two operands, what nobody needs left out."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.closeness import assert_agree, is_tame
from tests.oracle import draw, evaluate
from tests.planning.trivial_order import in_pairs, left_to_right
from tests.random_networks import networks
from tests.small_networks import small_network, tensor_train
from tncc.ir.cost import summed_indices
from tncc.ir.dump import operation_line
from tncc.ir.network import Contraction, Network, Sum
from tncc.ir.verify import verify
from tncc.planning.pairwise import Order
from tncc.planning.schedule import plan_schedule


def lines(network: Network, rows: int = 4) -> list[str]:
    """The steps as equations."""
    return [operation_line(step.operation) for step in plan_schedule(network, rows, order=left_to_right).steps]


@settings(max_examples=150, deadline=None)
@given(networks(), st.sampled_from([1, 32]), st.sampled_from([left_to_right, in_pairs]))
def test_steps_are_small_and_have_the_same_value(network: Network, rows: int, order: Order) -> None:
    schedule = plan_schedule(network, rows, order=order)
    steps = tuple(step.operation for step in schedule.steps)
    stepwise = network.model_copy(update={"operations": steps})
    verify(stepwise)
    tensors = draw(network, lead=(2,))
    assume(is_tame(network, tensors))
    assert_agree(evaluate(stepwise, tensors), evaluate(network, tensors))
    for step in steps:
        if isinstance(step, Contraction):
            assert len(step.operands) <= 2
            assert step.scale == 1.0 or (len(step.operands) <= 1 and not summed_indices(step))
            if len(step.operands) == 2 and summed_indices(step):
                first, second = (set(view.indices) for view in step.operands)
                assert (first & second).issuperset(summed_indices(step))
        if isinstance(step, Sum):
            assert len(step.terms) == 2
            assert [term.coefficient for term in step.terms] in ([1.0, 1.0], [1.0, -1.0])


def test_private_indices_are_summed_first() -> None:
    network = small_network({"i": 3, "j": 4}, [("y", "i", "A * v")], parameters={"A": "i j", "v": "i"})
    assert lines(network) == ["y:1[i] = A[i, j]", "y[i] = y:1[i] * v[i]"]


def test_scale_goes_to_the_smallest() -> None:
    network = small_network(
        {"i": 30, "j": 4, "k": 20}, [("y", "i k", "3 * A * B")], parameters={"A": "i j", "B": "j k"}
    )
    assert lines(network) == ["y:2[j, k] = 3.0 * B[j, k]", "y[i, k] = A[i, j] * y:2[j, k]"]


def test_scale_of_a_result_smaller_than_its_operands() -> None:
    network = small_network({"i": 3}, [("y", "", "3 * u * v")], parameters={"u": "i", "v": "i"})
    assert lines(network) == ["y:1[] = u[i] * v[i]", "y[] = 3.0 * y:1[]"]


def test_scale_of_one_operand_and_its_sum() -> None:
    network = small_network({"i": 3, "j": 4}, [("y", "j", "3 * A")], parameters={"A": "i j"})
    assert lines(network) == ["y:1[j] = A[i, j]", "y[j] = 3.0 * y:1[j]"]


def test_pure_transposition_is_a_step_without_flops() -> None:
    network = small_network({"i": 3, "j": 4}, [("y", "j i", "A")], parameters={"A": "i j"})
    (step,) = plan_schedule(network, 4).steps
    assert (step.flops, step.backward_flops, step.bytes_moved) == (0, 0, 4 * 24)


def test_small_terms_first() -> None:
    network = small_network(
        {"i": 3, "j": 4}, [("y", "i j", "A + -1 u + 2 v")], parameters={"A": "i j", "u": "i", "v": "i"}
    )
    assert lines(network) == ["y:1[i] = 2.0 * v[i]", "y:2[i] = y:1[i] - u[i]", "y[i, j] = y:2[i] + A[i, j]"]


def test_sum_of_negative_terms() -> None:
    network = small_network({"i": 3}, [("y", "i", "-1 u + -1 v")], parameters={"u": "i", "v": "i"})
    assert lines(network) == ["y:1[i] = u[i] + v[i]", "y[i] = -1.0 * y:1[i]"]


def test_what_no_output_needs_is_left_out() -> None:
    network = small_network(
        {"i": 3}, [("h", "i", "tanh<> u"), ("g", "i", "sin<> h"), ("y", "i", "h * u")], parameters={"u": "i"}
    )
    assert [line[0] for line in lines(network)] == ["h", "y"]


def test_names_do_not_clash() -> None:
    network = small_network(
        {"i": 3},
        [("y:1", "i", "tanh<> u"), ("y", "i", "u * v * u * y:1")],
        parameters={"u": "i", "v": "i"},
    )
    names = [step.operation.name for step in plan_schedule(network, 4, order=left_to_right).steps]
    assert names == ["y:1", "y:2", "y:3", "y"]


def test_gradients_of_a_value_used_twice_are_added() -> None:
    network = small_network({"i": 3}, [("h", "i", "tanh<> u"), ("y", "i", "h * h")], parameters={"u": "i"})
    _, square = plan_schedule(network, 4).steps
    assert square.backward_flops == 3 + 3 + 3


def test_rows_count() -> None:
    network = tensor_train((2, 3), (4, 5), 3)
    few, many = (plan_schedule(network, rows, order=left_to_right) for rows in (1, 10))
    assert [step.flops * 10 for step in few.steps] == [step.flops for step in many.steps]

"""Candidates: whole schedules, all with the oracle's value, one of which contracts the weights first."""

import pytest
from hypothesis import assume, given, settings

from tests.closeness import assert_agree, is_tame
from tests.interpret import interpret
from tests.oracle import draw, evaluate
from tests.planning.trivial_order import left_to_right
from tests.random_networks import networks
from tests.small_networks import small_network, tensor_train
from tncc.ir.network import Contraction, Network, Operation, legs, values_from, views
from tncc.ir.verify import verify
from tncc.machines import builtin_machine
from tncc.planning import candidates as module
from tncc.planning.candidates import Candidate, Chooser, Orders, candidates
from tncc.planning.layout import lower

MACHINE = builtin_machine()
ROWS = (1, 32, 1024)

TRAIN = tensor_train((4, 4, 4), (4, 4, 4), 6)

BLOCK = small_network(
    {"i": 6, "j": 5, "k": 4, "r": 3, "s": 2},
    [("h", "... j", "x * A * B * C"), ("g", "... j", "gelu<> h"), ("y", "... k", "g * D * E")],
    inputs={"x": "... i"},
    parameters={"A": "i r", "B": "r s", "C": "s j", "D": "j r", "E": "r k"},
)


def rowed_products(candidate: Candidate, network: Network) -> list[Contraction]:
    """The products that an input has a part in."""
    stepwise = network.model_copy(update={"operations": candidate.operations})
    varying = values_from(stepwise, [tensor.name for tensor in network.inputs])
    return [step for step in candidate.operations if isinstance(step, Contraction) and step.name in varying]


@settings(max_examples=40, deadline=None)
@given(networks())
def test_every_candidate_has_the_oracles_value(network: Network) -> None:
    tensors = draw(network, lead=(4,))
    assume(is_tame(network, tensors))
    expected = evaluate(network, tensors)
    for kept in (False, True):
        found = candidates(network, MACHINE, (1, 32), kept, left_to_right)
        assert found
        for candidate in found:
            stepwise = network.model_copy(update={"operations": candidate.operations})
            verify(stepwise)
            assert all(len(views(step)) <= 2 for step in candidate.operations)
            assert_agree(evaluate(stepwise, tensors), expected)
    lowered = lower(network, found[0].schedule(network, 32))
    assert_agree(interpret(lowered, network, tensors), expected)


@pytest.mark.parametrize("network", [TRAIN, BLOCK], ids=["train", "block"])
@pytest.mark.parametrize("rows", [1, 32, 1000])
def test_candidates_of_chains_run_at_any_number_of_rows(network: Network, rows: int) -> None:
    tensors = draw(network, lead=(5,))
    expected = evaluate(network, tensors)
    for candidate in candidates(network, MACHINE, ROWS, False):
        schedule = candidate.schedule(network, rows)
        assert schedule.rows == rows
        assert_agree(interpret(lower(network, schedule), network, tensors), expected)


def test_candidates_are_different_and_always_the_same() -> None:
    for network in (TRAIN, BLOCK):
        for kept in (False, True):
            found = candidates(network, MACHINE, ROWS, kept)
            assert found == candidates(network, MACHINE, ROWS, kept)
            steps = [tuple(views(step) for step in candidate.operations) for candidate in found]
            assert len(set(steps)) == len(steps) > 1


def test_one_candidate_contracts_the_weights_first() -> None:
    for network, layers in ((TRAIN, 1), (BLOCK, 2)):
        found = candidates(network, MACHINE, ROWS, False)
        assert min(len(rowed_products(one, network)) for one in found) == layers
        assert max(len(rowed_products(one, network)) for one in found) > layers
    rebuilt = [one for one in candidates(TRAIN, MACHINE, ROWS, False) if one.strategies[0] is None]
    assert rebuilt
    for candidate in rebuilt:
        (last,) = rowed_products(candidate, TRAIN)
        weights = [view for view in last.operands if view.value != "x"]
        assert [len(view.indices) for view in weights] == [6]


def test_with_kept_weights_and_many_rows_the_matrix_is_the_best() -> None:
    (best, *_) = candidates(TRAIN, MACHINE, (4096,), True)
    assert len(rowed_products(best, TRAIN)) == 1


def test_the_best_for_the_first_row_count_comes_first() -> None:
    network = tensor_train((8, 8, 8), (8, 8, 8), 2)
    chooser = Chooser(network, MACHINE, (1, 4096), Orders(), values_from(network, ["x"]))
    for rows in ((1, 4096), (4096, 1)):
        best = candidates(network, MACHINE, rows, False)[0].strategies[0]
        options = chooser.strategies(chooser.operations[0])
        assert chooser.time(0, best, rows[0], False) == min(chooser.time(0, one, rows[0], False) for one in options)
    assert len(rowed_products(candidates(network, MACHINE, (1,), False)[0], network)) > 1


def test_a_matrix_that_is_too_large_is_no_candidate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST_MATRIX", 64**2 - 1)
    assert all(None not in candidate.strategies for candidate in candidates(TRAIN, MACHINE, ROWS, True))
    monkeypatch.setattr(module, "LARGEST_MATRIX", 64**2)
    assert any(None in candidate.strategies for candidate in candidates(TRAIN, MACHINE, ROWS, True))


def test_a_network_without_choice_has_one_candidate() -> None:
    network = small_network({"i": 3, "o": 2}, [("y", "... o", "x * A")], inputs={"x": "... i"}, parameters={"A": "i o"})
    (only,) = candidates(network, MACHINE, ROWS, False)
    assert [legs(step.axes) for step in only.operations] == [("...", "o")]


def test_what_no_output_needs_is_in_no_candidate() -> None:
    network = small_network(
        {"i": 3},
        [("h", "... i", "tanh<> x"), ("y", "... i", "x * x * A")],
        inputs={"x": "... i"},
        parameters={"A": "i"},
    )
    steps: list[Operation] = [step for one in candidates(network, MACHINE, ROWS, False) for step in one.operations]
    assert not any(step.name.startswith("h") for step in steps)


def test_each_order_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    def noted(inputs: object, output: object, sizes: object, aim: str) -> tuple[tuple[int, int], ...]:
        asked.append((repr(inputs), repr(output), repr(sizes), aim))
        return left_to_right(inputs, output, sizes)  # type: ignore[arg-type]

    monkeypatch.setattr("tncc.planning.candidates.contraction_order", noted)
    orders = Orders()
    first = candidates(TRAIN, MACHINE, ROWS, False, orders)
    count = len(asked)
    assert len(set(asked)) == count
    assert candidates(TRAIN, MACHINE, ROWS, False, orders) == first
    assert len(asked) == count

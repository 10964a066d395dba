"""Copy tensors become hyperedges."""

from collections.abc import Mapping

from tests.closeness import assert_agree
from tests.oracle import draw, evaluate
from tests.small_networks import small_network
from tncc.ir.dump import operation_line
from tncc.ir.network import Network
from tncc.passes.absorb_copies import absorb_copies

SIZES = {"a": 2, "b": 4, "c": 3, "i": 3, "j": 3, "k": 3}


def rewritten(result: str, expression: str, frozen: Mapping[str, str] | None = None) -> tuple[str, Network]:
    """The only operation after the pass, whose value must be the same, and the network."""
    network = small_network(
        SIZES,
        [("y", result, expression)],
        parameters={"X": "a i", "B": "j b", "C": "k b", "V": "i", "W": "j"},
        copies={"D": "i j k", "E": "i j", "F": "j k"},
        frozen=frozen or {},
    )
    after = absorb_copies(network)
    tensors = draw(network)
    assert_agree(evaluate(after, tensors), evaluate(network, tensors))
    return operation_line(after.operations[0]), after


def test_hyperedge() -> None:
    line, after = rewritten("a b", "X * D * B * C")
    assert line == "y[a, b] = X[a, i] * B[i, b] * C[i, b]"
    assert not [tensor for tensor in after.tensors if tensor.role == "copy"]


def test_chain_of_copies() -> None:
    assert rewritten("a b", "X * E * F * C")[0] == "y[a, b] = X[a, i] * C[i, b]"


def test_kept_index_gives_its_name() -> None:
    assert rewritten("a k", "X * D * W")[0] == "y[a, k] = X[a, k] * W[k]"


def test_two_kept_indices_keep_the_copy() -> None:
    line, after = rewritten("i k", "V * D * W")
    assert line == "y[i, k] = V[i] * W[i] * D[i, i, k]"
    assert [tensor.name for tensor in after.tensors if tensor.role == "copy"] == ["D"]


def test_three_kept_indices_need_no_cycle() -> None:
    assert rewritten("i j k", "E * F * D")[0] == "y[i, j, k] = E[i, j] * F[j, k]"


def test_leg_summed_alone() -> None:
    assert rewritten("a", "X * E")[0] == "y[a] = X[a, i]"


def test_copy_alone_summed() -> None:
    assert rewritten("", "D")[0] == "y[] = 3.0"


def test_copy_alone_kept() -> None:
    assert rewritten("j", "D")[0] == "y[j] = D[j, j, j]"


def test_copy_beside_something_else() -> None:
    assert rewritten("b", "D * B{c b}")[0] == "y[b] = 3.0 * B[c, b]"


def test_identified_indices_of_one_tensor_take_its_diagonal() -> None:
    assert rewritten("i", "E * P", frozen={"P": "i j"})[0] == "y[i] = P[i, i]"


def test_picked_copy_stays() -> None:
    assert rewritten("a", "X * D{i 1 2}")[0] == "y[a] = X[a, i] * D[i, 1, 2]"

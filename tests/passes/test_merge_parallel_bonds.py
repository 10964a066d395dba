"""Indices that are always together become one in the table."""

from tests.small_networks import small_network
from tncc.ir.network import Network
from tncc.passes.merge_parallel_bonds import merge_parallel_bonds

SIZES = {"a": 2, "i": 3, "j": 4, "k": 5}


def merged(network: Network) -> list[tuple[str, int, tuple[str, ...]]]:
    """The merged indices of a network after the pass."""
    after = merge_parallel_bonds(network)
    assert after.operations == network.operations
    return [(index.name, index.size, index.parts) for index in after.indices if index.parts]


def test_parallel_bonds() -> None:
    network = small_network(SIZES, [("y", "a", "A * B{j i k}")], parameters={"A": "a i j k", "B": "j i k"})
    assert merged(network) == [("(i j k)", 60, ("i", "j", "k"))]


def test_index_used_apart_stays_apart() -> None:
    operations = [("h", "k", "A * B{j i k}"), ("y", "", "h * C{j k}")]
    parameters = {"A": "a i j", "B": "j i k", "C": "j k"}
    assert merged(small_network(SIZES, operations, parameters=parameters)) == []


def test_diagonal_and_function_stay_apart() -> None:
    diagonal = small_network(SIZES, [("y", "i k", "A{i i k}")], parameters={"A": "i i k"})
    assert merged(diagonal) == []
    function = small_network(SIZES, [("y", "i k", "softmax<i> x")], inputs={"x": "i k"})
    assert merged(function) == []


def test_dynamic_and_batch_stay_apart() -> None:
    sizes = {"q": 0, "t": 0, "i": 3}
    assert merged(small_network(sizes, [("y", "... q t i", "x")], inputs={"x": "... q t i"})) == []

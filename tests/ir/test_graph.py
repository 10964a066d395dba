"""Networks as graphs."""

import networkx as nx
from hypothesis import given, settings

from tests.random_networks import networks
from tests.small_networks import small_network
from tncc.ir.graph import contraction_graph, network_graph
from tncc.ir.network import Contraction, Network

NETWORK = small_network(
    {"a": 2, "i": 3, "j": 4},
    [("h", "a j", "x * A * A{i j}"), ("y", "j", "h * B{j j} * C{a}")],
    inputs={"x": "a i"},
    parameters={"A": "i j", "B": "j j", "C": "a"},
)


def test_hyperedges_open_legs_and_diagonals() -> None:
    first, second = (operation for operation in NETWORK.operations if isinstance(operation, Contraction))
    graph = contraction_graph(first)
    assert graph.degree["index", "i"] == 3
    assert [name for name in "aij" if graph.nodes["index", name]["open"]] == ["a", "j"]
    assert [graph.nodes["operand", "h", place]["value"] for place in range(3)] == ["x", "A", "A"]
    assert contraction_graph(second).number_of_edges(("operand", "y", 1), ("index", "j")) == 2


def test_disconnected_products_have_more_components() -> None:
    network = small_network({"i": 3, "j": 4}, [("y", "i j", "u * v")], parameters={"u": "i", "v": "j"})
    (operation,) = network.operations
    assert isinstance(operation, Contraction)
    assert nx.number_connected_components(contraction_graph(operation)) == 2


def test_whole_network() -> None:
    graph = network_graph(NETWORK)
    assert graph.nodes["index", "j"] == {"bipartite": 1, "size": 4, "kind": "index", "open": True}
    assert graph.nodes["operand", "y", 0]["value"] == graph.nodes["result", "h"]["value"] == "h"


@settings(max_examples=50, deadline=None)
@given(networks())
def test_bipartite(network: Network) -> None:
    graph = network_graph(network)
    assert all(graph.nodes[one]["bipartite"] != graph.nodes[other]["bipartite"] for one, other in graph.edges())

"""A network as a networkx graph, made on demand: tensors on one side, indices on the other.

With indices as nodes, a hyperedge is an index with three neighbours and an open leg one that the result keeps.
"""

import networkx as nx

from tncc.ir.network import Contraction, Network, Operation, View, legs, views

Node = tuple[str, str] | tuple[str, str, int]
"""`("index", name)`, `("operand", operation, place)` for one use of a value, or `("result", operation)`."""


def contraction_graph(contraction: Contraction) -> "nx.MultiGraph[Node]":
    """One contraction: a node for each operand and each index, an edge for each leg; bipartite.

    Operands carry the `value` that they are; indices carry `open`, whether the result keeps them. A diagonal is a
    pair of parallel edges.
    """
    graph: nx.MultiGraph[Node] = nx.MultiGraph(name=contraction.name)
    add_operands(graph, contraction)
    kept = set(legs(contraction.axes))
    for node in graph:
        if node[0] == "index":
            graph.nodes[node]["open"] = node[1] in kept
    return graph


def network_graph(network: Network) -> "nx.MultiGraph[Node]":
    """The whole network: the operands and the result of every operation, joined by the indices that they carry.

    Bipartite. Operands and results carry the `value` that they are, so that a result is found again where it is an
    operand; indices carry `size`, `kind`, and `open`, whether an output has them.
    """
    graph: nx.MultiGraph[Node] = nx.MultiGraph(name=network.name)
    outputs = set(network.outputs)
    kept: set[str] = set()
    for operation in network.operations:
        add_operands(graph, operation)
        result = ("result", operation.name)
        graph.add_node(result, bipartite=0, value=operation.name)
        for name in legs(operation.axes):
            graph.add_node(("index", name), bipartite=1)
            graph.add_edge(result, ("index", name))
        if operation.name in outputs:
            kept.update(legs(operation.axes))
    for index in network.indices:
        if ("index", index.name) in graph:
            graph.add_node(("index", index.name), size=index.size, kind=index.kind, open=index.name in kept)
    return graph


def add_operands(graph: "nx.MultiGraph[Node]", operation: Operation) -> None:
    """The operands of one operation and their indices."""
    for place, view in enumerate(views(operation)):
        node = ("operand", operation.name, place)
        graph.add_node(node, bipartite=0, value=view.value)
        for name in leg_names(view):
            graph.add_node(("index", name), bipartite=1)
            graph.add_edge(node, ("index", name))


def leg_names(view: View) -> list[str]:
    """The indices of a view, repeated where a diagonal is taken."""
    return [name for axis in view.axes if not isinstance(axis, int) for name in axis]

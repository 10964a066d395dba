"""What the graph of a term's tensors is: the tree that is decomposed from its leaves, or none."""

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx

Legs = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree of nodes; `bonds` names the indices of each edge, none where two parts are only multiplied."""

    legs: tuple[Legs, ...]
    visible: frozenset[str]
    bonds: dict[frozenset[int], Legs]

    def neighbours(self, node: int) -> list[int]:
        """The nodes next to a node, in order."""
        return sorted(next(iter(pair - {node})) for pair in self.bonds if node in pair)


def carriers(legs: Sequence[Legs]) -> dict[str, list[int]]:
    """The nodes that carry each index."""
    found: dict[str, list[int]] = {}
    for node, names in enumerate(legs):
        for name in names:
            found.setdefault(name, []).append(node)
    return found


def as_tree(legs: Sequence[Legs], visible: frozenset[str]) -> Tree | None:
    """The tree that nodes with these legs are once all visible indices that several nodes carry are held fixed.

    Summed indices must be carried by two nodes each and join them without loops; where they leave parts apart, edges
    of size 1 join these. Each fixed index must be carried by neighbours throughout: else holding it fixed would leave
    a node between its carriers that can't tell its positions apart, which is a loop as well. None where that fails.
    """
    table = carriers(legs)
    bonds: dict[frozenset[int], list[str]] = {}
    for name, nodes in table.items():
        if name in visible:
            continue
        if len(nodes) != 2:
            return None
        bonds.setdefault(frozenset(nodes), []).append(name)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(legs)))
    graph.add_edges_from((min(pair), max(pair)) for pair in bonds)
    if len(bonds) != graph.number_of_nodes() - nx.number_connected_components(graph):
        return None
    fixed = [set(nodes) for name, nodes in table.items() if name in visible and len(nodes) > 1]
    for pair in _joining(graph, fixed):
        bonds[pair] = []
        graph.add_edge(*pair)
    if not all(nx.is_connected(graph.subgraph(nodes)) for nodes in fixed):
        return None
    return Tree(tuple(legs), visible, {pair: tuple(names) for pair, names in bonds.items()})


def _joining(graph: "nx.Graph[int]", fixed: Sequence[set[int]]) -> list[frozenset[int]]:
    """Edges that make one tree of a forest, between nodes that have as many fixed indices as can be in common.

    A spanning tree of greatest weight is a junction tree if there is one (Jensen and Jensen 1994).
    """
    part = {node: number for number, nodes in enumerate(nx.connected_components(graph)) for node in nodes}
    pairs = [(one, other) for one in graph for other in graph if one < other and part[one] != part[other]]
    pairs.sort(key=lambda pair: (-sum(pair[0] in nodes and pair[1] in nodes for nodes in fixed), pair))
    found: list[frozenset[int]] = []
    for one, other in pairs:
        if part[one] != part[other]:
            gone = part[other]
            part = {node: part[one] if number == gone else number for node, number in part.items()}
            found.append(frozenset((one, other)))
    return found


def cuts(legs: Sequence[Legs], visible: frozenset[str], sizes: dict[str, int]) -> Legs:
    """Summed indices without which a tree is left: those of three and more nodes, then the smallest ones of loops.

    Indices of equal size are cut from the last one on, so that what is left is a chain where the graph is a ring.
    """
    table = carriers(legs)
    found = [name for name, nodes in table.items() if name not in visible and len(nodes) > 2]
    graph: nx.Graph[int] = nx.Graph()
    joining = [name for name, nodes in table.items() if name not in visible and len(nodes) == 2]
    for name in sorted(joining, key=lambda name: -sizes[name]):
        one, other = table[name]
        graph.add_nodes_from((one, other))
        if graph.has_edge(one, other) or not nx.has_path(graph, one, other):
            graph.add_edge(one, other)
        else:
            found.append(name)
    left = [tuple(name for name in names if name not in found) for names in legs]
    if as_tree(left, visible) is None:
        # A fixed index closes a loop by itself: no bond is left uncut.
        found += [name for name in joining if name not in found]
    return tuple(found)

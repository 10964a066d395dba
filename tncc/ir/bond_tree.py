"""Where the stored tensors of a product form a tree, so that each bond has two sides: what canonical forms need."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tncc.ir.network import BATCH, Contraction, Group, Network, Tensor, View, legs, views


@dataclass(frozen=True, slots=True)
class Edge:
    """A summed index that exactly two nodes carry, by their positions in the tree, the first in the product first."""

    index: str
    ends: tuple[int, int]


@dataclass(frozen=True, slots=True)
class BondTree:
    """The stored tensors of one product that share indices, each as the product sees it, with what joins them.

    `fault` says why they are no tree; then `edges` are those that there are all the same. `joints` are all indices
    that two or more of the tensors carry. Trees of different products are equal where tensors and edges are.
    """

    product: str = field(compare=False)
    nodes: tuple[View, ...]
    edges: tuple[Edge, ...]
    joints: tuple[str, ...]
    fault: str | None = None


def bond_trees(network: Network) -> tuple[BondTree, ...]:
    """The trees of all products, and what is none, in the order of the operations."""
    stored = {tensor.name: tensor for tensor in network.tensors if tensor.role != "input"}
    return tuple(
        tree
        for operation in network.operations
        if isinstance(operation, Contraction)
        for tree in _trees_of(operation, stored)
    )


def carriers(views: Iterable[View]) -> dict[str, list[int]]:
    """Of each index the positions of the views that carry it, `...` left out."""
    found: dict[str, list[int]] = {}
    for position, view in enumerate(views):
        for name in view.indices:
            if name != BATCH:
                found.setdefault(name, []).append(position)
    return found


def connected(members: Iterable[int], joined: Iterable[Iterable[int]]) -> list[list[int]]:
    """Some positions in groups that joints connect, each in ascending order; joints may name other positions too."""
    group = {position: {position} for position in members}
    for ends in joined:
        together: set[int] = set()
        for position in ends:
            together |= group.get(position, set())
        for position in together:
            group[position] = together
    found = {min(together): sorted(together) for together in group.values()}
    return [found[first] for first in sorted(found)]


def _trees_of(product: Contraction, stored: dict[str, Tensor]) -> Iterator[BondTree]:
    kept = set(legs(product.axes))
    everywhere = carriers(product.operands)
    members = [position for position, view in enumerate(product.operands) if view.value in stored]
    among = {name: [one for one in found if one in set(members)] for name, found in everywhere.items()}
    joints = {name: found for name, found in among.items() if len(found) > 1}
    for positions in connected(members, joints.values()):
        place = {position: number for number, position in enumerate(positions)}
        own = {name: [place[one] for one in found] for name, found in joints.items() if found[0] in place}
        nodes = tuple(product.operands[position] for position in positions)
        edges, fault = [], _copies(nodes, stored)
        for name, ends in own.items():
            if len(ends) == 2 and len(everywhere[name]) == 2 and name not in kept:
                edges.append(Edge(name, (ends[0], ends[1])))
            else:
                fault = fault or _not_two(name, product, everywhere[name], name in kept)
        fault = fault or _loop(len(nodes), edges)
        yield BondTree(product.name, nodes, tuple(edges), tuple(own), fault)


def _copies(nodes: tuple[View, ...], stored: dict[str, Tensor]) -> str | None:
    found = [view.value for view in nodes if stored[view.value].role == "copy"]
    return f"`{found[0]}` is a copy tensor, which makes its legs one index of several tensors" if found else None


def _not_two(name: str, product: Contraction, found: list[int], kept: bool) -> str:
    names = [f"`{product.operands[position].value}`" for position in found]
    shown = ", ".join(names[:4]) + (", …" if len(names) > 4 else "")
    return f"`{name}` joins {shown}" + (" and is kept in the result" if kept else "")


def _loop(count: int, edges: Iterable[Edge]) -> str | None:
    roots = list(range(count))

    def root(one: int) -> int:
        while roots[one] != one:
            roots[one] = roots[roots[one]]
            one = roots[one]
        return one

    for edge in edges:
        one, other = map(root, edge.ends)
        if one == other:
            return f"`{edge.index}` closes a loop of tensors"
        roots[one] = other
    return None


def uses(network: Network) -> dict[str, list[View]]:
    """Every use of each value that is used."""
    found: dict[str, list[View]] = {}
    for operation in network.operations:
        for view in views(operation):
            found.setdefault(view.value, []).append(view)
    return found


def plain_axes(view: View) -> tuple[Group, ...] | None:
    """A view's axes where it shows a tensor whole: nothing picked, no diagonal taken; None otherwise."""
    groups = tuple(axis for axis in view.axes if not isinstance(axis, int))
    names = [name for group in groups for name in group]
    return groups if len(groups) == len(view.axes) and len(names) == len(set(names)) else None


def bond_carriers(network: Network) -> dict[str, tuple[str, ...]]:
    """Of each bond the stored tensors that carry it in any use, in the order of the operations."""
    stored = {tensor.name for tensor in network.tensors if tensor.role != "input"}
    bonds = {index.name for index in network.indices if index.kind == "bond"}
    found: dict[str, dict[str, None]] = {}
    for operation in network.operations:
        for view in views(operation):
            for name in view.indices if view.value in stored else ():
                if name in bonds:
                    found.setdefault(name, {})[view.value] = None
    return {name: tuple(tensors) for name, tensors in found.items()}

"""The tensors of a tree as matrices with a bond for their columns, and what is left of a branch seen from a bond."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch

from tncc.diagnostics.bond_kinds import UnusableValues
from tncc.ir.bond_tree import BondTree, Edge
from tncc.ir.network import Network, Tensor, View, index_table
from tncc.layers.bond_names import place, refused

Read = Callable[[Tensor], torch.Tensor]
"""Where a network's stored tensors are read, as they lie."""

Direction = tuple[int, int]
"""An edge by its position in the tree, and the end (0 or 1) that is looked at from across it."""


@dataclass(frozen=True, slots=True, eq=False)
class TreeArrays:
    """A tree's tensors in double precision, one axis for each index of `legs`, whatever their layout in the layer.

    `branches` holds, for an edge and one of its ends, a matrix R of `(k, chi)`, where `chi` is the bond's size: the
    branch at that end, unfolded to `(everything else, chi)`, is an isometry times R.
    """

    tree: BondTree
    arrays: list[torch.Tensor]
    legs: list[tuple[str, ...]]
    branches: dict[Direction, torch.Tensor] = field(default_factory=dict)

    def edges_at(self, node: int) -> list[tuple[int, int]]:
        """The edges of a node, as their positions and which of their ends it is."""
        return [(n, edge.ends.index(node)) for n, edge in enumerate(self.tree.edges) if node in edge.ends]

    def unfolded(self, node: int, index: str, absorbed: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """A node as a matrix of `(everything else, index)`, with a matrix `(k, chi)` multiplied onto some legs."""
        legs = self.legs[node]
        array = self.arrays[node]
        for name, matrix in absorbed.items():
            array = multiplied(array, legs.index(name), matrix)
        return array.movedim(legs.index(index), -1).reshape(-1, array.shape[legs.index(index)])


def read_tree(network: Network, read: Read, tree: BondTree, asked: str) -> TreeArrays:
    """The tensors of a tree; raises CompileError where one has no finite values."""
    tensors = {tensor.name: tensor for tensor in network.tensors}
    sizes = {name: index.size for name, index in index_table(network).items()}
    arrays, legs = [], []
    for node in tree.nodes:
        stored = read(tensors[node.value]).detach()
        check_values(node.value, stored, asked)
        array, names = _seen(stored.to(working_dtype(stored)), node, sizes)
        arrays.append(array)
        legs.append(names)
    if any(array.is_complex() for array in arrays):
        arrays = [array.to(torch.complex128) for array in arrays]
    return TreeArrays(tree, arrays, legs)


def working_dtype(tensor: torch.Tensor) -> torch.dtype:
    """Double precision, in which all factorizations are done."""
    return torch.complex128 if tensor.is_complex() else torch.float64


def check_values(name: str, tensor: torch.Tensor, asked: str) -> None:
    """Raises CompileError for a tensor that holds no numbers to work on."""
    if tensor.is_meta:
        hint = "make the layer on a real device, and load its tensors"
        raise refused(UnusableValues(place(asked), name, "has no values, being on the meta device", hint))
    if not bool(torch.isfinite(tensor).all()):
        hint = "load or draw its values anew"
        raise refused(UnusableValues(place(asked), name, "holds NaN or infinity", hint))


def _seen(array: torch.Tensor, view: View, sizes: Mapping[str, int]) -> tuple[torch.Tensor, tuple[str, ...]]:
    """A stored tensor as a view shows it, one axis for each index."""
    for position, axis in reversed(list(enumerate(view.axes))):
        if isinstance(axis, int):
            array = array.select(position, axis)
    names = [name for axis in view.axes if not isinstance(axis, int) for name in axis]
    array = array.reshape([sizes[name] for name in names])
    for name in view.indices:
        while names.count(name) > 1:
            first = names.index(name)
            second = names.index(name, first + 1)
            array = array.diagonal(dim1=first, dim2=second)
            names = [*names[:first], *names[first + 1 : second], *names[second + 1 :], name]
    return array, tuple(names)


def multiplied(array: torch.Tensor, axis: int, matrix: torch.Tensor) -> torch.Tensor:
    """An array with a matrix of `(k, n)` multiplied onto an axis of size n, which becomes one of size k."""
    return (array.movedim(axis, -1) @ matrix.mT).movedim(-1, axis)


def outwards(tree: BondTree, edge: Edge) -> list[tuple[int, int | None]]:
    """The nodes from an edge on outwards, each with the position of the edge that leads back; both ends come first.

    The edge itself leads back from its two ends.
    """
    start = tree.edges.index(edge)
    return walk(tree, [(end, start) for end in edge.ends])


def walk(tree: BondTree, start: list[tuple[int, int | None]]) -> list[tuple[int, int | None]]:
    """The nodes that can be reached from some, in the order of their distance, each with the edge that leads back."""
    around: dict[int, list[int]] = {node: [] for node in range(len(tree.nodes))}
    for number, edge in enumerate(tree.edges):
        for end in edge.ends:
            around[end].append(number)
    found = list(start)
    for node, back in found:
        for number in around[node]:
            if number != back:
                one, other = tree.edges[number].ends
                found.append((other if one == node else one, number))
    return found


def triangle(matrix: torch.Tensor) -> torch.Tensor:
    """R of the QR decomposition: `(min(rows, columns), columns)`."""
    r: torch.Tensor = torch.linalg.qr(matrix, mode="r").R
    return r


def look_from_everywhere(found: TreeArrays) -> None:
    """Fills `branches` for both ends of every edge: inwards to the first node, and from there outwards again."""
    order = walk(found.tree, [(0, None)])
    for node, back in reversed(order):
        if back is not None:
            _look(found, node, back)
    for node, back in order:
        for number, _ in found.edges_at(node):
            if number != back:
                _look(found, node, number)


def look_from(found: TreeArrays, edge: Edge) -> None:
    """Fills `branches` for both ends of one edge, and for what that takes."""
    for node, back in reversed(outwards(found.tree, edge)):
        assert back is not None
        _look(found, node, back)


def _look(found: TreeArrays, node: int, toward: int) -> None:
    """The branch that a node is the root of, as it is seen from across one of its edges."""
    edges = found.tree.edges
    others = {
        edges[number].index: found.branches[number, 1 - end] for number, end in found.edges_at(node) if number != toward
    }
    edge = edges[toward]
    found.branches[toward, edge.ends.index(node)] = triangle(found.unfolded(node, edge.index, others))


def centre(found: TreeArrays, edge: Edge) -> torch.Tensor:
    """The matrix between two isometries that a tree is at an edge: its singular values are the bond's."""
    number = found.tree.edges.index(edge)
    return found.branches[number, 0] @ found.branches[number, 1].mT

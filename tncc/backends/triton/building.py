"""The nodes of a kernel's expression in the making, equal ones being one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tncc.backends.triton.expression import (
    Dot,
    Expression,
    Fold,
    Load,
    Map,
    Node,
    Number,
    Same,
    Strides,
    children,
    own_atoms,
)
from tncc.backends.triton.places import Atoms, Axes
from tncc.ir.extent import product
from tncc.ir.program import Dim

EPSILON = 1e-5
"""What layer normalisation adds to the variance."""


class TooMany(Exception):
    """A kernel of more nodes than anybody would fuse."""


@dataclass(slots=True, kw_only=True)
class Builder(Atoms):
    """Adds nodes, at most so many."""

    most: int = 64
    nodes: list[Node] = field(default_factory=list)
    known: dict[object, int] = field(default_factory=dict)

    def add(self, node: Node) -> int:
        """The number of a node; equal ones are one."""
        if node not in self.known:
            if len(self.nodes) >= self.most:
                raise TooMany
            self.known[node] = len(self.nodes)
            self.nodes.append(node)
        return self.known[node]

    def free(self, number: int) -> set[int]:
        """The atoms of a node's result, as far as they are split by now."""
        node = self.nodes[number]
        own = set(self.apart(own_atoms(node)))
        below = set().union(*(self.free(child) for child in children(node)))
        return below - own if isinstance(node, Dot | Fold) else below | own

    def carrying(self, operand: int, atoms: tuple[int, ...]) -> int:
        """An operand that is the same along some atoms as one that has them, so that it can be summed over them."""
        missing = self.ordered(set(self.apart(atoms)) - self.free(operand))
        strides = tuple((atom, 1) for atom in missing)
        return self.add(Same(operand, ((strides, 0), (strides, 0)))) if missing else operand

    def same(self, operand: int, axes: Axes) -> int:
        """An operand where the positions along some axes are equal."""
        positions = []
        for places in axes:
            shape = [self.size(place) for place in self.resolved(places)]
            strides, offsets = self.address(tuple((p,) for p in self.resolved(places)), shape)
            positions.append((strides, sum(offset for offset in offsets if isinstance(offset, int))))
        return operand if len(set(positions)) == 1 else self.add(Same(operand, tuple(positions)))

    def map(self, function: str, *operands: int) -> int:
        """An elementwise function."""
        return self.add(Map(function, operands))

    def fold(self, function: str, operand: int, atoms: tuple[int, ...], shared: bool) -> int:
        """A fold, unless there is nothing to fold."""
        if not atoms:
            return operand
        return self.add(Fold(function, self.carrying(operand, atoms), atoms, shared))

    def mean(self, operand: int, extents: Sequence[Dim]) -> int:
        """A sum over so many."""
        count = product(*extents)
        assert isinstance(count, int)
        return self.add(Map("scale", (operand,), 1.0 / count))

    def scale(self, operand: int, mean: int, atoms: tuple[int, ...], extents: Sequence[Dim], shared: bool) -> int:
        """One over the standard deviation."""
        centred = self.map("sub", operand, mean)
        square = self.mean(self.fold("sum", self.map("mul", centred, centred), atoms, shared), extents)
        return self.map("rsqrt", self.map("add", square, self.add(Number(EPSILON))))

    def finished(self, target: str, result: int, strides: Strides, offsets: tuple[Dim, ...]) -> Expression:
        """The nodes that the result needs with all atoms taken apart, equal ones made one."""
        made: list[Node] = []
        known: dict[Node, int] = {}
        number: dict[int, int] = {}
        needed = {result}
        for place in range(len(self.nodes) - 1, -1, -1):
            if place in needed:
                needed.update(children(self.nodes[place]))
        for place in sorted(needed):
            node = self.rewritten(self.nodes[place], number)
            if node not in known:
                known[node] = len(made)
                made.append(node)
            number[place] = known[node]
        return Expression(
            target, tuple(made[: number[result] + 1]), self.spread(strides), self.sizes, self.labels, offsets
        )

    def rewritten(self, node: Node, number: Mapping[int, int]) -> Node:
        """A node on operands by their new numbers, all atoms taken apart."""
        match node:
            case Load():
                return Load(node.buffer, self.spread(node.strides), node.offsets)
            case Number():
                return node
            case Map():
                return Map(node.function, tuple(number[operand] for operand in node.operands), node.factor)
            case Same():
                positions = tuple((self.spread(strides), offset) for strides, offset in node.positions)
                return Same(number[node.operand], positions)
            case Dot():
                return Dot(number[node.left], number[node.right], self.apart(node.summed))
            case Fold():
                return Fold(node.function, number[node.operand], self.apart(node.over), node.shared)

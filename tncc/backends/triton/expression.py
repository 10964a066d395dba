"""What one kernel computes: a graph of products, sums and functions over atoms, the smallest axes that occur in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

from tncc.ir.program import Dim

Strides: TypeAlias = tuple[tuple[int, Dim], ...]
"""An affine position: each atom with what it is multiplied by."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """One position of an axis of `size`, in the place of an atom."""

    size: int
    position: int


@dataclass(frozen=True, slots=True)
class Load:
    """The element of a buffer at the sum of `strides` and of `offsets`."""

    buffer: str
    strides: Strides
    offsets: tuple[Dim, ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    value: float


@dataclass(frozen=True, slots=True)
class Map:
    """An elementwise function of operands that are broadcast over the atoms of each other."""

    function: str
    operands: tuple[int, ...]
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Same:
    """The operand where all positions are equal, zero elsewhere."""

    operand: int
    positions: tuple[tuple[Strides, int], ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """The product of two operands, summed over some atoms that no other node has, but those below."""

    left: int
    right: int
    summed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """The sum or the maximum over some atoms; `shared` says that nodes above this one have them too."""

    function: str
    operand: int
    over: tuple[int, ...]
    shared: bool = False


Node: TypeAlias = Load | Number | Map | Same | Dot | Fold


def children(node: Node) -> tuple[int, ...]:
    """The operands of a node."""
    match node:
        case Load() | Number():
            return ()
        case Map():
            return node.operands
        case Dot():
            return (node.left, node.right)
        case Same() | Fold():
            return (node.operand,)


def own_atoms(node: Node) -> tuple[int, ...]:
    """The atoms that a node brings in, or sums."""
    match node:
        case Load():
            return tuple(atom for atom, _ in node.strides)
        case Same():
            return tuple(atom for strides, _ in node.positions for atom, _ in strides)
        case Dot():
            return node.summed
        case Fold():
            return node.over
        case _:
            return ()


@dataclass(frozen=True, eq=False)
class Expression:
    """The nodes of a kernel, operands first and the result last, and where the result is put.

    `target` is the array that it is stored in, at `strides` and `offsets`; `sizes` and `labels` are those of the atoms.
    """

    target: str
    nodes: tuple[Node, ...]
    strides: Strides
    sizes: Mapping[int, Dim]
    labels: Mapping[int, str]
    offsets: tuple[Dim, ...] = ()
    remark: str = field(default="", compare=False)

    @cached_property
    def free(self) -> tuple[frozenset[int], ...]:
        """The atoms of each node's result."""
        found: list[frozenset[int]] = []
        for node in self.nodes:
            atoms = frozenset().union(*(found[child] for child in children(node)))
            own = own_atoms(node)
            found.append(atoms - set(own) if isinstance(node, Dot | Fold) else atoms | set(own))
        return tuple(found)

    @cached_property
    def outer(self) -> tuple[int, ...]:
        """The atoms of the result, in the order in which it is stored."""
        return tuple(atom for atom, _ in self.strides)

    @cached_property
    def inner(self) -> tuple[int, ...]:
        """The atoms that are summed, or of which the maximum is taken, in order of appearance."""
        found = [atom for node in self.nodes if isinstance(node, Dot | Fold) for atom in own_atoms(node)]
        return tuple(dict.fromkeys(atom for atom in found if atom not in self.outer))

    @cached_property
    def whole(self) -> frozenset[int]:
        """The atoms whose every position has to be there at once."""
        return frozenset(atom for node in self.nodes if isinstance(node, Fold) and node.shared for atom in node.over)

    @property
    def buffers(self) -> tuple[str, ...]:
        """What is read, in order of appearance."""
        return tuple(dict.fromkeys(node.buffer for node in self.nodes if isinstance(node, Load)))

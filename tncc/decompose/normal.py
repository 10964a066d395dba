"""The normal equations N A = B of one tensor of a product: N as a product of blocks, and their factorizations.

N is contracted from the tensors that are held. Where these fall into parts that share nothing but legs of the matrix, N
is the Kronecker product of a block for each part, so that blocks are all that has to be made and factorized.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import torch

from tncc.decompose.contracting import Legs, Named, contract, product, work


def primed(name: str) -> str:
    """The same leg on the other side of N."""
    return name + "'"


def contract_into(operands: Sequence[Named], legs: Sequence[str], like: Named) -> torch.Tensor:
    """`contract`, repeated along legs that none of the operands carries."""
    there = {name for one in operands for name in one.legs}
    value = contract(operands, [name for name in legs if name in there])
    for axis, name in enumerate(legs):
        if name not in there:
            value = value.unsqueeze(axis).expand(*value.shape[:axis], like.value.shape[axis], *value.shape[axis:])
    return value


@dataclass(frozen=True, slots=True)
class Block:
    """One factor of N: a stack along its stacked legs of matrices on its coupled ones, the product of its operands."""

    operands: tuple[Named, ...]
    stacked: Legs
    coupled: Legs

    def matrix(self) -> torch.Tensor:
        """(stacked, coupled, coupled'), the first axis of size 1 where there are no stacked legs."""
        found = contract(self.operands, [*self.stacked, *self.coupled, *(primed(name) for name in self.coupled)])
        size = prod(found.shape[len(self.stacked) : len(self.stacked) + len(self.coupled)])
        return found.reshape(-1, size, size)

    def work(self) -> int:
        """How many products of numbers it takes to make the matrices."""
        return work(self.operands, [*self.stacked, *self.coupled, *(primed(name) for name in self.coupled)])


@dataclass(frozen=True, slots=True)
class System:
    """N of one node; it is the identity along legs that no block has."""

    node: Named
    coupled: frozenset[str]
    operands: tuple[Named, ...]

    @classmethod
    def of(cls, visible: Sequence[str], metric: Sequence[Named], tensors: Sequence[Named], node: int) -> "System":
        """The system of a node while the other tensors are held.

        `visible` are the legs of the target, `metric` what its errors are measured in, each leg primed on one side.
        """
        weighed = {name for one in metric for name in one.legs}
        measured = {name for name in weighed if primed(name) in weighed}
        same = set(visible) - measured
        operands: list[Named] = list(metric)
        for place, one in enumerate(tensors):
            if place != node:
                operands.append(Named(tuple(name if name in same else primed(name) for name in one.legs), one.value))
                operands.append(one.conj())
        coupled = frozenset(name for name in tensors[node].legs if name not in same)
        return cls(tensors[node], coupled, tuple(operands))

    def apply(self, value: torch.Tensor) -> torch.Tensor:
        """N A, legs as A has them."""
        side, _ = self._side(value)
        return contract_into([side, *self.operands], self.node.legs, self.node)

    def _side(self, value: torch.Tensor) -> tuple[Named, list[str]]:
        """A value on the primed side, and the legs of its image that there are without repeating it."""
        legs = tuple(primed(name) if name in self.coupled else name for name in self.node.legs)
        there = {name for one in self.operands for name in one.legs}
        return Named(legs, value), [name for name in self.node.legs if name in there or name not in self.coupled]

    def blocks(self) -> list[Block]:
        """The factors of N."""
        own = [name for name in self.node.legs if name not in self.coupled]
        groups: list[tuple[set[str], list[Named]]] = []
        for one in self.operands:
            # Both sides of a coupled leg belong to one matrix; a stacked leg binds nothing.
            names = {name.removesuffix("'") if name.removesuffix("'") in self.coupled else name for name in one.legs}
            names -= set(own)
            touching = [group for group in groups if group[0] & names]
            for group in touching:
                groups.remove(group)
            operands = [earlier for group in touching for earlier in group[1]]
            groups.append((names.union(*(group[0] for group in touching)), [*operands, one]))
        made = []
        for names, members in groups:
            there = {name for one in members for name in one.legs}
            stacked = tuple(name for name in own if name in there)
            made.append(Block(tuple(members), stacked, tuple(n for n in self.node.legs if n in names & self.coupled)))
        return made

    def size(self, block: Block) -> int:
        """How many rows each matrix of a block has."""
        return self._extent(block.coupled)

    def direct_work(self) -> float:
        """How many products of numbers it takes to make and factorize all blocks, and to solve once."""
        whole = self.node.value.numel()
        work = 0.0
        for block in self.blocks():
            size = self.size(block)
            work += block.work() + self._extent(block.stacked) * size**3 / 6 + whole * size
        return work

    def step_work(self) -> int:
        """How many it takes to apply N once."""
        side, kept = self._side(self.node.value)
        return work([side, *self.operands], kept)

    def _extent(self, legs: Legs) -> int:
        return prod(self.node.value.shape[self.node.legs.index(name)] for name in legs)


@dataclass(frozen=True, slots=True)
class Factored:
    """A block as a stack of matrices with their Cholesky factors; without these where a matrix isn't positive."""

    block: Block
    matrix: torch.Tensor
    triangle: torch.Tensor | None

    @classmethod
    def of(cls, block: Block, damping: float) -> "Factored":
        """Factorized with `damping` times its mean eigenvalue added to its diagonal."""
        matrix = block.matrix()
        scale = matrix.diagonal(dim1=-2, dim2=-1).real.mean(-1).clamp_min(torch.finfo(matrix.dtype).tiny)
        damped = matrix.clone()
        damped.diagonal(dim1=-2, dim2=-1).add_((damping * scale)[:, None])
        triangle, failed = torch.linalg.cholesky_ex(damped)
        return cls(block, matrix, None if bool(failed.any()) else triangle)

    def apply(self, value: Named) -> Named:
        """The block times a value."""
        return _times(self.block, self.matrix, value)

    def solve(self, value: Named) -> Named:
        """The inverse of the block times a value."""
        rest = [name for name in value.legs if name not in self.block.stacked and name not in self.block.coupled]
        order = (*self.block.stacked, *self.block.coupled, *rest)
        ordered = value.ordered(order)
        right = ordered.reshape(*self.matrix.shape[:2], -1)
        if self.triangle is None:
            found = torch.linalg.lstsq(self.matrix, right).solution
        else:
            found = torch.cholesky_solve(right, self.triangle)
        return Named(order, found.reshape(ordered.shape))


@dataclass(frozen=True, slots=True)
class Inverse:
    """The inverse of a block as a stack of matrices, for many right-hand sides one after the other."""

    block: Block
    matrix: torch.Tensor

    @classmethod
    def of(cls, block: Block, damping: float, precision: torch.dtype) -> "Inverse | None":
        """Inverted as `Factored` solves, and only then given in a precision; None where a matrix isn't positive."""
        triangle = Factored.of(block, damping).triangle
        return None if triangle is None else cls(block, torch.cholesky_inverse(triangle).to(precision))

    def apply(self, value: Named) -> Named:
        """The inverse times a value."""
        return _times(self.block, self.matrix, value)


def _times(block: Block, matrix: torch.Tensor, value: Named) -> Named:
    sizes = dict(zip(value.legs, value.value.shape, strict=True))
    other = tuple(primed(name) for name in block.coupled)
    shape = [sizes[name.removesuffix("'")] for name in (*block.stacked, *block.coupled, *other)]
    side = Named(tuple(primed(name) if name in block.coupled else name for name in value.legs), value.value)
    return product(Named((*block.stacked, *block.coupled, *other), matrix.reshape(shape)), side, set(value.legs))


def applied(blocks: Sequence[Factored | Inverse], value: Named) -> torch.Tensor:
    """All blocks times a value, legs in the order that it has."""
    found = value
    for block in blocks:
        found = block.apply(found)
    return found.ordered(value.legs)


def solved(blocks: Sequence[Factored], value: Named) -> torch.Tensor:
    """The inverses of all blocks times a value, legs in the order that it has."""
    found = value
    for block in blocks:
        found = block.solve(found)
    return found.ordered(value.legs).contiguous()

"""One product of tensors beside the part of a matrix that it can be: what is read, fitted, and written back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import prod

import torch

from tncc.decompose.contracting import Named, contract, seen
from tncc.decompose.form import Factor, Term
from tncc.decompose.shape import Legs


@dataclass(frozen=True, slots=True)
class Product:
    """A term as nodes of a graph.

    `legs` are those of each factor without indices that it alone carries and sums: along them its tensor is constant.
    `fixed` holds the tensors that can't be changed. `visible` are the matrix' indices that a factor carries.
    """

    term: Term
    legs: tuple[Legs, ...]
    visible: tuple[str, ...]
    sizes: dict[str, int]
    fixed: tuple[Named | None, ...]

    @classmethod
    def of(cls, term: Term, fixed: Sequence[torch.Tensor | None]) -> "Product":
        """The product that a term is; `fixed` holds, factor by factor, the tensors that stay as they are."""
        names = [factor.names for factor in term.factors]
        shown = set(term.visible)
        counts: dict[str, int] = {}
        for carried in names:
            for name in carried:
                counts[name] = counts.get(name, 0) + 1
        legs = tuple(tuple(name for name in own if name in shown or counts[name] > 1) for own in names)
        sizes: dict[str, int] = {}
        for factor in (*term.factors, term.out, *([term.source] if term.source else [])):
            sizes |= {leg: size for leg, size in zip(factor.legs, factor.shape, strict=True) if isinstance(leg, str)}
        held: list[Named | None] = []
        for factor, own, tensor in zip(term.factors, legs, fixed, strict=True):
            held.append(None if tensor is None else read(tensor, factor, own))
        visible = tuple(name for name in term.visible if name in counts)
        return cls(term, legs, visible, sizes, tuple(held))

    @property
    def free(self) -> tuple[Factor, ...]:
        """The factors whose tensors are looked for."""
        return tuple(factor for factor, held in zip(self.term.factors, self.fixed, strict=True) if held is None)

    def held_in(self, precision: torch.dtype) -> "Product":
        """The same product with the tensors that stay as they are in a precision."""
        fixed = tuple(None if one is None else Named(one.legs, one.value.to(precision)) for one in self.fixed)
        return replace(self, fixed=fixed)

    def part(self, matrix: torch.Tensor) -> Named:
        """The part of a contiguous matrix (rows, columns) that the term is: a view, its axes under their names."""
        source = self.term.source
        legs = (*self.term.out.legs, *(source.legs if source else ()))
        return seen(matrix, legs, (*self.term.out.shape, *(source.shape if source else ())))

    def target(self, matrix: torch.Tensor) -> Named:
        """What the factors' product should be: the part, its mean along what no factor carries, over the scale."""
        part = self.part(matrix)
        gone = [axis for axis, name in enumerate(part.legs) if name not in self.visible]
        if gone:
            part = Named(tuple(name for name in part.legs if name in self.visible), part.value.mean(gone))
        return part if self.term.scale == 1 else Named(part.legs, part.value / self.term.scale)

    def add(self, matrix: torch.Tensor, tensors: Sequence[Named], sign: float) -> None:
        """Add the product of these tensors, scale and sign included, to a matrix in place."""
        part = self.part(matrix)
        kept = [name for name in part.legs if name in self.visible]
        value = contract(tensors, kept) if tensors else matrix.new_ones(())
        for axis, name in enumerate(part.legs):
            if name not in self.visible:
                value = value.unsqueeze(axis)
        part.value.add_(value.to(matrix.dtype), alpha=sign * self.term.scale)


def read(tensor: torch.Tensor, factor: Factor, legs: Legs) -> Named:
    """A stored tensor as a factor, summed over what it alone carries."""
    named = seen(tensor.detach().contiguous(), factor.legs, factor.shape)
    gone = [axis for axis, name in enumerate(named.legs) if name not in legs]
    if gone:
        named = Named(tuple(name for name in named.legs if name in legs), named.value.sum(gone))
    return Named(legs, named.ordered(legs))


def write(tensor: torch.Tensor, factor: Factor, value: Named) -> None:
    """Put a factor's value into a contiguous stored tensor in place, evenly along what the factor alone sums."""
    named = seen(tensor, factor.legs, factor.shape)
    alone = [axis for axis, name in enumerate(named.legs) if name not in value.legs]
    found = value.ordered([name for name in named.legs if name in value.legs])
    for axis in alone:
        found = found.unsqueeze(axis)
    named.value.copy_(found / prod(named.value.shape[axis] for axis in alone))

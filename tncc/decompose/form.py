"""An affine map as data: a sum of products of tensors, whose indices can be renamed, split and picked."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Leg: TypeAlias = str | int
"""An index, or a position that is picked."""

Renaming: TypeAlias = dict[str, tuple[tuple[Leg, int], ...]]
"""For each of some indices the parts or the position that take its place, with their sizes."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One use of a tensor: seen with axes of these sizes, each under an index' name or at one position."""

    tensor: str
    legs: tuple[Leg, ...]
    shape: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The indices that it carries, each once."""
        return tuple(dict.fromkeys(leg for leg in self.legs if isinstance(leg, str)))


@dataclass(frozen=True, slots=True)
class Term:
    """A product of factors times `scale`, as a part of the matrix: `out` are its rows, `source` its columns.

    `source` is None in a term of the constant part. Indices that neither of the two has are summed.
    """

    scale: float
    factors: tuple[Factor, ...]
    source: Factor | None
    out: Factor

    @property
    def visible(self) -> tuple[str, ...]:
        """The indices of the matrix' rows and columns, each once."""
        return tuple(dict.fromkeys((*self.out.names, *(self.source.names if self.source else ()))))


@dataclass(slots=True)
class Sizes:
    """The sizes of all indices, and for those made on the way the index of the network that they are."""

    sizes: dict[str, int]
    origins: dict[str, str] = field(default_factory=dict)

    def fresh(self, name: str, size: int) -> str:
        """A new index that stands for a part or another sum of an index."""
        number = 1
        while f"{name}#{number}" in self.sizes:
            number += 1
        made = f"{name}#{number}"
        self.sizes[made] = size
        if self.sizes[name] == size:
            self.origins[made] = self.origins.get(name, name)
        return made

    def origin(self, name: str) -> str:
        """The network's own index."""
        return self.origins.get(name, name)


@dataclass(frozen=True, slots=True)
class Form:
    """An affine map: the terms of its matrix, those of its constant part, and sizes of indices."""

    in_features: int
    out_features: int
    linear: tuple[Term, ...]
    constant: tuple[Term, ...]
    sizes: Sizes


def sources(term: Term) -> tuple[Factor, ...]:
    """The input of a term, if it has one."""
    return (term.source,) if term.source is not None else ()


def substituted(term: Term, mapping: Renaming) -> Term:
    """A term with indices under other names, in parts, or at a position."""
    if not mapping:
        return term
    factors = tuple(_substituted(factor, mapping) for factor in term.factors)
    source = None if term.source is None else _substituted(term.source, mapping)
    return Term(term.scale, factors, source, _substituted(term.out, mapping))


def _substituted(factor: Factor, mapping: Renaming) -> Factor:
    legs: list[tuple[Leg, int]] = []
    for leg, size in zip(factor.legs, factor.shape, strict=True):
        legs += mapping.get(leg, ((leg, size),)) if isinstance(leg, str) else ((leg, size),)
    return Factor(factor.tensor, tuple(leg for leg, _ in legs), tuple(size for _, size in legs))


def refinement(one: Sequence[int], other: Sequence[int]) -> list[int] | None:
    """The coarsest split of an axis that two splits of it are both made of; None where there is none."""
    first, second = list(one), list(other)
    parts: list[int] = []
    while first and second:
        part = min(first[0], second[0])
        if first[0] % part or second[0] % part:
            return None
        parts.append(part)
        for side in (first, second):
            side[0] //= part
            if side[0] == 1:
                del side[0]
    return parts + [1] * (len(first) + len(second))


def covered(parts: Sequence[int], start: int, size: int) -> int:
    """How many parts from `start` on make up one size."""
    count, extent = 0, 1
    while extent < size:
        extent *= parts[start + count]
        count += 1
    return count

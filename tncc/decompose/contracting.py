"""Einstein products of torch tensors with named legs, two at a time in an order that keeps intermediates small."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod

import torch

Legs = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A tensor whose axes have names, each of them once."""

    legs: Legs
    value: torch.Tensor

    def conj(self) -> "Named":
        """The complex conjugate, the same tensor where it is real."""
        return Named(self.legs, self.value.conj())

    def ordered(self, legs: Sequence[str]) -> torch.Tensor:
        """The tensor with its axes in that order."""
        return self.value.permute([self.legs.index(name) for name in legs])


def seen(value: torch.Tensor, legs: Sequence[str | int], shape: Sequence[int]) -> Named:
    """A contiguous tensor as a view with named axes.

    It is taken to have the given shape; a position picks that slice, and a name that stands twice takes the diagonal.
    """
    value = value.view(tuple(shape))
    names: list[str] = []
    for leg in legs:
        axis = len(names)
        if isinstance(leg, int):
            value = value.select(axis, leg)
        elif leg in names:
            first = names.index(leg)
            value = value.diagonal(dim1=first, dim2=axis).movedim(-1, first)
        else:
            names.append(leg)
    return Named(tuple(names), value)


def contract(operands: Sequence[Named], kept: Sequence[str]) -> torch.Tensor:
    """The product of all operands, summed over the legs that are not kept; axes in the order of `kept`.

    The pair whose product is smallest beside what it replaces is joined first. Every kept leg must be carried.
    """
    waiting = list(operands)
    for join in _joins(operands, kept):
        one, other = waiting[join.first], waiting[join.second]
        del waiting[join.second], waiting[join.first]
        waiting.append(product(one, other, set(join.left)))
    (last,) = waiting
    gone = [axis for axis, name in enumerate(last.legs) if name not in kept]
    if gone:
        legs = tuple(name for name in last.legs if name in kept)
        last = Named(legs, last.value.sum(gone))
    return last.ordered(kept)


def work(operands: Sequence[Named], kept: Sequence[str]) -> int:
    """How many products of numbers `contract` makes."""
    return sum(join.work for join in _joins(operands, kept))


@dataclass(frozen=True, slots=True, order=True)
class _Join:
    """Two of the operands that wait, by their places, of which `first` is the smaller; the best one is the least."""

    growth: int
    work: int
    first: int
    second: int
    left: Legs


def _joins(operands: Sequence[Named], kept: Sequence[str]) -> list[_Join]:
    """What `contract` joins, one after the other; each product goes to the end of those that wait."""
    sizes = {name: size for one in operands for name, size in zip(one.legs, one.value.shape, strict=True)}
    waiting = [one.legs for one in operands]
    found = []
    while len(waiting) > 1:
        found.append(_next_join(waiting, set(kept), sizes))
        del waiting[found[-1].second], waiting[found[-1].first]
        waiting.append(found[-1].left)
    return found


def _next_join(waiting: Sequence[Legs], kept: set[str], sizes: Mapping[str, int]) -> _Join:
    uses = Counter(name for legs in waiting for name in legs)
    extents = [prod(sizes[name] for name in legs) for legs in waiting]
    best: _Join | None = None
    for second in range(1, len(waiting)):
        for first in range(second):
            mine, theirs = waiting[first], waiting[second]
            shared = set(mine) & set(theirs)
            joined = dict.fromkeys((*mine, *theirs))
            left = tuple(name for name in joined if name in kept or uses[name] > (2 if name in shared else 1))
            growth = prod(sizes[name] for name in left) - extents[first] - extents[second]
            found = _Join(growth, prod(sizes[name] for name in joined), first, second, left)
            best = found if best is None or found < best else best
    assert best is not None
    return best


def product(one: Named, other: Named, needed: set[str]) -> Named:
    """Two operands as one batched product of matrices; legs that neither `needed` nor the other one has are summed."""
    one, other = (_summed(mine, needed | set(theirs.legs)) for mine, theirs in ((one, other), (other, one)))
    shared = [name for name in one.legs if name in other.legs]
    batch = [name for name in shared if name in needed]
    inner = [name for name in shared if name not in needed]
    rows = [name for name in one.legs if name not in shared]
    columns = [name for name in other.legs if name not in shared]
    sizes = dict(zip((*one.legs, *other.legs), (*one.value.shape, *other.value.shape), strict=True))
    extents = [prod(sizes[name] for name in group) for group in (batch, rows, inner, columns)]
    left = one.ordered([*batch, *rows, *inner]).reshape(extents[0], extents[1], extents[2])
    right = other.ordered([*batch, *inner, *columns]).reshape(extents[0], extents[2], extents[3])
    legs = (*batch, *rows, *columns)
    value = left[0] @ right[0] if extents[0] == 1 else torch.bmm(left, right)
    return Named(legs, value.reshape([sizes[name] for name in legs]))


def _summed(one: Named, needed: set[str]) -> Named:
    gone = [axis for axis, name in enumerate(one.legs) if name not in needed]
    return Named(tuple(name for name in one.legs if name in needed), one.value.sum(gone)) if gone else one

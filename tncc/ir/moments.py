"""Expected squares of products of independent random tensors: the doubled network, with one index class for all legs
that an expectation ties together. Where a tensor stands more than once, Isserlis' theorem sums over the pairings."""

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from math import exp, fsum, log

PAIRINGS = 105
"""How many ways of pairing repeated tensors are summed: a tensor that stands four times in a product has as many.
Past this, each use is paired with its own double only, which is the leading term for large sizes."""


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a tensor with independent zero-mean entries of that variance; uses with one key share its entries."""

    key: Hashable
    legs: tuple[str, ...]
    variance: float
    complex: bool = False


@dataclass(frozen=True, slots=True)
class Monomial:
    """`coefficient` times a product of random tensors over indices of those sizes, some of which are one and the same.

    An index that no use carries stands for a factor of ones.
    """

    coefficient: float = 1.0
    uses: tuple[Use, ...] = ()
    identified: tuple[tuple[str, ...], ...] = ()
    sizes: Mapping[str, int] = field(default_factory=dict)

    @property
    def signature(self) -> frozenset[Hashable]:
        """The tensors that stand an odd number of times: two products are uncorrelated unless these agree."""
        return frozenset(key for key, count in Counter(use.key for use in self.uses).items() if count % 2)


def multiply(factors: tuple[Monomial, ...]) -> Monomial:
    """The product; an index that several factors name is one index."""
    coefficient = 1.0
    sizes: dict[str, int] = {}
    for factor in factors:
        coefficient *= factor.coefficient
        sizes.update(factor.sizes)
    uses = tuple(use for factor in factors for use in factor.uses)
    return Monomial(coefficient, uses, tuple(group for factor in factors for group in factor.identified), sizes)


class _Classes:
    """Indices of both copies, put into classes that have one value; a class is as large as its smallest index."""

    def __init__(self, sizes: list[int]) -> None:
        self.sizes = sizes
        self.parents = list(range(len(sizes)))

    def copy(self) -> "_Classes":
        other = _Classes(self.sizes)
        other.parents = list(self.parents)
        return other

    def find(self, node: int) -> int:
        while self.parents[node] != node:
            self.parents[node] = self.parents[self.parents[node]]
            node = self.parents[node]
        return node

    def merge(self, left: tuple[int, ...], right: tuple[int, ...]) -> None:
        for one, other in zip(left, right, strict=True):
            self.parents[self.find(one)] = self.find(other)

    def log_volume(self) -> float:
        smallest: dict[int, int] = {}
        for node, size in enumerate(self.sizes):
            root = self.find(node)
            smallest[root] = min(size, smallest.get(root, size))
        return fsum(log(size) for size in smallest.values())


_Placed = tuple[int, tuple[int, ...]]
"""A use in the doubled network: the copy that it is in, and the nodes of its legs."""

_Pairing = tuple[tuple[_Placed, _Placed], ...]


def correlation(left: Monomial, right: Monomial, kept: frozenset[str]) -> float:
    """The expectation of `left * conj(right)`, averaged over the entries of their result, whose indices are `kept`.

    Each copy sums the indices that are not kept. Raises OverflowError where the value passes the range of a float.
    """
    coefficient = left.coefficient * right.coefficient
    uses = left.uses + right.uses
    if coefficient == 0.0 or any(use.variance == 0.0 for use in uses):
        return 0.0
    nodes, sizes = _number((left, right), kept)
    classes = _Classes(sizes)
    placed: dict[Hashable, list[_Placed]] = {}
    across: set[Hashable] = set()
    for side, monomial in enumerate((left, right)):
        for group in monomial.identified:
            names = tuple(nodes[side, name] for name in group)
            classes.merge(names[1:], names[:-1])
        for use in monomial.uses:
            placed.setdefault(use.key, []).append((side, tuple(nodes[side, name] for name in use.legs)))
            across.update({use.key} if use.complex else ())
    choices = _choices(placed, across)
    averaged = fsum(log(size) for name, size in (dict(left.sizes) | dict(right.sizes)).items() if name in kept)
    # Every pairing has half as many pairs as there are uses, each worth the variance of its tensor.
    weight = fsum(0.5 * log(use.variance) for use in uses) - averaged
    return coefficient * fsum(exp(weight + volume) for volume in _log_volumes(classes, choices))


def _number(copies: tuple[Monomial, Monomial], kept: frozenset[str]) -> tuple[dict[tuple[int, str], int], list[int]]:
    """A node for each index of each copy, with its size; a kept index is one node in both."""
    nodes: dict[tuple[int, str], int] = {}
    shared: dict[str, int] = {}
    sizes: list[int] = []
    for side, monomial in enumerate(copies):
        for name, size in monomial.sizes.items():
            if name in shared:
                nodes[side, name] = shared[name]
                continue
            nodes[side, name] = len(sizes)
            if name in kept:
                shared[name] = len(sizes)
            sizes.append(size)
    return nodes, sizes


def _choices(placed: dict[Hashable, list[_Placed]], across: set[Hashable]) -> list[list[_Pairing]]:
    """For each tensor the ways in which its uses can be paired, few enough in all."""
    budget = PAIRINGS
    choices: list[list[_Pairing]] = []
    for key, uses in placed.items():
        count = _count(uses, key in across)
        if count <= budget:
            choices.append(list(_pairings(uses, key in across)))
            budget //= max(count, 1)
        else:
            choices.append(_doubles(uses))
    return choices


def _count(uses: list[_Placed], across: bool) -> int:
    """How many pairings there are; past `PAIRINGS` any larger number."""
    if len(uses) % 2 or (across and 2 * sum(side for side, _ in uses) != len(uses)):
        return 0
    count = 1
    for factor in range(1, len(uses) // 2 + 1):
        count *= factor if across else 2 * factor - 1
        if count > PAIRINGS:
            break
    return count


def _pairings(uses: list[_Placed], across: bool) -> Iterator[_Pairing]:
    """All pairings; with `across` (complex entries, whose square has mean zero) only of one copy with the other."""
    if not uses:
        yield ()
        return
    first, *rest = uses
    for position, partner in enumerate(rest):
        if not (across and partner[0] == first[0]):
            for others in _pairings(rest[:position] + rest[position + 1 :], across):
                yield ((first, partner), *others)


def _doubles(uses: list[_Placed]) -> list[_Pairing]:
    left, right = ([use for use in uses if use[0] == side] for side in (0, 1))
    return [tuple(zip(left, right, strict=True))] if len(left) == len(right) else []


def _log_volumes(classes: _Classes, choices: list[list[_Pairing]]) -> Iterator[float]:
    """The logarithm of the number of terms that are left of the doubled sum, for each choice of pairings."""
    for pairings in choices:
        if len(pairings) == 1:
            _tie(classes, pairings[0])
    for chosen in product(*(pairings for pairings in choices if len(pairings) != 1)):
        tied = classes.copy()
        for pairing in chosen:
            _tie(tied, pairing)
        yield tied.log_volume()


def _tie(classes: _Classes, pairing: _Pairing) -> None:
    for one, other in pairing:
        classes.merge(one[1], other[1])

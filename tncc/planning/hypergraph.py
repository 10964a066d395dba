"""A network as sets of indices held in integers: what orders are searched on, as fast as Python can."""

import functools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

Steps = list[tuple[int, int]]
"""Pairs in SSA form: tensors are 0 ... n-1, step s names its result n+s."""


@dataclass(frozen=True, slots=True)
class Hypergraph:
    """Sets of indices are integers, bit b for index b: annealing is little else than operations on such sets."""

    tensors: tuple[int, ...]
    kept: int
    sized: tuple[tuple[int, int], ...]  # a size, and the set of the indices of that size

    def volume(self, indices: int) -> int:
        """The elements of a tensor with these indices."""
        return math.prod(size ** (indices & members).bit_count() for size, members in self.sized)

    def for_cotengra(self) -> tuple[list[tuple[int, ...]], tuple[int, ...], dict[int, int]]:
        """Ids stay integers: a set of them, unlike one of str, iterates alike under every hash seed."""
        sizes = {index: size for size, members in self.sized for index in each_index(members)}
        return [tuple(each_index(tensor)) for tensor in self.tensors], tuple(each_index(self.kept)), sizes


def each_index(indices: int) -> Iterator[int]:
    """The indices of a set, ascending."""
    while indices:
        lowest = indices & -indices
        yield lowest.bit_length() - 1
        indices ^= lowest


def union(sets: Iterable[int]) -> int:
    """The indices that any of some sets has."""
    return functools.reduce(int.__or__, sets, 0)


def hypergraph_of(inputs: Sequence[Sequence[int]], output: Sequence[int], sizes: Mapping[int, int]) -> Hypergraph:
    """Only with the indices that decide costs: larger than one, and on two tensors or in the output."""
    count = Counter(index for indices in (*inputs, output) for index in indices)
    bits = {index: bit for bit, index in enumerate(i for i, times in count.items() if times > 1 and sizes[i] > 1)}

    def as_set(indices: Sequence[int]) -> int:
        return union(1 << bits[index] for index in indices if index in bits)

    sized: dict[int, int] = {}
    for index, bit in bits.items():
        sized[sizes[index]] = sized.get(sizes[index], 0) | 1 << bit
    return Hypergraph(tuple(map(as_set, inputs)), as_set(output), tuple(sized.items()))

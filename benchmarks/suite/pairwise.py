"""What a person would write: the input with one core after another, from left to right."""

from collections.abc import Mapping
from math import prod

import torch
from torch import nn

from benchmarks.suite.equation import LETTERS, Equation
from tncc.ir.network import BATCH


def _next(carried: set[str], left: list[int], found: Equation) -> int:
    """The first factor left that shares an index other than the rows with the result so far, or just the first."""
    joined = (n for n in left if carried & set(found.operands[n].indices) - {BATCH})
    return next(joined, left[0])


def chain(found: Equation) -> list[tuple[int, tuple[str, ...], tuple[str, ...]]]:
    """Each step's factor, the indices of the result before it, and those behind it."""
    terms = [operand.indices for operand in found.operands]
    left = list(range(1, len(terms)))
    result, steps = terms[0], []
    while left:
        number = _next(set(result), left, found)
        left.remove(number)
        wanted = set(found.output).union(*(terms[n] for n in left))
        both = dict.fromkeys((*result, *terms[number]))
        # The result lies as declared behind the last step.
        after = tuple(name for name in both if name in wanted) if left else found.output
        steps.append((number, result, after))
        result = after
    return steps


def largest_bytes(found: Equation, rows: int) -> int:
    """The size of the largest array that the chain makes, in single precision."""
    sizes = {**found.sizes, BATCH: rows}
    return 4 * max(prod(sizes[name] for name in after) for _, _, after in chain(found))


class PairwiseChain(nn.Module):
    """One einsum of two operands a step."""

    def __init__(self, found: Equation, cores: Mapping[str, torch.Tensor]) -> None:
        super().__init__()
        self.found = found
        self.names = list(cores)
        self.cores = nn.ParameterList(cores.values())
        self.steps = [(number, self._text(number, before, after)) for number, before, after in chain(found)]

    def _text(self, number: int, before: tuple[str, ...], after: tuple[str, ...]) -> str:
        factor = self.found.operands[number].indices
        letters = dict(zip(dict.fromkeys((*before, *factor)), LETTERS, strict=False))
        terms = ["".join(letters[name] for name in names) for names in (before, factor, after)]
        return f"{terms[0]},{terms[1]}->{terms[2]}"

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        arrays = self.found.arrays(x, dict(zip(self.names, self.cores, strict=True)))
        result = arrays[0]
        for number, text in self.steps:
            result = torch.einsum(text, result, arrays[number])
        return result.reshape(x.shape[0], *self.found.output_shape)

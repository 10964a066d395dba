"""A contraction order that needs no search."""

from collections.abc import Mapping, Sequence


def left_to_right(
    inputs: Sequence[Sequence[int]], output: Sequence[int], sizes: Mapping[int, int], aim: str = "flops"
) -> tuple[tuple[int, int], ...]:
    """The first operand takes up the others one by one."""
    count = len(inputs)
    return tuple((count + step - 1 if step else 0, step + 1) for step in range(count - 1))


def in_pairs(
    inputs: Sequence[Sequence[int]], output: Sequence[int], sizes: Mapping[int, int]
) -> tuple[tuple[int, int], ...]:
    """A balanced tree."""
    waiting = list(range(len(inputs)))
    found = []
    while len(waiting) > 1:
        found.append((waiting[0], waiting[1]))
        waiting = [*waiting[2:], len(inputs) + len(found) - 1]
    return tuple(found)

"""How long it takes to copy an array into row-major order, by where its elements lie."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

from tncc.ir.machine import Machine
from tncc.planning.time_model import SINGLE, permute_us

LINE = 64
"""Bytes of a cache line."""

SETS = 64
"""Sets of the nearest cache: lines whose addresses are so many lines apart share one, on all common processors."""

WAYS = 8
"""Lines of one set that the nearest cache holds at once."""

FEW = 4
"""From so many sets on, the next cache keeps up with what the nearest one loses."""


def copy_us(machine: Machine, shape: Sequence[int], strides: Sequence[int], as_matrix: bool = True) -> float:
    """The microseconds of a copy of float32 elements that lie at these strides, the call itself left out.

    `as_matrix` says that a transposed matrix comes as one: libraries transpose these block by block.
    """
    run, crowded, transposed = layout_of(tuple(shape), tuple(strides))
    moved = 2 * SINGLE * math.prod(shape)
    spread = permute_us(machine, moved, run, moved)
    if not crowded or (transposed and as_matrix):
        return spread
    return max(spread, moved / (1e3 * machine.crowded_gbps))


@lru_cache(maxsize=65536)
def layout_of(shape: tuple[int, ...], strides: tuple[int, ...]) -> tuple[int, bool, bool]:
    """The elements that lie together, whether single ones crowd into few lines of a cache, and a transposed matrix."""
    axes = joined(shape, strides)
    if not axes:
        return 1, False, False
    size, stride = axes[-1]
    if stride == 1:
        return size, False, False
    place = next((number for number, axis in enumerate(axes) if axis[1] == 1), 0)
    behind = axes[place + 1 :] if axes[place][1] == 1 else axes
    lines = math.prod(size for size, _ in behind)
    sets = sets_of(innermost(behind))
    return 1, sets < FEW and lines > WAYS * sets, len(axes) == 2 and axes[0][1] == 1


def joined(shape: Sequence[int], strides: Sequence[int]) -> list[tuple[int, int]]:
    """Sizes and strides, axes of one element left out, and those that lie evenly made one."""
    axes: list[tuple[int, int]] = []
    for size, stride in zip(shape, strides, strict=True):
        if size == 1:
            continue
        if axes and axes[-1][1] == size * stride:
            axes[-1] = (axes[-1][0] * size, stride)
        else:
            axes.append((size, stride))
    return axes


def innermost(axes: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """The last axes, as many as make up a nearest cache full of sets: what a copy meets one right after the other."""
    count = 1
    for place in range(len(axes) - 1, -1, -1):
        count *= axes[place][0]
        if count >= SETS:
            return axes[place:]
    return axes


def sets_of(axes: Sequence[tuple[int, int]]) -> int:
    """The sets of the nearest cache that elements at these strides fall into, about."""
    found = 1
    for size, stride in axes:
        step = SINGLE * stride
        own = SETS if step % LINE else SETS // math.gcd(step // LINE, SETS)
        found *= min(size, own)
    return min(found, SETS)


def strides_of(source: Sequence[str], target: Sequence[str], sizes: Mapping[str, int]) -> tuple[int, ...]:
    """The strides, in the order of `target`, of indices that lie row-major in the order of `source`."""
    strides: dict[str, int] = {}
    step = 1
    for index in reversed(source):
        strides[index] = step
        step *= max(sizes[index], 1)
    return tuple(strides[index] for index in target)

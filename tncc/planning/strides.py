"""Where the elements of an array lie: shapes and strides at given sizes, as NumPy and PyTorch keep them."""

import math
from dataclasses import dataclass

from tncc.ir.program import (
    AnyInstruction,
    Diagonal,
    Expand,
    Permute,
    Reshape,
    Select,
)


@dataclass(frozen=True, slots=True)
class Placement:
    """An array in the memory of `base`, the array that allocated it; strides count elements."""

    base: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]


def contiguous(base: str, shape: tuple[int, ...]) -> Placement:
    """A new array, row-major."""
    strides = []
    step = 1
    for size in reversed(shape):
        strides.append(step)
        step *= max(size, 1)
    return Placement(base, shape, tuple(reversed(strides)))


def placed(instruction: AnyInstruction, source: Placement, shape: tuple[int, ...]) -> Placement:
    """The array of an instruction that rearranges its source: a view of it, or a new array where it has to copy."""
    match instruction:
        case Permute(order=order):
            return Placement(source.base, shape, tuple(source.strides[axis] for axis in order))
        case Select(axis=axis):
            return Placement(source.base, shape, source.strides[:axis] + source.strides[axis + 1 :])
        case Diagonal(axes=axes):
            kept = [stride for axis, stride in enumerate(source.strides) if axis not in axes]
            return Placement(source.base, shape, (*kept, source.strides[axes[0]] + source.strides[axes[1]]))
        case Expand():
            strides = [
                0 if old != new else stride
                for old, new, stride in zip(source.shape, shape, source.strides, strict=True)
            ]
            return Placement(source.base, shape, tuple(strides))
        case Reshape():
            strides_after = reshaped(source, shape)
            if strides_after is None:
                return contiguous(instruction.name, shape)
            return Placement(source.base, shape, strides_after)
        case _:
            return contiguous(instruction.name, shape)


def reshaped(source: Placement, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """The strides after a reshape without a copy; None where there has to be one.

    The old axes are joined to the largest blocks that lie evenly, and each block is cut into new axes.
    """
    if math.prod(source.shape) == 0:
        return contiguous(source.base, shape).strides
    blocks: list[tuple[int, int]] = []
    for size, stride in zip(source.shape, source.strides, strict=True):
        if size == 1:
            continue
        if blocks and blocks[-1][1] == size * stride:
            blocks[-1] = (blocks[-1][0] * size, stride)
        else:
            blocks.append((size, stride))
    strides: list[int] = []
    left = 1
    step = 1
    for size in reversed(shape):
        if size == 1:
            strides.append(step)
            continue
        if left == 1:
            left, step = blocks.pop()
        if left % size:
            return None
        strides.append(step)
        step *= size
        left //= size
    return tuple(reversed(strides))

"""What memory costs: cycles of fetching what the caches do not hold, or what drives itself out of them.

All are of a core like Zen 4's with single-precision numbers, as measured there.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Literal

from tncc.backends.c.prelude import padded
from tncc.backends.c.steps import Index, Pack
from tncc.ir.extent import extent_at
from tncc.ir.program import Dim

LANES = 16
"""The numbers in a vector, and in a line of a cache."""

NUMBER = 4
"""The bytes of a number."""

PACKING = 0.5
"""Cycles an element of copying an operand into panels where several numbers at a time are read and written."""

ONE_BY_ONE = 1.3
"""The same where they lie apart in the source."""

PADDING = 0.04
"""Cycles of each zero behind the last column of panels."""

ALONE = ((2**13, 0.0), (2**17, 3.0), (2**22, 7.0))
"""The most cycles of fetching a line for one number, by the elements of arrays that are still in each cache; several
lines are on their way at a time."""

FARTHEST_ALONE = 30.0
"""The same from memory."""

LINE_APART = 40.0
"""Cycles of fetching a line for numbers one by one that lie beyond the second cache."""

LINE = ((2**17, 0.0), (2**22, 6.0))
"""Cycles of fetching a line for several numbers, by the elements of arrays that are still in each cache."""

FARTHEST_LINE = 24.0
"""The same from memory."""

CONFLICT = 2.5
"""Cycles of fetching a number of the left operand where the lines of a tile's rows drive each other out."""

FIRST = 2**13
"""The elements of an array that the first cache holds."""

SECOND = 2**17
"""The elements of an array that the second cache holds beside others."""

THIRD = 2**21
"""The elements of an array that the third cache holds, which others use, too."""

FETCHING = 2.0
"""Cycles of fetching a number again that no cache has held."""

LINES = ((2**9, 0.0), (2**13, 3.0))
"""Cycles of fetching a line, by the number of lines up to which they are still in the first and the second cache."""

FARTHEST = 10.0
"""The same for what lies farther away."""

AGAIN = ((2**13, 0.0), (2**17, 0.6))
"""Cycles more of reading a vector again, by the elements up to which those read meanwhile are still in each cache."""

FARTHEST_AGAIN = 3.0
"""The same from farther away."""

TURNED = 4
"""The fewest numbers that follow each other in the source, and the fewest columns, for several to be read together."""

WAY = 1024
"""Elements after which the nearest cache begins again with its first set: 4 KiB on all common processors."""

WAYS = 8
"""The rows that one set holds."""

Sizes = Mapping[str, int]
"""Every index by name, the rows among them."""


def cost_of_packing(step: Pack, sizes: Sizes, first: bool = False) -> float:
    """About how long it takes to copy an operand into panels: the fetching of a line counts for all copied with it.

    `first` says that nothing has read the operand before.
    """
    rows = math.prod(extent_at(index.extent, sizes) for index in (*step.outer, *step.depth))
    columns = math.prod(extent_at(index.extent, sizes) for index in step.columns)
    return PADDING * rows * (padded(columns) - columns) + _cost_of_copying(step, rows, columns, sizes, first)


def _cost_of_copying(step: Pack, rows: int, columns: int, sizes: Sizes, first: bool) -> float:
    count = rows * columns
    beside = [index for index in (step.columns[-1], *step.depth) if index.right == 1]
    run = min(LANES, extent_at(beside[0].extent, sizes)) if beside else 1
    if run >= TURNED and columns >= TURNED:
        least = SECOND + 1 if first else 0
        return count * (PACKING + _by_size(max(count, least), LINE, FARTHEST_LINE) / run)
    # What lies as far apart as the nearest cache is long has few of its sets to go to.
    crowded = extent_at(step.columns[-1].right, sizes) >= WAY and count > ALONE[0][0]
    least = ALONE[1][0] + 1 if crowded else ALONE[0][0] + 1 if first else 0
    return count * (ONE_BY_ONE + min(_by_size(max(count, least), ALONE, FARTHEST_ALONE), LINE_APART / run))


def _by_size(count: int, levels: Sequence[tuple[int, float]], farthest: float) -> float:
    """The cycles of the first level that so many elements, or lines, fit into."""
    return next((cycles for most, cycles in levels if count <= most), farthest)


def is_crowded(index: Index, sizes: Sizes) -> bool:
    """Whether a sum's rows follow each other at strides that the nearest cache is bad at."""
    return extent_at(index.extent, sizes) > room(index.right, sizes)


def room(stride: Dim, sizes: Sizes) -> int:
    """So many lines, a stride apart, are held by the nearest cache, all of whose lines have few sets to go to."""
    apart = abs(extent_at(stride, sizes)) if isinstance(stride, int) else 1
    return WAYS * (WAY // math.gcd(WAY, apart)) if apart >= LANES else WAYS * WAY


def fetching(near: Sequence[Index], outer: Sequence[Index], sizes: Sizes) -> float:
    """What it costs to fetch the left operand where each of its numbers lies in a line of its own."""
    if any(index.left == 1 for index in near):
        return 0.0
    # Lines are met again by the loops around, unless too many others have been fetched in between.
    lines = math.prod(extent_at(index.extent, sizes) for index in near if index.left != 0)
    size = math.prod(extent_at(index.extent, sizes) for index in (*near, *outer) if index.left != 0)
    if size <= FIRST:
        return 0.0
    return _by_size(lines, LINES, FARTHEST) * math.prod(extent_at(index.extent, sizes) for index in (*near, *outer))


def reading_again(
    side: Literal["left", "right"], near: Sequence[Index], outer: Sequence[Index], columns: int, sizes: Sizes
) -> float:
    """What each vector of an operand costs more than one from the nearest cache, `columns` being read at a time.

    The innermost of the outer loops that does not move in the operand goes through the same vectors again. They are in
    the nearest cache still if what `near` loops, and loops inside that one, have read meanwhile fits into it.
    """
    moving = [getattr(index, side) != 0 for index in outer]
    again = [n for n, index in enumerate(outer) if not moving[n] and extent_at(index.extent, sizes) > 1]
    if not again:
        return 0.0
    read = [index for index in (*near, *outer[again[-1] :]) if getattr(index, side) != 0]
    return _by_size(columns * math.prod(extent_at(index.extent, sizes) for index in read), AGAIN, FARTHEST_AGAIN)

"""How the loops of a product are cut, into tiles in registers and blocks of sums in a cache, and their cycles."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tncc.backends.c.caches import CONFLICT, LANES, NUMBER, Sizes, fetching, reading_again, room
from tncc.backends.c.contraction import Loop
from tncc.backends.c.prelude import PANEL
from tncc.backends.c.steps import Index
from tncc.ir.extent import extent_at, product

ROWS_OF_TILE = {1: 16, 2: 12, 3: 8}
"""The most rows of a tile by the vectors in it, so that tiles fit into 32 registers."""

BLOCK = 256 * 1024
"""The bytes of a panel from which on sums are done in blocks, so that a panel's block stays in the second cache."""

FEWEST = 24
"""The fewest rows that go through the panels together."""

CALLED = 12.0
"""Cycles of entering and leaving a tile."""

LATENCY = 4.0
"""Cycles until a sum can be added to again: what few sums at a time wait for."""

WAITING = 0.3
"""How much of the shorter one of computing and fetching is not done beside the longer one."""

UNIT = Index(1, 0, 0, 0)
"""A loop of one position."""


@dataclass(frozen=True, slots=True)
class Tiled:
    """The cycles with a tile, its loops, and the loops around it, those that move in panels outermost."""

    cycles: float
    tile: Index
    inner: Index
    outer: tuple[Index, ...]


def tiles_of(rest: Sequence[Loop]) -> list[tuple[Loop | None, Loop | None]]:
    """The loops, or pairs of an inner and an outer one, whose positions can be the rows of a tile."""
    found: list[tuple[Loop | None, Loop | None]] = [(loop, None) for loop in rest]
    small = [loop for loop in rest if isinstance(loop.extent, int) and loop.extent <= 8]
    found += [(loop, inner) for inner in small for loop in rest if loop is not inner]
    return found or [(None, None)]


def tiled(
    rest: Sequence[Loop],
    indices: Mapping[Loop, Index],
    tile: tuple[Loop | None, Loop | None],
    columns: int,
    depth: Sequence[Index],
    paired: bool,
    sizes: Sizes,
) -> Tiled:
    outer = sorted(
        (indices[loop] for loop in rest if loop not in tile),
        key=lambda index: (index.right == 0, -extent_at(index.left, sizes)),
    )
    along, inside = (UNIT if loop is None else indices[loop] for loop in tile)
    vectors = math.ceil(columns / LANES)
    wide = math.ceil(vectors / math.ceil(vectors / PANEL))
    base = extent_at(inside.extent, sizes)
    most = ROWS_OF_TILE[wide] // base
    if not most:
        return Tiled(math.inf, along, inside, tuple(outer))
    moving = along.right != 0 or inside.right != 0
    near = (along, inside, *depth)
    far_left = 1 + reading_again("left", near, outer, wide * LANES, sizes) if paired else 0.0
    far_right = 1 + reading_again("right", near, outer, wide * LANES, sizes)
    sums = math.prod(extent_at(index.extent, sizes) for index in depth)
    innermost = math.prod(extent_at(index.extent, sizes) for index in depth[-1:])
    total = 0.0
    for rows, times in _row_blocks(extent_at(along.extent, sizes), most, isinstance(along.extent, int)):
        height = rows * base
        loads = far_right * wide * (height if moving else 1) + (far_left * wide * height if paired else height / 2)
        crowd = CONFLICT * height if rows > room(along.left, sizes) else 0.0
        each = max(height * wide, loads, LATENCY, crowd)
        total += times * (sums * each + CALLED + 2 * height * wide + 3 * sums / innermost)
    total *= vectors / wide * math.prod(extent_at(index.extent, sizes) for index in outer)
    fetched = fetching(near, outer, sizes) * math.ceil(vectors / wide)
    return Tiled(max(total, fetched) + WAITING * min(total, fetched), along, inside, tuple(outer))


def _row_blocks(length: int, most: int, known: bool) -> list[tuple[int, int]]:
    """How many rows tiles have, and how often: even blocks where the length is known, else powers of two at the end."""
    if known:
        rows = math.ceil(length / math.ceil(length / most))
        return [(rows, length // rows), *([(length % rows, 1)] if length % rows else [])]
    found = [(most, length // most)]
    left = length % most
    for rows in (8, 4, 2, 1):
        if rows < most and left // rows:
            found.append((rows, left // rows))
            left %= rows
    return found


def panels_of(columns: int) -> int:
    return math.ceil(math.ceil(columns / LANES) / PANEL)


def width_of(columns: int) -> int:
    """The bytes of a row of a panel."""
    return NUMBER * LANES * min(PANEL, math.ceil(columns / LANES))


def blocked(depth: list[Index], width: int, packed: bool, sizes: Sizes) -> list[Index]:
    """Sums over panels, whose rows have `width` bytes, cut into blocks where all of them are too long."""
    total = math.prod(extent_at(loop.extent, sizes) for loop in depth)
    if not packed or total * width <= BLOCK or not depth or not isinstance(depth[0].extent, int):
        return depth
    first = depth[0]
    extent, per = int(first.extent), total // int(first.extent) * width
    count = next((n for n in range(2, extent + 1) if extent % n == 0 and extent // n * per <= BLOCK), None)
    if count is None:
        return depth
    length = extent // count
    blocks = Index(count, product(first.left, length), product(first.right, length))
    rest = replace(first, extent=length)
    return [blocks, *([] if length == 1 else [rest]), *depth[1:]]


def streamed(whole: Tiled, depth: list[Index], columns: int, sizes: Sizes) -> tuple[Tiled, list[Index]] | None:
    """The product with all panels' blocks in the second cache, and some rows at a time going through all of them.

    So that a left operand which no cache holds is fetched once, and not once for each panel.
    """
    panels, extent = panels_of(columns), whole.tile.extent
    if panels < 2 or not isinstance(extent, int):
        return None
    cut = blocked(depth, panels * width_of(columns), True, sizes)
    sums = math.prod(extent_at(index.extent, sizes) for index in cut[1:])
    if cut is depth or (len(cut) < 3 and sums * panels * width_of(columns) > BLOCK):
        return None
    most = BLOCK // 2 // (NUMBER * sums * extent_at(whole.inner.extent, sizes))
    rows = next((n for n in range(min(extent, most), 0, -1) if extent % n == 0), 0)
    if rows < min(extent, FEWEST):
        return None
    along = whole.tile
    tile = replace(along, extent=rows)
    around = Index(extent // rows, *(product(stride, rows) for stride in (along.left, along.right, along.out)))
    outer = whole.outer if rows == extent else (*whole.outer, around)
    return replace(whole, tile=tile, outer=outer), cut

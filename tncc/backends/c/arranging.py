"""The ways of computing one product: which loop runs along vectors, which stay in registers, and how the result lies.

Costs are cycles of a core with 16 single-precision lanes and 32 vector registers, estimated from the instructions of
the innermost loop: a multiply-add for each vector of the tile, a load for each vector and each broadcast number.
"""

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tncc.backends.c.access import Level, View
from tncc.backends.c.access import fixed as fixed_extent
from tncc.backends.c.contraction import Contraction, Loop
from tncc.backends.c.prelude import PANEL
from tncc.backends.c.steps import Index, Pack, Product
from tncc.ir.extent import extent_at, product
from tncc.ir.program import Dim

LANES = 16
ROWS_OF_TILE = {1: 16, 2: 12, 3: 8}
"""The most rows of a tile by the vectors in it, so that tiles fit into 32 registers."""

BLOCK = 256 * 1024
"""The bytes of a panel from which on sums are done in blocks, so that a panel's block stays in the second cache."""

PACKING = 1.3
"""Cycles an element of copying an operand into panels."""

SCATTERING = 1.0
"""Cycles an element of writing a result whose columns do not lie together."""

CUT = 2.0
"""Cycles of reading a part of a vector from an array of the caller, behind which nothing may be read."""

CROWDED = 2.5
"""How much longer sums take whose rows of the right operand fall into the same sets of the nearest cache."""

FIRST = 2**13
"""The elements of an array that the first cache holds."""

LINES = ((2**9, 0.0), (2**13, 3.0))
"""Cycles of fetching a line, by the number of lines up to which they are still in the first and the second cache."""

FARTHEST = 10.0
"""The same for what lies farther away."""

WAY = 1024
"""Elements after which the nearest cache begins again with its first set: 4 KiB on all common processors."""

WAYS = 8
"""The rows that one set holds."""

CALLED = 12.0
"""Cycles of entering and leaving a tile."""

LATENCY = 4.0
"""Cycles until a sum can be added to again: what few sums at a time wait for."""

UNIT = Index(1, 0, 0, 0)
"""A loop of one position."""

Sizes = Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Arranged:
    """A product as it will be run, with the copy that it needs, where its result lies, and its cycles."""

    product: Product
    pack: Pack | None
    out: View
    cycles: float


@dataclass(frozen=True, slots=True)
class Site:
    """Where a product is computed: its result's buffer, room for rows in a tile, and the sizes to plan for."""

    buffer: str
    capacity: int | None
    sizes: Sizes
    accumulate: bool
    free: Collection[str]
    """Buffers that are packed once for all tiles; `share` of that counts for each."""
    share: float
    owned: Collection[str]
    """Buffers that have room behind their last element."""


def arrangements(contraction: Contraction, fixed: View | None, site: Site) -> Iterator[Arranged]:
    """Every way that is worth considering; `fixed` is the result's place where that is settled."""
    for one in (contraction, contraction.turned):
        for lanes in _lanes(one, fixed is not None):
            yield _arranged(one, lanes, fixed, site)


@dataclass(frozen=True, slots=True)
class Lanes:
    """The loops that run along vectors, whether both operands have them, and whether the right one is packed."""

    along: tuple[Loop, ...]
    paired: bool
    packed: bool


def _lanes(one: Contraction, settled: bool) -> list[Lanes]:
    """The loops that can run along vectors."""
    found: list[Lanes] = []
    own = one.of("right")
    known = [loop for loop in own if isinstance(loop.extent, int)]
    for loop in known:
        if loop.right == 1:
            found.append(Lanes((loop,), False, False))
    if known:
        if settled:
            chain = _chain(known)
            found.append(Lanes(chain or (max(known, key=lambda loop: int(loop.extent)),), False, True))
        else:
            found.append(Lanes(tuple(known), False, True))
    for loop in one.of("both"):
        if loop.left == 1 and isinstance(loop.extent, int):
            if loop.right == 1:
                found.append(Lanes((loop,), True, False))
            found.append(Lanes((loop,), True, True))
    return found


def _chain(loops: Sequence[Loop]) -> tuple[Loop, ...]:
    """The loops that lie together in the result, innermost last, beginning with stride 1."""
    chain: list[Loop] = []
    stride: Dim = 1
    while True:
        following = next((loop for loop in loops if loop.fixed == stride and loop not in chain), None)
        if following is None:
            return tuple(reversed(chain))
        chain.append(following)
        stride = product(stride, following.extent)


def _arranged(one: Contraction, lanes: Lanes, fixed: View | None, site: Site) -> Arranged:
    columns = math.prod(int(loop.extent) for loop in lanes.along)
    out, strides, apart = _placed(one, lanes.along, fixed, site)
    sums = sorted(one.of("sum"), key=lambda loop: -extent_at(loop.left, site.sizes))
    rest = [loop for loop in one.loops if loop.kind != "sum" and loop not in lanes.along]
    indices = {loop: Index(loop.extent, loop.left, loop.right, strides[loop]) for loop in (*rest, *lanes.along)}
    depth = [Index(loop.extent, loop.left, loop.right) for loop in sums]
    pack = None
    if lanes.packed:
        sets = [loop for loop in rest if loop.right != 0]
        outer, along = ([indices[loop] for loop in some] for some in (sets, lanes.along))
        pack = Pack("", one.right, tuple(outer), tuple(depth), tuple(along))
        depth = _renumbered(depth)
        indices |= dict(zip(sets, _renumbered(outer), strict=True))
    depth = _blocked(_evened(depth), columns, lanes.packed, site)
    tiled = min(
        (_tiled(rest, indices, tile, columns, depth, lanes.paired, site) for tile in _tiles(rest)),
        key=lambda found: found.cycles,
    )
    packing = 0.0
    if lanes.packed:
        elements = _volume([loop for loop in one.loops if loop.right != 0], site)
        packing = PACKING * elements * (site.share if one.right.buffer in site.free else 1.0)
    crowded = not lanes.packed and any(_is_crowded(index) for index in depth)
    cycles = tiled.cycles * (CROWDED if crowded else 1.0) + packing
    whole = lanes.packed or one.right.buffer in site.owned
    if not whole and columns % LANES:
        cycles += CUT * _volume(one.loops, site) / columns
    if apart != 1:
        cycles += SCATTERING * _volume(one.of("both", "left", "right"), site)
    made = Product(
        out=out, left=one.left, right=one.right, outer=tiled.outer, tile=tiled.tile, inner=tiled.inner,
        sums=tuple(depth), columns=columns, lanes=apart, paired=lanes.paired, packed=lanes.packed,
        accumulate=site.accumulate, whole=whole,
    )  # fmt: skip
    return Arranged(made, pack, out, cycles)


def _is_crowded(index: Index) -> bool:
    """Whether a sum's rows follow each other at strides that the nearest cache is bad at."""
    known = isinstance(index.right, int) and isinstance(index.extent, int)
    return known and int(index.right) % WAY == 0 and int(index.right) > 0 and int(index.extent) > WAYS


def _placed(
    one: Contraction, along: Sequence[Loop], fixed: View | None, site: Site
) -> tuple[View, dict[Loop, Dim], Dim]:
    """The result's place, the stride of each loop in it, and how far apart its columns lie."""
    kept = [loop for loop in one.loops if loop.kind != "sum"]
    if fixed is not None:
        strides = {loop: loop.fixed if loop.fixed is not None else 0 for loop in kept}
        return fixed, strides, strides[along[-1]]
    strides = {}
    stride: Dim = 1
    for loop in (*reversed(along), *(loop for loop in reversed(kept) if loop not in along)):
        strides[loop] = stride
        stride = product(stride, fixed_extent(loop.extent, site.capacity))
    axes = [
        tuple(Level(loop.extent, strides[loop]) for loop in kept if loop.axis == axis and loop.extent != 1)
        for axis in range(one.axes)
    ]
    return View(site.buffer, tuple(axes)), strides, 1


def _renumbered(loops: Sequence[Index]) -> list[Index]:
    """The loops as they follow each other in panels: row-major."""
    found: list[Index] = []
    stride: Dim = 1
    for loop in reversed(loops):
        found.append(replace(loop, right=stride))
        stride = product(stride, loop.extent)
    return found[::-1]


def _evened(loops: Sequence[Index]) -> list[Index]:
    """Sums with neighbours that lie evenly in both operands made one."""
    found: list[Index] = []
    for loop in loops:
        last = found[-1] if found else None
        known = isinstance(loop.extent, int) and last is not None and isinstance(last.extent, int)
        if known and last is not None and _follows(last, loop):
            found[-1] = replace(loop, extent=product(last.extent, loop.extent))
        else:
            found.append(loop)
    return found


def _follows(outer: Index, inner: Index) -> bool:
    return outer.left == product(inner.left, inner.extent) and outer.right == product(inner.right, inner.extent)


def _blocked(depth: list[Index], columns: int, packed: bool, site: Site) -> list[Index]:
    """Sums over long panels cut into blocks."""
    total = math.prod(extent_at(loop.extent, site.sizes) for loop in depth)
    width = 4 * LANES * min(PANEL, math.ceil(columns / LANES))
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


def _tiles(rest: Sequence[Loop]) -> list[tuple[Loop | None, Loop | None]]:
    """The loops, or pairs of an inner and an outer one, whose positions can be the rows of a tile."""
    found: list[tuple[Loop | None, Loop | None]] = [(loop, None) for loop in rest]
    small = [loop for loop in rest if isinstance(loop.extent, int) and loop.extent <= 8]
    found += [(loop, inner) for inner in small for loop in rest if loop is not inner]
    return found or [(None, None)]


@dataclass(frozen=True, slots=True)
class Tiled:
    """The cycles with a tile, its loops, and the loops around it, those that move in panels outermost."""

    cycles: float
    tile: Index
    inner: Index
    outer: tuple[Index, ...]


def _tiled(
    rest: Sequence[Loop],
    indices: Mapping[Loop, Index],
    tile: tuple[Loop | None, Loop | None],
    columns: int,
    depth: Sequence[Index],
    paired: bool,
    site: Site,
) -> Tiled:
    outer = sorted(
        (indices[loop] for loop in rest if loop not in tile),
        key=lambda index: (index.right == 0, -extent_at(index.left, site.sizes)),
    )
    along, inside = (UNIT if loop is None else indices[loop] for loop in tile)
    vectors = math.ceil(columns / LANES)
    wide = math.ceil(vectors / math.ceil(vectors / PANEL))
    base = extent_at(inside.extent, site.sizes)
    most = ROWS_OF_TILE[wide] // base
    if not most:
        return Tiled(math.inf, along, inside, tuple(outer))
    moving = along.right != 0 or inside.right != 0
    sums = math.prod(extent_at(index.extent, site.sizes) for index in depth)
    near = math.prod(extent_at(index.extent, site.sizes) for index in depth[-1:])
    total = 0.0
    for rows, times in _row_blocks(extent_at(along.extent, site.sizes), most, isinstance(along.extent, int)):
        height = rows * base
        loads = (wide * height if moving else wide) + (wide * height if paired else height / 2)
        each = max(height * wide, loads, LATENCY)
        total += times * (sums * each + CALLED + 2 * height * wide + 3 * sums / near)
    total *= vectors / wide * math.prod(extent_at(index.extent, site.sizes) for index in outer)
    total += _far(along, inside, outer, depth, site) * math.ceil(vectors / wide)
    return Tiled(total, along, inside, tuple(outer))


def _far(along: Index, inside: Index, outer: Sequence[Index], depth: Sequence[Index], site: Site) -> float:
    """What it costs to fetch the left operand where each of its numbers lies in a line of its own."""
    near = (along, inside, *depth)
    if any(index.left == 1 for index in near):
        return 0.0
    # Lines are met again by the loops around, unless too many others have been fetched in between.
    lines = math.prod(extent_at(index.extent, site.sizes) for index in near if index.left != 0)
    size = math.prod(extent_at(index.extent, site.sizes) for index in (*near, *outer) if index.left != 0)
    if size <= FIRST:
        return 0.0
    cycles = next((cycles for most, cycles in LINES if lines <= most), FARTHEST)
    return cycles * math.prod(extent_at(index.extent, site.sizes) for index in (*near, *outer))


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


def _volume(loops: Sequence[Loop], site: Site) -> float:
    return float(math.prod(extent_at(loop.extent, site.sizes) for loop in loops))

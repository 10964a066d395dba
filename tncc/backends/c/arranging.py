"""The ways of computing one product: which loop runs along vectors, which stay in registers, and how the result lies.

Costs are cycles of a core with 16 single-precision lanes and 32 vector registers, estimated from the instructions of
the innermost loop: a multiply-add for each vector of the tile, a load for each vector and each broadcast number.
"""

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from tncc.backends.c.access import Level, View
from tncc.backends.c.access import fixed as fixed_extent
from tncc.backends.c.caches import FETCHING, LANES, SECOND, THIRD, Sizes, cost_of_packing, is_crowded
from tncc.backends.c.contraction import Contraction, Loop
from tncc.backends.c.steps import Index, Pack, Product
from tncc.backends.c.tiling import blocked, panels_of, streamed, tiled, tiles_of, width_of
from tncc.ir.extent import extent_at, product
from tncc.ir.program import Dim

SCATTERING = 2.0
"""Cycles an element of writing a result whose columns do not lie together."""

ADDING = 1.5
"""Cycles an element of adding to a result that the second cache does not hold."""

CUT = 2.0
"""Cycles of reading a part of a vector from an array of the caller, behind which nothing may be read."""

CROWDED = 2.5
"""How much longer sums take whose rows of the right operand fall into the same sets of the nearest cache."""


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
        for lanes in _lanes(one, fixed is not None, site.sizes):
            yield _arranged(one, lanes, fixed, site)


@dataclass(frozen=True, slots=True)
class Lanes:
    """The loops that run along vectors, whether both operands have them, and whether the right one is packed."""

    along: tuple[Loop, ...]
    paired: bool
    packed: bool


def _lanes(one: Contraction, settled: bool, sizes: Sizes) -> list[Lanes]:
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
            # Panels are filled fastest with numbers that lie together in the operand.
            inward = sorted(known, key=lambda loop: -extent_at(loop.right, sizes))
            found += [Lanes(along, False, True) for along in dict.fromkeys((tuple(known), tuple(inward)))]
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
    whole_depth = _evened(depth)
    depth = blocked(whole_depth, width_of(columns), lanes.packed, site.sizes)
    found = min(
        (tiled(rest, indices, tile, columns, depth, lanes.paired, site.sizes) for tile in tiles_of(rest)),
        key=lambda one: one.cycles,
    )
    fetched = _volume([loop for loop in one.loops if loop.left != 0], site)
    way = None
    if lanes.packed and not lanes.paired and fetched > THIRD:
        way = streamed(found, whole_depth, columns, site.sizes)
        if way is not None:
            found, depth = way
        else:
            found = replace(found, cycles=found.cycles + FETCHING * fetched * (panels_of(columns) - 1))
    packing = 0.0
    if pack is not None:
        packing = cost_of_packing(pack, site.sizes) * (site.share if one.right.buffer in site.free else 1.0)
    crowded = not lanes.packed and any(is_crowded(index, site.sizes) for index in depth)
    cycles = found.cycles * (CROWDED if crowded else 1.0) + packing
    whole = lanes.packed or one.right.buffer in site.owned
    if not whole and columns % LANES:
        cycles += CUT * _volume(one.loops, site) / columns
    volume = _volume(one.of("both", "left", "right"), site)
    passes = math.prod(extent_at(index.extent, site.sizes) for index in depth[:-2])
    if apart != 1:
        cycles += SCATTERING * volume * passes
    if volume > SECOND:
        cycles += ADDING * volume * (passes - (0 if site.accumulate else 1))
    made = Product(
        out=out, left=one.left, right=one.right, outer=found.outer, tile=found.tile, inner=found.inner,
        sums=tuple(depth), columns=columns, lanes=apart, paired=lanes.paired, packed=lanes.packed,
        accumulate=site.accumulate, whole=whole, streamed=way is not None,
    )  # fmt: skip
    return Arranged(made, pack, out, cycles)


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


def _volume(loops: Sequence[Loop], site: Site) -> float:
    return float(math.prod(extent_at(loop.extent, site.sizes) for loop in loops))

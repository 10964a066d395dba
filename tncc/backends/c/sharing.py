"""The loop of a step that threads share, where the step is no part of a tile: each thread has some of its positions."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tncc.backends.c.caches import LANES
from tncc.backends.c.elementwise import laid_out
from tncc.backends.c.panels import PANELS
from tncc.backends.c.steps import Fill, Index, Map, Pack, Product, Step
from tncc.backends.c.tiles import ROWS
from tncc.backends.c.tiling import panels_of
from tncc.ir.extent import extent_at
from tncc.ir.program import Dim

WORTH = 40_000.0
"""The cycles from which on a step is shared: waking threads takes some thousands."""

NUMBERS = 16.0
"""The multiply-adds of a product in a cycle."""

GRAINS = (48, 16, 8)
"""Rows of tiles that stay together, so that they fill tiles of all heights: the most of which there are several."""


ENOUGH = 8
"""Parts of a step that are enough for all threads."""


@dataclass(frozen=True, slots=True)
class Share:
    """A loop by its name in the step's function, its extent, and how many of its positions stay together.

    For panels, the extent is that of their columns.
    """

    loop: str
    extent: Dim
    grain: int = 1


def share_of(step: Step, sizes: Mapping[str, int], in_tile: bool = False) -> Share | None:
    """What threads share of a step; None where it is too little work, or where there is no such loop.

    Every position of the loop has numbers of the result to itself. A step `in_tile` is mostly done by one thread, which
    is faster if it knows how many rows the tiles in registers have.
    """
    match step:
        case Product():
            return _product_share(step, sizes, in_tile)
        case Pack():
            return _pack_share(step, sizes)
        case Map():
            laid = laid_out(step)
            return _first(laid.extents, laid.sums, sizes)
        case Fill():
            return _first([level.extent for level in step.out.levels], (), sizes)
        case _:
            return None


def _product_share(step: Product, sizes: Mapping[str, int], in_tile: bool) -> Share | None:
    """Panels, where there are enough, since each is packed and read by one thread then; or the most of what there is.

    Where the left operand goes by, each thread takes part of it, rather than all of it.
    """
    loops = (*step.outer, step.tile, step.inner, *step.sums)
    if _count(loops, sizes) * step.columns / NUMBERS < WORTH:
        return None
    found = [] if step.streamed else [(panels_of(step.columns), Share(PANELS, step.columns))]
    found += [(_size(index.extent, sizes), Share(f"i{n}", index.extent)) for n, index in enumerate(step.outer)]
    rows = _size(step.tile.extent, sizes)
    grain = next((grain for grain in GRAINS if rows >= 4 * grain), 0)
    if grain and step.finish is None and not in_tile:
        found.append((rows // grain, Share(ROWS, step.tile.extent, grain)))
    most, share = max(found, key=lambda pair: min(pair[0], ENOUGH))
    return share if most > 1 else None


def _pack_share(step: Pack, sizes: Mapping[str, int]) -> Share | None:
    if _count((*step.outer, *step.depth, *step.columns), sizes) < WORTH:
        return None
    if step.outer:
        return Share("i0", step.outer[0].extent) if _size(step.outer[0].extent, sizes) > 1 else None
    columns = math.prod(int(index.extent) for index in step.columns)
    return Share(PANELS, columns) if columns > LANES else None


def _first(extents: Sequence[Dim], sums: Sequence[Dim], sizes: Mapping[str, int]) -> Share | None:
    """The outermost of some loops."""
    numbers = [_size(extent, sizes) for extent in (*extents, *sums)]
    return Share("i0", extents[0]) if extents and numbers[0] > 1 and math.prod(numbers) >= WORTH else None


def _count(loops: Sequence[Index], sizes: Mapping[str, int]) -> float:
    return float(math.prod(_size(index.extent, sizes) for index in loops))


def _size(extent: Dim, sizes: Mapping[str, int]) -> int:
    return extent_at(extent, sizes)

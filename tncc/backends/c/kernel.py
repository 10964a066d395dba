"""A program as one kernel: its steps by phase, its arrays with their places in memory, and what its callers hand it."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tncc.backends.c.access import View
from tncc.backends.c.caches import NUMBER
from tncc.backends.c.fusing import fused
from tncc.backends.c.phased import Cycles, Parts, lowered_phases, reads
from tncc.backends.c.results import base_of, targeted, total_buffers, with_results
from tncc.backends.c.state import Setting, State
from tncc.backends.c.steps import Buffer, Call, Load, Map, Region, Step
from tncc.backends.c.storage import Sum, elements, places, touched_by
from tncc.backends.instructions import VIEWS
from tncc.ir.extent import extent_at, product
from tncc.ir.network import BATCH
from tncc.ir.phases import Phases, has_rows, in_one_pass, phases
from tncc.ir.program import (
    AnyInstruction,
    Dim,
    Program,
    Read,
    Result,
    sources,
)

TILE_BYTES = 512 * 1024
"""The bytes of what a step of a tile reads and writes that is read again: it should stay in the second cache."""

MOST_ROWS = 256
"""The most rows of a tile."""

HEIGHTS = (8, 16, 32, 64, 128, MOST_ROWS)
"""Rows of tiles that are higher than the second cache asks for."""

ENOUGH = 1.2
"""The lowest tiles are taken that move no more than so many times the least bytes: they need less memory."""


@dataclass(frozen=True, slots=True)
class Kernel:
    """One program, ready to be printed.

    `arguments` are the tensors that it reads, with their shapes; `results` are called after what they are the values
    of. `capacity` is the rows of a tile, None where all are done at once. `places` has the offset of each
    array in its region, `sizes` the elements of the regions. `totals` are the arrays that tiles add up, with their
    elements, `sums` those of them that are results, with these. `planned` are the sizes that it is laid out for.
    """

    arguments: Mapping[str, tuple[Dim, ...]]
    results: tuple[Result, ...]
    capacity: int | None
    pack: tuple[Step, ...]
    once: tuple[Step, ...]
    each: tuple[Step, ...]
    last: tuple[Step, ...]
    regions: Mapping[str, Region]
    places: Mapping[str, Sum]
    sizes: Mapping[Region, Sum]
    totals: Mapping[str, Dim]
    sums: Mapping[str, str]
    cycles: Cycles
    planned: Mapping[str, int]


def kernel(
    program: Program,
    sizes: Mapping[str, int],
    inputs: Collection[str],
    deltas: Collection[str],
    kept: bool,
    widened: bool = False,
    saved: Collection[str] = (),
) -> Kernel:
    """The kernel of a program, laid out for `sizes` (of every index by name, `BATCH` being the rows).

    `inputs` names the tensors that come with a call, `deltas` those that are copy tensors; all others are stored ones.
    With `kept`, what follows from stored ones alone is there before the call; `widened` says that these have a type of
    their own, which is to be converted first. `saved` names results that are there in every call. Raises Unsupported.
    """
    whole = with_results(program, saved)
    table = {one.name: one for one in whole.instructions}
    stored = {one.tensor for one in reads(whole) if one.tensor not in (*inputs, *deltas)}
    found, capacity = phased(whole, table, sizes, saved)
    totals = frozenset(found.totals)
    targets = targeted(whole, table, totals)
    rows = sizes.get(BATCH, 1)
    setting = Setting(
        region="scratch",
        capacity=capacity,
        sizes=sizes,
        targets=targets,
        totals=totals,
        share=0.0 if kept else min(1.0, (capacity or rows) / max(rows, 1)),
        times=1.0,
        uses=Counter(name for one in whole.instructions for name in sources(one)),
        readers={name: one for one in whole.instructions for name in sources(one)},
        wanted=frozenset(result.array for result in whole.results),
    )
    parts, state, cycles = lowered_phases(whole, found, setting, stored, deltas, kept)
    parts = merged(parts, state, targets)
    used = set().union(*map(touched_by, parts.all))
    later = set().union(*map(touched_by, parts.all[1:]))
    copied = (used if widened else later if kept else set()) & stored
    buffers, copies = keep([buffer for buffer in state.buffers if buffer.name in used], copied, whole)
    parts = replace(parts, pack=(*copies, *parts.pack)) if kept else replace(parts, once=(*copies, *parts.once))
    regions = regions_of(buffers, whole, inputs, stored, parts, {state.views[name].buffer for name in totals})
    sums = {view.buffer: view.buffer.replace("total", "result", 1) for view in targets.values()}
    sums = {name: result for name, result in sums.items() if name != result}
    buffers += total_buffers(whole, sums)
    regions |= dict.fromkeys(sums, "total")
    offsets, region_sizes = places(buffers, regions, [step for steps in parts.all for step in steps])
    return Kernel(
        arguments={one.tensor: one.shape for one in reads(whole) if one.tensor not in deltas},
        results=whole.results,
        capacity=capacity,
        pack=parts.pack, once=parts.once, each=parts.each, last=parts.last,
        regions=regions, places=offsets, sizes=region_sizes, sums=sums, cycles=cycles, planned=sizes,
        totals={buffer.name: elements(buffer) for buffer in buffers if regions[buffer.name] == "total"},
    )  # fmt: skip


def merged(parts: Parts, state: State, targets: Mapping[str, View]) -> Parts:
    """The steps of all phases, fused where an array is made and read in one of them alone."""
    given = {view.buffer for view in targets.values()}
    touched_in = [touched_by(steps) for steps in parts.all]
    found = []
    for number, steps in enumerate(parts.all):
        elsewhere = set().union(*touched_in[:number], *touched_in[number + 1 :])
        own = {buffer.name for buffer in state.buffers} - elsewhere - given
        found.append(fused(steps, own))
    return Parts(*found)


def phased(
    program: Program, table: Mapping[str, AnyInstruction], sizes: Mapping[str, int], saved: Collection[str]
) -> tuple[Phases, int | None]:
    """The phases, and the rows of a tile; one phase for all rows where one pass over tiles is not enough."""
    parts = phases(program)
    given = {result.array for result in program.results if result.name not in saved}
    late = tuple(one for one in parts.once if one.name in given)
    once = tuple(one for one in parts.once if one.name not in given)
    if parts.each and in_one_pass(program):
        return Phases(once, parts.each, (*parts.last, *late), parts.totals), tile_rows(program, parts, table, sizes)
    rest = tuple(one for one in program.instructions if one not in once)
    return Phases(once, rest, (), ()), None


def tile_rows(program: Program, parts: Phases, table: Mapping[str, AnyInstruction], sizes: Mapping[str, int]) -> int:
    """As many rows as keep in the second cache what is read again; more where tiles add up what no cache holds.

    What tiles add up is fetched and written back by each of them, unless it stays in the cache: then fewer, higher
    tiles may pay, though what lies between their steps goes through farther caches.
    """
    one = dict(sizes) | {BATCH: 1}
    given = {base_of(result.array, table) for result in program.results}
    most = between = 0
    for instruction in parts.each:
        if isinstance(instruction, (Read, *VIEWS)):
            continue
        arrays = [table[name] for name in sources(instruction)]
        arrays += [instruction] if instruction.name not in given else []
        own = [_elements(array.shape, one) for array in arrays if has_rows(array.shape)]
        most = max(most, sum(own))
        if has_rows(instruction.shape) and instruction.name not in given:
            between += own[-1]
    near = max(1, min(MOST_ROWS, TILE_BYTES // max(1, NUMBER * most)))
    near = near if near < 8 else near // 8 * 8
    summed = NUMBER * sum(_elements(table[name].shape, one) for name in parts.totals)
    if summed <= TILE_BYTES:
        return near
    moved = {
        rows: summed / rows + (NUMBER * between if rows > near else 0) for rows in {near, *HEIGHTS} if rows >= near
    }
    return min(rows for rows, moving in moved.items() if moving <= ENOUGH * min(moved.values()))


def _elements(shape: Sequence[Dim], sizes: Mapping[str, int]) -> int:
    return math.prod(extent_at(extent, sizes) for extent in shape)


def keep(buffers: list[Buffer], names: Iterable[str], program: Program) -> tuple[list[Buffer], list[Step]]:
    """Stored tensors copied to memory of the kernel, as numbers of its type."""
    steps: list[Step] = []
    for one in reads(program):
        if one.tensor in names and one.tensor not in {buffer.name for buffer in buffers}:
            size = product(*one.shape)
            buffers = [*buffers, Buffer(one.tensor, "constant", size)]
            value = Call("given", (Load(f"given {one.tensor}", (), (1,)),))
            steps.append(Map(Load(one.tensor, (), (1,)), (size,), value, comment=one.tensor))
    return buffers, steps


def regions_of(
    buffers: Sequence[Buffer],
    program: Program,
    inputs: Collection[str],
    stored: Collection[str],
    parts: Parts,
    totals: Collection[str],
) -> dict[str, Region]:
    """Who owns each array."""
    regions: dict[str, Region] = {f"result {number}": "result" for number in range(len(program.results))}
    for one in reads(program):
        regions[one.tensor] = "input" if one.tensor in inputs else "weight"
        if one.tensor in stored:
            regions[f"given {one.tensor}"] = "weight"
    packing, once, *later = map(touched_by, parts.all)
    after = set().union(*later)
    for buffer in buffers:
        name = buffer.name
        if name in totals:
            regions[name] = "total"
        elif name in packing and name in once | after:
            regions[name] = "constant"
        else:
            regions[name] = "shared" if name in once and name in after else "scratch"
    return regions

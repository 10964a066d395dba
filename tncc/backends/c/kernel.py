"""A program as one kernel: its steps by phase, its arrays with their places in memory, and what its callers hand it."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tncc.backends.c.access import View, reshaped, row_major
from tncc.backends.c.fusing import fused
from tncc.backends.c.lowering import lowered
from tncc.backends.c.state import Setting, State
from tncc.backends.c.steps import Buffer, Call, Fill, Load, Map, Pack, Region, Step
from tncc.backends.c.storage import Sum, places, touched_by
from tncc.ir.extent import extent_at, factors, product, symbol
from tncc.ir.network import BATCH, Network
from tncc.ir.phases import Phases, constant_arrays, has_rows, in_one_pass, phases
from tncc.ir.program import (
    AnyInstruction,
    Constant,
    Copy,
    Diagonal,
    Dim,
    Expand,
    Loop,
    Permute,
    Program,
    Read,
    Reshape,
    Result,
    Select,
    sources,
)

TILE_BYTES = 512 * 1024
"""The bytes of what a step of a tile reads and writes that is read again: it should stay in the second cache."""

FAR_PACKING = 3.0
"""Cycles an element of packing weights that come from far caches, once a call."""

MOST_ROWS = 256
"""The most rows of a tile."""

VIEWS = (Reshape, Permute, Select, Diagonal, Expand)


@dataclass(frozen=True, slots=True)
class Kernel:
    """One program, ready to be printed.

    `arguments` are the tensors that it reads, with their shapes; `results` are called after what they are the values
    of. `capacity` is the rows of a tile, None where all are done at once. `places` has the offset of each
    array in its region, `sizes` the elements of the regions. `sums` pairs the arrays that tiles add up for results
    with these, by buffer, with their elements.
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
    sums: Mapping[str, str]
    cycles: "Cycles"


@dataclass(frozen=True, slots=True)
class Cycles:
    """About how long a kernel takes: what is done once a call, and a tile of so many rows."""

    once: float
    tile: float
    rows: int

    def at(self, rows: int) -> float:
        """The cycles of a call with so many rows."""
        return self.once + self.tile * rows / max(self.rows, 1)


def kernel(
    program: Program,
    sizes: Mapping[str, int],
    inputs: Collection[str],
    deltas: Collection[str],
    kept: bool,
    widened: bool = False,
) -> Kernel:
    """The kernel of a program, laid out for `sizes` (of every index by name, `BATCH` being the rows).

    `inputs` names the tensors that come with a call, `deltas` those that are copy tensors; all others are stored ones.
    With `kept`, what follows from stored ones alone is there before the call; `widened` says that these have a type of
    their own, which is to be converted first. Raises Unsupported.
    """
    whole = with_results(program)
    table = {one.name: one for one in whole.instructions}
    stored = {one.tensor for one in reads(whole) if one.tensor not in (*inputs, *deltas)}
    parts, capacity = phased(whole, table, sizes)
    fixed = constant_arrays(parts.once, {*stored, *deltas}) if kept else frozenset()
    totals = frozenset(parts.totals)
    views, extra, first = tensors(whole, deltas)
    targets = targeted(whole, table, totals)
    rows = sizes.get(BATCH, 1)
    setting = Setting(
        region="scratch",
        capacity=None,
        sizes=sizes,
        targets=targets,
        totals=totals,
        constant=frozenset(),
        share=0.0 if kept else min(1.0, (capacity or rows) / max(rows, 1)),
        uses=Counter(name for one in whole.instructions for name in sources(one)),
        readers={name: one for one in whole.instructions for name in sources(one)},
        wanted=frozenset(result.array for result in whole.results),
    )
    state = lowered([one for one in parts.once if one.name in fixed], setting, State(views, tuple(extra), tuple(first)))
    always = frozenset(buffer.name for buffer in state.buffers) | stored
    packing, kept_cycles = (state.steps, state.cycles) if kept else ((), 0.0)
    state = replace(state, steps=()) if kept else state
    early = replace(setting, constant=always if kept else frozenset())
    state = lowered([one for one in parts.once if one.name not in fixed], early, state)
    once, before = state.steps, state.cycles
    unrowed = {one.tensor for one in reads(whole) if not has_rows(one.shape)}
    constant = frozenset(buffer.name for buffer in state.buffers) | unrowed
    tile = dict(sizes) | {BATCH: rows if capacity is None else min(rows, capacity)}
    inner = replace(setting, capacity=capacity, sizes=tile, constant=constant)
    state = lowered(parts.each, inner, replace(state, steps=(), cycles=0.0))
    each, cycles = state.steps, state.cycles
    state = lowered(parts.last, replace(setting, constant=constant), replace(state, steps=()))
    last, ending = state.steps, state.cycles - cycles
    panels = [(one, kept and one.source.buffer in always) for one in state.once]
    packing = (*packing, *(one for one, before in panels if before))
    once = (*once, *(one for one, before in panels if not before))
    packing, once, each, last = merged((packing, once, each, last), state, targets)
    used = set().union(*(touched_by(steps) for steps in (packing, once, each, last)))
    buffers = [buffer for buffer in state.buffers if buffer.name in used]
    later = touched_by(once) | touched_by(each) | touched_by(last)
    copied = (later | touched_by(packing) if widened else later if kept else set()) & stored
    buffers, copies = keep(buffers, copied, whole)
    packing, once = ((*copies, *packing), once) if kept else (packing, (*copies, *once))
    phases_in_order = (packing, once, each, last)
    regions = regions_of(buffers, whole, inputs, stored, phases_in_order, {views_of(state, name) for name in totals})
    sums = {view.buffer: view.buffer.replace("total", "result", 1) for view in targets.values()}
    sums = {name: result for name, result in sums.items() if name != result}
    buffers += total_buffers(whole, sums)
    regions |= dict.fromkeys(sums, "total")
    found, region_sizes = places(buffers, regions, [step for steps in phases_in_order for step in steps])
    return Kernel(
        arguments={one.tensor: one.shape for one in reads(whole) if one.tensor not in deltas},
        results=whole.results,
        capacity=capacity,
        pack=packing, once=once, each=each, last=last,
        regions=regions, places=found, sizes=region_sizes, sums=sums,
        cycles=Cycles(
            before - kept_cycles + ending + sum(pack_cycles(one, sizes) for one, known in panels if not known),
            cycles,
            tile[BATCH],
        ),
    )  # fmt: skip


def pack_cycles(step: Pack, sizes: Mapping[str, int]) -> float:
    """About how long it takes to copy an operand into panels, its numbers far apart."""
    loops = (*step.outer, *step.depth, *step.columns)
    return FAR_PACKING * math.prod(extent_at(index.extent, sizes) for index in loops)


def merged(
    parts: tuple[tuple[Step, ...], ...], state: State, targets: Mapping[str, View]
) -> tuple[tuple[Step, ...], ...]:
    """The steps of all phases, fused where an array is made and read in one of them alone."""
    given = {view.buffer for view in targets.values()}
    touched_in = [touched_by(steps) for steps in parts]
    found = []
    for number, steps in enumerate(parts):
        elsewhere = set().union(*touched_in[:number], *touched_in[number + 1 :])
        own = {buffer.name for buffer in state.buffers} - elsewhere - given
        found.append(fused(steps, own))
    return tuple(found)


def reads(program: Program) -> list[Read]:
    """The instructions that read tensors."""
    return [one for one in program.instructions if isinstance(one, Read)]


def views_of(state: State, name: str) -> str:
    """The buffer of an array."""
    return state.views[name].buffer


def with_results(program: Program) -> Program:
    """The program with every result an array of its own, so that it can be written where the caller wants it."""
    table = {one.name: one for one in program.instructions}
    early = {one.name for one in phases(program).once}
    bases = Counter(base_of(result.array, table) for result in program.results)
    uses = Counter(name for one in program.instructions for name in sources(one))
    instructions, results = list(program.instructions), []
    for number, result in enumerate(program.results):
        made, base = table[result.array], base_of(result.array, table)
        # What callers may do without, a stored tensor's gradient, is not there for other steps to read.
        shared = bases[base] > 1 or (not result.batched and is_read(result.array, table, uses))
        if base in early or isinstance(table[base], Read | Constant) or shared or not whole_view(made, table):
            name = f"result {number}"
            common = {"name": name, "shape": made.shape, "legs": made.legs, "complex": made.complex, "span": made.span}
            instructions.append(Copy.model_validate(common | {"source": made.name}))
            result = result.model_copy(update={"array": name})
        results.append(result)
    return program.model_copy(update={"instructions": tuple(instructions), "results": tuple(results)})


def base_of(name: str, table: Mapping[str, AnyInstruction]) -> str:
    """The array that a view shows."""
    while isinstance(table[name], VIEWS):
        name = sources(table[name])[0]
    return name


def is_read(name: str, table: Mapping[str, AnyInstruction], uses: Mapping[str, int]) -> bool:
    """Whether other instructions than views for its own sake read a result."""
    if uses[name]:
        return True
    while isinstance(table[name], VIEWS):
        name = sources(table[name])[0]
        if uses[name] > 1:
            return True
    return False


def whole_view(made: AnyInstruction, table: Mapping[str, AnyInstruction]) -> bool:
    """Whether an array is computed, or shows all of one that is, each element once."""
    while isinstance(made, Reshape | Permute):
        made = table[made.source]
    return not isinstance(made, VIEWS)


def phased(
    program: Program, table: Mapping[str, AnyInstruction], sizes: Mapping[str, int]
) -> tuple[Phases, int | None]:
    """The phases, and the rows of a tile; one phase for all rows where one pass over tiles is not enough."""
    parts = phases(program)
    given = {result.array for result in program.results}
    late = tuple(one for one in parts.once if one.name in given)
    once = tuple(one for one in parts.once if one.name not in given)
    if parts.each and in_one_pass(program):
        return Phases(once, parts.each, (*parts.last, *late), parts.totals), tile_rows(program, parts, table, sizes)
    rest = tuple(one for one in program.instructions if one not in once)
    return Phases(once, rest, (), ()), None


def tile_rows(program: Program, parts: Phases, table: Mapping[str, AnyInstruction], sizes: Mapping[str, int]) -> int:
    """As many rows as keep in the second cache what is read again."""
    one = dict(sizes) | {BATCH: 1}
    given = {base_of(result.array, table) for result in program.results}
    most = 0
    for instruction in parts.each:
        if isinstance(instruction, (Read, *VIEWS)):
            continue
        arrays = [table[name] for name in sources(instruction)]
        arrays += [instruction] if instruction.name not in given else []
        shapes = [array.shape for array in arrays if has_rows(array.shape)]
        most = max(most, sum(math.prod(extent_at(extent, one) for extent in shape) for shape in shapes))
    rows = max(1, min(MOST_ROWS, TILE_BYTES // max(1, 4 * most)))
    return rows if rows < 8 else rows // 8 * 8


def tensors(program: Program, deltas: Collection[str]) -> tuple[dict[str, View], list[Buffer], list[Step]]:
    """Where the tensors lie that are read; copy tensors are made, by the steps."""
    views: dict[str, View] = {}
    buffers: list[Buffer] = []
    steps: list[Step] = []
    for one in reads(program):
        view = row_major(one.tensor, [[extent] for extent in one.shape])
        if one.tensor in deltas and one.tensor not in {buffer.name for buffer in buffers}:
            buffers.append(Buffer(one.tensor, "scratch", product(*one.shape)))
            steps += [Fill(view), _ones(view, one)]
        views[one.name] = view
    return views, buffers, steps


def _ones(view: View, read: Read) -> Map:
    """Ones where the positions along all axes are equal."""
    strides = [int(axis[0].stride) if axis else 0 for axis in view.axes]
    extent = min((extent for extent in read.shape if isinstance(extent, int)), default=1)
    return Map(Load(view.buffer, (), (sum(strides),)), (extent,), 1.0, (), False, read.tensor)


def targeted(program: Program, table: Mapping[str, AnyInstruction], totals: Collection[str]) -> dict[str, View]:
    """Where arrays lie that become results: in the caller's memory, or in what is added up for it."""
    found = {}
    for number, result in enumerate(program.results):
        shape = table[result.array].shape
        kind = "total" if base_of(result.array, table) in totals else "result"
        view, name = row_major(f"{kind} {number}", [[extent] for extent in shape]), result.array
        while isinstance(made := table[name], Reshape | Permute):
            back = undone(made, view, table)
            if back is None:
                break
            view, name = back, made.source
        found[name] = view
    return found


def undone(made: Reshape | Permute, view: View, table: Mapping[str, AnyInstruction]) -> View | None:
    """Where the source of a rearranged array lies."""
    if isinstance(made, Reshape):
        return reshaped(view, table[made.source].shape)
    axes = list(view.axes)
    for place, axis in enumerate(made.order):
        axes[axis] = view.axes[place]
    return replace(view, axes=tuple(axes))


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
    steps: tuple[Sequence[Step], ...],
    totals: Collection[str],
) -> dict[str, Region]:
    """Who owns each array."""
    regions: dict[str, Region] = {f"result {number}": "result" for number in range(len(program.results))}
    for one in reads(program):
        regions[one.tensor] = "input" if one.tensor in inputs else "weight"
        if one.tensor in stored:
            regions[f"given {one.tensor}"] = "weight"
    packing, once, *later = (touched_by(some) for some in steps)
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


def total_buffers(program: Program, sums: Mapping[str, str]) -> list[Buffer]:
    """The arrays that tiles add up for results."""
    return [
        Buffer(f"total {number}", "total", product(*result.shape))
        for number, result in enumerate(program.results)
        if f"total {number}" in sums
    ]


def with_one_name(program: Program, network: Network) -> Program:
    """The program with one symbol for every run-time size, where several indices are bound to it."""
    first: dict[tuple[object, ...], str] = {}
    names: dict[str, str] = {}
    for binding in network.bindings:
        key = (binding.input, binding.axis, binding.times, binding.over)
        names[symbol(binding.index)] = first.setdefault(key, symbol(binding.index))
    if all(old == new for old, new in names.items()):
        return program
    return program.model_copy(
        update={
            "instructions": tuple(_renamed(one, names) for one in program.instructions),
            "results": tuple(
                one.model_copy(update={"shape": _renamed_shape(one.shape, names)}) for one in program.results
            ),
        }
    )


def _renamed(instruction: AnyInstruction, names: Mapping[str, str]) -> AnyInstruction:
    update: dict[str, object] = {"shape": _renamed_shape(instruction.shape, names)}
    if isinstance(instruction, Loop):
        update["body"] = tuple(_renamed(one, names) for one in instruction.body)
    return instruction.model_copy(update=update)


def _renamed_shape(shape: tuple[Dim, ...], names: Mapping[str, str]) -> tuple[Dim, ...]:
    found = []
    for extent in shape:
        number, symbols = factors(extent)
        found.append(product(number, *(names.get(name, name) for name in symbols)))
    return tuple(found)

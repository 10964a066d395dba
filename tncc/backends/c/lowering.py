"""Program → steps of a kernel: where every array lies, which products are done how, and what is copied for them."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from tncc.backends.c.access import (
    Level,
    Levels,
    View,
    aligned_levels,
    diagonal,
    expanded,
    fixed,
    permuted,
    reshaped,
    row_major,
    selected,
)
from tncc.backends.c.arranging import Arranged, Site, arrangements
from tncc.backends.c.contraction import Contraction, elementwise_product, matrix_product
from tncc.backends.c.steps import Buffer, Call, Expression, Fill, Joint, Load, Map, Pack, Region, Repeat, Step
from tncc.ir.extent import extent_at, product
from tncc.ir.program import (
    Add,
    AnyInstruction,
    Apply,
    Constant,
    Copy,
    Diagonal,
    Dim,
    Embed,
    Expand,
    Loop,
    Matmul,
    Multiply,
    Permute,
    Read,
    Reshape,
    Scale,
    Select,
    Stack,
    Total,
    sources,
)

BEAM = 6
"""So many ways of laying out the arrays made so far are followed up."""

ELEMENT = 0.7
"""Cycles an element of elementwise work and of copies."""

JOINT = frozenset({"softmax", "layernorm", "layernorm_scale", "max", "mean"})
"""Functions over axes that need more than one look at their operand, or divide at the end."""


@dataclass(frozen=True, slots=True)
class State:
    """One way of running the instructions so far: where arrays lie, the buffers and steps made, and the cycles."""

    views: Mapping[str, View]
    buffers: tuple[Buffer, ...] = ()
    steps: tuple[Step, ...] = ()
    once: tuple[Pack, ...] = ()
    packs: Mapping[Pack, str] = field(default_factory=dict)
    cycles: float = 0.0


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all instructions of a phase.

    `capacity` is the number of rows that a tile has room for, None where all rows are done at once. `targets` says
    where arrays lie that the caller gets. `constant` names the regions' arrays that stay the same for all tiles, whose
    packing counts for `share` of a tile.
    """

    region: Region
    capacity: int | None
    sizes: Mapping[str, int]
    targets: Mapping[str, View]
    totals: frozenset[str]
    constant: frozenset[str]
    share: float
    uses: Counter[str]
    readers: Mapping[str, AnyInstruction]
    wanted: frozenset[str]


def lowered(instructions: Sequence[AnyInstruction], setting: Setting, state: State) -> State:
    """The best way found of running instructions after what has been done."""
    beam = [state]
    merged = _merged(instructions, setting)
    for instruction in merged:
        found = [new for one in beam for new in _step(instruction, setting, one, merged[instruction])]
        found.sort(key=lambda one: one.cycles)
        beam = found[:BEAM]
    return beam[0]


def _merged(instructions: Sequence[AnyInstruction], setting: Setting) -> dict[AnyInstruction, AnyInstruction | None]:
    """The instructions, each product that is only summed behind it together with that sum, in its place."""
    found: dict[AnyInstruction, AnyInstruction | None] = {}
    waiting: dict[str, AnyInstruction] = {}
    here = {instruction.name for instruction in instructions}
    for instruction in instructions:
        reader = setting.readers.get(instruction.name)
        alone = setting.uses[instruction.name] == 1 and instruction.name not in setting.wanted
        if isinstance(instruction, Matmul | Multiply) and alone and isinstance(reader, Total) and reader.name in here:
            waiting[instruction.name] = instruction
        elif isinstance(instruction, Total) and instruction.source in waiting:
            found[instruction] = waiting.pop(instruction.source)
        else:
            found[instruction] = None
    return found


class Unsupported(Exception):
    """An instruction that has no kernel; its text says which."""


def _step(
    instruction: AnyInstruction, setting: Setting, state: State, product_of: AnyInstruction | None
) -> list[State]:
    """Every way of running an instruction next."""
    match instruction:
        case Read():
            return [state]
        case Copy() | Reshape() | Permute() | Select() | Diagonal() | Expand() if (
            instruction.name not in setting.targets
        ):
            return [_viewed(instruction, setting, state)]
        case Matmul():
            return _multiplied(instruction, instruction, (), setting, state)
        case Total() if product_of is not None:
            return _multiplied(instruction, product_of, instruction.axes, setting, state)
        case Loop():
            return [_looped(instruction, setting, state)]
        case _:
            return [_computed(instruction, setting, state)]


def _viewed(instruction: AnyInstruction, setting: Setting, state: State) -> State:
    """A view; an array is copied first where it is cut unevenly."""
    found = _rearranged(instruction, state.views[sources(instruction)[0]])
    if found is None:
        state = _materialised(sources(instruction)[0], setting, state)
        found = _rearranged(instruction, state.views[sources(instruction)[0]])
    if found is None:
        raise Unsupported(f"`{instruction.name}` is cut in a way that no loop nest follows")
    return _with_view(state, instruction.name, found)


def _rearranged(instruction: AnyInstruction, view: View) -> View | None:
    match instruction:
        case Reshape():
            return reshaped(view, instruction.shape)
        case Permute():
            return permuted(view, instruction.order)
        case Select():
            return selected(view, instruction.axis, instruction.position)
        case Diagonal():
            return diagonal(view, instruction.axes)
        case Expand():
            return expanded(view, instruction.shape)
        case _:
            return view


def _with_view(state: State, name: str, view: View) -> State:
    return replace(state, views={**state.views, name: view})


def _materialised(name: str, setting: Setting, state: State) -> State:
    """The array copied so that each of its axes lies evenly."""
    view = state.views[name]
    extents = [[_joined(axis)] for axis in view.axes]
    target = row_major(_fresh(state, name), extents, setting.capacity)
    state = _made(state, target, extents, setting)
    state = _map(state, target, [view], _only, setting)
    return _with_view(state, name, target)


def _joined(levels: Levels) -> Dim:
    return product(*(level.extent for level in levels))


Build = Callable[[Sequence[Expression]], Expression]
"""Makes an expression of the operands'."""


def _only(operands: Sequence[Expression]) -> Expression:
    return operands[0]


def _fresh(state: State, name: str) -> str:
    """A buffer's name that is not taken."""
    taken = {buffer.name for buffer in state.buffers}
    return next(new for number in count() if (new := f"{name}#{number}" if number else name) not in taken)


def _made(state: State, view: View, axes: Sequence[Sequence[Dim]], setting: Setting, columns: int = 0) -> State:
    """The state with the buffer of a new array."""
    size = product(*(fixed(extent, setting.capacity) for axis in axes for extent in axis))
    return replace(state, buffers=(*state.buffers, Buffer(view.buffer, setting.region, size, columns)))


def _elements(extents: Sequence[Dim], setting: Setting) -> float:
    return float(math.prod(_size(extent, setting) for extent in extents))


def _size(extent: Dim, setting: Setting) -> int:
    return extent_at(extent, setting.sizes)


def _multiplied(
    instruction: AnyInstruction,
    made_by: AnyInstruction,
    gone: tuple[int, ...],
    setting: Setting,
    state: State,
) -> list[State]:
    """A product of two arrays, in every arrangement; one loop nest where it has none."""
    names = sources(made_by)
    fixed_view = setting.targets.get(instruction.name)
    for attempt in range(2):
        views = [_same_rank(state.views[name], made_by) for name in names]
        join = matrix_product if isinstance(made_by, Matmul) else elementwise_product
        found = join(views[0], views[1], gone, fixed_view)
        if found is not None:
            return _arranged(instruction, found, fixed_view, setting, state)
        if attempt == 0:
            for name in names:
                state = _materialised(name, setting, state)
    if gone:
        own = replace(setting, targets={}, totals=frozenset())
        return [new for made in _step(made_by, own, state, None) for new in [_computed(instruction, setting, made)]]
    raise Unsupported(f"`{instruction.name}` is a product that no loop nest follows")


def _same_rank(view: View, made_by: AnyInstruction) -> View:
    """An operand of an elementwise product with an axis for each of the result's."""
    missing = len(made_by.shape) - len(view.axes)
    return view if isinstance(made_by, Matmul) else replace(view, axes=((),) * missing + view.axes)


def _arranged(
    instruction: AnyInstruction, found: Contraction, fixed_view: View | None, setting: Setting, state: State
) -> list[State]:
    free = setting.constant
    owned = {buffer.name for buffer in state.buffers}
    name = _fresh(state, instruction.name)
    accumulate = instruction.name in setting.totals
    site = Site(name, setting.capacity, setting.sizes, accumulate, free, setting.share, owned)
    made = [
        _with_product(instruction, one, fixed_view, setting, state) for one in arrangements(found, fixed_view, site)
    ]
    return [*made, _summed_up(instruction, found, fixed_view, setting, state)]


def _with_product(
    instruction: AnyInstruction, one: Arranged, fixed_view: View | None, setting: Setting, state: State
) -> State:
    """The state after a product, and after the copy that it needs."""
    if fixed_view is None:
        state = _made(state, one.out, [[level.extent for level in axis] for axis in one.out.axes], setting)
    step = replace(one.product, comment=instruction.name)
    if one.pack is not None:
        state, panels = _packed(one.pack, setting, state)
        step = replace(step, right=View(panels, ()))
    state = replace(state, steps=(*state.steps, step), cycles=state.cycles + one.cycles)
    return _with_view(state, instruction.name, one.out)


def _packed(pack: Pack, setting: Setting, state: State) -> tuple[State, str]:
    """The state with an operand in panels, and the panels' buffer; once for all tiles where the operand is constant."""
    if pack in state.packs:
        return state, state.packs[pack]
    name = _fresh(state, f"{pack.source.buffer} in panels")
    rows = product(*(index.extent for index in (*pack.outer, *pack.depth)))
    columns = math.prod(int(index.extent) for index in pack.columns)
    constant = pack.source.buffer in setting.constant
    buffer = Buffer(name, setting.region, fixed(rows, setting.capacity), columns)
    step = replace(pack, out=name)
    state = replace(state, buffers=(*state.buffers, buffer))
    if constant:
        return replace(state, once=(*state.once, step), packs={**state.packs, pack: name}), name
    return replace(state, steps=(*state.steps, step)), name


def _summed_up(
    instruction: AnyInstruction, found: Contraction, fixed_view: View | None, setting: Setting, state: State
) -> State:
    """A product as a plain loop nest that sums up number by number."""
    kept = [loop for loop in found.loops if loop.kind != "sum"]
    sums = [loop for loop in found.loops if loop.kind == "sum"]
    if fixed_view is None:
        axes = [[loop.extent for loop in kept if loop.axis == axis] for axis in range(found.axes)]
        out = row_major(_fresh(state, instruction.name), axes, setting.capacity)
        state = _made(state, out, axes, setting)
        strides = tuple(level.stride for level in out.levels)
        kept = [loop for loop in kept if loop.extent != 1]
    else:
        out = fixed_view
        strides = tuple(loop.fixed if loop.fixed is not None else 0 for loop in kept)
    loops = [*kept, *sums]
    value = Call(
        "*",
        (
            Load(found.left.buffer, found.left.offset, tuple(loop.left for loop in loops)),
            Load(found.right.buffer, found.right.offset, tuple(loop.right for loop in loops)),
        ),
    )
    step = Map(
        Load(out.buffer, out.offset, strides),
        tuple(loop.extent for loop in kept),
        value,
        tuple(loop.extent for loop in sums),
        instruction.name in setting.totals,
        instruction.name,
    )
    cycles = _elements([loop.extent for loop in loops], setting) + 10 * _elements(
        [loop.extent for loop in kept], setting
    )
    state = replace(state, steps=(*state.steps, step), cycles=state.cycles + cycles)
    return _with_view(state, instruction.name, out)


def _map(
    state: State, out: View, operands: Sequence[View], value: Build, setting: Setting, accumulate: bool = False
) -> State:
    """An elementwise step over the axes of `out`, all of one rank; raises _Uneven where they are cut differently."""
    extents: list[Dim] = []
    strides: list[tuple[Dim, ...]] = []
    for axis in range(len(out.axes)):
        aligned = aligned_levels([out.axes[axis], *(view.axes[axis] for view in operands)])
        if aligned is None:
            raise _Uneven
        extents += [extent for extent, _ in aligned]
        strides += [own for _, own in aligned]
    loads = [
        Load(view.buffer, view.offset, tuple(own[number] for own in strides))
        for number, view in enumerate([out, *operands])
    ]
    step = Map(loads[0], tuple(extents), value(loads[1:]), (), accumulate, out.buffer)
    cycles = ELEMENT * _elements(extents, setting)
    return replace(state, steps=(*state.steps, step), cycles=state.cycles + cycles)


class _Uneven(Exception):
    """Arrays whose axes are cut into levels that do not fit each other."""


def _computed(instruction: AnyInstruction, setting: Setting, state: State) -> State:
    """Whatever is neither a view nor a product: loops over the result's elements."""
    operands = [state.views[name] for name in sources(instruction)]
    accumulate = instruction.name in setting.totals
    match instruction:
        case Constant():
            return _elementwise(instruction, [], lambda _: instruction.value, setting, state)
        case Copy() | Reshape() | Permute() | Select() | Diagonal() | Expand():
            view = _rearranged(instruction, operands[0])
            if view is None:
                state = _materialised(instruction.source, setting, state)
                view = _rearranged(instruction, state.views[instruction.source])
            if view is None:
                raise Unsupported(f"`{instruction.name}` is cut in a way that no loop nest follows")
            return _elementwise(instruction, [view], _only, setting, state)
        case Multiply():
            return _elementwise(instruction, operands, lambda read: Call("*", tuple(read)), setting, state)
        case Add():
            sign = "-" if instruction.negative else "+"
            return _elementwise(instruction, operands, lambda read: Call(sign, tuple(read)), setting, state)
        case Scale():
            return _elementwise(
                instruction, operands, lambda read: Call("*", (instruction.factor, read[0])), setting, state
            )
        case Total():
            return _reduced(instruction, instruction.axes, accumulate, setting, state)
        case Apply() if instruction.function == "sum":
            return _reduced(instruction, instruction.axes, accumulate, setting, state)
        case Apply() if instruction.function in JOINT:
            return _joint(instruction, setting, state)
        case Apply():
            return _elementwise(
                instruction, operands, lambda read: Call(instruction.function, tuple(read)), setting, state
            )
        case Stack():
            return _stacked(instruction, setting, state)
        case Embed():
            return _embedded(instruction, setting, state)
        case _:
            raise Unsupported(f"`{instruction.name}` is of a kind that has no kernel")


def _elementwise(
    instruction: AnyInstruction, operands: Sequence[View], value: Build, setting: Setting, state: State
) -> State:
    """A result whose elements follow from the operands' elements one by one."""
    operands = [_padded(view, len(instruction.shape)) for view in operands]
    out = setting.targets.get(instruction.name)
    if out is None:
        extents = _shared_levels(operands, instruction.shape)
        out = _like(_fresh(state, instruction.name), operands, extents, setting)
        state = _made(state, out, extents, setting)
    try:
        return _with_view(_map(state, out, operands, value, setting), instruction.name, out)
    except _Uneven:
        fitted = []
        for number, view in enumerate(operands):
            name = f"{instruction.name} operand {number}"
            state = _materialised(name, setting, _with_view(state, name, view))
            fitted.append(state.views[name])
    try:
        return _with_view(_map(state, out, fitted, value, setting), instruction.name, out)
    except _Uneven:
        raise Unsupported(f"`{instruction.name}` is cut in a way that no loop nest follows") from None


def _padded(view: View, rank: int) -> View:
    return replace(view, axes=((),) * (rank - len(view.axes)) + view.axes)


def _shared_levels(operands: Sequence[View], shape: Sequence[Dim]) -> list[list[Dim]]:
    """The extents of each axis of a result, cut as the operands are, where they are cut alike."""
    found = []
    for axis, extent in enumerate(shape):
        aligned = aligned_levels([view.axes[axis] for view in operands])
        found.append([extent] if aligned is None else [level for level, _ in aligned] or [extent])
    return found


def _like(name: str, operands: Sequence[View], extents: Sequence[Sequence[Dim]], setting: Setting) -> View:
    """A new array that lies as the largest of the operands does."""
    if not operands:
        return row_major(name, extents, setting.capacity)
    model = max(operands, key=lambda view: _elements([level.extent for level in view.levels], setting))
    places = [(axis, number) for axis, levels in enumerate(extents) for number in range(len(levels))]
    strides: dict[tuple[int, int], int] = {}
    for axis, levels in enumerate(extents):
        aligned = aligned_levels([model.axes[axis], row_major("", [levels]).axes[0]])
        known = [] if aligned is None else [_size(own[0], setting) for _, own in aligned]
        strides |= {(axis, number): known[number] for number in range(len(known)) if len(known) == len(levels)}
    order = sorted(places, key=lambda place: -strides.get(place, 0))
    stride: Dim = 1
    found: dict[tuple[int, int], Dim] = {}
    for place in reversed(order):
        extent = extents[place[0]][place[1]]
        found[place] = stride
        stride = product(stride, fixed(extent, setting.capacity))
    return View(
        name,
        tuple(
            tuple(Level(extent, found[axis, number]) for number, extent in enumerate(levels) if extent != 1)
            for axis, levels in enumerate(extents)
        ),
    )


def _reduced(
    instruction: AnyInstruction,
    axes: tuple[int, ...],
    accumulate: bool,
    setting: Setting,
    state: State,
    again: bool = False,
) -> State:
    """The sum of an array over some of its axes."""
    source = state.views[sources(instruction)[0]]
    kept = [levels for axis, levels in enumerate(source.axes) if axis not in axes]
    over = [level for axis in axes for level in source.axes[axis]]
    out = setting.targets.get(instruction.name)
    if out is None:
        extents = [[level.extent for level in levels] for levels in kept]
        out = row_major(_fresh(state, instruction.name), extents, setting.capacity)
        state = _made(state, out, extents, setting)
    aligned = [aligned_levels([levels, own]) for levels, own in zip(out.axes, kept, strict=True)]
    if any(one is None for one in aligned):
        state = _again(instruction, again, setting, state)
        return _reduced(instruction, axes, accumulate, setting, state, True)
    loops = [loop for one in aligned if one is not None for loop in one]
    strides = (*(own[1] for _, own in loops), *(level.stride for level in over))
    step = Map(
        Load(out.buffer, out.offset, tuple(own[0] for _, own in loops)),
        tuple(extent for extent, _ in loops),
        Load(source.buffer, source.offset, strides),
        tuple(level.extent for level in over),
        accumulate,
        instruction.name,
    )
    cycles = ELEMENT * _elements([level.extent for level in source.levels], setting)
    state = replace(state, steps=(*state.steps, step), cycles=state.cycles + cycles)
    return _with_view(state, instruction.name, out)


def _again(instruction: AnyInstruction, again: bool, setting: Setting, state: State) -> State:
    """The state with an operand that lies evenly; there is no third attempt."""
    if again:
        raise Unsupported(f"`{instruction.name}` is cut in a way that no loop nest follows")
    return _materialised(sources(instruction)[0], setting, state)


def _joint(instruction: Apply, setting: Setting, state: State, again: bool = False) -> State:
    """A function over all positions of some axes together."""
    source = state.views[instruction.source]
    dropped = len(instruction.shape) < len(source.axes)
    kept = [axis for axis in range(len(source.axes)) if axis not in instruction.axes]
    shown = kept if dropped else list(range(len(source.axes)))
    out = setting.targets.get(instruction.name)
    if out is None:
        extents = [[level.extent for level in source.axes[axis]] for axis in shown]
        out = row_major(_fresh(state, instruction.name), extents, setting.capacity)
        state = _made(state, out, extents, setting)
    targets = dict(zip(shown, out.axes, strict=True))
    parts: dict[bool, list[tuple[Dim, tuple[Dim, ...]]]] = {False: [], True: []}
    for axis, levels in enumerate(source.axes):
        over = axis in instruction.axes
        aligned = aligned_levels([targets.get(axis, ()), levels])
        if aligned is None:
            return _joint(instruction, setting, _again(instruction, again, setting, state), True)
        parts[over] += aligned
    loops = [*parts[False], *parts[True]]
    step = Joint(
        instruction.function,
        Load(out.buffer, out.offset, tuple(own[0] for _, own in loops)),
        Load(source.buffer, source.offset, tuple(own[1] for _, own in loops)),
        tuple(extent for extent, _ in parts[False]),
        tuple(extent for extent, _ in parts[True]),
        instruction.name,
    )
    cycles = 10 * _elements([extent for extent, _ in loops], setting)
    state = replace(state, steps=(*state.steps, step), cycles=state.cycles + cycles)
    return _with_view(state, instruction.name, out)


def _new(instruction: AnyInstruction, setting: Setting, state: State) -> tuple[State, View]:
    """A new array, row-major, or the caller's."""
    out = setting.targets.get(instruction.name)
    if out is not None:
        return state, out
    extents = [[extent] for extent in instruction.shape]
    out = row_major(_fresh(state, instruction.name), extents, setting.capacity)
    return _made(state, out, extents, setting), out


def _filled(state: State, out: View) -> State:
    return replace(state, steps=(*state.steps, Fill(out)))


def _stacked(instruction: Stack, setting: Setting, state: State) -> State:
    """Arrays put at their positions of a new axis."""
    state, out = _new(instruction, setting, state)
    if len(instruction.positions) != instruction.shape[instruction.axis]:
        state = _filled(state, out)
    for part, position in zip(instruction.parts, instruction.positions, strict=True):
        place = selected(out, instruction.axis, position)
        if place is None:
            raise Unsupported(f"`{instruction.name}` is stacked along an axis of unknown size")
        try:
            state = _map(state, place, [state.views[part]], _only, setting)
        except _Uneven:
            state = _materialised(part, setting, state)
            state = _map(state, place, [state.views[part]], _only, setting)
    return _with_view(state, instruction.name, out)


def _embedded(instruction: Embed, setting: Setting, state: State) -> State:
    """The last axis put on the diagonal of two."""
    state, out = _new(instruction, setting, state)
    place = diagonal(out, (len(out.axes) - 2, len(out.axes) - 1))
    if place is None:
        raise Unsupported(f"`{instruction.name}` has a diagonal of unknown size")
    state = _filled(state, out)
    try:
        state = _map(state, place, [state.views[instruction.source]], _only, setting)
    except _Uneven:
        state = _materialised(instruction.source, setting, state)
        state = _map(state, place, [state.views[instruction.source]], _only, setting)
    return _with_view(state, instruction.name, out)


def _looped(instruction: Loop, setting: Setting, state: State) -> State:
    """The body for each part of an index, its result put among or added to the others."""
    state, out = _new(instruction, setting, state)
    symbol = f"part of {out.buffer}"
    if instruction.axis is None and instruction.name not in setting.totals:
        state = _filled(state, out)
    inner = replace(state, steps=())
    for slot in instruction.slots:
        view = _part(state.views[slot.source], slot.axis, instruction.count, symbol)
        inner = _with_view(inner, slot.name, view)
    own = replace(
        setting, targets={}, totals=frozenset(), constant=frozenset(), wanted=frozenset((instruction.result,))
    )
    body = lowered(instruction.body, _reading(own, instruction.body), inner)
    place = _part(out, instruction.axis, instruction.count, symbol)
    adding = instruction.axis is None
    value: Build = _only
    body = _map(body, place, [body.views[instruction.result]], value, setting, adding)
    repeat = Repeat(symbol, instruction.count, body.steps)
    state = replace(
        state, buffers=body.buffers, once=body.once, packs=state.packs, steps=(*state.steps, repeat),
        cycles=state.cycles + instruction.count * (body.cycles - state.cycles),
    )  # fmt: skip
    return _with_view(state, instruction.name, out)


def _part(view: View, axis: int | None, parts: int, symbol: str) -> View:
    """One part of an array, whose number is a symbol."""
    if axis is None:
        return view
    whole = View(view.buffer, (view.axes[axis],))
    length = _joined(view.axes[axis])
    assert isinstance(length, int)
    cut = reshaped(whole, (parts, length // parts))
    if cut is None or len(cut.axes[0]) > 1:
        raise Unsupported("an index is sliced where it lies in several pieces")
    offset = [product(level.stride, symbol) for level in cut.axes[0]]
    return View(view.buffer, (*view.axes[:axis], cut.axes[1], *view.axes[axis + 1 :]), (*view.offset, *offset))


def _reading(setting: Setting, instructions: Sequence[AnyInstruction]) -> Setting:
    """The setting with who reads what among some instructions."""
    uses = Counter(name for one in instructions for name in sources(one))
    readers = {name: one for one in instructions for name in sources(one)}
    return replace(setting, uses=uses, readers=readers)

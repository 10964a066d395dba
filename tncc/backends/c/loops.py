"""Whatever is neither a view nor a product: loops over a result's elements."""

from collections.abc import Sequence
from dataclasses import replace

from tncc.backends.c.access import Level, View, aligned_levels, diagonal, fixed, row_major, selected
from tncc.backends.c.joint import LONG, positions_beside
from tncc.backends.c.state import (
    ELEMENT,
    Build,
    Setting,
    State,
    Uneven,
    Unsupported,
    elements,
    fresh,
    made,
    mapped,
    materialised,
    only,
    rearranged,
    size_of,
    with_view,
)
from tncc.backends.c.steps import Call, Fill, Joint, Load, Map
from tncc.ir.extent import product
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
    Multiply,
    Permute,
    Reshape,
    Scale,
    Select,
    Stack,
    Total,
    sources,
)

JOINT = {
    "softmax": (2.5, 10.0),
    "layernorm": (1.2, 5.0),
    "layernorm_scale": (0.8, 3.0),
    "max": (0.7, 2.0),
    "mean": (0.5, 1.0),
}
"""Functions over axes that need more than one look at their operand, or divide at the end, and their cycles an element:
where many numbers lie in a row, or positions side by side, and where numbers are gathered one by one."""


def computed(instruction: AnyInstruction, setting: Setting, state: State) -> State:
    """Whatever is neither a view nor a product: loops over the result's elements."""
    operands = [state.views[name] for name in sources(instruction)]
    accumulate = instruction.name in setting.totals
    match instruction:
        case Constant():
            return _elementwise(instruction, [], lambda _: instruction.value, setting, state)
        case Copy() | Reshape() | Permute() | Select() | Diagonal() | Expand():
            view = rearranged(instruction, operands[0])
            if view is None:
                state = materialised(instruction.source, setting, state)
                view = rearranged(instruction, state.views[instruction.source])
            if view is None:
                raise Unsupported(f"`{instruction.name}` is cut in a way that no loop nest follows")
            return _elementwise(instruction, [view], only, setting, state)
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
        out = _like(fresh(state, instruction.name), operands, extents, setting)
        state = made(state, out, extents, setting)
    try:
        return with_view(mapped(state, out, operands, value, setting), instruction.name, out)
    except Uneven:
        fitted = []
        for number, view in enumerate(operands):
            name = f"{instruction.name} operand {number}"
            state = materialised(name, setting, with_view(state, name, view))
            fitted.append(state.views[name])
    try:
        return with_view(mapped(state, out, fitted, value, setting), instruction.name, out)
    except Uneven:
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
    model = max(operands, key=lambda view: elements([level.extent for level in view.levels], setting))
    places = [(axis, number) for axis, levels in enumerate(extents) for number in range(len(levels))]
    strides: dict[tuple[int, int], int] = {}
    for axis, levels in enumerate(extents):
        aligned = aligned_levels([model.axes[axis], row_major("", [levels]).axes[0]])
        known = [] if aligned is None else [size_of(own[0], setting) for _, own in aligned]
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
        out = row_major(fresh(state, instruction.name), extents, setting.capacity)
        state = made(state, out, extents, setting)
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
    cycles = ELEMENT * elements([level.extent for level in source.levels], setting)
    state = replace(state, steps=(*state.steps, step), cycles=state.cycles + cycles)
    return with_view(state, instruction.name, out)


def _again(instruction: AnyInstruction, again: bool, setting: Setting, state: State) -> State:
    """The state with an operand that lies evenly; there is no third attempt."""
    if again:
        raise Unsupported(f"`{instruction.name}` is cut in a way that no loop nest follows")
    return materialised(sources(instruction)[0], setting, state)


def _joint(instruction: Apply, setting: Setting, state: State, again: bool = False) -> State:
    """A function over all positions of some axes together."""
    source = state.views[instruction.source]
    dropped = len(instruction.shape) < len(source.axes)
    kept = [axis for axis in range(len(source.axes)) if axis not in instruction.axes]
    shown = kept if dropped else list(range(len(source.axes)))
    out = setting.targets.get(instruction.name)
    if out is None:
        extents = [[level.extent for level in source.axes[axis]] for axis in shown]
        out = row_major(fresh(state, instruction.name), extents, setting.capacity)
        state = made(state, out, extents, setting)
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
    cycles = _joint_cycles(step, setting) * elements([extent for extent, _ in loops], setting)
    state = replace(state, steps=(*state.steps, step), cycles=state.cycles + cycles)
    return with_view(state, instruction.name, out)


def _joint_cycles(step: Joint, setting: Setting) -> float:
    """The cycles an element."""
    long = bool(step.over) and step.source.strides[-1] == 1 and size_of(step.over[-1], setting) >= LONG
    return JOINT[step.function][0 if long or positions_beside(step) is not None else 1]


def new_array(instruction: AnyInstruction, setting: Setting, state: State) -> tuple[State, View]:
    """A new array, row-major, or the caller's."""
    out = setting.targets.get(instruction.name)
    if out is not None:
        return state, out
    extents = [[extent] for extent in instruction.shape]
    out = row_major(fresh(state, instruction.name), extents, setting.capacity)
    return made(state, out, extents, setting), out


def filled(state: State, out: View) -> State:
    return replace(state, steps=(*state.steps, Fill(out)))


def _stacked(instruction: Stack, setting: Setting, state: State) -> State:
    """Arrays put at their positions of a new axis."""
    state, out = new_array(instruction, setting, state)
    if len(instruction.positions) != instruction.shape[instruction.axis]:
        state = filled(state, out)
    for part, position in zip(instruction.parts, instruction.positions, strict=True):
        place = selected(out, instruction.axis, position)
        if place is None:
            raise Unsupported(f"`{instruction.name}` is stacked along an axis of unknown size")
        try:
            state = mapped(state, place, [state.views[part]], only, setting)
        except Uneven:
            state = materialised(part, setting, state)
            state = mapped(state, place, [state.views[part]], only, setting)
    return with_view(state, instruction.name, out)


def _embedded(instruction: Embed, setting: Setting, state: State) -> State:
    """The last axis put on the diagonal of two."""
    state, out = new_array(instruction, setting, state)
    place = diagonal(out, (len(out.axes) - 2, len(out.axes) - 1))
    if place is None:
        raise Unsupported(f"`{instruction.name}` has a diagonal of unknown size")
    state = filled(state, out)
    try:
        state = mapped(state, place, [state.views[instruction.source]], only, setting)
    except Uneven:
        state = materialised(instruction.source, setting, state)
        state = mapped(state, place, [state.views[instruction.source]], only, setting)
    return with_view(state, instruction.name, out)

"""Program → steps of a kernel: where every array lies, which products are done how, and what is copied for them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from tncc.backends.c.access import View, reshaped
from tncc.backends.c.loops import computed, filled, new_array
from tncc.backends.c.products import multiplied
from tncc.backends.c.state import (
    Setting,
    State,
    Unsupported,
    Way,
    joined_extent,
    mapped,
    materialised,
    only,
    rearranged,
    way_to,
    with_view,
)
from tncc.backends.c.steps import Repeat
from tncc.ir.extent import product
from tncc.ir.program import (
    AnyInstruction,
    Copy,
    Diagonal,
    Expand,
    Loop,
    Matmul,
    Multiply,
    Permute,
    Read,
    Reshape,
    Select,
    Total,
    sources,
)

BEAM = 12
"""So many ways of laying out the arrays made so far are followed up."""


def lowered(
    instructions: Sequence[AnyInstruction], setting: Setting, states: Sequence[State], later: Collection[str] = ()
) -> list[State]:
    """The best ways found of running instructions after what has been done, the cheapest first.

    `later` names the arrays that are read after these instructions.
    """
    setting = replace(setting, known={})
    beam = list(states)
    merged = _merged(instructions, setting)
    last = _last_readers(merged, {*later, *setting.wanted})
    open_names = _differing(beam, {name for state in beam for name in state.views})
    for number, (instruction, inner) in enumerate(merged.items()):
        found = [
            (one.before + setting.times * way.cycles, way)
            for one in beam
            for way in _step(instruction, setting, one, inner)
        ]
        touched = {instruction.name, *sources(instruction), *(() if inner is None else sources(inner))}
        open_names = [name for name in dict.fromkeys((*open_names, *sorted(touched))) if last.get(name, -1) > number]
        beam = _best([way for _, way in sorted(found, key=lambda pair: pair[0])], open_names)
        open_names = _differing(beam, open_names)
    return beam


def _differing(states: Sequence[State], names: Iterable[str]) -> list[str]:
    """The arrays that do not lie alike in all states: what follows can't differ by others."""
    first, *others = states
    return sorted(name for name in names if any(one.views.get(name) != first.views.get(name) for one in others))


def _last_readers(merged: Mapping[AnyInstruction, AnyInstruction | None], later: Collection[str]) -> dict[str, int]:
    """The number of the instruction that reads each array last."""
    last = {
        name: number
        for number, (instruction, inner) in enumerate(merged.items())
        for name in sources(instruction if inner is None else inner)
    }
    return last | dict.fromkeys(later, len(merged))


def _best(ways: Sequence[Way], names: Sequence[str]) -> list[State]:
    """The states behind the first ways; of those in which some arrays lie alike, only the first."""
    kept: dict[object, State] = {}
    for way in ways:
        one = way.state()
        kept.setdefault((tuple(one.views.get(name) for name in names), frozenset(one.packs.values())), one)
        if len(kept) == BEAM:
            break
    return list(kept.values())


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


def _step(instruction: AnyInstruction, setting: Setting, state: State, product_of: AnyInstruction | None) -> list[Way]:
    """Every way of running an instruction next."""
    match instruction:
        case Read():
            return [way_to(state)]
        case Copy() | Reshape() | Permute() | Select() | Diagonal() | Expand() if (
            instruction.name not in setting.targets
        ):
            return [way_to(_viewed(instruction, setting, state))]
        case Matmul():
            return multiplied(instruction, instruction, (), setting, state)
        case Total() if product_of is not None:
            return multiplied(instruction, product_of, instruction.axes, setting, state)
        case Loop():
            return [way_to(_looped(instruction, setting, state))]
        case _:
            return [way_to(computed(instruction, setting, state))]


def _viewed(instruction: AnyInstruction, setting: Setting, state: State) -> State:
    """A view; an array is copied first where it is cut unevenly."""
    found = rearranged(instruction, state.views[sources(instruction)[0]])
    if found is None:
        state = materialised(sources(instruction)[0], setting, state)
        found = rearranged(instruction, state.views[sources(instruction)[0]])
    if found is None:
        raise Unsupported(f"`{instruction.name}` is cut in a way that no loop nest follows")
    return with_view(state, instruction.name, found)


def _looped(instruction: Loop, setting: Setting, state: State) -> State:
    """The body for each part of an index, its result put among or added to the others."""
    state, out = new_array(instruction, setting, state)
    symbol = f"part of {out.buffer}"
    if instruction.axis is None and instruction.name not in setting.totals:
        state = filled(state, out)
    inner = replace(state, steps=())
    for slot in instruction.slots:
        view = _part(state.views[slot.source], slot.axis, instruction.count, symbol)
        inner = with_view(inner, slot.name, view)
    own = replace(setting, targets={}, totals=frozenset(), wanted=frozenset((instruction.result,)))
    body = lowered(instruction.body, _reading(own, instruction.body), [replace(inner, constant=frozenset())])[0]
    place = _part(out, instruction.axis, instruction.count, symbol)
    adding = instruction.axis is None
    body = mapped(body, place, [body.views[instruction.result]], only, setting, adding)
    repeat = Repeat(symbol, instruction.count, body.steps)
    state = replace(
        state, buffers=body.buffers, once=body.once, packs=state.packs, steps=(*state.steps, repeat),
        cycles=state.cycles + instruction.count * (body.cycles - state.cycles),
    )  # fmt: skip
    return with_view(state, instruction.name, out)


def _part(view: View, axis: int | None, parts: int, symbol: str) -> View:
    """One part of an array, whose number is a symbol."""
    if axis is None:
        return view
    whole = View(view.buffer, (view.axes[axis],))
    length = joined_extent(view.axes[axis])
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

"""How far the lowering of a program has come: where its arrays lie, the steps so far, and the means to go on."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count

from tncc.backends.c.access import (
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
from tncc.backends.c.arranging import Arranged
from tncc.backends.c.functions import function_cycles
from tncc.backends.c.steps import Buffer, Expression, Load, Map, Pack, Region, Step
from tncc.ir.extent import extent_at, product
from tncc.ir.program import AnyInstruction, Diagonal, Dim, Expand, Permute, Reshape, Select

ELEMENT = 0.7
"""Cycles an element of elementwise work and of copies, besides those of functions."""


@dataclass(frozen=True, slots=True)
class State:
    """One way of running the instructions so far: where arrays lie, the buffers and steps made, and the cycles.

    `steps` and `cycles` are those of the phase at hand, `parts` and `spent` those of the phases before, which count for
    `before` in a call. `constant` names the arrays that stay the same for all tiles.
    """

    views: Mapping[str, View]
    buffers: tuple[Buffer, ...] = ()
    steps: tuple[Step, ...] = ()
    once: tuple[Pack, ...] = ()
    packs: Mapping[Pack, str] = field(default_factory=dict)
    cycles: float = 0.0
    constant: frozenset[str] = frozenset()
    parts: tuple[tuple[Step, ...], ...] = ()
    spent: tuple[float, ...] = ()
    before: float = 0.0


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all instructions of a phase.

    `capacity` is the number of rows that a tile has room for, None where all rows are done at once. `targets` says
    where arrays lie that the caller gets. The packing of constant arrays counts for `share` of a tile, and what is done
    `times` times for the whole of a call.
    """

    region: Region
    capacity: int | None
    sizes: Mapping[str, int]
    targets: Mapping[str, View]
    totals: frozenset[str]
    share: float
    times: float
    uses: Counter[str]
    readers: Mapping[str, AnyInstruction]
    wanted: frozenset[str]
    known: dict[tuple[object, ...], tuple[Arranged, ...]] = field(default_factory=dict, compare=False)
    """The arrangements of products that have been looked at in this phase."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way of running the next instruction: the cycles of all that is done then, and what makes the state after it.

    Most ways are given up for their cycles, before a state is made.
    """

    cycles: float
    state: Callable[[], State]


def way_to(state: State) -> Way:
    """The way to a state that has been made."""
    return Way(state.cycles, lambda: state)


class Unsupported(Exception):
    """An instruction that has no kernel; its text says which."""


class Uneven(Exception):
    """Arrays whose axes are cut into levels that do not fit each other."""


def rearranged(instruction: AnyInstruction, view: View) -> View | None:
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


def with_view(state: State, name: str, view: View) -> State:
    return replace(state, views={**state.views, name: view})


def materialised(name: str, setting: Setting, state: State) -> State:
    """The array copied so that each of its axes lies evenly."""
    view = state.views[name]
    extents = [[joined_extent(axis)] for axis in view.axes]
    target = row_major(fresh(state, name), extents, setting.capacity)
    state = made(state, target, extents, setting)
    state = mapped(state, target, [view], only, setting)
    return with_view(state, name, target)


def joined_extent(levels: Levels) -> Dim:
    return product(*(level.extent for level in levels))


Build = Callable[[Sequence[Expression]], Expression]
"""Makes an expression of the operands'."""


def only(operands: Sequence[Expression]) -> Expression:
    return operands[0]


def fresh(state: State, name: str) -> str:
    """A buffer's name that is not taken."""
    taken = {buffer.name for buffer in state.buffers}
    return next(new for number in count() if (new := f"{name}#{number}" if number else name) not in taken)


def made(state: State, view: View, axes: Sequence[Sequence[Dim]], setting: Setting, columns: int = 0) -> State:
    """The state with the buffer of a new array."""
    size = product(*(fixed(extent, setting.capacity) for axis in axes for extent in axis))
    return replace(state, buffers=(*state.buffers, Buffer(view.buffer, setting.region, size, columns)))


def elements(extents: Sequence[Dim], setting: Setting) -> float:
    return float(math.prod(size_of(extent, setting) for extent in extents))


def size_of(extent: Dim, setting: Setting) -> int:
    return extent_at(extent, setting.sizes)


def mapped(
    state: State, out: View, operands: Sequence[View], value: Build, setting: Setting, accumulate: bool = False
) -> State:
    """An elementwise step over the axes of `out`, all of one rank; raises Uneven where they are cut differently."""
    extents: list[Dim] = []
    strides: list[tuple[Dim, ...]] = []
    for axis in range(len(out.axes)):
        aligned = aligned_levels([out.axes[axis], *(view.axes[axis] for view in operands)])
        if aligned is None:
            raise Uneven
        extents += [extent for extent, _ in aligned]
        strides += [own for _, own in aligned]
    loads = [
        Load(view.buffer, view.offset, tuple(own[number] for own in strides))
        for number, view in enumerate([out, *operands])
    ]
    step = Map(loads[0], tuple(extents), value(loads[1:]), (), accumulate, out.buffer)
    cycles = (ELEMENT + function_cycles(step.value)) * elements(extents, setting)
    return replace(state, steps=(*state.steps, step), cycles=state.cycles + cycles)

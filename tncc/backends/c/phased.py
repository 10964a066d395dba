"""A program lowered phase by phase: what is packed before calls, done once in one, in every tile, and behind them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from tncc.backends.c.access import View, row_major
from tncc.backends.c.caches import cost_of_packing
from tncc.backends.c.lowering import lowered
from tncc.backends.c.state import Setting, State
from tncc.backends.c.steps import Buffer, Fill, Load, Map, Step
from tncc.backends.c.storage import touched_by
from tncc.ir.extent import product
from tncc.ir.network import BATCH
from tncc.ir.phases import Phases, constant_arrays, has_rows
from tncc.ir.program import Program, Read, sources

AHEAD = 1e-3
"""What a cycle counts that is spent before calls."""


@dataclass(frozen=True, slots=True)
class Cycles:
    """About how long a kernel takes: what is done once a call, and a tile of so many rows."""

    once: float
    tile: float
    rows: int

    def at(self, rows: int) -> float:
        """The cycles of a call with so many rows."""
        return self.once + self.tile * rows / max(self.rows, 1)


@dataclass(frozen=True, slots=True)
class Parts:
    """A kernel's steps by phase, in the order in which they run: what is packed before calls, and each call's three."""

    pack: tuple[Step, ...]
    once: tuple[Step, ...]
    each: tuple[Step, ...]
    last: tuple[Step, ...]

    @property
    def all(self) -> tuple[tuple[Step, ...], ...]:
        """The phases."""
        return self.pack, self.once, self.each, self.last


def lowered_phases(
    whole: Program, found: Phases, setting: Setting, stored: Collection[str], deltas: Collection[str], kept: bool
) -> tuple[Parts, State, Cycles]:
    """The steps of every phase, the state behind them, and what they take; `setting` is that of a tile's phase.

    Only a tile's steps are laid out for its rows; what goes before and behind them sees all. How arrays lie that are
    made before tiles is left open until those have been laid out that read them there.
    """
    rows = setting.sizes.get(BATCH, 1)
    tile = rows if setting.capacity is None else min(rows, setting.capacity)
    at_once = replace(setting, capacity=None)
    in_tiles = replace(setting, sizes=dict(setting.sizes) | {BATCH: tile}, times=rows / max(tile, 1))
    fixed = constant_arrays(found.once, {*stored, *deltas}) if kept else frozenset()
    views, extra, first = tensors(whole, deltas)
    states: Sequence[State] = [State(views, tuple(extra), tuple(first))]
    if kept:
        before = [one for one in found.once if one.name in fixed]
        states = lowered(before, replace(at_once, times=AHEAD), states, _read(found, fixed))
        states = [_with_constant(_ended(one, AHEAD), stored) for one in states]
    rest = [one for one in found.once if one.name not in fixed]
    states = lowered(rest, at_once, states, _read(found, {one.name for one in found.once}))
    unrowed = {one.tensor for one in reads(whole) if not has_rows(one.shape)}
    states = [_with_constant(_ended(one, 1.0), unrowed) for one in states]
    states = lowered(found.each, in_tiles, states, {name for one in found.last for name in sources(one)})
    states = lowered(found.last, at_once, [_ended(one, in_tiles.times) for one in states])
    state = _ended(states[0], 1.0)
    pack, once, each, last = state.parts if kept else ((), *state.parts)
    always = touched_by(pack).union(stored) if kept else frozenset()
    early = tuple(one for one in state.once if one.source.buffer in always)
    panels = tuple(one for one in state.once if one not in early)
    *_, once_cycles, tile_cycles, last_cycles = state.spent
    packing = sum(cost_of_packing(one, setting.sizes, first=True) for one in panels)
    parts = Parts((*pack, *early), (*once, *panels), each, last)
    return parts, state, Cycles(once_cycles + last_cycles + packing, tile_cycles, tile)


def _read(found: Phases, done: Collection[str]) -> set[str]:
    """The arrays that are read by what is not done yet."""
    later = [one for part in (found.once, found.each, found.last) for one in part if one.name not in done]
    return {name for one in later for name in sources(one)}


def _ended(state: State, times: float) -> State:
    """The state behind a phase whose cycles count so many times."""
    return replace(
        state,
        steps=(),
        cycles=0.0,
        parts=(*state.parts, state.steps),
        spent=(*state.spent, state.cycles),
        before=state.before + times * state.cycles,
    )


def _with_constant(state: State, more: Collection[str]) -> State:
    """The state from which on all that has been made stays the same, and some tensors, too."""
    return replace(state, constant=frozenset(buffer.name for buffer in state.buffers).union(more))


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


def reads(program: Program) -> list[Read]:
    """The instructions that read tensors."""
    return [one for one in program.instructions if isinstance(one, Read)]

"""Products of arrays: every arrangement of one as the next step of a kernel, or a plain loop nest where it has none."""

import math
from dataclasses import replace
from functools import partial

from tncc.backends.c.access import View, fixed, row_major
from tncc.backends.c.arranging import Arranged, Site, arrangements
from tncc.backends.c.contraction import Contraction, elementwise_product, matrix_product
from tncc.backends.c.loops import computed
from tncc.backends.c.state import (
    Setting,
    State,
    Unsupported,
    Way,
    elements,
    fresh,
    made,
    materialised,
    way_to,
    with_view,
)
from tncc.backends.c.steps import Buffer, Call, Load, Map, Pack
from tncc.ir.extent import product
from tncc.ir.program import AnyInstruction, Matmul, sources


def multiplied(
    instruction: AnyInstruction,
    made_by: AnyInstruction,
    gone: tuple[int, ...],
    setting: Setting,
    state: State,
) -> list[Way]:
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
                state = materialised(name, setting, state)
    if gone:
        own = replace(setting, targets={}, totals=frozenset())
        apart = (
            [way.state() for way in multiplied(made_by, made_by, (), own, state)]
            if isinstance(made_by, Matmul)
            else [computed(made_by, own, state)]
        )
        return [way_to(computed(instruction, setting, one)) for one in apart]
    raise Unsupported(f"`{instruction.name}` is a product that no loop nest follows")


def _same_rank(view: View, made_by: AnyInstruction) -> View:
    """An operand of an elementwise product with an axis for each of the result's."""
    missing = len(made_by.shape) - len(view.axes)
    return view if isinstance(made_by, Matmul) else replace(view, axes=((),) * missing + view.axes)


def _arranged(
    instruction: AnyInstruction, found: Contraction, fixed_view: View | None, setting: Setting, state: State
) -> list[Way]:
    ways = [
        Way(state.cycles + one.cycles, partial(_with_product, instruction, found, one, fixed_view, setting, state))
        for one in _arrangements(found, fixed_view, instruction.name in setting.totals, setting, state)
    ]
    one_by_one = partial(_summed_up, instruction, found, fixed_view, setting, state)
    return [*ways, Way(state.cycles + _summing_cycles(found, setting), one_by_one)]


LEFT, RIGHT, OUT = "left", "right", "out"
"""What buffers are called while a product is arranged: products alike are arranged once, whatever they read."""


def _arrangements(
    found: Contraction, fixed_view: View | None, accumulate: bool, setting: Setting, state: State
) -> tuple[Arranged, ...]:
    """Every arrangement of a product, of operands and a result without names."""
    buffers = {LEFT: found.left.buffer, RIGHT: found.right.buffer}
    made = {buffer.name for buffer in state.buffers}
    free, owned = (
        frozenset(part for part, buffer in buffers.items() if buffer in those) for those in (state.constant, made)
    )
    bare = replace(found, left=View(LEFT, ()), right=View(RIGHT, ()))
    target = None if fixed_view is None else View(OUT, ())
    key = (bare, target, accumulate, free, owned)
    if key not in setting.known:
        site = Site(OUT, setting.capacity, setting.sizes, accumulate, free, setting.share, owned)
        setting.known[key] = tuple(arrangements(bare, target, site))
    return setting.known[key]


def _with_product(
    instruction: AnyInstruction,
    found: Contraction,
    one: Arranged,
    fixed_view: View | None,
    setting: Setting,
    state: State,
) -> State:
    """The state after a product, and after the copy that it needs."""
    views = {LEFT: found.left, RIGHT: found.right}
    left, right = (views[view.buffer] for view in (one.product.left, one.product.right))
    out = fixed_view or replace(one.out, buffer=fresh(state, instruction.name))
    if fixed_view is None:
        state = made(state, out, [[level.extent for level in axis] for axis in out.axes], setting)
    if one.pack is not None:
        state, panels = _packed(replace(one.pack, source=views[one.pack.source.buffer]), setting, state)
        right = View(panels, ())
    step = replace(one.product, out=out, left=left, right=right, comment=instruction.name)
    state = replace(state, steps=(*state.steps, step), cycles=state.cycles + one.cycles)
    return with_view(state, instruction.name, out)


def _packed(pack: Pack, setting: Setting, state: State) -> tuple[State, str]:
    """The state with an operand in panels, and the panels' buffer; once for all tiles where the operand is constant."""
    if pack in state.packs:
        return state, state.packs[pack]
    name = fresh(state, f"{pack.source.buffer} in panels")
    rows = product(*(index.extent for index in (*pack.outer, *pack.depth)))
    columns = math.prod(int(index.extent) for index in pack.columns)
    constant = pack.source.buffer in state.constant
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
        out = row_major(fresh(state, instruction.name), axes, setting.capacity)
        state = made(state, out, axes, setting)
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
    cycles = state.cycles + _summing_cycles(found, setting)
    return with_view(replace(state, steps=(*state.steps, step), cycles=cycles), instruction.name, out)


def _summing_cycles(found: Contraction, setting: Setting) -> float:
    """What summing up number by number takes."""
    kept = [loop.extent for loop in found.loops if loop.kind != "sum"]
    return elements([loop.extent for loop in found.loops], setting) + 10 * elements(kept, setting)

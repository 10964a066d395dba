"""Steps as C code: one function each, which gets its arrays as pointers and run-time sizes as numbers."""

import re
from collections.abc import Iterable, Mapping

from tncc.backends.c.anchoring import Anchor
from tncc.backends.c.elementwise import map_lines
from tncc.backends.c.joint import joint_lines
from tncc.backends.c.notation import HIGH, INDENT, LOW, Names, loop_lines
from tncc.backends.c.panels import pack_lines
from tncc.backends.c.parts import Function
from tncc.backends.c.sharing import Share
from tncc.backends.c.steps import Call, Expression, Fill, Joint, Load, Map, Pack, Product, Repeat, Step
from tncc.backends.c.storage import touched
from tncc.backends.c.tiles import finish_lines, product_lines
from tncc.ir.extent import factors
from tncc.ir.program import Dim


def step_function(
    name: str, step: Step, anchors: Mapping[str, Anchor], symbols: Mapping[str, str], share: Share | None = None
) -> Function:
    """An anchored step as a function, which takes its arrays, the written one first, and run-time sizes.

    With a share it takes, last, from where to where a thread goes.
    """
    written = set(written_by(step))
    names = Names(symbols, {array: f"{'out' if not n else 'in'}{n or ''}" for n, array in enumerate(anchors)})
    kinds = ["tncc_stored" if anchor.buffer.startswith("given ") else "real" for anchor in anchors.values()]
    apart = "restrict " if isinstance(step, Map | Joint) else ""
    parameters = [
        f"{'' if array in written else 'const '}{kind} *{apart}{names.arrays[array]}"
        for array, kind in zip(anchors, kinds, strict=True)
    ]
    own = [f"const ptrdiff_t {symbols[symbol]}" for symbol in symbols_of(step) if symbol in symbols]
    own += ["const int more"] if adds(step) else []
    own += [] if share is None else [f"const ptrdiff_t {LOW}", f"const ptrdiff_t {HIGH}"]
    head = f"TNCC_STEP void {name}({', '.join([*parameters, *own])})"
    before: list[str] = []
    if isinstance(step, Product) and step.finish is not None:
        before = finish_lines(name, step.finish, step, names, own_symbols(step, names))
    body = step_lines(step, names, INDENT, name, "more", "" if share is None else share.loop)
    if share is not None:  # a size that only the shared loop has is not asked for where a thread has its own part
        body += [f"{INDENT}(void){one};" for one in own_symbols(step, names) if not re.search(rf"\b{one}\b", str(body))]
    return Function(tuple(before), (head,), ("{", *body, "}"))


def adds(step: Step) -> bool:
    """Whether a step adds to what is there; its function is told whether there is anything."""
    return isinstance(step, Product | Map) and step.accumulate


def written_by(step: Step) -> Iterable[str]:
    """The arrays that a step writes."""
    if isinstance(step, Repeat):
        for inner in step.steps:
            yield from written_by(inner)
        return
    yield next(iter(touched(step)))


def symbols_of(step: Step) -> list[str]:
    """The symbols of run-time sizes in a step, in order, the numbers of its own repetitions left out."""
    found: dict[str, None] = {}
    own = {step.symbol} if isinstance(step, Repeat) else set()
    for extent in _dims(step):
        found.update(dict.fromkeys(name for name in factors(extent)[1] if name not in own))
    return sorted(found)


def _dims(step: Step) -> Iterable[Dim]:
    match step:
        case Product():
            for index in (*step.outer, step.tile, step.inner, *step.sums):
                yield from (index.extent, index.left, index.right, index.out)
            yield from (step.lanes, *step.out.offset, *step.left.offset, *step.right.offset)
            if step.finish is not None:
                yield from _expression_dims(step.finish.out)
                yield from _expression_dims(step.finish.value)
        case Pack():
            for index in (*step.outer, *step.depth, *step.columns):
                yield from (index.extent, index.right)
            yield from step.source.offset
        case Map():
            yield from (*step.extents, *step.sums)
            yield from _expression_dims(step.out)
            yield from _expression_dims(step.value)
        case Joint():
            yield from (*step.extents, *step.over)
            yield from _expression_dims(step.out)
            yield from _expression_dims(step.source)
        case Fill():
            for level in step.out.levels:
                yield from (level.extent, level.stride)
            yield from step.out.offset
        case Repeat():
            for inner in step.steps:
                yield from (name for name in symbols_of(inner) if name != step.symbol)


def _expression_dims(value: Expression) -> Iterable[Dim]:
    if isinstance(value, Load):
        yield from (*value.offset, *value.strides)
    elif isinstance(value, Call):
        for argument in value.arguments:
            yield from _expression_dims(argument)


def own_symbols(step: Step, names: Names) -> list[str]:
    """What the run-time sizes in a step are called, the numbers of repetitions left out."""
    return [names.symbols[symbol] for symbol in symbols_of(step) if symbol in names.symbols]


def step_lines(step: Step, names: Names, indent: str, name: str = "", more: str = "1", shared: str = "") -> list[str]:
    """The statements of a step; `name` is that of its function, `more` says whether there is something to add to.

    Threads share the loop called `shared`.
    """
    match step:
        case Product():
            return product_lines(step, names, indent, own_symbols(step, names), name, more, shared)
        case Pack():
            return pack_lines(step, names, indent, shared)
        case Map():
            return map_lines(step, names, indent, more, shared)
        case Joint():
            return joint_lines(step, names, indent)
        case Fill():
            loops = [(f"i{n}", level) for n, level in enumerate(step.out.levels)]
            head, inner = loop_lines([(name, level.extent) for name, level in loops], names, indent, shared)
            place = names.place(step.out.buffer, [(name, level.stride) for name, level in loops], step.out.offset)
            return [*head, f"{inner}*({place}) = 0;"]
        case Repeat():
            return repeat_lines(step, names, indent)


def repeat_lines(step: Repeat, names: Names, indent: str) -> list[str]:
    """The steps inside a loop over the parts of an index, each in a block of its own."""
    number = f"part{len(indent) // len(INDENT)}"
    inner = Names({**names.symbols, step.symbol: number}, names.arrays)
    lines = [f"{indent}for (ptrdiff_t {number} = 0; {number} < {step.count}; ++{number}) {{"]
    for one in step.steps:
        lines += [f"{indent}{INDENT}{{", *step_lines(one, inner, indent + 2 * INDENT), f"{indent}{INDENT}}}"]
    return [*lines, f"{indent}}}"]

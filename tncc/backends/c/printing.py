"""Steps as C code: one static function each, which gets its arrays as pointers and run-time sizes as numbers."""

from collections.abc import Iterable, Mapping

from tncc.backends.c.anchoring import Anchor
from tncc.backends.c.elementwise import expression, map_lines
from tncc.backends.c.fusing import SUM
from tncc.backends.c.joint import joint_lines
from tncc.backends.c.notation import INDENT, Names, added, loop_lines, scaled, times
from tncc.backends.c.panels import pack_lines
from tncc.backends.c.steps import Call, Expression, Fill, Index, Joint, Load, Map, Pack, Product, Repeat, Step, loads
from tncc.backends.c.storage import touched
from tncc.ir.extent import factors, product
from tncc.ir.program import Dim


def function_lines(name: str, step: Step, anchors: Mapping[str, Anchor], symbols: Mapping[str, str]) -> list[str]:
    """An anchored step as a function, which takes its arrays, the written one first, and run-time sizes."""
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
    head = f"TNCC_STEP void {name}({', '.join([*parameters, *own])})"
    before: list[str] = []
    if isinstance(step, Product) and step.finish is not None:
        before = finish_lines(name, step.finish, step, names)
    body = step_lines(step, names, INDENT, name, "more")
    return [*before, head, "{", *body, "}"]


def adds(step: Step) -> bool:
    """Whether a step adds to what is there; its function is told whether there is anything."""
    return isinstance(step, Product | Map) and step.accumulate


def finish_lines(name: str, finish: Map, step: Product, names: Names) -> list[str]:
    """What becomes of a tile's sums, as a function of its own, and the struct of what it needs besides."""
    sizes = [names.symbols[symbol] for symbol in symbols_of(step) if symbol in names.symbols]
    loops = [f"i{n}" for n in range(len(step.outer))]
    inner = Names({symbol: f"at->{text}" for symbol, text in names.symbols.items()}, {**names.arrays, SUM: "sum"})
    numbers = [*(f"at->{loop}" for loop in loops), "(row + i / base)", "(i % base)", "(column + j)"]
    value = expression(finish.value, numbers, inner)
    place = inner.place(finish.out.buffer, list(zip(numbers, finish.out.strides, strict=True)), finish.out.offset)
    arrays = [f"real *{text};" if text == "out" else f"const real *{text};" for text in names.arrays.values()]
    counts = [f"ptrdiff_t {text};" for text in (*sizes, *loops)]
    used = dict.fromkeys(names.arrays[load.buffer] for load in (finish.out, *loads(finish.value)) if load.buffer)
    return [
        f"struct {name}_at {{ {' '.join((*arrays, *counts))} }};",
        f"static void {name}_finish(const void *of, const real *restrict sums, const ptrdiff_t row, const int rows,",
        f"{INDENT}const int column, const int columns)",
        "{",
        f"{INDENT}const struct {name}_at *at = of;",
        *(f"{INDENT}{'' if text == 'out' else 'const '}real *restrict {text} = at->{text};" for text in used),
        f"{INDENT}const int base = {names.number(step.inner.extent)};",
        f"{INDENT}for (int i = 0; i < rows; ++i)",
        f"{INDENT * 2}for (int j = 0; j < columns; ++j) {{",
        f"{INDENT * 3}const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];",
        f"{INDENT * 3}*({place}) = {value};",
        f"{INDENT * 2}}}",
        f"{INDENT}(void)row, (void)column, (void)base;",
        "}",
    ]


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


def step_lines(step: Step, names: Names, indent: str, name: str = "", more: str = "1") -> list[str]:
    """The statements of a step; `name` is that of its function, `more` says whether there is something to add to."""
    match step:
        case Product():
            return product_lines(step, names, indent, name, more)
        case Pack():
            return pack_lines(step, names, indent)
        case Map():
            return map_lines(step, names, indent, more)
        case Joint():
            return joint_lines(step, names, indent)
        case Fill():
            loops = [(f"i{n}", level) for n, level in enumerate(step.out.levels)]
            head, inner = loop_lines([(name, level.extent) for name, level in loops], names, indent)
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


def product_lines(step: Product, names: Names, indent: str, name: str = "", more: str = "1") -> list[str]:
    """Loops around tiles: those that move in panels, the panels, blocks of sums, then rows only."""
    sums = [*step.sums]
    inner = ([Index(1, 0, 0)] * 2 + sums)[-2:]
    blocks = sums[:-2]
    depth = product(*(index.extent for index in sums))
    wide = f"TNCC_COLUMNS({step.columns})"
    row = wide if step.packed else "1"
    sets = f"{names.number(depth)} * TNCC_PADDED({step.columns})" if step.packed else "1"
    panel = f"{names.number(depth)} * {wide}" if step.packed else wide
    moving = [(f"i{n}", index) for n, index in enumerate(step.outer) if index.right != 0]
    still = [(f"i{n}", index) for n, index in enumerate(step.outer) if index.right == 0]
    loops = [(f"k{n}", index) for n, index in enumerate(blocks)]
    left, right = (names.arrays[view.buffer] for view in (step.left, step.right))
    out = "out" if step.finish is not None else names.arrays[step.out.buffer]
    lines: list[str] = []
    if step.finish is not None:
        own = [names.symbols[symbol] for symbol in symbols_of(step) if symbol in names.symbols]
        known = ", ".join(f".{text} = {text}" for text in (*names.arrays.values(), *own))
        lines.append(f"{indent}struct {name}_at at = {{{known}}};")
    shape = {
        "rows": names.number(step.tile.extent),
        "a1": names.number(step.tile.left),
        "b1": times(names.number(step.tile.right), sets),
        "c1": names.number(step.tile.out),
        "base": names.number(step.inner.extent),
        "known": str(int(isinstance(step.tile.extent, int))),
        "paired": str(int(step.paired)),
        "whole": str(int(step.whole)),
        "a0": names.number(step.inner.left),
        "b0": times(names.number(step.inner.right), sets),
        "c0": names.number(step.inner.out),
        "k1": names.number(inner[0].extent),
        "ak1": names.number(inner[0].left),
        "bk1": times(names.number(inner[0].right), row),
        "k0": names.number(inner[1].extent),
        "ak0": names.number(inner[1].left),
        "bk0": times(names.number(inner[1].right), row),
        "apart": names.number(step.lanes),
    } | ({} if step.finish is None else {"finish": f"{name}_finish", "at": "&at"})
    fields = ", ".join(f".{key} = {value}" for key, value in shape.items())
    lines.append(f"{indent}const tncc_shape s = {{{fields}}};")
    head, within = loop_lines([(name, index.extent) for name, index in moving], names, indent)
    lines += head
    a = added(left, names.offset([(n, i.left) for n, i in (*moving, *still, *loops)], step.left.offset))
    b = added(
        right,
        scaled(names.offset([(n, i.right) for n, i in moving]), sets),
        scaled(names.offset([(n, i.right) for n, i in loops]), row),
        names.offset([], step.right.offset),
    )
    c = added(out, names.offset([(n, i.out) for n, i in (*moving, *still)], step.out.offset))
    c = out if step.finish is not None else c
    add = " || ".join([*([more] if step.accumulate else []), *(f"{n} > 0" for n, _ in loops)]) or "0"
    if moving:
        lines[-1] += " {"
    whole = f"{step.columns} / {wide}"
    around, deep = loop_lines(
        [(n, i.extent) for n, i in (*loops, *still)], names, within if step.streamed else within + INDENT
    )
    calls = []
    for columns, start, opening in (
        (wide, "j", f"for (ptrdiff_t j = 0; j < {whole}; ++j)"),
        (f"{step.columns} % {wide}", whole, f"if ({step.columns} % {wide})"),
    ):
        at = (added(a, f"{start} * {wide}") if step.paired else a, added(b, f"{start} * {panel}"))
        to = c if step.finish is not None else added(c, scaled(f"{start} * {wide}", names.number(step.lanes)))
        column = f"(int)({start} * {wide})"
        call = f"tncc_tiles(s, {columns}, {at[0]}, {at[1]}, {to}, {add}, {column});"
        if step.finish is not None and step.outer:
            call = f"{{ {' '.join(f'at.i{n} = i{n};' for n in range(len(step.outer)))} {call} }}"
        calls.append((opening, call))
    if step.streamed and around:
        lines += [*around[:-1], f"{around[-1]} {{"]
        lines += [line for opening, call in calls for line in (f"{deep}{opening}", f"{deep}{INDENT}{call}")]
        lines.append(f"{deep[: -len(INDENT)]}}}")
    else:
        lines += [line for opening, call in calls for line in (f"{within}{opening}", *around, f"{deep}{call}")]
    return [*lines, f"{within[: -len(INDENT)]}}}"] if moving else lines

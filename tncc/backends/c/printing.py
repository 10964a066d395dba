"""Steps as C code: one static function each, which gets its arrays as pointers and run-time sizes as numbers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tncc.backends.c.fusing import SUM
from tncc.backends.c.prelude import FUNCTIONS
from tncc.backends.c.steps import Call, Expression, Fill, Index, Joint, Load, Map, Pack, Product, Repeat, Step
from tncc.backends.c.storage import touched
from tncc.ir.extent import factors, product
from tncc.ir.program import Dim

INDENT = "    "


@dataclass(slots=True)
class Names:
    """The C identifiers of run-time sizes, and of the arrays inside one function."""

    symbols: Mapping[str, str]
    arrays: Mapping[str, str] = field(default_factory=dict)

    def number(self, extent: Dim) -> str:
        """An extent or a stride as an expression."""
        count, symbols = factors(extent)
        parts = [self.symbols[name] for name in symbols]
        return " * ".join(parts if count == 1 and parts else [str(count), *parts])

    def offset(self, terms: Iterable[tuple[str, Dim]], more: Iterable[Dim] = ()) -> str:
        """The sum of products of a loop's number and its stride, and of some numbers; empty where it is 0."""
        found = [name if stride == 1 else f"{name} * {self.factor(stride)}" for name, stride in terms if stride != 0]
        found += [self.number(one) for one in more if one != 0]
        return " + ".join(found)

    def factor(self, stride: Dim) -> str:
        """A stride as a factor."""
        return self.number(stride)

    def place(self, array: str, terms: Iterable[tuple[str, Dim]], more: Iterable[Dim] = ()) -> str:
        """The address of an element."""
        offset = self.offset(terms, more)
        return f"{self.arrays[array]} + {offset}" if offset else self.arrays[array]


def function_lines(name: str, step: Step, symbols: Mapping[str, str]) -> tuple[list[str], list[str]]:
    """A step as a function, and the arrays that it takes, the written one first."""
    arrays = list(dict.fromkeys(touched(step)))
    written = set(written_by(step))
    names = Names(symbols, {array: f"{'out' if not n else 'in'}{n or ''}" for n, array in enumerate(arrays)})
    kinds = ["tncc_stored" if array.startswith("given ") else "real" for array in arrays]
    parameters = [
        f"{'' if array in written else 'const '}{kind} *{names.arrays[array]}"
        for array, kind in zip(arrays, kinds, strict=True)
    ]
    own = [f"const ptrdiff_t {symbols[symbol]}" for symbol in symbols_of(step) if symbol in symbols]
    head = f"static void {name}({', '.join([*parameters, *own])})"
    before: list[str] = []
    if isinstance(step, Product) and step.finish is not None:
        before = finish_lines(name, step.finish, step, names)
    body = step_lines(step, names, INDENT, name)
    return [*before, head, "{", *body, "}"], arrays


def finish_lines(name: str, finish: Map, step: Product, names: Names) -> list[str]:
    """What becomes of a tile's sums, as a function of its own, and the struct of what it needs besides."""
    sizes = [names.symbols[symbol] for symbol in symbols_of(step) if symbol in names.symbols]
    loops = [f"i{n}" for n in range(len(step.outer))]
    inner = Names(
        {symbol: f"at->{text}" for symbol, text in names.symbols.items()},
        {array: f"at->{text}" for array, text in names.arrays.items()} | {SUM: "sum"},
    )
    numbers = [*(f"at->{loop}" for loop in loops), "(row + i / base)", "(i % base)", "(column + j)"]
    value = expression(finish.value, numbers, inner)
    place = inner.place(finish.out.buffer, list(zip(numbers, finish.out.strides, strict=True)), finish.out.offset)
    arrays = [f"real *{text};" if text == "out" else f"const real *{text};" for text in names.arrays.values()]
    counts = [f"ptrdiff_t {text};" for text in (*sizes, *loops)]
    return [
        f"struct {name}_at {{ {' '.join((*arrays, *counts))} }};",
        f"static void {name}_finish(const void *of, const real *sums, const ptrdiff_t row, const int rows,",
        f"{INDENT}const int column, const int columns)",
        "{",
        f"{INDENT}const struct {name}_at *at = of;",
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


def step_lines(step: Step, names: Names, indent: str, name: str = "") -> list[str]:
    """The statements of a step; `name` is that of its function."""
    match step:
        case Product():
            return product_lines(step, names, indent, name)
        case Pack():
            return pack_lines(step, names, indent)
        case Map():
            return map_lines(step, names, indent)
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


def loop_lines(loops: Iterable[tuple[str, Dim]], names: Names, indent: str) -> tuple[list[str], str]:
    """The heads of nested loops, and the indentation inside them."""
    lines = []
    for name, extent in loops:
        lines.append(f"{indent}for (ptrdiff_t {name} = 0; {name} < {names.number(extent)}; ++{name})")
        indent += INDENT
    return lines, indent


def product_lines(step: Product, names: Names, indent: str, name: str = "") -> list[str]:
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
        "b1": _times(names.number(step.tile.right), sets),
        "c1": names.number(step.tile.out),
        "base": names.number(step.inner.extent),
        "known": str(int(isinstance(step.tile.extent, int))),
        "paired": str(int(step.paired)),
        "whole": str(int(step.whole)),
        "a0": names.number(step.inner.left),
        "b0": _times(names.number(step.inner.right), sets),
        "c0": names.number(step.inner.out),
        "k1": names.number(inner[0].extent),
        "ak1": names.number(inner[0].left),
        "bk1": _times(names.number(inner[0].right), row),
        "k0": names.number(inner[1].extent),
        "ak0": names.number(inner[1].left),
        "bk0": _times(names.number(inner[1].right), row),
        "apart": names.number(step.lanes),
    } | ({} if step.finish is None else {"finish": f"{name}_finish", "at": "&at"})
    fields = ", ".join(f".{key} = {value}" for key, value in shape.items())
    lines.append(f"{indent}const tncc_shape s = {{{fields}}};")
    head, within = loop_lines([(name, index.extent) for name, index in moving], names, indent)
    lines += head
    a = _sum(left, names.offset([(n, i.left) for n, i in (*moving, *still, *loops)], step.left.offset))
    b = _sum(
        right,
        _scaled(names.offset([(n, i.right) for n, i in moving]), sets),
        _scaled(names.offset([(n, i.right) for n, i in loops]), row),
        names.offset([], step.right.offset),
    )
    c = _sum(out, names.offset([(n, i.out) for n, i in (*moving, *still)], step.out.offset))
    c = out if step.finish is not None else c
    add = " || ".join([*(["1"] if step.accumulate else []), *(f"{n} > 0" for n, _ in loops)]) or "0"
    if moving:
        lines[-1] += " {"
    whole = f"{step.columns} / {wide}"
    for columns, start, opening in (
        (wide, "j", f"for (ptrdiff_t j = 0; j < {whole}; ++j)"),
        (f"{step.columns} % {wide}", whole, f"if ({step.columns} % {wide})"),
    ):
        some, deep = loop_lines([(n, i.extent) for n, i in (*loops, *still)], names, within + INDENT)
        at = (_sum(a, f"{start} * {wide}") if step.paired else a, _sum(b, f"{start} * {panel}"))
        to = c if step.finish is not None else _sum(c, _scaled(f"{start} * {wide}", names.number(step.lanes)))
        column = f"(int)({start} * {wide})"
        call = f"tncc_tiles(s, {columns}, {at[0]}, {at[1]}, {to}, {add}, {column});"
        if step.finish is not None and step.outer:
            call = f"{{ {' '.join(f'at.i{n} = i{n};' for n in range(len(step.outer)))} {call} }}"
        lines += [f"{within}{opening}", *some, f"{deep}{call}"]
    return [*lines, f"{within[: -len(INDENT)]}}}"] if moving else lines


def _sum(base: str, *offsets: str) -> str:
    return " + ".join([base, *(offset for offset in offsets if offset and offset != "0")])


def _scaled(offset: str, by: str) -> str:
    if not offset or by == "1":
        return offset
    return f"({offset}) * {by}" if " + " in offset else f"{offset} * {by}"


def _times(number: str, by: str) -> str:
    return number if by == "1" or number == "0" else by if number == "1" else f"{number} * {by}"


def pack_lines(step: Pack, names: Names, indent: str) -> list[str]:
    """Panels filled row by row, zeros behind the last column."""
    count = 1
    for index in step.columns:
        count *= int(index.extent)
    wide = f"TNCC_COLUMNS({count})"
    loops = [(f"i{n}", index) for n, index in enumerate(step.outer)]
    deep = [(f"k{n}", index) for n, index in enumerate(step.depth)]
    lines = [f"{indent}real *to = {names.arrays[step.out]};"]
    # A table of where the columns are, where they do not lie evenly.
    even = len(step.columns) == 1
    if not even:
        fixed = all(isinstance(index.right, int) for index in step.columns)
        kind = "static const int" if fixed else "const ptrdiff_t"
        lines.append(f"{indent}{kind} at[] = {{{', '.join(_column_offsets(step.columns, names))}}};")
    column = "j + lane" if step.columns[0].right == 1 else f"(j + lane) * {names.number(step.columns[0].right)}"
    head, within = loop_lines([(name, index.extent) for name, index in loops], names, indent)
    lines += head
    lines.append(f"{within}for (int j = 0; j < {count}; j += {wide}) {{")
    lines.append(f"{within}{INDENT}const int some = {count} - j < {wide} ? {count} - j : {wide};")
    head, inside = loop_lines([(name, index.extent) for name, index in deep], names, within + INDENT)
    opening = [*head[:-1], f"{head[-1]} {{"] if head else [f"{within}{INDENT}{{"]
    deeper = inside if head else within + 2 * INDENT
    place = names.place(step.source.buffer, [(n, i.right) for n, i in (*loops, *deep)], step.source.offset)
    return [
        *lines,
        *opening,
        f"{deeper}const real *from = {place};",
        f"{deeper}for (int lane = 0; lane < some; ++lane)",
        f"{deeper}{INDENT}to[lane] = from[{column if even else 'at[j + lane]'}];",
        f"{deeper}for (int lane = some; lane < {wide}; ++lane)",
        f"{deeper}{INDENT}to[lane] = 0;",
        f"{deeper}to += {wide};",
        f"{deeper[: -len(INDENT)]}}}",
        f"{within}}}",
    ]


def _column_offsets(columns: Sequence[Index], names: Names) -> list[str]:
    """The offset of each column, which the indices along the columns make up."""
    found: list[tuple[int, tuple[Dim, ...]]] = [(0, ())]
    for index in columns:
        numbers, stride = range(int(index.extent)), index.right
        if isinstance(stride, int):
            found = [(known + number * stride, more) for known, more in found for number in numbers]
        else:
            found = [
                (known, (*more, product(number, stride)) if number else more)
                for known, more in found
                for number in numbers
            ]
    return [_sum(str(known), names.offset([], more)) for known, more in found]


def map_lines(step: Map, names: Names, indent: str) -> list[str]:
    """Loops over the result, the one with the least stride innermost, and sums inside or around them."""
    count = len(step.extents)
    order = sorted(range(count), key=lambda n: -_weight(step.out.strides[n]))
    loops = [(f"i{n}", step.extents[n]) for n in order]
    sums = [(f"k{n}", extent) for n, extent in enumerate(step.sums)]
    numbers = [*(f"i{n}" for n in range(count)), *(name for name, _ in sums)]
    value = expression(step.value, numbers, names)
    place = names.place(step.out.buffer, list(zip(numbers[:count], step.out.strides, strict=True)), step.out.offset)
    if not sums:
        head, within = loop_lines(loops, names, indent)
        return [*head, f"{within}*({place}) {'+=' if step.accumulate else '='} {value};"]
    head, within = loop_lines(loops, names, indent)
    inner, deep = loop_lines(sums, names, within + INDENT)
    if head:
        head[-1] += " {"
    else:
        head, within = [f"{indent}{{"], indent
    return [
        *head,
        f"{within}{'' if loops else INDENT}real sum = 0;",
        *inner,
        f"{deep}sum += {value};",
        f"{within}{'' if loops else INDENT}*({place}) {'+=' if step.accumulate else '='} sum;",
        f"{within[: -len(INDENT)] if loops else indent}}}",
    ]


def _weight(stride: Dim) -> float:
    count, symbols = factors(stride)
    return count * 1e6 ** len(symbols)


def expression(value: Expression, numbers: Sequence[str], names: Names) -> str:
    """An elementwise expression, given the number of each loop."""
    if isinstance(value, Load):
        if value.buffer == SUM:
            return "sum"
        return f"*({names.place(value.buffer, list(zip(numbers, value.strides, strict=True)), value.offset)})"
    if isinstance(value, Call):
        arguments = [expression(argument, numbers, names) for argument in value.arguments]
        if value.function in ("+", "-", "*"):
            return f"({f' {value.function} '.join(arguments)})"
        return f"tncc_{value.function}({', '.join(arguments)})"
    return f"(real){value!r}"


def joint_lines(step: Joint, names: Names, indent: str) -> list[str]:
    """A function over some loops together: passes over them for every position of the others."""
    loops = [(f"i{n}", extent) for n, extent in enumerate(step.extents)]
    over = [(f"k{n}", extent) for n, extent in enumerate(step.over)]
    numbers = [name for name, _ in (*loops, *over)]
    value = expression(step.source, numbers, names)
    place = f"*({names.place(step.out.buffer, list(zip(numbers, step.out.strides, strict=True)), step.out.offset)})"
    head, within = loop_lines(loops, names, indent)
    if head:
        head[-1] += " {"
    else:
        head, within = [f"{indent}{{"], indent + INDENT
    count = names.number(product(*step.over))
    body: list[str] = []

    def every(*statements: str) -> None:
        inner, deep = loop_lines(over, names, within)
        if len(statements) > 1 and inner:
            body.extend([*inner[:-1], inner[-1] + " {", *(deep + one for one in statements), f"{deep[:-4]}}}"])
        else:
            body.extend([*inner, *(deep + one for one in statements)])

    def line(text: str) -> None:
        body.append(within + text)

    match step.function:
        case "max":
            line("real most = -(real)HUGE_VAL;")
            every(f"most = {value} > most || {value} != {value} ? {value} : most;")
            line(f"{place} = most;")
        case "mean":
            line("real sum = 0;")
            every(f"sum += {value};")
            line(f"{place} = sum / (real)({count});")
        case "softmax":
            line("real most = -(real)HUGE_VAL, sum = 0;")
            every(f"most = {value} > most ? {value} : most;")
            every(f"{place} = EXP({value} - most);", f"sum += {place};")
            every(f"{place} /= sum;")
        case _:
            line("real sum = 0, squares = 0;")
            every(f"sum += {value};")
            line(f"const real mean = sum / (real)({count});")
            every(f"squares += ({value} - mean) * ({value} - mean);")
            line(f"const real scale = 1 / SQRT(squares / (real)({count}) + (real)1e-5);")
            if step.function == "layernorm":
                every(f"{place} = ({value} - mean) * scale;")
            else:
                line(f"{place} = scale;")
    close = within[: -len(INDENT)]
    return [*head, *body, f"{close}}}"]


def library_lines(code: str) -> list[str]:
    """The functions that some code calls."""
    lines: list[str] = []
    for name, body in FUNCTIONS.items():
        if f"tncc_{name}(" in code:
            lines += ["", f"TNCC_INLINE real tncc_{name}(const real x)", "{", f"{INDENT}{body}", "}"]
    return lines

"""Operands copied into panels, as C code."""

from collections.abc import Sequence
from dataclasses import dataclass

from tncc.backends.c.notation import INDENT, Names, added, loop_lines, scaled, times
from tncc.backends.c.steps import Index, Pack
from tncc.ir.extent import factors, product
from tncc.ir.program import Dim

BLOCK = 16
"""The rows of a panel that are filled together where they follow each other in the source."""

CROWDED = 1024
"""Columns so far apart share the sets of a cache: their lines are gone before the next row asks for them."""


def pack_lines(step: Pack, names: Names, indent: str) -> list[str]:
    """Panels filled, zeros behind the last column."""
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
    deeper = within + INDENT
    place = names.place(step.source.buffer, [(n, i.right) for n, i in (*loops, *deep)], step.source.offset)
    copied = _Copied(deep, place, column if even else "at[j + lane]", wide)
    near = min(deep, key=lambda one: _least(one[1].right), default=None)
    apart = _least(step.columns[-1].right)
    if near is None or apart < CROWDED or _least(near[1].right) >= apart:
        body = row_lines(copied, names, deeper)
    else:
        body = block_lines(copied, near, names, deeper)
    return [
        *lines,
        f"{within}for (int j = 0; j < {count}; j += {wide}) {{",
        f"{deeper}const int some = {count} - j < {wide} ? {count} - j : {wide};",
        *body,
        f"{deeper}to += {times(names.number(product(*(index.extent for index in step.depth))), wide)};",
        f"{within}}}",
    ]


@dataclass(frozen=True, slots=True)
class _Copied:
    """One panel: the loops over its rows, the first of a row's numbers, where a column's lies, and the columns."""

    deep: Sequence[tuple[str, Index]]
    place: str
    column: str
    wide: str

    def row(self, names: Names) -> str:
        """Where a row of the panel begins."""
        return added("to", scaled(names.offset(_row_major(self.deep)), self.wide))


def row_lines(one: _Copied, names: Names, indent: str) -> list[str]:
    """A panel filled row by row."""
    # Lines of the source that hold several rows' numbers are met again soon if these follow each other.
    head, within = loop_lines([(n, i.extent) for n, i in sorted(one.deep, key=_descending)], names, indent)
    body = within if head else indent + INDENT
    return [
        *head[:-1],
        f"{head[-1]} {{" if head else f"{indent}{{",
        f"{body}const real *from = {one.place};",
        f"{body}real *row = {one.row(names)};",
        f"{body}for (int lane = 0; lane < some; ++lane)",
        f"{body}{INDENT}row[lane] = from[{one.column}];",
        f"{body}for (int lane = some; lane < {one.wide}; ++lane)",
        f"{body}{INDENT}row[lane] = 0;",
        f"{body[: -len(INDENT)]}}}",
    ]


def block_lines(one: _Copied, near: tuple[str, Index], names: Names, indent: str) -> list[str]:
    """A panel filled in blocks of rows whose numbers lie close together in the source: each line is read once."""
    name, index = near
    others = [(n, i) for n, i in one.deep if n != name]
    head, within = loop_lines([(n, i.extent) for n, i in sorted(others, key=_descending)], names, indent)
    extent, stride = names.number(index.extent), names.number(index.right)
    step = names.number(dict(_row_major(one.deep))[name])
    most = min(int(index.extent), BLOCK) if isinstance(index.extent, int) else BLOCK
    left = f"{extent} - {name}"
    # A number that is known when the file is compiled makes whole vectors of what is copied.
    rows = str(most) if extent.isdecimal() and int(extent) % most == 0 else f"{left} < {most} ? (int)({left}) : {most}"
    body, deep, deeper = within + INDENT, within + 2 * INDENT, within + 3 * INDENT
    return [
        *head,
        f"{within}for (ptrdiff_t {name} = 0; {name} < {extent}; {name} += {most}) {{",
        f"{body}real block[{one.wide} * {most}];",
        f"{body}const int rows = {rows};",
        f"{body}const real *from = {one.place};",
        f"{body}real *row = {one.row(names)};",
        f"{body}for (int lane = 0; lane < some; ++lane)",
        f"{deep}for (int i = 0; i < rows; ++i)",
        f"{deeper}block[lane * {most} + i] = from[{one.column} + {times('i', stride)}];",
        f"{body}for (int i = 0; i < rows; ++i) {{",
        f"{deep}real *own = row + i * {times(step, one.wide)};",
        f"{deep}for (int lane = 0; lane < some; ++lane)",
        f"{deeper}own[lane] = block[lane * {most} + i];",
        f"{deep}for (int lane = some; lane < {one.wide}; ++lane)",
        f"{deeper}own[lane] = 0;",
        f"{body}}}",
        f"{within}}}",
    ]


def _descending(loop: tuple[str, Index]) -> int:
    return -_least(loop[1].right)


def _least(stride: Dim) -> int:
    """A stride with all run-time sizes one."""
    return factors(stride)[0]


def _row_major(loops: Sequence[tuple[str, Index]]) -> list[tuple[str, Dim]]:
    """The loops with their strides where they lie one in the other, the last one innermost."""
    found: list[tuple[str, Dim]] = []
    stride: Dim = 1
    for name, index in reversed(loops):
        found.append((name, stride))
        stride = product(stride, index.extent)
    return found[::-1]


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
    return [added(str(known), names.offset([], more)) for known, more in found]

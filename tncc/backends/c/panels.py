"""Operands copied into panels, as C code."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from tncc.backends.c.caches import TURNED
from tncc.backends.c.notation import HIGH, INDENT, LOW, Names, added, loop_lines, scaled, times
from tncc.backends.c.prelude import WIDTHS
from tncc.backends.c.steps import Index, Pack
from tncc.ir.extent import factors, product
from tncc.ir.program import Dim

WIDEST = max(WIDTHS)
"""The numbers of the widest vector, into which all others fit a whole number of times."""


FEW = 8
"""Fewer rows or columns than this are turned in squares of four at most."""

PANELS = "panels"
"""What is shared where threads share panels."""


def pack_lines(step: Pack, names: Names, indent: str, shared: str = "") -> list[str]:
    """Panels filled, zeros behind the last column; threads share the loop of the name `shared`, or panels."""
    count = math.prod(int(index.extent) for index in step.columns)
    wide = f"TNCC_COLUMNS({count})"
    loops = [(f"i{n}", index) for n, index in enumerate(step.outer)]
    deep = [(f"k{n}", index) for n, index in enumerate(step.depth)]
    sums = names.number(product(*(index.extent for index in step.depth)))
    sets = names.number(product(*(index.extent for index in (*step.outer[1:], *step.depth))))
    skipped = {"": "", PANELS: times(f"{LOW} * {sums}", wide)}.get(shared, f"{LOW} * {sets} * TNCC_PADDED({count})")
    lines = [f"{indent}real *to = {added(names.arrays[step.out], skipped)};"]
    *around, last = step.columns
    even = not around
    if around:
        # A table of where the columns are, where they do not lie evenly.
        fixed = all(isinstance(index.right, int) for index in around)
        kind = "static const int" if fixed else "const ptrdiff_t"
        lines.append(f"{indent}{kind} begin[] = {{{', '.join(_column_offsets(around, names))}}};")
    apart = names.number(last.right) if even else ""
    head, within = loop_lines([(name, index.extent) for name, index in loops], names, indent, shared)
    lines += head
    first, end = ("0", f"j < {count}")
    if shared == PANELS:
        first, end = (f"(int){LOW} * {wide}", f"j < {count} && j < {HIGH} * {wide}")
    deeper = within + INDENT
    place = names.place(step.source.buffer, [(n, i.right) for n, i in (*loops, *deep)], step.source.offset)
    run = math.gcd(int(last.extent), WIDEST) if around and last.right == 1 else 1
    copied = _Copied(deep, place, apart, wide, run)
    near = next((one for one in deep if one[1].right == 1), None)
    if near is None or _least(near[1].extent) < TURNED or last.right == 1:
        body = row_lines(copied, names, deeper)
    else:
        body = turned_lines(copied, near, names, deeper)
    return [
        *lines,
        f"{within}for (int j = {first}; {end}; j += {wide}) {{",
        f"{deeper}const int some = {count} - j < {wide} ? {count} - j : {wide};",
        *(panel_table(last, wide, names, deeper) if around else []),
        *body,
        f"{deeper}to += {times(sums, wide)};",
        f"{within}}}",
    ]


def panel_table(last: Index, wide: str, names: Names, indent: str) -> list[str]:
    """Where the columns of one panel are, by where those along the last index begin."""
    extent = names.number(last.extent)
    place = added(f"begin[(j + lane) / {extent}]", scaled(f"(j + lane) % {extent}", names.number(last.right)))
    return [
        f"{indent}ptrdiff_t at[{wide}];",
        f"{indent}for (int lane = 0; lane < some; ++lane)",
        f"{indent}{INDENT}at[lane] = {place};",
    ]


@dataclass(frozen=True, slots=True)
class _Copied:
    """One panel: the loops over its rows, the first of a row's numbers, and the columns.

    `apart` is what lies between columns, empty where a table says where each of them is, `run` of which lie together.
    """

    deep: Sequence[tuple[str, Index]]
    place: str
    apart: str
    wide: str
    run: int

    def row(self, names: Names) -> str:
        """Where a row of the panel begins."""
        return added("to", scaled(names.offset(_row_major(self.deep)), self.wide))


def row_lines(one: _Copied, names: Names, indent: str) -> list[str]:
    """A panel filled row by row."""
    # Lines of the source that hold several rows' numbers are met again soon if these follow each other.
    head, within = loop_lines([(n, i.extent) for n, i in sorted(one.deep, key=_descending)], names, indent)
    body = within if head else indent + INDENT
    column = scaled("j + lane", one.apart) if one.apart else "at[lane]"
    copying = ("++lane", f"row[lane] = from[{column}];")
    if one.run >= TURNED:
        several = f"TNCC_TOGETHER({one.run})"
        copying = (f"lane += {several}", f"memcpy(row + lane, from + {column}, {several} * sizeof(real));")
    return [
        *head[:-1],
        f"{head[-1]} {{" if head else f"{indent}{{",
        f"{body}const real *from = {one.place};",
        f"{body}real *row = {one.row(names)};",
        f"{body}for (int lane = 0; lane < some; {copying[0]})",
        f"{body}{INDENT}{copying[1]}",
        f"{body}for (int lane = some; lane < {one.wide}; ++lane)",
        f"{body}{INDENT}row[lane] = 0;",
        f"{body[: -len(INDENT)]}}}",
    ]


def turned_lines(one: _Copied, near: tuple[str, Index], names: Names, indent: str) -> list[str]:
    """A panel filled with columns whose numbers follow each other in the source."""
    others = [loop for loop in one.deep if loop is not near]
    head, within = loop_lines([(n, i.extent) for n, i in sorted(others, key=_descending)], names, indent)
    body = within if head else indent + INDENT
    extent = names.number(near[1].extent)
    step = times(names.number(dict(_row_major(one.deep))[near[0]]), one.wide)
    begin, table, apart = (f" + {scaled('j', one.apart)}", "0", one.apart) if one.apart else ("", "at", "0")
    return [
        *head[:-1],
        f"{head[-1]} {{" if head else f"{indent}{{",
        f"{body}const ptrdiff_t {near[0]} = 0;",
        f"{body}real *row = {one.row(names)};",
        f"{body}{turning(near[1].extent)}(row, {step}, {one.place}{begin}, {table}, {apart}, {extent}, some);",
        f"{body}for (ptrdiff_t i = 0; i < {extent} && some < {one.wide}; ++i)",
        f"{body}{INDENT}for (int lane = some; lane < {one.wide}; ++lane)",
        f"{body}{INDENT * 2}row[i * {step} + lane] = 0;",
        f"{body[: -len(INDENT)]}}}",
    ]


def turning(*extents: Dim) -> str:
    """The function that turns so many rows and columns."""
    few = any(isinstance(extent, int) and extent < FEW for extent in extents)
    return "tncc_turn_few" if few else "tncc_turn"


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

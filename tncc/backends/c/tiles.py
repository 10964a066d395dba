"""Products as C code: loops around tiles, and what becomes of the sums of a tile."""

from collections.abc import Sequence
from dataclasses import dataclass

from tncc.backends.c.elementwise import expression
from tncc.backends.c.fusing import SUM
from tncc.backends.c.notation import HIGH, INDENT, LOW, Names, added, loop_lines, scaled, times
from tncc.backends.c.panels import PANELS
from tncc.backends.c.steps import Index, Map, Product, loads
from tncc.ir.extent import product

ROWS = "rows"
"""What is shared where threads share the rows of tiles."""


def finish_lines(name: str, finish: Map, step: Product, names: Names, sizes: Sequence[str]) -> list[str]:
    """What becomes of a tile's sums, as a function of its own, and the struct of what it needs besides.

    `sizes` names the run-time sizes in the step.
    """
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


@dataclass(frozen=True, slots=True)
class _Loops:
    """The loops around the tiles of a product, by name: those that move in panels, the other ones, blocks of sums.

    `sums` are the two innermost sums; `sets`, `panel` and `row` say what a set of panels, a panel and a row of one
    hold, `wide` how many columns a panel has. `skipped` are the tiles' rows that other threads do.
    """

    moving: list[tuple[str, Index]]
    still: list[tuple[str, Index]]
    blocks: list[tuple[str, Index]]
    skipped: list[tuple[str, Index]]
    sums: list[Index]
    sets: str
    panel: str
    row: str
    wide: str


def _loops(step: Product, names: Names, shared: str) -> _Loops:
    sums = [*step.sums]
    depth = names.number(product(*(index.extent for index in sums)))
    wide = f"TNCC_COLUMNS({step.columns})"
    named = [(f"i{n}", index) for n, index in enumerate(step.outer)]
    return _Loops(
        moving=[one for one in named if one[1].right != 0],
        still=[one for one in named if one[1].right == 0],
        blocks=[(f"k{n}", index) for n, index in enumerate(sums[:-2])],
        skipped=[(LOW, step.tile)] if shared == ROWS else [],
        sums=([Index(1, 0, 0)] * 2 + sums)[-2:],
        sets=f"{depth} * TNCC_PADDED({step.columns})" if step.packed else "1",
        panel=f"{depth} * {wide}" if step.packed else wide,
        row=wide if step.packed else "1",
        wide=wide,
    )


def product_lines(
    step: Product, names: Names, indent: str, sizes: Sequence[str], name: str = "", more: str = "1", shared: str = ""
) -> list[str]:
    """Loops around tiles: those that move in panels, the panels, blocks of sums, then rows only.

    `sizes` names the run-time sizes in the step, `name` its function; threads share the loop called `shared`.
    """
    loops = _loops(step, names, shared)
    lines: list[str] = []
    if step.finish is not None:
        known = ", ".join(f".{text} = {text}" for text in (*names.arrays.values(), *sizes))
        lines.append(f"{indent}struct {name}_at at = {{{known}}};")
    lines.append(f"{indent}const tncc_shape s = {{{', '.join(_fields(step, loops, names, name, shared))}}};")
    head, within = loop_lines([(name, index.extent) for name, index in loops.moving], names, indent, shared)
    if head:
        head[-1] += " {"
    around, deep = loop_lines(
        [(n, i.extent) for n, i in (*loops.blocks, *loops.still)],
        names,
        within if step.streamed else within + INDENT,
        shared,
    )
    calls = _calls(step, loops, names, more, shared)
    lines += head
    if step.streamed and around:
        lines += [*around[:-1], f"{around[-1]} {{"]
        lines += [line for opening, call in calls for line in (f"{deep}{opening}", f"{deep}{INDENT}{call}")]
        lines.append(f"{deep[: -len(INDENT)]}}}")
    else:
        lines += [line for opening, call in calls for line in (f"{within}{opening}", *around, f"{deep}{call}")]
    return [*lines, f"{within[: -len(INDENT)]}}}"] if head else lines


def _fields(step: Product, loops: _Loops, names: Names, name: str, shared: str) -> list[str]:
    """The fields of the product's shape."""
    outer, inner = loops.sums
    whole = isinstance(step.tile.extent, int) and shared != ROWS
    shape = {
        "rows": f"{HIGH} - {LOW}" if shared == ROWS else names.number(step.tile.extent),
        "a1": names.number(step.tile.left),
        "b1": times(names.number(step.tile.right), loops.sets),
        "c1": names.number(step.tile.out),
        "base": names.number(step.inner.extent),
        "known": str(int(whole)),
        "paired": str(int(step.paired)),
        "whole": str(int(step.whole)),
        "a0": names.number(step.inner.left),
        "b0": times(names.number(step.inner.right), loops.sets),
        "c0": names.number(step.inner.out),
        "k1": names.number(outer.extent),
        "ak1": names.number(outer.left),
        "bk1": times(names.number(outer.right), loops.row),
        "k0": names.number(inner.extent),
        "ak0": names.number(inner.left),
        "bk0": times(names.number(inner.right), loops.row),
        "apart": names.number(step.lanes),
    } | ({} if step.finish is None else {"finish": f"{name}_finish", "at": "&at"})
    return [f".{key} = {value}" for key, value in shape.items()]


def _calls(step: Product, loops: _Loops, names: Names, more: str, shared: str) -> list[tuple[str, str]]:
    """The call for a whole panel, and that for the last, narrower one, each with the head of what it stands in."""
    left, right = (names.arrays[view.buffer] for view in (step.left, step.right))
    along = [*loops.moving, *loops.skipped]
    every = [*loops.moving, *loops.still, *loops.blocks, *loops.skipped]
    a = added(left, names.offset([(n, i.left) for n, i in every], step.left.offset))
    b = added(
        right,
        scaled(names.offset([(n, i.right) for n, i in along]), loops.sets),
        scaled(names.offset([(n, i.right) for n, i in loops.blocks]), loops.row),
        names.offset([], step.right.offset),
    )
    c = "out"
    if step.finish is None:
        terms = [(n, i.out) for n, i in (*loops.moving, *loops.still, *loops.skipped)]
        c = added(names.arrays[step.out.buffer], names.offset(terms, step.out.offset))
    add = " || ".join([*([more] if step.accumulate else []), *(f"{n} > 0" for n, _ in loops.blocks)]) or "0"
    wide, whole = loops.wide, f"{step.columns} / {loops.wide}"
    panels = ("0", f"j < {whole}", f"{step.columns} % {wide}")
    if shared == PANELS:
        panels = (LOW, f"j < {HIGH} && j < {whole}", f"{step.columns} % {wide} && {LOW} <= {whole} && {HIGH} > {whole}")
    first, end, rest = panels
    calls = []
    for columns, start, opening in (
        (wide, "j", f"for (ptrdiff_t j = {first}; {end}; ++j)"),
        (f"{step.columns} % {wide}", whole, f"if ({rest})"),
    ):
        at = (added(a, f"{start} * {wide}") if step.paired else a, added(b, f"{start} * {loops.panel}"))
        to = c if step.finish is not None else added(c, scaled(f"{start} * {wide}", names.number(step.lanes)))
        column = f"(int)({start} * {wide})"
        call = f"tncc_tiles(s, {columns}, {at[0]}, {at[1]}, {to}, {add}, {column});"
        if step.finish is not None and step.outer:
            call = f"{{ {' '.join(f'at.i{n} = i{n};' for n in range(len(step.outer)))} {call} }}"
        calls.append((opening, call))
    return calls

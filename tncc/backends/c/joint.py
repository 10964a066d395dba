"""Functions of whole axes as C code: passes over some loops for every position of the others, in vectors.

Where the numbers of one position lie in a row, it is they that are done together; where those of several positions lie
side by side, it is these.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from tncc.backends.c.elementwise import expression, joined
from tncc.backends.c.notation import INDENT, Names, loop_lines
from tncc.backends.c.steps import Joint
from tncc.ir.extent import product
from tncc.ir.program import Dim

LONG = 32
"""From so many numbers in a row on, they are gathered by turns into several, which vectors hold; `TNCC_SUMS`."""

BESIDE = 8
"""From so many positions side by side on, they are done together."""

Loops = Sequence[tuple[str, Dim]]
"""Loops, the last one innermost, each with its number's name and its extent."""


@dataclass(frozen=True, slots=True)
class Gather:
    """A pass that makes the sum of a value or, as `most`, its maximum."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Let:
    """A number that follows from those before."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Each:
    """A pass with a statement for every number."""

    statement: str


@dataclass(frozen=True, slots=True)
class Once:
    """A statement for every position."""

    statement: str


Pass = Gather | Let | Each | Once


def joint_lines(step: Joint, names: Names, indent: str) -> list[str]:
    """A function over some loops together: passes over them for every position of the others."""
    step = _with_few_loops(step)
    beside = positions_beside(step)
    loops = [(f"i{n}", extent) for n, extent in enumerate(step.extents)]
    over = [(f"k{n}", extent) for n, extent in enumerate(step.over)]
    numbers = [name for name, _ in (*loops, *over)]
    value = expression(step.source, numbers, names)
    place = f"*({names.place(step.out.buffer, list(zip(numbers, step.out.strides, strict=True)), step.out.offset)})"
    count = f"(real)({names.number(product(*step.over))})"
    if beside is None:
        body = _in_a_row(_passes(step.function, value, place, count, lambda name: name), over, names)
    else:
        passes = _passes(step.function, value, place, count, lambda name: f"{name}[lane]")
        body = _side_by_side(passes, loops.pop(beside), over, names)
    head, within = loop_lines(loops, names, indent)
    if head:
        head[-1] += " {"
    else:
        head, within = [f"{indent}{{"], indent + INDENT
    return [*head, *(within + line for line in body), f"{within[: -len(INDENT)]}}}"]


def _with_few_loops(step: Joint) -> Joint:
    """The same with as few loops, over which it goes and around them, as both arrays allow."""
    count, arrays = len(step.extents), (step.out, step.source)
    extents, around = joined(step.extents, [one.strides[:count] for one in arrays])
    over, along = joined(step.over, [one.strides[count:] for one in arrays])
    out, source = (replace(one, strides=(*around[number], *along[number])) for number, one in enumerate(arrays))
    return replace(step, extents=extents, over=over, out=out, source=source)


def positions_beside(step: Joint) -> int | None:
    """The loop around a function whose positions lie side by side, where the numbers of each do not; None for none."""
    if step.over and step.source.strides[-1] == 1:
        return None
    for number, extent in enumerate(step.extents):
        lying = {step.source.strides[number], step.out.strides[number]} == {1}
        if lying and (not isinstance(extent, int) or extent >= BESIDE):
            return number
    return None


def _passes(function: str, value: str, place: str, count: str, named: Callable[[str], str]) -> list[Pass]:
    """What is done for each position; `named` is how a number is called there."""
    most, total, mean, squares, scale = (named(name) for name in ("most", "sum", "mean", "squares", "scale"))
    match function:
        case "max":
            return [Gather("most", value), Once(f"{place} = {most};")]
        case "mean":
            return [Gather("sum", value), Once(f"{place} = {total} / {count};")]
        case "softmax":
            return [
                Gather("most", value),
                Each(f"{place} = tncc_exp({value} - {most});"),
                Gather("sum", place),
                Each(f"{place} /= {total};"),
            ]
        case _:
            return [
                Gather("sum", value),
                Let("mean", f"{total} / {count}"),
                Gather("squares", f"({value} - {mean}) * ({value} - {mean})"),
                Let("scale", f"1 / SQRT({squares} / {count} + (real)1e-5)"),
                Each(f"{place} = ({value} - {mean}) * {scale};")
                if function == "layernorm"
                else Once(f"{place} = {scale};"),
            ]


def _gathering(one: Gather, to: str) -> str:
    return f"{to} = tncc_larger({one.value}, {to});" if one.name == "most" else f"{to} += {one.value};"


def _start(one: Gather) -> str:
    return "-(real)HUGE_VAL" if one.name == "most" else "0"


def _in_a_row(passes: Iterable[Pass], over: Loops, names: Names) -> Iterator[str]:
    """One position after the other."""
    for one in passes:
        match one:
            case Gather():
                yield from _gathered(one, over, names)
            case Let():
                yield f"const real {one.name} = {one.value};"
            case Each():
                head, within = loop_lines(over, names, "")
                yield from (*head, within + one.statement)
            case Once():
                yield one.statement


def _gathered(one: Gather, over: Loops, names: Names) -> list[str]:
    """A pass that makes one number of many, as a variable."""
    if not over or (isinstance(over[-1][1], int) and over[-1][1] < LONG):
        head, within = loop_lines(over, names, "")
        return [f"real {one.name} = {_start(one)};", *head, within + _gathering(one, one.name)]
    loop, extent = over[-1][0], names.number(over[-1][1])
    head, within = loop_lines(over[:-1], names, INDENT)
    if head:
        head[-1] += " {"
    return [
        f"real {one.name};",
        "{",
        f"{INDENT}real parts[TNCC_SUMS];",
        f"{INDENT}for (int lane = 0; lane < TNCC_SUMS; ++lane)",
        f"{INDENT * 2}parts[lane] = {_start(one)};",
        *head,
        f"{within}for (ptrdiff_t block = 0; block < {extent} / TNCC_SUMS; ++block)",
        f"{within}{INDENT}for (int lane = 0; lane < TNCC_SUMS; ++lane) {{",
        f"{within}{INDENT * 2}const ptrdiff_t {loop} = block * TNCC_SUMS + lane;",
        f"{within}{INDENT * 2}{_gathering(one, 'parts[lane]')}",
        f"{within}{INDENT}}}",
        f"{within}for (ptrdiff_t {loop} = {extent} / TNCC_SUMS * TNCC_SUMS; {loop} < {extent}; ++{loop})",
        f"{within}{INDENT}{_gathering(one, 'parts[0]')}",
        *([f"{within[: -len(INDENT)]}}}"] if head else []),
        f"{INDENT}{one.name} = {'tncc_largest' if one.name == 'most' else 'tncc_total'}(parts);",
        "}",
    ]


def _side_by_side(passes: Iterable[Pass], beside: tuple[str, Dim], over: Loops, names: Names) -> Iterator[str]:
    """Several positions together, as many as there are or `TNCC_SUMS`."""
    loop, extent = beside[0], names.number(beside[1])
    if isinstance(beside[1], int) and (beside[1] < LONG or beside[1] % LONG == 0):
        lanes = str(min(beside[1], LONG))
    else:
        lanes = f"({extent} - first < TNCC_SUMS ? (int)({extent} - first) : TNCC_SUMS)"
    yield f"for (ptrdiff_t first = 0; first < {extent}; first += TNCC_SUMS) {{"
    yield f"{INDENT}const int lanes = {lanes};"

    def every(statement: str, around: Loops = ()) -> list[str]:
        head, within = loop_lines(around, names, INDENT)
        return [
            *head,
            f"{within}for (int lane = 0; lane < lanes; ++lane) {{",
            *(
                [f"{within}{INDENT}const ptrdiff_t {loop} = first + lane;"]
                if re.search(rf"\b{loop}\b", statement)
                else []
            ),
            f"{within}{INDENT}{statement}",
            f"{within}}}",
        ]

    for one in passes:
        match one:
            case Gather():
                yield f"{INDENT}real {one.name}[TNCC_SUMS];"
                yield from every(f"{one.name}[lane] = {_start(one)};")
                yield from every(_gathering(one, f"{one.name}[lane]"), over)
            case Let():
                yield f"{INDENT}real {one.name}[TNCC_SUMS];"
                yield from every(f"{one.name}[lane] = {one.value};")
            case Each():
                yield from every(one.statement, over)
            case Once():
                yield from every(one.statement)
    yield "}"

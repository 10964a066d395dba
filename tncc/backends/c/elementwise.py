"""Elementwise steps as C code: loop nests that compilers make vectors of."""

from collections.abc import Sequence
from dataclasses import replace

from tncc.backends.c.anchoring import nested
from tncc.backends.c.fusing import SUM
from tncc.backends.c.notation import HIGH, INDENT, LOW, Names, loop_lines
from tncc.backends.c.panels import turning
from tncc.backends.c.steps import Call, Expression, Load, Map, loads, with_loads
from tncc.ir.extent import product
from tncc.ir.program import Dim


def laid_out(step: Map) -> Map:
    """The step with the loops that are printed: as few as can be, the one with the least stride innermost."""
    return _joined_map(nested(step))


def map_lines(step: Map, names: Names, indent: str, more: str = "1", shared: str = "") -> list[str]:
    """Loops over the result, the one with the least stride innermost, and sums inside or around them.

    Threads share the loop of the name `shared`, of those that `laid_out` gives.
    """
    step = laid_out(step)
    count = len(step.extents)
    loops = [(f"i{n}", extent) for n, extent in enumerate(step.extents)]
    sums = [(f"k{n}", extent) for n, extent in enumerate(step.sums)]
    numbers = [*(f"i{n}" for n in range(count)), *(name for name, _ in sums)]
    value = expression(step.value, numbers, names)
    place = names.place(step.out.buffer, list(zip(numbers[:count], step.out.strides, strict=True)), step.out.offset)
    before = "" if not step.accumulate else f"*({place}) + " if more == "1" else f"({more} ? *({place}) : 0) + "
    if not sums:
        turned = _turned(step)
        if turned is not None:
            return turn_lines(step, *turned, names, indent, shared)
        head, within = loop_lines(loops, names, indent, shared)
        return [*head, f"{within}*({place}) = {before}{value};"]
    head, within = loop_lines(loops, names, indent, shared)
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
        f"{within}{'' if loops else INDENT}*({place}) = {before}sum;",
        f"{within[: -len(INDENT)] if loops else indent}}}",
    ]


Strides = tuple[Dim, ...]
"""The strides of an operand along some loops."""


def joined(extents: Strides, operands: Sequence[Strides]) -> tuple[Strides, tuple[Strides, ...]]:
    """Loops and the strides of operands along them, one in place of two that all operands go along as along one."""
    for outer, extent in enumerate(extents):
        for inner, own in enumerate(extents):
            if outer != inner and all(one[outer] == product(one[inner], own) for one in operands):
                kept = [number for number in range(len(extents)) if number != outer]
                longer = tuple(product(extent, own) if number == inner else extents[number] for number in kept)
                return joined(longer, [tuple(one[number] for number in kept) for one in operands])
    return extents, tuple(operands)


def _joined_map(step: Map) -> Map:
    """An elementwise step with as few loops as its operands allow."""
    count = len(step.extents)
    reads = tuple(dict.fromkeys(load for load in loads(step.value) if load.buffer != SUM))
    extents, (out, *along) = joined(step.extents, [step.out.strides, *(one.strides[:count] for one in reads)])
    sums, over = joined(step.sums, [one.strides[count:] for one in reads])
    new = dict(zip(reads, [(*one, *two) for one, two in zip(along, over, strict=True)], strict=True))

    def moved(one: Load) -> Load:
        return replace(one, strides=new[one]) if one in new else one

    return replace(
        step, out=replace(step.out, strides=out), extents=extents, sums=sums, value=with_loads(step.value, moved)
    )


def _turned(step: Map) -> tuple[int, int] | None:
    """Of a copy whose lines lie across those of its source, the loops along lines of the one and of the other."""
    if step.accumulate or not isinstance(step.value, Load) or step.value.buffer == SUM:
        return None
    pair = []
    for strides in (step.out.strides, step.value.strides):
        lying = [n for n, stride in enumerate(strides) if stride == 1 and step.extents[n] != 1]
        if len(lying) != 1:
            return None
        pair += lying
    return None if pair[0] == pair[1] else (pair[0], pair[1])


def turn_lines(step: Map, column: int, row: int, names: Names, indent: str, shared: str = "") -> list[str]:
    """A copy in which what is a column in the source becomes a row, or the other way round."""
    source = step.value
    assert isinstance(source, Load)
    around = [n for n in range(len(step.extents)) if n not in (column, row)]
    head, within = loop_lines([(f"i{n}", step.extents[n]) for n in around], names, indent, shared)
    begin = [(f"i{n}", n) for n in around] + [(LOW, n) for n in (column, row) if f"i{n}" == shared]
    places = [
        names.place(one.buffer, [(name, one.strides[n]) for name, n in begin], one.offset) for one in (step.out, source)
    ]
    strides = [names.number(stride) for stride in (step.out.strides[row], source.strides[column])]
    extents = [f"{HIGH} - {LOW}" if f"i{n}" == shared else names.number(step.extents[n]) for n in (row, column)]
    function = turning(*(step.extents[n] for n in (row, column)))
    call = f"{function}({places[0]}, {strides[0]}, {places[1]}, 0, {strides[1]}, {', '.join(extents)});"
    return [*head, f"{within}{call}"]


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

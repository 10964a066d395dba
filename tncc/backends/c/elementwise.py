"""Elementwise steps, and functions of whole axes, as C code: plain loop nests."""

from collections.abc import Sequence

from tncc.backends.c.anchoring import nested
from tncc.backends.c.fusing import SUM
from tncc.backends.c.notation import INDENT, Names, loop_lines
from tncc.backends.c.steps import Call, Expression, Joint, Load, Map
from tncc.ir.extent import product


def map_lines(step: Map, names: Names, indent: str, more: str = "1") -> list[str]:
    """Loops over the result, the one with the least stride innermost, and sums inside or around them."""
    step = nested(step)
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
            return turn_lines(step, *turned, names, indent)
        head, within = loop_lines(loops, names, indent)
        return [*head, f"{within}*({place}) = {before}{value};"]
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
        f"{within}{'' if loops else INDENT}*({place}) = {before}sum;",
        f"{within[: -len(INDENT)] if loops else indent}}}",
    ]


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


def turn_lines(step: Map, column: int, row: int, names: Names, indent: str) -> list[str]:
    """A copy in which what is a column in the source becomes a row, or the other way round."""
    source = step.value
    assert isinstance(source, Load)
    around = [n for n in range(len(step.extents)) if n not in (column, row)]
    head, within = loop_lines([(f"i{n}", step.extents[n]) for n in around], names, indent)
    places = [
        names.place(one.buffer, [(f"i{n}", one.strides[n]) for n in around], one.offset) for one in (step.out, source)
    ]
    strides = [names.number(stride) for stride in (step.out.strides[row], source.strides[column])]
    extents = [names.number(step.extents[n]) for n in (row, column)]
    call = f"tncc_turn({places[0]}, {strides[0]}, {places[1]}, 0, {strides[1]}, {', '.join(extents)});"
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

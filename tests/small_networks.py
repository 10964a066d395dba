"""Writes networks down in a line or two for tests."""

import math
import re
from collections.abc import Mapping, Sequence

from tncc.ir.network import (
    BATCH,
    Axis,
    Binding,
    Contraction,
    Function,
    Group,
    Index,
    Network,
    Operation,
    Sum,
    Tensor,
    Term,
    View,
)

NONE: Mapping[str, str] = {}

DYNAMIC = 5
"""The planned size of an index whose size is given as 0."""


def axes(text: str) -> tuple[Group | int, ...]:
    """`"... (a b) c 2"` as groups and positions."""
    found: list[Group | int] = []
    for inner, word in re.findall(r"\(([^)]*)\)|(\S+)", text):
        found.append(int(word) if word.isdigit() else tuple(inner.split()) if not word else (word,))
    return tuple(found)


def groups(text: str) -> tuple[Group, ...]:
    """The same where no position is picked."""
    return tuple(axis for axis in axes(text) if not isinstance(axis, int))


def small_network(
    sizes: Mapping[str, int],
    operations: Sequence[tuple[str, str, str]],
    outputs: str = "y",
    inputs: Mapping[str, str] = NONE,
    parameters: Mapping[str, str] = NONE,
    frozen: Mapping[str, str] = NONE,
    copies: Mapping[str, str] = NONE,
) -> Network:
    """A network from declarations such as `inputs={"x": "... i"}, parameters={"A": "i o"}, frozen={…}, copies={…}`.

    An operation is a name, its axes and what it is: `"x * A{i j}"`, `"0.5 * x * A"`, `"x + -1 b"`, `"softmax<t> h"`. A
    size of 0 makes an index dynamic; it is bound to the first input axis that holds it.
    """
    table = {name: size or DYNAMIC for name, size in sizes.items()} | {BATCH: 1}
    declarations = {"input": inputs, "parameter": parameters, "frozen": frozen, "copy": copies}
    made: list[Tensor] = []
    for role, declared in declarations.items():
        for name, text in declared.items():
            stored = tuple(
                Axis(
                    indices=group,
                    size=math.prod(table[index] for index in group),
                    dynamic=any(not sizes.get(index, 1) for index in group),
                )
                for group in groups(text)
            )
            made.append(Tensor.model_validate({"name": name, "path": (name,), "role": role, "axes": stored}))
    known: dict[str, tuple[Group, ...]] = {tensor.name: tuple(axis.indices for axis in tensor.axes) for tensor in made}
    written: list[Operation] = []
    for name, text, expression in operations:
        written.append(operation(name, groups(text), expression, known))
        known[name] = groups(text)
    indices = [Index(name=name, size=table[name], dynamic=not size) for name, size in sizes.items()]
    return Network(
        name="Small",
        file="small.tn",
        indices=(*indices, Index(name=BATCH, size=1, kind="batch")),
        tensors=tuple(made),
        operations=tuple(written),
        outputs=tuple(outputs.split()),
        bindings=bindings(made, sizes),
    )


def bindings(tensors: Sequence[Tensor], sizes: Mapping[str, int]) -> tuple[Binding, ...]:
    """Where dynamic indices have their sizes from."""
    found: dict[str, Binding] = {}
    for tensor in tensors:
        for place, axis in enumerate(tensor.axes):
            for index in axis.indices if tensor.role == "input" else ():
                if sizes.get(index, 1) == 0:
                    over = math.prod(sizes[other] for other in axis.indices if other != index)
                    binding = Binding(index=index, input=tensor.name, axis=place - len(tensor.axes), over=over)
                    found.setdefault(index, binding)
    return tuple(found.values())


def operation(
    name: str, result: tuple[Group, ...], expression: str, known: Mapping[str, tuple[Group, ...]]
) -> Operation:
    """One operation from its expression."""
    called = re.fullmatch(r"(\w+)<([^>]*)> (\S.*)", expression)
    if called:
        over = tuple(called[2].split())
        return Function(name=name, function=called[1], operand=view(called[3], known), over=over, axes=result)
    if "+" in expression:
        terms = []
        for text in expression.split(" + "):
            number = re.match(r"-?\d+(\.\d+)? ", text)
            operand = view(text[number.end() :] if number else text, known)
            terms.append(Term(operand=operand, coefficient=float(number[0]) if number else 1.0))
        return Sum(name=name, terms=tuple(terms), axes=result)
    scale = 1.0
    operands = []
    for text in filter(None, expression.split(" * ")):
        if re.fullmatch(r"-?\d+(\.\d+)?", text):
            scale *= float(text)
        else:
            operands.append(view(text, known))
    return Contraction(name=name, operands=tuple(operands), axes=result, scale=scale)


def view(text: str, known: Mapping[str, tuple[Group, ...]]) -> View:
    """`A` under its own names, `A{i 0 (j k)}` under others."""
    name, _, rest = text.partition("{")
    return View(value=name, axes=axes(rest[:-1]) if rest else known[name])


def tensor_train(ins: Sequence[int], outs: Sequence[int], chi: int, ring: bool = False) -> Network:
    """A tensor-train matrix with a bias."""
    count = len(ins)
    bonds = [f"r{site}" for site in range(0 if ring else 1, count)]
    sizes = {f"i{site}": size for site, size in enumerate(ins)}
    sizes |= {f"o{site}": size for site, size in enumerate(outs)} | dict.fromkeys(bonds, chi)
    cores = {}
    for site in range(count):
        left = [f"r{site}"] if f"r{site}" in bonds else []
        right = [f"r{(site + 1) % count}"] if f"r{(site + 1) % count}" in bonds else []
        cores[f"A{site}"] = " ".join([*left, f"i{site}", f"o{site}", *right])
    taken = " ".join(f"i{site}" for site in range(count))
    given = " ".join(f"o{site}" for site in range(count))
    return small_network(
        sizes,
        [("z", f"... ({given})", "x * " + " * ".join(cores)), ("y", f"... ({given})", "z + b")],
        inputs={"x": f"... ({taken})"},
        parameters=cores | {"b": f"({given})"},
    )

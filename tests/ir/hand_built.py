"""Networks as values, written down without the language: axes are spelled `... (i0 i1) o`, a picked position `#2`."""

import re
from collections.abc import Sequence
from math import prod

from tncc.diagnostics.span import NOWHERE, Span
from tncc.ir.network import (
    BATCH,
    Axis,
    Contraction,
    Function,
    Group,
    Index,
    Initializer,
    Network,
    Operation,
    Sum,
    Tensor,
    Term,
    View,
)


def at(line: int) -> Span:
    """A place in `net.tn`."""
    return Span("net.tn", line, 3, line, 9)


def groups(text: str) -> tuple[Group, ...]:
    """The axes spelled by a text, none of them picked."""
    return tuple(group for group in picks(text) if not isinstance(group, int))


def picks(text: str) -> tuple[Group | int, ...]:
    """The axes of a view."""
    found: list[Group | int] = []
    for word in re.findall(r"\([^)]*\)|\S+", text):
        found.append(int(word[1:]) if word.startswith("#") else tuple(word.strip("()").split()))
    return tuple(found)


def view(text: str) -> View:
    """`x: ... i` is the value `x` under those names."""
    name, _, axes = text.rpartition(":")
    return View(value=name.strip(), axes=picks(axes))


def contract(name: str, axes: str, *operands: str, scale: float = 1.0, span: Span = NOWHERE) -> Contraction:
    return Contraction(name=name, operands=tuple(map(view, operands)), axes=groups(axes), scale=scale, span=span)


def add(name: str, axes: str, *terms: str, coefficients: Sequence[float] | None = None, span: Span = NOWHERE) -> Sum:
    factors = coefficients or [1.0] * len(terms)
    found = tuple(Term(operand=view(term), coefficient=factor) for term, factor in zip(terms, factors, strict=True))
    return Sum(name=name, terms=found, axes=groups(axes), span=span)


def apply(name: str, axes: str, function: str, operand: str, over: str = "", span: Span = NOWHERE) -> Function:
    return Function(
        name=name, function=function, operand=view(operand), over=tuple(over.split()), axes=groups(axes), span=span
    )


def normal(std: float) -> Initializer:
    return Initializer(kind="normal", arguments=(std,))


def auto(std: float) -> Initializer:
    return Initializer(kind="auto", std=std)


class Sizes(dict[str, int]):
    """The indices of a network by size; tensors and networks are made from it."""

    def tensor(
        self, name: str, axes: str, init: Initializer | str = "zeros", role: str = "parameter", complex: bool = False
    ) -> Tensor:
        start = Initializer.model_validate({"kind": init}) if isinstance(init, str) else init
        path = tuple(re.findall(r"\w+", name))
        stored = tuple(
            Axis(indices=group, size=prod(1 if leg == BATCH else self[leg] for leg in group)) for group in groups(axes)
        )
        return Tensor.model_validate(
            {"name": name, "path": path, "role": role, "axes": stored, "init": start, "complex": complex}
        )

    def input(self, axes: str, name: str = "x") -> Tensor:
        return self.tensor(name, axes, role="input")

    def network(
        self,
        tensors: Sequence[Tensor],
        operations: Sequence[Operation],
        output: str = "y",
        bonds: str = "",
        dynamic: str = "",
        **others: object,
    ) -> Network:
        def kind(name: str) -> str:
            return "batch" if name == BATCH else "bond" if name in bonds.split() else "index"

        table = tuple(
            Index.model_validate({"name": name, "size": size, "kind": kind(name), "dynamic": name in dynamic.split()})
            for name, size in {BATCH: 1, **self}.items()
        )
        return Network.model_validate(
            {
                "name": "Net",
                "file": "net.tn",
                "indices": table,
                "tensors": tuple(tensors),
                "operations": tuple(operations),
                "outputs": tuple(output.split()),
                **others,
            }
        )


def mpo(chi: int = 3, bias: bool = False) -> Network:
    """Two sites, 4·3 -> 3·5."""
    sizes = Sizes({"i[0]": 4, "i[1]": 3, "o[0]": 3, "o[1]": 5, "r[1]": chi})
    std = (12 * chi) ** -0.25
    tensors = [
        sizes.input("... (i[0] i[1])"),
        sizes.tensor("A[0]", "i[0] o[0] r[1]", auto(std)),
        sizes.tensor("A[1]", "r[1] i[1] o[1]", auto(std)),
    ]
    product = ["x: ... (i[0] i[1])", "A[0]: i[0] o[0] r[1]", "A[1]: r[1] i[1] o[1]"]
    result = "... (o[0] o[1])"
    values = (("ins", (4, 3)), ("outs", (3, 5)), ("chi", chi))
    if not bias:
        operations: list[Operation] = [contract("y", result, *product, span=at(7))]
        return sizes.network(tensors, operations, bonds="r[1]", values=values, name="MPO")
    tensors.append(sizes.tensor("bias", "(o[0] o[1])"))
    operations = [
        contract("y:1", result, *product, span=at(8)),
        add("y", result, f"y:1: {result}", "bias: (o[0] o[1])", span=at(8)),
    ]
    return sizes.network(tensors, operations, bonds="r[1]", values=values, name="MPO")

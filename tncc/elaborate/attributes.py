"""What stands behind a tensor's axes: how it starts, whether it is trained, whether it is complex."""

from dataclasses import dataclass
from typing import Literal

from tncc.diagnostics.axis_kinds import WrongAttributes
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.size_kinds import WrongArgumentCount, WrongValueType
from tncc.elaborate.numbers import kind_of, show
from tncc.elaborate.symbols import StoredAxis
from tncc.elaborate.values import Values, evaluate
from tncc.elaborate.vocabulary import INITIALIZERS
from tncc.elaborate.wording import called
from tncc.ir.network import Initializer
from tncc.syntax import tree

Role = Literal["parameter", "frozen", "copy"]


@dataclass(frozen=True, slots=True)
class Attributes:
    """A tensor's attributes, read and checked against one another."""

    init: Initializer
    role: Role
    complex: bool


LARGEST = 3.4e38
"""What a 32-bit float cannot hold any more."""


def read_attributes(node: tree.Tensor, axes: tuple[StoredAxis, ...], values: Values) -> Attributes:
    """The attributes of a tensor with these axes; raises Failure where they contradict each other."""
    init: Initializer | None = None
    words: set[str] = set()
    pending = False
    for attribute in node.attributes:
        name = attribute.name.text
        if pending:
            init, pending = _initializer(attribute, axes, values), False
        elif name == "init":
            if init is not None:
                raise Failure(WrongAttributes(attribute.span, "`init` is given twice", "keep one of them"))
            pending = True
        elif name in words:
            raise Failure(WrongAttributes(attribute.span, f"`{name}` is given twice", "keep one of them"))
        else:
            words.add(name)
    if "copy" in words and init is not None:
        hint = "remove one of them"
        raise Failure(WrongAttributes(node.span, "a `copy` tensor is fixed and takes no `init`", hint))
    if "copy" in words:
        _check_copy(node, axes)
        return Attributes(Initializer(kind="copy"), "copy", "complex" in words)
    role: Role = "frozen" if "frozen" in words else "parameter"
    return Attributes(init or Initializer(), role, "complex" in words)


def _initializer(attribute: tree.Attribute, axes: tuple[StoredAxis, ...], values: Values) -> Initializer:
    name, count = attribute.name.text, len(attribute.arguments)
    most = INITIALIZERS[name]
    least = 0 if name == "orthogonal" else most
    if not least <= count <= most:
        expected = "no arguments" if most == 0 else "one argument" if most == 1 else f"{most} arguments"
        hint = f"write `{called(name, most)}`"
        raise Failure(WrongArgumentCount(attribute.span, name, expected, count, "is" if count == 1 else "are", hint))
    arguments = tuple(_number(argument, name, values) for argument in attribute.arguments)
    if name == "normal" and arguments[0] < 0:
        raise Failure(WrongAttributes(attribute.span, "a standard deviation cannot be negative", "use its magnitude"))
    if name == "uniform" and arguments[0] > arguments[1]:
        raise Failure(WrongAttributes(attribute.span, "`uniform` needs its lower bound first", "swap the two"))
    if name == "orthogonal":
        rows = arguments[0] if arguments else 1.0
        if len(axes) < 2 or not rows.is_integer() or not 1 <= rows < len(axes):
            reason = f"`orthogonal` takes between 1 and {max(len(axes) - 1, 1)} of the {len(axes)} legs as rows"
            raise Failure(
                WrongAttributes(attribute.span, reason, "use another initializer, or give it two legs or more")
            )
    if name == "eye" and len(axes) < 2:
        raise Failure(WrongAttributes(attribute.span, "`eye` needs two axes or more", "use `ones`"))
    std = arguments[0] if name == "normal" else None
    return Initializer(kind=name, arguments=arguments, std=std)  # type: ignore[arg-type]


def _number(node: tree.Expression, name: str, values: Values) -> float:
    value = evaluate(node, values)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Failure(WrongValueType(node.span, f"an argument of `{name}`", "a number", kind_of(value)))
    if abs(value) >= LARGEST:
        text = f"{show(value)} is too large for an initializer"
        raise Failure(WrongAttributes(node.span, text, "use a number that a 32-bit float can hold"))
    return float(value)


def _check_copy(node: tree.Tensor, axes: tuple[StoredAxis, ...]) -> None:
    sizes = {axis.size for axis in axes}
    if len(axes) < 2 or len(sizes) != 1:
        text = "a `copy` tensor needs two axes or more, all of one size"
        raise Failure(WrongAttributes(node.span, text, "give its indices the same size"))

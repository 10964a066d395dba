"""The values of a network's parameters: given ones checked against their types, defaults filled in."""

import operator
from collections.abc import Mapping

from tncc.diagnostics import size_kinds as kinds
from tncc.diagnostics.diagnostic import Diagnostic, Failure, Label
from tncc.diagnostics.span import Span
from tncc.elaborate.nearest import rename_hint
from tncc.elaborate.numbers import kind_of, show
from tncc.elaborate.scope import Scope, Work
from tncc.elaborate.values import evaluate
from tncc.ir.network import Value
from tncc.syntax import tree

Given = Mapping[str, tuple[object, Span]]
"""What is given for each parameter, and where."""

EXAMPLES = {"int": "8", "ints": "(8, 8)", "float": "0.5", "bool": "true", "str": '"…"'}
"""A value of each type that a parameter may have."""


def bind_parameters(node: tree.Network, given: Given, where: Span, work: Work) -> tuple[Scope, list[Diagnostic]]:
    """Each parameter's value, and everything that is wrong with what was given; `where` is who asks."""
    wrong: list[Diagnostic] = []
    values = Scope(work=work)
    parameters = node.parameters.items if node.parameters else ()
    names = [parameter.name.text for parameter in parameters]
    for name, (_, span) in given.items():
        if name not in names:
            hint = rename_hint(name, names) or (f"its parameters are {', '.join(names)}" if names else "leave it out")
            label = Label(node.name.span, f"`{node.name.text}` is declared here")
            wrong.append(kinds.UnknownParameter(span, node.name.text, name, hint, labels=(label,)))
    for parameter in parameters:
        try:
            if parameter.name.text in given:
                value, span = given[parameter.name.text]
                values[parameter.name.text] = _typed(node, parameter, value, span)
            elif parameter.default is not None:
                value = evaluate(parameter.default, values)
                values[parameter.name.text] = _typed(node, parameter, value, parameter.default.span)
            else:
                wrong.append(_missing(node, parameter, where))
        except Failure as failure:
            wrong.append(failure.diagnostic)
    return values, wrong


def has_all_defaults(node: tree.Network) -> bool:
    """Whether a network can be built with nothing given."""
    return all(parameter.default is not None for parameter in (node.parameters.items if node.parameters else ()))


def _missing(node: tree.Network, parameter: tree.Parameter, where: Span) -> Diagnostic:
    example = EXAMPLES[parameter.type.text]
    name = parameter.name.text
    hint = f"write `{name} = {example}`" if where.file and where.line else f"give it: `-p '{name}={example}'`"
    label = Label(parameter.span, "declared here, with no default")
    return kinds.MissingParameter(where if where.file else node.name.span, node.name.text, name, hint, labels=(label,))


def _typed(node: tree.Network, parameter: tree.Parameter, value: object, span: Span) -> Value:
    expected = parameter.type.text
    found = _convert(value, expected)
    if found is not None:
        return found
    shown = kind_of(value) if isinstance(value, bool | int | float | str | tuple) else f"a {type(value).__name__}"
    hint = f"write a value such as `{EXAMPLES[expected]}`"
    if expected == "ints" and isinstance(value, int) and not isinstance(value, bool):
        hint = f"write `{show((value,))}`"
    elif expected == "int" and isinstance(value, float) and value.is_integer():
        hint = f"write `{show(int(value))}`"
    elif expected == "bool" and isinstance(value, int):
        hint = "write `true` or `false`"
    elif expected == "str" and not isinstance(value, str):
        hint = 'put it in quotes: `"…"`'
    label = Label(parameter.span, "declared here")
    raise Failure(
        kinds.WrongParameterType(span, node.name.text, parameter.name.text, expected, shown, hint, labels=(label,))
    )


def _convert(value: object, expected: str) -> Value | None:
    """The value as one of the expected type, or None; whatever acts as an integer counts as one (NumPy's, say)."""
    match expected:
        case "bool":
            return value if isinstance(value, bool) else None
        case "str":
            return value if isinstance(value, str) else None
        case "int":
            return _as_int(value)
        case "float":
            whole = _as_int(value)
            if whole is not None:
                return float(whole) if abs(whole) < 10**300 else None
            return value if isinstance(value, float) else None
        case "ints" if isinstance(value, tuple | list):
            items = tuple(_as_int(item) for item in value)
            return tuple(item for item in items if item is not None) if None not in items else None
        case _:
            return None


def _as_int(value: object) -> int | None:
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        return None
    return operator.index(value)

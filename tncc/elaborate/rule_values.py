"""What a rule gives its network for a layer of some size: the arguments written, and the parameters filled in."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count as count_from

from tncc.diagnostics import rule_kinds
from tncc.diagnostics.diagnostic import Diagnostic, Failure
from tncc.diagnostics.span import Span
from tncc.elaborate.definition import Definition
from tncc.elaborate.factor import factor
from tncc.elaborate.numbers import kind_of, show
from tncc.elaborate.parameters import bind_parameters
from tncc.elaborate.rules import FEATURES, Rule, parameters_of
from tncc.elaborate.scope import Scope, Work
from tncc.elaborate.statements import names_in
from tncc.elaborate.values import evaluate
from tncc.ir.network import Value
from tncc.syntax import tree

SIDES = {"ins": "in_features", "outs": "out_features"}
"""The parameters that are filled in by `factor`, and what they are the factors of."""

MOST_SITES = 64
"""The largest number of sites: no axis has more factors."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a layer takes and gives, and whether it adds a bias."""

    in_features: int
    out_features: int
    bias: bool


@dataclass(frozen=True, slots=True)
class RuleValues:
    """Values for a network's parameters with their places, and what the rule says of itself.

    `error` is the relative error that bonds are cut to; with `pad` the network may have more features than the layer.
    """

    given: dict[str, tuple[Value, Span]]
    error: float | None = None
    pad: bool = False


def rule_values(rule: Rule, definition: Definition, shape: Shape, work: Work) -> RuleValues:
    """What a rule gives for a layer of this shape; raises Failure.

    Parameters `ins` and `outs` of type `ints` that the rule does not give are `factor(in_features, sites)` and
    `factor(out_features, sites)`. `sites` is what the rule says, or else the length of the one of them that it gives,
    or else that of the parameter's default, or else 2. With `pad` it is not the features that are split, but the next
    number whose largest factor is at most twice its smallest. `use_bias` is whether the layer has a bias.
    """
    node, parameters = rule.node, parameters_of(definition)
    assert isinstance(node, tree.Replace)
    scope = Scope({"in_features": shape.in_features, "out_features": shape.out_features}, work)
    written = {entry.name.text: (evaluate(entry.value, scope), entry.value.span) for entry in node.arguments}
    own = {name: written.pop(name) for name in _SETTINGS if name in written and name not in parameters}
    sites = _sites(own["sites"]) if "sites" in own else None
    error = _error(own["error"]) if "error" in own else None
    pad = "pad" in own and _pad(own["pad"])
    given = dict(written)
    for name, feature in SIDES.items():
        if name not in written and _is(parameters.get(name), "ints"):
            count = sites or _length(written, parameters, name, work)
            features: int = getattr(shape, feature)
            given[name] = (even_factors(features, count) if pad else factor(features, count), node.network.span)
    if "use_bias" not in written and _is(parameters.get("use_bias"), "bool"):
        given["use_bias"] = (shape.bias, node.network.span)
    return RuleValues(given, error, pad)


def known_values(rule: Rule, definition: Definition, work: Work) -> RuleValues | None:
    """What a rule gives whatever the layer; None where that depends on the layer's features."""
    node, parameters = rule.node, parameters_of(definition)
    assert isinstance(node, tree.Replace)
    written = {entry.name.text for entry in node.arguments}
    filled = any(name not in written and _is(parameters.get(name), "ints") for name in SIDES)
    if filled or any(mentions_features(entry.value) for entry in node.arguments):
        return None
    return rule_values(rule, definition, Shape(1, 1, False), work)


def partly_wrong(rule: Rule, definition: Definition, work: Work) -> list[Diagnostic]:
    """What is wrong with those values of a rule that are known already, though others depend on the layer."""
    node, parameters = rule.node, parameters_of(definition)
    assert isinstance(node, tree.Replace)
    given: dict[str, tuple[Value, Span]] = {}
    wrong: list[Diagnostic] = []
    for entry in node.arguments:
        name = entry.name.text
        try:
            if mentions_features(entry.value):
                continue
            value = (evaluate(entry.value, Scope(work=work)), entry.value.span)
            if name in parameters:
                given[name] = value
            elif name in _SETTINGS:
                _SETTINGS[name](value)
        except Failure as failure:
            wrong.append(failure.diagnostic)
    later = {entry.name.text for entry in node.arguments} | {*SIDES, "use_bias"}
    _, found = bind_parameters(definition.node, given, node.network.span, work)
    return wrong + [entry for entry in found if getattr(entry, "name", None) not in later - given.keys()]


def even_factors(features: int, sites: int) -> tuple[int, ...]:
    """The factors of the least number from `features` on whose largest factor is at most twice its smallest."""
    split = (factor(number, sites) for number in count_from(features))
    return next(factors for factors in split if factors[-1] <= 2 * factors[0])


def mentions_features(node: tree.Expression) -> bool:
    """Whether an expression depends on what the layer takes or gives."""
    return any(name in FEATURES for name in names_in(node))


def _is(parameter: tree.Parameter | None, kind: str) -> bool:
    return parameter is not None and parameter.type.text == kind


def _sites(given: tuple[Value, Span]) -> int:
    value, span = given
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_SITES:
        raise Failure(rule_kinds.WrongRuleValue(span, "sites", f"an int from 1 to {MOST_SITES}", _shown(value)))
    return value


def _error(given: tuple[Value, Span]) -> float:
    value, span = given
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise Failure(rule_kinds.WrongRuleValue(span, "error", "a number from 0 up to but not 1", _shown(value)))
    return float(value)


def _pad(given: tuple[Value, Span]) -> bool:
    value, span = given
    if not isinstance(value, bool):
        raise Failure(rule_kinds.WrongRuleValue(span, "pad", "`true` or `false`", _shown(value)))
    return value


_SETTINGS: dict[str, Callable[[tuple[Value, Span]], object]] = {"sites": _sites, "error": _error, "pad": _pad}


def _shown(value: Value) -> str:
    return show(value) if isinstance(value, int | float) and not isinstance(value, bool) else kind_of(value)


def _length(
    written: dict[str, tuple[Value, Span]], parameters: dict[str, tree.Parameter], name: str, work: Work
) -> int:
    """How many factors to take where the rule does not say."""
    for other in SIDES:
        value = written.get(other, (None, None))[0]
        if other != name and isinstance(value, tuple) and value:
            return min(len(value), MOST_SITES)
    default = parameters[name].default
    try:
        value = None if default is None else evaluate(default, Scope(work=work))
    except Failure:
        value = None
    return min(len(value), MOST_SITES) if isinstance(value, tuple) and value else 2

"""Blocks of rules: their names checked where they stand, and which networks they may call for."""

from collections.abc import Collection
from dataclasses import dataclass

from tncc.diagnostics import axis_kinds, name_kinds, rule_kinds, size_kinds
from tncc.diagnostics.diagnostic import Diagnostic, Failure, Label
from tncc.diagnostics.span import Span
from tncc.elaborate import limits
from tncc.elaborate.advice import Library, network_advice
from tncc.elaborate.definition import MISSING, Definition
from tncc.elaborate.name_uses import Declared, NameUses
from tncc.elaborate.nearest import rename_hint
from tncc.elaborate.patterns import BadPattern, Pattern, read_pattern
from tncc.elaborate.values import unescape
from tncc.elaborate.wording import listed
from tncc.syntax import tree

FEATURES = ("in_features", "out_features")
"""The names that arguments of rules may use: what the layer to be replaced takes and gives."""

SETTINGS = ("sites", "error", "pad")
"""What a rule may say beside the network's parameters, unless the network has a parameter of that name."""

LIMITS = ("error",)
"""Those of them that are limits, for which `<=` may be written as well as `=`."""


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """Layers whose paths match become a network of this definition, or are kept where there is none."""

    node: tree.Replace | tree.Keep
    pattern: Pattern
    definition: Definition | None

    @property
    def span(self) -> Span:
        """Where the pattern stands."""
        return self.node.pattern.span


@dataclass(frozen=True, slots=True)
class RuleBlock:
    """The rules of a `tensorize` block that can be read, in order; `sound` if nothing was wrong with any."""

    name: tree.Name
    rules: tuple[Rule, ...]
    sound: bool


def read_rules(
    node: tree.Tensorize, known: dict[str, Definition], below: Collection[str], library: Library
) -> tuple[RuleBlock, list[Diagnostic]]:
    """The rules of a block with all that is wrong with their names; `known` are the networks that they may name.

    `below` are those that come too late, `library` those that could be imported.
    """
    found: list[Diagnostic] = []
    rules: list[Rule] = []
    first: dict[tuple[object, ...], Span] = {}
    for item in node.rules.items:
        pattern = _pattern(item, found)
        definition = _network(item, known, below, library, found) if isinstance(item, tree.Replace) else None
        if isinstance(item, tree.Keep) and item.word.text != "keep":
            hint = rename_hint(item.word.text, ["keep"]) or 'write `keep "…"` or `"…": NETWORK(…)`'
            found.append(name_kinds.WrongPlace(item.word.span, f"`{item.word.text}`", hint))
        if pattern is None:
            continue
        rules.append(Rule(item, pattern, definition))
        key = (pattern.components, pattern.anchored)
        if key in first:
            label = Label(first[key], "the same pattern stands here")
            reason = "a rule above it has the same pattern"
            found.append(rule_kinds.ShadowedRule(item.pattern.span, pattern.text, reason, labels=(label,)))
        first.setdefault(key, item.pattern.span)
    return RuleBlock(node.name, tuple(rules), not found), found


def parameters_of(definition: Definition) -> dict[str, tree.Parameter]:
    """The parameters of a network by name."""
    node = definition.node
    return {entry.name.text: entry for entry in (node.parameters.items if node.parameters else ())}


def _pattern(item: tree.Replace | tree.Keep, found: list[Diagnostic]) -> Pattern | None:
    try:
        text = unescape(item.pattern)
    except Failure as failure:
        found.append(failure.diagnostic)
        return None
    try:
        return read_pattern(text)
    except BadPattern as reason:
        found.append(rule_kinds.BadPattern(item.pattern.span, text, str(reason)))
        return None


def _network(
    item: tree.Replace,
    known: dict[str, Definition],
    below: Collection[str],
    library: Library,
    found: list[Diagnostic],
) -> Definition | None:
    name = item.network.text
    uses = NameUses({}, value_declaration=_instead_of_a_name)
    for feature in FEATURES:
        uses.local[0][feature] = Declared("parameter", item.span)
    uses.sizes(argument.value for argument in item.arguments)
    found += uses.found
    if name not in known:
        hint = network_advice(name, known, below, library, "block", len(found) < limits.GUESSES)
        found.append(name_kinds.UnknownNetwork(item.network.span, name, hint))
        return None
    definition = known[name]
    if definition.file != MISSING:
        _arguments(item, definition, found)
    return definition


def _instead_of_a_name(_: tree.Reference) -> str:
    """What to do about an unknown name: rules declare none."""
    return f"write a number, or what the layer has: {listed(FEATURES, 'or')}"


def _arguments(item: tree.Replace, definition: Definition, found: list[Diagnostic]) -> None:
    parameters = parameters_of(definition)
    given: set[str] = set()
    for argument in item.arguments:
        name = argument.name.text
        if name in given:
            text = f"`{name}` is given twice"
            found.append(axis_kinds.WrongAttributes(argument.span, text, "keep one of them"))
        elif name not in parameters and name not in SETTINGS:
            names = [*parameters, *(setting for setting in SETTINGS if setting not in parameters)]
            hint = rename_hint(name, names) or f"a rule takes {', '.join(names)}"
            label = Label(definition.node.name.span, f"`{definition.node.name.text}` is declared here")
            network = definition.node.name.text
            found.append(size_kinds.UnknownParameter(argument.span, network, name, hint, labels=(label,)))
        elif isinstance(argument, tree.Limit) and (name in parameters or name not in LIMITS):
            text = f"`{name}` has one value, and no limit"
            found.append(axis_kinds.WrongAttributes(argument.span, text, f"write `{name} = …`"))
        elif isinstance(argument, tree.Limit) and argument.operator != "<=":
            text = f"`{name}` can't be limited by `{argument.operator}`"
            found.append(axis_kinds.WrongAttributes(argument.span, text, f"write `{name} <= …`"))
        given.add(name)

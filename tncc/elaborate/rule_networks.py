"""The networks that rules ask for: made for a layer, or checked as far as they can be without one."""

from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.rule_kinds import NoMapForRule
from tncc.elaborate.definition import MISSING, Definition
from tncc.elaborate.elaborate import Elaborator
from tncc.elaborate.rule_values import RuleValues, known_values, partly_wrong
from tncc.elaborate.rules import Rule, RuleBlock
from tncc.ir.linearity import linear_map
from tncc.ir.network import Network, takes_rows


def check_rules(block: RuleBlock, elaborator: Elaborator) -> None:
    """Check the values of a block's rules, and the networks of those that do not depend on the layer's features."""
    for rule in block.rules if block.sound else ():
        definition = rule.definition
        if definition is None or definition.file == MISSING:
            continue
        if elaborator.files.faulty_statements(definition) is None:
            continue
        wrong = partly_wrong(rule, definition, elaborator.work)
        if wrong:
            elaborator.report(wrong)
        elif (values := known_values(rule, definition, elaborator.work)) is not None:
            rule_network(rule, definition, values, elaborator)


def rule_network(rule: Rule, definition: Definition, values: RuleValues, elaborator: Elaborator) -> Network | None:
    """The network of a rule with these values; None where something is wrong, which the elaborator then tells."""
    before = len(elaborator.diagnostics)
    try:
        network = elaborator.network(definition, values.given, {}, rule.node.span)
    except Failure as failure:
        elaborator.report([failure.diagnostic])
        return None
    if network is None:
        elaborator.mark_origin(before, rule.node.span, "asked for by this rule")
        return None
    reason = _no_map(network)
    if reason is None:
        return network
    elaborator.report([NoMapForRule(rule.node.span, definition.node.name.text, reason)])
    return None


def _no_map(network: Network) -> str | None:
    """Why a network cannot stand for a layer."""
    for count, what in ((len(network.inputs), "input"), (len(network.outputs), "output")):
        if count != 1:
            return f"it has {count or 'no'} {what}s"
    if not takes_rows(network):
        return "its input has no leading axes `...`"
    if linear_map(network) is None:
        return "its output is not linear in its input, or has a size that is known at run time only"
    return None

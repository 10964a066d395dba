"""A file's block of rules, and the networks that it makes for layers, each compiled once."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tncc.compiling import compiling
from tncc.diagnostics.diagnostic import Diagnostic, Failure, Label, in_order
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.rule_kinds import FeaturesDiffer, NoRules
from tncc.diagnostics.source import Source
from tncc.diagnostics.span import Span
from tncc.driver import Compiled, compile_program
from tncc.elaborate.definition import Definition
from tncc.elaborate.elaborate import Elaborator
from tncc.elaborate.imports import Files
from tncc.elaborate.nearest import rename_hint
from tncc.elaborate.rule_networks import check_rules, rule_network
from tncc.elaborate.rule_values import SIDES, RuleValues, Shape, rule_values
from tncc.elaborate.rules import Rule, RuleBlock, parameters_of
from tncc.ir.linearity import linear_map
from tncc.ir.network import Network
from tncc.planning_options import Options
from tncc.reading import read_import, read_program, standard_networks

__all__ = ["Made", "Rule", "RuleFile", "Shape", "read_rule_file"]


@dataclass(frozen=True)
class Made:
    """What a rule makes of a layer: a compiled network, the error that its bonds are cut to, whether it is padded."""

    compiled: Compiled
    error: float | None
    pad: bool


@dataclass(eq=False)
class RuleFile:
    """A block of rules with the file that it stands in, and what plans of its networks are made by."""

    key: str
    source: Source
    block: RuleBlock
    files: Files
    options: Options
    elaborator: Elaborator
    made: dict[Network, Compiled] = field(default_factory=dict)

    def make(self, rule: Rule, shape: Shape, layer: str, values: Mapping[str, object] | None = None) -> Made:
        """The network of a rule for a layer of this shape, which diagnostics call `layer`; raises CompileError.

        `values` are given to the network's parameters before those of the rule.
        """
        definition = rule.definition
        assert definition is not None
        with compiling():
            given, network = self._network(rule, definition, shape, layer, values or {})
        if network not in self.made:
            key = next(key for key, exports in self.files.exports.items() if definition in exports.values())
            source, wanted = self.files.sources[definition.file], definition.node.name.text
            plain = {name: value for name, (value, _) in given.given.items()}
            self.made[network] = compile_program(key, source, wanted, self.options, {}, plain)
        return Made(self.made[network], given.error, given.pad)

    def _network(
        self, rule: Rule, definition: Definition, shape: Shape, layer: str, values: Mapping[str, object]
    ) -> tuple[RuleValues, Network]:
        before = len(self.elaborator.diagnostics)
        self.elaborator.seen.clear()
        try:
            given = rule_values(rule, definition, shape, self.elaborator.work)
        except Failure as failure:
            raise self._error([failure.diagnostic], layer) from None
        given.given.update({name: (value, rule.span) for name, value in values.items()})  # type: ignore[misc]
        network = rule_network(rule, definition, given, self.elaborator)
        if network is None:
            raise self._error(self.elaborator.diagnostics[before:], layer)
        found = linear_map(network)
        assert found is not None
        larger = found.in_features >= shape.in_features and found.out_features >= shape.out_features
        equal = (found.in_features, found.out_features) == (shape.in_features, shape.out_features)
        if not equal and not (given.pad and larger):
            name = definition.node.name.text
            hint = _fitting(
                definition, found.in_features != shape.in_features, found.out_features != shape.out_features
            )
            features = (found.in_features, found.out_features, layer, shape.in_features, shape.out_features)
            raise self._error([FeaturesDiffer(rule.node.span, name, *features, hint)], None)
        return given, network

    def _error(self, found: list[Diagnostic], layer: str | None) -> Exception:
        """The exception for what is wrong with a layer's network; it names the layer."""
        if layer is not None:
            label = Label(Span(f"layer `{layer}`", 0, 0, 0, 0), "")
            found = [replace(diagnostic, labels=(*diagnostic.labels, label)) for diagnostic in found]
        return compile_error(found, self.files.sources)


def read_rule_file(path: str, name: str | None, options: Options) -> RuleFile:
    """The block of rules of a file that goes by a name, or its last one; raises CompileError for all that is wrong."""
    files = Files(read_import, standard_networks)
    elaborator = Elaborator(files)
    try:
        key, source = read_program(path)
    except Failure as failure:
        raise compile_error([failure.diagnostic]) from None
    with compiling():
        files.load(key, source)
        blocks = files.rules.get(key, {})
        for block in blocks.values():
            check_rules(block, elaborator)
    found = in_order([*files.diagnostics, *elaborator.diagnostics], files.sources)
    if any(diagnostic.severity == "error" for diagnostic in found):
        raise compile_error(found, files.sources)
    wanted = name if name is not None else next(reversed(blocks), "")
    if wanted not in blocks:
        place = Span(source.name, 0, 0, 0, 0)
        near = rename_hint(wanted, blocks) or (f"its blocks are {', '.join(blocks)}" if blocks else None)
        hint = near or 'write one: `tensorize NAME { "…": NETWORK(…) }`'
        named = f" `{wanted}`" if name is not None else ""
        raise compile_error([NoRules(place, source.name, named, hint)])
    return RuleFile(key, source, blocks[wanted], files, options, elaborator)


def _fitting(definition: Definition, wrong_ins: bool, wrong_outs: bool) -> str | None:
    """What to do about a network of the wrong size."""
    wrong = {"ins": wrong_ins, "outs": wrong_outs}
    names = [name for name in SIDES if wrong[name] and name in parameters_of(definition)]
    if not names:
        return "compute its sizes from `in_features` and `out_features`"
    return "leave out " + " and ".join(f"`{name}`" for name in names) + ", so that the sizes are filled in"

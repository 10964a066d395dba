"""From a file's networks to one Network: parameters bound, statements run, layers made, loose ends reported."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tncc.diagnostics import name_kinds, size_kinds
from tncc.diagnostics.diagnostic import Diagnostic, Label
from tncc.diagnostics.span import Span
from tncc.elaborate.declarations import Arguments, Declarations
from tncc.elaborate.definition import Definition
from tncc.elaborate.imports import Files
from tncc.elaborate.loose_ends import loose_ends
from tncc.elaborate.parameters import Given, bind_parameters
from tncc.elaborate.scope import Scope, Work
from tncc.elaborate.statements import Abandoned, AlreadyReported, Statements
from tncc.elaborate.symbols import override_hint
from tncc.ir.network import Network, Value
from tncc.syntax import tree

Key = tuple[int, tuple[tuple[str, Value], ...], tuple[tuple[str, int], ...]]


@dataclass(slots=True)
class Elaborator:
    """Makes networks from the definitions in `files`; one that is asked for twice with the same values is made once."""

    files: Files
    diagnostics: list[Diagnostic] = field(default_factory=list)
    made: dict[Key, Network | None] = field(default_factory=dict)
    work: Work = field(default_factory=Work)
    seen: set[Diagnostic] = field(default_factory=set)

    def network(self, definition: Definition, given: Given, bonds: Mapping[str, int], where: Span) -> Network | None:
        """The network, or None where something is wrong, which `diagnostics` then tells."""
        if self.files.faulty_statements(definition) is None or self.work.left < 0:
            return None
        values, wrong = bind_parameters(definition.node, given, where, self.work)
        if wrong:
            self.report(wrong)
            return None
        key = (id(definition.node), tuple(values.items()), tuple(sorted(bonds.items())))
        if key not in self.made:
            self.made[key] = None
            self.made[key] = self._write_out(definition, values, bonds)
        return self.made[key]

    def _write_out(self, definition: Definition, values: Scope, bonds: Mapping[str, int]) -> Network | None:
        node = definition.node

        def instantiate(layer: tree.Layer, arguments: Arguments, name: str) -> Network:
            return self._layer(definition, layer, arguments, name, bonds)

        scope = values.copy()
        docs = self.files.docs.get(definition.file, {})
        declarations = Declarations(scope, bonds, instantiate, docs)
        statements = Statements(scope, declarations, self.files.faulty_statements(definition) or frozenset())
        try:
            statements.run(node)
        except Abandoned:
            self.report(statements.diagnostics)
            return None
        self.report(statements.diagnostics)
        if statements.diagnostics or statements.spoilt or not self.files.is_sound(definition):
            return None
        if unknown := self._unknown_bonds(definition, declarations, bonds):
            self.report(unknown)
            return None
        if not declarations.outputs:
            self.report([name_kinds.NoOutput(node.name.span, node.name.text)])
            return None
        draft = declarations.draft
        network = draft.finish(
            node.name.text, definition.file, tuple(values.items()), docs.get(node.span.line, ""),
            tuple(declarations.outputs), node.name.span,
        )  # fmt: skip
        self.report(loose_ends(network, declarations))
        return network

    def _layer(
        self, definition: Definition, layer: tree.Layer, arguments: Arguments, name: str, bonds: Mapping[str, int]
    ) -> Network:
        inner = {key[len(name) + 1 :]: size for key, size in bonds.items() if key.startswith(f"{name}.")}
        target = definition.known[layer.network.text]
        before = len(self.diagnostics)
        network = self.network(target, arguments, inner, layer.network.span)
        if network is None:
            self.mark_origin(before, layer.span, f"asked for by the layer `{name}` here")
            raise AlreadyReported
        return network

    def mark_origin(self, before: int, place: Span, text: str) -> None:
        """Let what was wrong inside a network, from a number of diagnostics on, also show where it was asked for."""
        label = Label(place, text)
        for position in range(before, len(self.diagnostics)):
            diagnostic = self.diagnostics[position]
            if diagnostic.span.file != place.file or not _inside(diagnostic.span, place):
                self.diagnostics[position] = replace(diagnostic, labels=(*diagnostic.labels, label))

    def _unknown_bonds(
        self, definition: Definition, declarations: Declarations, bonds: Mapping[str, int]
    ) -> list[Diagnostic]:
        layers = tuple(
            f"{instance.name}." for family in declarations.layers.values() for instance in family.members.values()
        )
        known = [index.name for index in declarations.draft.indices.values() if index.kind == "bond"]
        node = definition.node
        return [
            size_kinds.UnknownBondSize(node.name.span, node.name.text, name, override_hint(name, known))
            for name in bonds
            if name not in declarations.bonds_used and not name.startswith(layers)
        ]

    def report(self, found: list[Diagnostic]) -> None:
        """Add diagnostics to those found so far, each once."""
        for diagnostic in found:
            if diagnostic not in self.seen:
                self.seen.add(diagnostic)
                self.diagnostics.append(diagnostic)


def _inside(inner: Span, outer: Span) -> bool:
    return outer.line <= inner.line and inner.end_line <= outer.end_line

"""The names of a network, checked without any size: what is unknown, declared twice, shadowed or in the wrong place."""

from dataclasses import dataclass
from typing import assert_never

from tncc.diagnostics import name_kinds as kinds
from tncc.diagnostics.axis_kinds import WrongAttributes
from tncc.diagnostics.diagnostic import Diagnostic, Label
from tncc.diagnostics.size_kinds import UnknownParameterType
from tncc.elaborate import limits
from tncc.elaborate import vocabulary as words
from tncc.elaborate.advice import network_advice
from tncc.elaborate.name_uses import NameUses
from tncc.elaborate.nearest import rename_hint
from tncc.elaborate.questions import is_dynamic, split_legs
from tncc.elaborate.wording import article, described, one_of
from tncc.syntax import tree


@dataclass(slots=True)
class NameChecker(NameUses):
    """Walks one network's statements in order, declaring what they declare and checking what they use."""

    def network(self, node: tree.Network) -> list[Diagnostic]:
        """All that is wrong with the names of a network."""
        self.itself = node.name.text
        for parameter in node.parameters.items if node.parameters else ():
            if parameter.default is not None:
                self.size(parameter.default)
            if parameter.type.text not in words.PARAMETER_TYPES:
                self.found.append(UnknownParameterType(parameter.type.span, parameter.type.text))
            self.declare(parameter.name, "parameter", local=True)
        self.runnable = not self.found
        self.block(node.block)
        outputs = any(declared.kind == "output" for declared in self.names.values())
        if not outputs and not self.found:
            self.found.append(kinds.NoOutput(node.name.span, node.name.text))
        return [self._declared_later(diagnostic) for diagnostic in self.found]

    def _declared_later(self, diagnostic: Diagnostic) -> Diagnostic:
        """An unknown name that turned out to be declared further down is told apart from a misspelt one."""
        if not isinstance(diagnostic, kinds.UnknownName) or diagnostic.name not in self.names:
            return diagnostic
        label = Label(self.names[diagnostic.name].span, "declared here")
        return kinds.UsedBeforeDeclaration(diagnostic.span, diagnostic.name, labels=(label,))

    def _made_of_itself(self, diagnostic: Diagnostic, name: str) -> Diagnostic:
        """An unknown name that the statement itself declares is told apart from one that is declared further down."""
        declared = self.look_up(name)
        if not isinstance(diagnostic, kinds.UnknownName) or diagnostic.name != name or declared is None:
            return diagnostic
        first = f"declare its first members above, `{name}[0]` say"
        hint = first if declared.family else "put something else in its place: nothing is made of itself"
        labels = (Label(declared.span, "declared here"),)
        return kinds.UsedBeforeDeclaration(diagnostic.span, name, hint, labels=labels)

    def block(self, node: tree.Block) -> None:
        self.local.append({})
        for statement in node.statements:
            self.statement(statement)
        self.close()

    def statement(self, node: tree.Statement) -> None:
        before = len(self.found)
        self._statement(node)
        if not isinstance(node, tree.ForBlock | tree.IfBlock | tree.Require):
            name = node.name.text
            self.found[before:] = [self._made_of_itself(diagnostic, name) for diagnostic in self.found[before:]]
        # What is wrong inside a block belongs to the statements there.
        if len(self.found) > before and not isinstance(node, tree.ForBlock | tree.IfBlock):
            self.faulty.add(id(node))

    def _statement(self, node: tree.Statement) -> None:
        match node:
            case tree.Let():
                self.size(node.value)
                self.declare(node.name, "let", local=True)
            case tree.Require():
                self.size(node.condition)
            case tree.Index() | tree.Bond():
                self.index(node)
            case tree.Input() | tree.Tensor() | tree.Stage() | tree.Output():
                self.tensor(node)
            case tree.Layer():
                self.layer(node)
            case tree.ForBlock():
                before = len(self.found)
                self.binders(node.binders)
                if len(self.found) > before:
                    self.faulty.add(id(node))
                self.block(node.block)
                self.close()
            case tree.IfBlock():
                self.choice(node)
            case _:
                assert_never(node)

    def choice(self, node: tree.IfBlock) -> None:
        before = len(self.found)
        self.size(node.condition)
        if len(self.found) > before:
            self.faulty.add(id(node))
        outside = self.branches
        self.branches = (*outside, (id(node), True))
        self.block(node.block)
        self.branches = (*outside, (id(node), False))
        match node.otherwise:
            case tree.Block():
                self.block(node.otherwise)
            case tree.IfBlock():
                self.choice(node.otherwise)
        self.branches = outside

    def index(self, node: tree.Index | tree.Bond) -> None:
        kind = "index" if isinstance(node, tree.Index) else "bond"
        self.family_brackets(node.brackets)
        if isinstance(node, tree.Bond):
            for word in node.ends.words:
                if word.name.text not in words.BOND_ENDS:
                    hint = rename_hint(word.name.text, words.BOND_ENDS) or one_of(words.BOND_ENDS)
                    self.found.append(kinds.UnknownAttribute(word.name.span, word.name.text, "a bond", hint))
        for attribute in node.attributes:
            hint = "leave it out"
            self.found.append(
                kinds.ReservedSyntax(attribute.span, f"an attribute behind the size of {article(kind)}", "is", hint)
            )
        if not is_dynamic(node.size):
            self.size(node.size)
        elif isinstance(node.size, tree.Call):
            self.sizes(item for item in node.size.arguments.items if not isinstance(item, tree.Comprehension))
        self.close()
        self.declare(node.name, kind, family=node.brackets is not None)

    def family_brackets(self, brackets: tree.Brackets | None) -> None:
        """Open the scope of a family's binders (or of none); subscripts that are no binders are sizes."""
        self.local.append({})
        for slot in brackets.slots if brackets else ():
            match slot:
                case tree.Binder():
                    self.size(slot.range)
                    self.declare(slot.name, "binder", local=True)
                case tree.Ellipsis() | tree.Every() | tree.Slice() | tree.Group():
                    hint = "write a binder such as `k in 0..n` or a number"
                    self.found.append(kinds.WrongPlace(slot.span, described(slot), hint))
                case _:
                    self.size(slot)

    def tensor(self, node: tree.Input | tree.Tensor | tree.Stage | tree.Output) -> None:
        kind = type(node).__name__.lower()
        family, axes = split_legs(node.legs)
        if len(node.legs.parts) > 2:
            self.found.append(kinds.WrongPlace(node.legs.parts[2].span, "a third pair of brackets", "remove it"))
        if family is not None and kind in ("input", "output"):
            hint = "give it one more axis: `x[..., n, 2]`" if kind == "input" else "give each output a name of its own"
            self.found.append(kinds.ReservedSyntax(family.span, f"a family of {kind}s", "is", hint))
        self.family_brackets(family)
        for slot in axes.slots if axes else ():
            self.axis(slot)
        if isinstance(node, tree.Input | tree.Tensor):
            self.attributes(node, kind)
        else:
            self.tensor_expression(node.value)
        self.close()
        self.declare(node.name, kind, family=family is not None)

    def attributes(self, node: tree.Input | tree.Tensor, kind: str) -> None:
        expecting = False
        for attribute in node.attributes:
            name = attribute.name.text
            self.sizes(attribute.arguments)
            if expecting:
                expecting = False
                if name not in words.INITIALIZERS:
                    hint = rename_hint(name, words.INITIALIZERS) or one_of(words.INITIALIZERS)
                    self.found.append(kinds.UnknownInitializer(attribute.name.span, name, hint))
            elif kind == "input":
                self.found.append(kinds.UnknownAttribute(attribute.name.span, name, "an input", "remove it"))
            elif name == "lr":
                self.found.append(
                    kinds.ReservedSyntax(attribute.span, "`lr(…)` on a tensor", "is", "set it in the optimizer")
                )
            elif name == "init" and not attribute.arguments:
                expecting = True
            elif name not in words.TENSOR_ATTRIBUTES:
                known = words.INITIALIZERS if name in words.INITIALIZERS else words.TENSOR_ATTRIBUTES
                near = rename_hint(name, known) or one_of(words.TENSOR_ATTRIBUTES)
                hint = f"write `init {name}`" if known is words.INITIALIZERS else near
                self.found.append(kinds.UnknownAttribute(attribute.name.span, name, "a tensor", hint))
        if expecting:
            text = "`init` names no initializer"
            self.found.append(WrongAttributes(node.attributes[-1].span, text, "write `init zeros`, say"))

    def layer(self, node: tree.Layer) -> None:
        self.family_brackets(node.brackets)
        if node.network.text not in self.networks:
            name = node.network.text
            hint = network_advice(name, self.networks, self.below, self.library, "network", self.guessing())
            if name == self.itself:
                hint = "take it out: a network cannot hold itself"
            self.found.append(kinds.UnknownNetwork(node.network.span, name, hint))
        elif self.networks[node.network.text] >= limits.DEPTH:
            self.found.append(kinds.TooDeep(node.span, "sub-networks", limits.DEPTH))
        else:
            self.height = max(self.height, self.networks[node.network.text] + 1)
        self.sizes(argument.value for argument in node.arguments)
        self.close()
        self.declare(node.name, "layer", family=node.brackets is not None)

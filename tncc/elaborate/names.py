"""The names of a network, checked without any size: what is unknown, declared twice, shadowed or in the wrong place."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import assert_never

from tncc.diagnostics import name_kinds as kinds
from tncc.diagnostics.axis_kinds import WrongAttributes
from tncc.diagnostics.diagnostic import Diagnostic, Label
from tncc.diagnostics.size_kinds import UnknownParameterType
from tncc.diagnostics.span import Span
from tncc.diagnostics.syntax_kinds import ReservedWord
from tncc.elaborate import limits
from tncc.elaborate import vocabulary as words
from tncc.elaborate.nearest import rename_hint
from tncc.syntax import tree
from tncc.syntax.parser import RESERVED

VALUES = frozenset({"parameter", "let", "binder"})
TENSORS = frozenset({"input", "tensor", "stage", "output"})
INDICES = frozenset({"index", "bond"})


@dataclass(frozen=True, slots=True)
class Declared:
    """What a name stands for, and where it was first said so."""

    kind: str
    span: Span
    family: bool = False
    branches: tuple[tuple[int, bool], ...] = ()


@dataclass(slots=True)
class NameChecker:
    """Walks one network's statements in order.

    `networks` are those that its layers may name, with their heights, `below` those that come too late. Statements
    that something is wrong with end up in `faulty`, by their identity, the network's own height in `height`, and in
    `runnable` whether nothing is wrong with its parameters.
    """

    networks: Mapping[str, int]
    below: Collection[str] = ()
    faulty: set[int] = field(default_factory=set)
    found: list[Diagnostic] = field(default_factory=list)
    names: dict[str, Declared] = field(default_factory=dict)
    local: list[dict[str, Declared]] = field(default_factory=lambda: [{}])
    branches: tuple[tuple[int, bool], ...] = ()
    inner: dict[str, Declared] = field(default_factory=dict)  # binders and `let` values whose block has ended
    itself: str = ""
    runnable: bool = True
    height: int = 1

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

    def _close(self) -> None:
        """End the innermost scope; what the network's own block held was only used too early, if it was unknown."""
        scope = self.local.pop()
        (self.inner if len(self.local) > 1 else self.names).update(scope)

    # --- declaring and looking up ---------------------------------------------------------------------------------

    def look_up(self, name: str) -> Declared | None:
        for scope in reversed(self.local):
            if name in scope:
                return scope[name]
        return self.names.get(name)

    def declare(self, name: tree.Name, kind: str, *, local: bool = False, family: bool = False) -> None:
        text = name.text
        scope = self.local[-1] if local else self.names
        if text in RESERVED or text in words.FUNCTION_WORDS:
            taken = kinds.ShadowedName(name.span, text, "a function of the language")
            self.found.append(ReservedWord(name.span, text) if text in RESERVED else taken)
            # It is entered all the same, so that its uses are not reported as well.
            scope.setdefault(text, Declared(kind, name.span, family, self.branches))
            return
        before = self.look_up(text)
        if before is not None and not self._may_repeat(before, kind, family):
            label = Label(before.span, f"declared as {article(before.kind)} here")
            same = before.kind == kind and kind not in ("binder",)
            self.found.append(
                kinds.DuplicateName(name.span, text, labels=(label,))
                if same
                else kinds.ShadowedName(name.span, text, article(before.kind), labels=(label,))
            )
            return
        scope.setdefault(text, Declared(kind, name.span, family, self.branches))

    def _may_repeat(self, before: Declared, kind: str, family: bool) -> bool:
        """Members of one family, and declarations in branches that exclude each other, share a name."""
        if before.kind != kind or kind in VALUES:
            return False
        exclusive = any(
            mine == theirs and taken != other for mine, taken in self.branches for theirs, other in before.branches
        )
        return exclusive or (family and before.family)

    def unknown(self, name: tree.Name) -> None:
        if name.text in RESERVED:
            self.found.append(ReservedWord(name.span, name.text))
            return
        if name.text in self.inner:
            before = self.inner[name.text]
            label = Label(before.span, f"declared as {article(before.kind)} here")
            hint = "declare it outside of the block or the brackets that it belongs to"
            self.found.append(kinds.UnknownName(name.span, name.text, hint, labels=(label,)))
            return
        known = (text for scope in (self.names, *self.local) for text in scope)
        self.found.append(kinds.UnknownName(name.span, name.text, self.nearest(name.text, known)))

    def nearest(self, name: str, known: Iterable[str]) -> str | None:
        """A help naming the nearest name; none any more where very much is wrong, since looking for it takes time."""
        return rename_hint(name, known) if len(self.found) < limits.GUESSES else None

    # --- statements -----------------------------------------------------------------------------------------------

    def block(self, node: tree.Block) -> None:
        self.local.append({})
        for statement in node.statements:
            self.statement(statement)
        self._close()

    def statement(self, node: tree.Statement) -> None:
        before = len(self.found)
        self._statement(node)
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
                self._close()
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

    def binders(self, node: tree.Binders | Iterable[tree.Binder]) -> None:
        """Open a scope with these binders; the caller closes it."""
        self.local.append({})
        for binder in node.items if isinstance(node, tree.Binders) else node:
            self.size(binder.range)
            self.declare(binder.name, "binder", local=True)

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
        self._close()
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
        self._close()
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
            hint = f"move `{name}` above this network" if name in self.below else self.nearest(name, self.networks)
            hint = hint or "declare it above, or import it with `use`"
            if name == self.itself:
                hint = "take it out: a network cannot hold itself"
            self.found.append(kinds.UnknownNetwork(node.network.span, name, hint))
        elif self.networks[node.network.text] >= limits.DEPTH:
            self.found.append(kinds.TooDeep(node.span, "sub-networks", limits.DEPTH))
        else:
            self.height = max(self.height, self.networks[node.network.text] + 1)
        self.sizes(argument.value for argument in node.arguments)
        self._close()
        self.declare(node.name, "layer", family=node.brackets is not None)

    # --- expressions ----------------------------------------------------------------------------------------------

    def sizes(self, nodes: Iterable[tree.Expression]) -> None:
        for node in nodes:
            self.size(node)

    def size(self, node: tree.Expression) -> None:
        """Names in a size expression: compile-time values and their functions, nothing else."""
        match node:
            case tree.Reference():
                self.value(node)
            case tree.Call():
                self.size_call(node)
            case tree.Item():
                self.size(node.value)
                self.positions(node.brackets)
            case _:
                self.sizes(children(node))

    def value(self, node: tree.Reference) -> None:
        declared = self.look_up(node.name.text)
        if declared is None:
            self.unknown(node.name)
        elif declared.kind not in VALUES:
            label = Label(declared.span, f"declared as {article(declared.kind)} here")
            self.found.append(kinds.NotACompileTimeValue(node.span, node.name.text, labels=(label,)))
        for brackets in node.parts:
            self.positions(brackets)

    def positions(self, brackets: tree.Brackets) -> None:
        for slot in brackets.slots:
            match slot:
                case tree.Slice():
                    self.sizes(bound for bound in (slot.start, slot.stop) if bound is not None)
                case tree.Ellipsis() | tree.Every() | tree.Binder() | tree.Group():
                    self.found.append(kinds.WrongPlace(slot.span, described(slot), "write a position or a slice"))
                case _:
                    self.size(slot)

    def size_call(self, node: tree.Call) -> None:
        name = node.function.name
        if name.text not in words.SIZE_FUNCTIONS:
            known = self.look_up(name.text)
            if known is not None or name.text in words.FUNCTION_WORDS:
                self.found.append(kinds.NotACompileTimeValue(node.span, name.text))
            else:
                self.found.append(
                    kinds.UnknownFunction(name.span, name.text, rename_hint(name.text, words.SIZE_FUNCTIONS))
                )
        for brackets in node.function.parts:
            self.found.append(kinds.WrongPlace(brackets.span, "these brackets", "remove them"))
        for item in node.arguments.items:
            if isinstance(item, tree.Comprehension):
                self.comprehension(item, self.size, name)
            else:
                self.size(item)
        for brackets in node.result.parts:
            self.positions(brackets)

    def comprehension(self, node: tree.Comprehension, body: object, function: tree.Name) -> None:
        if function.text not in words.COMPREHENSIONS:
            self.found.append(kinds.WrongPlace(node.binders.span, "a binder", "use it in `prod(…)` or `sum(…)`"))
        self.binders(node.binders)
        assert callable(body)
        body(node.body)
        self._close()

    def tensor_expression(self, node: tree.Expression) -> None:
        """Names in an equation: tensors, layers and functions of them, beside compile-time values."""
        match node:
            case tree.Reference():
                self.factor(node)
            case tree.Call():
                self.tensor_call(node)
            case tree.Conditional():
                self.size(node.condition)
                self.tensor_expression(node.value)
                self.tensor_expression(node.otherwise)
            case tree.Item():
                self.size(node)
            case _:
                for child in children(node):
                    self.tensor_expression(child)

    def factor(self, node: tree.Reference) -> None:
        declared = self.look_up(node.name.text)
        if declared is None:
            self.unknown(node.name)
            return
        label = Label(declared.span, f"declared as {article(declared.kind)} here")
        if declared.kind in VALUES:
            self.value(node)
            return
        if declared.kind not in TENSORS:
            self.found.append(kinds.NotATensor(node.span, node.name.text, article(declared.kind), labels=(label,)))
            return
        parts = list(node.parts)
        if declared.family and parts:
            self.subscripts(parts.pop(0))
        elif parts and any(isinstance(slot, tree.Every) for slot in parts[0].slots):
            hint = f"remove it: `{node.name.text}` is no family"
            self.found.append(kinds.WrongPlace(parts.pop(0).span, "`*`", hint, labels=(label,)))
        for brackets in parts:
            for slot in brackets.slots:
                self.axis(slot)

    def subscripts(self, brackets: tree.Brackets) -> None:
        for slot in brackets.slots:
            match slot:
                case tree.Every():
                    pass
                case tree.Ellipsis() | tree.Slice() | tree.Binder() | tree.Group():
                    self.found.append(kinds.WrongPlace(slot.span, described(slot), "write a subscript or `*`"))
                case _:
                    self.size(slot)

    def tensor_call(self, node: tree.Call) -> None:
        name = node.function.name
        declared = self.look_up(name.text)
        known = name.text in words.FUNCTION_WORDS
        if not known and (declared is None or declared.kind != "layer"):
            hint = self.nearest(name.text, [*words.FUNCTION_WORDS, *self.names])
            self.found.append(kinds.UnknownFunction(name.span, name.text, hint))
        for brackets in node.function.parts:
            for slot in brackets.slots:
                if known:
                    self.axis(slot)
                elif not isinstance(slot, tree.Ellipsis | tree.Every | tree.Slice | tree.Binder | tree.Group):
                    self.size(slot)
        for item in node.arguments.items:
            if isinstance(item, tree.Comprehension):
                self.comprehension(item, self.tensor_expression, name)
            else:
                self.tensor_expression(item)
        for brackets in node.result.parts:
            for slot in brackets.slots:
                self.axis(slot)

    # --- axes -----------------------------------------------------------------------------------------------------

    def axis(self, slot: tree.Slot) -> None:
        """One axis: an index, a group of them, a position or size, or `...`."""
        match slot:
            case tree.Ellipsis():
                pass
            case tree.Group():
                for item in slot.items:
                    self.axis(item)
            case tree.Parenthesis():
                self.axis(slot.value)
            case tree.Reference():
                self.axis_reference(slot)
            case tree.Every() | tree.Slice() | tree.Binder():
                hint = "write an index, a group `(a b)` or a position"
                self.found.append(kinds.WrongPlace(slot.span, described(slot), hint))
            case _:
                self.axis_arithmetic(slot)

    def axis_reference(self, node: tree.Reference) -> None:
        declared = self.look_up(node.name.text)
        if declared is None:
            self.unknown(node.name)
            return
        label = Label(declared.span, f"declared as {article(declared.kind)} here")
        if declared.kind in VALUES:
            self.value(node)
        elif declared.kind in INDICES:
            for brackets in node.parts:
                self.subscripts(brackets)
        elif declared.kind in TENSORS:
            what = f"a tensor (`{node.name.text}`) as an axis"
            hint = "multiply with a one-hot tensor instead"
            self.found.append(kinds.ReservedSyntax(node.span, what, "is", hint, labels=(label,)))
        else:
            hint, what = "write an index, a group `(a b)` or a position", article(declared.kind)
            self.found.append(kinds.NotAnIndex(node.span, node.name.text, what, hint, labels=(label,)))

    def axis_arithmetic(self, node: tree.Expression) -> None:
        for inner in references(node):
            declared = self.look_up(inner.name.text)
            if declared is not None and declared.kind in INDICES:
                what = "arithmetic on an index"
                self.found.append(
                    kinds.ReservedSyntax(node.span, what, "is", "name an index, or a position as a number")
                )
                return
        self.size(node)


def described(slot: tree.Slot) -> str:
    """What stands in brackets, as a message calls it."""
    match slot:
        case tree.Every():
            return "`*`"
        case tree.Ellipsis():
            return "`...`"
        case tree.Slice():
            return "a slice"
        case tree.Binder():
            return "a binder"
        case tree.Group():
            return "a group of indices"
        case _:
            return "this"


def one_of(known: Iterable[str]) -> str:
    """A help that names all there are."""
    return "use one of " + ", ".join(f"`{word}`" for word in known)


def article(kind: str) -> str:
    """A kind of declaration with its article."""
    names = {
        "let": "a `let` value",
        "parameter": "a parameter",
        "input": "an input",
        "index": "an index",
        "output": "an output",
    }
    return names.get(kind, f"a {kind}")


def is_dynamic(node: tree.Expression) -> bool:
    """Whether an index's size says `dynamic` or `dynamic(512)`."""
    match node:
        case tree.Reference():
            return node.name.text == "dynamic" and not node.parts
        case tree.Call():
            return node.function.name.text == "dynamic"
        case _:
            return False


def split_legs(legs: tree.Legs) -> tuple[tree.Brackets | None, tree.Brackets | None]:
    """The family brackets and the axes of a declaration: one pair is the axes, unless it holds binders."""
    if not legs.parts:
        return None, None
    if len(legs.parts) > 1:
        return legs.parts[0], legs.parts[1]
    only = legs.parts[0]
    if any(isinstance(slot, tree.Binder) for slot in only.slots):
        return only, None
    return None, only


def children(node: tree.Expression) -> tuple[tree.Expression, ...]:
    """The expressions directly inside one, brackets and calls apart."""
    match node:
        case tree.Conditional():
            return (node.value, node.condition, node.otherwise)
        case tree.Range():
            return (node.start, node.stop)
        case tree.AnyOf() | tree.AllOf():
            return node.terms
        case tree.Negation() | tree.Minus() | tree.Parenthesis():
            return (node.value,)
        case tree.Comparison() | tree.Sum() | tree.Product():
            return (node.first, *(part.value for part in node.rest))
        case tree.Power():
            return (node.base, node.exponent)
        case tree.Tuple():
            return node.items
        case _:
            return ()


def references(node: tree.Expression) -> Iterable[tree.Reference]:
    """All names used in an expression, outside calls."""
    if isinstance(node, tree.Reference):
        yield node
    for child in children(node):
        yield from references(child)

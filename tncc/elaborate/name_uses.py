"""What the names in a network's expressions and axes stand for, and what is wrong with how they are used there."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from tncc.diagnostics import name_kinds as kinds
from tncc.diagnostics.diagnostic import Diagnostic, Label
from tncc.diagnostics.span import Span
from tncc.diagnostics.syntax_kinds import ReservedWord
from tncc.elaborate import advice, limits
from tncc.elaborate import vocabulary as words
from tncc.elaborate.nearest import rename_hint
from tncc.elaborate.questions import children, references
from tncc.elaborate.wording import article, described, one_of
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

    def label(self) -> Label:
        """Points at the declaration, and says of what kind it is."""
        return Label(self.span, f"declared as {article(self.kind)} here")


@dataclass(slots=True)
class NameUses:
    """The names in scope at one place of a network, and the checks of everything that uses them.

    `networks` are those that its layers may name, with their heights, `below` those that come too late, `library` those
    that could be imported. Statements that something is wrong with end up in `faulty`, by their identity, the network's
    own height in `height`, and in `runnable` whether nothing is wrong with its parameters.
    """

    networks: Mapping[str, int]
    below: Collection[str] = ()
    library: advice.Library = dict
    value_declaration: Callable[[tree.Reference], str] = advice.value_declaration
    faulty: set[int] = field(default_factory=set)
    found: list[Diagnostic] = field(default_factory=list)
    names: dict[str, Declared] = field(default_factory=dict)
    local: list[dict[str, Declared]] = field(default_factory=lambda: [{}])
    branches: tuple[tuple[int, bool], ...] = ()
    inner: dict[str, Declared] = field(default_factory=dict)  # binders and `let` values whose block has ended
    itself: str = ""
    runnable: bool = True
    height: int = 1

    # --- declaring and looking up ---

    def close(self) -> None:
        """End the innermost scope; what the network's own block held was only used too early, if it was unknown."""
        scope = self.local.pop()
        (self.inner if len(self.local) > 1 else self.names).update(scope)

    def look_up(self, name: str) -> Declared | None:
        for scope in reversed(self.local):
            if name in scope:
                return scope[name]
        return self.names.get(name)

    def known(
        self, node: tree.Reference, fitting: frozenset[str], declaration: Callable[[tree.Reference], str]
    ) -> Declared | None:
        """What a name stands for; None, and reported, where nothing of that name is declared.

        `fitting` are the kinds of what may stand there, `declaration` says how it would be declared.
        """
        declared = self.look_up(node.name.text)
        if declared is None:
            self.unknown(node, fitting, declaration)
        return declared

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
            label = before.label()
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

    def unknown(
        self, node: tree.Reference, fitting: frozenset[str], declaration: Callable[[tree.Reference], str]
    ) -> None:
        name = node.name
        labels: tuple[Label, ...] = ()
        if name.text in RESERVED:
            self.found.append(ReservedWord(name.span, name.text))
            return
        hint: str | None
        if name.text in self.inner:
            labels = (self.inner[name.text].label(),)
            hint = "declare it outside of the block or the brackets that it belongs to"
        elif name.text in words.FUNCTION_WORDS:
            hint = "name an index" if fitting & INDICES else f"call it: `{name.text}(…)`"
        else:
            scopes = (self.names, *self.local) if self.guessing() else ()
            known = [text for scope in scopes for text, declared in scope.items() if declared.kind in fitting]
            short = len(name.text) <= limits.SHOWN_NAME
            hint = rename_hint(name.text, known) or (declaration(node) if short else None)
        self.found.append(kinds.UnknownName(name.span, name.text, hint, labels=labels))

    def guessing(self) -> bool:
        """Whether nearest names are looked for: no more where very much is wrong, since it takes time."""
        return len(self.found) < limits.GUESSES

    def binders(self, node: tree.Binders | Iterable[tree.Binder]) -> None:
        """Open a scope with these binders; the caller closes it."""
        self.local.append({})
        for binder in node.items if isinstance(node, tree.Binders) else node:
            self.size(binder.range)
            self.declare(binder.name, "binder", local=True)

    # --- expressions ---

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
        declared = self.known(node, VALUES, self.value_declaration)
        if declared is not None and declared.kind not in VALUES:
            label = declared.label()
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
            if known is not None and known.kind in VALUES:
                self.unknown_function(name, known)
            elif known is not None or name.text in words.FUNCTION_WORDS:
                self.found.append(kinds.NotACompileTimeValue(node.span, name.text))
            else:
                near = rename_hint(name.text, words.SIZE_FUNCTIONS) if self.guessing() else None
                hint = near or one_of(words.SIZE_FUNCTIONS)
                self.found.append(kinds.UnknownFunction(name.span, name.text, hint))
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
        self.close()

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
        declared = self.known(node, TENSORS | VALUES, advice.tensor_declaration)
        if declared is None:
            return
        label = declared.label()
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
            self.unknown_function(name, declared)
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

    def unknown_function(self, name: tree.Name, declared: Declared | None) -> None:
        """Report a call of what is no function and no layer; `declared` is what the name stands for, if anything."""
        if declared is not None:
            factor = declared.kind in TENSORS | VALUES
            what = "multiply: put `*` before the parenthesis" if factor else "put a function or a layer in its place"
            self.found.append(kinds.UnknownFunction(name.span, name.text, what, labels=(declared.label(),)))
            return
        hint = advice.call_advice(name.text, self.networks, self.below, self.library)
        layers = (text for text, other in self.names.items() if other.kind == "layer")
        hint = hint or advice.function_advice(name.text, layers, self.guessing())
        self.found.append(kinds.UnknownFunction(name.span, name.text, hint))

    # --- axes ---

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
        declared = self.known(node, INDICES | VALUES, advice.index_declaration)
        if declared is None:
            return
        label = declared.label()
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

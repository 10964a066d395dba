"""Runs the statements of one network: loops unrolled, branches taken, limits held, and going on behind each fault."""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import assert_never

from tncc.diagnostics import name_kinds, size_kinds
from tncc.diagnostics.diagnostic import Diagnostic, Failure
from tncc.elaborate.declarations import Declarations
from tncc.elaborate.numbers import show
from tncc.elaborate.scope import Scope, weight
from tncc.elaborate.values import condition, each_binding, evaluate, unescape
from tncc.ir.network import Value
from tncc.syntax import tree


class Abandoned(Exception):
    """Nothing further can be said of this network: what was wrong is in `diagnostics` already."""


class AlreadyReported(Exception):
    """This statement needs something that was wrong, and that is reported where it stands."""


@dataclass(slots=True)
class Statements:
    """One network being written out; `values` are the compile-time names in scope, shared with `declarations`.

    Statements whose identity is in `faulty` are known to be wrong: they are not run, nor is what needs a name that
    they or others failed to declare (`spoilt`).
    """

    values: Scope
    declarations: Declarations
    faulty: frozenset[int] = frozenset()
    diagnostics: list[Diagnostic] = field(default_factory=list)
    spoilt: set[str] = field(default_factory=set)
    refused: bool = False

    def run(self, node: tree.Network) -> None:
        """Run a network's block, which counts for some steps even where it is empty; raises Abandoned."""
        try:
            self.values.work.spend(200, node.name.span)
        except Failure as failure:
            self.diagnostics.append(failure.diagnostic)
            raise Abandoned from None
        self._announce(node.block)
        self.block(node.block)

    def _announce(self, block: tree.Block) -> None:
        """Let every family be known, so that one whose statements are never run is empty and not unknown."""
        for statement in block.statements:
            match statement:
                case tree.ForBlock():
                    self._announce(statement.block)
                case tree.IfBlock():
                    self._announce(statement.block)
                    match statement.otherwise:
                        case tree.Block():
                            self._announce(statement.otherwise)
                        case tree.IfBlock():
                            self._announce(tree.Block(statement.span, (statement.otherwise,)))
                case tree.Tensor() | tree.Stage() | tree.Index() | tree.Bond():
                    self.declarations.announce(statement)
                case _:
                    pass

    def block(self, node: tree.Block) -> None:
        """Run a block; its `let` names end with it. A statement that fails is reported, and the next one run."""
        before = self.values.copy()
        for statement in node.statements:
            try:
                self.values.work.spend(10 + len(self.values) // 16, statement.span)
                self._run(statement)
            except Failure as failure:
                self._report(failure.diagnostic, statement)
            except AlreadyReported:
                if self.values.work.left < 0:
                    raise Abandoned from None
                self._spoil(statement)
        self._reset(before)

    def _reset(self, values: Scope) -> None:
        self.values.clear()
        self.values.update(values)

    def _report(self, diagnostic: Diagnostic, statement: tree.Statement) -> None:
        """Keep a diagnostic; what the statement declares is spoilt, so that its uses are not reported as well."""
        if isinstance(diagnostic, name_kinds.NotACompileTimeValue):
            # Every name was found declared before anything ran, so that this one's declaration was not reached.
            diagnostic = name_kinds.NotInThisBranch(diagnostic.span, diagnostic.name)
        if self.refused and not isinstance(statement, tree.Require):
            self._spoil(statement)
            return
        # Values that a `require` refuses make nonsense of what follows: only further requirements are looked at.
        self.refused |= isinstance(diagnostic, size_kinds.RequirementFailed)
        self.diagnostics.append(diagnostic)
        if isinstance(diagnostic, size_kinds.TooManyTensors):
            raise Abandoned
        self._spoil(statement)

    def _spoil(self, statement: tree.Statement) -> None:
        match statement:
            case tree.ForBlock():
                self._spoil_block(statement.block)
            case tree.IfBlock():
                self._spoil_block(statement.block)
                if isinstance(statement.otherwise, tree.Block):
                    self._spoil_block(statement.otherwise)
                elif statement.otherwise is not None:
                    self._spoil(statement.otherwise)
            case tree.Require():
                pass
            case _:
                self.spoilt.add(statement.name.text)

    def _spoil_block(self, block: tree.Block) -> None:
        for statement in block.statements:
            self._spoil(statement)

    def _run(self, node: tree.Statement) -> None:
        if id(node) in self.faulty or (self.refused and not isinstance(node, tree.Let | tree.Require)):
            self._spoil(node)
            return
        match node:
            case tree.ForBlock():
                self._for(node)
                return
            case tree.IfBlock():
                self._if(node)
                return
        if self.spoilt and mentions(node, self.spoilt):
            self._spoil(node)
            return
        match node:
            case tree.Let():
                value = evaluate(node.value, self.values)
                self.values.work.spend(4 * weight(value), node.span)
                self.values[node.name.text] = value
            case tree.Require():
                self._require(node)
            case tree.Index() | tree.Bond():
                self.declarations.index(node)
            case tree.Input():
                self.declarations.input(node)
            case tree.Tensor():
                self.declarations.tensor(node)
            case tree.Stage() | tree.Output():
                self.declarations.stage(node)
            case tree.Layer():
                self.declarations.layer(node)
            case _:
                assert_never(node)

    def _for(self, node: tree.ForBlock) -> None:
        if self.spoilt and mentions(node.binders, self.spoilt):
            self._spoil(node)
            return
        outside, known = self.values.copy(), len(self.diagnostics)
        for scope in each_binding(node.binders, outside):
            self._reset(scope)
            self.block(node.block)
            if len(self.diagnostics) > known:
                break  # the same statement would fail again for each further value
        self._reset(outside)

    def _if(self, node: tree.IfBlock) -> None:
        if id(node) in self.faulty or (self.spoilt and mentions(node.condition, self.spoilt)):
            self._spoil(node)
        elif condition(node.condition, self.values):
            self.block(node.block)
        elif isinstance(node.otherwise, tree.IfBlock):
            self._if(node.otherwise)
        elif node.otherwise is not None:
            self.block(node.otherwise)

    def _require(self, node: tree.Require) -> None:
        if condition(node.condition, self.values):
            return
        names = dict.fromkeys(names_in(node.condition))
        shown = ", ".join(f"`{name} = {_short(self.values[name])}`" for name in names if name in self.values)
        hint = f"choose other values: here {shown}" if shown else None
        raise Failure(size_kinds.RequirementFailed(node.span, unescape(node.message), hint))


def _short(value: Value) -> str:
    text = show(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def names_in(node: tree.Node) -> Iterator[str]:
    """All names that are used anywhere inside a node."""
    if isinstance(node, tree.Reference):
        yield node.name.text
    if isinstance(node, tree.Layer):
        yield from (name for argument in node.arguments for name in names_in(argument.value))
    for entry in fields(node)[1:]:
        value = getattr(node, entry.name)
        parts = value if isinstance(value, tuple) else (value,)
        for part in parts:
            if isinstance(part, tree.Node):
                yield from names_in(part)


def mentions(node: tree.Node, names: set[str]) -> bool:
    """Whether one of some names is used, or declared, by a node."""
    declared = getattr(node, "name", None)
    if isinstance(declared, tree.Name) and declared.text in names:
        return True
    return any(name in names for name in names_in(node))

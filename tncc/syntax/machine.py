"""The LALR(1) automaton at work: takes tokens one by one, and makes a node of the AST once its last token was read."""

from dataclasses import dataclass, field
from typing import Any

from tncc.diagnostics.span import Span
from tncc.syntax import tree
from tncc.syntax.table import Rule, Table, table
from tncc.syntax.tokens import Token, nowhere, span_of

FILE_END = "$END"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The state of a parse, to which it can go back."""

    states: tuple[int, ...]
    values: tuple[Any, ...]
    firsts: tuple[Token | None, ...]
    lasts: tuple[Token | None, ...]


@dataclass(slots=True)
class Machine:
    """A stack of states, and beside each the value that was read with its first and last token.

    The value of a rule that makes no node is the list of its parts, which the rule that takes it up may go on using.
    """

    file: str
    table: Table = field(default_factory=table)
    states: list[int] = field(default_factory=lambda: [0])
    values: list[Any] = field(default_factory=list)
    firsts: list[Token | None] = field(default_factory=list)
    lasts: list[Token | None] = field(default_factory=list)

    def feed(self, token: Token) -> bool:
        """Take a token; False if none of its kind can stand here, and then the state may be used no more."""
        known, states, kind = self.table, self.states, token.type
        actions, rules = known.actions, known.rules
        while (action := actions[states[-1]].get(kind)) is not None:
            if action >= 0:
                states.append(action)
                self.values.append(token)
                self.firsts.append(token)
                self.lasts.append(token)
                return True
            rule = rules[-1 - action]
            if rule.unit:
                del states[-1]
            else:
                self._reduce(rule)
            states.append(known.gotos[states[-1]][rule.name])
            if kind == FILE_END and states[-1] == known.end:
                return True
        return False

    def accepts(self, kind: str) -> bool:
        """Whether a token of that kind can stand here."""
        known, states = self.table, list(self.states)
        while (action := known.actions[states[-1]].get(kind)) is not None:
            if action >= 0:
                return True
            rule = known.rules[-1 - action]
            if rule.size:
                del states[-rule.size :]
            states.append(known.gotos[states[-1]][rule.name])
            if kind == FILE_END and states[-1] == known.end:
                return True
        return False

    def expected(self) -> list[str]:
        """The kinds of tokens that can stand here."""
        return sorted(kind for kind in self.table.actions[self.states[-1]] if self.accepts(kind))

    def result(self) -> tree.Module:
        """The AST, once the file's end was taken."""
        module = self.values[-1]
        assert isinstance(module, tree.Module)
        return module

    def drop(self) -> None:
        """Forget the last token taken, of which nothing was made yet."""
        del self.states[-1], self.values[-1], self.firsts[-1], self.lasts[-1]

    def snapshot(self) -> Snapshot:
        """What `restore` needs to come back here."""
        return Snapshot(tuple(self.states), tuple(self.values), tuple(self.firsts), tuple(self.lasts))

    def restore(self, to: Snapshot) -> None:
        """Forget all tokens taken since the snapshot."""
        self.states, self.values = list(to.states), list(to.values)
        self.firsts, self.lasts = list(to.firsts), list(to.lasts)

    def _reduce(self, rule: Rule) -> None:
        size, values, firsts, lasts = rule.size, self.values, self.firsts, self.lasts
        first: Token | None = None
        last: Token | None = None
        given: list[Any] = []
        if size:
            given = values[-size:]
            first, last = firsts[-size], lasts[-1]
            if first is None or last is None:
                first = next((token for token in firsts[-size:] if token), None)
                last = next((token for token in reversed(lasts[-size:]) if token), None)
            del values[-size:], firsts[-size:], lasts[-size:], self.states[-size:]
        values.append(self._value(rule, given, first, last))
        firsts.append(first)
        lasts.append(last)

    def _value(self, rule: Rule, given: list[Any], first: Token | None, last: Token | None) -> Any:
        parts: list[Any] = []
        for place, spread in rule.kept:
            value: Any = None if place is None else given[place]
            if not spread:
                parts.append(self._leaf(value) if type(value) is Token else value)
            elif parts:
                parts += value
            else:
                parts = value  # used on, so that a list is made once however long it grows
        if rule.make is None:
            return parts if rule.spread else None
        if first is None or last is None:
            span = nowhere(self.file)
        else:
            span = Span(self.file, first.line, first.column, last.line, last.column + len(last.text))
        if rule.rest:
            return rule.make(span, *parts[: rule.leading], tuple(parts[rule.leading :]))
        return rule.make(span, *parts)

    def _leaf(self, token: Token) -> tree.Name | str:
        return tree.Name(span_of(token, self.file), token.text) if token.type == "NAME" else token.text

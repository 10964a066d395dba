"""Text to AST, going on behind each syntax error so that one run reports them all."""

from dataclasses import dataclass

from tncc.diagnostics import syntax_kinds as kinds
from tncc.diagnostics.diagnostic import Diagnostic
from tncc.diagnostics.source import Source
from tncc.diagnostics.span import Span
from tncc.syntax import tree
from tncc.syntax.depth import deepest
from tncc.syntax.lexer import lex
from tncc.syntax.machine import FILE_END, Machine
from tncc.syntax.tokens import BROKEN, DEPTH_LIMIT, END, Comment, Token, settle, span_of

RESERVED = frozenset({"scan", "where", "as", "topk", "conj"})
"""Words kept for later versions of the language."""

PHRASES = {
    "NAME": "a name", "INTEGER": "a number", "REAL": "a number", "STRING": "a string", "EQUAL": "`=`", "COLON": "`:`",
    "COMMA": "`,`", "LPAR": "`(`", "RPAR": "`)`", "LSQB": "`[`", "RSQB": "`]`", "LBRACE": "`{`", "RBRACE": "`}`",
    END: "a new line", "IN": "`in`", "_RANGE": "`..`", "ELSE": "`else`", "NETWORK": "`network`", "USE": "`use`",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's AST (without the statements that could not be read), its comments, and what was wrong."""

    module: tree.Module
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]


def parse(source: Source) -> Parsed:
    """Parse a whole file, in time linear in its length; every syntax error becomes a diagnostic, none is raised."""
    tokens, wrong = lex(source)
    unreadable = {entry.span.line for entry in wrong}
    settled = settle(tokens, source.name)
    module, unexpected = _Reader(settled.tokens, source.name).run()
    # What looks wrong on a line that could not be read whole may be right once it can.
    wrong += [entry for entry in (*settled.diagnostics, *unexpected) if entry.span.line not in unreadable]
    if deep := deepest(module, DEPTH_LIMIT):
        wrong.append(kinds.NestedTooDeep(deep, DEPTH_LIMIT))
        module = tree.Module(module.span, ())
    ordered = sorted(wrong, key=lambda entry: (entry.span.line, entry.span.column))
    return Parsed(module, tuple(settled.comments), tuple(ordered))


class _Reader:
    """Feeds tokens to the automaton; on an error it goes back to the start of the statement and skips to its end."""

    def __init__(self, tokens: list[Token], file: str) -> None:
        self.tokens = tokens
        self.file = file
        self.machine = Machine(file)
        self.wrong: list[Diagnostic] = []

    def run(self) -> tuple[tree.Module, list[Diagnostic]]:
        tokens, machine = self.tokens, self.machine
        start = machine.snapshot()
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token.type == BROKEN or not machine.feed(token):
                if token.type != BROKEN:
                    self._report(token)
                machine.restore(start)
                position = self._resume(position)
                continue
            if token.type in (END, "LBRACE", "RBRACE"):
                start = machine.snapshot()
            position += 1
        if machine.feed(self._file_end()):
            return machine.result(), self.wrong
        if not self.wrong:
            self._report(self._file_end())
        return tree.Module(Span(self.file, 0, 0, 0, 0), ()), self.wrong

    def _file_end(self) -> Token:
        if not self.tokens:
            return Token(FILE_END, "", 1, 1)
        last = self.tokens[-1]
        return Token(FILE_END, "", last.line, last.column + len(last.text))

    def _resume(self, position: int) -> int:
        """The position to go on from: behind the statement's end, with blocks that it opens skipped whole."""
        depth = 0
        for place in range(position, len(self.tokens)):
            kind = self.tokens[place].type
            if depth == 0 and kind in (END, "RBRACE") and self.machine.accepts(kind):
                return place
            if depth == 0 and kind == END:
                # The statement before this end is gone: what follows takes its place.
                following = self.tokens[place + 1].type if place + 1 < len(self.tokens) else FILE_END
                if self.machine.accepts(following):
                    return place + 1
            depth = max(depth + {"LBRACE": 1, "RBRACE": -1}.get(kind, 0), 0)
        return len(self.tokens)

    def _report(self, token: Token) -> None:
        span = span_of(token, self.file)
        if token.text in RESERVED:
            self.wrong.append(kinds.ReservedWord(span, token.text))
            return
        phrases = dict.fromkeys(PHRASES[kind] for kind in self.machine.expected() if kind in PHRASES)
        found = {END: "end of line", FILE_END: "end of file"}.get(token.type, f"`{token.text}`")
        hint = " or ".join(phrases) if 0 < len(phrases) <= 4 else None
        self.wrong.append(kinds.UnexpectedToken(span, found, hint))

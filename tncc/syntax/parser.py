"""Text to AST, going on behind each syntax error so that one run reports them all."""

from dataclasses import dataclass
from difflib import get_close_matches

from tncc.diagnostics import syntax_kinds as kinds
from tncc.diagnostics.diagnostic import Diagnostic
from tncc.diagnostics.source import Source
from tncc.syntax import tree
from tncc.syntax.depth import deepest
from tncc.syntax.lexer import lex
from tncc.syntax.machine import FILE_END, Machine
from tncc.syntax.tokens import BROKEN, DEPTH_LIMIT, END, Comment, Token, nowhere, settle, span_of

LONGEST_WORD = 20
"""How long a name may be for a word of the language to be looked for."""

RESERVED = frozenset({"scan", "where", "as", "topk", "conj"})
"""Words kept for later versions of the language."""

STACK_LIMIT = 32 * DEPTH_LIMIT
"""How many parts may wait to be completed; fewer than 32 do so at each level of an AST."""

PHRASES = {
    "NAME": "a name", "INTEGER": "a number", "REAL": "a number", "STRING": "a string", "EQUAL": "`=`", "COLON": "`:`",
    "COMMA": "`,`", "LPAR": "`(`", "RPAR": "`)`", "LSQB": "`[`", "RSQB": "`]`", "LBRACE": "`{`", "RBRACE": "`}`",
    END: "a new line", "IN": "`in`", "_RANGE": "`..`", "ELSE": "`else`", "NETWORK": "`network`", "USE": "`use`",
    "TENSORIZE": "`tensorize`",
}  # fmt: skip

OPERANDS = {"NAME", "INTEGER", "REAL", "STRING", "LPAR"}
"""What begins something that can be multiplied or listed."""

BESIDE = {"COMMA": "`,`", "STAR": "`*`", END: "a new line"}
"""What may be missing between two things that stand beside each other."""

EXPRESSION = {"a name", "a number", "a string", "`(`"}
"""What begins an expression, and is not worth being listed."""


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
    if any(isinstance(entry, kinds.NestedTooDeep) for entry in settled.diagnostics):
        return Parsed(tree.Module(nowhere(source.name), ()), tuple(settled.comments), tuple(settled.diagnostics))
    module, unexpected = _Reader(settled.tokens, source.name).run()
    # A bracket may be closed by what could not be read.
    wrong += [entry for entry in settled.diagnostics if entry.span.line not in unreadable]
    wrong += unexpected
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
        self.start, self.behind = self.machine.snapshot(), ""  # where a statement begins, behind which kind of token
        self.first = 0  # and which token is its first

    def run(self) -> tuple[tree.Module, list[Diagnostic]]:
        tokens, machine = self.tokens, self.machine
        position = 0
        while position < len(tokens):
            token = tokens[position]
            if token.type == BROKEN or not machine.feed(token):
                if token.type != BROKEN and not self._misspelt(position):
                    self._report(token, position)
                self.first = position = self._resume(position)
                continue
            if len(machine.states) > STACK_LIMIT:
                self.wrong.append(kinds.NestedTooDeep(span_of(token, self.file), DEPTH_LIMIT))
                return tree.Module(nowhere(self.file), ()), self.wrong
            if token.type in (END, "LBRACE", "RBRACE"):
                self.start, self.behind, self.first = machine.snapshot(), token.type, position + 1
            position += 1
        ending = self._file_end()
        if not machine.feed(ending):
            self._report(ending, len(tokens))
            machine.restore(self.start)
            self._end_here()
            if not machine.feed(ending):
                return tree.Module(nowhere(self.file), ()), self.wrong
        return machine.result(), self.wrong

    def _file_end(self) -> Token:
        if not self.tokens:
            return Token(FILE_END, "", 1, 1)
        last = self.tokens[-1]
        return Token(FILE_END, "", last.line, last.column + len(last.text))

    def _resume(self, position: int) -> int:
        """Go back to before the statement; the position behind its end, with the blocks that it opens skipped whole."""
        self.machine.restore(self.start)
        depth = 0
        for place in range(position, len(self.tokens)):
            kind = self.tokens[place].type
            if depth == 0 and kind == END:
                if self.behind == "RBRACE":
                    return place
                # What follows takes the place of the statement, if it is no part of it on a line of its own.
                if place + 1 < len(self.tokens) and self.machine.accepts(self.tokens[place + 1].type):
                    return place + 1
            if depth == 0 and kind == "RBRACE":
                self._end_here()
                if self.machine.accepts(kind):
                    return place
            depth = max(depth + {"LBRACE": 1, "RBRACE": -1}.get(kind, 0), 0)
        self._end_here()
        return len(self.tokens)

    def _end_here(self) -> None:
        """No statement follows after all: forget the end of the one before."""
        if self.behind == END:
            self.machine.drop()
            self.start, self.behind = self.machine.snapshot(), ""

    def _misspelt(self, position: int) -> bool:
        """Report a statement that begins with no word that could begin it: a name with another one behind it."""
        first, tokens = self.first, self.tokens
        if not first <= position <= first + 1 or any(token.type != "NAME" for token in tokens[first : position + 1]):
            return False
        begins = self.machine.table.actions[self.start.states[-1]]
        known = sorted(text for text, kind in self.machine.table.keywords.items() if kind in begins)
        text = tokens[first].text
        meant = get_close_matches(text, known, n=1) if len(text) <= LONGEST_WORD else []
        if text in RESERVED or not known or not (meant or position > first):
            return False
        *most, last = [f"`{word}`" for word in meant or known]
        hint = f"{', '.join(most)} or {last}" if most else last
        self.wrong.append(kinds.UnexpectedToken(span_of(tokens[first], self.file), f"`{text}`", hint))
        return True

    def _report(self, token: Token, position: int) -> None:
        span = span_of(token, self.file)
        if token.text in RESERVED:
            self.wrong.append(kinds.ReservedWord(span, token.text))
            return
        phrases = dict.fromkeys(PHRASES[kind] for kind in self.machine.expected() if kind in PHRASES)
        found = {END: "end of line", FILE_END: "end of file"}.get(token.type, f"`{token.text}`")
        if phrases.keys() >= EXPRESSION:
            phrases = {"an expression": None} | {phrase: None for phrase in phrases if phrase not in EXPRESSION}
        if token.type in OPERANDS and "STAR" in (before := self._expected_before(position)):
            phrases = {phrase: None for kind, phrase in BESIDE.items() if kind in before}
        hint = " or ".join(phrases) if 0 < len(phrases) <= 4 else None
        self.wrong.append(kinds.UnexpectedToken(span, found, hint))

    def _expected_before(self, position: int) -> list[str]:
        """The kinds of tokens that could stand at a position, before the one there completed what it cannot follow."""
        self.machine.restore(self.start)
        for token in self.tokens[self.first : position]:
            self.machine.feed(token)
        return self.machine.expected()

"""Settles what the grammar should not have to: line ends, comments, and brackets that do not match."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from tncc.diagnostics.diagnostic import Diagnostic, Label
from tncc.diagnostics.span import Span
from tncc.diagnostics.syntax_kinds import MismatchedBracket, NestedTooDeep, UnclosedBracket, UnopenedBracket

DEPTH_LIMIT = 64
"""How deep brackets and blocks may nest."""

END, BROKEN = "_END", "_BROKEN"
OPENERS = {"LPAR": "RPAR", "LSQB": "RSQB", "LBRACE": "RBRACE"}
CLOSERS = {closer: opener for opener, closer in OPENERS.items()}
OPERATORS = {"PLUS", "MINUS", "STAR", "SLASH", "FLOOR", "PERCENT", "COMPARE", "_AND", "_OR", "_RANGE", "_POWER"}
OPERANDS = {"NAME", "INTEGER", "REAL", "STRING", "TRUE", "FALSE", "RPAR", "RSQB"}
"""What an expression may end with: no string follows it in the same statement."""

FILE_WORDS = {"NETWORK", "TENSORIZE"}
"""What begins a block of the file itself: no other block goes on past it."""

STATEMENT_WORDS = FILE_WORDS | {"LET", "REQUIRE", "INDEX", "BOND", "INPUT", "TENSOR", "OUTPUT", "LAYER", "FOR", "USE"}


class Token(NamedTuple):
    """A piece of text that means something, of a kind that the grammar names; it lies on one line."""

    type: str
    text: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment with its `#`; `own_line` says that nothing stands before it on its line."""

    span: Span
    text: str
    own_line: bool


@dataclass(slots=True)
class Settled:
    """The tokens that the parser reads, the comments beside them, and what was wrong with the brackets."""

    tokens: list[Token] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def span_of(token: Token, file: str) -> Span:
    """Where a token stands in the file of that name."""
    return Span(file, token.line, token.column, token.line, token.column + max(len(token.text), 1))


def nowhere(file: str) -> Span:
    """The span of what no text stands for, such as the axes of a tensor without any."""
    return Span(file, 0, 0, 0, 0)


class _Settler:
    def __init__(self, file: str) -> None:
        self.file = file
        self.out = Settled()
        self.open: list[tuple[Token, int]] = []  # each opener with the indentation of its line
        self.suspect: Token | None = None  # a brace whose closing stands at another indentation
        self.pending: Token | None = None  # the newline or semicolon that may end a statement
        self.broken = False  # the statement that is being read was given up
        self.rules = False  # whether what begins a block of the file last was `tensorize`
        self.indentation = 0
        self.line = 0

    def run(self, tokens: Iterable[Token]) -> Settled:
        for token in tokens:
            if len(self.open) > DEPTH_LIMIT:
                self.out.diagnostics.append(NestedTooDeep(span_of(self.open[-1][0], self.file), DEPTH_LIMIT))
                return self.out
            self._take(token)
        self._close_all()
        return self.out

    def _take(self, token: Token) -> None:
        first_on_line = token.line != self.line
        if token.type == "NEWLINE":
            self._end(token)
            return
        if first_on_line:
            self.line, self.indentation = token.line, token.column
        if token.type == "COMMENT":
            token = token._replace(text=token.text.rstrip())
            self.out.comments.append(Comment(span_of(token, self.file), token.text, first_on_line))
            return
        if self._inside_brackets() and self._begins(token, first_on_line):
            self._give_up_brackets()
        if token.type in FILE_WORDS and self.open:
            self._close_all()
            self.pending = token
        if token.type in FILE_WORDS:
            self.rules = token.type == "TENSORIZE"
        if token.type == "SEMICOLON" and not self._inside_brackets():
            self._end(token)
            return
        self._settle_end(token)
        if token.type in OPENERS:
            self.open.append((token, self.indentation))
        if token.type in CLOSERS and not self._close(token, first_on_line):
            return
        if token.type in ("LBRACE", "RBRACE"):
            self.broken = False
        self.out.tokens.append(token)

    def _begins(self, token: Token, first_on_line: bool) -> bool:
        """Whether a token begins a statement or ends a block: brackets that are still open were not closed."""
        if token.type in STATEMENT_WORDS or token.type in ("LBRACE", "RBRACE"):
            return True
        pattern = self.rules and first_on_line and token.type == "STRING"
        return pattern and self.out.tokens[-1].type in OPERANDS

    def _inside_brackets(self) -> bool:
        return bool(self.open) and self.open[-1][0].type != "LBRACE"

    def _end(self, token: Token) -> None:
        if not self._inside_brackets() and (self.pending is None or token.type == "SEMICOLON"):
            self.pending = token

    def _settle_end(self, token: Token) -> None:
        """Emit the statement's end that was seen last, unless the tokens on either side of it say that it goes on."""
        ending, self.pending = self.pending, None
        if ending is None or not self.out.tokens:
            return
        before, hard = self.out.tokens[-1].type, ending.type == "SEMICOLON"
        if before in (END, "LBRACE") or token.type == "RBRACE":
            return
        goes_on = before in OPERATORS or before in ("EQUAL", "COMMA", "ELSE")
        if not hard and (goes_on or token.type in OPERATORS or token.type in ("ELSE", "LBRACE")):
            return
        self.out.tokens.append(Token(END, "", ending.line, ending.column))
        self.broken = False

    def _close(self, token: Token, first_on_line: bool) -> bool:
        if not self.open or (self.open[-1][0].type == "LBRACE" and token.type != "RBRACE"):
            if token.type == "RBRACE" or not self.broken:
                self.out.diagnostics.append(UnopenedBracket(span_of(token, self.file), token.text))
            self._break_off(token)
            return False
        opener, indentation = self.open.pop()
        if OPENERS[opener.type] != token.type:
            label = Label(span_of(opener, self.file), "opened here")
            self.out.diagnostics.append(
                MismatchedBracket(span_of(token, self.file), opener.text, token.text, labels=(label,))
            )
            self._break_off(token)
            if self._inside_brackets() and OPENERS[self.open[-1][0].type] == token.type:
                self.open.pop()  # the inner bracket was forgotten, this one is closed as it should be
            return False
        if token.type == "RBRACE" and first_on_line and token.column != indentation and self.suspect is None:
            self.suspect = opener
        return True

    def _give_up_brackets(self) -> None:
        opener = self.open[-1][0]
        while self._inside_brackets():
            opener = self.open.pop()[0]
        self.out.diagnostics.append(UnclosedBracket(span_of(opener, self.file), opener.text))
        self._break_off(opener)
        self.pending = opener

    def _break_off(self, token: Token) -> None:
        self.out.tokens.append(Token(BROKEN, "", token.line, token.column))
        self.broken = True

    def _close_all(self) -> None:
        if self._inside_brackets():
            self._give_up_brackets()
        if self.open:
            opener = self.suspect or self.open[0][0]
            self.out.diagnostics.append(UnclosedBracket(span_of(opener, self.file), opener.text))
        while self.open:
            self.open.pop()
            last = self.out.tokens[-1]  # what was left open reaches to where the text ends
            self.out.tokens.append(Token("RBRACE", "}", last.line, last.column))
        self.suspect = None


def settle(tokens: Iterable[Token], file: str) -> Settled:
    """Drop newlines that end no statement, part comments from code, and report brackets that do not match.

    A statement that cannot be whole any more is given a
    `_BROKEN` token, so that the parser skips it and says nothing further about it.
    """
    return _Settler(file).run(tokens)

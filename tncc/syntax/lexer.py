"""Text to tokens, in one pass; what cannot be read is reported, and becomes a token that breaks its statement."""

from unicodedata import normalize

from tncc.diagnostics import syntax_kinds as kinds
from tncc.diagnostics.diagnostic import Diagnostic
from tncc.diagnostics.source import Source
from tncc.diagnostics.span import Span
from tncc.syntax.table import BLANK, CLOSELESS, STRANGE, table
from tncc.syntax.tokens import BROKEN, Token

INSTEAD = {
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": '"', "’": '"', "'": '"', "@": "*", "·": "*", "×": "*",
    "⊗": "*", "∗": "*", "÷": "/", "−": "-", "–": "-", "—": "-", "^": "**", "≤": "<=", "≥": ">=", "≠": "!=",
    "&": "and", "|": "or", "!": "not",
}  # fmt: skip
"""What the language writes for signs that text processors, formulas and other languages have."""

MOST = 20
"""How many unreadable places of a file are reported."""


def lex(source: Source) -> tuple[list[Token], list[Diagnostic]]:
    """All tokens of a text, with newlines, semicolons and comments, and what is wrong with its characters."""
    known = table()
    keywords = known.keywords
    tokens: list[Token] = []
    wrong: list[Diagnostic] = []
    line, before = 1, -1  # the position of the newline before the line
    for match in known.scanner.finditer(source.text):
        kind = match.lastgroup or STRANGE
        if kind == BLANK:
            continue
        text, start = match.group(), match.start()
        if kind == "NAME":
            kind = keywords.get(text, kind)
        elif kind in (CLOSELESS, STRANGE):
            if len(wrong) < MOST:
                span = Span(source.name, line, start - before, line, match.end() - before)
                wrong.append(_unreadable(kind, text, span))
            kind = BROKEN
        tokens.append(Token(kind, text, line, start - before))
        if kind == "NEWLINE":
            line, before = line + 1, start
    return tokens, wrong


def _unreadable(kind: str, text: str, span: Span) -> Diagnostic:
    if kind == CLOSELESS:
        return kinds.UnclosedString(span)
    plain = INSTEAD.get(text) or normalize("NFKC", text)
    hint = f"write `{plain}` instead" if plain.isascii() and plain.isprintable() and plain != text else "remove it"
    return kinds.UnexpectedCharacter(span, f"`{text}`" if text.isprintable() else f"U+{ord(text):04X}", hint)

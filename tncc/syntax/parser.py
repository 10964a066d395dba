"""Text to AST with lark's LALR(1) parser, going on behind each syntax error so that one run reports them all."""

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, cast

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedToken
from lark.parsers.lalr_interactive_parser import InteractiveParser

from tncc.diagnostics import syntax_kinds as kinds
from tncc.diagnostics.diagnostic import Diagnostic
from tncc.diagnostics.source import Source
from tncc.diagnostics.span import Span
from tncc.syntax import tree
from tncc.syntax.build import build
from tncc.syntax.depth import deepest
from tncc.syntax.tokens import BROKEN, DEPTH_LIMIT, END, Comment, settle, span_of

RESERVED = frozenset({"scan", "where", "as", "topk", "conj"})
"""Words kept for later versions of the language."""

PHRASES = {
    "NAME": "a name", "INTEGER": "a number", "REAL": "a number", "STRING": "a string", "EQUAL": "`=`", "COLON": "`:`",
    "COMMA": "`,`", "LPAR": "`(`", "RPAR": "`)`", "LSQB": "`[`", "RSQB": "`]`", "LBRACE": "`{`", "RBRACE": "`}`",
    END: "a new line", "IN": "`in`", "_RANGE": "`..`", "ELSE": "`else`", "NETWORK": "`network`", "USE": "`use`",
}  # fmt: skip


class _KeptTokens:
    """Makes lark's lexer pass on what the grammar itself never sees; `settle` does the rest."""

    always_accept = ("NEWLINE", "SEMICOLON", "COMMENT")

    def process(self, stream: Any) -> Any:
        return stream


@lru_cache(maxsize=1)
def _lark() -> Lark:
    grammar = resources.files("tncc.grammars").joinpath("tn.lark").read_text(encoding="utf-8")
    return Lark(
        grammar, parser="lalr", lexer="basic", start="module", maybe_placeholders=True, propagate_positions=True,
        postlex=cast(Any, _KeptTokens()),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """A file's AST (without the statements that could not be read), its comments, and what was wrong."""

    module: tree.Module
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]


def parse(source: Source) -> Parsed:
    """Parse a whole file, in time linear in its length; every syntax error becomes a diagnostic, none is raised."""
    tokens, wrong = lex(source)
    settled = settle(tokens, source.name)
    wrong += settled.diagnostics
    parsed, unexpected = _feed(settled.tokens, source)
    wrong += unexpected
    module = build(parsed, source.name)
    if deep := deepest(module, DEPTH_LIMIT):
        wrong.append(kinds.NestedTooDeep(deep, DEPTH_LIMIT))
        module = tree.Module(module.span, ())
    ordered = sorted(wrong, key=lambda entry: (entry.span.line, entry.span.column))
    return Parsed(module, tuple(settled.comments), tuple(ordered))


def lex(source: Source) -> tuple[list[Token], list[Diagnostic]]:
    tokens: list[Token] = []
    wrong: list[Diagnostic] = []
    text = source.text
    while True:
        try:
            for token in _lark().lex(text):
                tokens.append(token)
        except UnexpectedCharacters as error:
            wrong.append(_strange(error, source))
            # Blank out what cannot be read, up to here, so that positions stay right when lexing starts again.
            stop = _skip(text, error.pos_in_stream)
            text = text[: error.pos_in_stream] + " " * (stop - error.pos_in_stream) + text[stop:]
            if len(wrong) < 20:
                tokens.clear()
                continue
        return tokens, wrong


def _skip(text: str, position: int) -> int:
    """The end of what is unreadable from here: a string that is not closed ends with its line."""
    if text[position] != '"':
        return position + 1
    end = text.find("\n", position)
    return len(text) if end < 0 else end


def _strange(error: UnexpectedCharacters, source: Source) -> Diagnostic:
    span = Span(source.name, error.line, error.column, error.line, error.column + 1)
    if error.char == '"':
        length = len(source.line(error.line))
        return kinds.UnclosedString(Span(source.name, error.line, error.column, error.line, length + 1))
    shown = f"`{error.char}`" if error.char.isprintable() else f"U+{ord(error.char):04X}"
    return kinds.UnexpectedCharacter(span, shown)


def _feed(tokens: list[Token], source: Source) -> tuple[Tree[Token], list[Diagnostic]]:
    """Feed the parser; on an error go back to the start of the statement and skip to its end."""
    parser = _lark().parse_interactive("")
    wrong: list[Diagnostic] = []
    states, values = _snapshot(parser)
    position = 0
    while position < len(tokens):
        token = tokens[position]
        try:
            if token.type == BROKEN:
                raise _Skip
            parser.feed_token(token)
        except (UnexpectedToken, _Skip) as error:
            if isinstance(error, UnexpectedToken):
                wrong.append(_unexpected(error, source))
            _restore(parser, states, values)
            position = _resume(tokens, position, parser)
            continue
        if token.type in (END, "LBRACE", "RBRACE"):
            states, values = _snapshot(parser)
        position += 1
    last = tokens[-1] if tokens else Token("_END", "", line=1, column=1, end_line=1, end_column=1)
    try:
        return cast("Tree[Token]", parser.feed_eof(last)), wrong
    except UnexpectedToken as error:
        if not wrong:
            wrong.append(_unexpected(error, source))
        return Tree("module", []), wrong


class _Skip(Exception):
    """This statement was already reported; skip it."""


def _snapshot(parser: InteractiveParser) -> tuple[list[Any], list[Any]]:
    state = parser.parser_state
    return list(state.state_stack), list(state.value_stack)


def _restore(parser: InteractiveParser, states: list[Any], values: list[Any]) -> None:
    state = parser.parser_state
    state.state_stack[:], state.value_stack[:] = states, values


def _resume(tokens: list[Token], position: int, parser: InteractiveParser) -> int:
    """The position to go on from: behind the statement's end, with blocks that it opens skipped whole."""
    depth = 0
    while position < len(tokens):
        kind = tokens[position].type
        if depth == 0 and kind in (END, "RBRACE") and kind in parser.accepts():
            return position
        if depth == 0 and kind == END:
            # The statement before this end is gone: what follows takes its place.
            following = tokens[position + 1].type if position + 1 < len(tokens) else "$END"
            if following in parser.accepts():
                return position + 1
        depth += {"LBRACE": 1, "RBRACE": -1}.get(kind, 0)
        depth = max(depth, 0)
        position += 1
    return position


def _unexpected(error: UnexpectedToken, source: Source) -> Diagnostic:
    token = error.token
    span = span_of(token, source.name)
    if token.type != "$END" and str(token) in RESERVED:
        return kinds.ReservedWord(span, str(token))
    expected = [PHRASES[name] for name in sorted(error.expected) if name in PHRASES]
    unique = sorted(set(expected), key=expected.index)
    found = {END: "end of line", "$END": "end of file"}.get(token.type, f"`{token}`")
    hint = " or ".join(unique) if 0 < len(unique) <= 4 else None
    return kinds.UnexpectedToken(span, found, hint)

"""Lark is the oracle: the stored table must be its own, and reading with that table must give what lark gives."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters

from tests.syntax.programs import EXAMPLES, programs
from tncc.diagnostics.source import Source
from tncc.syntax import table as table_module
from tncc.syntax import tree
from tncc.syntax.grammar import KEPT, compile_grammar
from tncc.syntax.lexer import lex
from tncc.syntax.parser import parse
from tncc.syntax.parts import PARTS
from tncc.syntax.tokens import settle

FOLDER = Path(str(resources.files("tncc.grammars")))
GRAMMAR = (FOLDER / "tn.lark").read_text(encoding="utf-8")


class Kept:
    always_accept = KEPT

    def process(self, stream: Any) -> Any:
        return stream


@cache
def lark() -> Lark:
    return Lark(
        GRAMMAR, parser="lalr", lexer="basic", start="module", propagate_positions=True, postlex=cast(Any, Kept())
    )


def test_the_table_is_that_of_the_grammar(golden: Callable[[Path, str], None]) -> None:
    golden(FOLDER / "tn.json", compile_grammar(GRAMMAR))


@settings(deadline=None)
@given(st.text(alphabet='abinortue1.*/=<>!"\\ \n#[](){}:,+-%χ_;', max_size=40) | programs)
def test_tokens_are_those_of_lark(text: str) -> None:
    tokens, wrong = lex(Source("", text))
    try:
        expected = [(token.type, str(token), token.line, token.column) for token in lark().lex(text)]
    except UnexpectedCharacters as error:
        assert (wrong[0].span.line, wrong[0].span.column) == (error.line, error.column)
        return
    assert not wrong
    assert [tuple(token) for token in tokens] == expected


def nodes(node: tree.Node) -> Iterator[tuple[str, int, int]]:
    yield type(node).__name__, node.span.line, node.span.column
    for part in PARTS[type(node)]:
        value = getattr(node, part)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, tree.Node):
                yield from nodes(child)


def lark_nodes(node: Tree[Token] | Token | None) -> Iterator[tuple[str, int, int]]:
    if isinstance(node, Tree) and node.data != "absent":
        title = "".join(word.capitalize() for word in node.data.split("_"))
        yield title, *((0, 0) if node.meta.empty else (node.meta.line, node.meta.column))
        for child in node.children:
            yield from lark_nodes(child)
    elif isinstance(node, Token) and node.type == "NAME":
        yield "Name", node.line or 0, node.column or 0


def check(text: str) -> None:
    tokens, _ = lex(Source("", text))
    parser = lark().parse_interactive("")
    for token in settle(tokens, "").tokens:
        end = token.column + len(token.text)
        parser.feed_token(Token(token.type, token.text, 0, token.line, token.column, token.line, end, 0))
    expected = parser.feed_eof(Token("_END", "", 0, 1, 1, 1, 1, 0))
    assert list(nodes(parse(Source("", text)).module)) == list(lark_nodes(expected))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_are_read_as_lark_reads_them(path: Path) -> None:
    check(path.read_text(encoding="utf-8"))


@settings(max_examples=50, deadline=None)
@given(programs)
def test_random_programs_are_read_as_lark_reads_them(text: str) -> None:
    check(text)


def test_a_grammar_that_was_changed_is_compiled_anew(monkeypatch):
    stored = table_module.table()
    monkeypatch.setattr(table_module, "digest", lambda grammar: "another")
    made = table_module.table.__wrapped__()
    assert (made.actions, made.gotos, made.keywords) == (stored.actions, stored.gotos, stored.keywords)

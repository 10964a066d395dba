"""Mutated programs thrown at `check`: whatever they are, the answer is diagnostics, and never a traceback or a hang."""

import faulthandler
import json
import os
import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import tncc.std
from tncc.diagnostics.catalog import KINDS
from tncc.diagnostics.diagnostic import Diagnostic
from tncc.diagnostics.render import as_json, render
from tncc.diagnostics.source import Source
from tncc.driver import check

ROOT = Path(__file__).parent.parent
FOLDERS = (Path(tncc.std.__file__).parent, ROOT / "examples", ROOT / "tests")
PROGRAMS = sorted(
    path.read_bytes().decode("utf-8", errors="replace")
    for folder in FOLDERS
    for path in folder.rglob("*.tn")
    if path.stat().st_size < 10_000
)
EXAMPLES = int(os.environ.get("TNCC_FUZZ_EXAMPLES", "1500"))
"""How many programs each test tries; a long run by hand sets more."""

PATIENCE = 60
"""Seconds after which one program counts as a hang; none should take a hundredth of it."""

TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
WORDS = [
    "network", "use", "let", "require", "index", "bond", "input", "tensor", "output", "layer", "for", "if", "else",
    "in", "and", "or", "not", "init", "frozen", "copy", "complex", "auto", "zeros", "ones", "normal", "uniform",
    "eye", "orthogonal", "open", "ring", "dynamic", "true", "false", "int", "ints", "float", "bool", "str", "scan",
    "where", "as", "topk", "conj", "lr", "relu", "gelu", "softmax", "layernorm", "mean", "max", "sum", "min",
    "prod", "len", "sqrt", "ceil", "floor", "log2", "factor", "exp", "abs", "std", "mpo",
]  # fmt: skip
SIGNS = [
    *"()[]{}:;,.=+-*/%<>!?@#\\\"'|&^~$_",
    "..", "...", "**", "//", "==", "!=", "<=", ">=", "\n", "##", "[*]", "()",
]  # fmt: skip
NUMBERS = [
    "0", "1", "2", "3", "-1", "64", "65", "100001", "2**31", "2**63", "2**70", "10**10**10", "1e308", "0.5", "9" * 5000,
]  # fmt: skip
STRANGE = [
    "\0", "\r", "\t", "\x0b", "\x1b[31m", "\u202e", "é", "核", "𝔸", "٣", "\ufeff", "\u2028", "\xa0", "“",
    "\U0010ffff",
]  # fmt: skip
DEEP = [
    part * 70 for part in ("(", "[", "{", "-", "not ", "1 if true else ", "if true { ", "a[", "2**", "relu(")
]  # fmt: skip


def mutated(text: str, draw: random.Random) -> str:
    """A program with a few tokens deleted, doubled, swapped, renamed, or with something put between them."""
    tokens = TOKEN.findall(text)
    names = [token for token in tokens if token.isidentifier()] or ["x"]
    for _ in range(draw.choice((1, 1, 1, 2, 2, 3, 5, 20))):
        place = draw.randrange(len(tokens) + 1)
        match draw.randrange(12):
            case 0:
                del tokens[place : place + draw.choice((1, 1, 2, 5, 40))]
            case 1:
                tokens[place:place] = tokens[place : place + draw.choice((1, 3, 30))]
            case 2 if len(tokens) > 1:
                other = draw.randrange(len(tokens))
                place = min(place, len(tokens) - 1)
                tokens[place], tokens[other] = tokens[other], tokens[place]
            case 3 | 4 | 5:
                _rename(tokens, names, draw)
            case 6:
                _replace(tokens, lambda token: token.isdigit(), draw.choice(NUMBERS), draw)
            case 7:
                tokens.insert(place, draw.choice(NUMBERS))
            case 8:
                tokens.insert(place, draw.choice(DEEP) if draw.random() < 0.2 else draw.choice(STRANGE))
            case 9:
                tokens.insert(place, f" {draw.choice(WORDS)} ")
            case _:
                tokens.insert(place, draw.choice(SIGNS))
    return "".join(tokens)


def _rename(tokens: list[str], names: list[str], draw: random.Random) -> None:
    _replace(tokens, str.isidentifier, draw.choice(names), draw)


def _replace(tokens: list[str], wanted: object, new: str, draw: random.Random) -> None:
    assert callable(wanted)
    places = [place for place, token in enumerate(tokens) if wanted(token)]
    if places:
        tokens[draw.choice(places)] = new


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A program of the project after some accidents, sometimes with another one behind it."""
    text = draw(st.sampled_from(PROGRAMS))
    if draw(st.integers(0, 9)) == 0:
        text += draw(st.sampled_from(PROGRAMS))
    return mutated(text, random.Random(draw(st.integers(0, 2**32))))


@contextmanager
def watched() -> Iterator[None]:
    """End the whole run with a trace of where it hangs if that takes longer than anybody's patience."""
    faulthandler.dump_traceback_later(PATIENCE, exit=True)
    try:
        yield
    finally:
        faulthandler.cancel_dump_traceback_later()


def examine(data: bytes, folder: Path) -> None:
    """Check a program, and that what is said of it is fit to be printed."""
    program = folder / "program.tn"
    program.write_bytes(data)
    with watched():
        diagnostics, sources = check(str(program))
        for diagnostic in diagnostics:
            _fit(diagnostic, sources.get(diagnostic.span.file))
        printed = render(diagnostics, sources)
    assert printed.count("\n") < 50_000
    assert not set(printed) & set("\0\x1b\r\u202e")


def _fit(diagnostic: Diagnostic, source: Source | None) -> None:
    entry = json.loads(as_json(diagnostic))
    assert KINDS[entry["code"]] is type(diagnostic)
    assert entry["message"]
    assert entry["message"] == diagnostic.message
    span = diagnostic.span
    if span.line and source is not None:
        lines = source.text.split("\n")
        assert 1 <= span.line <= span.end_line <= len(lines)
        assert 1 <= span.column <= len(lines[span.line - 1]) + 1
        assert span.end_column >= 1
        assert span.end_line > span.line or span.end_column > span.column


BOUNDED = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


@BOUNDED
@given(text=programs())
def test_mutated_programs(text: str, folder: Path) -> None:
    examine(text.encode("utf-8", errors="replace"), folder)


@settings(BOUNDED, max_examples=EXAMPLES // 4)
@given(text=st.lists(st.sampled_from([*WORDS, *SIGNS, *NUMBERS[:8], *STRANGE, "x", "A", "i", "k", " "]), max_size=60))
def test_words_at_random(text: list[str], folder: Path) -> None:
    examine(f"network N() {{ {' '.join(text)} }}".encode(), folder)


@settings(BOUNDED, max_examples=EXAMPLES // 8)
@given(data=st.binary(max_size=200))
def test_bytes_at_random(data: bytes, folder: Path) -> None:
    examine(data, folder)


@settings(BOUNDED, max_examples=EXAMPLES // 8)
@given(text=st.text(max_size=100))
def test_characters_at_random(text: str, folder: Path) -> None:
    examine(text.encode("utf-8", errors="replace"), folder)

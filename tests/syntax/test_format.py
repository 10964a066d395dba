from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.syntax.programs import EXAMPLES, programs, scatter
from tncc.diagnostics.source import Source
from tncc.syntax.format import format_source
from tncc.syntax.parser import Parsed, parse
from tncc.syntax.same import same

CASES = sorted((Path(__file__).parent / "cases").glob("*.tn"))
SEEDS = st.integers(0, 2**32)


def formatted(text: str) -> str:
    return format_source(Source("case.tn", text))


def sound(text: str) -> Parsed:
    parsed = parse(Source("case.tn", text))
    assert not parsed.diagnostics, (text, parsed.diagnostics)
    return parsed


def comments(parsed: Parsed) -> list[str]:
    return [comment.text for comment in parsed.comments]


def check_properties(text: str) -> None:
    once = formatted(text)
    before, after = sound(text), sound(once)
    assert same(before.module, after.module), (text, once)
    assert comments(before) == comments(after), (text, once)
    assert formatted(once) == once, (text, once, formatted(once))
    assert once == "" or (once.endswith("\n") and not once.startswith("\n") and not once.endswith("\n\n"))
    assert "\n\n\n" not in once
    assert all(line == line.rstrip() for line in once.split("\n"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_cases_look_as_stored(case: Path, golden: Callable[[Path, str], None]) -> None:
    text = case.read_bytes().decode()
    check_properties(text)
    golden(case.with_suffix(".fmt"), formatted(text))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_programs_keep_their_meaning_and_comments(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    check_properties(text)
    for seed in range(5):
        check_properties(scatter(text, seed, remarks=True))


@settings(max_examples=80, deadline=None)
@given(programs, SEEDS)
def test_random_programs_keep_their_meaning_and_comments(text: str, seed: int) -> None:
    check_properties(text)
    check_properties(scatter(text, seed, remarks=True))


@settings(max_examples=40, deadline=None)
@given(programs | st.sampled_from(EXAMPLES).map(lambda path: path.read_text(encoding="utf-8")), SEEDS, SEEDS)
def test_layout_does_not_depend_on_the_authors(text: str, one: int, other: int) -> None:
    first, second = (formatted(scatter(text, seed, remarks=False)) for seed in (one, other))
    # Blank lines between statements are the author's own.
    assert first.replace("\n\n", "\n") == second.replace("\n\n", "\n")

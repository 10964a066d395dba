"""Patterns of module paths, held against regular expressions that say the same in another way."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tncc.elaborate.patterns import BadPattern, read_pattern

PATH = "encoder.layer.0.output.dense"


@pytest.mark.parametrize(
    "pattern",
    [
        "dense", "output.dense", "*.output.dense", PATH, f".{PATH}", "**", "**.dense", ".**", "encoder.**", "*",
        "encoder.layer.*.output.dense", "layer.[0-3].**", "{output,intermediate}.dense", "encoder.**.dense", "**.*",
        "encoder.layer.0.output.dense.**", "layer.?.output.d*e", "[!1].output.dense", "**.**", ".encoder.**.output.*",
    ],
)  # fmt: skip
def test_what_matches(pattern: str) -> None:
    assert read_pattern(pattern).matches(PATH)


@pytest.mark.parametrize(
    "pattern",
    [
        "output", "encoder.*", ".dense", ".output.dense", "layer.*.dense", "encoder", "Dense", "dens", "ense",
        "layer.[1-3].**", "{query,key}", "*.*.*.*.*.*", ".*.*", "output.dense.*", "0.dense", "layer.00.output.dense",
    ],
)  # fmt: skip
def test_what_does_not(pattern: str) -> None:
    assert not read_pattern(pattern).matches(PATH)


@pytest.mark.parametrize(
    "pattern",
    ["", ".", "a.", "..a", "a..b", "a**", "**a.b", "{a", "a}", "{a,{b}}", "{a.b}", "[ab", "ab]", "x" * 401,
     "{a,b}" * 9],
)  # fmt: skip
def test_what_is_no_pattern(pattern: str) -> None:
    with pytest.raises(BadPattern):
        read_pattern(pattern)


def as_regex(pattern: str) -> re.Pattern[str]:
    """The same pattern of plain names, `*` and `**` for a path with a dot put behind each component."""
    body = pattern.removeprefix(".")
    parts = {"**": r"(?:[^.]+\.)*", "*": r"[^.]*\."}
    text = "".join(parts.get(part, re.escape(part) + r"\.") for part in body.split("."))
    return re.compile(text if pattern.startswith(".") else r"(?:.*\.)?" + text)


_PARTS = st.lists(st.sampled_from(["a", "b", "*", "**"]), min_size=1, max_size=5).map(".".join)
_PATHS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=6).map(".".join)


@given(st.booleans(), _PARTS, _PATHS)
def test_patterns_are_regular_expressions(anchored: bool, body: str, path: str) -> None:
    pattern = f".{body}" if anchored else body
    assert read_pattern(pattern).matches(path) == (as_regex(pattern).fullmatch(f"{path}.") is not None)


def test_matching_takes_no_exponential_time() -> None:
    assert not read_pattern(".".join(["**", "*a*a*a*a*a*b"] * 12)).matches(".".join(["a" * 60] * 40))

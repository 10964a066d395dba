"""The parser's table as it is used: what `grammars/tn.json` holds, with the AST classes that its rules make."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib import resources

from tncc.syntax import tree
from tncc.syntax.grammar import compile_grammar, digest

BLANK, CLOSELESS, STRANGE = "_BLANK", "_CLOSELESS", "_STRANGE"
"""Kinds of text that are no tokens: spaces, a string that does not end on its line, any other character."""

ABSENT = "absent"
"""The rule that stands where an optional part is missing; it makes None."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What to do when a rule's parts have been read.

    A `spread` rule has no class; its parts become parts of the rule that takes it up. `kept` are the places of those
    to keep, each with whether it is spread, and None where an optional part is missing. Of them `leading` are fields
    by themselves; with `rest` the others make one tuple. A `unit` rule only passes on its one part.
    """

    name: str
    size: int
    kept: tuple[tuple[int | None, bool], ...]
    spread: bool
    make: Callable[..., tree.Node] | None
    leading: int
    rest: bool
    unit: bool


@dataclass(frozen=True, slots=True)
class Table:
    """An LALR(1) automaton: by state what to do at each kind of token, and where to go on after each rule."""

    scanner: re.Pattern[str]
    keywords: dict[str, str]
    rules: tuple[Rule, ...]
    actions: tuple[dict[str, int], ...]
    gotos: tuple[dict[str, int], ...]
    end: int


@lru_cache(maxsize=1)
def table() -> Table:
    """The table of the language: the stored one, or lark's of this moment where the grammar is another by now."""
    folder = resources.files("tncc.grammars")
    grammar = folder.joinpath("tn.lark").read_text(encoding="utf-8")
    stored = json.loads(folder.joinpath("tn.json").read_text(encoding="utf-8"))
    if stored["grammar"] != digest(grammar):
        stored = json.loads(compile_grammar(grammar))
    return Table(
        _scanner(stored["terminals"], stored["ignored"]), stored["keywords"],
        tuple(_rule(*entry) for entry in stored["rules"]), tuple(stored["actions"]), tuple(stored["gotos"]),
        stored["end"],
    )  # fmt: skip


def _scanner(terminals: list[list[str]], ignored: list[str]) -> re.Pattern[str]:
    """One pattern that takes any text apart whole, a group for each terminal."""
    groups = [(BLANK if name in ignored else name, pattern) for name, pattern in terminals]
    groups += [(CLOSELESS, '"[^\n]*'), (STRANGE, "[^\n]")]
    return re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in groups))


def _spread(name: str) -> bool:
    return name.startswith("_") and name.islower()


def _rule(name: str, parts: list[str], kept: list[int | None]) -> Rule:
    title = "".join(word.capitalize() for word in name.split("_"))
    cls = None if _spread(name) or name == ABSENT else getattr(tree, title)
    names = fields(cls)[1:] if cls else ()
    rest = bool(names) and str(names[-1].type).startswith("tuple")
    places = tuple((place, place is not None and _spread(parts[place])) for place in kept)
    unit = _spread(name) and len(parts) == 1 and _spread(parts[0])
    return Rule(name, len(parts), places, _spread(name), cls, len(names) - 1 if rest else len(names), rest, unit)

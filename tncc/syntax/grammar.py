"""Compiles `grammars/tn.lark` with lark into the LALR(1) table that the parser runs on, `grammars/tn.json`.

Lark needs an eighth of a second for that, more than most programs take to be checked, so the table is stored, and lark
imported only where a table has to be made: when the grammar was changed. `python -m tncc.syntax.grammar` stores it.
"""

import json
import re
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from lark import Lark
    from lark.grammar import Rule
    from lark.lexer import TerminalDef

KEPT = ("NEWLINE", "SEMICOLON", "COMMENT")
"""Terminals that no rule names: `settle` turns them into the ends of statements."""

START = "module"


class _KeptTokens:
    """Makes lark keep the terminals that no rule names."""

    always_accept = KEPT

    def process(self, stream: Any) -> Any:
        return stream


def compile_grammar(grammar: str) -> str:
    """The table of a grammar, as JSON with one state or rule a line, the same for the same grammar and lark.

    `terminals` are tried in order. In `actions` a number is the state to shift to, or -1 - n to reduce by rule n; state
    0 is where a file begins, `end` where it was read. A rule is its name, its parts, and the places of those that its
    node keeps, with null where an optional part is missing.
    """
    from lark import Lark

    lark = Lark(
        grammar, parser="lalr", lexer="basic", start=START, maybe_placeholders=True, postlex=cast(Any, _KeptTokens())
    )
    table: Any = lark.parse_interactive("").parser_state.parse_conf.parse_table
    order = _numbered(table)
    rules = {rule: number for number, rule in enumerate(lark.rules)}
    actions: list[dict[str, int]] = []
    gotos: list[dict[str, int]] = []
    for state in order:
        row = {str(name): entry[1] for name, entry in sorted(table.states[state].items())}
        targets = {name: order[entry] if isinstance(entry, int) else -1 - rules[entry] for name, entry in row.items()}
        gotos.append({name: target for name, target in targets.items() if name.islower()})
        actions.append({name: target for name, target in targets.items() if not name.islower()})
    terminals, keywords = _terminals(lark)
    return _lines({
        "grammar": digest(grammar), "end": order[table.end_states[START]], "keywords": keywords,
        "ignored": sorted(lark.ignore_tokens), "terminals": terminals, "rules": [_rule(rule) for rule in lark.rules],
        "actions": actions, "gotos": gotos,
    })  # fmt: skip


def _numbered(table: Any) -> dict[int, int]:
    """Numbers for lark's states in the order in which they are met, for lark's own differ from run to run."""
    order = {table.start_states[START]: 0}
    queue = list(order)
    for state in queue:
        for _, (_, target) in sorted(table.states[state].items()):
            if isinstance(target, int) and target not in order:
                order[target] = len(order)
                queue.append(target)
    return order


def digest(grammar: str) -> str:
    """By what a table knows its grammar."""
    return sha256(grammar.encode()).hexdigest()


def _rule(rule: "Rule") -> list[Any]:
    missing = rule.options.empty_indices or [False] * len(rule.expansion)
    parts = iter(enumerate(rule.expansion))
    kept: list[int | None] = []
    for absent in missing:
        place, symbol = (None, None) if absent else next(parts)
        if absent or not getattr(symbol, "filter_out", False):
            kept.append(place)
    return [str(rule.origin.name), [str(symbol.name) for symbol in rule.expansion], kept]


def _terminals(lark: "Lark") -> tuple[list[list[str]], dict[str, str]]:
    """Terminals in the order in which lark tries them, and apart from them the words that would also be names."""
    name = next(terminal for terminal in lark.terminals if terminal.name == "NAME").pattern.to_regexp()
    words = {
        terminal.pattern.value: terminal.name
        for terminal in lark.terminals
        if terminal.pattern.type == "str" and re.fullmatch(name, terminal.pattern.value)
    }

    def rank(terminal: "TerminalDef") -> tuple[int, int, int, str]:
        pattern = terminal.pattern
        return -terminal.priority, -pattern.max_width, -len(pattern.value), terminal.name

    patterns = sorted((terminal for terminal in lark.terminals if terminal.name not in words.values()), key=rank)
    return [[terminal.name, terminal.pattern.to_regexp()] for terminal in patterns], dict(sorted(words.items()))


def _lines(value: dict[str, Any]) -> str:
    parts = []
    for key, entry in value.items():
        if isinstance(entry, list):
            rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in entry)
            parts.append(f'"{key}":[\n{rows}\n]')
        else:
            parts.append(f'"{key}":{json.dumps(entry, separators=(",", ":"))}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main() -> None:
    """Write the table beside the grammar."""
    folder = Path(str(resources.files("tncc.grammars")))
    grammar = (folder / "tn.lark").read_text(encoding="utf-8")
    (folder / "tn.json").write_text(compile_grammar(grammar), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

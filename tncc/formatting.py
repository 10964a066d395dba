"""`tncc fmt` over files: read, lay out, compare, and write back whole or not at all."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tncc.diagnostics.diagnostic import CompileError, Diagnostic, Failure
from tncc.diagnostics.render import Sources
from tncc.output import write_output
from tncc.reading import STANDARD, read_program
from tncc.syntax.format import format_source
from tncc.syntax.parser import parse


@dataclass(slots=True)
class Outcome:
    """What is to be printed, which files were (or would be) changed, and what could not be formatted."""

    printed: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    refused: list[tuple[Sequence[Diagnostic], Sources]] = field(default_factory=list)


def format_files(names: Sequence[str], *, write: bool, show_diff: bool) -> Outcome:
    """Format each file in place (`-` and `std` files are printed); files with syntax errors stay as they are."""
    outcome = Outcome()
    for name in names:
        try:
            _format_file(name, outcome, write=write, show_diff=show_diff)
        except Failure as failure:
            outcome.refused.append(([failure.diagnostic], {}))
        except CompileError as error:
            outcome.refused.append((error.diagnostics, error.sources))
    return outcome


def _format_file(name: str, outcome: Outcome, *, write: bool, show_diff: bool) -> None:
    _, source = read_program(name)
    parsed = parse(source)
    if parsed.diagnostics:
        outcome.refused.append((parsed.diagnostics, {source.name: source}))
        return
    text = format_source(source)
    in_place = name != "-" and not (name.startswith(STANDARD) and not Path(name).exists())
    if write and not in_place:
        outcome.printed.append(text)
        return
    original = source.text if not in_place else Path(name).read_bytes().decode("utf-8")
    if text == original:
        return
    outcome.changed.append(name)
    if show_diff:
        before, after = original.splitlines(keepends=True), text.splitlines(keepends=True)
        outcome.printed.append("".join(difflib.unified_diff(before, after, f"{name} (now)", f"{name} (formatted)")))
    if write:
        write_output(Path(name), text)

"""A diagnostic is a frozen value: its kind is a class, its words are a template filled from its fields."""

import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from tncc.diagnostics.source import Source
from tncc.diagnostics.span import Span


@dataclass(frozen=True, slots=True)
class Label:
    """A second place that a diagnostic points at, with what is to be seen there."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Base of all kinds: `template` and `advice` are filled from the fields; advice with an empty one is left out."""

    code: ClassVar[str] = ""
    severity: ClassVar[str] = "error"
    template: ClassVar[str] = ""
    advice: ClassVar[str] = ""

    span: Span
    labels: tuple[Label, ...] = field(default=(), kw_only=True)

    @property
    def message(self) -> str:
        """What is wrong, in lower case and with no full stop."""
        return self.template.format_map(self._values())

    @property
    def help(self) -> str | None:
        """What to do about it, in the imperative; None where nothing useful can be said."""
        values = self._values()
        names = [name for _, name, _, _ in string.Formatter().parse(self.advice) if name]
        if not self.advice or any(values[name] in (None, "") for name in names):
            return None
        return self.advice.format_map(values)

    def _values(self) -> dict[str, Any]:
        return {entry.name: _shown(getattr(self, entry.name)) for entry in fields(self)}


LONGEST = 400
"""How much of a name or value is shown at most."""


def _shown(value: Any) -> Any:
    """A field as it goes into a message: cut where it would fill the screen, huge numbers told by their length."""
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[: LONGEST - 1]}…"
    if isinstance(value, int) and value.bit_length() > 200:
        return f"an int of {value.bit_length()} bits"
    return value


def in_order(diagnostics: Iterable[Diagnostic], sources: Mapping[str, Source]) -> list[Diagnostic]:
    """Diagnostics file by file, as the files were read, and from top to bottom in each."""
    files = {name: position for position, name in enumerate(sources)}
    return sorted(
        diagnostics, key=lambda entry: (files.get(entry.span.file, len(files)), entry.span.line, entry.span.column)
    )


class Failure(Exception):
    """Carries one diagnostic from where it is found to where it is collected."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


class CompileError(Exception):
    """One or more diagnosed errors; `str()` is what the command line prints."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...], rendered: str, sources: Mapping[str, Source]) -> None:
        super().__init__(rendered)
        self.diagnostics = diagnostics
        self.sources = sources


class InternalError(Exception):
    """A fault of the compiler itself, never dressed up as the user's."""

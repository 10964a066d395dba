"""Diagnostics as text for people, and as JSON objects for programs."""

import json
from collections.abc import Iterable, Mapping
from unicodedata import combining, east_asian_width

from tncc.diagnostics.diagnostic import CompileError, Diagnostic, Label
from tncc.diagnostics.source import Source
from tncc.diagnostics.span import Span

Sources = Mapping[str, Source]
"""The texts that spans point into, by name."""

WIDTH = 160
"""How much of a source line is shown at most."""

COLORS = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "note": "\x1b[1;36m"}
BOLD, BLUE, RESET = "\x1b[1m", "\x1b[1;34m", "\x1b[0m"


def render(diagnostics: Iterable[Diagnostic], sources: Sources, *, color: bool = False) -> str:
    """Each diagnostic with its place, its source line underlined, its second places and its help."""
    text = "\n".join(_one(diagnostic, sources) for diagnostic in diagnostics)
    return _colored(text) if color else text


def compile_error(diagnostics: Iterable[Diagnostic], sources: Sources | None = None) -> CompileError:
    """The exception that carries some diagnostics, with their rendering as its text."""
    found = tuple(diagnostics)
    return CompileError(found, render(found, sources or {}), sources or {})


def _one(diagnostic: Diagnostic, sources: Sources) -> str:
    lines = [f"{diagnostic.severity}[{diagnostic.code}]: {visible(diagnostic.message)}"]
    spans = [Label(diagnostic.span, ""), *diagnostic.labels]
    shown = [label for label in spans if label.span.file]
    margin = max((len(str(label.span.line)) for label in shown if label.span.line), default=1)
    for position, label in enumerate(shown):
        mark = "^" if label is spans[0] else "-"
        lines += _place(label, sources, margin, mark, first=position == 0)
    if diagnostic.help:
        lines.append(f"{' ' * margin} = help: {visible(diagnostic.help)}")
    return "\n".join(lines) + "\n"


def _place(label: Label, sources: Sources, margin: int, mark: str, *, first: bool) -> list[str]:
    span = label.span
    arrow = "-->" if first else ":::"
    if not span.line:
        return [f"{' ' * margin}{arrow} {visible(span.file)}"]
    out = [f"{' ' * margin}{arrow} {visible(span.file)}:{span.line}:{span.column}", f"{' ' * margin} |"]
    source = sources.get(span.file)
    if source is None:
        return out[:1]
    text, start, end = _window(source.line(span.line), span)
    out.append(f"{span.line:>{margin}} | {text}".rstrip())
    under = " " * _width(text[: start - 1]) + mark * max(_width(text[start - 1 : end - 1]), 1)
    out.append(f"{' ' * margin} | {under} {visible(label.text)}".rstrip())
    return out


def _width(text: str) -> int:
    """The columns that a terminal gives to a text: two for a wide character, none for one that joins the one before."""
    wide = sum(east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(bool(combining(character)) for character in text)


def _window(line: str, span: Span) -> tuple[str, int, int]:
    """The part of a line around a span, with tabs widened, and the columns of the span in it."""
    end = span.end_column if span.end_line == span.line else len(line) + 1
    start = min(span.column, len(line) + 1)
    cut = max(0, start - WIDTH // 2) if len(line) > WIDTH else 0
    text = visible(line[cut : cut + WIDTH].replace("\t", " "))
    if cut:
        text = "…" + text[1:]
    if len(line) > cut + WIDTH:
        text = text[:-1] + "…"
    first = start - cut
    return text, first, max(min(end - cut, WIDTH + 1), first + 1)


def visible(text: str) -> str:
    """Text that cannot move the cursor or change colours: other control characters are shown as U+FFFD."""
    return "".join(character if character.isprintable() or character == "\n" else "\ufffd" for character in text)


def _colored(text: str) -> str:
    out: list[str] = []
    for line in text.split("\n"):
        word = line.split("[", 1)[0]
        body = line.lstrip(" 0123456789")
        if word in COLORS and "]: " in line:
            head, message = line.split("]: ", 1)
            out.append(f"{COLORS[word]}{head}]{RESET}{BOLD}: {message}{RESET}")
        elif body.startswith("| ") and set(body[2:].split(" ")[-1] if body[2:].strip() else "") <= {"^"}:
            out.append(line.replace("^", f"{COLORS['error']}^", 1) + RESET if "^" in line else line)
        elif body.startswith(("-->", ":::", "= help")):
            out.append(f"{BLUE}{line}{RESET}")
        else:
            out.append(line)
    return "\n".join(out)


def as_json(diagnostic: Diagnostic) -> str:
    """A diagnostic as one JSON object on one line."""
    place = _position(diagnostic.span)
    labels = [{**_position(label.span), "message": label.text} for label in diagnostic.labels]
    entry = {"code": diagnostic.code, "severity": diagnostic.severity, "message": diagnostic.message, **place}
    return json.dumps({**entry, "labels": labels, "help": diagnostic.help}, ensure_ascii=False)


def _position(span: Span) -> dict[str, str | int]:
    return {
        "file": span.file, "line": span.line, "column": span.column,
        "end_line": span.end_line, "end_column": span.end_column,
    }  # fmt: skip

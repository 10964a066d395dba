"""What the command line prints, where it goes and how wide and coloured it is, and with which status it ends."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn, Protocol

import typer

from tncc.diagnostics.diagnostic import CompileError, Diagnostic
from tncc.diagnostics.render import Sources, as_json, render
from tncc.options import MessageFormat, ReportFormat
from tncc.output import write_output
from tncc.progress import progress_bar
from tncc.watching import Watch

EXIT_DIAGNOSED, EXIT_USAGE, EXIT_INTERNAL = 1, 2, 70
"""Diagnosed errors, wrong usage, a fault of the compiler itself; 0 is fine."""


class Tables(Protocol):
    """Figures that can be printed in any of the formats."""

    def model_dump_json(self, *, indent: int) -> str: ...

    def markdown(self) -> str: ...

    def text(self, width: int, color: bool, /) -> str: ...


def laid_out(found: Tables, format: ReportFormat, output: Path | None) -> str:
    """Figures as text in a format, for the terminal where there is no `output`."""
    if format is ReportFormat.json:
        return found.model_dump_json(indent=2) + "\n"
    if format is ReportFormat.markdown:
        return found.markdown()
    return found.text(width(), output is None and wants_color(sys.stdout))


def emit(run: Callable[[Watch], str], output: Path | None, message_format: MessageFormat) -> None:
    """Print or write what `run` makes; diagnosed errors are printed, and nothing is written then."""
    try:
        with progress_bar() as watch:
            text = run(watch)
        if output is not None:
            write_output(output, text)
            return
    except CompileError as error:
        fail(error, message_format)
    write(sys.stdout, text)


def fail(error: CompileError, message_format: MessageFormat) -> NoReturn:
    """Print what is wrong, and end."""
    print_diagnostics(error.diagnostics, error.sources, message_format)
    raise typer.Exit(EXIT_DIAGNOSED)


def print_diagnostics(diagnostics: Sequence[Diagnostic], sources: Sources, message_format: MessageFormat) -> None:
    """Print diagnostics to standard error."""
    if not diagnostics:
        return
    if message_format is MessageFormat.json:
        write(sys.stderr, "".join(as_json(diagnostic) + "\n" for diagnostic in diagnostics))
    else:
        write(sys.stderr, render(diagnostics, sources, color=wants_color(sys.stderr)))


def write(stream: object, text: str) -> None:
    """Print text whatever the stream's encoding is: what it cannot show becomes an escape."""
    assert hasattr(stream, "write")
    encoding = getattr(stream, "encoding", None) or "utf-8"
    stream.write(text.encode(encoding, errors="backslashreplace").decode(encoding))


def wants_color(stream: object) -> bool:
    """Whether a stream is a terminal that shows colours, and nobody asked for none."""
    terminal = hasattr(stream, "isatty") and stream.isatty()
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """How many columns a table may take."""
    try:
        return max(60, min(os.get_terminal_size(sys.stdout.fileno()).columns, 140))
    except (OSError, ValueError):
        return 100


def usage(message: str) -> NoReturn:
    """Say how the command is to be used, and end."""
    print(f"tncc: {message}", file=sys.stderr)
    raise typer.Exit(EXIT_USAGE)

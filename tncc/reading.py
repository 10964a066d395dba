"""Where programs come from: paths, standard input, the standard library; the only place that opens a user's file."""

import os
import stat
import sys
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from tncc.diagnostics import name_kinds, syntax_kinds
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.source import Source
from tncc.diagnostics.span import NOWHERE, Span
from tncc.elaborate.nearest import rename_hint
from tncc.syntax.parser import parse
from tncc.syntax.tree import Network

LIMIT = 16 * 2**20
"""The size of a file, in bytes, past which it is not read."""

STANDARD = "std."
"""What the names of standard-library files begin with."""


def read_program(name: str) -> tuple[str, Source]:
    """The key and text of what a command line calls `name`: a path, `-`, or `std.mpo`; raises Failure."""
    if name == "-":
        return f"{Path.cwd()}{os.sep}-", _decode(sys.stdin.buffer.read(LIMIT + 1), "-")
    if name.startswith(STANDARD) and not Path(name).exists():
        return _standard(name)
    standard, files = STANDARD + name.lower(), standard_names()
    library = f"name one of its files: {', '.join(files)}" if name == STANDARD.rstrip(".") else None
    return _file(Path(name), name, f"write `{standard}`" if standard in files else library)


def text_program(text: str, name: str = "<text>") -> tuple[str, Source]:
    """The key and source of a program given as a string; its imports are relative to the working directory."""
    return f"{Path.cwd()}{os.sep}{name}", Source(name, text)


def read_import(wanted: str, importer: str) -> tuple[str, Source]:
    """What a `use` asks for: a standard-library file by its dotted name, or a path relative to the file that asks."""
    if wanted.startswith(STANDARD) and "/" not in wanted and not wanted.endswith(".tn"):
        return _standard(wanted)
    if "." in wanted and "/" not in wanted and not wanted.endswith(".tn") and wanted.split(".")[0].isidentifier():
        raise Failure(
            name_kinds.FileNotFound(NOWHERE, wanted, "library", 'write `use std.mpo: MPO` or `use "file.tn": NAME`')
        )
    if "\0" in wanted:
        raise Failure(syntax_kinds.UnreadableFile(NOWHERE, wanted.replace("\0", "\ufffd"), "its name has a NUL in it"))
    folder = Path("/").joinpath(*Path(importer).parts[:-1]) if not importer.startswith(STANDARD) else Path()
    path = folder / wanted
    if wanted == STANDARD.rstrip(".") and not path.exists():
        name, file = next(iter(standard_networks().items()))
        hint = f"write `use {file}: {name}`, or another of its networks: {', '.join(standard_networks())}"
        raise Failure(name_kinds.FileNotFound(NOWHERE, wanted, "file", hint))
    shown = os.path.relpath(path) if not Path(wanted).is_absolute() else wanted
    try:
        regular = stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        regular = True  # opening it says what is wrong
    if not regular:
        raise Failure(syntax_kinds.UnreadableFile(NOWHERE, shown, "it is not an ordinary file"))
    return _file(path, shown, "give its path as seen from the folder of this file")


def standard_names() -> list[str]:
    """The standard library's files, as `std.mpo` and so on."""
    files = resources.files("tncc.std").iterdir()
    return sorted(STANDARD + entry.name.removesuffix(".tn") for entry in files if entry.name.endswith(".tn"))


@cache
def standard_networks() -> Mapping[str, str]:
    """The standard library's networks with the files that declare them: `MPO` with `std.mpo`."""
    files = {name: parse(_standard(name)[1]).module.items for name in standard_names()}
    return {item.name.text: name for name, items in files.items() for item in items if isinstance(item, Network)}


def _standard(name: str) -> tuple[str, Source]:
    known = standard_names()
    if name not in known:
        near = rename_hint(name.removeprefix(STANDARD), [entry.removeprefix(STANDARD) for entry in known])
        hint = near.replace("`", f"`{STANDARD}", 1) if near else f"the files are {', '.join(known)}"
        raise Failure(name_kinds.FileNotFound(Span(name, 0, 0, 0, 0), name, "standard-library file", hint))
    data = resources.files("tncc.std").joinpath(name.removeprefix(STANDARD) + ".tn").read_bytes()
    return name, _decode(data, name)


def _file(path: Path, shown: str, otherwise: str | None) -> tuple[str, Source]:
    """The key and text of a file; `otherwise` is the help where it is not there, and none that is called nearly so."""
    place = Span(shown, 0, 0, 0, 0)
    try:
        with path.open("rb") as stream:
            data = stream.read(LIMIT + 1)
    except FileNotFoundError:
        raise Failure(name_kinds.FileNotFound(place, shown, "file", _near(path) or otherwise)) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise Failure(syntax_kinds.UnreadableFile(place, shown, reason.lower())) from None
    return str(path.resolve()), _decode(data, shown)


def _near(path: Path) -> str | None:
    try:
        names = [entry.name for entry in path.parent.iterdir() if entry.suffix == ".tn"]
    except OSError:
        return None
    return rename_hint(path.name, names)


def _decode(data: bytes, name: str) -> Source:
    if len(data) > LIMIT:
        raise Failure(syntax_kinds.FileTooLarge(Span(name, 0, 0, 0, 0), LIMIT))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", errors="replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        place = Span(name, line, column, line, column + 1)
        raise Failure(syntax_kinds.NotUtf8(place, data[error.start], error.start)) from None
    return Source(name, text)

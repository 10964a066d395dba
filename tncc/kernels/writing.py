"""Writes a kernel's files side by side: the C file, its header and, once built, a library and a checking program."""

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from tncc.backends.c.emit import CFiles
from tncc.diagnostics.diagnostic import CompileError
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.size_kinds import CannotWrite
from tncc.diagnostics.span import Span
from tncc.kernels.compiler import build, find_compiler
from tncc.output import write_output

UNNAMEABLE = re.compile(r'["\\]|\?\?|[\x00-\x1f\x7f]|[\ud800-\udfff]')
"""What no `#include` can name: what ends or escapes a name, trigraphs, ends of lines, and bytes that are no text."""


def write_sources(files: CFiles, path: Path) -> list[Path]:
    """The C file at a path and the header beside it; raises CompileError."""
    stem = named(path)
    code, header = stem.with_name(f"{stem.name}.c"), stem.with_name(f"{stem.name}.h")
    write_output(code, files.code)
    write_output(header, files.header)
    return [code, header]


def write_built(files: CFiles, check: Callable[[str], str], path: Path) -> list[Path]:
    """`write_sources`, a shared library, and the program that `check` makes for a header; raises CompileError.

    Nothing is written where there is no compiler.
    """
    compiler = find_compiler()
    stem = named(path)
    if UNNAMEABLE.search(stem.name):
        raise _cannot(stem.with_name(f"{stem.name}_test.c"), "no C file can include a header of such a name")
    library, program = stem.with_name(f"{stem.name}.so"), stem.with_name(f"{stem.name}_test.c")
    written = write_sources(files, path)
    write_output(program, check(f"{stem.name}.h"))
    try:
        with tempfile.TemporaryDirectory(prefix=f".{stem.name[:40]}.", dir=stem.parent) as room:
            made = Path(room) / library.name
            build(compiler, written[0], made)
            os.replace(made, library)
    except OSError as error:
        raise _cannot(library, (error.strerror or str(error)).lower()) from None
    return [*written, program, library]


def named(path: Path) -> Path:
    """`stem_of` a path that names a file; raises CompileError."""
    stem = stem_of(path)
    if stem.name in ("", ".."):
        raise _cannot(path, "it is a folder")
    return stem


def _cannot(path: Path, reason: str) -> CompileError:
    return compile_error([CannotWrite(Span(str(path), 0, 0, 0, 0), str(path), reason)])


def stem_of(path: Path) -> Path:
    """A path without the ending of a C file."""
    return path.with_suffix("") if path.suffix in (".c", ".h", ".so") else path

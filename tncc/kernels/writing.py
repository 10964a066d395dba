"""Writes a kernel's files side by side: the C file, its header and, once built, a library and a checking program."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from tncc.backends.c.emit import CFiles
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.size_kinds import CannotWrite
from tncc.diagnostics.span import Span
from tncc.kernels.compiler import build, find_compiler
from tncc.output import write_output


def write_sources(files: CFiles, path: Path) -> list[Path]:
    """The C file at a path and the header beside it; raises CompileError."""
    stem = stem_of(path)
    code, header = stem.with_name(f"{stem.name}.c"), stem.with_name(f"{stem.name}.h")
    write_output(code, files.code)
    write_output(header, files.header)
    return [code, header]


def write_built(files: CFiles, check: Callable[[str], str], path: Path) -> list[Path]:
    """`write_sources`, a shared library, and the program that `check` makes for a header; raises CompileError.

    Nothing is written where there is no compiler.
    """
    compiler = find_compiler()
    stem = stem_of(path)
    library, program = stem.with_name(f"{stem.name}.so"), stem.with_name(f"{stem.name}_test.c")
    written = write_sources(files, path)
    write_output(program, check(f"{stem.name}.h"))
    try:
        with tempfile.TemporaryDirectory(prefix=f".{stem.name[:40]}.", dir=stem.parent) as room:
            made = Path(room) / library.name
            build(compiler, written[0], made)
            os.replace(made, library)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise compile_error([CannotWrite(Span(str(library), 0, 0, 0, 0), str(library), reason)]) from None
    return [*written, program, library]


def stem_of(path: Path) -> Path:
    """A path without the ending of a C file."""
    return path.with_suffix("") if path.suffix in (".c", ".h", ".so") else path

"""Kernels in files: the C file with its header and, where it is built, a library and a program that checks it."""

import importlib
from pathlib import Path

from tncc.backends.c.emit import Type
from tncc.driver import Compiled
from tncc.planning.plan import Freeze


def write_kernel(compiled: Compiled, path: Path, dtype: Type, freeze: Freeze, build: bool) -> str:
    """Write a kernel's C file and header and, where it is built, its library and checking program.

    Returns a line for each file written; raises CompileError.
    """
    # Imported only now: nobody else needs compilers.
    writing = importlib.import_module("tncc.kernels.writing")
    files = compiled.c_files(dtype, freeze)
    if not build:
        written = writing.write_sources(files, path)
    else:
        compiled.watch("building", 0, 1)
        written = writing.write_built(files, lambda header: compiled.c_test(header, dtype, freeze), path)
    return "".join(f"wrote {one}\n" for one in written)

"""Built libraries in the user's cache folder, by what they were built from, and never loaded unless they are that.

A library is called `KEY-DIGEST.so`: the hash of source, compiler, flags and processor, and that of the library itself.
So one rename makes it appear whole, two processes that build the same may both succeed, and a damaged one is known.
"""

import atexit
import hashlib
import os
import platform
import shutil
import stat
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

import platformdirs

from tncc.diagnostics.kernel_kinds import NotBuilt
from tncc.diagnostics.render import compile_error
from tncc.kernels.compiler import PLACE, Compiler, build

ELSEWHERE = "name another compiler in the environment variable CC, or another cache folder in XDG_CACHE_HOME"
"""What helps where a library can be neither kept nor loaded."""


def library(source: str, compiler: Compiler) -> Path:
    """The library of some C source, built where it is not there yet; raises CompileError where it can't be."""
    try:
        return _library(source, compiler, _folder())
    except OSError as error:
        where = "" if error.filename is None else f" (`{error.filename}`)"
        reason = f"{(error.strerror or str(error)).lower()}{where}"
        raise compile_error([NotBuilt(PLACE, compiler.command[0], reason, ELSEWHERE)]) from None


def _library(source: str, compiler: Compiler, folder: Path) -> Path:
    key = _key(source, compiler)
    for path in sorted(folder.glob(f"{key}-*.so")):
        if _is_whole(path):
            return path
        with suppress(OSError):  # a folder, say, which is nothing to be loaded either
            path.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="build-", dir=folder) as room:
        code, made = Path(room) / "kernel.c", Path(room) / "kernel.so"
        code.write_text(source, encoding="ascii")
        build(compiler, code, made)
        target = folder / f"{key}-{_digest(made)}.so"
        os.chmod(made, 0o500)
        os.replace(made, target)
    return target


def _key(source: str, compiler: Compiler) -> str:
    parts = [source, *compiler.command, *compiler.flags, compiler.version, _processor()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


@cache
def _processor() -> str:
    """What `-march=native` looks at: a folder may be shared by machines that differ in it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return f"{platform.machine()} {platform.processor()}"
    return "\n".join(sorted({line for line in lines if line.startswith(("flags", "model name", "Features"))}))


def _folder() -> Path:
    """Our folder in the cache, which nobody else may write to; a temporary one where there can be none.

    It is looked for each time, since it may have been removed.
    """
    folder = Path(platformdirs.user_cache_dir("tncc")) / "kernels"
    with suppress(OSError):  # where there can be none
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = folder.stat()
        mine = not hasattr(os, "getuid") or found.st_uid == os.getuid()
        if mine and os.access(folder, os.W_OK | os.X_OK):
            if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                folder.chmod(0o700)
            return folder
    return _temporary(os.getpid())


@cache
def _temporary(process: int) -> Path:
    """A folder for as long as a process lives; one that it has forked has its own."""
    folder = Path(tempfile.mkdtemp(prefix="tncc-kernels-"))
    atexit.register(_removed, folder, process)
    return folder


def _removed(folder: Path, process: int) -> None:
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)


def _is_whole(path: Path) -> bool:
    """Whether a library is what its name says, and belongs to this user."""
    try:
        mine = not hasattr(os, "getuid") or path.stat().st_uid == os.getuid()
        return mine and not path.is_symlink() and path.stem.rpartition("-")[2] == _digest(path)
    except OSError:
        return False


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32]

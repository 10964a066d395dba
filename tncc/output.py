"""Writing results: beside, then renamed, so that no reader and no crash ever sees half a file."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tncc.diagnostics.render import compile_error
from tncc.diagnostics.size_kinds import CannotWrite
from tncc.diagnostics.span import Span


def write_output(path: Path, text: str, *, overwrite: bool = True) -> None:
    """Write a whole file or nothing; raises CompileError where that cannot be done.

    A device or pipe (`/dev/stdout`) is written to as it is; a link is followed, so that its target is replaced.
    """
    place = Span(str(path), 0, 0, 0, 0)
    try:
        if path.exists() and not overwrite:
            raise compile_error(
                [CannotWrite(place, str(path), "it exists already", "choose another name, or remove it")]
            )
        target = Path(os.path.realpath(path)) if path.is_symlink() else path
        if target.exists() and not target.is_file() and not target.is_dir():
            target.write_text(text, encoding="utf-8")
            return
        _replace(target, text)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise compile_error([CannotWrite(place, str(path), reason.lower())]) from None


def _replace(target: Path, text: str) -> None:
    with _beside(target) as name, name.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """The path of a file to be written, which takes the place of `path` if all goes well, and else is gone.

    Raises CompileError where that can't be done.
    """
    place = Span(str(path), 0, 0, 0, 0)
    try:
        target = Path(os.path.realpath(path)) if path.is_symlink() else path
        with _beside(target) as name:
            yield name
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise compile_error([CannotWrite(place, str(path), reason.lower())]) from None


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".tmp", dir=target.parent)
    os.close(handle)
    try:
        yield Path(name)
        os.chmod(name, mode)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask

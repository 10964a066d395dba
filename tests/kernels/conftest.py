"""A cache folder of a test's own, and compilers that are scripts."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tncc.kernels import compiler

REAL = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang") or ""

Script = Callable[..., Path]


@pytest.fixture
def fresh_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which libraries are kept, which is not there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "tncc" / "kernels"


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """Makes a compiler that runs some shell commands, and then the real one."""

    def made(commands: str = "", name: str = "mycc") -> Path:
        path = tmp_path / name
        path.write_text(f'#!/bin/sh\n{commands}\nexec {REAL} "$@"\n')
        path.chmod(0o755)
        return path

    return made


@pytest.fixture
def no_compiler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a compiler."""
    (tmp_path / "empty").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.delenv("CC", raising=False)
    compiler._compiler.cache_clear()
    yield
    compiler._compiler.cache_clear()

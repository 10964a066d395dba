"""The cache of built libraries: whole files only, known by what they were built from, and the user's own."""

import errno
import hashlib
import os
import shutil
import stat
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from tests.backends.c.building import needs_compiler
from tests.kernels.conftest import Script
from tests.kernels.small import TEXT
from tncc.diagnostics.diagnostic import CompileError
from tncc.kernels.cache import _key, library
from tncc.kernels.compiler import Compiler, find_compiler

pytestmark = needs_compiler

SOURCE = "int answer(void) { return 42; }\n"

SOMEBODY = 12345
"""The number of another user."""


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32]


def is_whole(path: Path) -> bool:
    return path.stem.rpartition("-")[2] == digest(path)


def test_a_library_is_built_once(fresh_cache: Path, script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    log = script('case "$*" in *kernel.c*) echo built >> "$0.log";; esac')
    monkeypatch.setenv("CC", str(log))
    paths = {library(SOURCE, find_compiler()) for _ in range(3)}
    assert len(paths) == 1
    (path,) = paths
    assert path.parent == fresh_cache and is_whole(path) and path.name.startswith(_key(SOURCE, find_compiler()))
    assert log.with_name("mycc.log").read_text() == "built\n"
    assert list(fresh_cache.iterdir()) == [path], "nothing is left behind"


def test_the_folder_is_private(fresh_cache: Path) -> None:
    before = os.umask(0)
    try:
        path = library(SOURCE, find_compiler())
    finally:
        os.umask(before)
    assert stat.S_IMODE(fresh_cache.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o500


def test_an_open_folder_is_made_private(fresh_cache: Path) -> None:
    fresh_cache.mkdir(parents=True)
    fresh_cache.chmod(0o777)
    library(SOURCE, find_compiler())
    assert stat.S_IMODE(fresh_cache.stat().st_mode) == 0o700


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "link"])
def test_a_damaged_library_is_built_again(damage: str, fresh_cache: Path, tmp_path: Path) -> None:
    path = library(SOURCE, find_compiler())
    good = path.read_bytes()
    path.chmod(0o700)
    if damage == "link":
        (tmp_path / "elsewhere.so").write_bytes(good)
        path.unlink()
        path.symlink_to(tmp_path / "elsewhere.so")
    else:
        path.write_bytes({"cut": good[:100], "empty": b""}.get(damage, good[:-1] + b"x"))
    found = library(SOURCE, find_compiler())
    assert is_whole(found) and not found.is_symlink()
    assert [one for one in fresh_cache.iterdir() if not is_whole(one)] == []


def test_other_files_in_the_folder_are_let_alone(fresh_cache: Path) -> None:
    fresh_cache.mkdir(parents=True)
    others = [fresh_cache / name for name in ("readme.txt", "build-left", f"{'0' * 32}-{'1' * 32}.so")]
    for other in others:
        other.write_text("something else")
    path = library(SOURCE, find_compiler())
    assert path not in others and all(other.read_text() == "something else" for other in others)


def test_what_pretends_to_be_the_library_is_not_loaded(fresh_cache: Path) -> None:
    fresh_cache.mkdir(parents=True)
    key = _key(SOURCE, find_compiler())
    (fresh_cache / f"{key}-{'0' * 32}.so").write_bytes(b"not a library")
    (fresh_cache / f"{key}-.so").write_bytes(b"nor this")
    assert is_whole(library(SOURCE, find_compiler()))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_what_belongs_to_somebody_else_is_not_used(fresh_cache: Path) -> None:
    path = library(SOURCE, find_compiler())
    os.chown(path, SOMEBODY, SOMEBODY)
    again = library(SOURCE, find_compiler())
    assert again.stat().st_uid == os.geteuid()
    os.chown(fresh_cache, SOMEBODY, SOMEBODY)
    elsewhere = library(SOURCE, find_compiler())
    assert elsewhere.parent != fresh_cache and elsewhere.parent.stat().st_uid == os.geteuid()
    assert stat.S_IMODE(elsewhere.parent.stat().st_mode) == 0o700


def test_no_folder_can_be_made(tmp_path: Path, fresh_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert is_whole(library(SOURCE, find_compiler()))


def test_a_folder_that_is_removed_is_made_again(fresh_cache: Path) -> None:
    first = library(SOURCE, find_compiler())
    shutil.rmtree(fresh_cache)
    assert library(SOURCE, find_compiler()) == first and is_whole(first)


def test_a_folder_in_place_of_a_library(fresh_cache: Path) -> None:
    name = f"{_key(SOURCE, find_compiler())}-{'0' * 32}.so"
    (fresh_cache / name).mkdir(parents=True)
    assert is_whole(library(SOURCE, find_compiler()))


def test_a_temporary_folder_goes_with_its_process(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "file"), "TMPDIR": str(tmp_path)}
    code = (
        "import os; from tncc.kernels.cache import library; from tncc.kernels.compiler import find_compiler\n"
        f"one = library({SOURCE!r}, find_compiler())\n"
        "child = os.fork()\nif not child: raise SystemExit\nos.waitpid(child, 0)\n"
        "assert one.exists(); print(one.parent)"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"{tmp_path}/tncc-kernels-")
    assert [one.name for one in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_is_told(fresh_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, *_: object, **__: object) -> int:
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_text", full)
    compiler = Compiler(("mycc",), (), "1")
    with pytest.raises(CompileError, match="`mycc` did not build the kernel: no space left on device") as error:
        library(SOURCE, compiler)
    assert "XDG_CACHE_HOME" in str(error.value)


def test_the_key_is_of_all_that_makes_a_library() -> None:
    one = Compiler(("cc",), ("-O3",), "cc 12")
    others = [
        one, replace(one, flags=("-O2",)), replace(one, command=("gcc",)), replace(one, version="cc 13"),
        replace(one, command=("cc", "-O3"), flags=()), replace(one, flags=("-O3", "-g")),
    ]  # fmt: skip
    keys = [_key(SOURCE, other) for other in others] + [_key(SOURCE + " ", one)]
    assert len({*keys[:4], *keys[5:]}) == 6
    assert _key(SOURCE, one) == keys[0]


PROCESS = f"""
import torch, tncc
layer = tncc.compile_text({TEXT!r}, batch=(1, 8)).module(kernels="c")
x = torch.randn(5, 3)
torch.testing.assert_close(layer(x), x @ layer.get_parameter("A"))
assert layer._engines
print("well")
"""


def test_processes_that_build_the_same_at_once(fresh_cache: Path, script: Script, tmp_path: Path) -> None:
    # Each waits in the compiler until all are there, so that their builds overlap.
    room = tmp_path / "room"
    room.mkdir()
    wait = (
        f"touch {room}/$$; n=0; while [ $(ls {room} | wc -l) -lt 3 ] && [ $n -lt 600 ]; do sleep 0.1; n=$((n+1)); done"
    )
    compiler = script(f'case "$*" in *kernel.c*) {wait};; esac')
    environment = os.environ | {"CC": str(compiler)}
    command = [sys.executable, "-c", PROCESS]
    processes = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    partial: list[Path] = []
    while any(process.poll() is None for process in processes):
        for path in fresh_cache.glob("*.so") if fresh_cache.exists() else ():
            partial += [] if is_whole(path) else [path]
        time.sleep(0.005)
    for process in processes:
        out, err = process.communicate()
        assert (process.returncode, out) == (0, "well\n"), err
    assert partial == [], "a library appears whole or not at all"
    assert len(list(room.iterdir())) == 3
    assert all(is_whole(path) and path.suffix == ".so" for path in fresh_cache.iterdir())

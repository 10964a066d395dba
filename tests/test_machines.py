"""Machine profiles: where they are found, that they come back as written, and what is said of damaged ones."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from tncc.diagnostics.diagnostic import CompileError
from tncc.ir.machine import Machine
from tncc.machines import LIMIT, builtin_machine, describe, load_machine, machine_file, machine_text, store_machine


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of its own for each test, not yet made."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "tncc"


def changed(**fields: Any) -> str:
    """The built-in profile with some fields replaced, as JSON."""
    return json.dumps(builtin_machine().model_dump() | fields)


def told(text: str | bytes, folder: Path) -> str:
    """What is said of a profile that cannot be used."""
    path = folder / "profile.json"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(CompileError) as error:
        load_machine(str(path))
    (diagnostic,) = error.value.diagnostics
    assert diagnostic.code == "TN201"
    assert diagnostic.help == "give a file that `tncc calibrate -o` has written"
    return diagnostic.message.removeprefix(f"`{path}` is no machine profile that can be planned with: ")


def test_the_built_in_profile_is_there_by_default() -> None:
    assert load_machine() == load_machine(None) == builtin_machine()
    assert builtin_machine().threads == 1


def test_what_is_measured_is_found_again(cache_folder: Path) -> None:
    machine = builtin_machine().model_copy(update={"name": "mine"})
    assert store_machine(machine) == machine_file() == cache_folder / "machine.json"
    assert load_machine() == machine
    assert hash(load_machine()) == hash(machine)
    store_machine(builtin_machine())
    assert load_machine() == builtin_machine()
    assert [entry.name for entry in cache_folder.iterdir()] == ["machine.json"]


def test_a_kept_profile_that_is_damaged_is_told(cache_folder: Path) -> None:
    cache_folder.parent.mkdir()
    cache_folder.write_text("no folder, so that nothing can have been measured")
    assert load_machine() == builtin_machine()
    cache_folder.unlink()
    cache_folder.mkdir()
    kept = machine_file()
    kept.symlink_to(kept.name)
    assert "symbolic links" in kept_is_refused()
    kept.unlink()
    kept.mkdir()
    assert "is a directory" in kept_is_refused()
    kept.rmdir()
    kept.write_text(changed(call_us=-1.0))
    assert "`call_us`: input should be greater" in kept_is_refused()
    kept.write_text(machine_text(builtin_machine())[:-100])
    assert "invalid JSON" in kept_is_refused()


def kept_is_refused() -> str:
    """What is said of the profile in the cache folder."""
    with pytest.raises(CompileError) as error:
        load_machine()
    (diagnostic,) = error.value.diagnostics
    assert (diagnostic.code, diagnostic.span.file) == ("TN201", str(machine_file()))
    assert diagnostic.help == "run `tncc calibrate` again, or remove the file"
    return diagnostic.message


def test_a_named_file_comes_first(tmp_path: Path) -> None:
    store_machine(builtin_machine().model_copy(update={"name": "kept"}))
    named = builtin_machine().model_copy(update={"name": "named"})
    path = tmp_path / "named.json"
    assert store_machine(named, path) == path
    assert load_machine(str(path)) == named
    assert load_machine().name == "kept"


def test_a_profile_is_text_with_a_line_for_each_row() -> None:
    text = machine_text(builtin_machine())
    assert Machine.model_validate_json(text) == builtin_machine()
    assert f'"runs": {list(builtin_machine().runs)}' in text
    assert max(map(len, text.splitlines())) <= 120


def test_a_profile_in_a_few_lines() -> None:
    lines = describe(builtin_machine()).splitlines()
    assert lines[0] == f"{builtin_machine().name}, one thread, float32"
    assert len(lines) == 8
    assert "GFLOP/s" in lines[1]
    several = describe(builtin_machine().model_copy(update={"threads": 4}))
    assert ", 4 threads, float32\n" in several


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "absent.json"
    with pytest.raises(CompileError) as error:
        load_machine(str(path))
    assert str(error.value) == (
        f"error[TN201]: `{path}` is no machine profile that can be planned with: no such file or directory\n"
        f" --> {path}\n"
        "  = help: give a file that `tncc calibrate -o` has written\n"
    )


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    for name in (str(tmp_path), "a\0b", str(tmp_path / ("x" * 300))):
        with pytest.raises(CompileError) as error:
            load_machine(name)
        assert error.value.diagnostics[0].code == "TN201"
    private = tmp_path / "private.json"
    private.write_text(machine_text(builtin_machine()))
    private.chmod(0)
    if not os.access(private, os.R_OK):  # an administrator may read it all the same
        with pytest.raises(CompileError):
            load_machine(str(private))


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    assert told(b" " * (LIMIT + 1), tmp_path) == "it is larger than 1,048,576 bytes"
    with pytest.raises(CompileError):
        load_machine("/dev/zero")


@pytest.mark.parametrize("text", ["", "{", "\ufeff{}", b"\xff\xfe", b"\x80\x04K\x01.", "[" * 10_000])
def test_a_file_that_is_no_json(text: str | bytes, tmp_path: Path) -> None:
    assert told(text, tmp_path).startswith("invalid JSON: ")


@pytest.mark.parametrize(
    "fields",
    [
        {"call_us": 0.0},
        {"call_us": -1.0},
        {"call_us": float("nan")},
        {"view_us": float("inf")},
        {"function_ns": 1e300},
        {"fresh_bytes": 0},
        {"fresh_gbps": 0},
        {"autograd_us": "7"},
        {"autograd_us": None},
        {"threads": 0},
        {"threads": 1.5},
        {"threads": True},
        {"name": 3},
        {"name": "x" * 1000},
        {"more": 1},
        {"caches": []},
        {"runs": []},
        {"single": []},
        {"extents": [1, 4]},
        {"extents": [0, 1, 4, 8, 16, 32, 64, 256, 1024]},
        {"batched_extents": [1, 2, 4, 4, 16, 32, 64, 256]},
    ],
)
def test_nonsense(fields: dict[str, Any], tmp_path: Path) -> None:
    text = changed(**fields)
    with pytest.raises(ValidationError):
        Machine.model_validate_json(text)
    (name,) = fields
    assert name in told(text, tmp_path)


def test_no_profile_at_all(tmp_path: Path) -> None:
    assert told("[]", tmp_path) == "input should be an object"
    assert told("{}", tmp_path) == "`name`: field required"


def test_what_nonsense_is_called(tmp_path: Path) -> None:
    caches = builtin_machine().model_dump()["caches"]
    runs = list(builtin_machine().runs)
    last = "the last of `caches`, and no other, is main memory, without bytes"
    assert told(changed(extents=[1, 4]), tmp_path) == "`single` must be 2 by 2 by 2, as its extents are"
    assert told(changed(caches=caches[:-1]), tmp_path) == last
    assert told(changed(caches=[caches[-1], caches[-1]]), tmp_path) == last
    assert told(changed(caches=[caches[1], caches[0], caches[-1]]), tmp_path) == "the sizes in `caches` must ascend"
    assert told(changed(runs=runs[:-1]), tmp_path) == "`permute` needs a rate for each of `runs`"
    assert told(changed(runs=runs[::-1]), tmp_path) == "the sizes in `runs` must ascend"
    cold = [caches[0] | {"gbps": 0.0}, *caches[1:]]
    assert told(changed(caches=cold), tmp_path).startswith("`caches[0].gbps`: input should be greater than or equal to")


def test_a_damaged_profile_in_the_cache_folder_is_told(cache_folder: Path) -> None:
    cache_folder.mkdir(parents=True)
    machine_file().write_text("{}")
    with pytest.raises(CompileError) as error:
        load_machine()
    assert error.value.diagnostics[0].code == "TN201"
    assert error.value.diagnostics[0].help == "run `tncc calibrate` again, or remove the file"
    assert f"--> {machine_file()}\n" in str(error.value)


def test_a_cache_folder_that_is_none(tmp_path: Path, cache_folder: Path) -> None:
    (tmp_path / "cache").write_text("a file in its place")
    assert load_machine() == builtin_machine()
    with pytest.raises(CompileError) as error:
        store_machine(builtin_machine())
    assert error.value.diagnostics[0].code == "TN138"
    with pytest.raises(CompileError) as error:
        store_machine(builtin_machine(), tmp_path / "missing" / "machine.json")
    assert error.value.diagnostics[0].code == "TN138"

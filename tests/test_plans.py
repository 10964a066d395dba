"""Plan files: written once, read back as the same code, and refused where they were made for something else."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tncc import plans
from tncc.diagnostics.diagnostic import CompileError
from tncc.driver import Compiled, compile_text
from tncc.plans import PlanFile, plan_key, read_plan, write_plan

CHAIN = """network Chain(chi: int = 2, outs: int = 3) {
  index i: 4
  index o: outs
  bond r: chi
  input x[..., i]
  tensor A[i, r]
  tensor B[r, o]
  output y[..., o] = x * A * B
}
"""
OTHER = CHAIN.replace("Chain", "Other")
TANH = CHAIN.replace("x * A * B", "tanh(x * A * B)")
HELP = "remove the file, so that it is written anew, or name another one"


def compiled(path: Path, text: str = CHAIN, **options: Any) -> Compiled:
    return compile_text(text, plan=path, **{"batch": (1, 8)} | options)


def told(attempt: Callable[[], object], path: Path) -> str:
    """Why a plan file is refused."""
    with pytest.raises(CompileError) as error:
        attempt()
    (diagnostic,) = error.value.diagnostics
    assert (diagnostic.code, diagnostic.help) == ("TN203", HELP)
    return diagnostic.message.removeprefix(f"`{path}` is no plan for this network: ")


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A plan of the chain."""
    path = tmp_path / "chain.plan"
    compiled(path).plan()
    return path


@pytest.mark.parametrize("target", ["torch", "numpy"])
@pytest.mark.parametrize("freeze", ["time", "memory", "off"])
def test_a_plan_is_written_once_and_read_back(tmp_path: Path, target: str, freeze: Any) -> None:
    path = tmp_path / "chain.plan"
    without = compile_text(CHAIN, batch=(1, 8)).source(target, freeze)
    first = compiled(path).source(target, freeze)
    data, stamp = path.read_bytes(), path.stat().st_mtime_ns
    again = compiled(path)
    assert first == without == again.source(target, freeze)
    assert "planner" not in again.__dict__, "nothing was planned anew"
    assert (path.read_bytes(), path.stat().st_mtime_ns) == (data, stamp)
    assert [entry.name for entry in tmp_path.iterdir()] == ["chain.plan"]


def test_the_same_plan_gives_the_same_bytes(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    compiled(one).plan()
    compiled(other).plan()
    assert one.read_bytes() == other.read_bytes()
    network = compiled(one).optimized
    key = plan_key(network, (1, 8), None, "time")
    write_plan(other, key, read_plan(one, key, network))
    assert one.read_bytes() == other.read_bytes()
    assert one.read_text().endswith("}\n")


def test_nothing_is_written_before_a_plan_is_asked_for(tmp_path: Path) -> None:
    compiled(tmp_path / "chain.plan").report()
    assert list(tmp_path.iterdir()) == []


def test_a_module_comes_from_a_plan_file(written: Path) -> None:
    module = compiled(written).module()
    assert [tuple(parameter.shape) for parameter in module.parameters()] == [(4, 2), (2, 3)]


def test_where_the_program_stands_makes_no_difference(written: Path) -> None:
    moved = "# a comment\n\n" + CHAIN.replace("  tensor A", "  # the first\n  tensor A")
    again = compiled(written, moved)
    again.source()
    assert "planner" not in again.__dict__


@pytest.mark.parametrize(
    ("text", "options", "freeze", "reason"),
    [
        (OTHER, {}, "time", "it was made for network `Chain` instead of `Other`"),
        (TANH, {}, "time", "it was made for other sizes or equations"),
        (CHAIN, {"chi": 3}, "time", "it was made for other sizes or equations"),
        (CHAIN, {"outs": 4}, "time", "it was made for other sizes or equations"),
        (CHAIN, {"bonds": {"r": 1}}, "time", "it was made for other sizes or equations"),
        (CHAIN, {"batch": (8, 1)}, "time", "it was made for batch `(1, 8)` instead of `(8, 1)`"),
        (CHAIN, {"batch": (1,)}, "time", "it was made for batch `(1, 8)` instead of `(1,)`"),
        (CHAIN, {"memory": "1MiB"}, "time", "it was made for memory `None` instead of `1048576`"),
        (CHAIN, {}, "off", "it was made for freeze `time` instead of `off`"),
    ],
)
def test_a_plan_for_something_else_is_refused(
    written: Path, text: str, options: dict[str, Any], freeze: Any, reason: str
) -> None:
    data = written.read_bytes()
    assert told(lambda: compiled(written, text, **options).source("torch", freeze), written) == reason
    assert written.read_bytes() == data


def test_a_plan_of_another_version_is_refused(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = plans.VERSION
    monkeypatch.setattr(plans, "VERSION", "99.0")
    assert told(compiled(written).plan, written) == f"it was made for version `{before}` instead of `99.0`"


def edited(**fields: Any) -> Callable[[bytes], bytes]:
    """A plan file with some fields replaced."""
    return lambda data: json.dumps(json.loads(data) | fields).encode()


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda data: b"", "invalid JSON: EOF while parsing"),
    "truncated": (lambda data: data[: len(data) // 2], "invalid JSON: EOF while parsing"),
    "not JSON": (lambda data: b"network N() {}", "invalid JSON: expected"),
    "not UTF-8": (lambda data: b'{"format": "\xff"}', "invalid JSON: "),
    "binary": (lambda data: bytes(range(256)) * 8, "invalid JSON: "),
    "a list": (lambda data: b"[]", "input should be an object"),
    "nested deeply": (lambda data: b"[" * 100_000, "invalid JSON: recursion limit exceeded"),
    "nothing in it": (lambda data: b"{}", "`made_for`: field required"),
    "another format": (edited(format="tncc plan 0"), "`format`: input should be 'tncc plan 1'"),
    "one field more": (edited(more=1), "`more`: extra inputs are not permitted"),
    "no plan": (edited(plan=None), "`plan`: input should be"),
    "a huge number": (edited(plan={"planned": [10**4000]}), "`plan"),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_plan_is_refused(written: Path, name: str) -> None:
    damage, reason = DAMAGE[name]
    data = damage(written.read_bytes())
    written.write_bytes(data)
    found = told(compiled(written).plan, written)
    assert found.lower().startswith(reason.lower()), found
    assert written.read_bytes() == data


def programs(plan: Any) -> list[Any]:
    """All programs of a plan as JSON."""
    variants = [*plan["inference"], *plan["forward"]]
    trained = [part[name] for part in plan["training"] for name in ("forward", "backward")]
    return [plan["straight"], *(variant["program"] for variant in variants), *trained]


def renamed_tensor(plan: Any) -> None:
    for program in programs(plan):
        for instruction in program["instructions"]:
            if instruction["op"] == "read":
                instruction["tensor"] = "nobody"


def later_first(plan: Any) -> None:
    for program in programs(plan):
        program["instructions"].reverse()


def late_start(plan: Any) -> None:
    plan["forward"][0]["rows"] = 2


def nothing_forward(plan: Any) -> None:
    plan["forward"] = []


def no_results(plan: Any) -> None:
    plan["straight"]["results"] = []


def seedless(plan: Any) -> None:
    plan["training"][0]["seeds"] = []


@pytest.mark.parametrize("change", [renamed_tensor, later_first, late_start, nothing_forward, no_results, seedless])
def test_a_plan_that_does_not_fit_its_network_is_refused(written: Path, change: Callable[[Any], None]) -> None:
    data = json.loads(written.read_bytes())
    change(data["plan"])
    written.write_text(json.dumps(data))
    assert told(compiled(written).source, written)


def test_every_truncation_is_refused(written: Path) -> None:
    data = written.read_bytes()
    for length in range(0, len(data) - 1, len(data) // 50):
        written.write_bytes(data[:length])
        assert told(compiled(written).plan, written).startswith("invalid JSON")


def test_a_huge_plan_is_refused_without_being_read(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "LIMIT", 2**16)
    with written.open("wb") as stream:
        stream.truncate(2**40)
    assert told(compiled(written).plan, written) == "it is larger than 65,536 bytes"


def test_a_device_that_never_ends_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "LIMIT", 2**16)
    path = Path("/dev/zero")
    assert told(compiled(path).plan, path) == "it is larger than 65,536 bytes"


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert told(compiled(tmp_path).plan, tmp_path) == "is a directory"
    assert list(tmp_path.iterdir()) == []


def test_a_private_plan_is_refused(written: Path) -> None:
    written.chmod(0)
    if not os.access(written, os.R_OK):  # an administrator may read it all the same
        assert told(compiled(written).plan, written) == "permission denied"


@pytest.mark.parametrize("name", ["x" * 300, "a\0b", "missing/chain.plan"])
def test_a_plan_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(CompileError) as error:
        compiled(tmp_path / name).plan()
    assert [diagnostic.code for diagnostic in error.value.diagnostics] == ["TN138"]
    assert list(tmp_path.iterdir()) == []


def test_a_plan_that_cannot_be_made_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(CompileError) as error:
        compiled(tmp_path / "chain.plan", memory=1).plan()
    assert [diagnostic.code for diagnostic in error.value.diagnostics] == ["TN202"]
    assert list(tmp_path.iterdir()) == []


def test_a_file_holds_what_it_was_made_for(written: Path) -> None:
    found = PlanFile.model_validate_json(written.read_bytes())
    assert (found.format, found.made_for.network, found.made_for.batch) == ("tncc plan 1", "Chain", (1, 8))
    assert found.plan == compile_text(CHAIN, batch=(1, 8)).plan()


def tncc(*arguments: object, cwd: Path) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "tncc", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, cwd=cwd, timeout=120)


def test_the_command_line_writes_and_reads_plans(tmp_path: Path) -> None:
    (tmp_path / "chain.tn").write_text(CHAIN)
    command = ["compile", "chain.tn", "--batch", "1,8", "--plan", "chain.plan"]
    first = tncc(*command, cwd=tmp_path)
    assert (first.returncode, first.stderr) == (0, b"")
    data = (tmp_path / "chain.plan").read_bytes()
    second = tncc(*command, cwd=tmp_path)
    assert (second.returncode, second.stdout) == (0, first.stdout)
    assert tncc(*command[:-2], cwd=tmp_path).stdout == first.stdout
    assert (tmp_path / "chain.plan").read_bytes() == data


def test_the_command_line_refuses_plans_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "chain.tn").write_text(CHAIN)
    assert tncc("compile", "chain.tn", "--plan", "chain.plan", "-o", "chain.py", cwd=tmp_path).returncode == 0
    before = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()}
    assert before.keys() == {"chain.tn", "chain.plan", "chain.py"}
    for more in (["-p", "chi=3"], ["--batch", "7"], ["--memory", "1GiB"], ["--freeze", "off"]):
        result = tncc("compile", "chain.tn", "--plan", "chain.plan", "-o", "out.py", *more, cwd=tmp_path)
        assert (result.returncode, result.stdout) == (1, b"")
        assert result.stderr.startswith(b"error[TN203]: `chain.plan` is no plan for this network: it was made for ")
        assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == before

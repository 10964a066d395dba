"""Checkpoints: a run that was killed ends as an undisturbed one does, and no other run goes on from them."""

import copy
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import tncc
from tests.healing.conftest import Students, tensors_of
from tncc.healing.record import LARGEST

SCRIPT = Path(__file__).parent / "killed.py"
WISH: dict[str, Any] = {"steps": 3, "joint_steps": 2, "every": 0}


def code(error: pytest.ExceptionInfo[tncc.CompileError]) -> tuple[str, str]:
    (diagnostic,) = error.value.diagnostics
    return diagnostic.code, diagnostic.message


def test_a_run_killed_at_random_moments_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "TNCC_KERNELS": "torch"}
    ran = subprocess.run(
        [sys.executable, str(SCRIPT), str(tmp_path)], env=environment, capture_output=True, text=True, timeout=300
    )
    assert ran.returncode == 0, ran.stderr
    kills, resumed = map(int, ran.stdout.split())
    assert kills >= 3
    assert resumed >= 2


@pytest.mark.parametrize("wish", [WISH, {**WISH, "in_turn": True}, {**WISH, "inputs": "student"}])
def test_a_crash_at_each_change_of_the_folder(
    student: Students, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wish: dict[str, Any]
) -> None:
    """The run ends before any file is renamed or removed, and is started again each time."""
    torch.manual_seed(1)
    made, teacher = student(nn.Sequential(nn.Linear(4, 4), nn.Linear(4, 4)), '"*": LowRank(rank = 1, sites = 1)')
    data = [torch.randn(3, 4), torch.randn(2, 4)]
    whole = copy.deepcopy(made)
    expected = tncc.distill(whole, teacher, data, **wish)
    crashes, found, other = 0, None, copy.deepcopy(made)
    for name in ("replace", "unlink"):
        real = getattr(os, name)

        def crash(*given: Any, real: Callable[..., None] = real, **named: Any) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                raise SystemExit
            real(*given, **named)

        monkeypatch.setattr(os, name, crash)
    left = 0
    while found is None:
        other, left = copy.deepcopy(made), 4 + crashes % 5
        try:
            found = tncc.distill(other, teacher, data, checkpoint=tmp_path / "run", **wish)
        except SystemExit:
            crashes += 1
            assert crashes < 200
    assert crashes > 5
    assert found == expected
    assert_same(other, whole)
    assert len(os.listdir(tmp_path / "run")) == 2


def assert_same(one: nn.Module, other: nn.Module) -> None:
    theirs = other.state_dict()
    assert all(torch.equal(value, theirs[name]) for name, value in one.state_dict().items())


@pytest.fixture
def started(student: Students, batches: list[torch.Tensor], tmp_path: Path) -> tuple[nn.Module, nn.Module, Path]:
    """A student, its teacher and the checkpoint of a run that stopped in the middle of the second epoch."""
    made, teacher = student()
    folder = tmp_path / "run"

    def stopping(epoch: int) -> Any:
        for number, batch in enumerate(batches):
            if (epoch, number) == (1, 2):
                raise KeyboardInterrupt
            yield batch

    with pytest.raises(KeyboardInterrupt):
        tncc.distill(copy.deepcopy(made), teacher, stopping, checkpoint=folder, steps=8, every=0)
    assert json.loads((folder / "healing.json").read_text())["record"]["step"] == 6
    return made, teacher, folder


def test_a_run_goes_on_and_a_finished_one_is_not_done_again(
    started: tuple[nn.Module, nn.Module, Path], batches: list[torch.Tensor]
) -> None:
    made, teacher, folder = started
    whole, other, again = (copy.deepcopy(made) for _ in range(3))
    expected = tncc.distill(whole, teacher, batches, steps=8)
    assert tncc.distill(other, teacher, batches, checkpoint=folder, steps=8) == expected
    assert_same(other, whole)
    teacher.register_forward_pre_hook(lambda *_: pytest.fail("nothing is left to be done"))
    assert tncc.distill(again, teacher, batches, checkpoint=folder, steps=8) == expected
    assert_same(again, whole)


Change = Callable[[nn.Module, nn.Module], None]


def retrained(made: nn.Module, teacher: nn.Module) -> None:
    with torch.no_grad():
        next(teacher.parameters()).mul_(1.001)


def moved(made: nn.Module, teacher: nn.Module) -> None:
    with torch.no_grad():
        made.get_submodule("encoder.layer.1").key.bias[0] = 5.0  # type: ignore[union-attr,operator,index]


@pytest.mark.parametrize(
    ("options", "change", "reason"),
    [
        ({"steps": 9}, None, "`steps` was 8, and is 9"), ({"rate": 0.5}, None, "`rate` was 0.03, and is 0.5"),
        ({"seed": 1}, None, "`seed` was 0, and is 1"), ({"inputs": "student"}, None, "`inputs` was teacher"),
        ({"in_turn": True}, None, "`in_turn` was False"), ({"joint": True}, None, "`joint_steps` was 0, and is None"),
        ({"loss": "cosine"}, None, "`loss` was square, and is cosine"),
        ({}, retrained, "the teacher is another one"), ({}, moved, "the rest of the model is another one"),
    ],
)  # fmt: skip
def test_other_runs_do_not_go_on_from_it(
    started: tuple[nn.Module, nn.Module, Path], batches: list[torch.Tensor], options: dict[str, Any],
    change: Change | None, reason: str,
) -> None:  # fmt: skip
    made, teacher, folder = started
    if change:
        change(made, teacher)
    refuse(made, teacher, batches, folder, "TN463", reason, **options)


def refuse(
    made: nn.Module, teacher: nn.Module, data: Any, folder: Path, wanted: str, reason: str, **options: Any
) -> None:
    """A checkpoint that is refused leaves the model and the folder as they were."""
    before = tensors_of(made)
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(tncc.CompileError) as error:
        tncc.distill(made, teacher, data, **{"checkpoint": folder, "steps": 8, **options})
    assert code(error)[0] == wanted
    assert reason in code(error)[1]
    assert all(torch.equal(value, before[name]) for name, value in made.state_dict().items())
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


def test_other_rules_and_other_data_do_not_go_on_from_it(
    started: tuple[nn.Module, nn.Module, Path], student: Students, batches: list[torch.Tensor]
) -> None:
    made, teacher, folder = started
    other, _ = student(teacher, '"pooler.*": LowRank(rank = 3, sites = 1)')
    refuse(other, teacher, batches, folder, "TN463", "the set of networks is another one")
    for data in (batches[::-1], batches[:3], [*batches, batches[0]], [batch + 0.0 for batch in batches]):
        refuse(made, teacher, data, folder, "TN463", "the data are other ones, or come in another order")
    second = lambda epoch: batches if epoch == 0 else batches[::-1]  # noqa: E731
    refuse(copy.deepcopy(made), teacher, batches, folder, "TN463", "`seed`", seed=7)
    refuse(made, teacher, second, folder, "TN463", "the data are other ones, or come in another order")


def truncate(folder: Path) -> None:
    path = next(folder.glob("*.safetensors"))
    path.write_bytes(path.read_bytes()[:-7])


def edit(folder: Path, **changes: Any) -> None:
    path = folder / "healing.json"
    state = json.loads(path.read_text())
    for key, value in changes.items():
        (state["record"] if key in state["record"] else state)[key] = value
    path.write_text(json.dumps(state))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (truncate, "are not those that were written together"),
        (lambda folder: edit(folder, step=7), "are not those that were written together"),
        (lambda folder: edit(folder, rates={}), "are not those that were written together"),
        (lambda folder: edit(folder, number=10**6), "no such file or directory"),
        (lambda folder: edit(folder, version=2), "`version`: input should be 1"),
        (lambda folder: edit(folder, step="many"), "`record.step`"),
        (lambda folder: (folder / "healing.json").write_text("{"), "it is no JSON"),
        (lambda folder: (folder / "healing.json").write_bytes(b"\xff\xfe"), "it is no JSON"),
        (lambda folder: os.truncate(folder / "healing.json", LARGEST + 1), "it has more than"),
        (lambda folder: next(folder.glob("*.safetensors")).unlink(), "no such file or directory"),
    ],
)  # fmt: skip
def test_damaged_ones(
    started: tuple[nn.Module, nn.Module, Path], batches: list[torch.Tensor], spoil: Callable[[Path], None], reason: str
) -> None:
    made, teacher, folder = started
    spoil(folder)
    refuse(made, teacher, batches, folder, "TN464", reason)


def test_folders_that_are_not_for_checkpoints(student: Students, batches: list[torch.Tensor], tmp_path: Path) -> None:
    made, teacher = student()
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine")
    for path in (folder, folder / "mine.txt", folder / "no" / "folder"):
        with pytest.raises(tncc.CompileError) as error:
            tncc.distill(made, teacher, batches, checkpoint=path, steps=1)
        assert code(error)[0] == "TN138"
    assert os.listdir(folder) == ["mine.txt"]


def test_what_a_kill_left_is_swept_away(started: tuple[nn.Module, nn.Module, Path], batches: list[Any]) -> None:
    made, teacher, folder = started
    (folder / "tensors-99.safetensors").write_bytes(b"half")
    (folder / ".tensors-7.safetensors.abc.tmp").write_bytes(b"half")
    (folder / "notes.txt").write_text("mine")
    tncc.distill(made, teacher, batches, checkpoint=folder, steps=8)
    assert sorted(os.listdir(folder))[:2] == ["healing.json", "notes.txt"]
    assert len(os.listdir(folder)) == 3
    fresh = folder.parent / "fresh"
    fresh.mkdir()
    shutil.copy(folder / "healing.json", fresh / "tensors-1.safetensors")  # killed before the first was whole
    tncc.distill(made, teacher, batches, checkpoint=fresh, steps=1)


def test_nothing_is_pickled(started: tuple[nn.Module, nn.Module, Path]) -> None:
    assert sorted(path.suffix for path in started[2].iterdir()) == [".json", ".safetensors"]

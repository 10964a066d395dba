"""Saved models: what is said of their layers' bonds, and what of a folder that is not as it was saved."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

import tncc
from tests.models.conftest import HEAD
from tests.models.small_transformer import SmallTransformer
from tncc.cli import main
from tncc.inspecting import Program
from tncc.models.inspecting import inspect_folder
from tncc.models.manifest import digest_of

RULES = """
  "embeddings": LowRank(rank = 6, sites = 1)
  "**.{query,mix}": LowRank(rank = 5, sites = 1)
  "pooler.*": LowRank(rank = 12, sites = 1, error = 0.3)
  "**.intermediate.dense": Dense(sites = 1)
"""


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SmallTransformer]:
    folder = tmp_path_factory.mktemp("model")
    torch.manual_seed(0)
    model = SmallTransformer().eval()
    (folder / "rules.tn").write_text(f"use std.dense: Dense\n{HEAD}tensorize Small {{{RULES}}}")
    tncc.tensorize(model, folder / "rules.tn", batch=(4,)).save(folder / "saved")
    return folder / "saved", model


@pytest.fixture
def folder(saved: tuple[Path, SmallTransformer], tmp_path: Path) -> Path:
    """A copy of the folder, to be spoilt."""
    return Path(shutil.copytree(saved[0], tmp_path / "saved"))


def run(*arguments: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.argv", ["tncc", "inspect", *arguments])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def test_every_layer_is_told_as_it_stands_in_the_model(saved: tuple[Path, SmallTransformer]) -> None:
    folder, model = saved
    found = inspect_folder(folder, Program(), 0.5)
    manifest = json.loads((folder / "manifest.json").read_text())
    assert [one.path for one in found.layers] == [entry["paths"][0] for entry in manifest["layers"]]
    for one in found.layers:
        layer = model.get_submodule(one.path).layer
        known = layer.spectrum()  # type: ignore[operator]
        assert {bond.name for bond in one.inspection.bonds} == set(known)
        for bond in one.inspection.bonds:
            values = known[bond.name].singular_values
            torch.testing.assert_close(torch.tensor(bond.singular_values), values.double().float(), check_dtype=False)
            assert bond.rank == int((values > 0.5 * values[0]).sum())
            assert bond.effective_rank == pytest.approx(known[bond.name].effective_rank)
    sizes = {one.path: [bond.size for bond in one.inspection.bonds] for one in found.layers}
    assert sizes["embeddings"] == [6] and sizes["encoder.layer.0.intermediate.dense"] == []
    assert 0 < sizes["pooler.dense"][0] < 12


def test_it_is_printed(
    saved: tuple[Path, SmallTransformer], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(saved[0])
    assert run(folder, monkeypatch=monkeypatch) == 0
    text = capsys.readouterr().out
    assert "encoder.layer.1.mix" in text and "layers have" in text
    (line,) = (line for line in text.splitlines() if "encoder.layer.0.intermediate.dense" in line)
    assert line.split()[1:] == ["–"] * 5
    table = inspect_folder(saved[0], Program(), 0.01).text(80).splitlines()
    assert sum("encoder.layer.0.intermediate.dense" in line for line in table) == 1  # paths have room on 80 columns
    assert run(folder, "--format", "json", monkeypatch=monkeypatch) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown == json.loads(inspect_folder(saved[0], Program(), 0.01).model_dump_json())
    assert run(folder, "--format", "markdown", monkeypatch=monkeypatch) == 0
    assert "`encoder.layer.1.mix`" in capsys.readouterr().out


def test_one_that_has_no_bonds_at_all(tmp_path: Path) -> None:
    (tmp_path / "rules.tn").write_text('use std.dense: Dense\ntensorize R { "0": Dense(sites = 1) }\n')
    model = torch.nn.Sequential(torch.nn.Linear(3, 2))
    tncc.tensorize(model, tmp_path / "rules.tn", batch=(4,)).save(tmp_path / "saved")
    found = inspect_folder(tmp_path / "saved", Program(), 0.01)
    assert "None of them has bonds" in found.text()
    assert found.layers[0].inspection.parameter_count == 8


def test_tensors_that_are_stored_once_under_another_name(tmp_path: Path) -> None:
    """A layer that the model has at two places is one row, and is found wherever its tensors went."""
    (tmp_path / "rules.tn").write_text('use std.low_rank: LowRank\ntensorize R { "*": LowRank(sites = 1, rank = 2) }\n')
    layer = torch.nn.Linear(4, 4)
    model = torch.nn.Sequential(layer, torch.nn.ReLU(), layer)
    tncc.tensorize(model, tmp_path / "rules.tn", batch=(4,)).save(tmp_path / "saved")
    (one,) = inspect_folder(tmp_path / "saved", Program(), 0.01).layers
    assert one.path == "0" and one.inspection.bonds[0].size == 2


@pytest.mark.parametrize(
    "program", [Program("std.mpo"), Program(network="MPO"), Program(values={"chi": 2}), Program(bonds={"r": 2})]
)
def test_no_program_may_be_named(saved: tuple[Path, SmallTransformer], program: Program) -> None:
    with pytest.raises(tncc.CompileError, match=r"TN429.*come from the rules in it"):
        inspect_folder(saved[0], program, 0.01)


@pytest.mark.parametrize("threshold", [-0.1, 1.0, float("nan")])
def test_a_threshold_is_a_share(saved: tuple[Path, SmallTransformer], threshold: float) -> None:
    with pytest.raises(tncc.CompileError, match="is no threshold"):
        inspect_folder(saved[0], Program(), threshold)


def rewritten(folder: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> None:
    """Change the tensors, and say in the manifest that they were so."""
    tensors = load_file(folder / "model.safetensors")
    change(tensors)
    save_file(tensors, folder / "model.safetensors")
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    manifest["files"]["model.safetensors"] = digest_of(folder / "model.safetensors")
    (folder / "manifest.json").write_text(json.dumps(manifest))


NAME = "encoder.layer.0.mix.layer.down"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda tensors: tensors.pop(NAME), f"it has no tensor `{NAME}`"),
        (lambda tensors: tensors.update({NAME: torch.ones(2, 2)}), r"has the shape \(2, 2\), and its network says"),
        (lambda tensors: tensors.update({NAME: tensors[NAME].int()}), "holds int32, not floating-point"),
        (lambda tensors: tensors.update({NAME: tensors[NAME] * float("nan")}), "encoder.layer.0.mix"),
    ],
)
def test_tensors_that_do_not_fit(folder: Path, change: Callable[[dict[str, torch.Tensor]], None], reason: str) -> None:
    rewritten(folder, change)
    with pytest.raises(tncc.CompileError, match=reason):
        inspect_folder(folder, Program(), 0.01)


def cut(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-8])


def swap(folder: Path) -> None:
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"rule": 2', '"rule": 9'))


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (cut, "not the file that was saved"),
        (lambda folder: (folder / "model.safetensors").unlink(), "no such file"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "manifest.json"),
        (lambda folder: (folder / "manifest.json").unlink(), "manifest.json"),
        (lambda folder: (folder / "rules" / "rules.tn").write_text("tensorize"), "not the file that was saved"),
        (swap, "`pooler.dense` belongs to no rule"),
    ],
)
def test_a_damaged_folder_is_diagnosed(
    folder: Path,
    spoil: Callable[[Path], None],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    spoil(folder)
    out = folder.parent / "out.json"
    assert run(str(folder), "--format", "json", "-o", str(out), monkeypatch=monkeypatch) == 1
    caught = capsys.readouterr()
    assert "TN4" in caught.err and reason in caught.err and "Traceback" not in caught.err
    assert not out.exists() and not caught.out

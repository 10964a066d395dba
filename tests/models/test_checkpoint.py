"""Saving and loading: what comes back is what was saved, or nothing."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

import tncc
from tests.models.conftest import HEAD, Rules
from tests.models.small_transformer import SmallTransformer
from tncc.models.manifest import digest_of

RULES = """
  "embeddings": LowRank(rank = 6, sites = 1)
  "**.{query,mix}": LowRank(rank = 5, sites = 1)
  "pooler.*": LowRank(rank = 12, sites = 1, error = 0.3)
"""


def another() -> SmallTransformer:
    torch.manual_seed(99)
    return SmallTransformer().eval()


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, SmallTransformer]:
    """A folder and the model that was saved there; the rule file that it was tensorized by is gone."""
    folder = tmp_path_factory.mktemp("model")
    torch.manual_seed(0)
    model = SmallTransformer().eval()
    (folder / "rules.tn").write_text(f"{HEAD}tensorize Small {{{RULES}}}")
    tncc.tensorize(model, folder / "rules.tn", batch=(4,)).save(folder / "saved")
    (folder / "rules.tn").unlink()
    return folder / "saved", model


@pytest.fixture
def folder(saved: tuple[Path, SmallTransformer], tmp_path: Path) -> Path:
    """A copy of the folder, to be spoilt."""
    return Path(shutil.copytree(saved[0], tmp_path / "saved"))


def test_what_is_loaded_is_what_was_saved(
    saved: tuple[Path, SmallTransformer], folder: Path, ids: torch.Tensor
) -> None:
    model = saved[1]
    fresh = another()
    tensorized = tncc.load(folder, fresh, batch=(4,))
    assert torch.equal(fresh(ids), model(ids))
    assert model.state_dict().keys() == fresh.state_dict().keys()
    assert [row.path for row in tensorized.table][-1] == "pooler.dense"
    assert tensorized.layers["pooler.dense"].network.indices == model.pooler.dense.layer.network.indices
    tensorized.save(folder)  # it takes the place of what it was loaded from
    again = another()
    tncc.load(folder, again, batch=(4,))
    assert torch.equal(again(ids), model(ids))
    assert [entry.name for entry in folder.parent.iterdir() if entry.name.startswith(".")] == []


def test_what_is_in_the_folder(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    found = {each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file()}
    assert found == {"manifest.json", *manifest["files"]}
    assert "rules/rules.tn" in found
    code = next(name for name in found if name.startswith("code/LowRank_"))
    text = (folder / code).read_text()
    assert "class LowRank(nn.Module)" in text or "class LowRank(torch.nn.Module)" in text
    assert "import tncc" not in text


def test_imports_move_along(tmp_path: Path) -> None:
    (tmp_path / "lib" / "deep").mkdir(parents=True)
    (tmp_path / "lib" / "deep" / "gain.tn").write_text(
        "network Gain(n: int) { index i: n; input x[..., i]; tensor g[i] init ones; output y[..., i] = g * x }"
    )
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "rules.tn").write_text(
        'use "../lib/deep/gain.tn": Gain\ntensorize R { "0": Gain(n = in_features) }\n'
    )
    model = nn.Sequential(nn.Linear(3, 3))
    tncc.tensorize(model, tmp_path / "rules" / "rules.tn", weights=False, batch=(4,)).save(tmp_path / "saved")
    shutil.rmtree(tmp_path / "rules")
    shutil.rmtree(tmp_path / "lib")
    fresh = nn.Sequential(nn.Linear(3, 3))
    tncc.load(tmp_path / "saved", fresh, batch=(4,))
    x = torch.randn(2, 3)
    assert torch.equal(fresh(x), model(x))


def test_bonds_come_back_with_the_sizes_that_they_had(rules: Rules, tmp_path: Path) -> None:
    model = nn.Sequential(nn.Embedding(24, 12), nn.Linear(12, 12))
    tensorized = tncc.tensorize(model, rules('"*": MPO(chi = 9, sites = 2)'), batch=(4,))
    for layer in tensorized.layers.values():
        layer.truncate_("r[1]", size=5)
    tensorized.save(tmp_path / "saved")
    fresh = nn.Sequential(nn.Embedding(24, 12), nn.Linear(12, 12))
    tncc.load(tmp_path / "saved", fresh, batch=(4,))
    ids = torch.arange(24)
    torch.testing.assert_close(fresh(ids), model(ids))
    assert fresh.state_dict()["1.layer.A.0"].shape == (3, 3, 5)


def test_tensors_that_are_shared_are_stored_once(rules: Rules, tmp_path: Path) -> None:
    def made() -> nn.ModuleDict:
        model = nn.ModuleDict({"wte": nn.Embedding(6, 4), "head": nn.Linear(4, 6, bias=False), "fc": nn.Linear(4, 4)})
        model["head"].weight = model["wte"].weight
        return model

    model = made()
    tncc.tensorize(model, rules('"fc": LowRank(rank = 2, sites = 1)'), batch=(4,)).save(tmp_path / "saved")
    assert json.loads((tmp_path / "saved" / "manifest.json").read_text())["tied"] == {"head.weight": "wte.weight"}
    fresh = made()
    tncc.load(tmp_path / "saved", fresh, batch=(4,))
    assert fresh["head"].weight is fresh["wte"].weight
    assert torch.equal(fresh["head"].weight, model["head"].weight)


def snapshot(model: nn.Module) -> tuple[dict[str, nn.Module], dict[str, torch.Tensor]]:
    return dict(model.named_modules()), {name: value.clone() for name, value in model.state_dict().items()}


def refusal(folder: Path, model: nn.Module) -> str:
    """The message of what `load` says, the model being what it was."""
    modules, state = snapshot(model)
    with pytest.raises(tncc.CompileError) as error:
        tncc.load(folder, model, batch=(4,))
    assert dict(model.named_modules()) == modules
    assert all(torch.equal(value, state[name]) for name, value in model.state_dict().items())
    (diagnostic,) = error.value.diagnostics
    assert diagnostic.code == "TN449", str(error.value)
    return diagnostic.message


def edit(folder: Path, change: Callable[[dict], None], name: str | None = None, data: bytes = b"") -> None:
    """Change a saved file, and the manifest so that it belongs to the others again."""
    manifest = json.loads((folder / "manifest.json").read_text())
    if name is not None:
        (folder / name).write_bytes(data)
        manifest["files"][name] = digest_of(folder / name)
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def test_files_that_do_not_belong_together(folder: Path) -> None:
    tensors = folder / "model.safetensors"
    whole = tensors.read_bytes()
    tensors.write_bytes(whole[:-8])
    assert refusal(folder, another()).endswith("it is not the file that was saved with the others")
    tensors.unlink()
    assert "no such file" in refusal(folder, another())
    edit(folder, lambda manifest: None, "model.safetensors", whole[:-8])
    assert "model.safetensors` cannot be loaded" in refusal(folder, another())
    edit(folder, lambda manifest: None, "model.safetensors", whole)
    assert tncc.load(folder, another(), batch=(4,))
    rule_file = folder / "rules" / "rules.tn"
    changed = rule_file.read_bytes().replace(b"rank = 5", b"rank = 4")
    rule_file.write_bytes(changed)
    assert refusal(folder, another()).endswith("it is not the file that was saved with the others")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda manifest: manifest.update(format="pickle"), "`format`"),
        (lambda manifest: manifest.update(more=1), "`more`"),
        (lambda manifest: manifest["files"].update({"../x": ""}), "`../x` lies outside of the folder"),
        (lambda manifest: manifest["files"].update({"/etc/passwd": ""}), "lies outside of the folder"),
        (lambda manifest: manifest["files"].pop("model.safetensors"), "it does not list `model.safetensors`"),
        (lambda manifest: manifest["layers"][0].update(paths=["elsewhere"]), "the model has no layer `elsewhere`"),
        (lambda manifest: manifest["layers"][0].update(rule=7), "belongs to no rule"),
        (lambda manifest: manifest["layers"][0].update(network="0"), "the rules make another network"),
        (lambda manifest: manifest["layers"][0]["bonds"].update(r=3), "the rules make another network"),
        (lambda manifest: manifest["layers"].pop(), "it lacks `pooler.dense.bias`"),
    ],
)
def test_manifests_that_are_wrong(folder: Path, change: Callable[[dict], None], reason: str) -> None:
    edit(folder, change)
    assert reason in refusal(folder, another())


def test_models_that_are_built_differently(folder: Path) -> None:
    assert "features" in refusal(folder, SmallTransformer(width=16))
    assert "the model has no layer" in refusal(folder, nn.Sequential(nn.Linear(2, 2)))
    wider = another()
    wider.extra = nn.Linear(2, 2)
    assert "it lacks `extra.bias`" in refusal(folder, wider)
    longer = another()
    longer.encoder.layer[0].key = nn.Linear(12, 13)
    assert "has the shape (12, 12), but (13, 12) in the model" in refusal(folder, longer)


def test_folders_that_are_none(tmp_path: Path) -> None:
    assert "there is no such folder" in refusal(tmp_path / "no", another())
    (tmp_path / "manifest.json").write_text("{")
    assert "it is no JSON" in refusal(tmp_path, another())


def test_no_code_of_the_folder_is_run(folder: Path) -> None:
    code = next((folder / "code").iterdir())
    edit(folder, lambda manifest: None, f"code/{code.name}", b"raise SystemExit('run')")
    assert tncc.load(folder, another(), batch=(4,))


def test_where_nothing_can_be_saved(rules: Rules, model: SmallTransformer, tmp_path: Path) -> None:
    tensorized = tncc.tensorize(model, rules('"pooler.*": LowRank(rank = 2, sites = 1)'), batch=(4,))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine")
    for path in (tmp_path / "full", tmp_path / "full" / "mine.txt", tmp_path / "no" / "folder"):
        with pytest.raises(tncc.CompileError) as error:
            tensorized.save(path)
        assert error.value.diagnostics[0].code == "TN138"
    assert os.listdir(tmp_path / "full") == ["mine.txt"]
    assert not [entry for entry in tmp_path.iterdir() if entry.name.startswith(".")]

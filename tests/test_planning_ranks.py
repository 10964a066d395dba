"""`tncc plan-ranks`: from a file of weights and a file of rules to sizes, in every format, and nothing half-written."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from typer.testing import CliRunner

import tncc
from tests.models.small_transformer import SmallTransformer
from tncc.cli import app
from tncc.models.weight_places import weight_places

RULES = """use std.low_rank: LowRank
use std.btt: BTT

tensorize Other {
  "mix": LowRank(sites = 1)
}
tensorize Small {
  "output.dense": LowRank(sites = 1)
  "embeddings": LowRank(sites = 1)
  "layer.0.mix": BTT()
}
"""


def run(*words: object) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    found = CliRunner().invoke(app, ["plan-ranks", *(str(word) for word in words)])
    return found.exit_code, found.stdout, found.stderr


@pytest.fixture
def model() -> SmallTransformer:
    torch.manual_seed(0)
    return SmallTransformer().eval()


@pytest.fixture
def folder(tmp_path: Path, model: SmallTransformer) -> Path:
    """A folder with rules and a model's weights."""
    (tmp_path / "rules.tn").write_text(RULES, encoding="utf-8")
    save_file(model.state_dict(), tmp_path / "model.safetensors")
    return tmp_path


def test_a_file_gives_the_same_plan_as_the_model(folder: Path, model: SmallTransformer) -> None:
    files = (folder / "model.safetensors", folder / "rules.tn")
    status, printed, told = run(*files, "--parameters", "60%", "--conv1d", "mix", "-o", folder / "ranks.json")
    assert (status, told) == (0, "")
    plan = tncc.RankPlan.model_validate_json((folder / "ranks.json").read_text())
    expected = tncc.plan_ranks(model, folder / "rules.tn", parameters="60%")
    assert {layer.path: layer for layer in plan.layers} == {layer.path: layer for layer in expected.layers}
    assert (plan.loss, plan.model_parameters) == (pytest.approx(expected.loss), expected.model_parameters)
    assert plan.text(100) == printed
    tensorized = tncc.tensorize(model, folder / "rules.tn", ranks=folder / "ranks.json", batch=(4,))
    assert tensorized.table.parameters_after == plan.parameters
    assert {path.name for path in folder.iterdir()} == {"model.safetensors", "rules.tn", "ranks.json"}


def test_formats(folder: Path) -> None:
    options = (folder / "model.safetensors", folder / "rules.tn", "--error", "50%", "--rules", "Other")
    status, printed, _ = run(*options, "--format", "json", "--conv1d", "mix")
    plan = tncc.RankPlan.model_validate(json.loads(printed))
    assert status == 0 and plan.block == "Other" and plan.error <= 0.5
    status, printed, _ = run(*options, "--format", "markdown", "--conv1d", "mix")
    assert status == 0 and printed == plan.markdown()
    assert printed.startswith("# Ranks for Other in ") and "| `encoder.layer.1.mix` | `LowRank` |" in printed


def test_what_a_file_says_of_its_layers(tmp_path: Path) -> None:
    shapes = {
        "wide.weight": (6, 4), "wide.bias": (6,),
        "turned.weight": (4, 6), "turned.bias": (6,),
        "square.weight": (4, 4), "square.bias": (4,),
        "plain.weight": (6, 4),
        "layer.10.word_Embeddings.weight": (9, 4),
        "layer.9.wte.weight": (9, 4),
        "norm.weight": (4,), "norm.bias": (4,), "table": (3, 3), "empty.weight": (0, 4), "conv.weight": (2, 2, 3),
    }  # fmt: skip
    save_file({name: torch.zeros(shape) for name, shape in shapes.items()}, tmp_path / "w.safetensors")
    found = weight_places(tmp_path / "w.safetensors", ["wte"], ["square"])
    assert {place.path: place.kind for place in found.places} == {
        "layer.9.wte": "Embedding", "layer.10.word_Embeddings": "Embedding", "plain": "Linear", "square": "Conv1D",
        "turned": "Conv1D", "wide": "Linear",
    }  # fmt: skip
    assert [place.path for place in found.places][:2] == ["layer.9.wte", "layer.10.word_Embeddings"]
    assert found.parameters == 24 + 6 + 24 + 6 + 16 + 4 + 24 + 36 + 36 + 4 + 4 + 9 + 12


def test_refusals(folder: Path) -> None:
    files = (folder / "model.safetensors", folder / "rules.tn")
    out = ("-o", folder / "ranks.json")
    whole = (folder / "model.safetensors").read_bytes()
    (folder / "short.safetensors").write_bytes(whole[:-400])
    cases = [
        ((*files, *out), "TN471", "no budget is given"),
        ((*files, "--parameters", "1%", *out), "TN470", "the budget `parameters 1%` can't be met"),
        ((*files, "--flops", "3 apples", *out), "TN471", "`apples` is no unit of flops"),
        ((*files, "--error", "0.1", "--embedding", "nix", *out), "TN137", "`nix` matches no layer of the file"),
        ((*files, "--error", "0.1", "--conv1d", "a..b", *out), "TN137", "`a..b` is no pattern"),
        ((*files, "--error", "0.1", "--rules", "Nix", *out), "TN448", "has no block of rules `Nix`"),
        ((folder / "nix.safetensors", files[1], "--error", "0.1", *out), "TN405", "there is no such file"),
        ((folder / "short.safetensors", files[1], "--error", "0.1", *out), "TN405", "cut short"),
        ((files[0], folder / "nix.tn", "--error", "0.1", *out), "TN111", "nix.tn"),
        ((*files, "--error", "0.5", "-o", folder / "nix" / "ranks.json"), "TN138", "cannot write"),
    ]
    before = {path.name for path in folder.iterdir()}
    for words, code, text in cases:
        status, printed, told = run(*words)
        assert (status, printed) == (1, ""), words
        assert f"error[{code}]: " in told and text in told
        assert {path.name for path in folder.iterdir()} == before


def test_weights_that_cannot_be_approximated_name_their_layer(folder: Path, model: SmallTransformer) -> None:
    state = model.state_dict()
    state["encoder.layer.1.output.dense.weight"][2, 3] = float("inf")
    state["embeddings.weight"] = torch.zeros(30, 12, dtype=torch.int8)
    save_file(state, folder / "model.safetensors")
    status, _, told = run(folder / "model.safetensors", folder / "rules.tn", "--error", "0.5")
    assert status == 1 and told.count("error[TN445]: ") == 2
    assert "`encoder.layer.1.output.dense` cannot be replaced: its weight has 1 of 288 numbers" in told
    assert "`embeddings` cannot be replaced: its weight is of type int8" in told

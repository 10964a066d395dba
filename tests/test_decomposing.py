"""`tncc decompose`, from a file of weights to a file of tensors that makes the same layer again."""

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from typer.testing import CliRunner

import tncc
from tests.layers.weights import decaying, normal
from tncc.cli import app

NETWORK = "network Pair(chi: int = 2) { index i: 4; index j: 3; index o: 6; bond r: chi; input x[..., (i j)]\n" \
    " tensor A[i, r]\n tensor B[j, r, o]\n tensor b[o]\n output y[..., o] = x * A * B + b }"  # fmt: skip


def run(*words: object) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    found = CliRunner().invoke(app, [str(word) for word in words])
    return found.exit_code, found.stdout, found.stderr


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a network and weights."""
    (tmp_path / "pair.tn").write_text(NETWORK)
    tensors = {"up.weight": decaying(6, 12, 0.5).float(), "up.bias": normal(6).float(),
               "codes": torch.ones(6, 12, dtype=torch.int8)}  # fmt: skip
    tensors["moments"] = torch.arange(1.0, 13)
    tensors["debts"] = -tensors["moments"]
    tensors["broken"] = tensors["up.weight"].clone()
    tensors["broken"][2, 3] = float("nan")
    save_file(tensors, tmp_path / "w.safetensors")
    return tmp_path


def test_what_is_written_makes_the_layer_again(folder: Path) -> None:
    out = folder / "out.safetensors"
    options = ("--key", "up.weight", "--bias-key", "up.bias", "--error", "0.3", "-o", out)
    status, printed, _ = run("decompose", folder / "w.safetensors", folder / "pair.tn", *options)
    assert status == 0
    with safe_open(out, "pt") as stream:
        metadata = stream.metadata()
    about, bonds = json.loads(metadata["tncc.decomposition"]), json.loads(metadata["tncc.bonds"])
    assert metadata["tncc.network"] == "Pair" and about["shape"] == [6, 12] and 1e-3 < about["error"] <= 0.3
    layer = tncc.compile(folder / "pair.tn", batch=(1,), bonds=bonds).module()
    layer.load_state_dict(load_file(out))
    weights = load_file(folder / "w.safetensors")
    left = layer.to_dense().detach() - weights["up.weight"]
    assert float(left.norm() / weights["up.weight"].norm()) == pytest.approx(about["error"], rel=1e-3)
    torch.testing.assert_close(layer.b.detach(), weights["up.bias"])
    assert ["r", str(bonds["r"])] in [line.split()[:2] for line in printed.splitlines()]
    assert "relative error" in printed and "√Σε²" in printed
    (folder / "pair.tn").unlink()
    status, printed, told = run("inspect", out)
    assert status == 0, told
    assert "Pair" in printed


def test_the_table_of_a_decomposition(folder: Path) -> None:
    out = folder / "out.safetensors"
    moments = ("--covariance-key", "moments", "--sweeps", "2", "--seed", "3")
    status, printed, _ = run(
        "decompose",
        folder / "w.safetensors",
        folder / "pair.tn",
        "--key",
        "up.weight",
        "-o",
        out,
        "-p",
        "chi=3",
        *moments,
    )
    assert status == 0
    for words in ("Bonds of Pair", "least squares, 2 sweeps", "under the covariance", "6 × 12", "72 (100.0%)"):
        assert words in printed, printed
    assert "\x1b" not in printed


@pytest.mark.parametrize(("key", "code", "words"), [
    ("up.weigth", "TN406", "rename to `up.weight`"),
    ("nothing.at.all", "TN406", "`codes`"),
    ("codes", "TN404", "int8"),
    ("broken", "TN403", "[2, 3]"),
    ("moments", "TN402", "(12,)"),
    ("up.weight --covariance-key debts", "TN410", "[0]"),
    ("up.weight --seed 99999999999999999999", "TN137", "seed"),
])  # fmt: skip
def test_weights_that_nothing_can_be_made_of(folder: Path, key: str, code: str, words: str) -> None:
    out = folder / "out.safetensors"
    key, *more = key.split()
    given = ("--key", key, *more, "-o", out)
    status, printed, told = run("decompose", folder / "w.safetensors", folder / "pair.tn", *given)
    assert (status, printed) == (1, "")
    assert code in told and words in told and "Traceback" not in told
    assert not out.exists() and len(list(folder.iterdir())) == 2


def test_tn405_files_that_are_no_weights(folder: Path) -> None:
    whole = (folder / "w.safetensors").read_bytes()
    pickled = folder / "p.bin"
    torch.save({"up.weight": torch.ones(2)}, pickled)
    cases = {"cut": whole[:-7], "short": whole[:5], "empty": b"", "text": b"hello" * 9, "pickle": pickled.read_bytes()}
    for name, data in cases.items():
        path = folder / f"{name}.safetensors"
        path.write_bytes(data)
        before = sorted(folder.iterdir())
        status, _, told = run("decompose", path, folder / "pair.tn", "--key", "up.weight", "-o", folder / "o")
        assert status == 1 and "TN405" in told and name in told, told
        assert sorted(folder.iterdir()) == before
    for path in (folder, folder / "missing.safetensors"):
        status, _, told = run("decompose", path, folder / "pair.tn", "--key", "up.weight", "-o", folder / "o")
        assert status == 1 and "TN405" in told, told


def test_a_place_that_cannot_be_written(folder: Path) -> None:
    words = ("decompose", folder / "w.safetensors", folder / "pair.tn", "--key", "up.weight", "-o")
    status, _, told = run(*words, folder / "no" / "out.safetensors")
    assert status == 1 and "TN138" in told
    status, _, told = run(*words, folder)
    assert status == 1 and "TN138" in told
    assert len(list(folder.iterdir())) == 2


def test_diagnostics_as_json(folder: Path) -> None:
    words = ("decompose", folder / "w.safetensors", folder / "pair.tn", "--key", "x", "-o", folder / "o")
    status, _, told = run(*words, "--message-format", "json")
    assert status == 1 and json.loads(told)["code"] == "TN406"

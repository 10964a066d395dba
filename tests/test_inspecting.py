"""Saved models beside their programs: which program, which sizes, and what is said of the bonds."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

import tncc
from tncc.cli import main
from tncc.inspecting import Program, inspect_file, inspect_network
from tncc.ir.network import Network, Tensor
from tncc.layers.spectra import spectra
from tncc.report.inspection import Inspection

VALUES = {"ins": (2, 3, 2), "outs": (3, 2, 2), "chi": 4}

SHOWN = """\
Bonds of Pair in m.safetensors
 bond  between  size  largest  smallest  entropy  effective rank  used
 ─────────────────────────────────────────────────────────────────────
 r     A, B        3     4.00         0    0.693            2.00     2
 h     C, D        2        –         –        –               –     –
  The model has 40 parameters.
  Largest and smallest are singular values; the effective rank is the exponential of the entropy.
  Used counts the singular values above 0.0100 times the largest.
  Bonds without figures do not divide a tree of tensors in two: they have no singular values.
"""


@dataclass(frozen=True)
class Saved:
    """A network whose bonds have sizes of their own, and its tensors."""

    network: Network
    state: dict[str, torch.Tensor]

    def read(self, tensor: Tensor) -> torch.Tensor:
        return self.state[".".join(tensor.path)]


@pytest.fixture(scope="module")
def saved() -> Saved:
    network = tncc.compile("std.mpo", bonds={"r[1]": 3, "r[2]": 6}, **VALUES).network
    stored = [tensor for tensor in network.tensors if tensor.role == "parameter"]
    return Saved(network, {".".join(t.path): torch.randn([axis.size for axis in t.axes]) for t in stored})


def run(*arguments: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.argv", ["tncc", "inspect", *arguments])
    try:
        main()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def check(found: Inspection, saved: Saved) -> None:
    """Every figure is that of the tensors."""
    known = spectra(saved.network, saved.read)
    assert [(bond.name, bond.size) for bond in found.bonds] == [("r[1]", 3), ("r[2]", 6)]
    for bond in found.bonds:
        values = known[bond.name].singular_values
        torch.testing.assert_close(torch.tensor(bond.singular_values), values)
        assert bond.rank == int((values > found.threshold * values[0]).sum())
        assert bond.entropy == pytest.approx(known[bond.name].entropy)
        assert bond.effective_rank == pytest.approx(known[bond.name].effective_rank)
    assert found.parameter_count == sum(tensor.numel() for tensor in saved.state.values())


def test_the_program_beside_the_model(saved: Saved, tmp_path: Path) -> None:
    save_file(saved.state, tmp_path / "m.safetensors")
    text = Path(tncc.__file__).with_name("std").joinpath("mpo.tn").read_text()
    (tmp_path / "m.tn").write_text(text)
    with pytest.raises(tncc.CompileError, match="the program says"):
        inspect_file(tmp_path / "m.safetensors", Program())
    found = inspect_file(tmp_path / "m.safetensors", Program(values=VALUES))
    check(found, saved)
    assert inspect_file(tmp_path / "m.safetensors", Program("std.mpo", values=VALUES)).bonds == found.bonds
    assert inspect_network(saved.network, saved.read).bonds == found.bonds


def test_the_program_in_the_model(saved: Saved, tmp_path: Path) -> None:
    path = tmp_path / "m.safetensors"
    text = "network Other() { output y = 1 }\n" + Path(tncc.__file__).with_name("std").joinpath("mpo.tn").read_text()
    metadata = {
        "tncc.source": text + "\nnetwork Last() { output y = 1 }\n",
        "tncc.network": "MPO",
        "tncc.values": json.dumps(VALUES),
        "tncc.bonds": json.dumps({"r[1]": 3}),
    }
    save_file(saved.state, path, metadata)
    check(inspect_file(path, Program()), saved)
    save_file(saved.state, path, {**metadata, "tncc.values": "[1"})
    with pytest.raises(tncc.CompileError, match=r"`tncc\.values` is no JSON"):
        inspect_file(path, Program())


def test_the_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.tn").write_text(
        """
network Pair() {
  index i: 4; index o: 4; bond r: 3; bond h: 2
  input x[..., i]
  tensor A[i, r]
  tensor B[r, o]
  tensor C[h, i]
  tensor D[h, o]
  output y[..., o] = x * A * B + tanh(x * C) * D
}"""
    )
    tensors = {"C": torch.ones(2, 4), "D": torch.ones(2, 4)}
    tensors |= {"A": torch.eye(4)[:, :3], "B": torch.diag(torch.tensor([4.0, 4, 0, 0]))[:3]}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, "m.safetensors")
    assert run("m.safetensors", monkeypatch=monkeypatch) == 0
    assert capsys.readouterr().out == SHOWN


def test_json(saved: Saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
              capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    path = tmp_path / "m.safetensors"
    save_file(saved.state, path)
    arguments = [str(path), "--source", "std.mpo", "-p", "ins=2,3,2", "-p", "outs=3,2,2", "--threshold", "0.5"]
    assert run(*arguments, "--format", "json", monkeypatch=monkeypatch) == 0
    found = Inspection.model_validate_json(capsys.readouterr().out)
    assert found.threshold == 0.5
    check(found, saved)


CASES = [
    (["none.safetensors"], "there is no such file"),
    (["text.safetensors", "--source", "std.mpo"], "give a safetensors file"),
    (["cut.safetensors", "--source", "std.mpo"], "TN429"),
    (["alone.safetensors"], "it holds no program, and there is no `alone.tn` beside it"),
    (["alone.safetensors", "--source", "std.cp"], "it has no tensor `B.0`"),
    (["alone.safetensors", "--source", "std.mpo", "-p", "chi=9"], "the shape (2, 3, 3), and the program says"),
    (["alone.safetensors", "--source", "std.mpo", "-p", "ins=2,3,2", "--threshold", "2"], "no threshold"),
    (["alone.safetensors", "--source", "std.mpo", "-p", "q=1"], "q"),
    (["odd.safetensors", "--source", "std.mpo", "-p", "ins=2,3,2", "-p", "outs=3,2,2"], "`r[1]` has size 3 in `A.0`"),
    (["ints.safetensors", "--source", "std.mpo", "-p", "ins=2,3,2", "-p", "outs=3,2,2"], "holds int64"),
    (["nan.safetensors", "--source", "std.mpo", "-p", "ins=2,3,2", "-p", "outs=3,2,2"], "holds NaN or infinity"),
    ([".", "--source", "std.mpo"], "TN429"),
]


@pytest.mark.parametrize(("arguments", "shown"), CASES)
def test_bad_models(arguments: list[str], shown: str, saved: Saved, tmp_path: Path,
                    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    state = saved.state
    save_file(state, "alone.safetensors")
    Path("text.safetensors").write_text("no tensors here")
    Path("cut.safetensors").write_bytes(Path("alone.safetensors").read_bytes()[:-9])
    save_file({**state, "A.1": torch.ones(2, 3, 2, 6)}, "odd.safetensors")
    save_file({name: tensor.long() for name, tensor in state.items()}, "ints.safetensors")
    save_file({**state, "A.0": torch.full((2, 3, 3), float("inf"))}, "nan.safetensors")
    assert run(*arguments, monkeypatch=monkeypatch) == 1
    assert shown in capsys.readouterr().err

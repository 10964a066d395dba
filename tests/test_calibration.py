"""Measuring: that it gives a whole profile and tells how far it is; how fast things are is nobody's business here."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from tncc import calibration
from tncc.calibration import QUICK, Watch, calibrate
from tncc.cli import app
from tncc.ir.machine import Machine
from tncc.machines import load_machine, machine_text


def quick(watch: Watch) -> Machine:
    return calibrate(watch, QUICK)


def test_a_quick_measurement_is_a_whole_profile() -> None:
    told: list[tuple[str, int, int]] = []
    machine = quick(lambda what, done, total: told.append((what, done, total)))
    assert Machine.model_validate_json(machine_text(machine)) == machine
    assert (machine.extents, machine.runs) == (QUICK.extents, QUICK.runs)
    assert machine.threads == torch.get_num_threads()
    assert machine.name
    assert [done for _, done, _ in told] == list(range(len(told)))
    assert {total for _, _, total in told} == {len(told)}


def test_measuring_leaves_no_traces() -> None:
    state, enabled = torch.get_rng_state(), torch.is_grad_enabled()
    quick(lambda what, done, total: None)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.is_grad_enabled() == enabled


def test_the_command_writes_to_the_cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(calibration, "calibrate", quick)
    result = CliRunner().invoke(app, ["calibrate"])
    assert result.exit_code == 0
    assert "GFLOP/s" in result.output
    assert result.output.endswith(f"wrote {tmp_path / 'tncc' / 'machine.json'}\n")
    assert load_machine().extents == QUICK.extents


def test_the_command_writes_to_a_named_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(calibration, "calibrate", quick)
    path = tmp_path / "here.json"
    assert CliRunner().invoke(app, ["calibrate", "-o", str(path)]).exit_code == 0
    assert load_machine(str(path)).extents == QUICK.extents
    assert [entry.name for entry in tmp_path.iterdir()] == ["here.json"]


def test_the_command_tells_where_it_cannot_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calibration, "calibrate", quick)
    result = CliRunner().invoke(app, ["calibrate", "-o", str(tmp_path / "missing" / "here.json")])
    assert result.exit_code == 1
    assert "TN138" in result.output


def test_only_the_command_loads_torch() -> None:
    code = "import sys, tncc.cli, tncc.machines; tncc.machines.load_machine(); print('torch' in sys.modules)"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, env={**os.environ}
    )
    assert result.stdout.strip() == "False", result.stderr

"""Times as `tncc bench` tells them: of every mode and row count, in text, Markdown and JSON."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tncc.driver import Compiled, compile_text
from tncc.measuring import alternating, dense_layer, measured, random_inputs
from tncc.report.timings import Timing, Timings

LINEAR = """network Tiny() {
  index i: 4
  index o: 3
  bond r: 2
  input x[..., i]
  tensor A[i, r]
  tensor B[r, o]
  tensor b[o]
  output y[..., o] = x * A * B + b
}
"""
MAX = """network Highest() {
  index i: 4
  index o: 3
  input x[..., i]
  tensor A[i, o]
  output y[...] = max[o](x * A)
}
"""
ROWS = (1, 6)

FIXED = Timings(
    network="Tiny",
    file="tiny.tn",
    machine="mine",
    threads=1,
    timings=(
        Timing(rows=1, mode="eval", predicted_us=10.0, measured_us=12.5, layer_us=5.0, dense_us=25.0),
        Timing(rows=1024, mode="forward", predicted_us=2000.0, measured_us=1000.0, dense_us=None),
        Timing(rows=1024, mode="training", predicted_us=None, measured_us=123456.0, dense_us=61728.0),
    ),
)


@pytest.fixture(autouse=True)
def few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Measures once and shortly: how long it takes is of no interest here."""
    monkeypatch.setattr("tncc.measuring.ROUNDS", 1)
    monkeypatch.setattr("tncc.measuring.SAMPLE_SECONDS", 1e-5)


def tiny(text: str = LINEAR) -> Compiled:
    return compile_text(text, batch=ROWS)


def test_every_mode_is_measured_at_every_number_of_rows() -> None:
    seen: list[tuple[str, int, int]] = []
    compiled = tiny()
    found = measured(compiled, lambda *step: seen.append(step))
    assert (found.network, found.machine) == ("Tiny", compiled.options.machine.name)
    assert found.threads == torch.get_num_threads()
    assert [(t.rows, t.mode) for t in found.timings] == [
        (rows, mode) for rows in ROWS for mode in ("eval", "forward", "training")
    ]
    assert all(t.measured_us > 0 and t.predicted_us is not None and t.dense_us for t in found.timings)
    assert seen == [("measuring 1 rows", 0, 2), ("measuring 6 rows", 1, 2)]
    plans = compiled.report().plans
    predicted = [time for plan in plans for time in (plan.inference_us, plan.predicted_us, plan.training_us)]
    assert [t.predicted_us for t in found.timings] == predicted
    assert Timings.model_validate_json(found.model_dump_json()) == found


def test_there_is_a_dense_layer_for_an_affine_map_alone() -> None:
    layer = dense_layer(tiny())
    assert layer is not None
    assert (layer.in_features, layer.out_features, layer.bias is not None) == (4, 3, True)
    without = dense_layer(tiny(LINEAR.replace(" + b", "").replace("  tensor b[o]\n", "")))
    assert without is not None
    assert without.bias is None
    assert dense_layer(tiny(LINEAR.replace("x * A * B + b", "tanh(x * A * B + b)"))) is None
    found = measured(tiny(LINEAR.replace("x * A * B + b", "tanh(x * A * B + b)")))
    assert {t.dense_us for t in found.timings} == {None}


def test_training_that_is_left_to_autograd_is_measured_without_a_prediction() -> None:
    found = measured(tiny(MAX))
    assert [t.predicted_us is None for t in found.timings] == [False, False, True] * 2
    assert all(t.measured_us > 0 for t in found.timings)


def test_a_layer_with_kernels_is_measured_beside_the_plan(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {t.layer_us for t in measured(tiny()).timings} == {None}
    monkeypatch.setenv("TNCC_KERNELS", "c")
    assert all(t.layer_us for t in measured(tiny()).timings)


def test_inputs_fit_the_network() -> None:
    text = """network Two() {
  index t: dynamic(5)
  index i: 4
  input x[..., t, i]
  input z[i]
  output y[..., t] = x * z
}
"""
    compiled = compile_text(text, batch=ROWS)
    shapes = [tuple(tensor.shape) for tensor in random_inputs(compiled, 6)]
    assert shapes == [(6, 5, 4), (4,)]
    assert len(measured(compiled).timings) == 6


def test_things_are_measured_in_turn() -> None:
    calls: list[str] = []
    times = alternating(*(lambda name=name: calls.append(name) for name in ("plan", "layer", "dense")))
    assert all(time is not None and time > 0 for time in times)
    assert set(calls) == {"plan", "layer", "dense"}
    assert alternating(lambda: None, None, None)[1:] == (None, None)


def test_the_median_error_is_relative_to_what_was_measured() -> None:
    assert FIXED.median_error == pytest.approx((0.2 + 1.0) / 2)
    assert FIXED.model_copy(update={"timings": FIXED.timings[2:]}).median_error is None


def test_a_table_for_the_terminal() -> None:
    assert FIXED.text(width=120).splitlines() == [
        "Times of Tiny",
        "  rows  mode                predicted  measured   ratio  as it runs    dense  dense / ours",
        " ─────────────────────────────────────────────────────────────────────────────────────────",
        "     1  eval()                10.0 µs   12.5 µs  0.800x     5.00 µs  25.0 µs         5.00x",
        " 1,024  gradients off         2.00 ms   1.00 ms   2.00x",
        " 1,024  forward + backward               123 ms                      61.7 ms        0.500x",
        "  Measured in single precision with one thread; predicted by the profile `mine`.",
        "  Predicted and measured are the PyTorch plan; as it runs, a layer may use C kernels.",
        "  The ratio is predicted to measured; the median error is 60 %.",
    ]


def test_the_same_as_markdown() -> None:
    assert FIXED.markdown().splitlines() == [
        "# Times of Tiny",
        "",
        "| rows | mode | predicted | measured | ratio | as it runs | dense | dense / ours |",
        "| ---: | :--- | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| **1** | eval() | 10.0 µs | **12.5 µs** | 0.800x | **5.00 µs** | 25.0 µs | 5.00x |",
        "| **1,024** | gradients off | 2.00 ms | **1.00 ms** | **2.00x** |  |  |  |",
        "| **1,024** | forward + backward |  | **123 ms** |  |  | 61.7 ms | 0.500x |",
        "",
        "Measured in single precision with one thread; predicted by the profile `mine`.",
        "",
        "Predicted and measured are the PyTorch plan; as it runs, a layer may use C kernels.",
        "",
        "The ratio is predicted to measured; the median error is 60 %.",
    ]


def test_json_has_all_of_it() -> None:
    assert Timings.model_validate_json(FIXED.model_dump_json()) == FIXED
    assert json.loads(FIXED.model_dump_json())["timings"][0] == {
        "rows": 1,
        "mode": "eval",
        "predicted_us": 10.0,
        "measured_us": 12.5,
        "layer_us": 5.0,
        "dense_us": 25.0,
    }


@pytest.mark.parametrize("format", ["text", "json", "markdown"])
def test_the_command(tmp_path: Path, format: str) -> None:
    (tmp_path / "tiny.tn").write_text(LINEAR)
    code = (
        "import sys, tncc.measuring as m\n"
        "m.ROUNDS, m.SAMPLE_SECONDS = 1, 1e-5\n"
        "from tncc.cli import main\n"
        f"sys.argv = ['tncc', 'bench', 'tiny.tn', '--batch', '1,6', '--format', '{format}']\n"
        "main()"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert result.returncode == 0, result.stderr
    if format == "json":
        found = Timings.model_validate_json(result.stdout)
        assert [t.rows for t in found.timings] == [1, 1, 1, 6, 6, 6]
    else:
        assert "Times of Tiny" in result.stdout
        assert all(mode in result.stdout for mode in ("eval()", "gradients off", "forward + backward"))


def test_the_command_writes_a_file_and_diagnoses(tmp_path: Path) -> None:
    (tmp_path / "tiny.tn").write_text(LINEAR)
    command = [sys.executable, "-m", "tncc", "bench", "tiny.tn", "--batch", "2", "--format", "json"]
    result = subprocess.run([*command, "-o", "out.json"], capture_output=True, cwd=tmp_path, timeout=120)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    assert len(Timings.model_validate_json((tmp_path / "out.json").read_bytes()).timings) == 3
    result = subprocess.run([*command, "--memory", "1"], capture_output=True, cwd=tmp_path, timeout=120)
    assert (result.returncode, result.stdout) == (1, b"")
    assert result.stderr.startswith(b"error[TN202]")

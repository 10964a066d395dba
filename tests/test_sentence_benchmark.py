"""The benchmark on sentences, with a tiny model in the place of the pretrained one; it is not run as a whole here."""

import importlib
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
import torch
from torch import nn

from tncc.models.places import layer_places, weight_of

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        found = importlib.import_module("sentences")
        yield found
        for name in ("sentences", "machine"):
            sys.modules.pop(name, None)


class Tiny(nn.Module):
    """What the benchmark needs of a sentence model."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(40, 12)
        self.encoder = nn.Sequential(nn.Linear(12, 24), nn.GELU(), nn.Linear(24, 12))

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> SimpleNamespace:
        x = self.words(input_ids)
        return SimpleNamespace(last_hidden_state=x + self.encoder(x))


def tokenizer(texts: list[str], padding: bool, return_tensors: str) -> dict[str, torch.Tensor]:
    """Words as numbers, by their lengths."""
    rows = [[len(word) + 1 for word in text.split()] for text in texts]
    longest = max(map(len, rows))
    ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    return {"input_ids": ids, "attention_mask": (ids > 0).long()}


def test_sentences_are_many_and_held_ones_are_not_for_calibration() -> None:
    folder = BENCHMARKS / "sentences_data"
    held, calibration = (
        (folder / f"{name}.txt").read_text(encoding="utf-8").splitlines() for name in ("held", "calibration")
    )
    assert len(held) >= 200 and len(calibration) >= 50
    assert len({*held, *calibration}) == len(held) + len(calibration)
    assert all(line == line.strip() and line for line in (*held, *calibration))


def test_all_cases_are_measured(benchmark: ModuleType, tmp_path: Path) -> None:
    torch.manual_seed(0)
    model = Tiny().eval()
    before = {place.path: weight_of(place).clone() for place in layer_places(model)}
    bench = benchmark.Bench(model, benchmark.sentences(tokenizer, 20), tmp_path, "encoder.*", rungs=4, sweeps=2)
    wanted = benchmark.cases(["LowRank", "BTT"], [0.9], [False, True])
    lines = benchmark.run(bench, wanted, tmp_path / "results.jsonl")
    assert len(lines) == len(wanted) == 8
    for line in lines:
        assert line["reached"] <= line["share"] and line["sentences"] == 20
        assert -1 <= line["least"] <= line["similarity"] <= 1 + 1e-6
    assert all(torch.equal(weight_of(place), before[place.path]) for place in layer_places(model))
    best = max(lines, key=lambda line: line["reached"])
    assert best["similarity"] > 0.8
    printed = benchmark.table(lines)
    assert len(printed.splitlines()) == 2 + 4 and "| LowRank | activations |" in printed
    # What is in the file is not measured again.
    assert benchmark.run(SimpleNamespace(), wanted, tmp_path / "results.jsonl") == lines


def test_a_matrix_is_that_of_the_layer(benchmark: ModuleType, tmp_path: Path) -> None:
    import tncc

    torch.manual_seed(0)
    model = Tiny().eval()
    bench = benchmark.Bench(model, benchmark.sentences(tokenizer, 20), tmp_path, "encoder.*", rungs=4, sweeps=2)
    case = benchmark.Case("LowRank", False, "solver", 0.6)
    line = bench.measure(case)
    rules = benchmark.rule_file("LowRank", tmp_path, "encoder.*")
    tensorized = tncc.tensorize(model, rules, ranks=bench.plan(case), batch=(32,))
    similarity = (benchmark.embed(model, bench.batches.held) * bench.original).sum(-1)
    assert float(similarity.mean()) == pytest.approx(line["similarity"], abs=1e-5)
    assert tensorized.table.parameters_after == pytest.approx(
        line["reached"] * tensorized.table.parameters_before, abs=0.5
    )

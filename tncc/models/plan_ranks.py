"""Chooses the sizes of the bonds of all networks that rules name for a model, within one budget for the whole."""

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Literal

import torch
from torch import nn

from tncc.diagnostics.diagnostic import Diagnostic
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.rule_kinds import BadCalibration
from tncc.diagnostics.size_kinds import BadOption
from tncc.diagnostics.span import Span
from tncc.elaborate.patterns import BadPattern, Pattern, read_pattern
from tncc.ir.machine import Machine
from tncc.models.matching import Matches, match_rules, tied_weights
from tncc.models.moments import input_moments
from tncc.models.places import Place, layer_places, obstacle, shape_of
from tncc.models.sensitivity import Measuring
from tncc.models.weight_places import WeightsFile, weight_places
from tncc.planning_options import BATCH, planning_options
from tncc.progress import watched
from tncc.ranks.budget import Amount, read_budget
from tncc.ranks.plan import RankPlan, make_plan
from tncc.rule_files import RuleFile, read_rule_file
from tncc.watching import Watch

RUNGS = 16
"""Decompositions for a layer's curve, where each rung takes its own."""


def plan_ranks(
    model: nn.Module | str | PathLike[str],
    rules: str | PathLike[str],
    *,
    parameters: Amount | None = None,
    flops: Amount | None = None,
    error: Amount | None = None,
    calibration: Iterable[Any] | None = None,
    importance: Mapping[str, float] | None = None,
    name: str | None = None,
    rungs: int = RUNGS,
    untie: bool = False,
    batch: Sequence[int] = BATCH,
    machine: str | PathLike[str] | Machine | None = None,
    embeddings: Sequence[str] = (),
    conv1d: Sequence[str] = (),
    progress: bool | Watch = True,
) -> RankPlan:
    """Choose the sizes of all bonds within a budget for the whole, at the least sum of squared relative errors.

    `model` is a module, or a safetensors file with its weights. One budget is given: `parameters` or `flops` of the
    layers that the rules replace (`"50%"`, `"3M"`, a number), or `error`, the root of the layers' mean squared
    relative error, which is then met with the fewest parameters. Errors are those of the weights or, with
    `calibration` batches that the model takes, of the layers' outputs on them. `importance` gives layers, by patterns
    as in rules, another weight in the loss than 1. `rungs` is how many decompositions each layer's curve may take
    where one is not enough. `name`, `untie`, `batch` and `machine` are those of `tensorize`; `embeddings` and `conv1d`
    are patterns for the layers of a file that are neither Linear nor told apart by their names and shapes. `progress`
    shows a bar on a terminal after a second, or is told of the work.

    `tncc.tensorize(model, rules, ranks=plan)` applies the plan. Raises CompileError for a budget that can't be met
    (TN470) or makes no sense (TN471), and whatever `tensorize` is refused for; the model is never changed.
    """
    file = read_rule_file(fspath(rules), name, planning_options(batch, None, machine))
    with watched(progress) as watch:
        asked = _Asked(file, importance or {}, rungs, untie, watch)
        if isinstance(model, nn.Module):
            places, total = layer_places(model), sum(parameter.numel() for parameter in model.parameters())
            return asked.plan(model, places, total, calibration, (parameters, flops, error))
        if calibration is not None:
            reason = "a file of weights runs on nothing; give the model itself"
            raise compile_error([BadCalibration(Span("calibration", 0, 0, 0, 0), reason)])
        found = weight_places(Path(fspath(model)), embeddings, conv1d)
        return asked.plan(found, found.places, found.parameters, None, (parameters, flops, error))


class _Asked:
    """What is asked of one block of rules."""

    def __init__(self, file: RuleFile, importance: Mapping[str, float], rungs: int, untie: bool, watch: Watch) -> None:
        if isinstance(rungs, bool) or not isinstance(rungs, int) or rungs < 2:
            raise _refused("rungs", f"`{rungs}` is no number of rungs", "give a whole number from 2 on")
        self.file = file
        self.importance = importance
        self.rungs = rungs
        self.untie = untie
        self.watch = watch

    def plan(
        self,
        model: nn.Module | WeightsFile,
        places: Sequence[Place],
        total: int,
        calibration: Iterable[Any] | None,
        amounts: tuple[Amount | None, Amount | None, Amount | None],
    ) -> RankPlan:
        """The plan for the layers at some places; raises CompileError."""
        budget = read_budget(*amounts)
        matches = self._checked(model, places)
        decided = [place for place, _ in matches.decided]
        weights = self._importance(decided)
        moments: dict[Place, torch.Tensor] = {}
        if calibration is not None:
            assert isinstance(model, nn.Module)
            moments = input_moments(model, decided, calibration)
            for place in decided:
                if place not in moments:
                    reason = f"nothing reaches the layer `{place.path}`"
                    raise compile_error([BadCalibration(Span("calibration", 0, 0, 0, 0), reason)])
        measuring = Measuring(self.rungs, budget.kind == "flops", self.watch)
        curves = []
        for number, (place, rule) in enumerate(matches.decided):
            self.watch(f"measuring {place.path}", number, len(decided))
            made = self.file.make(rule, shape_of(place), place.path)
            curves.append(measuring.curve(place, rule, made, moments.get(place), weights[place]))
        measured: Literal["weights", "outputs"] = "weights" if calibration is None else "outputs"
        return make_plan(self.file.source.name, self.file.block.name.text, measured, total, curves, budget)

    def _checked(self, model: nn.Module | WeightsFile, places: Sequence[Place]) -> Matches:
        matches = match_rules(self.file.block.rules, places)
        wrong: list[Diagnostic] = [entry for entry in matches.diagnostics if entry.severity == "error"]
        if isinstance(model, WeightsFile):
            model.read([place for place, _ in matches.decided])
        for place, rule in matches.decided:
            if found := obstacle(place, rule.span, weights=True):
                wrong.append(found)
        if isinstance(model, nn.Module) and not self.untie:
            wrong += tied_weights(model, matches.decided)
        if not matches.decided and not wrong:
            raise _refused("rules", "the rules replace nothing", "add a rule that names a network")
        if wrong:
            raise compile_error(wrong, self.file.files.sources)
        return matches

    def _importance(self, places: Sequence[Place]) -> dict[Place, float]:
        """The weight of each layer's squared error; the first pattern that matches decides."""
        found: dict[Place, float] = {}
        for text, weight in self.importance.items():
            pattern = _pattern("importance", text)
            number = isinstance(weight, int | float) and not isinstance(weight, bool)
            if not number or not 0 < weight < float("inf"):
                raise _refused("importance", f"`{weight}` is no weight of an error", "give a number above 0")
            matched = [place for place in places if any(map(pattern.matches, place.paths))]
            if not matched:
                hint = "write patterns as in rules, for layers that these replace"
                raise _refused("importance", f"`{text}` matches none of the {len(places)} layers replaced", hint)
            found = {**dict.fromkeys(matched, float(weight)), **found}
        return {place: found.get(place, 1.0) for place in places}


def _pattern(option: str, text: str) -> Pattern:
    try:
        return read_pattern(text)
    except BadPattern as reason:
        raise _refused(option, f"`{text}` is no pattern: {reason}", "write module paths as in rules") from None


def _refused(option: str, text: str, hint: str) -> Exception:
    return compile_error([BadOption(Span(option, 0, 0, 0, 0), text, hint)])

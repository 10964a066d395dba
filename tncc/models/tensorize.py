"""Tensorizes a model by rules: everything is made first, and then put in place at once."""

from collections.abc import Iterable, Sequence
from os import PathLike, fspath
from typing import Any

import torch
from torch import nn

from tncc.diagnostics.diagnostic import Diagnostic
from tncc.diagnostics.render import compile_error
from tncc.ir.machine import Machine
from tncc.models import loading
from tncc.models.building import Built, build
from tncc.models.exchange import exchange
from tncc.models.matching import Matches, match_rules, tied_weights
from tncc.models.moments import input_moments
from tncc.models.places import layer_places, obstacle, shape_of
from tncc.models.planned import with_ranks
from tncc.models.tensorized import TensorizedModel
from tncc.planning_options import BATCH, planning_options
from tncc.progress import progress_bar
from tncc.ranks.plan import RankPlan
from tncc.rule_files import RuleFile, read_rule_file


def tensorize(
    model: nn.Module,
    rules: str | PathLike[str],
    *,
    name: str | None = None,
    weights: bool = True,
    calibration: Iterable[Any] | None = None,
    ranks: RankPlan | str | PathLike[str] | None = None,
    untie: bool = False,
    batch: Sequence[int] = BATCH,
    memory: int | str | None = None,
    machine: str | PathLike[str] | Machine | None = None,
) -> TensorizedModel:
    """Replace layers of a model, in place, by the networks that a block of rules names.

    `rules` is a `.tn` file, `name` one of its blocks (the last, if none is given). Each network approximates its
    layer's weight, unless `weights` is false: then it starts anew. `calibration` is an iterable of batches that the
    model takes (a tensor, a tuple of arguments or a dict of them each): the inputs of the layers are then measured,
    and weights approximated where these are large. `ranks` is a plan of `plan_ranks`, or its file: it says which sizes
    bonds have, whatever the rules say of that. `untie` lets layers be replaced whose weight other modules share.
    `batch`, `memory` and `machine` are those of `compile`. Biases, types, devices, modes and `requires_grad` stay.

    Raises CompileError, with the model exactly as it was, where a rule matches nothing or decides nothing, a network
    does not fit its layer, a layer cannot be replaced, or a weight cannot be decomposed.
    """
    file = read_rule_file(fspath(rules), name, planning_options(batch, memory, machine))
    matches = _checked_matches(model, file, weights, untie)
    with progress_bar() as watch:
        places = [place for place, _ in matches.decided]
        made = [file.make(rule, shape_of(place), place.path) for place, rule in matches.decided]
        if ranks is not None:
            made = with_ranks(ranks, [place.path for place in places], made)
        moments = {} if calibration is None or not weights else input_moments(model, places, calibration)
        built: list[Built] = []
        with torch.random.fork_rng(enabled=weights):  # what is drawn is overwritten
            for number, ((place, rule), each) in enumerate(zip(matches.decided, made, strict=True)):
                watch(f"tensorizing {place.path}", number, len(places))
                built.append(build(place, rule, each, weights, moments.get(place)))
    exchange([(entry.place, entry.module) for entry in built])
    return TensorizedModel(model, file, tuple(built), matches.diagnostics)


def load(
    path: str | PathLike[str],
    model: nn.Module,
    *,
    batch: Sequence[int] = BATCH,
    memory: int | str | None = None,
    machine: str | PathLike[str] | Machine | None = None,
) -> TensorizedModel:
    """Make a model of the original architecture what `TensorizedModel.save` wrote: its networks, and all tensors.

    Nothing is unpickled and no code of the folder is run. Raises CompileError, with the model exactly as it was,
    where the files do not belong together or do not fit the model.
    """
    return loading.load(path, model, planning_options(batch, memory, machine))


def _checked_matches(model: nn.Module, file: RuleFile, weights: bool, untie: bool) -> Matches:
    """What the rules decide, once nothing is wrong with it; raises CompileError for all that is."""
    matches = match_rules(file.block.rules, layer_places(model))
    wrong: list[Diagnostic] = [entry for entry in matches.diagnostics if entry.severity == "error"]
    for place, rule in matches.decided:
        if found := obstacle(place, rule.span, weights):
            wrong.append(found)
    if not untie:
        wrong += tied_weights(model, matches.decided)
    if wrong:
        raise compile_error(wrong, file.files.sources)
    return matches

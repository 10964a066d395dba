"""Gives the networks that rules make for a model the sizes that a plan of ranks has for them."""

from collections.abc import Sequence
from dataclasses import replace
from os import PathLike, fspath

from tncc.diagnostics.diagnostic import CompileError
from tncc.ranks.plan import RankPlan, bad_plan, read_plan
from tncc.rule_files import Made


def with_ranks(ranks: RankPlan | str | PathLike[str], paths: Sequence[str], made: Sequence[Made]) -> list[Made]:
    """The networks of the layers at some paths with the plan's sizes; raises CompileError (TN472) if they don't fit."""
    plan = read_plan(ranks)
    name = "ranks" if isinstance(ranks, RankPlan) else fspath(ranks)
    planned = {layer.path: layer for layer in plan.layers}
    for path in paths:
        if path not in planned:
            raise bad_plan(name, f"it has no sizes for the layer `{path}`")
    for path in planned:
        if path not in paths:
            raise bad_plan(name, f"the rules do not replace its layer `{path}`")
    found = []
    for path, each in zip(paths, made, strict=True):
        layer, network = planned[path], each.compiled.network.name
        if layer.network != network:
            raise bad_plan(name, f"the layer `{path}` is to become `{network}`, and in the plan `{layer.network}`")
        try:
            compiled = each.compiled.with_bonds(layer.bonds) if layer.bonds else each.compiled
        except CompileError as error:
            reason = f"the sizes of the layer `{path}` do not fit `{network}`: {error.diagnostics[0].message}"
            raise bad_plan(name, reason) from None
        found.append(replace(each, compiled=compiled, error=None))
    return found

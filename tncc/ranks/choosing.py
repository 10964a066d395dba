"""Curves and a budget to sizes: rungs become options, and the chosen ones layers with their sizes."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from tncc.diagnostics.diagnostic import CompileError
from tncc.diagnostics.rank_kinds import BadBudget, BudgetNotMet
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.span import Span
from tncc.ranks.budget import Budget, Kind
from tncc.ranks.curves import Curve, Rung
from tncc.ranks.solve import Choice, Option, choose
from tncc.report.fields import Fields

SHARES = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""The shares of all parameters at which the whole model's curve is given."""


class SizedLayer(Fields):
    """A layer with the sizes chosen for its network's bonds, what they cost, and the relative error expected."""

    path: str
    network: str
    bonds: dict[str, Annotated[int, Field(ge=1)]]
    parameters: int
    flops: float | None = None
    error: float


class WholePoint(Fields):
    """The least error of the whole within a share of the parameters, and the parameters that it takes."""

    share: float
    parameters: int
    error: float


def chosen(curves: Sequence[Curve], budget: Budget) -> tuple[tuple[SizedLayer, ...], Choice]:
    """A rung for each layer: the least loss within the budget, or the fewest parameters within an error.

    Raises CompileError (TN470, and TN471 for FLOPs that were not counted).
    """
    choice = choose([_options(curve, budget.kind) for curve in curves], _limit(curves, budget))
    if choice is None:
        raise _not_met(curves, budget)
    picked = [curve.rungs[pick] for curve, pick in zip(curves, choice.picks, strict=True)]
    layers = tuple(
        SizedLayer(path=curve.path, network=curve.network, bonds=rung.bonds, parameters=rung.parameters,
                   flops=rung.flops, error=rung.error)
        for curve, rung in zip(curves, picked, strict=True)
    )  # fmt: skip
    return layers, choice


def whole_curve(curves: Sequence[Curve]) -> tuple[WholePoint, ...]:
    """The least error at each of some shares of the parameters that can be met."""
    before = sum(curve.parameters_before for curve in curves)
    importance = sum(curve.importance for curve in curves)
    found = []
    for share in SHARES:
        choice = choose([_options(curve, "parameters") for curve in curves], share * before)
        if choice is not None:
            error = (choice.value / importance) ** 0.5
            found.append(WholePoint(share=share, parameters=round(choice.cost), error=error))
    return tuple(found)


def _options(curve: Curve, kind: Kind) -> list[Option]:
    losses = [curve.importance * rung.error**2 for rung in curve.rungs]
    if kind == "error":
        return [Option(loss, rung.parameters) for loss, rung in zip(losses, curve.rungs, strict=True)]
    return [Option(_cost(rung, kind), loss) for loss, rung in zip(losses, curve.rungs, strict=True)]


def _cost(rung: Rung, kind: Kind) -> float:
    if kind == "parameters":
        return rung.parameters
    if rung.flops is None:
        text = "the FLOPs of this plan's rungs were not counted"
        raise compile_error([BadBudget(Span("flops", 0, 0, 0, 0), text, "plan anew with `flops` as the budget")])
    return rung.flops


def _limit(curves: Sequence[Curve], budget: Budget) -> float:
    if budget.kind == "error":
        return budget.amount**2 * sum(curve.importance for curve in curves)
    dense = [curve.parameters_before if budget.kind == "parameters" else curve.flops_before for curve in curves]
    return budget.limit(sum(dense))


def _not_met(curves: Sequence[Curve], budget: Budget) -> CompileError:
    """What the rungs reach, in the budget's own kind."""
    place = Span(budget.kind, 0, 0, 0, 0)
    if budget.kind == "error":
        importance = sum(curve.importance for curve in curves)
        errors = [
            (sum(curve.importance * end(rung.error for rung in curve.rungs) ** 2 for curve in curves) / importance)
            ** 0.5
            for end in (min, max)
        ]
        hint = "allow a larger error, or name networks in the rules that come closer to their layers"
        least, most = (f"{error:.3g}" for error in errors)
        return compile_error([BudgetNotMet(place, budget.called, least, most, hint)])
    ends = [sum(end(_cost(rung, budget.kind) for rung in curve.rungs) for curve in curves) for end in (min, max)]
    dense = sum(curve.parameters_before if budget.kind == "parameters" else curve.flops_before for curve in curves)
    least, most = (f"{value:,.0f}" + (f" ({value / dense:.2%})" if dense else "") for value in ends)
    hint = "allow more, or `keep` the layers that the networks do not make smaller"
    unit = "parameters" if budget.kind == "parameters" else "FLOPs"
    return compile_error([BudgetNotMet(place, budget.called, least, f"{most} {unit}", hint)])

"""A plan of ranks as tables: what was chosen, each layer's curve, and the whole model's."""

from decimal import Decimal
from typing import TYPE_CHECKING

from tncc.report.document import Cell, Column, Section
from tncc.report.figures import count, plural, significant

if TYPE_CHECKING:
    from tncc.ranks.curves import Curve
    from tncc.ranks.plan import RankPlan

SHARES = (0.05, 0.1, 0.25, 0.5, 0.75, 1.0)
"""The shares of a layer's own parameters at which its curve is shown."""


def sections(plan: "RankPlan") -> tuple[Section, ...]:
    """The plan for people."""
    return (_layers(plan), _curves(plan), _whole(plan))


def _layers(plan: "RankPlan") -> Section:
    counted = plan.flops is not None
    names = ("parameters", "share", *(("FLOPs a row",) if counted else ()), "error")
    columns = (Column("layer"), Column("network"), Column("sizes"), *(Column(name, number=True) for name in names))
    rows = []
    for layer, curve in zip(plan.layers, plan.curves, strict=True):
        sizes = ", ".join(f"{name} = {size}" for name, size in layer.bonds.items()) or "–"
        flops = (Cell(f"{layer.flops:,.0f}"),) if counted and layer.flops is not None else ()
        rows.append((
            Cell(layer.path, code=True), Cell(layer.network, code=True), Cell(sizes), Cell(count(layer.parameters)),
            Cell(f"{layer.parameters / curve.parameters_before:.1%}"), *flops, Cell(figure(layer.error)),
        ))  # fmt: skip
    total = (Cell(f"{plan.flops:,.0f}", tone="strong"),) if plan.flops is not None else ()
    rows.append((
        Cell("all", tone="strong"), Cell(""), Cell(""), Cell(count(plan.parameters), tone="strong"),
        Cell(f"{plan.parameters / plan.parameters_before:.1%}", tone="strong"), *total,
        Cell(figure(plan.error), tone="strong"),
    ))  # fmt: skip
    return Section(f"ranks for {plan.block} in {plan.rules}, {plan.budget}", columns, tuple(rows), notes=_notes(plan))


def _notes(plan: "RankPlan") -> tuple[str, ...]:
    whole = plan.model_parameters - plan.parameters_before + plan.parameters
    what = {
        "weights": "Errors are those of the weights, relative to them.",
        "outputs": "Errors are those of the layers' outputs on the calibration data, relative to them.",
    }
    if plan.parameters_bound is not None:
        bound = f"No choice of these sizes within the error has fewer than {plan.parameters_bound:,.0f} parameters."
    else:
        assert plan.loss_bound is not None
        bound = f"The loss is {figure(plan.loss)}; no choice of these sizes within the budget has less than "
        bound += f"{figure(plan.loss_bound)}."
    share = f" ({whole / plan.model_parameters:.1%})" if plan.model_parameters else ""
    pairs = list(zip(plan.layers, plan.curves, strict=True))
    larger = [layer.path for layer, curve in pairs if layer.parameters > curve.parameters_before]
    more = f"{plural(len(larger), 'layer')} would have more parameters than now: `keep` {larger[0]}." if larger else ""
    return (
        *((more,) if more else ()),
        f"The whole model has {count(whole)} of {count(plan.model_parameters)} parameters then{share}.",
        what[plan.measured] + " That of all is the root of their mean square.",
        bound,
    )


def _curves(plan: "RankPlan") -> Section:
    columns = (
        Column("layer"), *(Column(f"{share:.0%}", number=True) for share in SHARES), Column("rungs", number=True),
    )  # fmt: skip
    rows = tuple(_curve(curve) for curve in plan.curves)
    notes = ("Each layer's least error at shares of its own parameters; – where its network has more.",)
    return Section("sensitivity of the layers", columns, rows, notes=notes)


def _curve(curve: "Curve") -> tuple[Cell, ...]:
    found = [curve.at(share * curve.parameters_before) for share in SHARES]
    errors = [Cell("–", tone="faint") if rung is None else Cell(figure(rung.error)) for rung in found]
    return (Cell(curve.path, code=True), *errors, Cell(f"{len(curve.rungs)}"))


def _whole(plan: "RankPlan") -> Section:
    columns = tuple(Column(name, number=True) for name in ("share allowed", "parameters", "error"))
    rows = tuple(
        (Cell(f"{point.share:.0%}"), Cell(count(point.parameters)), Cell(figure(point.error))) for point in plan.whole
    )
    return Section("the whole model", columns, rows, notes=("The least error within each share of the parameters.",))


def figure(value: float) -> str:
    """Three significant digits."""
    return significant(Decimal(f"{value:.3g}"))

"""A choice of sizes for all networks of a model, with the curves that it was made from: data, tables, and a file."""

from collections.abc import Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from tncc.diagnostics.diagnostic import CompileError
from tncc.diagnostics.rank_kinds import BadRankPlan
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.span import Span
from tncc.output import write_output
from tncc.ranks.budget import Amount, Budget, read_budget
from tncc.ranks.choosing import SizedLayer, WholePoint, chosen, whole_curve
from tncc.ranks.curves import Curve
from tncc.ranks.tables import sections
from tncc.report.fields import Fields
from tncc.report.markdown import render_markdown
from tncc.report.terminal import render_text

LARGEST = 256 * 2**20
"""The size of a plan's file, in bytes, past which it is not read."""


class RankPlan(Fields):
    """The sizes chosen for each layer's bonds, and what the whole comes to.

    `loss` is the sum of the layers' squared relative errors, each times its importance, and no choice among the rungs
    within the budget has less than `loss_bound` (with an error as the budget: parameters, no less than
    `parameters_bound`). `error` is the root of the loss over the sum of all importances. `parameters` and `flops` are
    those of the layers that are replaced, and `model_parameters` those of the whole model or file as it was. `whole` is
    the least error at shares of the parameters. `measured` says on what errors were measured.
    """

    format: Literal["tncc rank plan"] = "tncc rank plan"
    version: Literal[1] = 1
    rules: str
    block: str
    budget: str
    measured: Literal["weights", "outputs"]
    model_parameters: int
    parameters_before: int
    parameters: int
    flops_before: float
    flops: float | None
    error: float
    loss: float
    loss_bound: float | None
    parameters_bound: float | None
    layers: tuple[SizedLayer, ...]
    whole: tuple[WholePoint, ...]
    curves: tuple[Curve, ...]

    def with_budget(
        self, *, parameters: Amount | None = None, flops: Amount | None = None, error: Amount | None = None
    ) -> "RankPlan":
        """The plan for another budget from the same curves, so that nothing is measured again; raises CompileError.

        FLOPs can be a budget only where they were one before, since they are not counted otherwise.
        """
        about = (self.rules, self.block, self.measured, self.model_parameters)
        return make_plan(*about, self.curves, read_budget(parameters, flops, error))

    def save(self, path: str | PathLike[str]) -> None:
        """Write the plan as JSON, whole or not at all, for `tncc.tensorize(…, ranks=path)`; raises CompileError."""
        write_output(Path(fspath(path)), self.model_dump_json(indent=1) + "\n")

    def text(self, width: int = 100, colour: bool = False) -> str:
        """The tables for a terminal."""
        return render_text(sections(self), width, colour)

    def markdown(self) -> str:
        """The same as Markdown."""
        return render_markdown(sections(self))


def make_plan(
    rules: str,
    block: str,
    measured: Literal["weights", "outputs"],
    model_parameters: int,
    curves: Sequence[Curve],
    budget: Budget,
) -> RankPlan:
    """The plan with the least loss within a budget, or with the fewest parameters within an error.

    Raises CompileError (TN470) where no choice of rungs is within it.
    """
    layers, choice = chosen(curves, budget)
    loss = sum(curve.importance * layer.error**2 for curve, layer in zip(curves, layers, strict=True))
    flops = [layer.flops for layer in layers]
    by_error = budget.kind == "error"
    return RankPlan(
        rules=rules, block=block, budget=f"{budget.kind} {budget.text}", measured=measured,
        model_parameters=model_parameters,
        parameters_before=sum(curve.parameters_before for curve in curves),
        parameters=sum(layer.parameters for layer in layers),
        flops_before=sum(curve.flops_before for curve in curves),
        flops=None if None in flops else sum(count for count in flops if count is not None),
        error=(loss / sum(curve.importance for curve in curves)) ** 0.5, loss=loss,
        loss_bound=None if by_error else choice.bound, parameters_bound=choice.bound if by_error else None,
        layers=layers, whole=whole_curve(curves), curves=tuple(curves),
    )  # fmt: skip


def read_plan(ranks: "RankPlan | str | PathLike[str]") -> RankPlan:
    """A plan, or the one in a file; raises CompileError (TN472)."""
    if isinstance(ranks, RankPlan):
        return ranks
    path = Path(fspath(ranks))
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise bad_plan(str(path), f"it has more than {LARGEST:,} bytes")
        return RankPlan.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        reason = f"`{where}`: {first['msg'].lower()}" if where else "it is no JSON"
        raise bad_plan(str(path), reason) from None
    except OSError as error:
        raise bad_plan(str(path), (error.strerror or str(error)).lower(), "name the file that was written") from None
    except ValueError as error:
        raise bad_plan(str(path), str(error).lower()) from None


def bad_plan(path: str, reason: str, hint: str | None = None) -> CompileError:
    """What to raise for a plan that cannot be used."""
    place = Span(path, 0, 0, 0, 0)
    found = BadRankPlan(place, path, reason) if hint is None else BadRankPlan(place, path, reason, hint)
    return compile_error([found])

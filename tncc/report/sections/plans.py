"""What each plan costs, one line for each number of rows."""

from tncc.report.document import Cell, Column, Section
from tncc.report.fields import Plan, ReportFields
from tncc.report.figures import count, flops, size

COLUMNS = tuple(
    Column(title, number=True) for title in ("rows", "FLOPs", "backward FLOPs", "bytes moved", "peak memory", "steps")
)

NOTES = (
    "A FLOP is one multiply or one add. Bytes are those of the forward pass, at the network's dtype.",
    "Peak memory is that of the arrays made on the way; inputs and parameters come on top.",
)


def plans(report: ReportFields) -> tuple[Section, ...]:
    """The plans, in the order in which their row counts were asked for."""
    return (Section("plans", columns=COLUMNS, rows=tuple(map(_row, report.plans)), notes=NOTES),)


def _row(plan: Plan) -> tuple[Cell, ...]:
    return (
        Cell(count(plan.rows), tone="strong"),
        Cell(flops(plan.flops)),
        Cell(flops(plan.backward_flops)),
        Cell(size(plan.bytes_moved)),
        Cell(size(plan.peak_bytes)),
        Cell(count(len(plan.steps))),
    )

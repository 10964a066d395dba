"""What each plan costs, one line for each number of rows."""

from tncc.report.document import Cell, Column, Section
from tncc.report.fields import Plan, ReportFields
from tncc.report.figures import count, flops, listing, microseconds, size

COLUMNS = tuple(
    Column(title, number=True) for title in ("rows", "FLOPs", "backward FLOPs", "bytes moved", "peak memory", "steps")
)

TIMES = tuple(
    Column(title, number=True)
    for title in ("rows", "forward", "in eval()", "kept for it", "forward + backward", "saved between", "peak")
)

NOTES = (
    "A FLOP is one multiply or one add. Bytes are those of the forward pass, at the network's dtype.",
    "Peak memory is that of the arrays made on the way; inputs and parameters come on top.",
)

TIME_NOTES = (
    "Times are predicted from the machine's profile (`tncc calibrate`); `tncc bench` measures them.",
    "In eval(), with gradients off, what follows from the tensors alone is computed once and kept.",
)


def plans(report: ReportFields) -> tuple[Section, ...]:
    """The plans, in the order in which their row counts were asked for."""
    notes = [*TIME_NOTES]
    if report.thresholds:
        notes.append(f"The module runs other programs from {listing([count(t) for t in report.thresholds])} rows on.")
    if any(plan.training_us is None for plan in report.plans):
        notes.append("Gradients are left to autograd: there is no plan for them.")
    return (
        Section("plans", columns=COLUMNS, rows=tuple(map(_row, report.plans)), notes=NOTES),
        Section("predicted times", columns=TIMES, rows=tuple(map(_times, report.plans)), notes=tuple(notes)),
    )


def _row(plan: Plan) -> tuple[Cell, ...]:
    return (
        Cell(count(plan.rows), tone="strong"),
        Cell(flops(plan.flops)),
        Cell(flops(plan.backward_flops)),
        Cell(size(plan.bytes_moved)),
        Cell(size(plan.peak_bytes)),
        Cell(count(len(plan.steps))),
    )


def _times(plan: Plan) -> tuple[Cell, ...]:
    saved, peak = plan.saved_bytes, plan.training_peak_bytes
    return (
        Cell(count(plan.rows), tone="strong"),
        Cell(microseconds(plan.predicted_us), tone="strong"),
        Cell(microseconds(plan.inference_us)),
        Cell(size(plan.kept_bytes)),
        Cell("" if plan.training_us is None else microseconds(plan.training_us)),
        Cell("" if saved is None else size(saved)),
        Cell("" if peak is None else size(peak)),
    )

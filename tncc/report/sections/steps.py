"""The steps of each plan, in order; of a long plan only those that cost most."""

from tncc.report.document import Cell, Column, Section, Tone
from tncc.report.fields import Plan, PlanStep, ReportFields
from tncc.report.figures import count, flops, listing, percent, plural, scaled, shortened, size

MOST_STEPS = 20
"""A plan of more steps than this is shown by its costliest ones."""

LONGEST_EXPRESSION = 240
LONGEST_NAME = 40

HEAVY = 0.5
"""The share of a plan's FLOPs from which a step is pointed out."""

COLUMNS = (
    Column("#", number=True),
    Column("operands, and their indices"),
    Column("FLOPs", number=True),
    Column("share", number=True),
    Column("moved", number=True),
    Column("result", number=True),
    Column("line", number=True),
)


def steps(report: ReportFields) -> tuple[Section, ...]:
    """A table for each order of contraction; row counts that share one are told once, with the costs at the last."""
    orders: dict[tuple[tuple[tuple[str, ...], str], ...], list[Plan]] = {}
    for plan in report.plans:
        orders.setdefault(tuple((step.operands, step.expression) for step in plan.steps), []).append(plan)
    return tuple(_section(alike) for alike in orders.values())


def _section(alike: list[Plan]) -> Section:
    plan = alike[-1]
    notes = []
    if len(alike) > 1:
        notes.append(f"The order is the same at each of these row counts; the costs are those at {_rows(plan)}.")
    left_out = len(plan.steps) - MOST_STEPS
    if left_out > 0:
        rest = plural(left_out, "step")
        notes.append(f"These are the {MOST_STEPS} costliest of {count(len(plan.steps))} steps; {rest} left out.")
    shown = sorted(plan.steps, key=lambda step: (-step.flops, -step.bytes_moved, step.index))[:MOST_STEPS]
    rows = tuple(_row(step, plan) for step in sorted(shown, key=lambda step: step.index))
    title = f"steps at {listing([count(one.rows) for one in alike[:-1]] + [_rows(plan)])}"
    return Section(title, columns=COLUMNS, rows=rows, notes=tuple(notes))


def _rows(plan: Plan) -> str:
    return plural(plan.rows, "row")


def _row(step: PlanStep, plan: Plan) -> tuple[Cell, ...]:
    heavy: Tone = "strong" if len(plan.steps) > 1 and step.flops >= HEAVY * plan.flops > 0 else "plain"
    operands = ", ".join(shortened(name, LONGEST_NAME) for name in step.operands)
    return (
        Cell(str(step.index), tone="faint"),
        Cell(operands or "(none)", detail=shortened(step.expression, LONGEST_EXPRESSION), code=True),
        Cell(flops(step.flops), tone=heavy),
        Cell(percent(step.flops, plan.flops), tone=heavy),
        Cell(size(step.bytes_moved)),
        Cell(scaled(step.output_size, "")),
        Cell("" if step.source_line is None else str(step.source_line), tone="faint"),
    )

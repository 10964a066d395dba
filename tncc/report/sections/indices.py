"""The indices by size and by the tensors that they join."""

from tncc.report.document import Cell, Column, Section
from tncc.report.fields import IndexUse, ReportFields
from tncc.report.figures import count, shortened

MOST_INDICES = 20
MOST_TENSORS = 6
LONGEST_NAME = 40

COLUMNS = (Column("index"), Column("kind"), Column("size", number=True), Column("tensors that carry it"))


def indices(report: ReportFields) -> tuple[Section, ...]:
    """A line for each index, as declared; of very many only the first."""
    left_out = len(report.indices) - MOST_INDICES
    notes = (f"{count(left_out)} more left out.",) if left_out > 0 else ()
    rows = tuple(_row(index) for index in report.indices[:MOST_INDICES])
    return (Section("indices", columns=COLUMNS, rows=rows, notes=notes),) if rows else ()


def _row(index: IndexUse) -> tuple[Cell, ...]:
    names = [shortened(name, LONGEST_NAME) for name in index.tensors]
    rest = len(names) - MOST_TENSORS
    shown = ", ".join(names[:MOST_TENSORS])
    return (
        Cell(shortened(index.name, LONGEST_NAME), code=True),
        Cell(index.kind, tone="faint"),
        Cell(count(index.size)),
        Cell(f"{shown} and {rest:,} more" if rest > 0 else shown or "none"),
    )

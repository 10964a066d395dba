"""What the reader should know before relying on the network."""

from tncc.report.document import Section
from tncc.report.fields import ReportFields
from tncc.report.figures import count

MOST_WARNINGS = 20


def warnings(report: ReportFields) -> tuple[Section, ...]:
    """The warnings; nothing where there are none."""
    left_out = len(report.warnings) - MOST_WARNINGS
    notes = (f"{count(left_out)} more left out.",) if left_out > 0 else ()
    return (Section("warnings", points=report.warnings[:MOST_WARNINGS], notes=notes),) if report.warnings else ()

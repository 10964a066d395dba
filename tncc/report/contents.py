"""The sections of a report in order: a new one is a file in `sections` and a line here."""

from collections.abc import Callable

from tncc.report.document import Section
from tncc.report.fields import ReportFields
from tncc.report.sections.comparison import comparison
from tncc.report.sections.header import header
from tncc.report.sections.indices import indices
from tncc.report.sections.plans import plans
from tncc.report.sections.steps import steps
from tncc.report.sections.warnings import warnings

SECTIONS: tuple[Callable[[ReportFields], tuple[Section, ...]], ...] = (
    header,
    warnings,
    comparison,
    plans,
    steps,
    indices,
)


def compose(report: ReportFields) -> tuple[Section, ...]:
    """All that is to be shown."""
    return tuple(section for write in SECTIONS for section in write(report))

"""What is reported on: the network, its parameter values, how large it is and the scale that it starts at."""

import json
from decimal import Decimal

from tncc.ir.network import Value
from tncc.report.document import Cell, Column, Section
from tncc.report.fields import ReportFields
from tncc.report.figures import count, shortened, significant

LONGEST_VALUE = 60


def header(report: ReportFields) -> tuple[Section, ...]:
    """The head of the report."""
    values = ", ".join(f"{name} = {_written(value)}" for name, value in report.values.items())
    rows = [
        (Cell("file"), Cell(report.file, code=True)),
        *([(Cell("values"), Cell(values, code=True))] if values else []),
        (Cell("trainable parameters"), Cell(count(report.parameter_count), tone="strong")),
        (Cell("output std at initialization"), _std(report.output_std)),
    ]
    return (Section(f"network {report.network}", columns=(Column(), Column()), rows=tuple(rows)),)


def _written(value: Value) -> str:
    """A value as it is written in the language."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return shortened(json.dumps(value, ensure_ascii=False), LONGEST_VALUE)
        case tuple():
            inner = ", ".join(map(str, value))
            return shortened(f"({inner},)" if len(value) == 1 else f"({inner})", LONGEST_VALUE)
        case _:
            return shortened(str(value), LONGEST_VALUE)


def _std(value: float | None) -> Cell:
    if value is None:
        return Cell("no prediction", tone="faint")
    return Cell(f"{significant(Decimal(value))} (predicted, for input of unit variance)")

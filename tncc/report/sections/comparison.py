"""The network beside the dense layer that it replaces and the low-rank pair that costs as many parameters."""

from tncc.report.document import Cell, Column, Section, Tone
from tncc.report.fields import Dense, ReportFields
from tncc.report.figures import count, flops, plural, ratio

DENSE_NOTE = "Ratios are network to layer: below 1x the network is the smaller one."
NO_DENSE_NOTE = "The network is not a linear map of one input of fixed size, so no dense layer stands beside it."
NO_PAIR_NOTE = "Even a low-rank pair of rank 1 has more parameters than the network."


def comparison(report: ReportFields) -> tuple[Section, ...]:
    """Parameters, and FLOPs at each number of rows."""
    others = [layer for layer in (report.dense, report.low_rank) if layer is not None]
    columns = [Column(), Column("network", number=True)]
    notes = [DENSE_NOTE if others else NO_DENSE_NOTE]
    if report.dense is not None:
        columns += [Column("dense", number=True), Column("ratio", number=True)]
    if report.low_rank is not None:
        columns += [Column("low-rank", number=True), Column("ratio", number=True)]
        rank = count(report.low_rank.rank)
        notes.append(f"The low-rank pair has rank {rank}, the largest with no more parameters than the network.")
    elif report.dense is not None:
        notes.append(NO_PAIR_NOTE)
    title = "beside a dense layer and a low-rank pair" if others else "size and work"
    return (Section(title, columns=tuple(columns), rows=_rows(report, others), notes=tuple(notes)),)


def _rows(report: ReportFields, others: list[Dense]) -> tuple[tuple[Cell, ...], ...]:
    parameters = [Cell("parameters"), Cell(count(report.parameter_count), tone="strong")]
    for layer in others:
        parameters += [Cell(count(layer.parameter_count)), _ratio(report.parameter_count, layer.parameter_count)]
    rows = [tuple(parameters)]
    for number, plan in enumerate(report.plans):
        row = [Cell(f"FLOPs at {plural(plan.rows, 'row')}"), Cell(flops(plan.flops), tone="strong")]
        for layer in others:
            row += [Cell(flops(layer.flops[number])), _ratio(plan.flops, layer.flops[number])]
        rows.append(tuple(row))
    return tuple(rows)


def _ratio(network: int, layer: int) -> Cell:
    tone: Tone = "good" if network < layer else "bad" if network > layer else "plain"
    return Cell(ratio(network, layer), tone=tone)

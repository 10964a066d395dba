"""The results as a table on the terminal and as Markdown: the figures against their bounds, then every cell."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from rich.console import Console
from rich.table import Table

from benchmarks.suite.figures import Figure, figures
from benchmarks.suite.measure import KERNEL, OURS, PLAN, Cell
from tncc.report.figures import significant

WORST = 3
"""How many of the worst cells a figure names."""


@dataclass(frozen=True)
class Sheet:
    """A table: a heading, column titles, and rows of text."""

    heading: str
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def summary(cells: Sequence[Cell], libraries: Sequence[str]) -> list[Sheet]:
    """One sheet for each number of threads, and one that compares them."""
    titles = ("figure", "cells", "mean", "bound", "", "worst", "bound", "", "worst cells")
    return [
        Sheet(f"Figures, {title}", titles, tuple(_figure_row(one) for one in some))
        for title, some in figures(cells, libraries)
    ]


def _figure_row(one: Figure) -> tuple[str, ...]:
    worst = one.worst(WORST)
    sign = "≥" if one.at_least else "≤"
    beyond = f"missed in {one.beyond}" if one.beyond else _verdict(one.within(worst[0][1], one.each))
    return (
        one.name,
        str(len(one.values)),
        f"{_number(one.mean)} (median)" if one.median else _number(one.mean),
        "" if one.bound is None else f"{sign} {one.bound:g}",
        _verdict(one.within(one.mean, one.bound)),
        _number(worst[0][1]),
        "" if one.each is None else f"{sign} {one.each:g}",
        beyond,
        "; ".join(f"{label}: {_number(value)}" for label, value in worst),
    )


def _verdict(met: bool | None) -> str:
    return "" if met is None else "met" if met else "missed"


def sheets(cells: Sequence[Cell], peers: Sequence[str], libraries: Sequence[str]) -> list[Sheet]:
    """Every cell, one sheet for each number of threads and mode."""

    def place(cell: Cell) -> tuple[int, str]:
        return cell.threads, cell.mode

    found = []
    for (threads, mode), some in groupby(sorted(cells, key=place), key=place):
        many = list(some)
        shown = [name for name in (OURS, PLAN, KERNEL, *peers) if any(name in cell.us for cell in many)]
        extra = ("floor", "saved ours", "saved least") if mode == "training" else ("FLOPs at peak",)
        titles = ("network", "rows", *shown, "predicted", *extra)
        rows = tuple(_cell_row(cell, shown, libraries) for cell in many)
        heading = "Forward, `eval()`, gradients off" if mode == "forward" else "Forward + backward"
        found.append(Sheet(f"{heading}, {threads} thread{'s' * (threads > 1)}, microseconds", titles, rows))
    return found


def _cell_row(cell: Cell, shown: Sequence[str], libraries: Sequence[str]) -> tuple[str, ...]:
    times = [_number(cell.us[name]) if name in cell.us else "–" for name in shown]
    predicted = "–" if cell.predicted_us is None else _number(cell.predicted_us)
    if cell.mode == "forward":
        return (cell.case, str(cell.rows), *times, predicted, _number(cell.peak_us))
    least = min((cell.saved[name] for name in libraries if name in cell.saved), default=None)
    saved = (_kib(cell.saved[OURS]), "–" if least is None else _kib(least))
    floor = "–" if cell.floor_us is None else _number(cell.floor_us)
    return (cell.case, str(cell.rows), *times, predicted, floor, *saved)


def _kib(size: int) -> str:
    return f"{_number(size / 1024)} KiB"


def _number(value: float) -> str:
    return significant(Decimal(f"{value:.3g}"))


def left_out(cells: Sequence[Cell]) -> list[str]:
    """A line for each peer and reason, with the cells that it is left out of."""
    places: dict[tuple[str, str], dict[str, set[int]]] = {}
    measured: dict[str, set[int]] = {}
    for cell in cells:
        measured.setdefault(cell.case, set()).add(cell.rows)
        for peer, reason in cell.missing.items():
            places.setdefault((peer, reason), {}).setdefault(cell.case, set()).add(cell.rows)
    return [f"{peer}: {reason} ({_where(cases, measured)})" for (peer, reason), cases in sorted(places.items())]


def _where(cases: Mapping[str, set[int]], measured: Mapping[str, set[int]]) -> str:
    if cases == measured:
        return "everywhere"
    texts = []
    for case, rows in cases.items():
        some = "" if rows == measured[case] else f" at {', '.join(map(str, sorted(rows)))} rows"
        texts.append(case + some)
    return "; ".join(texts)


def show(console: Console, sheet: Sheet) -> None:
    """A sheet of figures on the terminal, the worst cells below it: they are too wide for a column."""
    table = Table(title=sheet.heading, title_justify="left")
    for number, title in enumerate(sheet.titles[:-1]):
        table.add_column(title, justify="right" if number else "left")
    for row in sheet.rows:
        table.add_row(*row[:-1])
    console.print(table)
    for name, *_, worst in sheet.rows:
        console.print(f"{name}: {worst}", highlight=False, markup=False)


def markdown(lines: Sequence[str], found: Sequence[Sheet], missing: Sequence[str]) -> str:
    """The whole document: lines about the run, the sheets, and what is left out."""
    return "\n".join([*_head(lines), *(line for sheet in found for line in _sheet(sheet)), *_foot(missing)]) + "\n"


def _head(lines: Sequence[str]) -> Iterator[str]:
    yield "# Compiled modules beside the dense layer and the tensor libraries"
    for line in lines:
        yield ""
        yield line


def _sheet(sheet: Sheet) -> Iterator[str]:
    yield ""
    yield f"## {sheet.heading}"
    yield ""
    yield f"| {' | '.join(sheet.titles)} |"
    yield f"|{'|'.join(' --- ' if not number else ' ---: ' for number in range(len(sheet.titles)))}|"
    for row in sheet.rows:
        yield f"| {' | '.join(row)} |"


def _foot(missing: Sequence[str]) -> Iterator[str]:
    if missing:
        yield ""
        yield "## Left out"
        yield ""
        yield from (f"- {line}" for line in missing)

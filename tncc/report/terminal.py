"""Sections as tables for a terminal, plain or in colour."""

from io import StringIO

from rich.box import Box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from tncc.report.document import Cell, Section, Tone

STYLES: dict[Tone, str] = {"plain": "", "strong": "bold", "good": "green", "bad": "red", "faint": "dim"}

RULED = Box("    \n    \n ── \n    \n    \n    \n    \n    \n")
"""A line below the column heads and nothing else."""

INDENT = 2


def render_text(sections: tuple[Section, ...], width: int = 100, colour: bool = False) -> str:
    """The sections as text of at most `width` columns, with ANSI colours where asked for, and no trailing spaces."""
    console = Console(
        file=StringIO(),
        width=width,
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        highlight=False,
        emoji=False,
        markup=False,
        _environ={},
    )
    with console.capture() as captured:
        for number, section in enumerate(sections):
            if number:
                console.print()
            _print(section, console)
    return "".join(f"{line.rstrip()}\n" for line in captured.get().splitlines())


def _print(section: Section, console: Console) -> None:
    alarming = bool(section.points)
    console.print(Text(_sentence(section.title), style="bold yellow" if alarming else "bold cyan"))
    if section.rows:
        console.print(Padding(_table(section), (0, 0, 0, INDENT - 1)))
    for point in section.points:
        _hang("! ", Text(point), console)
    for note in section.notes:
        _hang("", Text(note, style="dim"), console)


def _hang(mark: str, text: Text, console: Console) -> None:
    """A paragraph whose later lines stand below its first word."""
    grid = Table.grid(padding=0)
    grid.add_column(width=INDENT + len(mark), no_wrap=True)
    grid.add_column()
    grid.add_row(Text(" " * INDENT + mark, style="bold yellow"), text)
    console.print(grid)


def _sentence(title: str) -> str:
    return title[:1].upper() + title[1:]


def _table(section: Section) -> Table:
    headed = any(column.title for column in section.columns)
    table = Table(
        box=RULED if headed else None,
        show_header=headed,
        show_edge=False,
        pad_edge=False,
        collapse_padding=headed,
        header_style="dim",
    )
    for column in section.columns:
        table.add_column(
            Text(column.title),
            justify="right" if column.number else "left",
            no_wrap=column.number,
            overflow="fold",
        )
    for row in section.rows:
        table.add_row(*map(_text, row))
    return table


def _text(cell: Cell) -> Text:
    text = Text(cell.text, style=STYLES[cell.tone])
    if cell.detail:
        text.append(f"\n{cell.detail}", style="dim")
    return text

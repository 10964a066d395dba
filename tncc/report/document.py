"""A report as sections of text cells, which every renderer knows how to show."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Tone: TypeAlias = Literal["plain", "strong", "good", "bad", "faint"]
"""What a cell is to the reader; a renderer chooses the colour, or none."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table entry. `detail` is a second line below it; `code` marks names and expressions of the program."""

    text: str
    detail: str = ""
    tone: Tone = "plain"
    code: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head, and whether its entries are numbers, which stand at the right."""

    title: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A title, a table (with no rows: none), points in a list, and notes below in a lower voice."""

    title: str
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    points: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

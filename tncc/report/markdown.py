"""Sections as Markdown with tables (the GitHub flavour)."""

import re

from tncc.report.document import Cell, Section

SPECIAL = str.maketrans({mark: f"\\{mark}" for mark in "\\`*_[]<>|#"})


def render_markdown(sections: tuple[Section, ...]) -> str:
    """The sections under headings, the first being that of the whole document."""
    return "\n".join(_section(section, "#" if number == 0 else "##") for number, section in enumerate(sections))


def _section(section: Section, mark: str) -> str:
    blocks = [f"{mark} {_escape(section.title[:1].upper() + section.title[1:])}"]
    if section.rows:
        blocks.append(_table(section))
    if section.points:
        blocks.append("\n".join(f"- {_prose(point)}" for point in section.points))
    blocks += [_prose(note) for note in section.notes]
    return "\n\n".join(blocks) + "\n"


def _table(section: Section) -> str:
    lines = [
        _line([_escape(column.title) for column in section.columns]),
        _line(["---:" if column.number else ":---" for column in section.columns]),
        *(_line([_cell(cell) for cell in row]) for row in section.rows),
    ]
    return "\n".join(lines)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    if not cell.code:
        return f"**{_escape(cell.text)}**" if cell.tone == "strong" and cell.text else _escape(cell.text)
    return "<br>".join(_code(text) for text in (cell.text, cell.detail) if text)


def _code(text: str) -> str:
    """A code span, fenced by more backticks than stand together inside; a table's bar is escaped even there."""
    text = " ".join(text.split()).replace("|", "\\|")
    longest = max(map(len, re.findall("`+", text)), default=0)
    return f"{'`' * (longest + 1)} {text} {'`' * (longest + 1)}" if longest else f"`{text}`"


def _prose(text: str) -> str:
    """A sentence whose names in backticks become code spans."""
    parts = text.split("`")
    return "".join(_code(part) if number % 2 else part.translate(SPECIAL) for number, part in enumerate(parts))


def _escape(text: str) -> str:
    return " ".join(text.split()).translate(SPECIAL)

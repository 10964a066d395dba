"""Lays pieces out in lines, in time linear in their number: widths are summed once, then each group breaks or does not.

After D. C. Oppen, "Prettyprinting" (ACM TOPLAS 2, 1980), with groups that are known whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tncc.syntax.format_pieces import Break, Mark, Open, Piece, Style

WIDTH = 100
"""The column that no line passes where it can be broken."""

INDENT = 2

FAR = 50
"""The column past which a broken expression goes on near the left margin, not below where it began."""


@dataclass(slots=True)
class _Widths:
    """For each piece: the text and the remarks before it, the text from it to the next break, and where its part ends.

    The part of an `Open` ends with its group, that of a `Break` with the next break of the same group.
    """

    before: list[int]
    remarks: list[int]
    ahead: list[int]
    ends: list[int]


def _measure(pieces: Sequence[Piece]) -> _Widths:
    count = len(pieces)
    widths = _Widths([0] * (count + 1), [0] * (count + 1), [0] * (count + 1), [count] * (count + 1))
    groups: list[list[int]] = []
    for place, piece in enumerate(pieces):
        width, remarks = 0, 0
        if isinstance(piece, str):
            width = len(piece)
        elif isinstance(piece, Open):
            groups.append([place])
        elif isinstance(piece, Break):
            width, remarks = len(piece.flat), len(piece.remarks)
            if len(groups[-1]) > 1:
                widths.ends[groups[-1].pop()] = place
            groups[-1].append(place)
        elif piece is Mark.CLOSE:
            for opened in groups.pop():
                widths.ends[opened] = place
        widths.before[place + 1] = widths.before[place] + width
        widths.remarks[place + 1] = widths.remarks[place] + remarks
    for place in range(count - 1, -1, -1):
        piece = pieces[place]
        own = len(piece) if isinstance(piece, str) else int(piece is Mark.COMMA)
        widths.ahead[place] = 0 if isinstance(piece, Break) else own + widths.ahead[place + 1]
    return widths


@dataclass(slots=True)
class _Group:
    style: Style
    base: int
    target: int
    line: int


class _Layout:
    def __init__(self, pieces: Sequence[Piece], indent: int) -> None:
        self.pieces = pieces
        self.widths = _measure(pieces)
        self.out = [" " * indent]
        self.column = self.indent = indent
        self.line = 0
        self.groups: list[_Group] = []
        self.flat = 0  # how many groups are open inside the outermost that fits on the line

    def run(self) -> str:
        for place, piece in enumerate(self.pieces):
            if isinstance(piece, str):
                self._write(piece)
            elif isinstance(piece, Open):
                self._open(place, piece)
            elif isinstance(piece, Break):
                self._break(place, piece)
            elif piece is Mark.CLOSE:
                self._close()
            elif not self.flat:
                self._write(",")
        return "".join(self.out)

    def _write(self, text: str) -> None:
        self.out.append(text)
        self.column += len(text)

    def _newline(self, indent: int) -> None:
        self.out.append("\n" + " " * indent)
        self.column = self.indent = indent
        self.line += 1

    def _fits(self, place: int) -> bool:
        """Whether the part that begins at a piece, and what must follow it on the line, fit and hold no remark."""
        widths, end = self.widths, self.widths.ends[place]
        if widths.remarks[end] > widths.remarks[place]:
            return False
        return self.column + widths.before[end] - widths.before[place] + widths.ahead[end] <= WIDTH

    def _open(self, place: int, piece: Open) -> None:
        if self.flat or self._fits(place):
            self.flat += 1
            return
        if piece.style is Style.LIST:
            target = self.indent + INDENT
        else:
            target = self.column - piece.hang if self.column <= FAR else self.indent + 2 * INDENT
        self.groups.append(_Group(piece.style, self.indent, target, self.line))

    def _close(self) -> None:
        if self.flat:
            self.flat -= 1
        else:
            self.groups.pop()

    def _break(self, place: int, piece: Break) -> None:
        if self.flat:
            self._write(piece.flat)
            return
        group = self.groups[-1]
        if group.style is Style.FILL and group.line == self.line and self._fits(place):
            self._write(piece.flat)
            return
        for remark in piece.remarks:
            if remark.behind:
                self._write("  ")
            else:
                self._newline(group.target)
            self._write(remark.comment.text)
        self._newline(group.base if piece.last else group.target)
        group.line = self.line


def lay_out(pieces: Sequence[Piece], indent: int) -> str:
    """The text of a statement from its indentation to its last character, without a line end."""
    return _Layout(pieces, indent).run()

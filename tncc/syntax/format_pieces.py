"""The pieces that a statement is made of before it is laid out: text, groups that may break, and where they may.

A comment can stand wherever a group can break, and there only. One that the author wrote elsewhere in a statement
moves back to the last such place, which is above the statement if there is none before it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from tncc.diagnostics.span import Span
from tncc.syntax.tokens import Comment

Place = tuple[int, int]
"""A line and a column, as in spans."""


def start_of(span: Span) -> Place:
    """Where the first character stands."""
    return span.line, span.column


def end_of(span: Span) -> Place:
    """The place behind the last character."""
    return span.end_line, span.end_column


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment inside a statement; `behind` says that it follows what is before it, on the same line."""

    comment: Comment
    behind: bool = False


class Style(Enum):
    """How a group breaks: a `LIST` puts one item a line between its brackets, the others go on below where they began.

    `EACH` breaks at all its places, `FILL` at those where the line would grow too long.
    """

    LIST = auto()
    EACH = auto()
    FILL = auto()


@dataclass(slots=True)
class Open:
    """A group begins. `hang` is how far left of its start the broken lines begin (so that `*` stands under `=`)."""

    style: Style
    hang: int = 0


@dataclass(slots=True)
class Break:
    """A place where a group may break: what is written there if it does not, and the remarks that stand there."""

    flat: str
    last: bool = False
    remarks: list[Remark] = field(default_factory=list)


class Mark(Enum):
    """`CLOSE` ends a group, `COMMA` is the comma behind the last item of a list that is broken."""

    CLOSE = auto()
    COMMA = auto()


Piece = str | Open | Break | Mark


class Comments:
    """A file's comments in order, handed out place by place while the AST is walked in the order of the text."""

    def __init__(self, comments: Sequence[Comment]) -> None:
        self._left = list(reversed(comments))
        self._home: list[Remark] = []

    def take(self, stop: Place) -> list[Comment]:
        """The comments before `stop` that were not yet taken."""
        taken: list[Comment] = []
        while self._left and start_of(self._left[-1].span) < stop:
            taken.append(self._left.pop())
        return taken

    def settle_at(self, home: list[Remark]) -> None:
        """From here on `stray` adds comments to `home`."""
        self._home = home

    def stray(self, stop: Place) -> None:
        """Send what is left before `stop` to the last place where comments may stand."""
        self._home.extend(Remark(comment) for comment in self.take(stop))

    def fill(self, place: Break, start: Place, stop: Place, *, first: bool) -> None:
        """Give a place the comments from `start`, the end of what precedes it (or a list's opener), to `stop`."""
        self.stray(start)
        self._home = place.remarks
        for comment in self.take(stop):
            place.remarks.append(Remark(comment, not (first or place.remarks or comment.own_line)))

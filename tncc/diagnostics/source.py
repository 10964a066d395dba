"""The text of a file beside the name by which diagnostics call it."""

from dataclasses import dataclass
from functools import lru_cache


@lru_cache(maxsize=4)
def _lines(text: str) -> list[str]:
    """The lines of a text, kept for the next diagnostic about it."""
    return text.split("\n")


@dataclass(frozen=True, slots=True)
class Source:
    """A program's text and the name it is reported under (a path, `-`, or `std.mpo`)."""

    name: str
    text: str

    def line(self, number: int) -> str:
        """The line with that number, counted from 1, without its end; empty past the end of the text."""
        lines = _lines(self.text)
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""

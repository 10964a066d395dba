"""The text of a file beside the name by which diagnostics call it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A program's text and the name it is reported under (a path, `-`, or `std.mpo`)."""

    name: str
    text: str

    def line(self, number: int) -> str:
        """The line with that number, counted from 1, without its end; empty past the end of the text."""
        lines = self.text.split("\n")
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""

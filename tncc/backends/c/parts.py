"""The parts of a C file, each of which compilers can be given alone: with some of the functions for callers only."""

import re
from collections.abc import Sequence

PART = "TNCC_PART"
"""The macro that says which part is to be compiled; without it, all of the file is."""

INFERENCE, GRADIENTS, SAVING = 1, 2, 3

KINDS = {
    "forward": INFERENCE, "apply": INFERENCE, "forward_saving": INFERENCE,
    "backward": GRADIENTS, "backward_saved": SAVING,
}  # fmt: skip
"""The part that each function for callers is in; they take about as long to compile."""


def part_lines(lines: Sequence[str], part: int) -> list[str]:
    """Lines that are compiled with a part, or without any."""
    return ["", f"#if !defined({PART}) || {PART} == {part}", *lines, "#endif"]


def parts_in(code: str) -> list[int]:
    """The parts that a C file has."""
    return sorted({int(number) for number in re.findall(rf"^#if .*\b{PART} == (\d+)$", code, re.MULTILINE)})

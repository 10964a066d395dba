"""The parts of a C file, some of which compilers can be given alone, so that several work on it at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

PARTS = "TNCC_PARTS"
"""The macro with the parts that are to be compiled, a bit each; without it, all of the file is."""

COUNT = 4
"""The parts of a file: as many compilers can work on it at once."""

MARK = f"#if {PARTS} & "
"""What each part begins with."""

TILES = ("tncc_tiles(", ".known = 0")
"""What is unrolled where it stands, and what makes it as long again."""

UNROLLED = 20
"""About how many statements either takes as long to compile as; a least-squares fit over the benchmarks' kernels."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function: what has to stand before it, its head without a semicolon, and its body."""

    before: tuple[str, ...]
    head: tuple[str, ...]
    body: tuple[str, ...]

    @property
    def lines(self) -> list[str]:
        """All of it."""
        return [*self.before, *self.head, *self.body]

    @property
    def effort(self) -> int:
        """About how long it takes to compile, in statements."""
        text = "\n".join(self.lines)
        return 1 + text.count(";") + UNROLLED * sum(map(text.count, TILES))

    @property
    def prototype(self) -> list[str]:
        """What makes it known to the functions of other parts."""
        return [*self.head[:-1], f"{self.head[-1]};"]

    def named(self, stand_in: str, name: str) -> "Function":
        """The same with a name in the place of what stood for it."""
        before, head, body = (
            tuple(line.replace(stand_in, name) for line in lines) for lines in (self.before, self.head, self.body)
        )
        return Function(before, head, body)

    def after(self, *lines: str) -> "Function":
        """The same behind some lines more."""
        return replace(self, before=(*lines, *self.before))


def parted(inner: Sequence[Function], public: Sequence[Function]) -> list[str]:
    """The functions inside a file, declared first, and those for callers, in parts that take about as long to compile.

    They are cut in the order in which they are.
    """
    functions = [*inner, *public]
    effort = [one.effort for one in functions]
    whole = sum(effort)
    parts: list[list[Function]] = [[] for _ in range(COUNT)]
    done = 0
    for one, own in zip(functions, effort, strict=True):
        parts[(2 * done + own) * COUNT // (2 * whole)].append(one)
        done += own
    lines = [line for one in inner for line in one.prototype]
    for number, part in enumerate(parts):
        if part:
            lines += ["", f"{MARK}{1 << number}", *(line for one in part for line in ("", *one.lines)), "", "#endif"]
    return lines


def parts_of(code: str, crew: int) -> list[int]:
    """Which parts of a C file each of a crew is to compile, a bit each: about as much for everyone; one for all."""
    found = [number for number in range(COUNT) if f"\n{MARK}{1 << number}\n" in code]
    crew = max(1, min(crew, len(found)))
    cuts = [found[len(found) * one // crew : len(found) * (one + 1) // crew] for one in range(crew)]
    return [sum(1 << number for number in cut) for cut in cuts]

"""Numbers, addresses and loops as C text: what all printing of steps shares."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tncc.ir.extent import factors
from tncc.ir.program import Dim

INDENT = "    "


@dataclass(slots=True)
class Names:
    """The C identifiers of run-time sizes, and of the arrays inside one function."""

    symbols: Mapping[str, str]
    arrays: Mapping[str, str] = field(default_factory=dict)

    def number(self, extent: Dim) -> str:
        """An extent or a stride as an expression."""
        count, symbols = factors(extent)
        parts = [self.symbols[name] for name in symbols]
        return " * ".join(parts if count == 1 and parts else [str(count), *parts])

    def offset(self, terms: Iterable[tuple[str, Dim]], more: Iterable[Dim] = ()) -> str:
        """The sum of products of a loop's number and its stride, and of some numbers; empty where it is 0."""
        found = [name if stride == 1 else f"{name} * {self.factor(stride)}" for name, stride in terms if stride != 0]
        found += [self.number(one) for one in more if one != 0]
        return " + ".join(found)

    def factor(self, stride: Dim) -> str:
        """A stride as a factor."""
        return self.number(stride)

    def place(self, array: str, terms: Iterable[tuple[str, Dim]], more: Iterable[Dim] = ()) -> str:
        """The address of an element."""
        offset = self.offset(terms, more)
        return f"{self.arrays[array]} + {offset}" if offset else self.arrays[array]


LOW, HIGH = "low", "high"
"""The first position that a thread has of a loop that threads share, and the first one behind its last."""


def loop_lines(loops: Iterable[tuple[str, Dim]], names: Names, indent: str, shared: str = "") -> tuple[list[str], str]:
    """The heads of nested loops, and the indentation inside them; threads share the loop of the name `shared`."""
    lines = []
    for name, extent in loops:
        first, end = (LOW, HIGH) if name == shared else ("0", names.number(extent))
        lines.append(f"{indent}for (ptrdiff_t {name} = {first}; {name} < {end}; ++{name})")
        indent += INDENT
    return lines, indent


def added(base: str, *offsets: str) -> str:
    """An address some offsets on."""
    return " + ".join([base, *(offset for offset in offsets if offset and offset != "0")])


def scaled(offset: str, by: str) -> str:
    """A sum times a factor."""
    if not offset or by == "1":
        return offset
    return f"({offset}) * {by}" if " + " in offset else f"{offset} * {by}"


def times(number: str, by: str) -> str:
    """A factor times another."""
    return number if by == "1" or number == "0" else by if number == "1" else f"{number} * {by}"

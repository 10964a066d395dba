"""The compile-time names in scope, and the work that may still be spent on them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.size_kinds import TooManyTensors
from tncc.diagnostics.span import Span
from tncc.elaborate import limits
from tncc.ir.network import Value


@dataclass(slots=True)
class Work:
    """What one run may still spend: every evaluation, copy and use is counted, so that no program runs for ever.

    `totals` are running sums and products that were worked out already, by function, tuple and direction.
    """

    left: int = limits.WORK
    totals: dict[tuple[str, int, bool], tuple[tuple[int, ...], list[int]]] = field(default_factory=dict)

    def spend(self, amount: int, span: Span) -> None:
        """Count some steps; raises Failure where none are left."""
        self.left -= amount
        if self.left < 0:
            raise Failure(TooManyTensors(span, limits.WORK, "steps at compile time"))


class Scope(dict[str, Value]):
    """Values by name; copies share the work that is left."""

    __slots__ = ("work",)

    def __init__(self, names: Mapping[str, Value] | Iterable[tuple[str, Value]] = (), work: Work | None = None) -> None:
        super().__init__(names)
        self.work = Work() if work is None else work

    def copy(self) -> "Scope":
        """The same names, to be changed apart."""
        return Scope(self, self.work)

    def having(self, name: str, value: Value, span: Span) -> "Scope":
        """This scope with one name more; `span` is told of where there is no work left."""
        self.work.spend(2 + len(self) // 16, span)
        inner = Scope(self, self.work)
        inner[name] = value
        return inner


def weight(value: Value) -> int:
    """The steps that reading or keeping a value counts for, in proportion to its memory."""
    match value:
        case bool() | float():
            return 1
        case int():
            return 1 + value.bit_length() // 64
        case tuple():
            return 1 + len(value)
        case str():
            return 1 + len(value) // 8

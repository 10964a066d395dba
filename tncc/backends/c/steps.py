"""What a kernel does, as data: loop nests over arrays whose every stride is settled, in the order in which they run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tncc.backends.c.access import View
from tncc.ir.program import Dim

Region = Literal["input", "weight", "result", "constant", "shared", "scratch", "total"]
"""Who owns an array: the caller (the first three), or the kernel between calls, for one call, for a tile, or for what
the tiles add up."""


@dataclass(frozen=True, slots=True)
class Buffer:
    """An array of `size` elements; with `columns`, `size` rows of panels that are padded to whole vectors."""

    name: str
    region: Region
    size: Dim
    columns: int = 0


@dataclass(frozen=True, slots=True)
class Index:
    """A loop of a product, and how far apart two of its positions lie in both operands and in the result."""

    extent: Dim
    left: Dim
    right: Dim
    out: Dim = 0


@dataclass(frozen=True, slots=True)
class Product:
    """`out += left · right` or, without `accumulate`, `out = left · right`, in tiles that stay in registers.

    A tile has the rows of `inner` times some of `tile`, and `columns` in vectors, `lanes` apart in the result. The
    left operand is broadcast along the columns or, where it is `paired`, has them too. With `packed` the right one lies
    in panels: its strides count rows of a panel, and `outer` strides count whole sets of panels. Where the left one is
    `streamed`, some of its rows go through all panels before others do. `finish` is what
    becomes of each number that a tile has summed up, in place of writing it: an elementwise step over the loops
    `outer`, `tile`, `inner` and the columns.
    """

    out: View
    left: View
    right: View
    outer: tuple[Index, ...]
    tile: Index
    inner: Index
    sums: tuple[Index, ...]
    columns: int
    lanes: Dim
    paired: bool
    packed: bool
    accumulate: bool
    whole: bool
    streamed: bool = False
    comment: str = ""
    finish: "Map | None" = None


@dataclass(frozen=True, slots=True)
class Pack:
    """An operand copied into panels: for each position of `outer` and each panel, rows of columns by `depth`."""

    out: str
    source: View
    outer: tuple[Index, ...]
    depth: tuple[Index, ...]
    columns: tuple[Index, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """An operand of an elementwise expression: its buffer, where it begins, and its stride along each loop."""

    buffer: str
    offset: tuple[Dim, ...]
    strides: tuple[Dim, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function or an operator (`+`, `-`, `*`) of elementwise expressions."""

    function: str
    arguments: tuple["Expression", ...]


Expression: TypeAlias = Load | Call | float


def loads(value: Expression) -> Iterator[Load]:
    """The operands of an expression."""
    if isinstance(value, Load):
        yield value
    elif isinstance(value, Call):
        for argument in value.arguments:
            yield from loads(argument)


def with_loads(value: Expression, change: Callable[[Load], Expression]) -> Expression:
    """An expression with something else in place of each operand."""
    if isinstance(value, Load):
        return change(value)
    if isinstance(value, Call):
        return Call(value.function, tuple(with_loads(argument, change) for argument in value.arguments))
    return value


@dataclass(frozen=True, slots=True)
class Map:
    """`out = value` or, with `accumulate`, `out += value`, for every position of some loops; `sums` are summed over."""

    out: Load
    extents: tuple[Dim, ...]
    value: Expression
    sums: tuple[Dim, ...] = ()
    accumulate: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Joint:
    """A function over all positions of some loops (`over`) together, for every position of the others."""

    function: str
    out: Load
    source: Load
    extents: tuple[Dim, ...]
    over: tuple[Dim, ...]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Fill:
    """Every element of an array set to zero."""

    out: View


@dataclass(frozen=True, slots=True)
class Repeat:
    """Steps done for each part of an index, whose number is the symbol `symbol`."""

    symbol: str
    count: int
    steps: tuple["Step", ...]


Step: TypeAlias = Product | Pack | Map | Joint | Fill | Repeat

"""The graph IR: indices, tensors, and operations in the order in which they can be computed; values, not behaviour."""

from collections.abc import Iterable
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from tncc.diagnostics.span import NOWHERE, Span

BATCH = "..."
"""The name of the index that stands for all leading axes together; its size is the number of rows."""

Value: TypeAlias = bool | int | float | str | tuple[int, ...]
"""A compile-time value: what a network parameter or a `let` can hold."""

Group: TypeAlias = tuple[str, ...]
"""The indices that one axis is the row-major composite of; none for an axis of size 1."""


class Record(BaseModel):
    """Base of the IR: frozen, hashable, and the same after a trip through JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Index(Record):
    """A leg's label. `parts` names the indices that a merged index stands for, in row-major order."""

    name: str
    size: int
    kind: Literal["index", "bond", "batch"] = "index"
    dynamic: bool = False
    parts: Group = ()
    span: Span = NOWHERE


class Initializer(Record):
    """How a tensor starts: `auto` has had its standard deviation worked out and stored in `std`."""

    kind: Literal["auto", "zeros", "ones", "normal", "uniform", "eye", "orthogonal", "copy"] = "auto"
    arguments: tuple[float, ...] = ()
    std: float | None = None


class Axis(Record):
    """One stored axis: the indices that it carries by default (none for a bare size) and its planned size."""

    indices: Group = ()
    size: int
    dynamic: bool = False


class Tensor(Record):
    """What is there before anything is computed: an input, a parameter, a frozen buffer or a copy (delta) tensor.

    `name` is how the program calls it (`A[0]`, `up.A[0]`), `path` its place in `state_dict()` (`("up", "A", "0")`).
    """

    name: str
    path: tuple[str, ...]
    role: Literal["input", "parameter", "frozen", "copy"]
    axes: tuple[Axis, ...]
    init: Initializer = Initializer()
    complex: bool = False
    doc: str = ""
    span: Span = NOWHERE


class View(Record):
    """A value under the names that one use gives its axes: a group of indices, or the position picked, for each.

    A name that stands twice takes the diagonal. `BATCH` stands alone in its group.
    """

    value: str
    axes: tuple[Group | int, ...]

    @property
    def indices(self) -> tuple[str, ...]:
        """The indices that the view carries, each once, in order of appearance."""
        return tuple(dict.fromkeys(name for axis in self.axes if not isinstance(axis, int) for name in axis))


class Contraction(Record):
    """An Einstein product of any number of views: indices that `axes` does not name are summed, then it is scaled."""

    op: Literal["contraction"] = "contraction"
    name: str
    operands: tuple[View, ...]
    axes: tuple[Group, ...]
    scale: float = 1.0
    span: Span = NOWHERE


class Term(Record):
    """One summand, times `coefficient`."""

    operand: View
    coefficient: float = 1.0


class Sum(Record):
    """A sum of terms; one that lacks an index of the result is broadcast along it."""

    op: Literal["sum"] = "sum"
    name: str
    terms: tuple[Term, ...]
    axes: tuple[Group, ...]
    span: Span = NOWHERE


class Function(Record):
    """An elementwise function, or one over the indices in `over` (`mean`, `max` and `sum` remove them)."""

    op: Literal["function"] = "function"
    name: str
    function: str
    operand: View
    over: tuple[str, ...] = ()
    axes: tuple[Group, ...]
    span: Span = NOWHERE


class Placed(Record):
    """A part of an assembly: for each axis of the result its position, or as many indices, which a diagonal repeats."""

    operand: View
    place: tuple[Group | int, ...]


class Assembly(Record):
    """Zero, except that each part is added where it lies; one that lacks an index of its place is repeated along it.

    It undoes picks: x'[k, f] = a[f] at [0, f] + b[f] at [2, f] is the gradient of what is read as x[0, f] and x[2, f].
    """

    op: Literal["assembly"] = "assembly"
    name: str
    parts: tuple[Placed, ...]
    axes: tuple[Group, ...]
    span: Span = NOWHERE


Operation: TypeAlias = Annotated[Contraction | Sum | Function | Assembly, Field(discriminator="op")]


class Binding(Record):
    """Where a dynamic index has its size from at run time: axis `axis` (from the end, negative) of an input.

    Its size is the axis' size times `times` over `over`, which must divide. The first binding of an index defines
    it, the others must agree.
    """

    index: str
    input: str
    axis: int
    times: int = 1
    over: int = 1


class Network(Record):
    """A whole program after elaboration: sizes known, families written out, sub-networks written in."""

    name: str
    file: str
    values: tuple[tuple[str, Value], ...] = ()
    doc: str = ""
    indices: tuple[Index, ...]
    tensors: tuple[Tensor, ...]
    operations: tuple[Operation, ...]
    outputs: tuple[str, ...]
    bindings: tuple[Binding, ...] = ()
    batched: bool = True
    span: Span = NOWHERE

    @property
    def inputs(self) -> tuple[Tensor, ...]:
        """The run-time arguments, in the order in which they were declared."""
        return tuple(tensor for tensor in self.tensors if tensor.role == "input")


def legs(axes: tuple[Group, ...]) -> tuple[str, ...]:
    """The indices of a result, axis by axis."""
    return tuple(name for group in axes for name in group)


def single_axes(indices: tuple[str, ...]) -> tuple[Group, ...]:
    """One axis for each index, as a temporary result has them."""
    return tuple((name,) for name in indices)


def views(operation: Operation) -> tuple[View, ...]:
    """What an operation reads, in order."""
    match operation:
        case Contraction():
            return operation.operands
        case Sum():
            return tuple(term.operand for term in operation.terms)
        case Function():
            return (operation.operand,)
        case Assembly():
            return tuple(part.operand for part in operation.parts)


def index_table(network: Network) -> dict[str, Index]:
    """Indices by name."""
    return {index.name: index for index in network.indices}


def sizes_at(network: Network, rows: int) -> dict[str, int]:
    """The planned size of each index when the leading axes hold `rows` rows together."""
    sizes = {index.name: index.size for index in network.indices}
    return sizes | {BATCH: rows}


def takes_rows(network: Network) -> bool:
    """Whether an input has leading axes, so that the number of rows is known only at run time."""
    return any(tensor.axes[:1] and tensor.axes[0].indices == (BATCH,) for tensor in network.inputs)


def values_from(network: Network, tensors: Iterable[str]) -> frozenset[str]:
    """The values that depend on any of some tensors, these included."""
    found = set(tensors)
    for operation in network.operations:
        if any(view.value in found for view in views(operation)):
            found.add(operation.name)
    return frozenset(found)


def complex_values(network: Network) -> frozenset[str]:
    """The values (tensors and results) whose elements are complex."""
    found = {tensor.name for tensor in network.tensors if tensor.complex}
    for operation in network.operations:
        real = isinstance(operation, Function) and operation.function == "abs"
        if not real and any(view.value in found for view in views(operation)):
            found.add(operation.name)
    return frozenset(found)

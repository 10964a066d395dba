"""The program that back ends print: array instructions on explicitly ordered axes, each writing one named array."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from tncc.diagnostics.span import NOWHERE, Span
from tncc.ir.network import Record

Dim: TypeAlias = int | str
"""An extent: a number, or a product of extents that are known at run time (`"rows"`, `"q"`, `"12*rows*q"`)."""

ROWS = "rows"
"""The run-time extent that stands for the product of all leading axes."""


class Instruction(Record):
    """Base: `name` is the array that is written, `shape` its extents, `legs` the indices behind each, for comments."""

    name: str
    shape: tuple[Dim, ...]
    legs: tuple[tuple[str, ...], ...] = ()
    complex: bool = False
    span: Span = NOWHERE


class Read(Instruction):
    """A tensor as it is stored (parameters, frozen, copy), or an input with its leading axes made one (`rows`)."""

    op: Literal["read"] = "read"
    tensor: str


class Reshape(Instruction):
    op: Literal["reshape"] = "reshape"
    source: str


class Permute(Instruction):
    op: Literal["permute"] = "permute"
    source: str
    order: tuple[int, ...]


class Copy(Instruction):
    """The same array, row-major in memory of its own."""

    op: Literal["copy"] = "copy"
    source: str


class Select(Instruction):
    """Position `position` of axis `axis`, which is dropped."""

    op: Literal["select"] = "select"
    source: str
    axis: int
    position: int


class Diagonal(Instruction):
    """The diagonal of two axes, which are dropped; it becomes the last axis."""

    op: Literal["diagonal"] = "diagonal"
    source: str
    axes: tuple[int, int]


class Embed(Instruction):
    """The last axis put on the diagonal of two, which take its place; zero off the diagonal."""

    op: Literal["embed"] = "embed"
    source: str


class Matmul(Instruction):
    """The matrix product over the last two axes, leading axes broadcast."""

    op: Literal["matmul"] = "matmul"
    left: str
    right: str


class Multiply(Instruction):
    """The elementwise product, broadcast; both arrays have as many axes as the result."""

    op: Literal["multiply"] = "multiply"
    left: str
    right: str


class Add(Instruction):
    """`left + right` or, with `negative`, `left - right`, broadcast; both have as many axes as the result."""

    op: Literal["add"] = "add"
    left: str
    right: str
    negative: bool = False


class Scale(Instruction):
    op: Literal["scale"] = "scale"
    source: str
    factor: float


class Total(Instruction):
    """The sum over some axes, which are dropped."""

    op: Literal["total"] = "total"
    source: str
    axes: tuple[int, ...]


class Apply(Instruction):
    """A function by its `.tn` name; `axes` are those it works over, dropped by `mean`, `max` and `sum`."""

    op: Literal["apply"] = "apply"
    source: str
    function: str
    axes: tuple[int, ...] = ()


class Constant(Instruction):
    """A number, as an array with no axes."""

    op: Literal["constant"] = "constant"
    value: float


class Expand(Instruction):
    """Axes of extent 1 repeated up to the shape."""

    op: Literal["expand"] = "expand"
    source: str


class Stack(Instruction):
    """Arrays of one shape along a new axis, each at its position, in ascending order; zero at all other positions."""

    op: Literal["stack"] = "stack"
    parts: tuple[str, ...]
    axis: int
    positions: tuple[int, ...]


class Slot(Record):
    """An array that a loop reads, under the name that its body knows it by; cut along `axis`, or whole."""

    name: str
    source: str
    axis: int | None = None


class Loop(Instruction):
    """`body` for each of `count` equal parts of an index, one after the other.

    The parts' `result` arrays are joined along `axis`, or added up where that is None.
    """

    op: Literal["loop"] = "loop"
    count: int
    slots: tuple[Slot, ...]
    body: tuple["AnyInstruction", ...]
    result: str
    axis: int | None = None


AnyInstruction: TypeAlias = Annotated[
    Read | Reshape | Permute | Select | Diagonal | Matmul | Multiply | Add | Scale | Total | Apply | Constant | Expand
    | Stack | Embed | Copy | Loop,
    Field(discriminator="op"),
]  # fmt: skip


Loop.model_rebuild()


class Result(Record):
    """An output: the array that holds it, with `rows` first where `batched`, and its declared shape behind."""

    name: str
    array: str
    shape: tuple[Dim, ...]
    batched: bool


class Program(Record):
    """Instructions in order, for one schedule; `results` are the network's outputs as declared.

    `rows` is the number of rows planned for; `tile` is how many rows are computed at a time, all at once where it is 0.
    """

    rows: int
    instructions: tuple[AnyInstruction, ...]
    results: tuple[Result, ...]
    tile: int = 0


def sources(instruction: AnyInstruction) -> tuple[str, ...]:
    """The arrays that an instruction reads, in order."""
    match instruction:
        case Read() | Constant():
            return ()
        case Matmul() | Multiply() | Add():
            return (instruction.left, instruction.right)
        case Stack():
            return instruction.parts
        case Loop():
            return tuple(slot.source for slot in instruction.slots)
        case _:
            return (instruction.source,)


def part_shape(shape: tuple[Dim, ...], axis: int | None, count: int) -> tuple[Dim, ...]:
    """The shape of one of `count` equal parts along an axis, whose size is known now; the shape itself for None."""
    if axis is None:
        return shape
    extent = shape[axis]
    if not isinstance(extent, int) or extent % count:
        raise ValueError(f"an axis of {extent} does not have {count} equal parts")
    return (*shape[:axis], extent // count, *shape[axis + 1 :])

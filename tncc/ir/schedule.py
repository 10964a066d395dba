"""A network with its products taken apart into steps of at most two operands, and what each step costs."""

from tncc.diagnostics.span import NOWHERE, Span
from tncc.ir.network import Operation, Record


class Step(Record):
    """One operation of at most two operands. FLOPs count a multiply and an add as one each; bytes at the dtype."""

    operation: Operation
    flops: int
    backward_flops: int
    bytes_moved: int
    output_size: int
    span: Span = NOWHERE


class Slices(Record):
    """Steps `first` to `last` are done for one of `count` equal parts of an index after the other.

    Of their results only the last one is read by other steps.
    """

    first: int
    last: int
    index: str
    count: int


class Schedule(Record):
    """The steps of a network in order, as planned for one number of rows (the product of all leading axes)."""

    rows: int
    steps: tuple[Step, ...]
    outputs: tuple[str, ...]
    slices: tuple[Slices, ...] = ()

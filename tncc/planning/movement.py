"""What an arrangement costs: the models by which axis orders are chosen.

`RuleOfThumb` counts elements moved and needs to know nothing of the machine, `Timed` counts microseconds on one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tncc.ir.cost import elements
from tncc.ir.machine import Machine
from tncc.ir.network import Group
from tncc.planning.copying import copy_us, strides_of
from tncc.planning.time_model import COPY_CALLS, PRODUCT_CALLS, SINGLE, TOTAL_CALLS, matmul_us, permute_us, stream_us

CALL = 256.0
"""One inner matrix product of a batch costs about as much as moving this many elements."""

LANES = 16
"""Fewer rows or columns than this leave lanes of the matrix kernel empty."""

PRODUCTS = 32.0
"""Multiply-adds of a matrix kernel in the time in which one element is moved."""

COPY = 4096.0
"""Starting a copy that permutes costs about as much as moving this many elements: a few microseconds."""

ELEMENTWISE = 2.0
"""Elements moved for each element of a product that is written, read again and summed."""


def matmul_cost(batch: int, rows: int, columns: int, depth: int) -> float:
    """The cost of `batch` matrix products of rows×depth by depth×columns beyond their FLOPs at full speed.

    A rule of thumb: a call for each, and the lanes that stay empty where a product is narrow. With it a batch of
    products with fewer than about 16 columns loses against one permuting copy and a single large product.
    """
    wasted = (max(rows, LANES) * max(columns, LANES) - rows * columns) * depth
    return batch * (CALL + wasted / PRODUCTS)


def copy_cost(size: int) -> float:
    """The cost of bringing an array of that many elements into another order."""
    return COPY + size


class Costs(Protocol):
    """Costs in one unit, whichever it is; sizes are in elements."""

    def matmul(self, batch: int, rows: int, columns: int, depth: int) -> float:
        """`batch` products of rows×depth by depth×columns."""
        ...

    def copy(self, size: int) -> float:
        """Bringing an array into another order."""
        ...

    def permute(self, source: Group, target: Group, sizes: Mapping[str, int]) -> float:
        """Bringing the indices of an array from one order into another."""
        ...

    def stride(self, size: int) -> float:
        """What elementwise work costs more on an array that is read against its order."""
        ...

    def dot(self, size: int) -> float:
        """An elementwise product that is written, read again and summed."""
        ...

    def total(self, size: int) -> float:
        """Summing an array over its first axes."""
        ...


@dataclass(frozen=True, slots=True)
class RuleOfThumb:
    """Elements moved beyond the FLOPs at full speed."""

    def matmul(self, batch: int, rows: int, columns: int, depth: int) -> float:
        """See `matmul_cost`."""
        return matmul_cost(batch, rows, columns, depth)

    def copy(self, size: int) -> float:
        """See `copy_cost`."""
        return copy_cost(size)

    def permute(self, source: Group, target: Group, sizes: Mapping[str, int]) -> float:
        """The same for all orders."""
        return copy_cost(elements(target, sizes))

    def stride(self, size: int) -> float:
        """One element moved for each."""
        return float(size)

    def dot(self, size: int) -> float:
        """See `ELEMENTWISE`."""
        return ELEMENTWISE * size

    def total(self, size: int) -> float:
        """A call, and one element moved for each."""
        return CALL + size


RUN = 4
"""A copy whose runs are not known yet is taken to have runs of so many elements."""


@dataclass(frozen=True, slots=True)
class Timed:
    """Microseconds on a machine."""

    machine: Machine

    def matmul(self, batch: int, rows: int, columns: int, depth: int) -> float:
        """A call, and the products at their rate."""
        moved = SINGLE * batch * (rows * depth + depth * columns + rows * columns)
        return PRODUCT_CALLS * self.machine.call_us + matmul_us(self.machine, batch, rows, columns, depth, moved)

    def copy(self, size: int) -> float:
        """A call, and a copy in short runs."""
        return COPY_CALLS * self.machine.call_us + permute_us(self.machine, 2 * SINGLE * size, RUN, 2 * SINGLE * size)

    def permute(self, source: Group, target: Group, sizes: Mapping[str, int]) -> float:
        """A call, and the copy by where the elements lie."""
        shape = tuple(sizes[index] for index in target)
        return COPY_CALLS * self.machine.call_us + copy_us(self.machine, shape, strides_of(source, target, sizes))

    def stride(self, size: int) -> float:
        """What a copy in short runs takes longer than one in order."""
        moved = 2 * SINGLE * size
        return permute_us(self.machine, moved, RUN, moved) - stream_us(self.machine, moved, moved)

    def dot(self, size: int) -> float:
        """A product and a sum, three passes."""
        return (1 + TOTAL_CALLS) * self.machine.call_us + stream_us(self.machine, 3 * SINGLE * size, 2 * SINGLE * size)

    def total(self, size: int) -> float:
        """A call, and one pass."""
        return TOTAL_CALLS * self.machine.call_us + stream_us(self.machine, SINGLE * size, SINGLE * size)


BY_THUMB = RuleOfThumb()

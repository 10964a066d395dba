"""Programs that hand what they have made on to the backward pass, and those that begin with it.

What is saved lies in one block of the caller's memory, array after array, the rows of each outermost, so that tiles
write and read their own rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tncc.backends.c.access import View, row_major
from tncc.backends.c.state import rearranged
from tncc.ir.extent import product, symbol
from tncc.ir.network import BATCH, Network
from tncc.ir.phases import has_rows
from tncc.ir.plan import Training
from tncc.ir.program import ROWS, AnyInstruction, Dim, Matmul, Permute, Program, Read, Reshape, Result, sources


@dataclass(frozen=True, slots=True)
class Order:
    """An array as it is saved: cut so that the rows are an axis of their own, which is then made the first."""

    shape: tuple[Dim, ...]
    cut: tuple[Dim, ...]
    axes: tuple[int, ...]

    @property
    def saved(self) -> tuple[Dim, ...]:
        """The shape in which it is saved."""
        return tuple(self.cut[axis] for axis in self.axes)

    def ahead(self, array: str, name: str) -> Iterator[AnyInstruction]:
        """From an array to what is saved of it, called `name`."""
        yield Reshape(name=f"{name}/cut", shape=self.cut, source=array)
        yield Permute(name=name, shape=self.saved, source=f"{name}/cut", order=self.axes)

    def back(self, read: Read, tensor: str) -> Iterator[AnyInstruction]:
        """From what was saved to the array as it was."""
        order = tuple(self.axes.index(axis) for axis in range(len(self.axes)))
        yield Read(name=f"{tensor}/read", shape=self.saved, tensor=tensor)
        yield Permute(name=f"{tensor}/cut", shape=self.cut, source=f"{tensor}/read", order=order)
        update: dict[str, Any] = {"legs": read.legs, "complex": read.complex}
        yield Reshape(name=read.name, shape=self.shape, source=f"{tensor}/cut", **update)


def ways(one: Training, network: Network) -> list[dict[str, Order]]:
    """The ways to save what is saved, each an order for each array by its name in the programs; none where none is.

    Arrays without rows may also lie as the product reads them that the forward pass makes of them.
    """
    plain = orders(one, network)
    if plain is None:
        return []
    table = {instruction.name: instruction for instruction in one.forward.instructions}
    read = {name: order if has_rows(order.shape) else _as_read(name, order, table) for name, order in plain.items()}
    return [plain] if read == plain else [plain, read]


def _as_read(name: str, order: Order, table: Mapping[str, AnyInstruction]) -> Order:
    """The order in which the first product reads an array row by row; the one given where there is none."""
    views = {name: row_major(name, [[extent] for extent in order.shape])}
    for at, instruction in table.items():
        for source in sources(instruction):
            if source not in views:
                continue
            if isinstance(instruction, Matmul):
                return _lying(views[source], order)
            shown = rearranged(instruction, views[source]) if isinstance(instruction, Reshape | Permute) else None
            if shown is not None:
                views[at] = shown
    return order


def _lying(view: View, order: Order) -> Order:
    """The order in which the levels of a view follow each other."""
    levels = view.levels
    if any(not isinstance(level.extent, int) or not isinstance(level.stride, int) for level in levels):
        return order
    outward = sorted(range(len(levels)), key=lambda place: -int(levels[place].stride))
    cut = tuple(levels[place].extent for place in outward)
    return Order(order.shape, cut, tuple(outward.index(place) for place in range(len(levels))))


def orders(one: Training, network: Network) -> dict[str, Order] | None:
    """How each saved array is saved, by its name in the programs; None where one can't be cut so."""
    made = {instruction.name: instruction for instruction in one.forward.instructions}
    extents: dict[str, Dim] = {
        index.name: symbol(index.name) if index.dynamic else index.size for index in network.indices
    }
    extents[BATCH] = ROWS
    found = {}
    for name in one.saved:
        order = _order(made[name], extents)
        if order is None:
            return None
        found[name] = order
    return found


def _order(made: AnyInstruction, extents: Mapping[str, Dim]) -> Order | None:
    cut: list[Dim] = []
    for extent, legs in zip(made.shape, made.legs or ((),) * len(made.shape), strict=True):
        merged = has_rows((extent,)) and extent != ROWS
        parts = [extents[leg] for leg in legs if leg in extents] if merged else [extent]
        if product(*parts) != extent:
            return None
        cut += parts
    axes = tuple(range(len(cut)))
    if has_rows(made.shape):
        first = cut.index(ROWS)
        axes = (first, *(axis for axis in axes if axis != first))
    return Order(made.shape, tuple(cut), axes)


def saving(one: Training, found: Mapping[str, Order]) -> Program:
    """The forward program, whose results behind the outputs are the saved arrays."""
    instructions: list[AnyInstruction] = list(one.forward.instructions)
    results = list(one.forward.results[: len(one.forward.results) - len(one.saved)])
    for name, order in found.items():
        made, batched = saved_name(name), has_rows(order.shape)
        instructions += order.ahead(name, made)
        results.append(Result(name=made, array=made, shape=order.saved[batched:], batched=batched))
    return one.forward.model_copy(update={"instructions": tuple(instructions), "results": tuple(results)})


def restoring(one: Training, found: Mapping[str, Order]) -> Program:
    """The backward program, which reads what was saved."""
    instructions = tuple(_restored(one.backward.instructions, found))
    return one.backward.model_copy(update={"instructions": instructions})


def _restored(instructions: Sequence[AnyInstruction], found: Mapping[str, Order]) -> Iterator[AnyInstruction]:
    for instruction in instructions:
        if isinstance(instruction, Read) and instruction.tensor in found:
            yield from found[instruction.tensor].back(instruction, saved_name(instruction.tensor))
        else:
            yield instruction


def saved_name(name: str) -> str:
    """What a saved array is called among tensors and results; no tensor of a network has a name like it."""
    return f"{name}/saved"


def saved_shapes(found: Mapping[str, Order]) -> dict[str, tuple[Dim, ...]]:
    """The shapes in which arrays are saved, by these names."""
    return {saved_name(name): order.saved for name, order in found.items()}

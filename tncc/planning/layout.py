"""Schedule → Program: every step as array instructions, each result in the order that suits the steps around it."""

from dataclasses import dataclass, field
from typing import assert_never

from tncc.ir.cost import REDUCTIONS, summed_indices
from tncc.ir.extent import symbol
from tncc.ir.network import (
    BATCH,
    Assembly,
    Contraction,
    Function,
    Group,
    Network,
    Operation,
    Sum,
    Tensor,
    View,
    sizes_at,
    views,
)
from tncc.ir.program import ROWS, Dim, Program, Result, Slot
from tncc.ir.schedule import Schedule, Slices
from tncc.planning.alike_forms import AlikeForms
from tncc.planning.arrays import Array, Writer
from tncc.planning.assembling import assembled
from tncc.planning.axis_order import Choice, choose_orders
from tncc.planning.flow import flow
from tncc.planning.forms import Form, common_runs, runs
from tncc.planning.movement import BY_THUMB, Costs
from tncc.planning.names import Names
from tncc.planning.sight import look, renaming


def lower(network: Network, schedule: Schedule, costs: Costs = BY_THUMB, known: AlikeForms | None = None) -> Program:
    """The instructions of a schedule, axis orders chosen for its number of rows by what arrangements cost.

    A result's array has the output's declared axes, after one axis of `rows` where it is batched; `Result.shape`
    holds the extents of the declared axes alone. `known` are forms of products found by the same measure of costs.
    """
    extents: dict[str, Dim] = {
        index.name: symbol(index.name) if index.dynamic else index.size for index in network.indices
    } | {BATCH: ROWS}
    sizes = sizes_at(network, schedule.rows)
    sizes |= {part.index: sizes[part.index] // part.count for part in schedule.slices}
    facts = flow(schedule, extents, sizes, costs)
    axes = {step.operation.name: step.operation.axes for step in schedule.steps}
    taken = [tensor.name for tensor in network.tensors] + [step.operation.name for step in schedule.steps]
    lowering = Lowering(
        writer=Writer(extents, Names(taken, "/")),
        tensors={tensor.name: tensor for tensor in network.tensors},
        choice=choose_orders(schedule, facts, sizes, costs, known),
        declared=facts.declared,
        # Whoever takes a result without rows keeps it, as autograd does with gradients, which it copies where they
        # don't lie row-major.
        compact=frozenset(name for name in schedule.outputs if (BATCH,) not in axes[name]),
    )
    slices = {part.last: part for part in schedule.slices}
    inside = {number for part in schedule.slices for number in range(part.first, part.last + 1)}
    for number, step in enumerate(schedule.steps):
        if number in slices:
            lowering.loop(schedule, slices[number])
        elif number not in inside:
            lowering.write(number, step.operation)
    results = tuple(lowering.result(name) for name in schedule.outputs)
    return Program(rows=schedule.rows, instructions=tuple(lowering.writer.instructions), results=results)


@dataclass(slots=True)
class Lowering:
    """The values made so far, each as an array with the axes that its operation declares."""

    writer: Writer
    tensors: dict[str, Tensor]
    choice: Choice
    declared: frozenset[str]
    compact: frozenset[str] = frozenset()
    values: dict[str, tuple[Array, tuple[Group, ...]]] = field(default_factory=dict)
    sights: dict[View, Array] = field(default_factory=dict)

    def write(self, number: int, operation: Operation) -> None:
        """One step."""
        self.writer.span = operation.span
        operands = [self.sight(view) for view in views(operation)]
        match operation:
            case Contraction() if number in self.choice.forms:
                array = self.product(operation.name, operands, self.choice.forms[number])
            case Contraction():
                array = self.single(operation, operands)
            case Sum():
                array = self.sum(operation, operands, self.choice.orders[number])
            case Function():
                array = self.function(operation, operands[0])
            case Assembly():
                places = [part.place for part in operation.parts]
                array = assembled(self.writer, operation.name, list(zip(operands, places, strict=True)), operation.axes)
            case _:
                assert_never(operation)
        self.finish(operation, array)

    def loop(self, schedule: Schedule, part: Slices) -> None:
        """Steps that are done for one part of an index after the other."""
        operation = schedule.steps[part.last].operation
        inner = Body.of(self, part)
        for number in range(part.first, part.last + 1):
            inner.write(number, schedule.steps[number].operation)
        array, axis = apart(inner.writer, inner.values[operation.name][0], part.index)
        self.writer.span = operation.span
        made = self.writer.loop(operation.name, inner.writer.instructions, inner.slots, array, (part.count, axis))
        self.finish(operation, made)

    def finish(self, operation: Operation, array: Array) -> None:
        """Keeps a step's result, in the order in which it has to lie."""
        if operation.name in self.compact:
            array = self.writer.compact(array, operation.axes)
        elif operation.name in self.declared:
            array = self.writer.arrange(array, operation.axes)
        self.values[operation.name] = array, operation.axes

    def sight(self, view: View) -> Array:
        """A value under a view, written once for each view."""
        if view not in self.sights:
            self.sights[view] = self.seen(view)
        return self.sights[view]

    def seen(self, view: View) -> Array:
        """A value with its axes under the view's names."""
        if view.value in self.tensors:
            return look(self.writer, self.read(self.tensors[view.value], view), view)
        array, axes = self.values[view.value]
        names = renaming(axes, view, self.writer.extents)
        if names is None:
            return look(self.writer, self.writer.arrange(array, axes), view)
        groups = tuple(tuple(names[index] for index in group) for group in array.groups)
        return Array(array.name, groups, array.complex)

    def read(self, tensor: Tensor, view: View) -> Array:
        """A tensor as it is stored. A dynamic axis with no index of its own has the extent that its view gives it."""
        shape: list[Dim] = []
        for axis, seen in zip(tensor.axes, view.axes, strict=True):
            group = axis.indices if axis.indices or isinstance(seen, int) else seen
            run_time = axis.dynamic or axis.indices == (BATCH,)
            shape.append(self.writer.shape((group,))[0] if run_time else axis.size)
        groups = tuple(axis.indices for axis in tensor.axes)
        return self.writer.read(tensor.name, groups, tuple(shape), tensor.complex)

    def product(self, name: str, operands: list[Array], form: Form) -> Array:
        """A product of two operands, as its form says."""
        writer = self.writer
        if form.kind == "multiply" and operands[0].order == operands[1].order == form.order:
            first, second = self.alike(operands)
            return writer.multiply(name, first, second, first.groups)
        first, second = writer.arrange(operands[0], form.first), writer.arrange(operands[1], form.second)
        match form.kind:
            case "matmul":
                left, right = (second, first) if form.left else (first, second)
                return writer.matmul(name, left, right, form.out)
            case "multiply":
                return writer.multiply(name, first, second, form.out)
            case "dot":
                wide = writer.multiply(writer.helper(name), first, second, form.wide)
                return writer.total(name, wide, form.gone)
            case "batched":
                left, right = (second, first) if form.left else (first, second)
                return writer.total(name, writer.matmul(writer.helper(name), left, right, form.wide), form.gone)
            case _:
                assert_never(form.kind)

    def alike(self, operands: list[Array]) -> tuple[Array, Array]:
        """Two arrays of one order with the axes of the first."""
        groups = tuple(group for group in operands[0].groups if group)
        return self.writer.arrange(operands[0], groups), self.writer.arrange(operands[1], groups)

    def single(self, operation: Contraction, operands: list[Array]) -> Array:
        """A contraction of at most one operand: a number, a sum, a multiple, or just a view."""
        if not operands:
            return self.writer.constant(operation.name, operation.scale)
        gone = frozenset(summed_indices(operation))
        array = operands[0]
        if gone:
            array, axes = self.parted(array, gone)
            name = operation.name if operation.scale == 1.0 else self.writer.helper(operation.name)
            array = self.writer.total(name, array, axes)
        return array if operation.scale == 1.0 else self.writer.scale(operation.name, array, operation.scale)

    def parted(self, array: Array, members: frozenset[str]) -> tuple[Array, tuple[int, ...]]:
        """The array with axes that hold members only or none, and the places of the former."""
        groups = tuple(part for group in array.groups for part in (runs(group, members) if group else [group]))
        parted = self.writer.arrange(array, groups)
        return parted, tuple(axis for axis, group in enumerate(groups) if group and group[0] in members)

    def sum(self, operation: Sum, operands: list[Array], order: Group) -> Array:
        """A sum of two terms, of which the first is added."""
        first, second = operands
        if first.order == second.order:
            first, second = self.alike(operands)
            groups = first.groups
        else:
            groups = common_runs(order, first.order, second.order)
            first = self.writer.arrange(first, tuple(group if group[0] in first.order else () for group in groups))
            second = self.writer.arrange(second, tuple(group if group[0] in second.order else () for group in groups))
        return self.writer.add(operation.name, first, second, groups, operation.terms[1].coefficient < 0)

    def function(self, operation: Function, array: Array) -> Array:
        """A function, on axes that hold either indices that it works over or others."""
        array, axes = self.parted(array, frozenset(operation.over))
        dropped = operation.function in REDUCTIONS
        return self.writer.apply(operation.name, array, operation.function, axes, dropped)

    def result(self, name: str) -> Result:
        """An output, in its declared shape."""
        array, axes = self.values[name]
        batched = axes[:1] == ((BATCH,),)
        return Result(name=name, array=array.name, shape=self.writer.shape(axes[batched:]), batched=batched)


@dataclass(slots=True)
class Body(Lowering):
    """The steps inside a loop: what they read of others comes in by slots, cut where it has the index of the loop."""

    outer: Lowering | None = None
    index: str = ""
    slots: list[Slot] = field(default_factory=list)

    @classmethod
    def of(cls, outer: Lowering, part: Slices) -> "Body":
        """The body of a loop over the parts of an index."""
        size = outer.writer.extents[part.index]
        assert isinstance(size, int)
        extents = {**outer.writer.extents, part.index: size // part.count}
        return cls(
            Writer(extents, outer.writer.names), outer.tensors, outer.choice, frozenset(), outer=outer, index=part.index
        )

    def seen(self, view: View) -> Array:
        """A value of the body, or a slot that shows one from outside."""
        if view.value in self.values:
            return Lowering.seen(self, view)
        assert self.outer is not None
        array, axis = apart(self.outer.writer, self.outer.sight(view), self.index)
        slot = Slot(name=self.writer.helper(array.name), source=array.name, axis=axis)
        self.slots.append(slot)
        return Array(slot.name, array.groups, array.complex)


def apart(writer: Writer, array: Array, index: str) -> tuple[Array, int | None]:
    """An array with an axis of its own for an index, and its place; the array as it is, and None, if it lacks it."""
    if index not in array.order:
        return array, None
    own = frozenset((index,))
    groups = tuple(part for group in array.groups for part in (runs(group, own) if index in group else [group]))
    return writer.arrange(array, groups), groups.index((index,))

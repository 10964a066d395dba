"""The gradients of a network as steps of the same network: reverse-mode differentiation of its contractions.

    z[i, k] = a[i, j] * b[j, k]     →     a'[i, j] = z'[i, k] * b[j, k];   b'[j, k] = z'[i, k] * a[i, j]

A gradient may lack an index of its value, along which it is constant. Since the gradient steps are steps like all
others, axis orders, tiles and memory are chosen for them by the same means as for the forward pass.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from tncc.ir.network import (
    Assembly,
    Axis,
    Contraction,
    Function,
    Group,
    Index,
    Network,
    Operation,
    Placed,
    Sum,
    Tensor,
    Term,
    View,
    legs,
)
from tncc.planning.function_gradients import function_gradient
from tncc.planning.gradient_views import CannotDifferentiate, Shapes, shapes_of
from tncc.planning.names import Names
from tncc.planning.pairwise import temporary_axes


@dataclass(frozen=True, slots=True)
class Derivative:
    """A network with the steps of its gradients behind its own.

    `seeds` pairs each output with the input that is the gradient of the loss with respect to it, `gradients` each
    input and parameter with the value that is its gradient, in its declared axes. `missing` names the inputs whose
    gradient is not among them.
    """

    network: Network
    seeds: tuple[tuple[str, str], ...]
    gradients: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]

    @property
    def copies(self) -> tuple[str, ...]:
        """The vectors of ones that repeat gradients along an index, copy tensors of one leg each."""
        return tuple(tensor.name for tensor in self.network.tensors if tensor.name.startswith(ONES))


ONES = "1["
"""How the names of vectors of ones begin: no tensor of a program is called so."""


def differentiate(network: Network, operations: Sequence[Operation]) -> Derivative | None:
    """The gradients of a network that is taken apart into steps of at most two operands.

    None where they have to be left to autograd: complex tensors, the function `max`, and diagonals and changes of
    grouping that concern indices of run-time size, unless it is an input that is used so.
    """
    if any(tensor.complex for tensor in network.tensors):
        return None
    try:
        return Differentiation(network, tuple(operations)).derivative()
    except CannotDifferentiate:
        return None


@dataclass(slots=True)
class Differentiation:
    """Collects the gradient steps of one network, from the outputs back to the tensors."""

    network: Network
    operations: tuple[Operation, ...]
    names: Names = field(init=False)
    shapes: Shapes = field(init=False)
    steps: list[Operation] = field(default_factory=list)
    found: dict[str, list[Placed]] = field(default_factory=dict)
    ones: dict[str, Tensor] = field(default_factory=dict)
    twins: dict[str, Index] = field(default_factory=dict)

    def __post_init__(self) -> None:
        taken = [value.name for value in (*self.network.tensors, *self.operations)]
        self.names = Names(taken, ":")
        self.shapes = shapes_of(self.network, self.operations)

    def derivative(self) -> Derivative:
        """All gradients."""
        seeds = [self.seed(name) for name in self.network.outputs]
        for operation in reversed(self.operations):
            if operation.name in self.shapes.active and operation.name in self.found:
                self.propagate(operation, self.total(operation.name))
        gradients = []
        for tensor in self.network.tensors:
            if tensor.role in ("input", "parameter") and tensor.name in self.found:
                gradients.append((tensor.name, self.finished(tensor)))
        added = (*(seed for _, seed in seeds), *self.ones.values())
        network = self.network.model_copy(
            update={
                # Merged indices are of use to the search for an order only, and that is over.
                "indices": (
                    *(index for index in self.network.indices if not index.parts),
                    *self.shapes.indices,
                    *self.twins.values(),
                ),
                "tensors": (*self.network.tensors, *added),
                "operations": (*self.operations, *self.steps),
                "outputs": tuple(value for _, value in gradients),
            }
        )
        named = tuple((output, seed.name) for output, seed in seeds)
        return Derivative(network, named, tuple(gradients), self.shapes.missing)

    def seed(self, output: str) -> tuple[str, Tensor]:
        """The input that is the gradient with respect to an output."""
        table = self.shapes.table
        axes = tuple(
            Axis(
                indices=group,
                size=math.prod(table[name].size for name in group),
                dynamic=any(table[name].dynamic for name in group),
            )
            for group in self.shapes.axes[output]
        )
        tensor = Tensor(name=f"{output}'", path=(f"{output}'",), role="input", axes=axes)
        seen = self.shapes.summed_axes(output)
        self.found.setdefault(output, []).append(Placed(operand=View(value=tensor.name, axes=seen), place=seen))
        return output, tensor

    def total(self, value: str) -> View:
        """The sum of all contributions to the gradient of a value, under the value's own names.

        What lies in one place is added there, so that an assembly has each position once.
        """
        axes = self.shapes.summed_axes(value)
        totals: dict[tuple[Group | int, ...], View] = {}
        for one in self.found[value]:
            before = totals.get(one.place)
            totals[one.place] = one.operand if before is None else self.sum(value, before, one.operand)
        total = totals.pop(axes, None)
        if totals:
            parts = tuple(Placed(operand=view, place=place) for place, view in totals.items())
            placed = self.assembled(value, parts, axes)
            total = placed if total is None else self.sum(value, total, placed)
        assert total is not None
        self.found[value] = [Placed(operand=total, place=axes)]
        return self.shapes.own(value, total)

    def sum(self, stem: str, one: View, other: View) -> View:
        """The sum of two gradients."""
        axes = temporary_axes(tuple(dict.fromkeys((*one.indices, *other.indices))))
        name = self.names.fresh(f"{stem}'")
        self.steps.append(Sum(name=name, terms=(Term(operand=one), Term(operand=other)), axes=axes))
        return View(value=name, axes=axes)

    def product(self, stem: str, operands: tuple[View, ...], indices: Group, scale: float = 1.0) -> View:
        """A further step, and its result. An index that only one operand carries is summed beforehand."""
        if len(operands) == 2:
            operands = (self.shared(stem, *operands, indices), self.shared(stem, *operands[::-1], indices))
        axes = temporary_axes(indices)
        name = self.names.fresh(f"{stem}'")
        self.steps.append(Contraction(name=name, operands=operands, axes=axes, scale=scale))
        return View(value=name, axes=axes)

    def shared(self, stem: str, operand: View, other: View, indices: Group) -> View:
        """An operand without the indices that neither the other one nor the result carries."""
        rest = tuple(name for name in operand.indices if name in indices or name in other.indices)
        return operand if len(rest) == len(operand.indices) else self.product(stem, (operand,), rest)

    def add(self, operand: View, gradient: View) -> None:
        """A contribution to the gradient of what a view shows, under the view's names."""
        if operand.value not in self.shapes.active:
            return
        operand, gradient = self.off_diagonals(operand, gradient)
        if operand.value in self.shapes.coarse:
            gradient = self.regrouped(operand, gradient)
        self.found.setdefault(operand.value, []).append(self.shapes.canonical(operand, gradient))

    def off_diagonals(self, operand: View, gradient: View) -> tuple[View, View]:
        """An operand with a name for each leg of its diagonals, and its gradient with these, zero off the diagonals."""
        legs_of: dict[str, list[str]] = {}
        axes: list[Group | int] = []
        for axis in operand.axes:
            if isinstance(axis, int):
                axes.append(axis)
                continue
            own = []
            for name in axis:
                found = legs_of.setdefault(name, [])
                found.append(self.twin(name, len(found)) if found else name)
                own.append(found[-1])
            axes.append(tuple(own))
        diagonal = {twin: name for name, names in legs_of.items() if len(names) > 1 for twin in names}
        if diagonal:
            own_axes = temporary_axes(tuple(dict.fromkeys((*gradient.indices, *diagonal))))
            place = tuple(tuple(diagonal.get(name, name) for name in group) for group in own_axes)
            gradient = self.assembled(operand.value, (Placed(operand=gradient, place=place),), own_axes)
        return View(value=operand.value, axes=tuple(axes)), gradient

    def assembled(self, stem: str, parts: tuple[Placed, ...], axes: tuple[Group, ...]) -> View:
        """A further assembly, and its result."""
        name = self.names.fresh(f"{stem}'")
        self.steps.append(Assembly(name=name, parts=parts, axes=axes))
        return View(value=name, axes=axes)

    def twin(self, name: str, number: int) -> str:
        """A further name for an index, for another leg of a diagonal."""
        index = Index(name=f"{name}~{number}", size=self.shapes.static_size(name))
        self.twins[index.name] = index
        return index.name

    def regrouped(self, operand: View, gradient: View) -> View:
        """A gradient with all indices of an operand, in its axes."""
        operands = self.spread(gradient, operand.indices)
        axes = tuple(axis for axis in operand.axes if not isinstance(axis, int))
        name = self.names.fresh(f"{operand.value}'")
        self.steps.append(Contraction(name=name, operands=operands, axes=axes))
        return View(value=name, axes=axes)

    def spread(self, gradient: View, indices: Group) -> tuple[View, ...]:
        """Operands whose product is the gradient with these indices, repeated along those that it lacks."""
        missing = [name for name in indices if name not in gradient.indices]
        static = [name for name in missing if self.shapes.is_static(name)]
        gradient = self.repeated(gradient, tuple(name for name in missing if name not in static))
        for name in static[:-1]:
            gradient = self.product(gradient.value, (gradient, self.one(name)), (*gradient.indices, name))
        return (gradient, self.one(static[-1])) if static else (gradient,)

    def repeated(self, gradient: View, indices: Group) -> View:
        """A gradient along further indices, whose sizes may be known at run time only."""
        if not indices:
            return gradient
        axes = temporary_axes((*gradient.indices, *indices))
        return self.assembled(gradient.value, (Placed(operand=gradient, place=axes),), axes)

    def one(self, name: str) -> View:
        """The vector of ones along an index: a copy tensor of one leg is 1 everywhere."""
        if name not in self.ones:
            axis = Axis(indices=(name,), size=(self.twins.get(name) or self.shapes.table[name]).size)
            called = f"{ONES}{name}]"
            self.ones[name] = Tensor(name=called, path=(called,), role="copy", axes=(axis,))
        return View(value=self.ones[name].name, axes=((name,),))

    def finished(self, tensor: Tensor) -> str:
        """The gradient of a tensor in its declared axes, as a value of its own."""
        total = self.total(tensor.name)
        axes = self.shapes.axes[tensor.name]
        name = f"{tensor.name}'"
        self.steps.append(Contraction(name=name, operands=self.spread(total, legs(axes)), axes=axes))
        return name

    def propagate(self, operation: Operation, gradient: View) -> None:
        """The contributions of one step to the gradients of its operands."""
        match operation:
            case Contraction():
                self.through_product(operation, gradient)
            case Sum():
                for term in operation.terms:
                    self.through_term(operation, term, gradient)
            case Function():
                if operation.operand.value in self.shapes.active:
                    found = function_gradient(operation, gradient, self)
                    self.add(operation.operand, found)

    def through_product(self, operation: Contraction, gradient: View) -> None:
        """Each operand's gradient is the result's gradient times the other operand."""
        operands = operation.operands
        if len(operands) == 1:
            found = gradient
            if operation.scale != 1.0:
                found = self.product(operands[0].value, (gradient,), gradient.indices, operation.scale)
            self.add(operands[0], found)
            return
        for place, operand in enumerate(operands):
            other = operands[1 - place]
            if operand.value in self.shapes.active:
                carried = (*gradient.indices, *other.indices)
                indices = tuple(name for name in operand.indices if name in carried)
                self.add(operand, self.product(operand.value, (gradient, other), indices))

    def through_term(self, operation: Sum, term: Term, gradient: View) -> None:
        """A term's gradient is summed over the indices that it was broadcast along."""
        operand = term.operand
        if operand.value not in self.shapes.active:
            return
        gone = [name for name in legs(operation.axes) if name not in operand.indices and name not in gradient.indices]
        gradient = self.repeated(gradient, tuple(name for name in gone if not self.shapes.is_static(name)))
        indices = tuple(name for name in gradient.indices if name in operand.indices)
        scale = term.coefficient
        for name in gone:
            scale *= self.shapes.table[name].size if self.shapes.is_static(name) else 1
        if len(indices) < len(gradient.indices) or scale != 1.0:
            gradient = self.product(operand.value, (gradient,), indices, scale)
        self.add(operand, gradient)

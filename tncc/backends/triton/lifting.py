"""Array instructions → the expression of one kernel: views vanish into positions, and axes are split where need be.

An axis of an array is a list of atoms, as an index of a network is a list of its parts; a reshape regroups them. Where
its extents cannot be made of the same parts, its operand has to be stored, since any view of a stored array is affine.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tncc.backends.triton.building import Builder
from tncc.backends.triton.expression import Dot, Expression, Fixed, Fold, Load, Map, Number
from tncc.backends.triton.places import Axes, Place
from tncc.ir.network import BATCH
from tncc.ir.program import (
    Add,
    AnyInstruction,
    Apply,
    Constant,
    Copy,
    Diagonal,
    Embed,
    Expand,
    Instruction,
    Loop,
    Matmul,
    Multiply,
    Permute,
    Read,
    Reshape,
    Scale,
    Select,
    Stack,
    Total,
)
from tncc.ir.slopes import SCALE


class MustBeStored(Exception):
    """An array has to be in memory before the kernel can be written."""

    def __init__(self, array: str) -> None:
        super().__init__(array)
        self.array = array


@dataclass(slots=True, kw_only=True)
class Lifter(Builder):
    """Lifts one array of a program. `stored` names the arrays that are in memory, `copies` the copy tensors."""

    table: Mapping[str, AnyInstruction]
    stored: Collection[str]
    copies: Collection[str]

    def expression(self, name: str, slot: tuple[str, int, int] | None = None) -> Expression:
        """What stores an array; `slot` is the stack, its axis and the position there where it is a part of one."""
        root = self.table[name]
        axes: Axes = tuple(
            () if extent == 1 else (self.atom(extent, self.label(root, axis)),)
            for axis, extent in enumerate(root.shape)
        )
        result = self.result(root, axes) if slot is None else self.need(name, axes)
        target, shape = name, root.shape
        if slot is not None:
            target, axis, position = slot
            shape = self.table[target].shape
            extent = shape[axis]
            assert isinstance(extent, int)
            axes = (*axes[:axis], (Fixed(extent, position),), *axes[axis:])
        strides, offsets = self.address(axes, shape)
        return self.finished(target, result, strides, offsets)

    def label(self, instruction: Instruction, axis: int) -> str:
        """What an axis is called in code: the indices behind it, if these are few."""
        legs = instruction.legs[axis] if axis < len(instruction.legs) else ()
        return " ".join("row" if leg == BATCH else leg for leg in legs) if 0 < len(legs) <= 2 else "k"

    def need(self, name: str, axes: Axes) -> int:
        """The node that is an array's element at some places."""
        axes = tuple(self.resolved(places) for places in axes)
        key = (name, axes)
        if key not in self.known:
            self.known[key] = self.node(name, axes)
        return self.known[key]

    def node(self, name: str, axes: Axes) -> int:
        """A new node for an array: a load where it is in memory, else what makes it."""
        instruction = self.table[name]
        base = self.base(name)
        if base is not None:
            return self.add(Load(base, *self.address(axes, instruction.shape)))
        return self.result(instruction, axes)

    def base(self, name: str) -> str | None:
        """The buffer that holds an array as it is."""
        instruction = self.table[name]
        if name in self.stored or isinstance(instruction, Stack | Loop):
            return name
        if isinstance(instruction, Read):
            return None if instruction.tensor in self.copies else name
        return self.base(instruction.source) if isinstance(instruction, Reshape | Copy) else None

    def result(self, instruction: AnyInstruction, axes: Axes) -> int:
        """The node of an instruction at some places, made of its operands."""
        match instruction:
            case Read():
                return self.delta(axes) if instruction.tensor in self.copies else self.node(instruction.name, axes)
            case Reshape():
                return self.reshaped(instruction, axes)
            case Copy():
                return self.need(instruction.source, axes)
            case Permute():
                order = instruction.order
                return self.need(instruction.source, tuple(axes[order.index(axis)] for axis in range(len(order))))
            case Select():
                extent = self.table[instruction.source].shape[instruction.axis]
                assert isinstance(extent, int)
                fixed = () if extent == 1 else (Fixed(extent, instruction.position),)
                return self.need(instruction.source, (*axes[: instruction.axis], fixed, *axes[instruction.axis :]))
            case Diagonal():
                return self.need(instruction.source, self.along(instruction, axes))
            case Expand():
                shape = self.table[instruction.source].shape
                kept = zip(axes, shape, strict=True)
                return self.need(instruction.source, tuple(() if extent == 1 else axis for axis, extent in kept))
            case Stack():
                raise MustBeStored(instruction.name)
            case Loop():
                raise TypeError("a loop is not fused")
            case _:
                return self.computed(instruction, axes)

    def reshaped(self, instruction: Reshape, axes: Axes) -> int:
        """The places regrouped."""
        shape = self.table[instruction.source].shape
        found = self.regrouped([place for places in axes for place in places], shape)
        if found is None:
            raise MustBeStored(instruction.source)
        return self.need(instruction.source, found)

    def along(self, instruction: Diagonal, axes: Axes) -> Axes:
        """The places of an array whose diagonal is at some places."""
        found = list(axes[:-1])
        for axis in sorted(instruction.axes):
            found.insert(axis, axes[-1])
        return tuple(found)

    def delta(self, axes: Axes) -> int:
        """The copy tensor."""
        one = self.add(Number(1.0))
        return self.same(one, axes) if len(axes) > 1 else one

    def computed(
        self, instruction: Matmul | Multiply | Add | Scale | Total | Apply | Constant | Embed, axes: Axes
    ) -> int:
        """What takes work."""
        match instruction:
            case Matmul():
                return self.matmul(instruction, axes)
            case Multiply() | Add():
                operands = (self.broadcast(name, axes) for name in (instruction.left, instruction.right))
                function = "mul" if isinstance(instruction, Multiply) else "sub" if instruction.negative else "add"
                return self.add(Map(function, tuple(operands)))
            case Scale():
                return self.add(Map("scale", (self.need(instruction.source, axes),), instruction.factor))
            case Total():
                return self.total(instruction.source, axes, instruction.axes)
            case Apply():
                return self.applied(instruction, axes)
            case Constant():
                return self.add(Number(instruction.value))
            case Embed():
                operand = self.need(instruction.source, axes[:-1])
                return self.same(operand, axes[-2:])

    def broadcast(self, name: str, axes: Axes) -> int:
        """An operand at the places of a result that may have more."""
        shape = self.table[name].shape
        aligned = axes[len(axes) - len(shape) :]
        return self.need(name, tuple(() if e == 1 else axis for axis, e in zip(aligned, shape, strict=True)))

    def matmul(self, instruction: Matmul, axes: Axes) -> int:
        """A product over new atoms."""
        left = self.table[instruction.left]
        extent = left.shape[-1]
        summed = () if extent == 1 else (self.atom(extent, self.label(left, len(left.shape) - 1)),)
        row, column = axes[-2], axes[-1]
        one = self.broadcast(instruction.left, (*axes[:-2], row, summed))
        # What the left operand has split is split before the right one is asked for.
        other = self.broadcast(instruction.right, (*axes[:-2], summed, column))
        atoms = set(self.apart(summed)) - self.free(other)
        one = self.carrying(one, self.ordered(atoms))
        return self.add(Dot(one, other, summed) if summed else Map("mul", (one, other)))

    def total(self, source: str, axes: Axes, over: Sequence[int], function: str = "sum") -> int:
        """A sum or maximum over new atoms in the place of the axes that it removes."""
        instruction = self.table[source]
        kept = iter(axes)
        found: list[tuple[Place, ...]] = []
        new: list[int] = []
        for axis, extent in enumerate(instruction.shape):
            if axis not in over:
                found.append(next(kept))
            elif extent == 1:
                found.append(())
            else:
                new.append(self.atom(extent, self.label(instruction, axis)))
                found.append((new[-1],))
        operand = self.need(source, tuple(found))
        if not new:
            return operand
        operand = self.carrying(operand, tuple(new))
        node = self.nodes[operand]
        if function == "sum" and isinstance(node, Dot | Map):
            factors = (
                (node.left, node.right) if isinstance(node, Dot) else node.operands if node.function == "mul" else ()
            )
            atoms = set(self.apart(tuple(new)))
            if len(factors) == 2 and all(atoms <= self.free(factor) for factor in factors):
                summed = node.summed if isinstance(node, Dot) else ()
                return self.add(Dot(factors[0], factors[1], (*summed, *new)))
        return self.add(Fold(function, operand, tuple(new)))

    def applied(self, instruction: Apply, axes: Axes) -> int:
        """A function by its name in the language."""
        function, over, source = instruction.function, instruction.axes, instruction.source
        shape = self.table[source].shape
        if function in ("sum", "max"):
            return self.total(source, axes, over, function)
        if function == "mean":
            return self.mean(self.total(source, axes, over), [shape[axis] for axis in over])
        if function == SCALE:
            return self.layernorm_scale(source, axes, over)
        operand = self.need(source, axes)
        if function not in ("softmax", "layernorm"):
            return self.add(Map(function, (operand,)))
        atoms, within, shared = self.alike(source, axes, over)
        if function == "softmax":
            top = self.fold("max", within, atoms, shared)
            below = self.fold("sum", self.map("exp", self.map("sub", within, top)), atoms, shared)
            return self.map("div", self.map("exp", self.map("sub", operand, top)), below)
        mean = self.mean(self.fold("sum", within, atoms, shared), [shape[axis] for axis in over])
        scale = self.scale(within, mean, atoms, [shape[axis] for axis in over], shared)
        return self.map("mul", self.map("sub", operand, mean), scale)

    def alike(self, source: str, axes: Axes, over: Sequence[int]) -> tuple[tuple[int, ...], int, bool]:
        """The operand of a fold over axes that stay: over the same atoms where each of them stands alone."""
        places = self.resolved([place for axis in over for place in axes[axis]])
        others = self.resolved([place for axis, own in enumerate(axes) if axis not in over for place in own])
        atoms = tuple(place for place in places if isinstance(place, int))
        if len(atoms) == len(places) == len(set(places)) and not set(places) & set(others):
            return atoms, self.need(source, axes), True
        shape = self.table[source].shape
        new = {axis: self.atom(shape[axis], "k") for axis in over if shape[axis] != 1}
        found = tuple((new[axis],) if axis in new else () if axis in over else own for axis, own in enumerate(axes))
        return tuple(new.values()), self.need(source, found), False

    def layernorm_scale(self, source: str, axes: Axes, over: Sequence[int]) -> int:
        """What layer normalisation multiplies by, its axes removed."""
        shape = self.table[source].shape
        kept = iter(axes)
        full = tuple((() if shape[axis] == 1 else (self.atom(shape[axis], "k"),)) if axis in over else next(kept)
                     for axis in range(len(shape)))  # fmt: skip
        atoms = tuple(place for axis in over for place in full[axis] if isinstance(place, int))
        operand = self.need(source, full)
        mean = self.mean(self.fold("sum", operand, atoms, True), [shape[axis] for axis in over])
        return self.scale(operand, mean, atoms, [shape[axis] for axis in over], True)

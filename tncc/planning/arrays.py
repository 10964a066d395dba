"""Writes instructions: arrays whose axes are groups of indices, brought into whatever arrangement a step asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tncc.diagnostics.span import NOWHERE, Span
from tncc.ir.extent import product
from tncc.ir.network import Group
from tncc.ir.program import (
    Add,
    AnyInstruction,
    Apply,
    Constant,
    Copy,
    Diagonal,
    Dim,
    Embed,
    Expand,
    Loop,
    Matmul,
    Multiply,
    Permute,
    Read,
    Reshape,
    Scale,
    Select,
    Slot,
    Stack,
    Total,
)
from tncc.planning.names import Names


@dataclass(frozen=True, slots=True)
class Array:
    """An array of the program with the indices behind each of its axes, under the names of whoever looks at it."""

    name: str
    groups: tuple[Group, ...]
    complex: bool = False

    @property
    def order(self) -> Group:
        """The indices in the order of the axes."""
        return tuple(index for group in self.groups for index in group)


@dataclass(slots=True)
class Writer:
    """Collects instructions. One that only rearranges is written once for each arrangement of an array."""

    extents: Mapping[str, Dim]
    names: Names
    instructions: list[AnyInstruction] = field(default_factory=list)
    span: Span = NOWHERE
    _known: dict[tuple[Any, ...], str] = field(default_factory=dict)
    _stems: dict[str, str] = field(default_factory=dict)
    _made_by: dict[str, AnyInstruction] = field(default_factory=dict)

    def shape(self, groups: tuple[Group, ...]) -> tuple[Dim, ...]:
        """The extents of axes that hold these indices."""
        extents = self.extents
        return tuple(
            extents[group[0]] if len(group) == 1 else product(*(extents[index] for index in group)) for group in groups
        )

    def read(self, tensor: str, groups: tuple[Group, ...], shape: tuple[Dim, ...], is_complex: bool) -> Array:
        """A tensor as it is stored."""
        if ("read", tensor) not in self._known:
            self._known["read", tensor] = tensor
            self._append(Read(name=tensor, shape=shape, legs=groups, complex=is_complex, span=self.span, tensor=tensor))
        return Array(tensor, groups, is_complex)

    def reshape(self, array: Array, groups: tuple[Group, ...]) -> Array:
        """The same indices in the same order, grouped otherwise."""
        shape = self.shape(groups)
        if shape == self.shape(array.groups):
            return replace(array, groups=groups)
        return self._rearranged(("reshape", array.name, shape), array, groups, shape)

    def permute(self, array: Array, order: tuple[int, ...]) -> Array:
        """The axes in another order."""
        if order == tuple(range(len(order))):
            return array
        groups = tuple(array.groups[axis] for axis in order)
        return self._rearranged(("permute", array.name, order), array, groups, self.shape(groups))

    def select(self, array: Array, axis: int, position: int) -> Array:
        """One position of an axis; the others keep their extents, as they may hold no known indices."""
        groups = array.groups[:axis] + array.groups[axis + 1 :]
        shape = self._made_by[array.name].shape
        key = ("select", array.name, axis, position)
        return self._rearranged(key, array, groups, shape[:axis] + shape[axis + 1 :])

    def diagonal(self, array: Array, axes: tuple[int, int]) -> Array:
        """The diagonal of two axes, as the last axis."""
        groups = (*(g for place, g in enumerate(array.groups) if place not in axes), array.groups[axes[0]])
        return self._rearranged(("diagonal", array.name, axes), array, groups, self.shape(groups))

    def embed(self, array: Array, index: str, twin: str) -> Array:
        """An index put on the diagonal of two, which come last."""
        single = tuple((name,) for name in array.order if name != index)
        groups = (*single, (index,), (twin,))
        source = self.arrange(array, (*single, (index,)))
        return self._rearranged(("embed", source.name), source, groups, self.shape(groups))

    def arrange(self, array: Array, groups: tuple[Group, ...]) -> Array:
        """The array with these axes: at most a reshape that splits, a permutation, and a reshape that joins."""
        if array.groups == groups:
            return array
        wanted = tuple(index for group in groups for index in group)
        if array.order == wanted:
            return self.reshape(array, groups)
        place = {index: number for number, index in enumerate(array.order)}
        pieces = self._pieces(array, groups)
        split = tuple(sorted(pieces, key=lambda piece: place[piece[0]]))
        number = {piece: axis for axis, piece in enumerate(split)}
        permuted = self.permute(self.reshape(array, split), tuple(number[piece] for piece in pieces))
        return self.reshape(permuted, groups)

    def _pieces(self, array: Array, groups: tuple[Group, ...]) -> list[Group]:
        """The groups cut where their indices do not follow each other in an array."""
        place = {index: number for number, index in enumerate(array.order)}
        pieces: list[Group] = []
        for group in groups:
            start = 0
            for end in range(1, len(group) + 1):
                if end == len(group) or place[group[end]] != place[group[end - 1]] + 1:
                    pieces.append(group[start:end])
                    start = end
        return pieces

    def compact(self, array: Array, groups: tuple[Group, ...]) -> Array:
        """The array with these axes, row-major: the copy moves runs of indices that are as long as can be."""
        runs = tuple(self._pieces(array, (tuple(index for group in groups for index in group),)))
        arranged = self.arrange(array, runs)
        if array.order != arranged.order:
            arranged = self.copy(arranged)
        return self.reshape(arranged, groups)

    def copy(self, array: Array) -> Array:
        """The array in memory of its own."""
        return self._rearranged(("copy", array.name), array, array.groups, self.shape(array.groups))

    def matrices(self, array: Array) -> Array:
        """The array with matrices in its last two axes, copied if elements lie together along neither of these."""
        made_by = self._made_by.get(array.name)
        if not isinstance(made_by, Permute):
            return array
        source = self._made_by.get(made_by.source, made_by)
        last = max((axis for axis, extent in enumerate(source.shape) if extent != 1), default=0)
        return array if made_by.order.index(last) >= len(made_by.order) - 2 else self.copy(array)

    def matmul(self, name: str, left: Array, right: Array, groups: tuple[Group, ...]) -> Array:
        """The matrix product over the last two axes."""
        left, right = self.matrices(left), self.matrices(right)
        return self._made(Matmul, name, groups, (left, right), left=left.name, right=right.name)

    def multiply(self, name: str, left: Array, right: Array, groups: tuple[Group, ...]) -> Array:
        """The elementwise product."""
        return self._made(Multiply, name, groups, (left, right), left=left.name, right=right.name)

    def add(self, name: str, left: Array, right: Array, groups: tuple[Group, ...], negative: bool) -> Array:
        """The elementwise sum or difference."""
        names = {"left": left.name, "right": right.name, "negative": negative}
        return self._made(Add, name, groups, (left, right), **names)

    def scale(self, name: str, source: Array, factor: float) -> Array:
        """A multiple."""
        return self._made(Scale, name, source.groups, (source,), source=source.name, factor=factor)

    def total(self, name: str, source: Array, axes: tuple[int, ...]) -> Array:
        """The sum over some axes."""
        groups = tuple(group for place, group in enumerate(source.groups) if place not in axes)
        return self._made(Total, name, groups, (source,), source=source.name, axes=axes)

    def apply(self, name: str, source: Array, function: str, axes: tuple[int, ...], dropped: bool) -> Array:
        """A function, over some axes or elementwise; `dropped` says whether those axes go."""
        groups = tuple(group for place, group in enumerate(source.groups) if not (dropped and place in axes))
        array = self._made(Apply, name, groups, (source,), source=source.name, function=function, axes=axes)
        return array

    def expand(self, array: Array, groups: tuple[Group, ...]) -> Array:
        """The array repeated along axes of extent 1 that hold no index, each of which stands for all of a group."""
        shape = self.shape(groups)
        if shape == self.shape(array.groups):
            return replace(array, groups=groups)
        return self._rearranged(("expand", array.name, shape), array, groups, shape)

    def stack(self, name: str, parts: Mapping[int, Array], axis: int, group: Group) -> Array:
        """Arrays with the same axes at some positions of a further one, in ascending order; zero elsewhere."""
        arrays = tuple(parts.values())
        groups = (*arrays[0].groups[:axis], group, *arrays[0].groups[axis:])
        names = tuple(array.name for array in arrays)
        return self._made(Stack, name, groups, arrays, parts=names, axis=axis, positions=tuple(parts))

    def loop(
        self,
        name: str,
        body: Sequence[AnyInstruction],
        slots: Sequence[Slot],
        result: Array,
        parts: tuple[int, int | None],
    ) -> Array:
        """What a body gives for each of so many parts, joined along an axis, or added up where that is None."""
        count, axis = parts
        fields = {"slots": tuple(slots), "body": tuple(body), "result": result.name, "count": count, "axis": axis}
        return self._made(Loop, name, result.groups, (result,), **fields)

    def constant(self, name: str, value: float) -> Array:
        """A number."""
        return self._made(Constant, name, (), (), value=value)

    def helper(self, stem: str) -> str:
        """A fresh name for an array that is on the way to `stem`."""
        root = self._stems.get(stem, stem)
        name = self.names.fresh(root)
        self._stems[name] = root
        return name

    def _rearranged(
        self, key: tuple[Any, ...], array: Array, groups: tuple[Group, ...], shape: tuple[Dim, ...]
    ) -> Array:
        if key not in self._known:
            name = self.helper(array.name)
            self._known[key] = name
            common: dict[str, Any] = {"name": name, "shape": shape, "legs": groups, "complex": array.complex}
            common |= {"span": self.span, "source": array.name}
            match key:
                case ("reshape", *_):
                    self._append(Reshape(**common))
                case ("permute", _, order):
                    self._append(Permute(**common, order=order))
                case ("select", _, axis, position):
                    self._append(Select(**common, axis=axis, position=position))
                case ("copy", *_):
                    self._append(Copy(**common))
                case ("embed", *_):
                    self._append(Embed(**common))
                case ("expand", *_):
                    self._append(Expand(**common))
                case ("diagonal", _, axes):
                    self._append(Diagonal(**common, axes=axes))
        return Array(self._known[key], groups, array.complex)

    def _made(
        self, kind: type[Any], name: str, groups: tuple[Group, ...], operands: tuple[Array, ...], **fields: Any
    ) -> Array:
        is_complex = any(operand.complex for operand in operands) and fields.get("function") != "abs"
        shape = self.shape(groups)
        self._append(kind(name=name, shape=shape, legs=groups, complex=is_complex, span=self.span, **fields))
        return Array(name, groups, is_complex)

    def _append(self, instruction: AnyInstruction) -> None:
        self.instructions.append(instruction)
        self._made_by[instruction.name] = instruction

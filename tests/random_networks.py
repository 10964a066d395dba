"""Random networks for hypothesis: everything that the graph IR can hold, in small sizes."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from hypothesis import strategies as st

from tncc.ir.network import (
    BATCH,
    Axis,
    Binding,
    Contraction,
    Function,
    Group,
    Index,
    Network,
    Operation,
    Sum,
    Tensor,
    Term,
    View,
    views,
)

SIZES = {"a": 2, "b": 2, "c": 3, "d": 3, "e": 4, "f": 1, "g": 1, "h": 2, "i": 5, "j": 3, "k": 2}
"""The static indices of every random network."""

DYNAMIC = ("q", "t")
"""Two names for one run-time size."""

PLANNED = 3
"""The size that is planned for them."""

Role: TypeAlias = Literal["input", "parameter", "frozen", "copy"]
ROLES: tuple[Role, ...] = ("input", "parameter", "parameter", "frozen", "copy")

SMOOTH = ("tanh", "sin", "relu", "gelu", "sigmoid", "silu", "cos")
JOINT = ("softmax", "layernorm", "mean", "max", "sum")
FOR_COMPLEX = ("sin", "abs", "mean", "sum")


@dataclass
class Maker:
    """One network being made."""

    draw: Callable[[st.SearchStrategy[Any]], Any]
    batched: bool
    pool: list[str]
    stored: dict[str, tuple[Axis, ...]] = field(default_factory=dict)
    complex: set[str] = field(default_factory=set)

    def chance(self, out_of: int) -> bool:
        """True once in so many times."""
        return bool(self.draw(st.integers(1, out_of)) == out_of)

    def grouped(self, indices: list[str]) -> tuple[Group, ...]:
        """The indices as axes: now and then two share one, now and then an axis has none."""
        groups: list[Group] = []
        for index in indices:
            last = groups[-1] if groups else ()
            crowded = not last or last == (BATCH,) or index == BATCH or {index, *last}.issuperset(DYNAMIC)
            if not crowded and self.chance(4):
                groups[-1] = (*last, index)
            else:
                groups.append((index,))
        if self.chance(12):
            groups.append(())
        return tuple(groups)

    def axes(self, groups: tuple[Group, ...]) -> tuple[Axis, ...]:
        """Stored axes that carry these indices."""
        sizes = SIZES | dict.fromkeys(DYNAMIC, PLANNED) | {BATCH: 1}
        return tuple(
            Axis(
                indices=group,
                size=math.prod(sizes[index] for index in group),
                dynamic=any(index in DYNAMIC for index in group),
            )
            for group in groups
        )

    def tensor(self, number: int) -> Tensor:
        """A tensor of any role; the first one is an input with a dynamic axis."""
        name = f"T{number}" if self.chance(2) else f"T[{number}]"
        role: Role = "input" if number == 0 else self.draw(st.sampled_from(ROLES))
        count = self.draw(st.integers(0, 3))
        indices: list[str] = self.draw(st.permutations(self.pool))[: count + 1]
        if role == "copy":
            size = self.draw(st.sampled_from([1, 2, 3]))
            same = [index for index in sorted(SIZES) if SIZES[index] == size]
            groups: tuple[Group, ...] = tuple((self.draw(st.sampled_from(same)),) for _ in range(count + 1))
        else:
            dynamic = ["q"] if number == 0 else ["t"] if role == "input" and self.chance(3) else []
            lead = [BATCH] if role == "input" and self.batched and not self.chance(4) else []
            groups = self.grouped([*lead, *self.draw(st.permutations([*indices, *dynamic]))])
        axes = self.axes(groups)
        if role != "copy":
            axes = tuple(self.bare(axis) for axis in axes)
        tensor = Tensor(name=name, path=(name,), role=role, axes=axes, complex=role != "copy" and self.chance(12))
        self.remember(name, tensor.axes, tensor.complex)
        return tensor

    def bare(self, axis: Axis) -> Axis:
        """The axis, now and then without indices of its own."""
        fixed = not axis.dynamic and axis.indices != (BATCH,)
        return axis.model_copy(update={"indices": ()}) if fixed and self.chance(6) else axis

    def remember(self, name: str, axes: tuple[Axis, ...], is_complex: bool) -> None:
        """Makes a value known to the operations after it."""
        self.stored[name] = axes
        if is_complex:
            self.complex.add(name)

    def view(self, name: str) -> View:
        """A value under names that its axes can take."""
        return View(value=name, axes=tuple(self.seen(axis) for axis in self.stored[name]))

    def seen(self, axis: Axis) -> Group | int:
        """One axis under a name, two names, no name, or a position."""
        if axis.indices == (BATCH,):
            return axis.indices
        if axis.dynamic:
            names = {old: self.draw(st.sampled_from(DYNAMIC)) for old in DYNAMIC}
            return tuple(names.get(index, index) for index in axis.indices)
        if self.chance(10):
            return int(self.draw(st.integers(0, axis.size - 1)))
        if axis.indices and not self.chance(6):
            return axis.indices
        singles = [(index,) for index in sorted(SIZES) if SIZES[index] == axis.size]
        pairs = [
            (one, other)
            for one in sorted(SIZES)
            for other in sorted(SIZES)
            if one != other and SIZES[one] * SIZES[other] == axis.size
        ]
        nothing = [()] if axis.size == 1 else []
        choices = [*singles, *pairs, *nothing, *([axis.indices] if axis.indices else [])]
        if not choices:
            return int(self.draw(st.integers(0, axis.size - 1)))
        return tuple(self.draw(st.sampled_from(choices)))

    def some_view(self) -> View:
        """A view of any value so far, late ones more often."""
        names = list(self.stored)
        return self.view(names[-1] if self.chance(3) else self.draw(st.sampled_from(names)))

    def result(self, indices: list[str]) -> tuple[Group, ...]:
        """These indices in any order, the leading axes first, as axes."""
        lead = [BATCH] if BATCH in indices else []
        return self.grouped([*lead, *self.draw(st.permutations([index for index in indices if index != BATCH]))])

    def operation(self, name: str) -> Operation:
        """An operation of any kind, small enough to be held against the oracle."""
        kind = self.draw(st.sampled_from(["contraction", "contraction", "contraction", "sum", "function"]))
        if kind == "sum":
            return self.sum(name)
        if kind == "function":
            return self.function(name)
        operands = [self.some_view() for _ in range(self.draw(st.sampled_from([2, 3, 4, 5, 1, 0])))]
        scale = self.draw(st.sampled_from([1.0, 1.0, 0.5, -2.0]))
        carried = list(dict.fromkeys(index for view in operands for index in view.indices))
        kept = [index for index in carried if index == BATCH or self.chance(2)]
        return Contraction(name=name, operands=tuple(operands), axes=self.result(kept[:5]), scale=scale)

    def sum(self, name: str) -> Operation:
        """A sum of terms, some of them broadcast."""
        terms = []
        for _ in range(self.draw(st.integers(1, 4))):
            coefficient = self.draw(st.sampled_from([1.0, 1.0, -1.0, 0.25]))
            terms.append(Term(operand=self.some_view(), coefficient=coefficient))
        carried: list[str] = []
        fitting: list[Term] = []
        for term in terms:
            together = list(dict.fromkeys([*carried, *term.operand.indices]))
            if len(together) <= 6 or not fitting:
                carried = together
                fitting.append(term)
        return Sum(name=name, terms=tuple(fitting), axes=self.result(carried))

    def function(self, name: str) -> Operation:
        """A function, elementwise or over some of its operand's indices."""
        operand = self.some_view()
        indices = list(operand.indices)
        within = [index for index in indices if index != BATCH]
        joint: tuple[str, ...] = JOINT if within else ()
        available = FOR_COMPLEX if operand.value in self.complex else SMOOTH + joint
        function = self.draw(st.sampled_from([f for f in available if within or f not in JOINT]))
        over: list[str] = []
        if function in JOINT:
            over = self.draw(st.lists(st.sampled_from(within), min_size=1, max_size=2, unique=True))
        gone = over if function in ("mean", "max", "sum") else []
        axes = self.result([index for index in indices if index not in gone])
        return Function(name=name, function=function, operand=operand, over=tuple(over), axes=axes)


@st.composite
def networks(draw: Callable[[st.SearchStrategy[Any]], Any]) -> Network:
    """A network of up to six tensors and five operations."""
    pool = draw(st.lists(st.sampled_from(sorted(SIZES)), min_size=3, max_size=5, unique=True))
    maker = Maker(draw, draw(st.booleans()), pool)
    tensors = [maker.tensor(number) for number in range(draw(st.integers(2, 6)))]
    operations = []
    for number in range(draw(st.integers(1, 5))):
        operation = maker.operation(f"h[{number}]")
        is_complex = any(view.value in maker.complex for view in views(operation))
        is_complex &= not (isinstance(operation, Function) and operation.function == "abs")
        maker.remember(operation.name, maker.axes(operation.axes), is_complex)
        operations.append(operation)
    outputs = [o.name for o in operations[:-1] if maker.chance(3)] + [operations[-1].name]
    place = next(place for place, axis in enumerate(tensors[0].axes) if axis.dynamic)
    group = tensors[0].axes[place].indices
    over = math.prod(SIZES[index] for index in group if index in SIZES)
    axis = place - len(tensors[0].axes)
    indices = [Index(name=name, size=size) for name, size in SIZES.items()]
    indices += [Index(name=name, size=PLANNED, dynamic=True) for name in DYNAMIC]
    if maker.batched:
        indices.append(Index(name=BATCH, size=1, kind="batch"))
    return Network(
        name="Random",
        file="random.tn",
        indices=tuple(indices),
        tensors=tuple(tensors),
        operations=tuple(operations),
        outputs=tuple(outputs),
        bindings=tuple(Binding(index=name, input=tensors[0].name, axis=axis, over=over) for name in DYNAMIC),
        batched=maker.batched,
    )

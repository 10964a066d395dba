"""Indices, tensors, stages and layers: each declaration adds its members to the network that is being written out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tncc.diagnostics import axis_kinds, size_kinds
from tncc.diagnostics.diagnostic import Failure, Label
from tncc.diagnostics.span import Span
from tncc.elaborate import limits
from tncc.elaborate.attributes import read_attributes
from tncc.elaborate.axes import AxisReader, checked_subscript, wrong_subscripts
from tncc.elaborate.draft import Draft
from tncc.elaborate.inline import Calls
from tncc.elaborate.lowering import Lowering
from tncc.elaborate.numbers import kind_of, show
from tncc.elaborate.questions import children, is_dynamic, split_legs
from tncc.elaborate.reading import EquationReader
from tncc.elaborate.scope import Scope, weight
from tncc.elaborate.symbols import (
    Family,
    IndexFamily,
    LayerFamily,
    LayerInstance,
    Stored,
    StoredAxis,
    Subscripts,
    T,
    TensorFamily,
    member_name,
)  # fmt: skip
from tncc.elaborate.values import bound_members, evaluate, integer, positions
from tncc.ir.network import BATCH, Axis, Index, Network, Tensor, Value
from tncc.syntax import tree

ONCE = "let each member be declared by one statement only"

PLANNED = 128
"""The size to plan for where `dynamic` gives none."""

Arguments = dict[str, tuple[Value, Span]]
Instantiate = Callable[[tree.Layer, Arguments, str], Network]
"""Makes the network of a layer from its arguments; the string is the layer's name, which its bonds are set under."""


@dataclass(slots=True)
class Declarations:
    """What one network has declared so far; `bonds` are sizes set from outside, `docs` comments by line."""

    values: Scope
    bonds: Mapping[str, int]
    instantiate: Instantiate
    docs: Mapping[int, str]
    draft: Draft = field(init=False)
    indices: dict[str, IndexFamily] = field(default_factory=dict)
    tensors: dict[str, TensorFamily] = field(default_factory=dict)
    layers: dict[str, LayerFamily] = field(default_factory=dict)
    outputs: list[str] = field(default_factory=list)
    bonds_used: set[str] = field(default_factory=set)
    calls: Calls = field(init=False)

    def __post_init__(self) -> None:
        self.draft = Draft(self.values.work)
        self.calls = Calls(self.draft, self.layers)

    # --- families -------------------------------------------------------------------------------------------------

    def _family(
        self, table: dict[str, Family[T]], name: tree.Name, kind: str, brackets: tree.Brackets | None
    ) -> Family[T]:
        """The family that a declaration adds to, begun by the first of its statements."""
        binders = tuple(slot for slot in brackets.slots if isinstance(slot, tree.Binder)) if brackets else ()
        family = table.setdefault(name.text, Family(name.text, kind, name.span, brackets is not None))
        if not family.members and brackets is not None and len(binders) == len(brackets.slots):
            family.binders, family.values = binders, self.values.copy()
        return family

    def announce(self, node: tree.Tensor | tree.Stage | tree.Index | tree.Bond) -> None:
        """Enter a family of which nothing is declared yet: with no members, its product is 1."""
        if isinstance(node, tree.Index | tree.Bond):
            if node.brackets is not None:
                kind = "index" if isinstance(node, tree.Index) else "bond"
                self._family(self.indices, node.name, kind, node.brackets)
            return
        brackets = split_legs(node.legs)[0]
        if brackets is not None:
            self._family(self.tensors, node.name, "tensor" if isinstance(node, tree.Tensor) else "stage", brackets)

    def _members(self, brackets: tree.Brackets | None) -> Iterator[tuple[Subscripts, Scope]]:
        """The subscripts that a declaration's brackets give, each with the scope of its binders, one at a time."""
        slots, scope = brackets.slots if brackets else (), self.values.copy()
        if brackets is not None and len(slots) > 1:  # they are counted before any is declared
            bound_members(_each_member(slots, (), scope), brackets.span)
        yield from _each_member(slots, (), scope)

    def _add(self, family: Family[T], subscripts: Subscripts, member: T, span: Span) -> None:
        if subscripts in family.members:
            again = family.span == span
            label = Label(family.span, "declared here first")
            shown = member_name(family.name, subscripts)
            hint = "let its subscripts differ from one round of the loop to the next" if again else None
            raise Failure(axis_kinds.DuplicateMember(span, shown, hint or ONCE, labels=() if again else (label,)))
        arity = next(iter(family.members), subscripts)
        if len(arity) != len(subscripts):
            raise Failure(wrong_subscripts(family, len(subscripts), span))
        family.members[subscripts] = member

    def _axes(self, scope: Scope) -> AxisReader:
        return AxisReader(self.draft, self.indices, scope)

    # --- indices --------------------------------------------------------------------------------------------------

    def index(self, node: tree.Index | tree.Bond) -> None:
        """Declare an index or a bond, or a family of them."""
        kind = "index" if isinstance(node, tree.Index) else "bond"
        ends = [word.name.text for word in node.ends.words] if isinstance(node, tree.Bond) else []
        if len(ends) > 1:
            raise Failure(axis_kinds.WrongAttributes(node.span, "a bond is either open or a ring", "keep one word"))
        family = self._family(self.indices, node.name, kind, node.brackets)
        if ends and not family.binders:
            text = f"`{ends[0]}` needs a family with binders"
            raise Failure(axis_kinds.WrongAttributes(node.span, text, f"declare `{node.name.text}[k in 1..n]`"))
        family.ends = ends[0] if ends else family.ends
        for subscripts, scope in self._members(node.brackets):
            index = self._index(node, member_name(node.name.text, subscripts), kind, scope)
            self._add(family, subscripts, index, node.name.span)
            self.draft.add_index(index)

    def _index(self, node: tree.Index | tree.Bond, name: str, kind: str, scope: Scope) -> Index:
        span = node.name.span
        if is_dynamic(node.size):
            if kind == "bond":
                raise Failure(axis_kinds.DynamicNotAllowed(node.size.span, "a bond", "declare an `index` instead"))
            return Index(name=name, size=self._planned(node.size, name, scope), dynamic=True, span=span)
        if kind == "bond" and name in self.bonds:
            self.bonds_used.add(name)
            size: Value = self.bonds[name]
        else:
            size = evaluate(node.size, scope)
        return Index(name=name, size=_checked(size, name, node.size), kind=kind, span=span)  # type: ignore[arg-type]

    def _planned(self, size: tree.Expression, name: str, scope: Scope) -> int:
        if not isinstance(size, tree.Call):
            return PLANNED
        items = size.arguments.items
        if len(items) != 1 or isinstance(items[0], tree.Comprehension):
            verb = "is" if len(items) == 1 else "are"
            raise Failure(size_kinds.WrongArgumentCount(size.span, "dynamic", "one size to plan for", len(items), verb))
        return _checked(evaluate(items[0], scope), name, items[0])

    # --- tensors --------------------------------------------------------------------------------------------------

    def input(self, node: tree.Input) -> None:
        """Declare a run-time argument."""
        family: TensorFamily = self._family(self.tensors, node.name, "input", None)
        axes = self._axes(self.values).declared(split_legs(node.legs)[1], node.name.text, node.span)
        tensor = Tensor(
            name=node.name.text, path=(node.name.text,), role="input", axes=_stored(axes),
            doc=self.docs.get(node.span.line, ""), span=node.name.span,
        )  # fmt: skip
        self.draft.add_tensor(tensor)
        stored = Stored(tensor.name, axes, node.name.span, tensor)
        self._add(family, (), stored, node.name.span)
        for position, axis in enumerate(axes):
            index = self.draft.dynamic_in(axis.group)
            extent = self._axes(self.values).extent(stored, position, axis)
            if index is not None and extent is not None:
                self.draft.bind(index, extent.scaled(1, self.draft.static_size(axis.group)))

    def tensor(self, node: tree.Tensor) -> None:
        """Declare a trainable, frozen or copy tensor, or a family of them."""
        family_brackets, axes_brackets = split_legs(node.legs)
        family: TensorFamily = self._family(self.tensors, node.name, "tensor", family_brackets)
        for subscripts, scope in self._members(family_brackets):
            name = member_name(node.name.text, subscripts)
            axes = self._axes(scope).declared(axes_brackets, name, node.span)
            self._check_parameter(node, axes)
            attributes = read_attributes(node, axes, scope)
            tensor = Tensor(
                name=name, path=(node.name.text, *(str(subscript) for subscript in subscripts)),
                role=attributes.role, axes=_stored(axes), init=attributes.init, complex=attributes.complex,
                doc=self.docs.get(node.span.line, ""), span=node.name.span,
            )  # fmt: skip
            self.draft.add_tensor(tensor)
            self._add(family, subscripts, Stored(name, axes, node.name.span, tensor), node.name.span)

    def _check_parameter(self, node: tree.Tensor, axes: tuple[StoredAxis, ...]) -> None:
        total = 1
        for axis in axes:
            total *= axis.size
            if axis.group == (BATCH,):
                reason = "stands for run-time axes, which a tensor cannot have"
                raise Failure(axis_kinds.EllipsisMisplaced(axis.span, reason, "remove it"))
            if axis.dynamic:
                hint = "give the index a size"
                raise Failure(axis_kinds.DynamicNotAllowed(axis.span, "the axis of a tensor", hint))
        if total >= limits.AXIS:
            what = f"the tensor `{node.name.text}`"
            raise Failure(size_kinds.AxisTooLarge(node.span, what, "give it fewer or smaller axes"))

    # --- stages and layers ----------------------------------------------------------------------------------------

    def stage(self, node: tree.Stage | tree.Output) -> None:
        """Compute a stage, a family of stages, or an output."""
        kind = "output" if isinstance(node, tree.Output) else "stage"
        family_brackets, axes_brackets = split_legs(node.legs)
        family: TensorFamily = self._family(self.tensors, node.name, kind, family_brackets)
        for subscripts, scope in self._members(family_brackets):
            name = member_name(node.name.text, subscripts)
            reader = self._axes(scope)
            left: dict[str, Span] = {}
            named = reader.slots(axes_brackets) if axes_brackets else []
            axes: list[StoredAxis] = []
            for group, span in named:
                if isinstance(group, int):
                    reason = "is not an index, and the left-hand side names indices"
                    raise Failure(axis_kinds.WrongFunctionUse(span, show(group), reason))
                for index in group:
                    if index in left:
                        raise Failure(axis_kinds.RepeatedOnLeft(span, index))
                    left[index] = span
                axes.append(StoredAxis(group, self.draft.size(group), span, self.draft.dynamic_in(group) is not None))
                if axes[-1].size >= limits.AXIS:
                    hint = "name the parts of the group as axes of their own"
                    raise Failure(size_kinds.AxisTooLarge(span, f"axis {len(axes)} of `{name}`", hint))
            equation = EquationReader(reader, self.tensors, frozenset(self.layers), self.calls.call, name, list(named))
            term = equation.read(node.value)
            groups = tuple(axis.group for axis in axes)
            Lowering(self.draft, name, groups, node.span).stage(term, left)
            self._add(family, subscripts, Stored(name, tuple(axes), node.name.span), node.name.span)
            if kind == "output":
                self.outputs.append(name)

    def layer(self, node: tree.Layer) -> None:
        """Declare a sub-network with parameters of its own, or a family of them."""
        family: LayerFamily = self._family(self.layers, node.name, "layer", node.brackets)
        for subscripts, scope in self._members(node.brackets):
            name = member_name(node.name.text, subscripts)
            arguments: Arguments = {}
            for argument in node.arguments:
                if argument.name.text in arguments:
                    text = f"`{argument.name.text}` is given twice"
                    raise Failure(axis_kinds.WrongAttributes(argument.span, text, "keep one of them"))
                value = evaluate(argument.value, scope)
                scope.work.spend(4 * weight(value), argument.span)
                arguments[argument.name.text] = (value, argument.span)
            network = self.instantiate(node, arguments, name)
            instance = LayerInstance(name, network, node.name.span)
            path = (node.name.text, *(str(subscript) for subscript in subscripts))
            self.calls.declare(instance, path)
            self._add(family, subscripts, instance, node.name.span)


def _each_member(
    slots: tuple[tree.Slot, ...], subscripts: Subscripts, scope: Scope
) -> Iterator[tuple[Subscripts, Scope]]:
    if not slots:
        yield subscripts, scope
        return
    slot, *rest = slots
    if isinstance(slot, tree.Binder):
        for position in positions(slot.range, scope, "what a binder runs over"):
            inner = scope.having(slot.name.text, position, slot.span)
            yield from _each_member(tuple(rest), (*subscripts, checked_subscript(position, slot.span)), inner)
        return
    assert not isinstance(slot, tree.Ellipsis | tree.Every | tree.Slice | tree.Group)
    position = checked_subscript(integer(slot, scope, "a subscript"), slot.span)
    yield from _each_member(tuple(rest), (*subscripts, position), scope)


def _stored(axes: tuple[StoredAxis, ...]) -> tuple[Axis, ...]:
    return tuple(Axis(indices=axis.group, size=axis.size, dynamic=axis.dynamic) for axis in axes)


def _whole_number(size: Value, node: tree.Expression) -> str | None:
    """What to write in the place of a value that is no size."""
    match size:
        case bool() | str():
            return "write a whole number"
        case float() if _divides(node):
            return "divide with `//`"
        case float():
            return f"write `{int(size)}`" if size.is_integer() else "round it: `floor(…)` or `ceil(…)`"
        case tuple():
            return "choose one of its elements, `[0]` say, or take their product with `prod(…)`"
    return None


def _divides(node: tree.Expression) -> bool:
    """Whether `/` stands in an expression, outside calls."""
    if isinstance(node, tree.Product) and any(part.operator == "/" for part in node.rest):
        return True
    return any(_divides(child) for child in children(node))


def _checked(size: Value, name: str, node: tree.Expression) -> int:
    """A size that an index may have."""
    if isinstance(size, bool) or not isinstance(size, int):
        found = f"{show(size)}, {kind_of(size)}"
        raise Failure(size_kinds.SizeNotInteger(node.span, name, found, _whole_number(size, node)))
    if size < 1:
        raise Failure(size_kinds.SizeNotPositive(node.span, f"`{name}`", size))
    if size >= limits.AXIS:
        raise Failure(size_kinds.AxisTooLarge(node.span, f"an axis with the index `{name}`", "make it smaller"))
    return size

"""Calls of layers: a sub-network's operations are written into the caller's, under names of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tncc.diagnostics import axis_kinds as kinds
from tncc.diagnostics.diagnostic import Failure, InternalError, Label
from tncc.diagnostics.span import Span
from tncc.elaborate.axes import subscripts
from tncc.elaborate.draft import Draft, Extent
from tncc.elaborate.reading import EquationReader
from tncc.elaborate.symbols import LayerFamily, LayerInstance, Stored, StoredAxis
from tncc.elaborate.vocabulary import ELEMENTWISE, OVER_KEEPING, OVER_REMOVING
from tncc.elaborate.wording import listed
from tncc.ir.network import (
    BATCH,
    Assembly,
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
)  # fmt: skip
from tncc.syntax import tree


@dataclass(slots=True)
class Calls:
    """Writes the calls of one network's layers into its draft."""

    draft: Draft
    layers: Mapping[str, LayerFamily]
    counts: dict[str, int] = field(default_factory=dict)

    def declare(self, instance: LayerInstance, path: tuple[str, ...]) -> None:
        """Add a layer's parameters and static indices to the caller's, under the layer's name."""
        network = instance.network
        self.draft.reserve(len(network.indices), len(network.tensors), instance.span)
        for index in network.indices:
            if index.kind != "batch" and not index.dynamic:
                renamed = index.model_copy(update={"name": f"{instance.name}.{index.name}"})
                self.draft.add_index(renamed)
        for tensor in network.tensors:
            if tensor.role != "input":
                self.draft.add_tensor(_prefixed(tensor, instance.name, path))

    def call(self, node: tree.Call, reader: EquationReader) -> Stored:
        """Write a call, and give the value that holds its (picked) output."""
        family = self.layers[node.function.name.text]
        slots = node.function.parts[0].slots if node.function.parts else ()
        pattern = subscripts(family, slots, reader.axes.values, node.function.span)
        if None in pattern or len(node.function.parts) > 1:
            raise Failure(kinds.WrongSubscripts(node.function.span, family.name, "one member to call", 2))
        instance = family.member(tuple(part for part in pattern if part is not None), node.function.span)
        assert instance is not None  # layers are never `open`
        inputs = instance.network.inputs
        items = node.arguments.items
        if len(items) != len(inputs):
            expected = f"{len(inputs)} argument" + ("" if len(inputs) == 1 else "s")
            verb = "is" if len(items) == 1 else "are"
            names = listed(tensor.name for tensor in inputs)
            raise Failure(kinds.WrongCallArguments(node.span, instance.name, expected, len(items), verb, names))
        output = self._picked(node, instance)
        arguments = [self.argument(item, reader) for item in items]
        return _Inlining(self.draft, instance, self._prefix(instance), node.span).run(arguments, output)

    def _prefix(self, instance: LayerInstance) -> str:
        """The first call's values are `up.z`, those of later ones `up:2.z` and so on."""
        count = self.counts[instance.name] = self.counts.get(instance.name, 0) + 1
        return f"{instance.name}." if count == 1 else f"{instance.name}:{count}."

    def _picked(self, node: tree.Call, instance: LayerInstance) -> str:
        outputs = instance.network.outputs
        if node.picked is None:
            if len(outputs) == 1:
                return outputs[0]
            hint = f"pick one: `{instance.name}(…).{outputs[0]}`"
            raise Failure(kinds.WrongCallOutput(node.span, instance.name, f"{len(outputs)} outputs", hint))
        if node.picked.name.text not in outputs:
            names = ", ".join(f"`{name}`" for name in outputs)
            reason = f"no output `{node.picked.name.text}`"
            raise Failure(kinds.WrongCallOutput(node.picked.span, instance.name, reason, f"its outputs are {names}"))
        return node.picked.name.text

    # --- arguments ------------------------------------------------------------------------------------------------

    def argument(self, node: tree.Expression | tree.Comprehension, reader: EquationReader) -> Stored:
        """The value that an argument is, axis by axis: a name, a name with brackets, a call, or a function of one."""
        match node:
            case tree.Parenthesis():
                return self.argument(node.value, reader)
            case tree.Reference() if node.name.text in reader.tensors:
                return self._name(node, reader)
            case tree.Call() if node.function.name.text in self.layers:
                stored = self.call(node, reader)
                if not node.result.parts:
                    return stored
                view = reader.axes.fit(stored, reader.axes.slots(node.result.parts[0]), node.span, stored.name)
                return self._viewed(view, stored, node.span, reader)
            case tree.Call() if node.function.name.text in ELEMENTWISE + OVER_KEEPING + OVER_REMOVING:
                return self._function(node, reader)
            case _:
                raise Failure(kinds.BadCallArgument(node.span, "this expression"))

    def _name(self, node: tree.Reference, reader: EquationReader) -> Stored:
        members, brackets = reader.members(node)
        if len(members) != 1:
            raise Failure(kinds.BadCallArgument(node.span, "a product of several tensors"))
        shown, stored = members[0]
        if brackets is None:
            return stored
        return self._viewed(reader.axes.use(stored, brackets, node.span, shown), stored, node.span, reader)

    def _viewed(self, view: View, stored: Stored, span: Span, reader: EquationReader) -> Stored:
        """A view as a value with one axis for each axis of the view: computed where something is picked or diagonal."""
        names = [name for axis in view.axes if not isinstance(axis, int) for name in axis]
        groups = tuple(axis for axis in view.axes if not isinstance(axis, int))
        if len(groups) == len(view.axes) and len(names) == len(set(names)):
            return Stored(view.value, self._axes(groups, span), stored.span, stored.tensor)
        seen: set[str] = set()
        distinct: list[Group] = []
        for group in groups:
            distinct.append(tuple(name for name in dict.fromkeys(group) if name not in seen))
            seen |= set(group)
        kept = tuple(group for group, whole in zip(distinct, groups, strict=True) if group or not whole)
        name = self.draft.temporary(reader.target)
        self.draft.add_operation(Contraction(name=name, operands=(view,), axes=kept, span=span))
        return Stored(name, self._axes(kept, span), span)

    def _axes(self, groups: tuple[Group, ...], span: Span) -> tuple[StoredAxis, ...]:
        return tuple(
            StoredAxis(group, self.draft.size(group), span, self.draft.dynamic_in(group) is not None)
            for group in groups
        )

    def _function(self, node: tree.Call, reader: EquationReader) -> Stored:
        name, items = node.function.name.text, node.arguments.items
        over = reader.over(node)
        if len(items) != 1 or bool(over) != (name not in ELEMENTWISE):
            raise Failure(
                kinds.WrongFunctionUse(node.span, name, "is not used right here", f"give `{name}` a stage first")
            )
        inner = self.argument(items[0], reader)
        groups = tuple(axis.group for axis in inner.axes)
        if any(axis.bare and axis.size != 1 for axis in inner.axes):
            raise Failure(kinds.UnnamedAxes(node.span, inner.name))
        for index in over:
            if not any(index in group for group in groups):
                raise Failure(kinds.FunctionIndexMissing(node.span, name, index))
        removed = set(over) if name in OVER_REMOVING else set()
        left = [tuple(part for part in group if part not in removed) for group in groups]
        axes = tuple(group for group, whole in zip(left, groups, strict=True) if group or not whole)
        result = self.draft.temporary(reader.target)
        operand = View(value=inner.name, axes=groups)
        self.draft.add_operation(
            Function(name=result, function=name, operand=operand, over=over, axes=axes, span=node.span)
        )
        return Stored(result, self._axes(axes, node.span), node.span)


def _prefixed(tensor: Tensor, name: str, path: tuple[str, ...]) -> Tensor:
    axes = tuple(
        axis.model_copy(update={"indices": tuple(f"{name}.{index}" for index in axis.indices)}) for axis in tensor.axes
    )
    return tensor.model_copy(update={"name": f"{name}.{tensor.name}", "path": path + tensor.path, "axes": axes})


def _axes_text(groups: tuple[Group, ...]) -> str:
    """Axes as a program would write them, for a message."""
    shown = ", ".join(f"({' '.join(group)})" if len(group) > 1 else (group or ("1",))[0] for group in groups)
    return f"`{shown}`" if shown else "none"


@dataclass(slots=True)
class _Inlining:
    """One call: the callee's values under a prefix, its `...` replaced by the axes left over of the arguments."""

    draft: Draft
    layer: LayerInstance
    prefix: str
    span: Span
    arguments: dict[str, Stored] = field(default_factory=dict)
    leading: dict[str, tuple[Group, ...]] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)

    def run(self, arguments: list[Stored], output: str) -> Stored:
        network = self.layer.network
        for tensor, argument in zip(network.inputs, arguments, strict=True):
            self.arguments[tensor.name] = argument
            self.leading[tensor.name] = self._leftover(tensor, argument)
        self._check_leading()
        self._rename_indices(network)
        for operation in network.operations:
            self.draft.add_operation(self._operation(operation), self.span)
        result = next(operation for operation in network.operations if operation.name == output)
        axes = tuple(self._stored_axis(group, result.span) for group in self._groups(result.axes, output))
        return Stored(self.prefix + output, axes, result.span)

    def _leftover(self, tensor: Tensor, argument: Stored) -> tuple[Group, ...]:
        """The argument's axes that the callee's `...` takes; the others must fit the callee's own."""
        own = [axis for axis in tensor.axes if axis.indices != (BATCH,)]
        takes_more = len(own) < len(tensor.axes)
        extra = len(argument.axes) - len(own)
        label = Label(tensor.span, f"the input `{tensor.name}` is declared here")
        if extra < 0 or (extra and not takes_more):
            expected = ("at least " if takes_more else "") + f"{len(own)} ax" + ("is" if len(own) == 1 else "es")
            count = len(argument.axes)
            shown = f"{self.layer.name}({tensor.name})"
            raise Failure(
                kinds.WrongNumberOfAxes(
                    self.span, shown, expected, count, "is given" if count == 1 else "are given", labels=(label,)
                )
            )
        for position, (axis, given) in enumerate(zip(own, argument.axes[extra:], strict=True)):
            if not axis.dynamic and (given.dynamic or given.size != axis.size):
                self._refuse(tensor, position, axis.size, given, label)
        if any(axis.bare and axis.size != 1 for axis in argument.axes[:extra]):
            raise Failure(kinds.UnnamedAxes(self.span, argument.name))
        return tuple(axis.group for axis in argument.axes[:extra])

    def _refuse(self, tensor: Tensor, position: int, size: int, given: StoredAxis, label: Label) -> None:
        place = Label(given.span, f"this axis has size {given.size}")
        shown, group = f"{self.layer.name}({tensor.name})", " ".join(given.group) or str(given.size)
        if given.dynamic:
            raise Failure(
                kinds.DynamicMismatch(self.span, position + 1, shown, "static", group, "dynamic", labels=(label,))
            )
        raise Failure(
            kinds.SizeMismatch(self.span, position + 1, shown, size, group, given.size, labels=(label, place))
        )

    def _check_leading(self) -> None:
        """Leading axes broadcast as NumPy does, from the right; names that would meet others there are refused."""
        longest = max(self.leading.values(), key=len, default=())
        for groups in self.leading.values():
            if groups != longest[len(longest) - len(groups) :]:
                shown = _axes_text(longest), _axes_text(groups)
                raise Failure(kinds.LeadingAxesDiffer(self.span, self.layer.name, *shown))

    def _rename_indices(self, network: Network) -> None:
        """Static indices share their names over all calls; a dynamic one is this call's own, or takes a static size."""
        for index in network.indices:
            self.renamed[index.name] = f"{self.layer.name}.{index.name}"
        for binding in network.bindings:
            argument = self.arguments[binding.input]
            axis = argument.axes[binding.axis]
            name = self.prefix + binding.index
            self.renamed[binding.index] = name
            inner = next(index for index in network.indices if index.name == binding.index)
            if axis.dynamic:
                self.draft.indices.setdefault(name, inner.model_copy(update={"name": name}))
                self._bind(name, axis, binding.times, binding.over)
                continue
            size, rest = divmod(axis.size * binding.times, binding.over)
            known = self.draft.indices.get(name)
            if rest or (known is not None and known.size != size):
                label = Label(axis.span, f"this axis has size {axis.size}")
                raise Failure(
                    kinds.SizeMismatch(
                        self.span,
                        len(argument.axes) + binding.axis + 1,
                        self.layer.name,
                        binding.over,
                        binding.index,
                        axis.size,
                        labels=(label,),
                    )
                )
            self.draft.add_index(Index(name=name, size=size, kind=inner.kind, span=inner.span))

    def _bind(self, name: str, axis: StoredAxis, times: int, over: int) -> None:
        index = self.draft.dynamic_in(axis.group)
        if index is None or index not in self.draft.extents:
            return
        extent: Extent = self.draft.extents[index]
        self.draft.bind(name, extent.scaled(self.draft.static_size(axis.group) * times, over))

    # --- rewriting ------------------------------------------------------------------------------------------------

    def _stored_axis(self, group: Group, span: Span) -> StoredAxis:
        dynamic = self.draft.dynamic_in(group) is not None
        return StoredAxis(group, self.draft.size(group), span, dynamic)

    def _groups(self, axes: tuple[Group, ...], value: str) -> tuple[Group, ...]:
        out: list[Group] = []
        for group in axes:
            if group == (BATCH,):
                out += self.leading[value]
            else:
                out.append(tuple(self.renamed[name] for name in group))
        return tuple(out)

    def _view(self, view: View) -> View:
        argument = self.arguments.get(view.value)
        axes: list[Group | int] = []
        for axis in view.axes:
            axes += [axis] if isinstance(axis, int) else self._groups((axis,), view.value)
        if argument is not None:
            return View(value=argument.name, axes=tuple(axes))
        computed = view.value in self.leading
        name = self.prefix + view.value if computed else f"{self.layer.name}.{view.value}"
        return View(value=name, axes=tuple(axes))

    def _operation(self, operation: Operation) -> Operation:
        inherited = [self.leading[view.value] for view in views(operation) if self.leading.get(view.value)]
        longest = max(inherited, key=len, default=())
        flat = tuple((name,) for name in dict.fromkeys(name for group in longest for name in group))
        self.leading[operation.name] = flat
        shared = {"name": self.prefix + operation.name, "axes": self._groups(operation.axes, operation.name)}
        match operation:
            case Contraction():
                operands = tuple(self._view(view) for view in operation.operands)
                return operation.model_copy(update={**shared, "operands": operands})
            case Sum():
                terms = tuple(
                    Term(operand=self._view(term.operand), coefficient=term.coefficient) for term in operation.terms
                )
                return operation.model_copy(update={**shared, "terms": terms})
            case Function():
                over = tuple(self.renamed[name] for name in operation.over)
                return operation.model_copy(update={**shared, "operand": self._view(operation.operand), "over": over})
            case Assembly():
                raise InternalError("an assembly, which occurs in gradients only, is to be written in")

"""The network that is being written out: what has been declared and computed so far, and the limits on it."""

import math
from dataclasses import dataclass, field

from tncc.diagnostics import size_kinds
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.span import Span
from tncc.elaborate import limits
from tncc.elaborate.scope import Work
from tncc.ir.network import BATCH, Binding, Group, Index, Operation, Tensor, views
from tncc.ir.network import Network as NetworkIR


@dataclass(frozen=True, slots=True)
class Extent:
    """A run-time size: that of an input's axis (from the end, negative), times `times`, over `over`."""

    input: str
    axis: int
    times: int = 1
    over: int = 1

    def scaled(self, times: int, over: int) -> "Extent":
        """This size times one number and over another, in lowest terms."""
        top, bottom = self.times * times, self.over * over
        shared = math.gcd(top, bottom)
        return Extent(self.input, self.axis, top // shared, bottom // shared)


@dataclass(slots=True)
class Draft:
    """Collects indices, tensors and operations; every addition is counted against the limits."""

    work: Work
    indices: dict[str, Index] = field(default_factory=dict)
    tensors: list[Tensor] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    extents: dict[str, Extent] = field(default_factory=dict)
    bindings: dict[Binding, None] = field(default_factory=dict)  # a set that keeps its order
    complex_names: set[str] = field(default_factory=set)
    log_stds: dict[str, list[float]] = field(default_factory=dict)
    temporaries: dict[str, int] = field(default_factory=dict)

    def add_index(self, index: Index) -> None:
        """Add an index; raises Failure past the limit on members."""
        self.indices[index.name] = index
        self.work.spend(10, index.span)
        self._bound(len(self.indices), "indices", index.span)

    def add_tensor(self, tensor: Tensor) -> None:
        """Add a tensor; raises Failure past the limit on tensors."""
        self.tensors.append(tensor)
        self.work.spend(20 + 2 * len(tensor.axes), tensor.span)
        if tensor.complex:
            self.complex_names.add(tensor.name)
        self._bound(len(self.tensors), "tensors", tensor.span)

    def add_operation(self, operation: Operation, place: Span | None = None) -> None:
        """Add an operation; raises Failure where no work is left, at `place` if it is not the operation's own."""
        self.operations.append(operation)
        read = views(operation)
        absolute = operation.op == "function" and operation.function == "abs"
        if not absolute and any(view.value in self.complex_names for view in read):
            self.complex_names.add(operation.name)
        self.work.spend(20 + sum(20 + len(view.axes) for view in read), place or operation.span)

    def reserve(self, indices: int, tensors: int, place: Span) -> None:
        """Raise Failure if so many more would pass the limits, before the first of them is made."""
        self._bound(len(self.indices) + indices, "indices", place)
        self._bound(len(self.tensors) + tensors, "tensors", place)

    def _bound(self, count: int, what: str, span: Span) -> None:
        if count > limits.TENSORS:
            raise Failure(size_kinds.TooManyTensors(span, limits.TENSORS, what))

    def temporary(self, target: str) -> str:
        """A fresh name for an intermediate of the stage `target`: `y:1`, `y:2`, …"""
        count = self.temporaries[target] = self.temporaries.get(target, 0) + 1
        return f"{target}:{count}"

    def size(self, group: Group) -> int:
        """The planned size of a group of indices (1 for an empty one)."""
        return math.prod(self.indices[name].size for name in group)

    def dynamic_in(self, group: Group) -> str | None:
        """The index of a group whose size is known only at run time, if there is one."""
        return next((name for name in group if self.indices[name].dynamic), None)

    def static_size(self, group: Group) -> int:
        """The product of the sizes in a group that are known at compile time."""
        return math.prod(self.indices[name].size for name in group if not self.indices[name].dynamic)

    def bind(self, index: str, extent: Extent) -> None:
        """Record where a dynamic index has its size from; the first place defines it, the others must agree."""
        if self.extents.get(index) == extent:
            return
        self.extents.setdefault(index, extent)
        binding = Binding(index=index, input=extent.input, axis=extent.axis, times=extent.times, over=extent.over)
        self.bindings[binding] = None

    def use_batch(self, span: Span) -> None:
        """Make sure that the index of the leading axes is in the table."""
        if BATCH not in self.indices:
            self.indices[BATCH] = Index(name=BATCH, size=1, kind="batch", span=span)

    def finish(
        self,
        name: str,
        file: str,
        values: tuple[tuple[str, object], ...],
        doc: str,
        outputs: tuple[str, ...],
        span: Span,
    ) -> NetworkIR:
        """The network as a value, with the standard deviation of every `auto` tensor settled."""
        return NetworkIR(
            name=name, file=file, values=values, doc=doc,  # type: ignore[arg-type]
            indices=tuple(index for index in self.indices.values() if self._has_size(index)),
            tensors=tuple(self._settled(tensor) for tensor in self.tensors), operations=tuple(self.operations),
            outputs=outputs, bindings=tuple(self.bindings), batched=BATCH in self.indices, span=span,
        )  # fmt: skip

    def _has_size(self, index: Index) -> bool:
        """Whether anything says an index's size: a dynamic one that no value carries has none, and is left out."""
        return not index.dynamic or index.name in self.extents

    def _settled(self, tensor: Tensor) -> Tensor:
        """A tensor of several products takes the geometric mean of what each of them asks for."""
        if tensor.init.kind != "auto" or tensor.init.std is not None or tensor.role not in ("parameter", "frozen"):
            return tensor
        asked = self.log_stds.get(tensor.name, [0.0])
        std = math.exp(math.fsum(asked) / len(asked))
        return tensor.model_copy(update={"init": tensor.init.model_copy(update={"std": std})})

"""Layers that run C kernels where these can serve, and the generated PyTorch code everywhere else."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import torch
from torch import nn

from tncc.ir.network import Tensor
from tncc.kernels.engine import Engine
from tncc.layers.layer import Layer, Origin
from tncc.layers.operators import ENGINES
from tncc.layers.running import dense, differentiable, pack, run, run_packed, run_plain, shape_of

DTYPES = {torch.float32: "float32", torch.float64: "float64"}
"""The types of numbers that there are kernels for."""

PLAIN = (torch.Tensor, nn.Parameter)
"""What has its numbers in memory: no subclass that stands for something else."""


class Kernels(Layer):
    """A layer with kernels for some types of numbers.

    They serve plain tensors of that type in the processor's memory. Everything else, other types and devices,
    autocast, transforms and tracers, is left to the generated PyTorch code.
    """

    _engines: ClassVar[dict[torch.dtype, tuple[str, Engine]]]
    _plain: ClassVar[Any] = None

    def __init__(self, dtype: torch.dtype | None = None, device: Any = None) -> None:
        super().__init__(dtype=dtype, device=device)
        self._prepare(torch.get_default_dtype() if dtype is None else dtype)

    @classmethod
    def _prepare(cls, dtype: torch.dtype) -> None:
        """Build the kernel for a type of numbers, where kernels are wanted; raises CompileError where they must be."""
        if cls._kernels == "torch" or dtype in cls._engines or dtype not in DTYPES:
            return
        found = cls._origin.engine(cls._freeze, DTYPES[dtype], cls._kernels == "c")
        if found is not None:
            ENGINES[found[0]] = found[1]
            cls._engines[dtype] = found

    def _class_for(self, origin: Origin) -> type[Layer]:
        """With kernels for the types of numbers that this layer has them for."""
        made = super()._class_for(origin)
        used = {self.stored(tensor).dtype for tensor in self.network.tensors if tensor.role in ("parameter", "frozen")}
        if issubclass(made, Kernels):
            for dtype in used.intersection(self._engines):
                made._prepare(dtype)
        return made

    @property
    def _always(self) -> bool:
        """Whether kernels run even where they are predicted to be slower."""
        return self._kernels == "c"

    def run(self, *inputs: Any, **named: Any) -> Any:
        """What `forward` does; it takes and gives what the generated module's does."""
        first: Any = inputs[0] if inputs else None
        found = self._engines.get(first.dtype) if isinstance(first, torch.Tensor) and not named else None
        if found is None:
            return self._generated.forward(self, *inputs, **named)
        key, engine = found
        if torch.compiler.is_compiling():
            return self._compiled(key, engine, inputs)
        watched, graded = _is_watched(), torch.is_grad_enabled()
        if graded and not self.training:
            self._forget()
        call: Any = None
        if not watched:
            plain = first.shape[1:] == engine.plain and len(inputs) == 1
            fits = plain and type(first) in PLAIN and first.is_cpu and first.is_contiguous() and not first.is_neg()
            call = _Row(first) if fits else _Call.of(engine, inputs)
        if call is None or not (self._always or engine.is_served(call.rows, graded)):
            return self._generated.forward(self, *inputs)
        if not self.training and not graded:
            packed = self._packed_weights(engine, call.tensors[0])
            if packed is not None:
                if type(call) is _Row:
                    return run_plain(engine, call.rows, first, packed)
                return call.results(run_packed(engine, call.sizes, call.tensors, packed))
        stored = self._fit(engine, call.tensors[0])
        if stored is None:
            return self._generated.forward(self, *inputs)
        if graded and _is_wanted(call.tensors, stored):
            if engine.kernel.backward is None:
                return self._generated.forward(self, *inputs)
            outputs: Any = differentiable((engine, call.sizes, self._again), *call.tensors, *stored)
        else:
            outputs = run(engine, call.sizes, call.tensors, stored)
        return call.results(outputs)

    def _compiled(self, key: str, engine: Engine, inputs: Sequence[Any]) -> Any:
        """What compilers see: one operator. Exported programs have plain operations, so that they run anywhere."""
        served = self._always or not torch.compiler.is_exporting()
        call = _Call.of(engine, inputs) if served and engine.kernel.backward is not None else None
        if call is None or torch.is_autocast_enabled("cpu"):
            return self._generated.forward(self, *inputs)
        stored = [self.stored(tensor) for tensor in engine.stored]
        for tensor, wanted in zip(stored, engine.stored, strict=True):
            like = call.tensors[0].dtype, "cpu", shape_of(wanted)
            if (tensor.dtype, tensor.device.type, tuple(tensor.shape)) != like:
                return self._generated.forward(self, *inputs)
        return call.results(torch.ops.tncc.forward(key, list(call.sizes), list(call.tensors), stored))

    def _fit(self, engine: Engine, like: torch.Tensor) -> list[torch.Tensor] | None:
        """The stored tensors, if the kernel can read them."""
        dtype = like.dtype
        found = []
        for store, name, tensor, shape in self._stores(engine):
            one: Any = store.get(name)
            if one is None:
                one = self.stored(tensor)  # computed when it is read: by a parametrization, say
            if type(one) not in PLAIN or one.dtype != dtype or not one.is_cpu or one.shape != shape:
                return None
            found.append(dense(one))
        return found

    def _stores(self, engine: Engine) -> list[tuple[Mapping[str, Any], str, Tensor, tuple[int, ...]]]:
        """Where each stored tensor is kept, and its shape.

        Modules hold their parameters in the same mapping all their life; those inside this one, which hold families of
        tensors, may be replaced.
        """
        kept: Any = self.__dict__.get("_places")
        if kept is None or kept[0] is not engine or kept[1] is not self._parameters or not _are_there(kept[3]):
            found, owners = [], {}
            for tensor in engine.stored:
                above: nn.Module = self
                for part in tensor.path[:-1]:
                    child = above._modules[part]
                    assert child is not None
                    owners[id(above), part] = (above._modules, part, child)
                    above = child
                owner, name = self._place(tensor)
                store: Mapping[str, Any] = owner._buffers if name in owner._buffers else owner._parameters
                found.append((store, name, tensor, shape_of(tensor)))
            kept = self.__dict__["_places"] = engine, self._parameters, found, tuple(owners.values())
        places: list[tuple[Mapping[str, Any], str, Tensor, tuple[int, ...]]] = kept[2]
        return places

    def _packed_weights(self, engine: Engine, like: torch.Tensor) -> torch.Tensor | None:
        """The packed weights, kept until a stored tensor is replaced, moved or written to; None where none are kept."""
        entry = self.__dict__.get("_packed")
        if entry is not None and entry[0] is engine and _are_there(entry[3]):
            for store, name, tensor, version, address in entry[1]:
                if store.get(name) is not tensor or tensor._version != version or tensor.data_ptr() != address:
                    break
            else:
                packed: torch.Tensor = entry[2]
                return packed
        return self._pack(engine, like)

    def _pack(self, engine: Engine, like: torch.Tensor) -> torch.Tensor | None:
        sources = []
        for store, name, _, _ in self._stores(engine):
            one: Any = store.get(name)
            if type(one) not in PLAIN or one.is_inference():
                return None
            sources.append((store, name, one, one._version, one.data_ptr()))
        stored = self._fit(engine, like)
        if stored is None:
            return None
        with torch.inference_mode(False):
            packed = pack(engine, stored, torch.empty(0, dtype=like.dtype, device="cpu"))
        self.__dict__["_packed"] = engine, sources, packed, self.__dict__["_places"][3]
        return packed

    def _again(self, *tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """The outputs by plain operations, from inputs and stored tensors."""
        made = type(self)
        if made._plain is None:
            made._plain = made._generated(device="meta").train()
        _, engine = self._engines[tensors[0].dtype]
        count = len(engine.inputs)
        names = [".".join(tensor.path) for tensor in engine.stored]
        values = dict(zip(names, tensors[count:], strict=True))
        outputs = torch.func.functional_call(made._plain, values, tensors[:count])
        return outputs if isinstance(outputs, tuple) else (outputs,)

    def _apply(self, fn: Any, recurse: bool = True) -> Any:
        self.__dict__.pop("_packed", None)
        self.__dict__.pop("_places", None)
        above: Any = super()
        return above._apply(fn, recurse)

    def train(self, mode: bool = True) -> Any:
        """As of any module; training forgets packed weights."""
        if mode:
            self.__dict__.pop("_packed", None)
        return super().train(mode)

    def _forget(self) -> None:
        """Drop packed weights that an optimizer may write to without counting it, as fused ones do."""
        self.__dict__.pop("_packed", None)
        if hasattr(self._generated, "_forget"):
            self._generated._forget(self)

    def __getstate__(self) -> dict[str, Any]:
        """Everything but what can be computed again."""
        above: Any = super()
        state = above.__getstate__()
        return {name: value for name, value in state.items() if name not in ("_packed", "_places")}


def _are_there(owners: Sequence[tuple[Mapping[str, Any], str, nn.Module]]) -> bool:
    """Whether modules are still where they were found."""
    for modules, name, child in owners:  # noqa: SIM110 (a generator takes longer, and this runs in every call)
        if modules.get(name) is not child:
            return False
    return True


def _is_watched() -> bool:
    """Whether a transform, a tracer or autocast looks on, which is to see plain operations."""
    return (
        torch._C._are_functorch_transforms_active()
        or torch._C._get_tracing_state() is not None
        or torch.autograd.forward_ad._current_level >= 0
        or torch._C._len_torch_dispatch_stack() > 0
        or torch.is_autocast_enabled("cpu")
    )


def _is_wanted(tensors: Sequence[torch.Tensor], stored: Sequence[torch.Tensor]) -> bool:
    """Whether anything has a gradient."""
    for tensor in tensors:
        if tensor.requires_grad:
            return True
    return any(tensor.requires_grad for tensor in stored)


class _Row:
    """The one input of a plain engine, as it is: its first axis has the rows."""

    __slots__ = ("rows", "sizes", "tensors")

    def __init__(self, tensor: torch.Tensor) -> None:
        self.rows = tensor.shape[0]
        self.sizes, self.tensors = (self.rows,), (tensor,)

    def results(self, outputs: Sequence[torch.Tensor]) -> torch.Tensor:
        """The one output."""
        return outputs[0]


class _Call:
    """The arguments of one call, made ready for a kernel: leading axes as one, run-time sizes found."""

    __slots__ = ("batch", "engine", "rows", "sizes", "tensors")

    def __init__(
        self, engine: Engine, batch: tuple[int, ...] | None, sizes: tuple[int, ...], tensors: list[torch.Tensor]
    ) -> None:
        self.engine, self.batch, self.sizes, self.tensors = engine, batch, sizes, tensors
        self.rows = sizes[0]

    @classmethod
    def of(cls, engine: Engine, inputs: Sequence[Any]) -> "_Call | None":
        """The call, None where the inputs are not what the kernel takes: the generated code says what is wrong."""
        if len(inputs) != len(engine.inputs):
            return None
        batches: list[tuple[int, ...]] = []
        found: dict[str, int] = {}
        for tensor, entrance in zip(inputs, engine.inputs, strict=True):
            if type(tensor) not in PLAIN and not torch.compiler.is_compiling():
                return None
            own = len(entrance.shape)
            shape = tuple(tensor.shape)
            split = len(shape) - own
            if (
                tensor.dtype != inputs[0].dtype
                or tensor.device.type != "cpu"
                or split < 0
                or (split and not entrance.batched)
            ):
                return None
            if any(
                size is not None and size != there for size, there in zip(entrance.shape, shape[split:], strict=True)
            ):
                return None
            if entrance.batched:
                batches.append(shape[:split])
            for one in entrance.bound:
                size, rest = divmod(shape[one.axis] * one.times, one.over)
                if rest or found.setdefault(one.symbol, size) != size:
                    return None
        try:
            batch = _common(batches)
        except RuntimeError:
            return None
        rows = 1 if batch is None else math.prod(batch)
        tensors = [
            _as_rows(tensor, entrance.batched, batch, len(entrance.shape), rows)
            for tensor, entrance in zip(inputs, engine.inputs, strict=True)
        ]
        if any(name not in found for name in engine.symbols):
            return None
        return cls(engine, batch, (rows, *(found[name] for name in engine.symbols)), tensors)

    def results(self, outputs: Sequence[torch.Tensor]) -> Any:
        """What the caller gets: one output as it is, several as a tuple, with the leading axes given back."""
        batch = self.batch
        found = [
            output if batch is None or len(batch) == 1 or not exit.batched else output.reshape(batch + output.shape[1:])
            for output, exit in zip(outputs, self.engine.outputs, strict=True)
        ]
        return found[0] if len(found) == 1 else tuple(found)


def _common(batches: Sequence[tuple[int, ...]]) -> tuple[int, ...] | None:
    """The leading axes of all inputs, broadcast; None where no input has any."""
    if not batches:
        return None
    if all(batch == batches[0] for batch in batches):
        return batches[0]
    broadcast: Any = torch.broadcast_shapes
    return tuple(broadcast(*batches))


def _as_rows(tensor: torch.Tensor, batched: bool, batch: tuple[int, ...] | None, own: int, rows: int) -> torch.Tensor:
    """An input as a kernel reads it: contiguous, its leading axes one."""
    if batched and batch is not None:
        shape = tuple(tensor.shape)
        split = len(shape) - own
        if shape[:split] != batch:
            tensor = tensor.expand(batch + shape[split:])
        if len(batch) != 1:
            tensor = tensor.reshape((rows, *shape[split:]))
    # What compilers trace is made dense by the operator that they see.
    return tensor if torch.compiler.is_compiling() else dense(tensor)

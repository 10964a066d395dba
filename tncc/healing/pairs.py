"""Replaced layers with the layers that they learn from, and what each takes and gives as the models run."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from tncc.diagnostics.render import compile_error
from tncc.diagnostics.rule_kinds import NotTensorized
from tncc.diagnostics.span import Span
from tncc.diagnostics.weight_kinds import WrongType
from tncc.healing.faults import SINGLE, bad_data, no_teacher
from tncc.models.batches import run_on
from tncc.models.embedding import TensorizedEmbedding
from tncc.models.linear import TensorizedLinear
from tncc.models.places import Place, kind_of, shape_of

TRAINED = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
"""The types of tensors that are trained."""

Act = Callable[["Pair", torch.Tensor, torch.Tensor], None]
"""Is told what reaches a layer, and what it should make of it."""


@dataclass(frozen=True, eq=False)
class Pair:
    """A replaced layer (`student`), the layer at the same path of the teacher, and the tensors that are trained.

    `types` are those that the tensors have in the model, whatever they are trained in.
    """

    path: str
    student: TensorizedLinear | TensorizedEmbedding
    teacher: nn.Module
    tensors: dict[str, nn.Parameter]
    types: dict[str, torch.dtype]


def find_pairs(model: nn.Module, teacher: nn.Module) -> tuple[Pair, ...]:
    """All replaced layers of a model with their teachers; raises CompileError where one has none."""
    modules = {
        path: module
        for path, module in model.named_modules()
        if isinstance(module, TensorizedLinear | TensorizedEmbedding)
    }
    if not modules:
        refused = NotTensorized(
            Span("model", 0, 0, 0, 0), "healing", "the model has no tensorized layers", "call `tncc.tensorize` on it"
        )
        raise compile_error([refused])
    return tuple(_pair(path, module, teacher) for path, module in modules.items())


def _pair(path: str, student: TensorizedLinear | TensorizedEmbedding, teacher: nn.Module) -> Pair:
    try:
        layer = teacher.get_submodule(path)
    except AttributeError:
        raise no_teacher(path, "the teacher has no layer of this path") from None
    if layer is student:
        raise no_teacher(path, "the teacher has the same tensorized layer there")
    kind = kind_of(layer)
    if kind is not None:
        found = shape_of(Place(kind, layer, (path,), ()))
        _compare(path, student, found.in_features, found.out_features)
    tensors = {f"{path}.{name}".lstrip("."): tensor for name, tensor in student.named_parameters()}
    for name, tensor in tensors.items():
        if tensor.dtype not in TRAINED or tensor.is_meta:
            dtype = "meta" if tensor.is_meta else str(tensor.dtype).removeprefix("torch.")
            hint = "heal the model in `float()`, and change its type afterwards"
            wanted = "a real floating-point type of at least 16 bits"
            wrong = WrongType(Span("model", 0, 0, 0, 0), path, f"`{name}`", dtype, wanted, hint)
            raise compile_error([wrong])
    return Pair(path, student, layer, tensors, {name: tensor.dtype for name, tensor in tensors.items()})


def _compare(path: str, student: TensorizedLinear | TensorizedEmbedding, ins: int, outs: int) -> None:
    if isinstance(student, TensorizedEmbedding):
        mine = (student.num_embeddings, student.embedding_dim)
    else:
        mine = (student.in_features, student.out_features)
    if mine != (ins, outs):
        raise no_teacher(path, f"the teacher's layer maps {ins} features to {outs}, this one {mine[0]} to {mine[1]}")


class Visits:
    """Runs the models on batches, and tells at each call of some layers what reached them and what is wanted of it.

    With inputs of the teacher, only the teacher runs, and nothing is kept: each layer is served inside of the pass.
    With inputs of the student, what the teacher's layers gave for one batch is kept until the student has run on it.
    """

    def __init__(self, model: nn.Module, teacher: nn.Module, own_inputs: bool) -> None:
        self._model, self._teacher, self._own = model, teacher, own_inputs

    def visit(self, pairs: Sequence[Pair], batch: Any, what: str, act: Act) -> None:
        """One batch, which messages call `what`; gradients are off outside of `act`. Raises CompileError."""
        wanted: dict[Pair, deque[torch.Tensor]] = defaultdict(deque)

        def keep(pair: Pair, x: torch.Tensor, y: torch.Tensor) -> None:
            wanted[pair].append(y)

        def serve(pair: Pair, x: torch.Tensor, y: torch.Tensor) -> None:
            if not wanted[pair]:
                raise bad_data(f"the model calls `{pair.path}` more often than its teacher on {what}")
            act(pair, x, wanted[pair].popleft())

        hooks = [(pair, pair.teacher) for pair in pairs]
        with torch.no_grad(), _hooked(hooks, keep if self._own else act):
            call(self._teacher, batch, f"the teacher fails on {what}")
        if self._own:
            with torch.no_grad(), _hooked([(pair, pair.student) for pair in pairs], serve):
                call(self._model, batch, f"the model fails on {what}")


class _Carried(Exception):
    """Takes an exception of our own through a model, past the handling of the model's."""


def call(model: nn.Module, batch: Any, failure: str) -> Any:
    """What a model returns for a batch; raises CompileError where the model does not take it."""
    try:
        return run_on(model, batch)
    except _Carried as carried:
        assert carried.__cause__ is not None
        raise carried.__cause__ from None
    except (TypeError, ValueError, RuntimeError, IndexError, KeyError, AttributeError) as error:
        lines = str(error).splitlines() or [type(error).__name__]
        raise bad_data(f"{failure}: {lines[0]}", SINGLE) from error


@contextmanager
def _hooked(modules: Sequence[tuple[Pair, nn.Module]], act: Act) -> Iterator[None]:
    """Tell of each call of some modules, while this lasts."""

    def watch(pair: Pair) -> Any:
        def hook(module: nn.Module, given: tuple[Any, ...], named: dict[str, Any], result: Any) -> None:
            try:
                x = given[0] if given else next(iter(named.values()))
                if not isinstance(result, torch.Tensor):
                    raise no_teacher(pair.path, f"the teacher's layer gives a `{type(result).__name__}`")
                act(pair, x.detach(), result.detach())
            except Exception as error:
                raise _Carried from error

        return hook

    handles = [module.register_forward_hook(watch(pair), with_kwargs=True) for pair, module in modules]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def squares(pair: Pair, x: torch.Tensor, wanted: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The sums of the squares of a replaced layer's error on an input, and of what is wanted of it."""
    like = next(iter(pair.tensors.values()))
    x = x.to(like.device, like.dtype) if x.is_floating_point() else x.to(like.device)
    y = pair.student.forward(x)
    wanted = wanted.to(like.device, like.dtype)
    if y.shape != wanted.shape:
        shapes = f"{tuple(wanted.shape)}, this one {tuple(y.shape)}"
        raise no_teacher(pair.path, f"the teacher's layer gives a tensor of shape {shapes}")
    return (y - wanted).square().sum(dtype=torch.float64), wanted.square().sum(dtype=torch.float64)

"""Kernels as registered operators, so that `torch.compile` and `torch.export` see one operation each.

An operator names its kernel by a key, which is known in the process that has built or loaded the kernel.
"""

from collections.abc import Sequence
from typing import Any

import torch

from tncc.kernels.engine import Engine
from tncc.layers.running import dense, run, run_backward, shape_of

ENGINES: dict[str, Engine] = {}
"""The kernels of this process by key, kept for exported programs that outlive their layers."""


def engine_of(key: str) -> Engine:
    """The kernel of a key; raises RuntimeError in a process that has not made its layer."""
    if key not in ENGINES:
        raise RuntimeError(
            'this process does not have the kernel of an exported program: make its layer first with kernels="c", '
            'or export the layer with kernels="auto", which gives plain operations'
        )
    return ENGINES[key]


def called(key: str, sizes: Sequence[int], inputs: Sequence[torch.Tensor], stored: Sequence[torch.Tensor]) -> Engine:
    """The kernel of a key, for a call whose arrays have its shapes; raises RuntimeError, since kernels do not look."""
    engine = engine_of(key)
    known = dict(zip(engine.symbols, sizes[1:], strict=True))
    wanted = [(*sizes[: one.batched], *one.shape) for one in engine.inputs]
    wanted += [shape_of(tensor) for tensor in engine.stored]
    shapes = [tuple(tensor.shape) for tensor in (*inputs, *stored)]
    fits = len(shapes) == len(wanted) and all(
        len(shape) == len(own) and all(size in (None, there) for size, there in zip(own, shape, strict=True))
        for shape, own in zip(shapes, wanted, strict=True)
    )
    if not fits or any(
        shape[one.axis] * one.times != known[one.symbol] * one.over
        for shape, entrance in zip(shapes, engine.inputs, strict=False)
        for one in entrance.bound
        if one.symbol in known
    ):
        raise RuntimeError(f"a kernel for arrays of the shapes {wanted} is called with {shapes}")
    return engine


@torch.library.custom_op("tncc::forward", mutates_args=(), device_types="cpu")
def forward(
    key: str, sizes: Sequence[int], inputs: list[torch.Tensor], stored: list[torch.Tensor]
) -> list[torch.Tensor]:
    """The outputs of a kernel, from inputs whose leading axes are one."""
    engine = called(key, sizes, inputs, stored)
    return run(engine, tuple(sizes), _dense(inputs), _dense(stored))


@forward.register_fake
def _(key: str, sizes: Sequence[int], inputs: list[torch.Tensor], stored: list[torch.Tensor]) -> list[torch.Tensor]:
    like = (*inputs, *stored)[0]
    return [like.new_empty(shape) for shape in engine_of(key).shapes(sizes)]


@torch.library.custom_op("tncc::backward", mutates_args=(), device_types="cpu")
def backward(
    key: str,
    sizes: Sequence[int],
    inputs: list[torch.Tensor],
    stored: list[torch.Tensor],
    seeds: list[torch.Tensor],
) -> list[torch.Tensor]:
    """The gradients of inputs and of stored tensors."""
    needs = [True] * (len(inputs) + len(stored))
    given, weights, ahead = (_dense(tensors) for tensors in (inputs, stored, seeds))
    engine = called(key, sizes, inputs, stored)
    if [tuple(seed.shape) for seed in seeds] != list(engine.shapes(sizes)):
        raise RuntimeError(f"gradients of the shapes {list(engine.shapes(sizes))} are wanted")
    found = run_backward(engine, tuple(sizes), given, weights, ahead, needs)
    return [tensor for tensor in found if tensor is not None]


@backward.register_fake
def _(
    key: str,
    sizes: Sequence[int],
    inputs: list[torch.Tensor],
    stored: list[torch.Tensor],
    seeds: list[torch.Tensor],
) -> list[torch.Tensor]:
    return [torch.empty_like(tensor) for tensor in (*inputs, *stored)]


def _dense(tensors: Sequence[torch.Tensor]) -> list[torch.Tensor]:
    return [dense(tensor) for tensor in tensors]


def _keep(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
    key, sizes, given, stored = inputs
    ctx.key, ctx.sizes, ctx.count = key, sizes, len(given)
    ctx.save_for_backward(*given, *stored)


def _differentiate(ctx: Any, seeds: list[torch.Tensor]) -> Any:
    tensors = ctx.saved_tensors
    given, stored = list(tensors[: ctx.count]), list(tensors[ctx.count :])
    found = torch.ops.tncc.backward(ctx.key, ctx.sizes, given, stored, list(seeds))
    return None, None, found[: ctx.count], found[ctx.count :]


forward.register_autograd(_differentiate, setup_context=_keep)

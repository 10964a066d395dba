"""Kernels as registered operators, so that `torch.compile` and `torch.export` see one operation each.

An operator names its kernel by a key, which is known in the process that has built or loaded the kernel.
"""

from collections.abc import Sequence
from typing import Any

import torch

from tncc.kernels.engine import Engine
from tncc.layers.running import dense, run, run_backward

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


@torch.library.custom_op("tncc::forward", mutates_args=(), device_types="cpu")
def forward(
    key: str, sizes: Sequence[int], inputs: list[torch.Tensor], stored: list[torch.Tensor]
) -> list[torch.Tensor]:
    """The outputs of a kernel, from inputs whose leading axes are one."""
    engine = engine_of(key)
    return run(engine, tuple(sizes), _contiguous(inputs), _contiguous(stored))


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
    given, weights, ahead = (_contiguous(tensors) for tensors in (inputs, stored, seeds))
    found = run_backward(engine_of(key), tuple(sizes), given, weights, ahead, needs)
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


def _contiguous(tensors: Sequence[torch.Tensor]) -> list[torch.Tensor]:
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

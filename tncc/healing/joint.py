"""The joint phase: all replaced layers against the outputs of the whole teacher."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from math import isfinite
from typing import Any, Literal

import torch
from torch import nn
from torch.nn import functional

from tncc.healing.data import Batches
from tncc.healing.faults import bad_loss, not_finite
from tncc.healing.local import NotANumber, add_gradients
from tncc.healing.pairs import Pair, call

SCALES = (2.0**16, 2.0**12, 2.0**8, 2.0**4, 1.0)
"""What a loss is multiplied by, the first with which gradients are finite, so that those in float16 do not vanish."""

Loss = Literal["square", "cosine"] | Callable[[Any, Any], torch.Tensor]
"""How far what a model returns is from what its teacher returns."""


def output_loss(loss: Loss, mine: Any, its: Any) -> torch.Tensor:
    """The loss of outputs, a real number; raises CompileError where there is none.

    `"square"` is ‖y - t‖² / ‖t‖² and `"cosine"` the mean of 1 - cos(y, t) over all rows (along the last axis), each
    taken as the mean over all floating-point tensors in the outputs.
    """
    if callable(loss):
        found = loss(mine, its)
    else:
        pairs = list(_tensors(mine, its, "the output"))
        if not pairs:
            raise bad_loss("there are no floating-point tensors in what they return")
        found = torch.stack([(_square if loss == "square" else _cosine)(y, t) for y, t in pairs]).mean()
    if not isinstance(found, torch.Tensor) or found.numel() != 1 or not found.is_floating_point():
        what = f"a tensor of shape {tuple(found.shape)}" if isinstance(found, torch.Tensor) else type(found).__name__
        raise bad_loss(f"`loss` gives {what} and no real number")
    return found.reshape(())


def joint_loss(model: nn.Module, teacher: nn.Module, loss: Loss, batch: Any, what: str) -> torch.Tensor:
    """The loss of a batch, through which gradients flow if they are on; raises CompileError."""
    with torch.no_grad():
        its = call(teacher, batch, f"the teacher fails on {what}")
    return output_loss(loss, call(model, batch, f"the model fails on {what}"), its)


def joint_gradients(
    model: nn.Module, teacher: nn.Module, pairs: Sequence[Pair], loss: Loss, batch: Any, what: str
) -> dict[str, torch.Tensor]:
    """The gradient of the loss for each trained tensor; raises CompileError and NotANumber."""
    with torch.enable_grad():
        found = joint_loss(model, teacher, loss, batch, what)
    if not found.requires_grad:
        raise bad_loss("the loss does not depend on the replaced layers")
    if not bool(torch.isfinite(found)):
        raise NotANumber("the joint loss, from what comes out", _first_wrong(model, pairs, batch, what))
    tensors = {name: tensor for pair in pairs for name, tensor in pair.tensors.items()}
    small = any(dtype == torch.float16 for pair in pairs for dtype in pair.types.values())
    for scale in SCALES if small else SCALES[-1:]:
        gradients: dict[str, torch.Tensor] = {}
        with torch.enable_grad():
            scaled = found * scale
        try:
            add_gradients(gradients, tensors, scaled, "", keep=scale != SCALES[-1])
        except NotANumber as wrong:
            if scale != SCALES[-1]:
                continue
            owner = next(pair.path for pair in pairs for name in pair.tensors if f"`{name}`" in wrong.what)
            raise NotANumber(wrong.what, owner) from None
        break
    return {name: gradient / scale for name, gradient in gradients.items()}


def measure_joint(model: nn.Module, teacher: nn.Module, loss: Loss, batches: Batches) -> float:
    """The mean of the loss over the batches of the first epoch; raises CompileError."""
    total, count = 0.0, 0
    for batch, spot in batches.epoch(0):
        with torch.no_grad():
            total += float(joint_loss(model, teacher, loss, batch, f"batch {spot.index}"))
        count = spot.index
        if not isfinite(total):
            hint = "look for such numbers in the data and in what the models give"
            raise not_finite(f"the joint loss on batch {count}", "the model", 0, "the joint phase", hint)
    return total / count


def _first_wrong(model: nn.Module, pairs: Sequence[Pair], batch: Any, what: str) -> str:
    """The first of the replaced layers to give anything that is no number on a batch, or else the model."""
    wrong: list[str] = []

    def hook(path: str) -> Any:
        def look(module: nn.Module, given: Any, result: torch.Tensor) -> None:
            if not bool(torch.isfinite(result).all()):
                wrong.append(path)

        return look

    handles = [pair.student.register_forward_hook(hook(pair.path)) for pair in pairs]
    try:
        with torch.no_grad():
            call(model, batch, f"the model fails on {what}")
    finally:
        for handle in handles:
            handle.remove()
    return next(iter(wrong), "the model")


def _square(y: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    y, t = _wide(y), _wide(t)
    size = t.square().sum()
    return (y - t).square().sum() / torch.where(size > 0, size, torch.ones_like(size))


def _cosine(y: torch.Tensor, t: torch.Tensor) -> torch.Tensor:
    y, t = _wide(y), _wide(t)
    if y.dim() == 0:
        y, t = y[None], t[None]
    return (1 - functional.cosine_similarity(y, t, dim=-1)).mean()


def _wide(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.to(torch.promote_types(tensor.dtype, torch.float32))


def _tensors(mine: Any, its: Any, where: str) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """The floating-point tensors that stand at the same places of two outputs; empty ones do not count."""
    if isinstance(mine, torch.Tensor) and isinstance(its, torch.Tensor):
        if mine.shape != its.shape:
            raise bad_loss(f"{where} has shape {tuple(mine.shape)}, and {tuple(its.shape)} of the teacher")
        if mine.is_floating_point() and mine.numel():
            yield mine, its.to(mine.device)
    elif isinstance(mine, Mapping) and isinstance(its, Mapping):
        for key in mine:
            if key in its:
                yield from _tensors(mine[key], its[key], f"`{key}` of the output")
    elif isinstance(mine, tuple | list) and isinstance(its, tuple | list):
        for number, (one, other) in enumerate(zip(mine, its, strict=False)):
            yield from _tensors(one, other, f"part {number} of the output")
    elif is_dataclass(mine) and type(mine) is type(its):
        for entry in fields(mine):
            name = entry.name
            yield from _tensors(getattr(mine, name), getattr(its, name), f"`{name}` of the output")

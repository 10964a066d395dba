"""Layers of half precision while they are healed: in single precision, so that small steps are not lost."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

import torch
from torch import nn

from tncc.healing.faults import not_finite
from tncc.healing.pairs import Pair

HALF = (torch.bfloat16, torch.float16)
"""Types that are trained in `WIDE`."""

WIDE = torch.float32


@contextmanager
def widened(pairs: Sequence[Pair]) -> Iterator[None]:
    """Replaced layers of half precision in single precision, while what is around them sees them as they were.

    Parameters stay the same objects. At the end they have the model's type again, and what was trained, rounded to it;
    numbers that the type does not reach are its largest ones.
    """
    with ExitStack() as stack:
        for pair in pairs:
            if any(dtype in HALF for dtype in pair.types.values()):
                stack.enter_context(_widened(pair))
        yield


@contextmanager
def _widened(pair: Pair) -> Iterator[None]:
    layer: Any = pair.student
    outside = next(dtype for dtype in pair.types.values() if dtype in HALF)
    buffers = [(owner, name, value) for owner in layer.modules() for name, value in owner._buffers.items()]
    try:
        layer._apply(lambda tensor: tensor.to(WIDE) if tensor.dtype in HALF else tensor)
        layer.seen_as = outside
        with _converting(layer, outside):
            yield
    finally:
        layer.seen_as = None
        for name, tensor in pair.tensors.items():
            tensor.data = _narrowed(tensor.data, pair.types[name])
        for owner, name, value in buffers:
            owner._buffers[name] = value
        layer._apply(lambda tensor: tensor)  # what was kept of the wide tensors goes


def _narrowed(value: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    if value.dtype == dtype:
        return value
    most = torch.finfo(dtype).max
    return value.clamp(-most, most).to(dtype)


@contextmanager
def _converting(layer: nn.Module, outside: torch.dtype) -> Iterator[None]:
    """Inputs of a layer made wide and outputs made narrow, inside of any other hooks."""

    def wide(value: Any) -> Any:
        return value.to(WIDE) if isinstance(value, torch.Tensor) and value.dtype in HALF else value

    def before(module: nn.Module, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        return tuple(wide(value) for value in given), {name: wide(value) for name, value in named.items()}

    def after(module: nn.Module, given: Any, result: Any) -> Any:
        return result.to(outside) if isinstance(result, torch.Tensor) else result

    handles = (
        layer.register_forward_pre_hook(before, with_kwargs=True),
        layer.register_forward_hook(after, prepend=True),
    )
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


@torch.no_grad()
def round_to_types(pairs: Sequence[Pair], steps: int) -> None:
    """Give trained tensors the values that they will have in the model's type; raises CompileError beyond its reach."""
    for pair in pairs:
        for name, tensor in pair.tensors.items():
            dtype = pair.types[name]
            if dtype == tensor.dtype:
                continue
            rounded = tensor.to(dtype)
            if not bool(torch.isfinite(rounded).all()):
                what = f"`{name}` in {str(dtype).removeprefix('torch.')}"
                hint = "heal the model in `bfloat16()` or `float()`, or lower `rate` or `joint_rate`"
                raise not_finite(what, pair.path, steps, "the rounding", hint)
            tensor.copy_(rounded)

"""Calls of kernels with tensors: memory for results, one workspace a thread, and gradients through autograd."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import torch

from tncc.ir.network import Tensor
from tncc.kernels.binding import pointers
from tncc.kernels.engine import Engine
from tncc.layers.pages import in_large_pages

Tensors = Sequence[torch.Tensor]

_local = threading.local()


def workspace(size: int) -> int:
    """The address of scratch memory of this thread, which the next call uses again."""
    found: tuple[int, int, torch.Tensor] | None = getattr(_local, "workspace", None)
    if found is None or found[0] < size:
        memory = in_large_pages(torch.empty(max(size, 1), dtype=torch.uint8, device="cpu"))
        found = _local.workspace = memory.numel(), memory.data_ptr(), memory
    return found[1]


def shape_of(tensor: Tensor) -> tuple[int, ...]:
    """The shape of a stored tensor."""
    return tuple(axis.size for axis in tensor.axes)


def dense(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor as kernels read it: its numbers in a row, and not to be taken negative, as views of conjugates are."""
    if tensor.is_neg():
        tensor = tensor.resolve_neg()
    return tensor if tensor.is_contiguous() else tensor.contiguous()


def unwritten(like: torch.Tensor, shapes: Sequence[tuple[int, ...]]) -> list[torch.Tensor]:
    """Memory for results."""
    return [in_large_pages(like.new_empty(shape)) for shape in shapes]


def addresses(tensors: Tensors) -> list[int]:
    """Where contiguous tensors lie."""
    return [tensor.data_ptr() for tensor in tensors]


def run_packed(engine: Engine, sizes: tuple[int, ...], inputs: Tensors, packed: torch.Tensor) -> list[torch.Tensor]:
    """The outputs from packed weights."""
    setup = engine.setup(sizes, torch.get_num_threads())
    outputs = unwritten(packed, setup.shapes)
    space = workspace(setup.workspace)
    engine.kernel.forward(*sizes, *addresses(inputs), packed.data_ptr(), *addresses(outputs), space, setup.threads)
    return outputs


def run_plain(engine: Engine, rows: int, tensor: torch.Tensor, packed: torch.Tensor) -> torch.Tensor:
    """`run_packed` of the one input of a plain engine."""
    setup = engine.setup((rows,), torch.get_num_threads())
    output = in_large_pages(tensor.new_empty(setup.shapes[0]))
    space = workspace(setup.workspace)
    engine.kernel.forward(rows, tensor.data_ptr(), packed.data_ptr(), output.data_ptr(), space, setup.threads)
    return output


def pack(engine: Engine, stored: Tensors, like: torch.Tensor) -> torch.Tensor:
    """The weights as `run_packed` takes them."""
    kernel = engine.kernel
    packed = in_large_pages(like.new_empty(max(1, kernel.packed_bytes() // like.element_size())))
    setup = engine.setup((1,) * (1 + len(engine.symbols)), 1)
    weights = pointers(addresses(stored))
    kernel.pack(weights.buffer_info()[0], packed.data_ptr(), workspace(setup.workspace))
    return packed


def run(engine: Engine, sizes: tuple[int, ...], inputs: Tensors, stored: Tensors) -> list[torch.Tensor]:
    """The outputs from the weights as they are."""
    setup = engine.setup(sizes, torch.get_num_threads())
    like = (*inputs, *stored)[0]
    outputs = unwritten(like, setup.shapes)
    weights = pointers(addresses(stored))
    given = (*addresses(inputs), weights.buffer_info()[0], *addresses(outputs))
    engine.kernel.apply(*sizes, *given, workspace(setup.workspace), setup.threads)
    return outputs


def run_saving(
    engine: Engine, sizes: tuple[int, ...], inputs: Tensors, stored: Tensors
) -> tuple[list[torch.Tensor], torch.Tensor | None]:
    """The outputs from the weights as they are, and what the backward pass is to have of them, if anything pays."""
    kernel = engine.kernel
    setup = engine.setup(sizes, torch.get_num_threads())
    if not setup.saved or kernel.forward_saving is None:
        return run(engine, sizes, inputs, stored), None
    like = (*inputs, *stored)[0]
    outputs = unwritten(like, setup.shapes)
    saved = in_large_pages(like.new_empty(setup.saved // like.element_size()))
    weights = pointers(addresses(stored))
    given = (*addresses(inputs), weights.buffer_info()[0], *addresses(outputs), saved.data_ptr())
    kernel.forward_saving(*sizes, *given, workspace(setup.workspace), setup.threads)
    return outputs, saved


def run_backward(
    engine: Engine,
    sizes: tuple[int, ...],
    inputs: Tensors,
    stored: Tensors,
    seeds: Tensors,
    needs: Sequence[bool],
    saved: torch.Tensor | None = None,
) -> list[torch.Tensor | None]:
    """The gradients of inputs, then of stored tensors; None for those that are not needed.

    `saved` is what `run_saving` has given besides the outputs.
    """
    setup = engine.setup(sizes, torch.get_num_threads())
    count = len(inputs)
    # The kernel writes the inputs' gradients in any case.
    into = [in_large_pages(torch.empty_like(tensor)) for tensor in inputs]
    found = [
        in_large_pages(torch.empty_like(t)) if need else None for t, need in zip(stored, needs[count:], strict=True)
    ]
    weights = pointers(addresses(stored))
    gradients = pointers([0 if tensor is None else tensor.data_ptr() for tensor in found])
    given = [*addresses(inputs), weights.buffer_info()[0]]
    function = engine.kernel.backward
    if saved is not None:
        function = engine.kernel.backward_saved
        given.append(saved.data_ptr())
    assert function is not None
    given += (*addresses(seeds), *addresses(into), gradients.buffer_info()[0])
    function(*sizes, *given, workspace(setup.workspace), setup.threads)
    return [*(tensor if need else None for tensor, need in zip(into, needs, strict=False)), *found]


class KernelFunction(torch.autograd.Function):
    """A kernel's outputs, with gradients by the kernel; gradients of gradients are left to the PyTorch code."""

    @staticmethod
    def forward(ctx: Any, call: tuple[Engine, tuple[int, ...], Any], *tensors: torch.Tensor) -> Any:
        """`call` has the engine, the sizes, and what computes the outputs from the tensors with PyTorch operations."""
        engine, sizes, _ = call
        count = len(engine.inputs)
        inputs, stored = tensors[:count], tensors[count:]
        outputs, saved = run_saving(engine, sizes, inputs, stored)
        ctx.save_for_backward(*inputs, *(() if saved is None else (saved,)))
        ctx.call = call, stored, [(tensor._version, tensor.shape) for tensor in stored]
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *seeds: torch.Tensor) -> Any:
        """Gradients of what needs them."""
        (engine, sizes, again), stored, versions = ctx.call
        count = len(engine.inputs)
        kept = ctx.saved_tensors
        inputs, saved = kept[:count], kept[count:]
        if [(tensor._version, tensor.shape) for tensor in stored] != versions:
            raise RuntimeError("a parameter has been changed in place since the forward pass that needs it")
        needs = ctx.needs_input_grad[1:]
        if torch.is_grad_enabled():
            return (None, *_by_autograd(again, (*inputs, *stored), seeds, needs))
        found = run_backward(engine, sizes, inputs, stored, [dense(seed) for seed in seeds], needs, *saved)
        return (None, *found)


def _by_autograd(again: Any, tensors: Tensors, seeds: Tensors, needs: Sequence[bool]) -> list[torch.Tensor | None]:
    """The gradients with a graph of their own, by way of plain operations."""
    with torch.enable_grad():
        outputs = again(*tensors)
        wanted = [tensor for tensor, need in zip(tensors, needs, strict=True) if need]
        pairs = [(output, seed) for output, seed in zip(outputs, seeds, strict=True) if output.requires_grad]
        made, given = [output for output, _ in pairs], [seed for _, seed in pairs]
        found = iter(torch.autograd.grad(made, wanted, given, create_graph=True, allow_unused=True))
    return [next(found) if need else None for need in needs]


differentiable: Callable[..., tuple[torch.Tensor, ...]] = super(torch.autograd.Function, KernelFunction).apply
"""The outputs of a kernel, with gradients: the call as `KernelFunction` takes it, inputs, stored tensors.

This is `KernelFunction.apply` without its look at transforms of functions, which are not there when kernels run: it
takes several microseconds.
"""

"""Calls of kernels with tensors: memory for results, one workspace a thread, and gradients through autograd."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

import torch

from tncc.ir.extent import extent_at, index_of
from tncc.ir.program import ROWS
from tncc.kernels.binding import Pointers, pointers
from tncc.kernels.engine import Engine

Tensors = Sequence[torch.Tensor]

WORTH_US = 30.0
"""Work that takes so long is shared by threads: waking them takes some microseconds."""

_local = threading.local()


def workspace(size: int) -> torch.Tensor:
    """Scratch memory of this thread, which the next call uses again."""
    found: torch.Tensor | None = getattr(_local, "workspace", None)
    if found is None or found.numel() < size:
        found = torch.empty(max(size, 1), dtype=torch.uint8)
        _local.workspace = found
    return found


def threads_for(engine: Engine, rows: int) -> int:
    """How many threads share the rows."""
    most = torch.get_num_threads()
    return most if most > 1 and rows > 1 and rows * engine.us >= WORTH_US else 1


def addresses(tensors: Tensors) -> list[int]:
    """Where contiguous tensors lie."""
    return [tensor.data_ptr() for tensor in tensors]


def empty_outputs(engine: Engine, sizes: Sequence[int], like: torch.Tensor) -> list[torch.Tensor]:
    """Memory for the outputs, leading axes as one."""
    if engine.plain is not None:
        return [like.new_empty((sizes[0], *engine.row))]
    known = {index_of(name): size for name, size in zip((ROWS, *engine.symbols), sizes, strict=True)}
    found = []
    for output in engine.outputs:
        shape = [extent_at(extent, known) for extent in output.shape]
        found.append(like.new_empty([sizes[0], *shape] if output.batched else shape))
    return found


def run_packed(engine: Engine, sizes: Sequence[int], inputs: Tensors, packed: torch.Tensor) -> list[torch.Tensor]:
    """The outputs from packed weights."""
    outputs = empty_outputs(engine, sizes, packed)
    kernel, threads = engine.kernel, threads_for(engine, sizes[0])
    space = workspace(engine.workspace_bytes(*sizes, threads)).data_ptr()
    kernel.forward(*sizes, *addresses(inputs), packed.data_ptr(), *addresses(outputs), space, threads)
    return outputs


def run_plain(engine: Engine, rows: int, tensor: torch.Tensor, packed: torch.Tensor) -> torch.Tensor:
    """`run_packed` of the one input of a plain engine."""
    (output,) = empty_outputs(engine, (rows,), tensor)
    threads = threads_for(engine, rows)
    space = workspace(engine.workspace_bytes(rows, threads)).data_ptr()
    engine.kernel.forward(rows, tensor.data_ptr(), packed.data_ptr(), output.data_ptr(), space, threads)
    return output


def pack(engine: Engine, stored: Tensors, like: torch.Tensor) -> torch.Tensor:
    """The weights as `run_packed` takes them."""
    kernel = engine.kernel
    packed = like.new_empty(max(1, kernel.packed_bytes() // like.element_size()))
    sizes = (1,) * (1 + len(engine.symbols))
    space = workspace(engine.workspace_bytes(*sizes, 1)).data_ptr()
    kernel.pack(weights(stored), packed.data_ptr(), space)
    return packed


def weights(stored: Tensors) -> Pointers:
    """The stored tensors' addresses."""
    return pointers(addresses(stored))


def run(engine: Engine, sizes: Sequence[int], inputs: Tensors, stored: Tensors) -> list[torch.Tensor]:
    """The outputs from the weights as they are."""
    outputs = empty_outputs(engine, sizes, (*inputs, *stored)[0])
    kernel, threads = engine.kernel, threads_for(engine, sizes[0])
    space = workspace(engine.workspace_bytes(*sizes, threads)).data_ptr()
    kernel.apply(*sizes, *addresses(inputs), weights(stored), *addresses(outputs), space, threads)
    return outputs


def run_saving(
    engine: Engine, sizes: Sequence[int], inputs: Tensors, stored: Tensors
) -> tuple[list[torch.Tensor], torch.Tensor | None]:
    """The outputs from the weights as they are, and what the backward pass is to have of them, if anything pays."""
    kernel = engine.kernel
    size = engine.saved_bytes(*sizes)
    if not size or kernel.forward_saving is None:
        return run(engine, sizes, inputs, stored), None
    like = (*inputs, *stored)[0]
    outputs, saved = empty_outputs(engine, sizes, like), like.new_empty(size // like.element_size())
    threads = threads_for(engine, sizes[0])
    space = workspace(engine.workspace_bytes(*sizes, threads)).data_ptr()
    kernel.forward_saving(
        *sizes, *addresses(inputs), weights(stored), *addresses(outputs), saved.data_ptr(), space, threads
    )
    return outputs, saved


def run_backward(
    engine: Engine,
    sizes: Sequence[int],
    inputs: Tensors,
    stored: Tensors,
    seeds: Tensors,
    needs: Sequence[bool],
    saved: torch.Tensor | None = None,
) -> list[torch.Tensor | None]:
    """The gradients of inputs, then of stored tensors; None for those that are not needed.

    `saved` is what `run_saving` has given besides the outputs.
    """
    kernel, threads = engine.kernel, threads_for(engine, sizes[0])
    count = len(inputs)
    # The kernel writes the inputs' gradients in any case.
    found: list[torch.Tensor | None] = [torch.empty_like(tensor) for tensor in inputs]
    found += [torch.empty_like(t) if need else None for t, need in zip(stored, needs[count:], strict=True)]
    at = [0 if tensor is None else tensor.data_ptr() for tensor in found]
    space = workspace(engine.workspace_bytes(*sizes, threads)).data_ptr()
    given = [*addresses(inputs), weights(stored), *([] if saved is None else [saved.data_ptr()]), *addresses(seeds)]
    function = kernel.backward if saved is None else kernel.backward_saved
    assert function is not None
    function(*sizes, *given, *at[:count], pointers(at[count:]), space, threads)
    return [tensor if need else None for tensor, need in zip(found, needs, strict=True)]


class KernelFunction(torch.autograd.Function):
    """A kernel's outputs, with gradients by the kernel; gradients of gradients are left to the PyTorch code."""

    @staticmethod
    def forward(ctx: Any, engine: Engine, sizes: tuple[int, ...], again: Any, *tensors: torch.Tensor) -> Any:
        """`again` computes the outputs from inputs and stored tensors with PyTorch operations."""
        count = len(engine.inputs)
        stored = tensors[count:]
        outputs, saved = run_saving(engine, sizes, tensors[:count], stored)
        ctx.save_for_backward(*tensors[:count], *(() if saved is None else (saved,)))
        ctx.call = engine, sizes, again, stored, [tensor._version for tensor in stored]
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *seeds: torch.Tensor) -> Any:
        """Gradients of what needs them."""
        engine, sizes, again, stored, versions = ctx.call
        count = len(engine.inputs)
        inputs, saved = ctx.saved_tensors[:count], ctx.saved_tensors[count:]
        if [tensor._version for tensor in stored] != versions:
            raise RuntimeError("a parameter has been changed in place since the forward pass that needs it")
        needs = ctx.needs_input_grad[3:]
        if torch.is_grad_enabled():
            return (None, None, None, *_by_autograd(again, (*inputs, *stored), seeds, needs))
        found = run_backward(engine, sizes, inputs, stored, [seed.contiguous() for seed in seeds], needs, *saved)
        return (None, None, None, *found)


def _by_autograd(again: Any, tensors: Tensors, seeds: Tensors, needs: Sequence[bool]) -> list[torch.Tensor | None]:
    """The gradients with a graph of their own, by way of plain operations."""
    with torch.enable_grad():
        outputs = again(*tensors)
        wanted = [tensor for tensor, need in zip(tensors, needs, strict=True) if need]
        pairs = [(output, seed) for output, seed in zip(outputs, seeds, strict=True) if output.requires_grad]
        made, given = [output for output, _ in pairs], [seed for _, seed in pairs]
        found = iter(torch.autograd.grad(made, wanted, given, create_graph=True, allow_unused=True))
    return [next(found) if need else None for need in needs]


differentiable: Callable[..., tuple[torch.Tensor, ...]] = KernelFunction.apply
"""The outputs of a kernel, with gradients: engine, sizes, `again`, inputs, stored tensors."""

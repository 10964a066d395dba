"""The least that a training step could take: products at the rate of a large one, and what autograd takes by itself."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from tncc.driver import Compiled
from tncc.ir.extent import extent_at
from tncc.ir.network import sizes_at
from tncc.ir.program import Matmul, Program


class Nothing(torch.autograd.Function):
    """An output and gradients of the right shapes, which nobody computes."""

    @staticmethod
    def forward(ctx: Any, example: torch.Tensor, shape: tuple[int, ...], *weights: torch.Tensor) -> torch.Tensor:
        """Memory for an output."""
        ctx.save_for_backward(example, *weights)
        return example.new_empty((example.shape[0], *shape))

    @staticmethod
    def backward(ctx: Any, *seeds: torch.Tensor) -> tuple[torch.Tensor | None, ...]:
        """Memory for the gradients."""
        example, *weights = ctx.saved_tensors
        return torch.empty_like(example), None, *map(torch.empty_like, weights)


class Empty(nn.Module):
    """A layer with the parameters of another that computes nothing."""

    def __init__(self, other: nn.Module, shape: tuple[int, ...]) -> None:
        super().__init__()
        self.shape = shape
        for number, parameter in enumerate(other.parameters()):
            self.register_parameter(f"p{number}", nn.Parameter(parameter.detach().clone()))
        self._all = tuple(self.parameters())

    def forward(self, example: torch.Tensor) -> torch.Tensor:
        """Something of the shape of the other's output."""
        found: torch.Tensor = Nothing.apply(example, self.shape, *self._all)
        return found


def training_flops(compiled: Compiled, rows: int) -> int:
    """The fewest FLOPs of the products of both passes of any programs that kernels are chosen from."""
    sizes = sizes_at(compiled.optimized, rows)
    return min(
        program_flops(one.forward.program, sizes) + program_flops(one.backward.program, sizes)
        for one in compiled.kernel_planner.trained
    )


def program_flops(program: Program, sizes: Mapping[str, int]) -> int:
    """The FLOPs of a program's products."""
    shapes = {one.name: one.shape for one in program.instructions}
    return sum(
        2 * math.prod(extent_at(extent, sizes) for extent in (*one.shape, shapes[one.left][-1]))
        for one in program.instructions
        if isinstance(one, Matmul)
    )

"""Two models as healing needs them, and as they were again whatever happens."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import nn


@contextmanager
def borrowed(model: nn.Module, teacher: nn.Module, trained: Mapping[str, nn.Parameter]) -> Iterator[None]:
    """Both models in `eval()` mode, and gradients for the trained tensors of the model alone.

    Modes, `requires_grad`, gradients and torch's generators are those from before when this ends.
    """
    modes = [(module, module.training) for module in (*model.modules(), *teacher.modules())]
    needs = [(tensor, tensor.requires_grad) for tensor in (*model.parameters(), *teacher.parameters())]
    gradients = [(tensor, tensor.grad) for tensor in trained.values()]
    with torch.random.fork_rng():
        try:
            model.eval()
            teacher.eval()
            for tensor, _ in needs:
                tensor.requires_grad_(False)
            for tensor in trained.values():
                tensor.grad = None
                tensor.requires_grad_(True)
            yield
        finally:
            for module, training in modes:
                module.training = training
            for tensor, needed in needs:
                tensor.requires_grad_(needed)
            for tensor, gradient in gradients:
                tensor.grad = gradient

"""Adam whose steps are measured by the size of each tensor, and which can take its last step back."""

from collections.abc import Mapping
from math import cos, pi

import torch
from torch import nn

BETAS = (0.9, 0.99)
EPSILON = 1e-12


def sized_rates(tensors: Mapping[str, nn.Parameter], rate: float, instead: float) -> dict[str, float]:
    """For each tensor `rate` times its root mean square, so that the gauge of a network does not matter.

    Zeros, which a bias may begin with, count as large as `instead`.
    """
    found = {}
    for name, tensor in tensors.items():
        size = float(tensor.detach().square().mean(dtype=torch.float64).sqrt()) if tensor.numel() else 0.0
        found[name] = rate * (size or instead)
    return found


class Descent:
    """Adam (Kingma & Ba 2015) on named tensors, whose rates go down to zero over `total` steps by half a cosine."""

    def __init__(self, tensors: Mapping[str, nn.Parameter], rates: Mapping[str, float], total: int) -> None:
        self.tensors, self.rates, self.total = tensors, rates, total
        groups = [{"params": [tensor], "lr": rates[name]} for name, tensor in tensors.items()]
        self._adam = torch.optim.Adam(groups, betas=BETAS, eps=EPSILON)
        self._before: dict[str, torch.Tensor] = {}

    def step(self, number: int, gradients: Mapping[str, torch.Tensor]) -> None:
        """Take step `number`, from 0 on; tensors without a gradient stay."""
        left = (1 + cos(pi * number / self.total)) / 2
        for group, (name, tensor) in zip(self._adam.param_groups, self.tensors.items(), strict=True):
            group["lr"] = self.rates[name] * left
            tensor.grad = gradients.get(name)
            if name not in self._before:
                self._before[name] = tensor.detach().clone()
            else:
                self._before[name].copy_(tensor.detach())
        self._adam.step()
        for tensor in self.tensors.values():
            tensor.grad = None

    @torch.no_grad()
    def step_back(self) -> None:
        """Give the tensors the values from before the last step."""
        for name, value in self._before.items():
            self.tensors[name].copy_(value)

    def state(self) -> dict[str, torch.Tensor]:
        """What Adam remembers, by the tensor's name, a slash and the name that Adam has for it."""
        return {
            f"{name}/{key}": value
            for name, tensor in self.tensors.items()
            for key, value in self._adam.state.get(tensor, {}).items()
        }

    def remember(self, state: Mapping[str, torch.Tensor]) -> None:
        """Take up what another one has remembered."""
        for full, value in state.items():
            name, _, key = full.rpartition("/")
            tensor = self.tensors[name]
            kept = value.clone() if key == "step" else torch.empty_like(tensor).copy_(value)
            self._adam.state[tensor][key] = kept

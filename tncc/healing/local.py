"""The local phase: each replaced layer against the outputs of its teacher's layer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, sqrt
from typing import Any

import torch

from tncc.healing.data import Batches, Spot
from tncc.healing.faults import bad_data, not_finite
from tncc.healing.pairs import Pair, Visits, squares


class NotANumber(Exception):
    """What is NaN or infinite, and of which layer."""

    def __init__(self, what: str, layer: str) -> None:
        super().__init__(what, layer)
        self.what, self.layer = what, layer


@dataclass
class Sums:
    """Of a layer, over data: the squares of its error and of what is wanted, and the count of numbers."""

    error: float = 0.0
    wanted: float = 0.0
    numbers: int = 0

    @property
    def relative(self) -> float | None:
        """The norm of the error over that of what is wanted; None where no data came."""
        if not self.numbers:
            return None
        return sqrt(self.error / self.scale / self.numbers)

    @property
    def scale(self) -> float:
        """The mean square of what is wanted; 1 where that is all zeros."""
        return self.wanted / self.numbers if self.numbers and self.wanted else 1.0


@dataclass(frozen=True)
class Measured:
    """The sums of each layer by its path, and how many batches they are over, with a digest of these."""

    sums: dict[str, Sums]
    batches: int
    digest: str


def measure(visits: Visits, pairs: Sequence[Pair], batches: Batches, phase: str) -> Measured:
    """The errors of replaced layers over the first epoch; raises CompileError where they are no numbers."""
    sums = {pair.path: Sums() for pair in pairs}
    spot = Spot()

    def act(pair: Pair, x: torch.Tensor, wanted: torch.Tensor) -> None:
        error, size = (float(value) for value in squares(pair, x, wanted))
        if not isfinite(size):
            raise bad_data(f"what the teacher's `{pair.path}` gives on batch {spot.index} is NaN or infinite")
        if not isfinite(error):
            hint = "look for such numbers in the layer's tensors"
            raise not_finite("what comes out", pair.path, 0, phase, hint)
        found = sums[pair.path]
        found.error += error
        found.wanted += size
        found.numbers += wanted.numel()

    for batch, spot in batches.epoch(0):
        visits.visit(pairs, batch, f"batch {spot.index}", act)
    return Measured(sums, spot.index, spot.seen)


def local_gradients(
    visits: Visits, pairs: Sequence[Pair], scales: Mapping[str, float], batch: Any, what: str
) -> dict[str, torch.Tensor]:
    """Of each trained tensor that a batch reaches, the gradient of its layer's relative mean square.

    That is ‖y - t‖² / (n s) for each call of the layer, with n numbers in t and their mean square s over all data.
    Raises NotANumber.
    """
    found: dict[str, torch.Tensor] = {}

    def act(pair: Pair, x: torch.Tensor, wanted: torch.Tensor) -> None:
        if not pair.tensors or not wanted.numel():
            return
        with torch.enable_grad():
            loss = squares(pair, x, wanted)[0] / (scales[pair.path] * wanted.numel())
        add_gradients(found, pair.tensors, loss, pair.path)

    visits.visit(pairs, batch, what, act)
    return found


def add_gradients(
    found: dict[str, torch.Tensor], tensors: Mapping[str, torch.Tensor], loss: torch.Tensor, layer: str,
    keep: bool = False,
) -> None:  # fmt: skip
    """Add the gradients of a loss to those found before; raises NotANumber, and names the layer.

    A loss can `keep` its graph for another time.
    """
    if not bool(torch.isfinite(loss)):
        raise NotANumber("the loss", layer)
    gradients = torch.autograd.grad(loss, tuple(tensors.values()), retain_graph=keep, allow_unused=True)
    for name, gradient in zip(tensors, gradients, strict=True):
        if gradient is None:
            continue
        if not bool(torch.isfinite(gradient).all()):
            raise NotANumber(f"the gradient of `{name}`", layer)
        found[name] = found[name] + gradient if name in found else gradient

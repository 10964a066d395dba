"""Second moments of what reaches the layers of a model on calibration data, so that what is common is kept best."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import torch
from torch import nn

from tncc.diagnostics.render import compile_error
from tncc.diagnostics.rule_kinds import BadCalibration
from tncc.diagnostics.span import Span
from tncc.models.batches import run_on
from tncc.models.places import Place, shape_of

DAMPING = 0.01
"""What is added to all second moments, of their mean: inputs that the calibration never showed count a little too."""


def input_moments(model: nn.Module, places: Sequence[Place], batches: Iterable[Any]) -> dict[Place, torch.Tensor]:
    """For each layer E[x xᵀ] of its inputs x, (in_features, in_features), damped by `DAMPING`.

    An embedding's inputs are one-hot, and only the diagonal is kept: how often each id is looked up, one more than it
    was seen so that rows never seen still count. The model runs in `eval()` mode without gradients, and is left in the
    mode that it was in. Raises CompileError for data that the model does not take.
    """
    totals: dict[Place, torch.Tensor] = {}
    counts: dict[Place, int] = {}

    def watch(place: Place) -> Any:
        def hook(module: nn.Module, given: tuple[Any, ...]) -> None:
            seen = _moments(place, given[0].detach())
            totals[place] = totals[place] + seen if place in totals else seen
            counts[place] = counts.get(place, 0) + given[0].numel() // (
                1 if place.kind == "Embedding" else seen.shape[0]
            )

        return hook

    modes = {module: module.training for module in model.modules()}
    hooks = [place.layer.register_forward_pre_hook(watch(place)) for place in places]
    try:
        model.eval()
        with torch.no_grad():
            ran = _run_all(model, batches)
    finally:
        for handle in hooks:
            handle.remove()
        for module, training in modes.items():
            module.training = training
    if not ran:
        raise _refused("it has no batches")
    for place, total in totals.items():
        if not bool(torch.isfinite(total).all()):
            raise _refused(f"what reaches the layer `{place.path}` is NaN or infinite")
    return {place: _mean(place, total, counts[place]) for place, total in totals.items()}


def _moments(place: Place, x: torch.Tensor) -> torch.Tensor:
    if place.kind == "Embedding":
        return torch.bincount(x.reshape(-1), minlength=shape_of(place).in_features)
    rows = x.reshape(-1, x.shape[-1])
    rows = rows.to(torch.promote_types(rows.dtype, torch.float32))
    return rows.T @ rows


def _mean(place: Place, total: torch.Tensor, count: int) -> torch.Tensor:
    if place.kind == "Embedding":
        return (total + 1).to(torch.float32) / (count + len(total))
    mean = total / max(count, 1)
    return mean + DAMPING * mean.diagonal().mean() * torch.eye(len(mean), dtype=mean.dtype, device=mean.device)


def _run_all(model: nn.Module, batches: Iterable[Any]) -> int:
    if isinstance(batches, torch.Tensor | Mapping | str):
        raise _refused(f"it is a single `{type(batches).__name__}`, not an iterable of batches")
    number = 0
    try:
        for batch in batches:
            number += 1
            run_on(model, batch)
    except (TypeError, ValueError, RuntimeError, IndexError, KeyError, AttributeError) as error:
        lines = str(error).splitlines() or [type(error).__name__]
        raise _refused(f"the model fails on batch {number}: {lines[0]}") from error
    return number


def _refused(reason: str) -> Exception:
    return compile_error([BadCalibration(Span("calibration", 0, 0, 0, 0), reason)])

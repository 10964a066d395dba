"""The layers of a model that can become networks: what they are, and where they stand."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

from tncc.diagnostics.diagnostic import Diagnostic
from tncc.diagnostics.rule_kinds import NotReplaceable
from tncc.diagnostics.span import Span
from tncc.rule_files import Shape

Kind = Literal["Linear", "Conv1D", "Embedding"]


@dataclass(frozen=True, eq=False)
class Place:
    """A layer with all paths under which the model has it, and the modules that hold it under a name."""

    kind: Kind
    layer: nn.Module
    paths: tuple[str, ...]
    holders: tuple[tuple[nn.Module, str], ...]

    @property
    def path(self) -> str:
        """The path by which reports call the layer: the first of them."""
        return self.paths[0]


def layer_places(model: nn.Module) -> tuple[Place, ...]:
    """All Linear, Conv1D and Embedding layers inside a model, in its own order; the model itself is none."""
    paths: dict[nn.Module, list[str]] = {}
    for path, module in model.named_modules(remove_duplicate=False):
        if path and kind_of(module) is not None:
            paths.setdefault(module, []).append(path)
    found = []
    for module, names in paths.items():
        kind = kind_of(module)
        assert kind is not None
        found.append(Place(kind, module, tuple(names), tuple(_holder(model, path) for path in names)))
    return tuple(found)


def kind_of(module: nn.Module) -> Kind | None:
    """What kind of layer a module is; None for modules that do anything else than these layers do.

    A subclass counts while it computes as its base does. transformers' Conv1D is known by its name and its tensors.
    """
    forward = type(module).forward
    if isinstance(module, nn.Linear) and forward is nn.Linear.forward:
        return "Linear"
    if isinstance(module, nn.Embedding) and forward is nn.Embedding.forward:
        return "Embedding"
    weight, bias = module._parameters.get("weight"), module._parameters.get("bias")
    if type(module).__name__ != "Conv1D" or weight is None or bias is None or weight.dim() != 2:
        return None
    return "Conv1D" if getattr(module, "nf", None) == weight.shape[1] == bias.numel() else None


def weight_of(place: Place) -> torch.Tensor:
    """The layer's weight as (output features, input features); an embedding maps one-hot rows."""
    weight = place.layer.weight
    assert isinstance(weight, torch.Tensor)
    return weight.detach() if place.kind == "Linear" else weight.detach().T


def bias_of(place: Place) -> torch.Tensor | None:
    """The layer's bias."""
    bias = getattr(place.layer, "bias", None)
    return bias.detach() if isinstance(bias, torch.Tensor) else None


def shape_of(place: Place) -> Shape:
    """What the layer takes and gives."""
    out_features, in_features = weight_of(place).shape
    return Shape(in_features, out_features, bias_of(place) is not None)


def obstacle(place: Place, where: Span, weights: bool) -> Diagnostic | None:
    """What stands in the way of replacing a layer; with `weights` it must have some that are numbers."""
    reason, hint = _obstacle(place, weights), f'write `keep "{place.path}"` above the rule'
    return None if reason is None else NotReplaceable(where, place.path, reason, hint)


def _obstacle(place: Place, weights: bool) -> str | None:
    layer = place.layer
    if isinstance(layer.weight, nn.parameter.UninitializedParameter):
        return "it is lazy, and has not seen an input yet"
    if nn.utils.parametrize.is_parametrized(layer):
        return "its weight is computed by a parametrization"
    hooks = (layer._forward_hooks, layer._forward_pre_hooks, layer._backward_hooks, layer._backward_pre_hooks)
    if any(hooks) or "forward" in layer.__dict__:
        return "it has hooks, which would be lost"
    weight = layer.weight
    assert isinstance(weight, torch.Tensor)
    if not weight.dtype.is_floating_point or weight.dtype.itemsize < 2:
        return f"its weight is of type {str(weight.dtype).removeprefix('torch.')}"
    if weight.layout is not torch.strided:
        return f"its weight has the layout {str(weight.layout).removeprefix('torch.')}"
    if weights and weight.is_meta:
        return "its weight is on the meta device"
    if isinstance(layer, nn.Embedding) and (layer.max_norm is not None or layer.sparse or layer.scale_grad_by_freq):
        return "it has `max_norm`, `sparse` or `scale_grad_by_freq`"
    return _no_numbers(place) if weights else None


def _no_numbers(place: Place) -> str | None:
    """What a layer holds that no network can approximate."""
    for what, tensor in (("weight", weight_of(place)), ("bias", bias_of(place))):
        wrong = 0 if tensor is None else int((~torch.isfinite(tensor)).sum())
        if tensor is not None and wrong:
            return f"its {what} has {wrong:,} of {tensor.numel():,} numbers that are NaN or infinite"
    return None


def _holder(model: nn.Module, path: str) -> tuple[nn.Module, str]:
    parent, _, name = path.rpartition(".")
    return model.get_submodule(parent), name

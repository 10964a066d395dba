"""Makes the module that takes a layer's place, before anything in the model is touched."""

from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, cast

import torch
from torch import nn

from tncc.diagnostics.diagnostic import CompileError, Diagnostic
from tncc.diagnostics.render import compile_error
from tncc.driver import Compiled
from tncc.elaborate.numbers import show
from tncc.ir.linearity import linear_map
from tncc.ir.network import Network
from tncc.layers.layer import Layer
from tncc.models.embedding import TensorizedEmbedding
from tncc.models.linear import TensorizedLinear
from tncc.models.places import Kind, Place, bias_of, shape_of, weight_of
from tncc.models.table import Replacement
from tncc.passes.split_input import split_input
from tncc.rule_files import Made, Rule

Tensorized = TensorizedLinear | TensorizedEmbedding


@dataclass(frozen=True, eq=False)
class Built:
    """A layer, what takes its place, and what the table says about it."""

    place: Place
    rule: Rule
    module: Tensorized
    row: Replacement


def build(place: Place, rule: Rule, made: Made, weights: bool, covariance: torch.Tensor | None) -> Built:
    """The module for a place; with `weights` its network approximates the layer's weight. Raises CompileError."""
    layer, error = empty_layer(place, made.compiled), None
    if weights:
        error = _fill(place, layer, rule, made, covariance)
    module = wrap(place, layer)
    return Built(place, rule, module, describe(place, module, error))


def empty_layer(place: Place, compiled: Compiled) -> Layer:
    """A layer with the type, device and mode of the one at a place, freshly initialised."""
    old = place.layer.weight
    assert isinstance(old, torch.Tensor)
    return compiled.module(dtype=old.dtype, device=old.device)


def wrap(place: Place, layer: Layer) -> Tensorized:
    """A network as what a model expects at a place, with the mode and the `requires_grad` of the layer there."""
    old = place.layer
    assert isinstance(old.weight, torch.Tensor)
    module: Tensorized
    if isinstance(old, nn.Embedding):
        module = TensorizedEmbedding(layer, old.num_embeddings, old.embedding_dim, old.padding_idx)
    else:
        bias = bias_of(place)
        shape = shape_of(place)
        module = TensorizedLinear(
            layer, shape.in_features, shape.out_features, None if bias is None else bias.clone(), place.kind == "Conv1D"
        )
    for name, parameter in module.named_parameters():
        bias = old._parameters.get("bias")
        parameter.requires_grad_(
            bias.requires_grad if name == "bias" and bias is not None else old.weight.requires_grad
        )
    module.train(old.training)
    return module


def describe(place: Place, module: Tensorized, error: float | None) -> Replacement:
    """The row of the table for a layer and what takes its place."""
    compiled = cast(Compiled, module.layer._origin)
    shape = shape_of(place)
    before = sum(parameter.numel() for parameter in place.layer.parameters())
    dense = 2 * shape.in_features * shape.out_features + shape.out_features * shape.bias
    rows = max(compiled.options.batch)
    beside = module._parameters.get("bias") is not None
    return Replacement(
        path=place.path, layer=place.kind, network=called(compiled.network), values=compiled.network.values,
        in_features=shape.in_features, out_features=shape.out_features,
        parameters_before=before, parameters_after=sum(parameter.numel() for parameter in module.parameters()),
        flops_before=0.0 if place.kind == "Embedding" else float(dense),
        flops_after=flops(_run(module), rows) + shape.out_features * beside, relative_error=error,
    )  # fmt: skip


def called(network: Network) -> str:
    """A network with its values, as the language writes it."""
    return f"{network.name}({', '.join(f'{name} = {show(value)}' for name, value in network.values)})"


def _run(module: Tensorized) -> Compiled:
    """The network that a module runs: an embedding picks rows."""
    return module.picker.compiled if isinstance(module, TensorizedEmbedding) else cast(Compiled, module.layer._origin)


def what_runs(compiled: Compiled, kind: Kind) -> Compiled:
    """The network that would run in the place of a layer of some kind."""
    split = split_input(compiled.network) if kind == "Embedding" else None
    return compiled if split is None else Compiled(split, compiled.options, compiled.origin)


def _fill(place: Place, layer: Layer, rule: Rule, made: Made, covariance: torch.Tensor | None) -> float:
    """Let a network approximate a layer's weight; its relative error."""
    bias = bias_of(place) if _is_affine(layer) else None
    wish: dict[str, Any] = {"covariance": covariance, "error": made.error, "pad": made.pad, "progress": False}
    try:
        result = cast(Any, layer).from_dense_(weight_of(place), bias, **wish)
    except CompileError as wrong:
        raise compile_error([named(entry, place, rule) for entry in wrong.diagnostics], wrong.sources) from None
    return float(result.error)


def named(found: Diagnostic, place: Place, rule: Rule) -> Diagnostic:
    """What is wrong with a layer's weight, under the layer's path and at the rule's place."""
    if any(entry.name == "layer" for entry in fields(found)):
        found = replace(found, layer=place.path)  # type: ignore[call-arg]
    return found if found.span.file else replace(found, span=rule.span)


def _is_affine(layer: Layer) -> bool:
    found = linear_map(layer.network)
    return found is not None and found.affine


@lru_cache(maxsize=128)
def flops(compiled: Compiled, rows: int) -> float:
    """What one of so many rows costs, with the weights contracted anew."""
    return sum(step.flops for step in compiled.planner.schedule(rows).steps) / rows

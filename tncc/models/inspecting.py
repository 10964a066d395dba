"""Looks into the bonds of all layers of a tensorized model, from the folder that it was saved to."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from tncc.inspecting import Program, check_threshold, inspect_network, unreadable
from tncc.ir.network import Tensor
from tncc.models.loading import layer_name, saved_network, saved_rules
from tncc.models.manifest import TENSORS, Entry, Manifest, bad_checkpoint, read_manifest
from tncc.planning_options import planning_options
from tncc.report.inspection import LayerInspection, ModelInspection
from tncc.rule_files import RuleFile, Shape


def inspect_folder(folder: Path, program: Program, threshold: float) -> ModelInspection:
    """The bonds of every layer; raises CompileError for a folder that is not as it was saved (TN449).

    The folder itself says which networks it holds: a `program` that says so too is refused (TN429). Nothing in it is
    run, and no model is needed.
    """
    check_threshold(folder, threshold)
    if any((program.source, program.network, program.values, program.bonds)):
        reason, hint = "its networks come from the rules in it", "leave out `--source`, `-n` and `-p`"
        raise unreadable(folder, reason, hint)
    manifest = read_manifest(folder)
    rules = saved_rules(folder, manifest, planning_options())
    layers = tuple(_inspected(folder, manifest, entry, rules, threshold) for entry in manifest.layers)
    return ModelInspection(model=str(folder), threshold=threshold, layers=layers)


def _inspected(folder: Path, manifest: Manifest, entry: Entry, rules: RuleFile, threshold: float) -> LayerInspection:
    # Whether there was a bias stands among the values of the network.
    shape = Shape(entry.row.in_features, entry.row.out_features, bias=False)
    network = saved_network(folder, entry, rules, shape).network
    path = layer_name(entry)
    wanted = [tensor for tensor in network.tensors if tensor.role in ("parameter", "frozen")]
    stored = _tensors(folder, manifest, path, wanted)
    found = inspect_network(network, lambda tensor: stored[tensor.name], threshold, f"{folder}: `{path}`")
    return LayerInspection(path=path, layer=entry.row.layer, inspection=found)


def _tensors(folder: Path, manifest: Manifest, path: str, wanted: list[Tensor]) -> Mapping[str, torch.Tensor]:
    """A layer's tensors by their names in the network."""
    file = folder / TENSORS
    found: dict[str, torch.Tensor] = {}
    try:
        with safe_open(str(file), framework="pt") as stream:
            known = set(stream.keys())
            for tensor in wanted:
                name = f"{path}.layer.{'.'.join(tensor.path)}"
                key = manifest.tied.get(name, name)
                if key not in known:
                    raise bad_checkpoint(file, f"it has no tensor `{name}`", "save the model again")
                found[tensor.name] = stream.get_tensor(key)
                _check(file, name, tensor, found[tensor.name])
    except (OSError, SafetensorError, ValueError) as error:
        raise bad_checkpoint(file, str(error).splitlines()[0].lower(), "save the model again") from None
    return found


def _check(file: Path, name: str, tensor: Tensor, value: torch.Tensor) -> None:
    sizes = tuple(axis.size for axis in tensor.axes)
    if tuple(value.shape) != sizes:
        reason = f"`{name}` has the shape {tuple(value.shape)}, and its network says {sizes}"
        raise bad_checkpoint(file, reason, "save the model again")
    if not (value.is_floating_point() or value.is_complex()):
        kind = str(value.dtype).removeprefix("torch.")
        raise bad_checkpoint(file, f"`{name}` holds {kind}, not floating-point numbers", "save the model again")

"""Reads a tensorized model from its folder into a model of the same architecture: all of it or nothing."""

from collections.abc import Sequence
from os import PathLike, fspath
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from tncc.driver import Compiled
from tncc.models.building import Built, empty_layer, wrap
from tncc.models.exchange import exchange
from tncc.models.manifest import (
    TENSORS,
    Entry,
    Manifest,
    bad_checkpoint,
    bond_sizes,
    digest_of_network,
    read_manifest,
)
from tncc.models.places import Place, layer_places, obstacle, shape_of
from tncc.models.tensorized import TensorizedModel
from tncc.planning_options import Options
from tncc.reading import STANDARD
from tncc.rule_files import Rule, RuleFile, Shape, read_rule_file


def load(path: str | PathLike[str], model: nn.Module, options: Options) -> TensorizedModel:
    """The model with the networks and all tensors of a folder; it is as it was where CompileError is raised.

    The networks are compiled from the rule file; nothing in the folder is run or unpickled.
    """
    folder = Path(fspath(path))
    manifest = read_manifest(folder)
    rules = saved_rules(folder, manifest, options)
    places = {place.paths: place for place in layer_places(model)}
    built = tuple(_build(folder, entry, rules, places.get(entry.paths)) for entry in manifest.layers)
    values = _values(folder, manifest, model, built)
    exchange([(entry.place, entry.module) for entry in built])
    with torch.no_grad():
        for target, value in values:
            target.copy_(value)
    return TensorizedModel(model, rules, built, ())


def saved_rules(folder: Path, manifest: Manifest, options: Options) -> RuleFile:
    """The rules in a folder, which import nothing that was not saved with them; raises CompileError."""
    rules = read_rule_file(str(folder / manifest.rules), manifest.block, options)
    listed = {str((folder / name).resolve()) for name in manifest.files}
    for key in rules.files.texts:
        if not key.startswith(STANDARD) and key not in listed:
            raise bad_checkpoint(key, "the rules import it, but it was not saved with them")
    return rules


def saved_rule(folder: Path, entry: Entry, rules: RuleFile) -> Rule:
    """The rule that a layer was made by; raises CompileError where the rules have none such."""
    if not 0 <= entry.rule < len(rules.block.rules) or rules.block.rules[entry.rule].definition is None:
        raise bad_checkpoint(folder, f"the layer `{layer_name(entry)}` belongs to no rule")
    return rules.block.rules[entry.rule]


def saved_network(folder: Path, entry: Entry, rules: RuleFile, shape: Shape) -> Compiled:
    """A layer's network with the bonds that it had; raises CompileError where it is not the one that was saved."""
    name = layer_name(entry)
    compiled = rules.make(saved_rule(folder, entry, rules), shape, name, dict(entry.values)).compiled
    if entry.bonds != bond_sizes(compiled.network):
        compiled = compiled.with_bonds(entry.bonds)
    if digest_of_network(compiled.network) != entry.network:
        raise bad_checkpoint(folder, f"the rules make another network of `{name}` than the one that was saved")
    return compiled


def layer_name(entry: Entry) -> str:
    """The first of a layer's paths."""
    return entry.paths[0] if entry.paths else ""


def _build(folder: Path, entry: Entry, rules: RuleFile, place: Place | None) -> Built:
    """A layer's network, with the bonds that it had; its tensors are still those of a new one."""
    name = layer_name(entry)
    if place is None:
        raise bad_checkpoint(folder, f"the model has no layer `{name}`", "give a model built like the saved one")
    rule, shape = saved_rule(folder, entry, rules), shape_of(place)
    expected = (entry.row.layer, entry.row.in_features, entry.row.out_features)
    if (place.kind, shape.in_features, shape.out_features) != expected:
        found = f"{place.kind} from {shape.in_features} to {shape.out_features} features"
        wanted = f"{expected[0]} from {expected[1]} to {expected[2]}"
        reason = f"`{name}` of the model is a {found}, the saved one was a {wanted}"
        raise bad_checkpoint(folder, reason, "give a model built like the saved one")
    if wrong := obstacle(place, rule.span, weights=False):
        raise bad_checkpoint(folder, wrong.message, wrong.help)
    compiled = saved_network(folder, entry, rules, shape)
    return Built(place, rule, wrap(place, empty_layer(place, compiled)), entry.row)


def _values(
    folder: Path, manifest: Manifest, model: nn.Module, built: Sequence[Built]
) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Each tensor of the model as it will be, with its value from the folder on the same device; all are checked."""
    targets = _state(model, built)
    try:
        stored = load_file(folder / TENSORS)
    except (SafetensorError, OSError, ValueError) as error:
        raise bad_checkpoint(folder / TENSORS, str(error).splitlines()[0].lower()) from None
    stored |= {name: stored[other] for name, other in manifest.tied.items() if other in stored}
    for names, what in ((targets.keys() - stored.keys(), "lacks"), (stored.keys() - targets.keys(), "has")):
        if names:
            reason = f"it {what} `{min(names)}`, which the model {'has' if what == 'lacks' else 'lacks'}"
            raise bad_checkpoint(folder / TENSORS, reason, "give a model built like the saved one")
    for name, target in targets.items():
        if target.shape != stored[name].shape:
            shapes = f"{tuple(stored[name].shape)}, but {tuple(target.shape)} in the model"
            raise bad_checkpoint(
                folder / TENSORS, f"`{name}` has the shape {shapes}", "give a model built like the saved one"
            )
    return [(target, stored[name].to(target.device, target.dtype)) for name, target in targets.items()]


def _state(model: nn.Module, built: Sequence[Built]) -> dict[str, torch.Tensor]:
    """The tensors of `state_dict()` as they will be once the modules are exchanged."""
    modules = {path: entry.module for entry in built for path in entry.place.paths}
    before = tuple(f"{path}." for path in modules)
    found = {name: value for name, value in model.state_dict().items() if not name.startswith(before)}
    for path, module in modules.items():
        found |= {f"{path}.{name}": value for name, value in module.state_dict().items()}
    return found

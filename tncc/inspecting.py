"""Looks into the bonds of a layer, or of a model in a safetensors file with the `.tn` program that it belongs to."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from tncc import driver
from tncc.diagnostics.bond_kinds import BadModel
from tncc.diagnostics.diagnostic import CompileError
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.span import Span
from tncc.elaborate.nearest import rename_hint
from tncc.ir.bond_tree import bond_carriers
from tncc.ir.network import Network, Tensor, index_table
from tncc.layers.bond_names import listed
from tncc.layers.layer import Layer
from tncc.layers.spectra import spectra
from tncc.layers.tree_arrays import Read
from tncc.planning_options import planning_options
from tncc.report.inspection import BondFields, Inspection

THRESHOLD = 0.01
"""Singular values above so many times the largest count as used where nothing else is said."""

SOURCE, NETWORK, VALUES, BONDS = "tncc.source", "tncc.network", "tncc.values", "tncc.bonds"
"""What a safetensors file may hold besides tensors: a program's text, which of its networks it is, and as JSON objects
the network's parameters and the sizes of bonds that were set one by one."""


@dataclass(frozen=True, slots=True)
class Program:
    """Which network a model is, as far as the command line says so."""

    source: str | None = None
    network: str | None = None
    values: Mapping[str, object] | None = None
    bonds: Mapping[str, int] | None = None


def inspect_layer(layer: Layer, threshold: float = THRESHOLD, model: str = "") -> Inspection:
    """The bonds of a layer; raises CompileError where its tensors are not finite."""
    return inspect_network(layer.network, layer.stored, threshold, model)


def inspect_network(network: Network, read: Read, threshold: float = THRESHOLD, model: str = "") -> Inspection:
    """The bonds of a network with the tensors that `read` gives; raises CompileError where these are not finite."""
    found = spectra(network, read, model or "inspect")
    carrying = bond_carriers(network)
    bonds = []
    for index in network.indices:
        if index.kind != "bond":
            continue
        fields = BondFields(name=index.name, size=index.size, tensors=carrying.get(index.name, ()))
        spectrum = found.get(index.name)
        if spectrum is not None:
            figures = {
                "singular_values": tuple(spectrum.singular_values.tolist()),
                "entropy": spectrum.entropy,
                "effective_rank": spectrum.effective_rank,
                "rank": spectrum.rank(threshold),
            }
            fields = fields.model_copy(update=figures)
        bonds.append(fields)
    trained = [tensor for tensor in network.tensors if tensor.role == "parameter"]
    return Inspection(
        network=network.name, file=network.file, model=model, threshold=threshold, bonds=tuple(bonds),
        parameter_count=sum(math.prod(axis.size for axis in tensor.axes) for tensor in trained),
    )  # fmt: skip


def inspect_file(path: Path, program: Program, threshold: float = THRESHOLD) -> Inspection:
    """The bonds of a saved model; raises CompileError for a file, a program or tensors that don't fit together.

    What `program` leaves open is taken from the file's metadata; the program itself from there or from beside it.
    """
    check_threshold(path, threshold)
    tensors, metadata = _read(path)
    network = _network(path, _completed(path, program, metadata), metadata, tensors)
    stored = {tensor.name: _fitting(path, tensor, tensors) for tensor in _stored(network)}
    return inspect_network(network, lambda tensor: stored[tensor.name], threshold, str(path))


def check_threshold(path: Path, threshold: float) -> None:
    """Raises CompileError for what is no share."""
    if not 0 <= threshold < 1:
        raise unreadable(path, f"{threshold} is no threshold", "give a share of the largest singular value, 0.01 say")


def _read(path: Path) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    try:
        with safe_open(str(path), framework="pt") as stream:
            return {name: stream.get_tensor(name) for name in stream.keys()}, dict(stream.metadata() or {})  # noqa: SIM118
    except FileNotFoundError:
        raise unreadable(path, "there is no such file") from None
    except (OSError, SafetensorError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise unreadable(path, reason.lower(), "give a safetensors file") from None


def _completed(path: Path, program: Program, metadata: Mapping[str, str]) -> Program:
    """What is asked for, with what the file says where nothing else is said."""
    values: dict[str, object] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in _object(path, metadata, VALUES).items()
    }
    bonds = {name: value for name, value in _object(path, metadata, BONDS).items() if isinstance(value, int)}
    own = program.source is None
    return Program(
        source=program.source,
        network=program.network or (metadata.get(NETWORK) if own else None),
        values={**(values if own else {}), **(program.values or {})},
        bonds={**(bonds if own else {}), **(program.bonds or {})},
    )


def _object(path: Path, metadata: Mapping[str, str], key: str) -> dict[str, object]:
    try:
        found = json.loads(metadata.get(key, "{}"))
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise unreadable(path, f"its entry `{key}` is no JSON object")
    return found


def _network(path: Path, program: Program, metadata: Mapping[str, str], tensors: Mapping[str, torch.Tensor]) -> Network:
    """The network with the sizes that its bonds have in the file."""
    compiled = _compiled(path, program, metadata)
    sizes = _bond_sizes(path, compiled.network, tensors)
    changed = {name: size for name, size in sizes.items() if index_table(compiled.network)[name].size != size}
    return compiled.with_bonds(changed).network if changed else compiled.network


def _compiled(path: Path, program: Program, metadata: Mapping[str, str]) -> driver.Compiled:
    options = planning_options()
    values, bonds = program.values or {}, program.bonds or {}
    if program.source is None and SOURCE in metadata:
        return driver.compile_source(metadata[SOURCE], str(path), program.network, options, bonds, values)
    beside = path.with_suffix(".tn")
    if program.source is None and not beside.is_file():
        hint = "name the program with `--source`, `--source std.mpo` say"
        raise unreadable(path, f"it holds no program, and there is no `{beside.name}` beside it", hint)
    return driver.compile_file(program.source or str(beside), program.network, options, bonds, values)


def _stored(network: Network) -> list[Tensor]:
    return [tensor for tensor in network.tensors if tensor.role in ("parameter", "frozen")]


def _bond_sizes(path: Path, network: Network, tensors: Mapping[str, torch.Tensor]) -> dict[str, int]:
    """The size of each bond that stands alone among the bonds of some axis, as the file's tensors have it."""
    table = index_table(network)
    found: dict[str, tuple[int, str]] = {}
    keys = {tensor.name: _key(path, tensor, tensors) for tensor in _stored(network)}
    for tensor in _stored(network):
        key = keys[tensor.name]
        if tensors[key].dim() != len(tensor.axes):
            raise _misfit(path, tensor, tensors[key])
        for axis, size in zip(tensor.axes, tensors[key].shape, strict=True):
            bonds = [name for name in axis.indices if table[name].kind == "bond"]
            others = math.prod(table[name].size for name in axis.indices if name not in bonds)
            if len(bonds) != 1 or not size or size % others:
                continue
            before = found.setdefault(bonds[0], (size // others, key))
            if before[0] != size // others:
                reason = f"`{bonds[0]}` has size {before[0]} in `{before[1]}` and size {size // others} in `{key}`"
                raise unreadable(path, reason)
    return {name: size for name, (size, _) in found.items()}


def _key(path: Path, tensor: Tensor, tensors: Mapping[str, torch.Tensor]) -> str:
    """The name of a tensor in the file."""
    key = ".".join(tensor.path)
    if key not in tensors:
        names = sorted(tensors)
        hint = rename_hint(key, names) or (f"it holds {listed(names)}" if names else None)
        raise unreadable(path, f"it has no tensor `{key}`", hint)
    return key


def _fitting(path: Path, tensor: Tensor, tensors: Mapping[str, torch.Tensor]) -> torch.Tensor:
    found = tensors[_key(path, tensor, tensors)]
    if tuple(found.shape) != tuple(axis.size for axis in tensor.axes):
        raise _misfit(path, tensor, found)
    if not (found.is_floating_point() or found.is_complex()):
        kind = str(found.dtype).removeprefix("torch.")
        raise unreadable(path, f"`{'.'.join(tensor.path)}` holds {kind}, not floating-point numbers")
    return found


def _misfit(path: Path, tensor: Tensor, found: torch.Tensor) -> CompileError:
    wanted = tuple(axis.size for axis in tensor.axes)
    reason = f"`{'.'.join(tensor.path)}` has the shape {tuple(found.shape)}, and the program says {wanted}"
    return unreadable(path, reason, "set the program's parameters with `-p`, or name another program with `--source`")


def unreadable(path: Path, reason: str, hint: str | None = None) -> CompileError:
    """What to raise for a model that can't be inspected (TN429)."""
    return compile_error([BadModel(Span(str(path), 0, 0, 0, 0), str(path), reason, hint)])

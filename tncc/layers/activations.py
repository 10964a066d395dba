"""Calls that read or replace what crosses bonds: programs cut there, made when they are first asked for, and hooks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import torch
from torch import nn

from tncc.diagnostics.bond_kinds import BadReplacement
from tncc.diagnostics.diagnostic import Failure
from tncc.ir.network import Network, Tensor
from tncc.layers.bond_names import find_bond, place, refused
from tncc.layers.layer import Layer
from tncc.passes.cut_at_bonds import Cut, Segment, cut_at_bonds, find_cut

Hook = Callable[[torch.Tensor], torch.Tensor | None]
"""Gets a bond's activation and returns what to go on with; None leaves it as it is."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A segment with the module that computes it, and the names of what it takes."""

    segment: Segment
    module: nn.Module
    takes: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class CutProgram:
    """A layer's network cut at some bonds."""

    parts: tuple[Part, ...]
    taps: Mapping[str, Cut]
    outputs: tuple[str, ...]
    inputs: tuple[str, ...]
    stored: tuple[Tensor, ...]


PROGRAMS: "WeakKeyDictionary[type[Layer], dict[tuple[tuple[str, ...], tuple[str, ...]], CutProgram]]"
PROGRAMS = WeakKeyDictionary()
"""What has been made for a layer's class, by the bonds that are read and those that are hooked."""


def cut_at(network: Network, bond: str, asked: str) -> Cut:
    """Where a bond's activation is in a network; raises CompileError where there is none."""
    find_bond(network, bond, asked)
    try:
        return find_cut(network, bond, asked)
    except Failure as failure:
        raise refused(failure.diagnostic) from None


def cut_program(layer: Layer, taps: Iterable[str], hooks: Iterable[str]) -> CutProgram:
    """The programs that read and hook some bonds; raises CompileError for bonds without an activation."""
    key = (tuple(sorted(set(taps))), tuple(sorted(set(hooks))))
    made = PROGRAMS.setdefault(type(layer), {})
    if key not in made:
        made[key] = _made(layer, *key)
    return made[key]


def _made(layer: Layer, taps: Sequence[str], hooks: Sequence[str]) -> CutProgram:
    network = layer.network
    read = [cut_at(network, bond, f"taps=[{bond!r}]") for bond in taps]
    edited = [cut_at(network, bond, f"hook_({bond!r})") for bond in hooks]
    try:
        segments = cut_at_bonds(network, read, edited)
    except Failure as failure:
        raise refused(failure.diagnostic) from None
    parts = []
    for segment in segments:
        takes = tuple(tensor.name for tensor in segment.network.inputs)
        parts.append(Part(segment, layer._origin.part(segment.network), takes))
    used = {name for part in parts for name in part.takes}
    return CutProgram(
        parts=tuple(parts),
        taps={cut.bond: cut for cut in read},
        outputs=network.outputs,
        inputs=tuple(tensor.name for tensor in network.inputs),
        stored=tuple(tensor for tensor in network.tensors if tensor.role != "input" and tensor.name in used),
    )


def run(
    layer: Layer, program: CutProgram, inputs: Sequence[torch.Tensor], hooks: Mapping[str, Sequence[Hook]]
) -> tuple[Any, dict[str, torch.Tensor]]:
    """What the layer returns, and the activations read, as hooks leave them."""
    values = dict(zip(program.inputs, inputs, strict=True))
    values |= {tensor.name: layer.stored(tensor) for tensor in program.stored}
    hooked: set[str] = set()
    for part in program.parts:
        results = part.module(*(values[name] for name in part.takes))
        outputs = part.segment.network.outputs
        values |= zip(outputs, (results,) if len(outputs) == 1 else results, strict=True)
        for cut in part.segment.hooks:
            values[cut.replaced] = _replaced(cut.bond, values[cut.value], hooks[cut.bond])
            hooked.add(cut.bond)
    found = {bond: values[cut.replaced if bond in hooked else cut.value] for bond, cut in program.taps.items()}
    results = tuple(values[name] for name in program.outputs)
    return results[0] if len(results) == 1 else results, found


def _unlike(made: object, activation: torch.Tensor) -> tuple[str, str] | None:
    """What of a hook's result is not as it must be, and how it must be; autocast takes any type of numbers."""
    if not isinstance(made, torch.Tensor):
        return f"`{type(made).__name__}`", f"shape {tuple(activation.shape)}"
    if made.shape != activation.shape:
        return f"a tensor of shape {tuple(made.shape)}", f"shape {tuple(activation.shape)}"
    if made.device != activation.device:
        return f"a tensor on `{made.device}`", f"one on `{activation.device}`"
    if made.dtype != activation.dtype and not torch.is_autocast_enabled(activation.device.type):
        found, wanted = (str(one.dtype).removeprefix("torch.") for one in (made, activation))
        return f"a tensor of type `{found}`", f"one of type `{wanted}`"
    return None


def _replaced(bond: str, activation: torch.Tensor, hooks: Sequence[Hook]) -> torch.Tensor:
    """An activation behind some hooks, one after the other."""
    for hook in hooks:
        made = hook(activation)
        if made is None:
            continue
        unlike = _unlike(made, activation)
        if unlike is not None:
            raise refused(BadReplacement(place(f"hook_({bond!r})"), bond, *unlike))
        activation = made
    return activation

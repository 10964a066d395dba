"""The layers that a file of weights tells of: what kind they are, and their weights once these are wanted."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

import torch
from torch import nn

from tncc.diagnostics.diagnostic import CompileError, Failure
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.size_kinds import BadOption
from tncc.diagnostics.span import Span
from tncc.elaborate.patterns import BadPattern, read_pattern
from tncc.models.places import Kind, Place
from tncc.weights import read_shapes, read_tensors

Shape = tuple[int, ...]

WEIGHT, BIAS = ".weight", ".bias"

EMBEDDING = "embed"
"""What the last component of an embedding's path has in it, in any case of letters."""


class Weights(nn.Module):
    """A layer's tensors, empty until they are read."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        super().__init__()
        self.weight: nn.Parameter
        for name, shape in shapes.items():
            self.register_parameter(name, nn.Parameter(torch.empty(shape, device="meta"), requires_grad=False))


@dataclass(frozen=True)
class WeightsFile:
    """A file with the layers in it, and the numbers that all its tensors have."""

    path: Path
    places: tuple[Place, ...]
    parameters: int

    def read(self, places: Sequence[Place]) -> None:
        """Read the tensors of some layers; raises CompileError."""
        keys = [f"{place.path}.{name}" for place in places for name, _ in place.layer.named_parameters()]
        try:
            found = read_tensors(self.path, tuple(keys))
        except Failure as failure:
            raise compile_error([failure.diagnostic]) from None
        for place in places:
            for name in list(place.layer._parameters):
                value = found[f"{place.path}.{name}"]
                place.layer._parameters[name] = nn.Parameter(value, requires_grad=False)


def weight_places(path: Path, embeddings: Sequence[str], conv1d: Sequence[str]) -> WeightsFile:
    """The layers of a safetensors file: what has a matrix as its weight, by the part of the key before `.weight`.

    A layer is an Embedding where a pattern of `embeddings` matches, or there is no bias and its path's last component
    has `embed` in it; a Conv1D (with a weight the other way round) where a pattern of `conv1d` matches, or the bias is
    as long as the weight's second side and not as its first; and else a Linear. Raises CompileError for a file that
    can't be read and for a pattern that matches nothing.
    """
    try:
        shapes = read_shapes(path)
    except Failure as failure:
        raise compile_error([failure.diagnostic]) from None
    layers = {
        key.removesuffix(WEIGHT): _tensors(key.removesuffix(WEIGHT), shapes)
        for key in sorted(shapes, key=_natural)
        if key.endswith(WEIGHT) and key != WEIGHT and len(shapes[key]) == 2 and 0 not in shapes[key]
    }
    said: dict[Kind, set[str]] = {
        "Embedding": _matching("--embedding", embeddings, layers),
        "Conv1D": _matching("--conv1d", conv1d, layers),
    }
    places = tuple(Place(_kind(path, own, said), Weights(own), (path,), ()) for path, own in layers.items())
    return WeightsFile(path, places, sum(prod(shape) for shape in shapes.values()))


def _tensors(path: str, shapes: Mapping[str, Shape]) -> dict[str, Shape]:
    """The shapes of a layer's tensors by their names in it."""
    own = {"weight": shapes[path + WEIGHT]}
    bias = shapes.get(path + BIAS)
    return own if bias is None or len(bias) != 1 else {**own, "bias": bias}


def _kind(path: str, own: Mapping[str, Shape], said: Mapping[Kind, set[str]]) -> Kind:
    for kind, paths in said.items():
        if path in paths:
            return kind
    rows, columns = own["weight"]
    if "bias" in own:
        return "Conv1D" if own["bias"] == (columns,) and columns != rows else "Linear"
    return "Embedding" if EMBEDDING in path.rpartition(".")[2].lower() else "Linear"


def _matching(option: str, texts: Sequence[str], paths: Iterable[str]) -> set[str]:
    """The layers that some patterns name, each of which must name one."""
    found: set[str] = set()
    for text in texts:
        try:
            pattern = read_pattern(text)
        except BadPattern as reason:
            raise _refused(option, f"`{text}` is no pattern: {reason}") from None
        mine = {path for path in paths if pattern.matches(path)}
        if not mine:
            raise _refused(option, f"`{text}` matches no layer of the file")
        found |= mine
    return found


def _natural(key: str) -> tuple[tuple[bool, int, str], ...]:
    """What keys are ordered by: numbers in them by their value."""
    return tuple((part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in key.split("."))


def _refused(option: str, text: str) -> CompileError:
    return compile_error([BadOption(Span(option, 0, 0, 0, 0), text, "write module paths as in rules")])

"""Random trees of tensors for hypothesis, as programs: visible legs anywhere, bonds of any size, axes in any order."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from hypothesis import strategies as st
from torch import nn

import tncc
from tncc.ir.network import Tensor

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Tree:
    """A program, the legs of its tensors, and the sizes of all indices."""

    text: str
    legs: dict[str, tuple[str, ...]]
    sizes: dict[str, int]

    @property
    def bonds(self) -> list[str]:
        """The names of the bonds."""
        return [name for name in self.sizes if name.startswith("b")]

    def compiled(self) -> tncc.Compiled:
        """The program, planned for few rows."""
        return tncc.compile_text(self.text, batch=(3,))

    def whole(self, layer: nn.Module) -> tuple[Array, list[str]]:
        """The product of all tensors, with the index behind each axis."""
        arrays = {name: stored(layer, name).astype(complex if is_complex(layer) else float) for name in self.legs}
        names = [name for name in self.sizes if not name.startswith("b")]
        letters = {name: chr(ord("a") + number) for number, name in enumerate(self.sizes)}
        inner = ",".join("".join(letters[leg] for leg in legs) for legs in self.legs.values())
        return np.einsum(f"{inner}->{''.join(letters[n] for n in names)}", *arrays.values(), optimize=True), names

    def unfolded(self, layer: nn.Module, bond: str) -> Array:
        """The product as the matrix that the bond is the middle of."""
        array, names = self.whole(layer)
        side = self.side(bond)
        order = [name for name in names if name in side] + [name for name in names if name not in side]
        rows = int(np.prod([self.sizes[name] for name in names if name in side]))
        return array.transpose([names.index(name) for name in order]).reshape(rows, -1)

    def side(self, bond: str) -> set[str]:
        """The visible legs on the side of the bond that its first tensor is on."""
        found = {next(name for name, legs in self.legs.items() if bond in legs)}
        while more := {
            name
            for name, legs in self.legs.items()
            if name not in found and any((set(legs) & set(self.legs[one])) - {bond} for one in found)
        }:
            found |= more
        return {leg for name in found for leg in self.legs[name] if not leg.startswith("b")}


def stored(layer: nn.Module, name: str) -> Array:
    """A tensor of a layer, with one axis for each leg of a tree."""
    return layer.get_parameter(name).detach().numpy()  # type: ignore[no-any-return]


def is_complex(layer: nn.Module) -> bool:
    """Whether any parameter is."""
    return any(parameter.is_complex() for parameter in layer.parameters())


def tensor_of(layer: Any, name: str) -> Tensor:
    """A tensor of a layer's network."""
    return next(tensor for tensor in layer.network.tensors if tensor.name == name)


@st.composite
def trees(draw: Callable[[st.SearchStrategy[Any]], Any], is_complex: bool = False) -> Tree:
    """A tree of two to five tensors with one input and one output leg at least."""
    count = draw(st.integers(2, 5))
    legs: list[list[str]] = [[] for _ in range(count)]
    sizes: dict[str, int] = {}
    for node in range(1, count):
        above = draw(st.integers(0, node - 1))
        sizes[f"b{node}"] = draw(st.integers(1, 4))
        legs[node].append(f"b{node}")
        legs[above].append(f"b{node}")
    ends = {"i": draw(st.integers(0, count - 1)), "o": draw(st.integers(0, count - 1))}
    for node in range(count):
        for kind in "io":
            if ends[kind] == node or draw(st.booleans()):
                sizes[f"{kind}{node}"] = draw(st.integers(1, 3))
                legs[node].append(f"{kind}{node}")
        legs[node] = draw(st.permutations(legs[node]))
    order = draw(st.permutations(range(count)))
    shown = {kind: " ".join(name for name in sizes if name.startswith(kind)) for kind in "io"}
    attribute = " complex" if is_complex else ""
    text = "\n".join([
        "network Random() {",
        *(f"  {'bond' if name[0] == 'b' else 'index'} {name}: {size}" for name, size in sizes.items()),
        f"  input x[..., ({shown['i']})]",
        *(f"  tensor T{node}[{', '.join(legs[node])}]{attribute}" for node in range(count)),
        f"  output y[..., ({shown['o']})] = x * {' * '.join(f'T{node}' for node in order)}",
        "}",
    ])  # fmt: skip
    return Tree(text, {f"T{node}": tuple(legs[node]) for node in order}, sizes)

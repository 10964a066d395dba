"""A compiled network in the place of an embedding: rows are looked up leg by leg, and no table is made."""

from dataclasses import dataclass
from math import prod
from typing import cast

import torch
from torch import nn
from torch.nn import functional

from tncc.driver import Compiled
from tncc.ir.linearity import linear_map
from tncc.layers.layer import Layer
from tncc.loading import instantiate
from tncc.models.linear import like, seen
from tncc.passes.split_input import split_input

CHUNK = 4096
"""How many rows of the table are made at a time."""


@dataclass(frozen=True, eq=False)
class Picker:
    """The class that a layer had, what is run to pick its rows, the sizes of the legs that it takes, and a row's width.

    `module` is None where one-hot rows go through the layer itself; its tensors are always those of the layer.
    """

    made_for: type[Layer]
    compiled: Compiled
    module: nn.Module | None
    sizes: tuple[int, ...]
    width: int

    def __deepcopy__(self, memo: dict[int, object]) -> "Picker":
        return self  # it has no tensors of its own


class TensorizedEmbedding(nn.Module):
    """What becomes of an Embedding: `layer` is the compiled network, a linear map of one-hot rows.

    Looking rows up contracts the network for the different ids of a batch, leg by leg: no row is ever as long as the
    vocabulary, and the table is not made. A network that reads its input in another way than by one product takes
    one-hot rows after all.
    """

    layer: Layer
    seen_as: torch.dtype | None = None
    """The type that `weight` is read in while the tensors are held in a wider one."""

    def __init__(self, layer: Layer, num_embeddings: int, embedding_dim: int, padding_idx: int | None) -> None:
        super().__init__()
        self.layer = layer
        self.num_embeddings, self.embedding_dim = num_embeddings, embedding_dim
        self.padding_idx = padding_idx
        self._picker = picker_of(layer)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """The rows (..., embedding_dim) of some ids (...)."""
        flat = ids.reshape(-1)
        if torch.compiler.is_compiling():
            rows = self._rows(flat)
        else:
            some, where = torch.unique(flat, return_inverse=True)
            rows = self._rows(some)[where]
        if self.padding_idx is not None:
            # As in an embedding, the row of the padding gets no gradient.
            rows = torch.where((flat == self.padding_idx)[:, None], rows.detach(), rows)
        return rows.reshape(*ids.shape, self.embedding_dim)

    @property
    def weight(self) -> torch.Tensor:
        """The whole table (num_embeddings, embedding_dim); computed at each reading, and gradients go through it."""
        ids = torch.arange(self.num_embeddings, device=like(self.layer).device)
        return seen(torch.cat([self._rows(some) for some in torch.split(ids, CHUNK)]), self.seen_as)

    @property
    def picker(self) -> "Picker":
        """What picks rows from the network as it is now: its bonds may have got other sizes."""
        if self._picker.made_for is not type(self.layer):
            self._picker = picker_of(self.layer)
        return self._picker

    def _rows(self, ids: torch.Tensor) -> torch.Tensor:
        picker, dtype = self.picker, like(self.layer).dtype
        if not torch.compiler.is_compiling() and bool(((ids < 0) | (ids >= self.num_embeddings)).any()):
            raise IndexError(f"an id is out of range: the embedding has {self.num_embeddings} rows")
        if picker.module is None:
            hot = functional.one_hot(ids, prod(picker.sizes)).to(dtype)
            rows: torch.Tensor = self.layer(hot.reshape(-1, *picker.sizes))
        else:
            legs = [
                functional.one_hot(ids // prod(picker.sizes[place + 1 :]) % size, size).to(dtype)
                for place, size in enumerate(picker.sizes)
            ]
            tensors = {**dict(self.layer.named_parameters()), **dict(self.layer.named_buffers())}
            rows = torch.func.functional_call(picker.module, tensors, tuple(legs))
        return rows.reshape(len(ids), picker.width)[:, : self.embedding_dim]

    def extra_repr(self) -> str:
        """The size of the table, as of `nn.Embedding`."""
        return f"{self.num_embeddings}, {self.embedding_dim}"


def picker_of(layer: Layer) -> Picker:
    """The network of a layer with an input for each leg, without tensors of its own."""
    made, compiled = type(layer), cast(Compiled, layer._origin)
    found, split = linear_map(compiled.network), split_input(compiled.network)
    assert found is not None
    if split is None:
        sizes = tuple(axis.size for axis in compiled.network.inputs[0].axes[1:])
        return Picker(made, compiled, None, sizes, found.out_features)
    picked = Compiled(split, compiled.options, compiled.origin)
    with torch.random.fork_rng():  # what is drawn is thrown away; on the meta device, drawing takes seconds at first
        module: nn.Module = instantiate(picked.source("torch", "off"), split.name)().to("meta")
    return Picker(made, picked, module, tuple(tensor.axes[1].size for tensor in split.inputs), found.out_features)

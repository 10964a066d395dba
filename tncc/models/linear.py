"""A compiled network in the place of a linear layer, and used as one."""

import torch
from torch import nn
from torch.nn import functional

from tncc.ir.linearity import linear_map
from tncc.layers.layer import Layer


class TensorizedLinear(nn.Module):
    """What becomes of a Linear (or, `transposed`, of a Conv1D): `layer` is the compiled network.

    The layer's bias is the network's own term without the input where it has one, and else a parameter beside it.
    `weight` and `bias` read like the replaced layer's, for code that goes past `forward`; a weight is computed at each
    reading, and gradients go through it.
    """

    layer: Layer
    seen_as: torch.dtype | None = None
    """The type that `weight` and `bias` are read in while the tensors are held in a wider one."""

    def __init__(
        self, layer: Layer, in_features: int, out_features: int, bias: torch.Tensor | None, transposed: bool = False
    ) -> None:
        super().__init__()
        self.layer = layer
        self.transposed = transposed
        self.in_features, self.out_features = in_features, out_features
        if transposed:
            self.nx, self.nf = in_features, out_features
        found = linear_map(layer.network)
        assert found is not None
        self._padding = found.in_features - in_features
        if not found.affine:
            self.register_parameter("bias", None if bias is None else nn.Parameter(bias))
        axes = layer.network.inputs[0].axes[1:]
        self._sizes = None if len(axes) == 1 else tuple(axis.size for axis in axes)
        result = next(step for step in layer.network.operations if step.name == layer.network.outputs[0])
        self._plain = len(result.axes) == 2 and found.out_features == out_features

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map (..., in_features) to (..., out_features)."""
        leading = x.shape[:-1]
        if self._padding:
            x = functional.pad(x, (0, self._padding))
        y: torch.Tensor = self.layer(x if self._sizes is None else x.reshape(*leading, *self._sizes))
        if not self._plain:
            y = y.reshape(*leading, -1)[..., : self.out_features]
        bias = self._parameters.get("bias")
        return y if bias is None else y + bias

    @property
    def weight(self) -> torch.Tensor:
        """The matrix of the map, laid out as in the layer that was replaced."""
        dense: torch.Tensor = self.layer.to_dense()  # type: ignore[operator]
        dense = dense[: self.out_features, : self.in_features]
        return seen(dense.T if self.transposed else dense, self.seen_as)

    def __getattr__(self, name: str) -> "torch.Tensor | nn.Module":
        if name == "bias" and "bias" not in self.__dict__.get("_parameters", ("bias",)):
            return seen(self._constant(), self.seen_as)
        found = super().__getattr__(name)
        return seen(found, self.seen_as) if name == "bias" and isinstance(found, torch.Tensor) else found

    def _constant(self) -> torch.Tensor:
        """The network's own bias: its value at zero."""
        return self.forward(like(self.layer).new_zeros(1, self.in_features))[0]

    def extra_repr(self) -> str:
        """The numbers of features, as of `nn.Linear`."""
        return f"in_features={self.in_features}, out_features={self.out_features}"


def seen(value: torch.Tensor, dtype: torch.dtype | None) -> torch.Tensor:
    """A tensor in a type; the very same one without it."""
    return value if dtype is None else value.to(dtype)


def like(layer: nn.Module) -> torch.Tensor:
    """Any tensor of a layer: its type and device are those of the layer."""
    return next(iter((*layer.parameters(), *layer.buffers())), torch.empty(0))

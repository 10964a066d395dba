"""The base of what tncc adds to a generated module: its network, and the same network with bonds of other sizes."""

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol, SupportsIndex
from weakref import WeakValueDictionary

import torch
from torch import nn

from tncc.ir.network import Network, Tensor
from tncc.kernels.engine import Engine


class Origin(Protocol):
    """What a layer was made from (the driver's `Compiled`)."""

    @property
    def network(self) -> Network:
        """The network as elaborated."""

    def with_bonds(self, bonds: Mapping[str, int]) -> "Origin":
        """The same network with some bonds of other sizes; raises CompileError."""

    def layer_class(self, freeze: Any, kernels: Any) -> "type[Layer]":
        """The class of its modules."""

    def engine(self, freeze: Any, dtype: Any, needed: bool) -> "tuple[str, Engine] | None":
        """The built kernel for a type of numbers with a key; raises CompileError where it is needed and can't be."""

    def part(self, network: Network) -> nn.Module:
        """A module for a network made from this one, which stores no tensors; raises CompileError."""


CLASSES: WeakValueDictionary[str, "type[Layer]"] = WeakValueDictionary()
"""The classes of layers by their keys, so that a layer pickled whole in this process comes back as what it was."""


class Layer(nn.Module):
    """Mixed in before the generated class. What follows from the network is kept by the class and not by its instances.

    So nothing of it is copied, pickled or traced. Names of attributes here stand in
    `tncc.backends.torch.attributes.OWN`, since a tensor may be called the same.
    """

    _origin: ClassVar[Origin]
    _freeze: ClassVar[str]
    _kernels: ClassVar[str]
    _generated: ClassVar[type[nn.Module]]
    _key: ClassVar[str]

    @property
    def network(self) -> Network:
        """The network that the layer was made from, with the sizes that its bonds have now."""
        return self._origin.network

    def rebuild_(self, bonds: Mapping[str, int]) -> "Layer":
        """Give bonds other sizes in place; returns self.

        The layer takes the code for these sizes (its class changes, its name does not). A tensor whose shape changes
        becomes a new one of zeros, under the same name, with the dtype, device and `requires_grad` of the old one;
        filling it, and the state that an optimizer keeps for it, are the caller's business. Hooks, buffers and all
        other tensors stay. Raises CompileError, the layer being left as it was, for a bond that is not there.
        """
        origin = self._origin.with_bonds(bonds)
        made = self._class_for(origin)
        for tensor in origin.network.tensors:
            if tensor.role in ("parameter", "frozen"):
                self._reshape(tensor)
        self._become(made)
        return self

    def _class_for(self, origin: Origin) -> "type[Layer]":
        """The class of layers of another network that are to be what this one is; raises CompileError."""
        return origin.layer_class(self._freeze, self._kernels)

    def _become(self, made: "type[Layer]") -> None:
        """Take another class, whose code fits the tensors as they are now."""
        self.__dict__.pop("_kept", None)
        self.__class__ = made

    def stored(self, tensor: Tensor) -> torch.Tensor:
        """The stored tensor (a parameter or buffer) that a tensor of the network is."""
        owner, name = self._place(tensor)
        found = owner._parameters.get(name, owner._buffers.get(name))
        # What isn't registered is computed when it is read: by a parametrization, say.
        return getattr(owner, name) if found is None else found

    def _place(self, tensor: Tensor) -> tuple[nn.Module, str]:
        """The module that holds a tensor, and its name there."""
        owner: nn.Module = self
        for part in tensor.path[:-1]:
            child = owner._modules[part]
            assert child is not None
            owner = child
        return owner, tensor.path[-1]

    def _reshape(self, tensor: Tensor) -> None:
        shape = tuple(axis.size for axis in tensor.axes)
        old = self.stored(tensor)
        if tuple(old.shape) == shape:
            return
        owner, name = self._place(tensor)
        new = torch.zeros(shape, dtype=old.dtype, device=old.device)
        if name in owner._buffers:
            owner._buffers[name] = new
        else:
            owner._parameters[name] = nn.Parameter(new, requires_grad=old.requires_grad)

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        """As of the generated class, with the layer's own class found by its key where it is known."""
        reduced = super().__reduce_ex__(max(int(protocol), 2))
        return (restored, (self._key, self._generated), *reduced[2:])


def restored(key: str, generated: type[nn.Module]) -> nn.Module:
    """An instance still without state: of the layer's class, or in a process without it of the generated one."""
    made: type[nn.Module] = CLASSES.get(key, generated)
    return made.__new__(made)

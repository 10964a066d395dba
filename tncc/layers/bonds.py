"""What a layer can do at its bonds: canonical forms, spectra, other sizes, and reading and replacing what crosses."""

import inspect
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import nn

from tncc.layers.activations import Hook, cut_at, cut_program, run
from tncc.layers.canonical import canonicalize
from tncc.layers.layer import Layer
from tncc.layers.resizing import Truncation, grow, truncate
from tncc.layers.spectra import BondSpectrum, spectra


class HookHandle:
    """Takes a hook off again."""

    def __init__(self, layer: "Bonds", number: int) -> None:
        self._layer, self._number = layer, number

    def remove(self) -> None:
        """Take the hook off; doing so again does nothing."""
        self._layer._unhook(self._number)

    def __enter__(self) -> "HookHandle":
        return self

    def __exit__(self, *_: object) -> None:
        self.remove()


class Bonds(Layer):
    """The methods of a layer that name a bond, as reports do: `"r[1]"`, `"up.r[1]"` inside of a layer `up`."""

    def canonical_(self, bond: str) -> "Bonds":
        """Move the orthogonality centre of the tree of tensors at a bond to that bond; see `canonicalize`.

        The layer computes the same as before; returns self. Raises CompileError (TN420, TN421, TN424).
        """
        with torch.inference_mode(False), torch.no_grad():
            canonicalize(self, bond)
        return self

    def spectrum(self) -> dict[str, BondSpectrum]:
        """The singular values and the entanglement entropy at each bond that divides a tree in two; see `spectra`."""
        return spectra(self.network, self.stored)

    def truncate_(
        self,
        bond: str,
        size: int | None = None,
        error: float | None = None,
        optimizer: torch.optim.Optimizer | None = None,
    ) -> Truncation:
        """Make a bond smaller at least loss: down to `size`, or as far as the relative `error` allows; see `truncate`.

        Parameters stay the same objects. `optimizer` is the one whose state for them is to go along. Raises
        CompileError (TN420 to TN425), and the layer is as it was then.
        """
        with torch.inference_mode(False), torch.no_grad():
            return truncate(self, bond, size, error, optimizer)

    def grow_(self, bond: str, size: int, optimizer: torch.optim.Optimizer | None = None) -> "Bonds":
        """Make a bond larger without a change of what the layer computes; see `grow`.

        Parameters stay the same objects. `optimizer` is the one whose state for them is to go along. Returns self;
        raises CompileError (TN420, TN422 to TN425), and the layer is as it was then.
        """
        with torch.inference_mode(False), torch.no_grad():
            grow(self, bond, size, optimizer)
        return self

    def bond_axes(self, bond: str) -> tuple[str, ...]:
        """The indices of a bond's activation, one for each axis: `...`, the bond, and all that are open there.

        Raises CompileError (TN420, TN426) where the bond has none.
        """
        return cut_at(self.network, bond, f"bond_axes({bond!r})").axes

    def hook_(self, bond: str, function: Hook) -> HookHandle:
        """Give what crosses a bond to a function in every call, and go on with what it returns (None: as it was).

        The activation has the axes `bond_axes(bond)`. Hooks at one bond run in the order in which they were set.
        Raises CompileError (TN420, TN426, TN427).
        """
        if not callable(function):
            raise TypeError(f"a hook must be callable, and {function!r} is not")
        hooks = self.__dict__.get("_bond_hooks", {})
        cut_program(self, (), {bond, *(name for name, _ in hooks.values())})
        number = max(hooks, default=-1) + 1
        # Another mapping, so that shallow copies keep the hooks that they had.
        self.__dict__["_bond_hooks"] = {**hooks, number: (bond, function)}
        self.__dict__["forward"] = self._hooked_forward
        return HookHandle(self, number)

    def _unhook(self, number: int) -> None:
        left = {key: value for key, value in self.__dict__.get("_bond_hooks", {}).items() if key != number}
        self.__dict__["_bond_hooks"] = left
        if not left:
            self.__dict__.pop("forward", None)
            self.__dict__.pop("_bond_hooks")

    def __call__(self, *inputs: Any, taps: Iterable[str] | None = None, **named: Any) -> Any:
        """The outputs; with `taps`, a pair of these and of the activations at the bonds named, by name.

        An activation has the axes `bond_axes(bond)`, and is what hooks leave of it. Raises CompileError (TN420, TN426).
        """
        if taps is None:
            # What `nn.Module.__call__` does, in its place and not around it: taps that are off cost nothing.
            call: Callable[..., Any] = self._compiled_call_impl or self._call_impl
            return call(*inputs, **named)
        # Hooks of modules run as in every call: only what is behind `forward` is another, for this call alone.
        other = object.__new__(type(self))
        object.__setattr__(other, "__dict__", dict(self.__dict__))
        other.__dict__["forward"] = other._hooked_forward
        return nn.Module.__call__(other, *inputs, taps=[taps] if isinstance(taps, str) else list(taps), **named)

    def _hooked_forward(self, *inputs: Any, taps: list[str] | None = None, **named: Any) -> Any:
        """What stands in for `forward` where bonds are read or hooked."""
        given = inspect.signature(self._generated.forward).bind(self, *inputs, **named)
        hooks: dict[str, list[Hook]] = {}
        for bond, function in self.__dict__.get("_bond_hooks", {}).values():
            hooks.setdefault(bond, []).append(function)
        program = cut_program(self, taps or (), hooks)
        output, activations = run(self, program, given.args[1:], hooks)
        return output if taps is None else (output, {bond: activations[bond] for bond in taps})

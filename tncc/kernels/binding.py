"""A built kernel's functions: the one place that knows their parameters from the outside."""

import array
import ctypes
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tncc.backends.c.naming import Caller, caller
from tncc.ir.network import Network

Pointers = array.array
"""A struct of pointers, which is laid out as an array of them."""


@dataclass(frozen=True, slots=True, eq=False)
class Kernel:
    """The functions of one library, which take whole numbers: sizes, and the addresses of contiguous arrays.

    `sizes` are the rows, then the run-time sizes in the order of the network's indices; inputs, outputs and stored
    tensors come in the network's order, the latter as the address of `pointers`.

    - pack(weights, packed, workspace)
    - forward(*sizes, *inputs, packed, *outputs, workspace, threads)
    - apply(*sizes, *inputs, weights, *outputs, workspace, threads)
    - backward(*sizes, *inputs, weights, *seeds, *input_gradients, gradients, workspace, threads); None where it has no
      gradients. A weight's address among the gradients may be 0 where its gradient is not wanted.
    - forward_saving(*sizes, *inputs, weights, *outputs, saved, workspace, threads), and backward_saved(*sizes, *inputs,
      weights, saved, *seeds, *input_gradients, gradients, workspace, threads); None where saving does not pay
    - workspace_bytes(*sizes, threads), packed_bytes(), saved_bytes(*sizes)
    """

    who: Caller
    pack: Callable[..., None]
    forward: Callable[..., None]
    apply: Callable[..., None]
    backward: Callable[..., None] | None
    forward_saving: Callable[..., None] | None
    backward_saved: Callable[..., None] | None
    saved_bytes: Callable[..., int] | None
    workspace_bytes: Callable[..., int]
    packed_bytes: Callable[..., int]


def pointers(addresses: Sequence[int]) -> "Pointers[int]":
    """The struct of some addresses; where it lies, as kernels take it, is the first of its `buffer_info()`."""
    return array.array("Q", addresses or (0,))


def bind(path: Path, network: Network) -> Kernel:
    """The functions of a library that was built from a network's C code."""
    who, library = caller(network), ctypes.CDLL(str(path))
    sizes, inputs, outputs = ([kind] * len(names) for kind, names in _arguments(who))
    address, number, amount = ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t

    def function(name: str, result: Any, *kinds: Any) -> Callable[..., Any]:
        found = getattr(library, f"{who.stem}_{name}")
        found.restype, found.argtypes = result, kinds
        made: Callable[..., Any] = found
        return made

    def perhaps(name: str, result: Any, *kinds: Any) -> Callable[..., Any] | None:
        return function(name, result, *kinds) if hasattr(library, f"{who.stem}_{name}") else None

    ends = (address, number)
    return Kernel(
        who,
        pack=function("pack", None, address, address, address),
        forward=function("forward", None, *sizes, *inputs, address, *outputs, *ends),
        apply=function("apply", None, *sizes, *inputs, address, *outputs, *ends),
        backward=perhaps("backward", None, *sizes, *inputs, address, *outputs, *inputs, address, *ends),
        forward_saving=perhaps("forward_saving", None, *sizes, *inputs, address, *outputs, address, *ends),
        backward_saved=perhaps(
            "backward_saved", None, *sizes, *inputs, address, address, *outputs, *inputs, address, *ends
        ),
        saved_bytes=perhaps("saved_bytes", amount, *sizes),
        workspace_bytes=function("workspace_bytes", amount, *sizes, number),
        packed_bytes=function("packed_bytes", amount),
    )


def _arguments(who: Caller) -> list[tuple[Any, Sequence[str]]]:
    pairs = [(ctypes.c_int64, who.symbols), (ctypes.c_void_p, who.inputs), (ctypes.c_void_p, who.outputs)]
    return [(kind, tuple(names)) for kind, names in pairs]

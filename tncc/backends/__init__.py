"""The back ends: each writes a program as source code that needs nothing of tncc."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from tncc.backends.c.emit import emit_c
from tncc.backends.numpy import emit_numpy
from tncc.backends.torch.module import emit_torch
from tncc.backends.triton.module import emit_triton
from tncc.ir.network import Network
from tncc.ir.plan import Plan

Emit: TypeAlias = Callable[[Network, Plan, str, bool], str]
"""Network, plan, version of tncc, and whether the network is an affine map of its one input → source code."""

TARGETS: Mapping[str, Emit] = MappingProxyType(
    {"torch": emit_torch, "numpy": emit_numpy, "c": emit_c, "triton": emit_triton}
)
"""All targets by the name that `--target` takes; a new one is a file or a folder, and a line here."""

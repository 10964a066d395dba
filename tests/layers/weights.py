"""Weights and networks for tests, and what is true about their decompositions, computed in another way."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import torch

import tncc
from tests.oracle import Array, evaluate
from tncc.decompose.outcome import Fit
from tncc.decompose.products import write
from tncc.ir.network import BATCH, Network

RING = """
network Ring(ins: ints = (3, 4, 3), outs: ints = (3, 4, 3), chi: int = 2) {
  let n = len(ins)
  index i[k in 0..n]: ins[k]
  index o[k in 0..n]: outs[k]
  bond r[k in 0..n] ring: chi
  input x[..., (i[*])]
  tensor A[k in 0..n][r[k], i[k], o[k], r[k+1]]
  output y[..., (o[*])] = x * A[*]
}
"""


@cache
def std(name: str, **values: object) -> tncc.Compiled:
    """A network of the standard library, planned once in a test run, which is what takes time."""
    return tncc.compile(f"std.{name}", batch=(1,), **values)


@cache
def text(program: str, **values: object) -> tncc.Compiled:
    """A network from a text, planned once in a test run, which is what takes time."""
    return tncc.compile_text(program, batch=(1,), **values)


def double(compiled: tncc.Compiled) -> Any:
    """A module in double precision."""
    return compiled.module(dtype=torch.float64)


def normal(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    """Normally distributed numbers."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def decaying(rows: int, columns: int, rate: float = 0.8, seed: int = 0) -> torch.Tensor:
    """A matrix with singular values that fall by a factor each."""
    size = min(rows, columns)
    left = torch.linalg.qr(normal(rows, size, seed=seed)).Q
    right = torch.linalg.qr(normal(columns, size, seed=seed + 1)).Q
    return (left * rate ** torch.arange(size, dtype=torch.float64)) @ right.T


def matrix_of(layer: Any) -> Array:
    """The matrix of a layer by the tests' own evaluator of networks: rows are outputs."""
    state: Mapping[str, torch.Tensor] = layer.state_dict()
    stored = [tensor for tensor in layer.network.tensors if tensor.role in ("parameter", "frozen")]
    return matrix(layer.network, {tensor.name: state[".".join(tensor.path)].numpy() for tensor in stored})


def matrix(network: Network, values: Mapping[str, Array]) -> Array:
    """The matrix of an affine network with these tensors."""
    (source,) = network.inputs
    own = [axis.size for axis in source.axes if axis.indices != (BATCH,)]
    count = int(np.prod(own))
    probes = np.concatenate((np.eye(count), np.zeros((1, count)))).reshape(-1, *own)
    outputs = evaluate(network, {**values, source.name: probes})[network.outputs[0]].reshape(count + 1, -1)
    return np.asarray((outputs[:-1] - outputs[-1]).T)


def values_of(network: Network, found: Fit) -> dict[str, Array]:
    """The tensors that a fit has found, by name."""
    stored = {t.name: torch.zeros([axis.size for axis in t.axes], dtype=torch.float64) for t in network.tensors}
    for part in found.parts:
        write(stored[part.factor.tensor], part.factor, part.value)
    return {name: tensor.numpy() for name, tensor in stored.items()}


def relative(found: Array, wanted: torch.Tensor) -> float:
    """The relative error in the Frobenius norm."""
    return float(np.linalg.norm(found - wanted.numpy()) / np.linalg.norm(wanted.numpy()))

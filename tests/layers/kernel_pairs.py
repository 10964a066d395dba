"""Layers with kernels beside the same layers without, and what is compared of them."""

from functools import cache
from typing import Any

import torch
from torch import nn

import tncc

CHAIN = """
network Chain(ins: ints = (2, 3, 2), outs: ints = (3, 2, 2), chi: int = 3) {
  let n = len(ins)
  index i[k in 0..n]: ins[k]
  index o[k in 0..n]: outs[k]
  bond r[k in 1..n] open: chi
  input x[..., (i[*])]
  tensor A[k in 0..n][r[k], i[k], o[k], r[k+1]]
  tensor bias[(o[*])] init zeros
  output y[..., (o[*])] = x * A[*] + bias
}
"""

WIDE = CHAIN.replace("(2, 3, 2)", "(40, 24)").replace("(3, 2, 2)", "(32, 40)").replace("chi: int = 3", "chi: int = 24")
"""A chain with steps that are enough work for several threads."""

TWO = """
network Two() {
  index i: 3; index j: 4; index k: 5
  input x[..., i]
  input z[..., j]
  tensor A[i, j, k]
  tensor F[k, j] init normal(1.0) frozen
  output y[..., k] = x * z * A
  output v[..., i, k] = tanh(x * F * z)
}
"""

ATTENTION = """
network Attention(d: int = 4, k: int = 3) {
  index q: dynamic; index t: dynamic; index e: d; index f: d; index h: k
  input x[..., q, e]
  tensor Q[e, h]
  tensor K[f, h]
  w[..., q, t] = softmax[t](x * Q * x[..., t, f] * K)
  output y[..., q, e] = w * x[..., t, e]
}
"""


@cache
def compiled(text: str = CHAIN) -> tncc.Compiled:
    """A network, planned and built once in a test run."""
    return tncc.compile_text(text, batch=(1, 32))


def pair(text: str = CHAIN, dtype: torch.dtype = torch.float32) -> tuple[Any, Any]:
    """Two layers with the same tensors: with kernels, and with PyTorch."""
    torch.manual_seed(0)
    ours, theirs = (compiled(text).module(dtype=dtype, kernels=kernels) for kernels in ("c", "torch"))
    theirs.load_state_dict(ours.state_dict())
    return ours, theirs


def close(found: Any, expected: Any) -> None:
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


def gradients(layer: nn.Module, *inputs: torch.Tensor) -> list[torch.Tensor | None]:
    """The gradients of inputs and parameters, of a loss that all outputs are in."""
    given = [tensor.detach().clone().requires_grad_(tensor.requires_grad) for tensor in inputs]
    layer.zero_grad()
    outputs = layer(*given)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    sum(((n + 1) * output**2).sum() for n, output in enumerate(outputs)).backward()
    return [tensor.grad for tensor in (*given, *layer.parameters())]

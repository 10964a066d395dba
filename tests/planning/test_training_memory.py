"""The bytes that reports tell of training are those that autograd keeps and that PyTorch allocates."""

from functools import cache

import pytest
import torch

from tests.allocation import allocation_peak
from tncc.driver import Compiled, compile_text

TENSOR_TRAIN = """network Train(chi: int = 12) {
  index i[k in 0..2]: 16
  index o[k in 0..2]: 16
  bond r: chi
  input x[..., (i[*])]
  tensor A[i[0], o[0], r]
  tensor B[r, i[1], o[1]]
  tensor b[(o[*])]
  output y[..., (o[*])] = x * A * B + b
}
"""

TUCKER = """network Tucker() {
  index i: 24
  index j: 12
  index o: 16
  bond p: 6
  bond q: 5
  bond s: 7
  input x[..., i, j]
  tensor U[i, p]
  tensor V[j, q]
  tensor W[o, s]
  tensor G[p, q, s]
  output y[..., o] = x * U * V * G * W
}
"""

NONLINEAR = """network Block() {
  index i: 64
  index h: 96
  bond r: 8
  bond s: 8
  input x[..., i]
  tensor A[i, r]
  tensor B[r, h]
  tensor b[h]
  tensor C[h, s]
  tensor D[s, i]
  n[..., i] = layernorm[i](x)
  u[..., h] = gelu(n * A * B + b)
  output y[..., i] = x + u * C * D
}
"""

TEXTS = {"train": TENSOR_TRAIN, "tucker": TUCKER, "nonlinear": NONLINEAR}
ROWS = (1, 64, 300)


@cache
def compiled(name: str) -> Compiled:
    return compile_text(TEXTS[name], batch=ROWS)


def arguments(one: Compiled, rows: int, gradients: bool) -> list[torch.Tensor]:
    """Random inputs in single precision."""
    shapes = [(rows, *(axis.size for axis in tensor.axes[1:])) for tensor in one.network.inputs]
    return [torch.randn(shape, requires_grad=gradients) for shape in shapes]


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("gradients", [False, True], ids=["parameters", "inputs too"])
def test_saved_bytes_are_those_that_autograd_keeps(name: str, rows: int, gradients: bool) -> None:
    module = compiled(name).module(dtype=torch.float32).train()
    ours = {parameter.untyped_storage().data_ptr() for parameter in module.parameters()}
    kept: dict[int, int] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in ours:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        result = module(*arguments(compiled(name), rows, gradients))
    (plan,) = compiled(name).report([rows] if rows not in ROWS else None).plans[ROWS.index(rows) :][:1]
    assert plan.saved_bytes is not None
    assert sum(kept.values()) == pytest.approx(plan.saved_bytes, rel=0.1)
    assert result.requires_grad


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("rows", [64, 300])
def test_the_peak_of_a_forward_pass_is_what_is_allocated(name: str, rows: int) -> None:
    module = compiled(name).module(dtype=torch.float32).train()
    inputs = arguments(compiled(name), rows, False)
    with torch.no_grad():
        peak = allocation_peak(lambda: module(*inputs))
    assert peak == pytest.approx(compiled(name).report().plans[ROWS.index(rows)].peak_bytes, rel=0.1)


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("rows", [64, 300])
def test_the_peak_of_training_is_what_is_allocated(name: str, rows: int) -> None:
    module = compiled(name).module(dtype=torch.float32).train()
    leaves = [*arguments(compiled(name), rows, True), *module.parameters()]
    inputs = leaves[: len(compiled(name).network.inputs)]
    seed = torch.randn_like(module(*inputs))

    def train() -> object:
        result = module(*inputs)
        # The result is the caller's, who may let it go; only its graph is needed from here on.
        result.untyped_storage().resize_(0)
        return torch.autograd.grad(result, leaves, seed)

    planned = compiled(name).report().plans[ROWS.index(rows)].training_peak_bytes
    assert allocation_peak(train) == pytest.approx(planned, rel=0.1)

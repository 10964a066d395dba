"""Sizes of bonds from an error where the graph has loops: the error is met, and with one less it was not."""

from typing import Any

import pytest
import torch

import tncc
from tests.layers.test_from_dense import moments, weighted_error
from tests.layers.test_refusals import refused
from tests.layers.weights import RING, decaying, double, matrix_of, normal, relative, std, text

pytestmark = pytest.mark.usefixtures("quick_plans")

SMALL_RING = {"ins": (2, 3, 2), "outs": (2, 2, 2)}
SUM = """network Sum(r: int = 1, s: int = 1) { index i: 8; index o: 8; bond a: r; bond b: s; input x[..., i]
  tensor A[i, a]\n tensor B[a, o]\n tensor C[i, b]\n tensor D[b, o]\n tensor f[i] frozen
  output y[..., o] = x * A * B + x * f * C * D }"""
SHARED = """network Shared(r: int = 1) { index i: 6; index o: 6; bond a: r; bond b: r; input x[..., i]
  tensor A[i, a]\n tensor B[a, b]\n output y[..., o] = x * A * B * A[o, b] }"""

UNIFORM = """network Uniform(r: int = 2) { index i[k in 0..3]: 2\n index o[k in 0..3]: 3\n bond b[k in 0..3] ring: r
  input x[..., (i[*])]\n tensor A[b[0], i[0], o[0], b[1]]
  output y[..., (o[*])] = x * A * A[b[1], i[1], o[1], b[2]] * A[b[2], i[2], o[2], b[0]] }"""


def near(compiled: tncc.Compiled, noise: float = 0.05) -> torch.Tensor:
    """A matrix that a network is, and some noise."""
    torch.manual_seed(7)
    weight = torch.from_numpy(matrix_of(double(compiled)))
    return weight + noise * float(weight.norm()) / weight.numel() ** 0.5 * normal(*weight.shape)


@pytest.mark.parametrize("compiled", [
    text(RING, ins=(3, 3, 3), outs=(3, 3, 3)), std("cp", ins=(3, 4), outs=(4, 3), rank=3),
    std("kronecker", ins=(3, 2, 2), outs=(2, 3, 2), rank=2), text(SUM, r=2), text(SHARED, r=2), text(UNIFORM),
], ids=lambda compiled: compiled.network.name)  # fmt: skip
def test_an_error_is_met_by_no_larger_bonds_than_it_takes(compiled: tncc.Compiled) -> None:
    weight, declared = near(compiled), {index.name: index.size for index in compiled.network.indices}
    bonds = {index.name for index in compiled.network.indices if index.kind == "bond"}
    layer = double(compiled.with_bonds(dict.fromkeys(bonds, 1)))
    told: set[str] = set()
    result = layer.from_dense_(weight, error=0.1, restarts=6, progress=lambda what, done, total: told.add(what))
    assert relative(matrix_of(layer), weight) == pytest.approx(result.error, rel=1e-9)
    assert result.error <= 0.1 and any(what.startswith("bonds of size 1: ") for what in told)
    sizes = {index.name: index.size for index in layer.network.indices}
    assert result.sizes.keys() == bonds and all(sizes[bond] == size for bond, size in result.sizes.items())
    assert len(bonds) < sum(result.sizes.values()) <= sum(declared[bond] for bond in bonds)


def test_one_less_would_not_have_done() -> None:
    compiled = std("cp", ins=(3, 2), outs=(2, 3), rank=1)
    layer, weight = double(compiled), decaying(6, 6, 0.3)
    result = layer.from_dense_(weight, error=0.35)
    smaller = double(compiled.with_bonds({"r": result.sizes["r"] - 1}))
    assert result.error <= 0.35 < smaller.from_dense_(weight).error


def test_the_same_call_gives_the_same_sizes_whatever_was_declared_and_a_compiled_network_takes_them() -> None:
    compiled = text(RING, **SMALL_RING)
    weight = near(compiled)
    layer, other = double(compiled), double(compiled.with_bonds({"r[0]": 5, "r[1]": 5, "r[2]": 5}))
    first = layer.from_dense_(weight, error=0.3)
    assert other.from_dense_(weight, error=0.3) == first
    torch.testing.assert_close(layer.state_dict(), other.state_dict(), rtol=0, atol=0)
    again = double(compiled.with_bonds(first.sizes))
    again.load_state_dict(layer.state_dict())
    torch.testing.assert_close(again.to_dense(), layer.to_dense())


def test_a_weight_that_a_small_network_is_gets_no_larger_one() -> None:
    torch.manual_seed(3)
    there = double(std("cp", ins=(3, 2), outs=(2, 3), rank=2))
    weight = torch.from_numpy(matrix_of(there))
    layer = double(std("cp", ins=(3, 2), outs=(2, 3), rank=7))
    assert layer.from_dense_(weight, error=1e-3).sizes == {"r": 2}


def test_a_shared_tensor_is_sized_too_and_a_covariance_counts() -> None:
    layer, c = double(text(SHARED)), moments(6)
    basis = torch.linalg.qr(normal(6, 6)).Q
    weight = (basis[:, :3] * torch.tensor([3.0, -2.0, 0.1], dtype=torch.float64)) @ basis[:, :3].T
    assert set(layer.from_dense_(weight, error=0.05).sizes.values()) == {2}
    result = layer.from_dense_(weight, error=0.05, covariance=c)
    assert result.weighted_error is not None and result.weighted_error <= 0.05
    assert weighted_error(matrix_of(layer), weight, c) <= 0.051


def test_proportions_are_those_that_are_declared() -> None:
    told: set[str] = set()
    layer = double(text(SUM, r=4, s=2))
    with pytest.raises(tncc.CompileError, match="with bonds of up to 2, where it has as many"):
        layer.from_dense_(normal(8, 8), error=1e-3, progress=lambda what, done, total: told.add(what.partition(":")[0]))
    assert told == {"bonds of size 1", "bonds of size 1-2"}
    refused(double(text(SUM)), "TN408", "the least error found is 0.", weight=normal(8, 8), error=1e-3)


@pytest.mark.parametrize(("kind", "method"), [(" complex", "sequential"), ("", "alternating")])
def test_singular_values_choose_where_all_of_the_matrix_is_complex(kind: str, method: str) -> None:
    program = f"""network N() {{ index i: 6; index o: 6; bond r: 1; input x[..., i]
      tensor A[i, r] complex\n tensor B[r, o]{kind}\n tensor b[o]\n output y[..., o] = x * A * B + b }}"""
    layer: Any = double(text(program))
    weight = normal(6, 2) @ normal(2, 6, seed=1) + 0j
    result = layer.from_dense_(weight, error=1e-3)
    assert result.method == method and result.sizes == {"r": 2} and result.error <= 1e-3
    assert float((layer.to_dense().detach() - weight).abs().square().sum()) <= 1e-6 * float(weight.abs().square().sum())

"""Layers with a tensor at several places, from dense weights: what they can be is found again, by least squares."""

import itertools
import warnings
from typing import Any

import numpy as np
import pytest
import torch

import tncc
from tests.layers.test_from_dense import moments, weighted_error
from tests.layers.weights import double, matrix_of, normal, relative, text

pytestmark = pytest.mark.usefixtures("quick_plans")

SITES = "network N() { index i[k in 0..3]: 2\n index o[k in 0..3]: 2\n input x[..., (i[*])]\n "
SQUARE = "network N() { index i: 4; index j: 4; index o: 4; input x[..., i]\n "

PROGRAMS = {
    "a square": SQUARE + "tensor A[i, j]\n output y[..., o] = x * A * A[j, o] }",
    "a cube": SQUARE + "index k: 4; tensor A[i, j]\n output y[..., o] = x * A * A[j, k] * A[k, o] }",
    "between its transpose": SQUARE + "index a: 3; index b: 3; tensor A[i, a]\n tensor B[a, b]\n tensor c[o]\n"
    "output y[..., o] = x * A * B * A[o, b] + c }",
    "a sum of degrees": SQUARE + "tensor A[i, o]\n tensor B[i]\n output y[..., o] = x * A * B + 2 * x * A }",
    "in the constant part": SQUARE + "bond r: 2; tensor A[i, r]\n tensor B[r, o]\n tensor c[r]\n"
    "output y[..., o] = x * A * B + c * B }",
    "a uniform ring": SITES + "bond r[k in 0..3] ring: 2; tensor A[r[0], i[0], o[0], r[1]]\n"
    "output y[..., (o[*])] = x * A * A[r[1], i[1], o[1], r[2]] * A[r[2], i[2], o[2], r[0]] }",
    "a uniform chain": SITES + "bond r[k in 0..4]: 3; tensor L[r[0]]\n tensor R[r[3]]\n"
    "tensor A[r[0], i[0], o[0], r[1]]\n"
    "output y[..., (o[*])] = x * L * A * A[r[1], i[1], o[1], r[2]] * A[r[2], i[2], o[2], r[3]] * R }",
    "factors of a CP": SITES + "bond r: 2; tensor A[i[0], r]\n tensor B[o[0], r]\n"
    "output y[..., (o[*])] = x * A * A[i[1], r] * A[i[2], r] * B * B[o[1], r] * B[o[2], r] }",
    "with a frozen one": SQUARE + "tensor A[i, j]\n tensor F[i] frozen\n output y[..., o] = x * A * A[j, o] * F[j] }",
    "split in two ways": "network N() { index i: 2; index j: 3; index k: 3; index l: 2; index o: 6\n"
    "input x[..., (i j)]\n tensor A[(i j), o]\n tensor B[o]\n "
    "output y[..., o] = x * A + x[..., (k l)] * A[(k l), o] * B }",
    "complex and real": SQUARE + "tensor A[i, j] complex\n tensor d[j]\n output y[..., o] = x * A * d * A[j, o] }",
}


def weight_of(layer: Any) -> tuple[torch.Tensor, torch.Tensor | None]:
    """The matrix and the constant part of a layer; no constant part where it is zero."""
    weight = layer.to_dense().detach()
    bias = layer(torch.zeros(1, weight.shape[1], dtype=weight.dtype)).detach().reshape(-1)
    return weight, bias if bias.any() else None


@pytest.mark.parametrize("name", PROGRAMS)
def test_what_the_network_can_be_is_found_again(name: str) -> None:
    torch.manual_seed(2)
    compiled = text(PROGRAMS[name])
    there, layer = double(compiled), double(compiled)
    if "constant" in name or "transpose" in name:
        there.c.data.normal_()
    if "frozen" in name:
        layer.F.copy_(there.F)
    weight, bias = weight_of(there)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        result = layer.from_dense_(weight, bias, seed=4, restarts=8)
    assert result.method == "alternating" and result.sweeps > 0
    assert result.error < 1e-6 and result.bias_error < 1e-6
    found = layer.to_dense().detach()
    assert result.error == pytest.approx(float((found - weight).norm() / weight.norm()), abs=1e-12)


def test_what_is_reported_of_a_weight_that_it_can_not_be_is_true() -> None:
    layer = double(text(PROGRAMS["a uniform ring"]))
    weight, c = normal(8, 8), moments(8)
    result = layer.from_dense_(weight)
    plain = weighted_error(matrix_of(layer), weight, c)
    assert 0.1 < result.error < 1
    assert result.error == pytest.approx(relative(matrix_of(layer), weight), rel=1e-9)
    aware = layer.from_dense_(weight, covariance=c)
    assert aware.weighted_error == pytest.approx(weighted_error(matrix_of(layer), weight, c), rel=1e-3)
    assert aware.weighted_error < plain


def test_a_square_comes_as_close_as_a_root_of_the_best_positive_matrix() -> None:
    layer = double(text(SQUARE + "index r: 2; tensor A[i, r]\n output y[..., o] = x * A * A[o, r] }"))
    weight = normal(4, 4)
    # ‖W - A Aᵀ‖² is least for the two largest positive eigenvalues of the symmetric part (Eckart and Young 1936).
    symmetric = (weight + weight.T).numpy() / 2
    values, vectors = np.linalg.eigh(symmetric)
    best = (vectors[:, -2:] * values[-2:].clip(0)) @ vectors[:, -2:].T
    result = layer.from_dense_(weight)
    assert result.error == pytest.approx(relative(best, weight), rel=1e-9)


def test_more_steps_never_make_it_worse_and_a_seed_decides() -> None:
    layer = double(text(PROGRAMS["a uniform chain"]))
    weight = normal(8, 8)
    errors = [layer.from_dense_(weight, sweeps=sweeps, restarts=1).error for sweeps in (0, 1, 5, 20, 60)]
    assert all(later <= earlier + 1e-12 for earlier, later in itertools.pairwise(errors))
    told: list[tuple[str, int, int]] = []
    first = layer.from_dense_(weight, seed=5, restarts=2, progress=lambda *what: told.append(what))
    assert all(done < total for _, done, total in told) and any("start 2" in what for what, _, _ in told)
    state = {name: tensor.clone() for name, tensor in layer.state_dict().items()}
    assert layer.from_dense_(weight, seed=5, restarts=2) == first
    torch.testing.assert_close(layer.state_dict(), state, rtol=0, atol=0)


def test_single_precision_and_what_no_use_reads() -> None:
    program = SQUARE + "index k: 3; tensor A[i, j, k]\n output y[..., o] = x * A[i, j, 0] * A[j, o, 0] * 2 }"
    layer: Any = tncc.compile_text(program, batch=(1,)).module()
    before = layer.A.detach().clone()
    weight = torch.eye(4) + 0.1 * normal(4, 4, dtype=torch.float32)
    assert layer.from_dense_(weight, restarts=6).error < 1e-5
    assert torch.equal(layer.A[..., 1:], before[..., 1:]) and not torch.equal(layer.A, before)


def test_a_weight_of_zeros_is_no_trouble() -> None:
    layer = double(text(PROGRAMS["a cube"]))
    result = layer.from_dense_(torch.zeros(4, 4))
    assert result.error == 0 and not layer.to_dense().any()

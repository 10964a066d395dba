"""Spectra of any tree are what the singular value decomposition of the product at each bond gives."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import tncc
from tests.layers.random_trees import Tree, trees
from tncc.layers.spectra import spectra

pytestmark = pytest.mark.usefixtures("quick_plans")


@settings(max_examples=20, deadline=None)
@given(st.one_of(trees(), trees(is_complex=True)))
def test_random_trees(tree: Tree) -> None:
    layer = tree.compiled().module(dtype=torch.float64)
    found = layer.spectrum()
    assert list(found) == tree.bonds
    for bond, spectrum in found.items():
        expected = np.linalg.svd(tree.unfolded(layer, bond), compute_uv=False)
        values = spectrum.singular_values.numpy()
        assert len(values) <= tree.sizes[bond]
        padded = np.zeros(max(len(expected), len(values)))
        padded[: len(values)] = values
        np.testing.assert_allclose(padded[: len(expected)], expected, atol=1e-12 * max(1.0, expected[0]))
        shares = expected**2 / np.sum(expected**2)
        entropy = -np.sum(shares[shares > 0] * np.log(shares[shares > 0]))
        np.testing.assert_allclose(spectrum.entropy, entropy, atol=1e-9)


def test_known_values() -> None:
    text = """
    network Pair() {
      index i: 4; index o: 4; bond r: 3
      input x[..., i]
      tensor A[i, r]
      tensor B[r, o]
      output y[..., o] = 2 * x * A * B
    }"""
    layer = tncc.compile_text(text, batch=(4,)).module()
    with torch.no_grad():
        layer.A.copy_(torch.eye(4)[:, :3])
        layer.B.copy_(torch.diag(torch.tensor([4.0, 4.0, 0.0, 0.0]))[:3])
    spectrum = layer.spectrum()["r"]
    torch.testing.assert_close(spectrum.singular_values, torch.tensor([4.0, 4.0, 0.0]))
    assert abs(spectrum.entropy - np.log(2)) < 1e-12
    assert abs(spectrum.effective_rank - 2) < 1e-12
    assert (spectrum.rank(0.01), spectrum.rank(1.0)) == (2, 0)
    with torch.no_grad():
        layer.B.zero_()
    assert layer.spectrum()["r"].entropy == 0.0


def test_loops_and_hyperedges_have_none() -> None:
    for file in ("std.ring", "std.cp", "std.btt", "std.peps"):
        assert tncc.compile(file, batch=(4,)).module().spectrum() == {}


def test_shared_and_frozen_tensors_have_spectra() -> None:
    text = """
    network Uniform(n: int = 3, chi: int = 3) {
      index f[k in 0..n]: 2
      index c: 2
      bond r[k in 0..n+1]: chi
      input x[..., (f[*])]
      tensor L[r[0]] frozen
      tensor A[chi, 2, chi]
      tensor R[r[n], c]
      output y[..., c] = x * L * prod(k in 0..n: A[r[k], f[k], r[k+1]]) * R
    }"""
    layer = tncc.compile_text(text, batch=(4,)).module(dtype=torch.float64)
    found = layer.spectrum()
    assert list(found) == ["r[0]", "r[1]", "r[2]", "r[3]"]
    left, a = layer.L.detach().numpy(), layer.A.detach().numpy()
    right = layer.R.detach().numpy()
    whole = np.einsum("a,aib,bjc,ckd,de->ijke", left, a, a, a, right).reshape(2, -1)
    expected = np.linalg.svd(whole, compute_uv=False)
    np.testing.assert_allclose(found["r[1]"].singular_values[:2].numpy(), expected, atol=1e-12)


def test_half_precision_and_gradients_do_not_matter() -> None:
    layer = tncc.compile("std.mpo", batch=(4,)).module(dtype=torch.bfloat16)
    spectrum = layer.spectrum()["r[1]"]
    assert spectrum.singular_values.dtype == torch.float32 and not spectrum.singular_values.requires_grad
    wide = layer.to(torch.float64).spectrum()["r[1]"]
    assert wide.singular_values.dtype == torch.float64
    torch.testing.assert_close(wide.singular_values.float(), spectrum.singular_values)


def test_long_chains() -> None:
    text = """
    network Long(n: int = 300) {
      index f[k in 0..n]: 2
      bond r[k in 1..n] open: 2
      input x[..., n, 2]
      tensor A[k in 0..n][r[k], f[k], r[k+1]]
      output y[...] = prod(k in 0..n: x[..., k, f[k]] * A[k])
    }"""
    compiled = tncc.compile_text(text, batch=(1,))

    made = {
        t.name: torch.randn([axis.size for axis in t.axes], dtype=torch.float64) for t in compiled.network.tensors[1:]
    }
    found = spectra(compiled.network, lambda tensor: made[tensor.name])
    assert len(found) == 299 and all(np.isfinite(spectrum.entropy) for spectrum in found.values())

"""Canonical forms of any tree: the map stays, and all tensors but the one that holds the centre are isometries."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import tncc
from tests.layers.random_trees import Tree, stored, trees
from tncc.inspecting import inspect_layer

pytestmark = pytest.mark.usefixtures("quick_plans")

TOLERANCES = {torch.float32: 1e-5, torch.float64: 1e-12}

TREES = (("std.mpo", "r[1]"), ("std.mps", "r[2]"), ("std.tucker", "s[1]"), ("std.hierarchical", "t[3]"))


def difference(one: torch.Tensor, other: torch.Tensor) -> float:
    return float(((one - other).norm() / other.norm()).detach())


@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize(("file", "bond"), TREES)
def test_the_map_stays(file: str, bond: str, dtype: torch.dtype) -> None:
    layer = tncc.compile(file, batch=(4,)).module(dtype=dtype)
    shapes = {name: tensor.shape for name, tensor in layer.state_dict().items()}
    sizes = [axis.size for axis in layer.network.inputs[0].axes[1:]]
    x = torch.randn(16, *sizes, dtype=dtype)
    with torch.no_grad():
        before = layer(x)
        assert layer.canonical_(bond) is layer
        assert difference(layer(x), before) < TOLERANCES[dtype]
    assert {name: tensor.shape for name, tensor in layer.state_dict().items()} == shapes


@settings(max_examples=20, deadline=None)
@given(trees(), st.data())
def test_random_trees(tree: Tree, data: st.DataObject) -> None:
    layer = tree.compiled().module(dtype=torch.float64)
    bond = data.draw(st.sampled_from(tree.bonds))
    before, _ = tree.whole(layer)
    layer.canonical_(bond)
    np.testing.assert_allclose(tree.whole(layer)[0], before, rtol=0, atol=1e-12 * max(1.0, np.linalg.norm(before)))
    holder = next(name for name, legs in tree.legs.items() if bond in legs)
    check_isometries(tree, layer, bond, holder)


def check_isometries(tree: Tree, layer: torch.nn.Module, bond: str, holder: str) -> None:
    """Walk outwards from the bond: each tensor's leg towards it spans orthonormal columns, as far as there is room."""
    reached, queue = {holder}, [(holder, bond)]
    queue = [(next(n for n, legs in tree.legs.items() if bond in legs and n != holder), bond)]
    queue += [(n, leg) for leg in tree.legs[holder] for n in tree.legs if leg in tree.bonds and leg != bond
              and leg in tree.legs[n] and n != holder]  # fmt: skip
    while queue:
        name, leg = queue.pop()
        reached.add(name)
        legs = tree.legs[name]
        matrix = np.moveaxis(stored(layer, name), legs.index(leg), -1).reshape(-1, tree.sizes[leg])
        room = min(matrix.shape)
        np.testing.assert_allclose(matrix[:, :room].T @ matrix[:, :room], np.eye(room), atol=1e-12)
        queue += [(n, next_leg) for next_leg in legs if next_leg in tree.bonds
                  for n in tree.legs if next_leg in tree.legs[n] and n not in reached]  # fmt: skip
    assert reached == set(tree.legs)


def test_the_holder_has_the_bonds_singular_values() -> None:
    layer = tncc.compile("std.mpo", batch=(4,)).module(dtype=torch.float64)
    layer.canonical_("r[2]")
    holder = layer.A.get_parameter("1").detach()
    values = torch.linalg.svdvals(holder.reshape(-1, holder.shape[-1]))
    torch.testing.assert_close(values, layer.spectrum()["r[2]"].singular_values)


def test_complex_tensors() -> None:
    text = """
    network C(n: int = 4) {
      index i: n; index o: n; bond r: 3; bond s: 2
      input x[..., i]
      tensor A[i, r] complex
      tensor B[r, s] complex
      tensor C[s, o] complex
      output y[..., o] = x * A * B * C
    }"""
    layer = tncc.compile_text(text, batch=(4,)).module(dtype=torch.float64)
    before = layer.to_dense().detach()
    layer.canonical_("s")
    assert difference(layer.to_dense(), before) < 1e-12
    third = layer.C.detach()
    torch.testing.assert_close(third @ third.mH, torch.eye(2, dtype=third.dtype))


def test_legs_inside_of_composite_axes() -> None:
    text = """
    network C(n: int = 4) {
      index i: n; index o: n; bond r: 3; bond s: 2
      input x[..., i]
      tensor A[(i r)]
      tensor B[(s r)]
      tensor C[(o s)]
      output y[..., o] = x * A * B * C
    }"""
    layer = tncc.compile_text(text, batch=(4,)).module(dtype=torch.float64)
    before = layer.to_dense().detach()
    assert list(layer.spectrum()) == ["r", "s"]
    layer.canonical_("r")
    assert difference(layer.to_dense(), before) < 1e-12
    layer.grow_("r", 5)
    assert layer.B.shape == (10,) and difference(layer.to_dense(), before) < 1e-12
    assert layer.truncate_("r", size=2).size == 2 and difference(layer.to_dense(), before) < 1e-12


def test_a_layer_that_is_called_twice_is_one_tree() -> None:
    text = """
    network Pair(n: int = 4) {
      index i: n; index o: n; bond r: 3
      input x[..., i]
      tensor A[i, r]
      tensor B[r, o]
      output y[..., o] = x * A * B
    }
    network Twice(n: int = 4) {
      index i: n
      input x[..., i]
      layer up = Pair(n = n)
      h[..., i] = tanh(up(x))
      output y[..., i] = up(h)
    }"""
    layer = tncc.compile_text(text, batch=(4,)).module(dtype=torch.float64)
    x = torch.randn(5, 4, dtype=torch.float64)
    before = layer(x).detach()
    layer.canonical_("up.r")
    assert difference(layer(x).detach(), before) < 1e-12
    assert layer.truncate_("up.r", size=2).error < 1
    assert layer.up.A.shape == (4, 2)
    layer.grow_("up.r", 4)
    assert layer(x).shape == (5, 4)


def test_what_inference_keeps_is_made_anew() -> None:
    layer = tncc.compile("std.mpo", batch=(4,)).module(dtype=torch.float64).eval()
    x = torch.randn(4, 512, dtype=torch.float64)
    with torch.no_grad():
        before = layer(x)
        layer.canonical_("r[1]")
        assert difference(layer(x), before) < 1e-12
        layer.truncate_("r[1]", size=2)
        torch.testing.assert_close(layer(x), layer.train()(x))
        assert difference(layer.eval()(x), before) > 1e-3


def test_a_layer_is_inspected() -> None:
    layer = tncc.compile("std.tucker", ins=(2, 3), outs=(3, 2), rank=2, batch=(2,)).module()
    found = inspect_layer(layer, 0.5, "layer")
    spectra = layer.spectrum()
    assert [bond.name for bond in found.bonds] == list(spectra) and found.model == "layer"
    for bond in found.bonds:
        assert bond.effective_rank == spectra[bond.name].effective_rank
        assert bond.rank == spectra[bond.name].rank(0.5)

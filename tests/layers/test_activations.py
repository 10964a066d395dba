"""Calls that read and replace what crosses bonds, beside numpy and autograd."""

import copy
import pickle
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import tncc
from tests.layers.random_trees import Tree, trees
from tncc.layers.activations import PROGRAMS

pytestmark = pytest.mark.usefixtures("quick_plans")

MPO = {"ins": (2, 3, 2), "outs": (3, 2, 2), "chi": 4}


@pytest.fixture(scope="module")
def compiled() -> tncc.Compiled:
    return tncc.compile("std.mpo", batch=(4,), **MPO)


@pytest.fixture
def layer(compiled: tncc.Compiled) -> Any:
    torch.manual_seed(0)
    return compiled.module(dtype=torch.float64)


def rows(*leading: int) -> torch.Tensor:
    return torch.randn(*leading, 12, dtype=torch.float64)


def expected(layer: Any, x: torch.Tensor, bond: str) -> torch.Tensor:
    """The activations of the chain by einsum, with axes as `bond_axes` has them."""
    a, b, _ = layer.A.parameters()
    first = torch.einsum("...ijk,ipr->...rjkp", x.reshape(*x.shape[:-1], 2, 3, 2), a)
    return first if bond == "r[1]" else torch.einsum("...rjkp,rjqs->...skpq", first, b)


@pytest.mark.parametrize("leading", [(), (5,), (2, 3), (0,)])
def test_taps_are_what_is_before_the_bond(layer: Any, leading: tuple[int, ...]) -> None:
    x = rows(*leading)
    y, found = layer(x, taps=["r[2]", "r[1]"])
    assert list(found) == ["r[2]", "r[1]"]
    torch.testing.assert_close(y, layer(x))
    for bond, value in found.items():
        torch.testing.assert_close(value, expected(layer, x, bond))
        assert len(layer.bond_axes(bond)) == value.dim() - len(leading) + 1
    assert layer.bond_axes("r[1]") == ("...", "r[1]", "i[1]", "i[2]", "o[0]")


def test_no_taps_and_one(layer: Any) -> None:
    x = rows(3)
    y, found = layer(x, taps=[])
    assert found == {}
    torch.testing.assert_close(y, layer(x))
    assert list(layer(x, taps="r[1]")[1]) == ["r[1]"]
    with pytest.raises(TypeError, match="argument"):
        layer(taps=["r[1]"])
    with pytest.raises(ValueError, match="input `x`"):
        layer(rows(3)[:, 1:], taps=["r[1]"])


@settings(max_examples=8, deadline=None)
@given(trees(), st.data())
def test_random_trees(tree: Tree, data: st.DataObject) -> None:
    layer = tree.compiled().module(dtype=torch.float64)
    x = torch.randn(3, *(axis.size for axis in layer.network.inputs[0].axes[1:]), dtype=torch.float64)
    bonds = [bond for bond in tree.bonds if len(layer.bond_axes(bond)) > 1]
    taps = data.draw(st.lists(st.sampled_from(bonds), unique=True, min_size=1))
    y, found = layer(x, taps=taps)
    np.testing.assert_allclose(y.detach(), layer(x).detach(), rtol=1e-9, atol=1e-9)
    for bond in taps:
        assert found[bond].shape == (3, *(tree.sizes[name] for name in layer.bond_axes(bond)[1:]))
        # What crosses a bond is all that the rest sees of the input: halving it halves the result.
        with layer.hook_(bond, lambda value: value / 2):
            np.testing.assert_allclose(layer(x).detach(), y.detach() / 2, rtol=1e-9, atol=1e-9)


def test_gradients_flow_through_taps_and_hooks(layer: Any) -> None:
    x = rows(4).requires_grad_()
    gate = torch.randn(4, dtype=torch.float64, requires_grad=True)
    layer.hook_("r[1]", lambda value: value.tanh() * gate[:, None, None, None])
    y, found = layer(x, taps=["r[2]"])
    loss = y.square().sum() + found["r[2]"].sin().sum()
    tensors = [x, gate, *layer.parameters()]
    grads = torch.autograd.grad(loss, tensors)
    _, b, c = layer.A.parameters()
    first = expected(layer, x, "r[1]").tanh() * gate[:, None, None, None]
    second = torch.einsum("...rjkp,rjqs->...skpq", first, b)
    whole = torch.einsum("...skpq,sku->...pqu", second, c).reshape(4, 12) + layer.bias
    wanted = torch.autograd.grad(whole.square().sum() + second.sin().sum(), tensors)
    torch.testing.assert_close(grads, wanted)


def test_hooks_run_in_order_and_come_off(layer: Any) -> None:
    x, seen = rows(3), []
    before = layer(x)
    first = layer.hook_("r[1]", lambda value: seen.append(value.std()))
    torch.testing.assert_close(layer(x), before)
    second = layer.hook_("r[1]", lambda value: value * 0)
    third = layer.hook_("r[1]", lambda value: value + 1)
    torch.testing.assert_close(layer(x, taps=["r[1]"])[1]["r[1]"], torch.ones_like(expected(layer, x, "r[1]")))
    assert len(seen) == 2
    third.remove()
    third.remove()
    torch.testing.assert_close(layer(x), layer.bias.expand(3, -1))
    first.remove()
    second.remove()
    torch.testing.assert_close(layer(x), before)
    assert len(seen) == 3 and "forward" not in vars(layer) and "_bond_hooks" not in vars(layer)


def test_hooks_at_several_bonds(layer: Any) -> None:
    x = rows(3)
    with layer.hook_("r[2]", torch.relu), layer.hook_("r[1]", torch.tanh):
        y, found = layer(x, taps=["r[1]", "r[2]"])
    _, b, c = layer.A.parameters()
    first = expected(layer, x, "r[1]").tanh()
    second = torch.einsum("...rjkp,rjqs->...skpq", first, b).relu()
    torch.testing.assert_close(found["r[1]"], first)
    torch.testing.assert_close(found["r[2]"], second)
    torch.testing.assert_close(y, torch.einsum("...skpq,sku->...pqu", second, c).reshape(3, 12) + layer.bias)


def test_a_sparse_autoencoder_is_trained_at_a_bond(layer: Any) -> None:
    """Dictionary features of the bond's axis stand in for the activation, and only they are trained."""
    encoder, decoder = torch.nn.Linear(4, 16).double(), torch.nn.Linear(16, 4).double()
    layer.requires_grad_(False)
    x = rows(64)
    before = layer(x)
    layer.hook_("r[1]", lambda value: decoder(encoder(value.movedim(1, -1)).relu()).movedim(-1, 1))
    optimizer = torch.optim.Adam([*encoder.parameters(), *decoder.parameters()], lr=0.01)
    losses = []
    for _ in range(60):
        optimizer.zero_grad()
        loss = (layer(x) - before).square().mean()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < losses[0] / 4


def test_hooks_of_modules_run_too(layer: Any) -> None:
    calls: list[str] = []
    layer.register_forward_pre_hook(lambda *_: calls.append("before"))
    layer.register_forward_hook(lambda *_: calls.append("after"))
    layer(rows(2), taps=["r[1]"])
    with layer.hook_("r[1]", lambda value: calls.append("at")):
        layer(rows(2))
    assert calls == ["before", "after", "before", "at", "after"]


def test_copies_keep_their_hooks_and_resized_layers_too(layer: Any) -> None:
    x = rows(3)
    handle = layer.hook_("r[1]", lambda value: value * 2)
    other = copy.deepcopy(layer)
    with torch.no_grad():
        other.A.get_parameter("0").mul_(3)
    torch.testing.assert_close(other(x) - layer.bias, 3 * (layer(x) - layer.bias))
    handle.remove()
    torch.testing.assert_close(other(x) - layer.bias, 6 * (layer(x) - layer.bias))
    before = other(x)
    other.grow_("r[1]", 6)
    torch.testing.assert_close(other(x), before)
    assert other(x, taps=["r[1]"])[1]["r[1]"].shape[1] == 6


def test_pickles_keep_their_hooks(layer: Any) -> None:
    x = rows(3)
    layer.hook_("r[1]", torch.relu)
    torch.testing.assert_close(pickle.loads(pickle.dumps(layer))(x), layer(x))
    with pytest.raises(TypeError, match="a hook must be callable"):
        layer.hook_("r[1]", 3)


def test_functions_of_the_layer(layer: Any) -> None:
    x = rows(3)
    state = {name: tensor.detach() * 2 for name, tensor in layer.named_parameters()}
    _, found = torch.func.functional_call(layer, state, (x,), {"taps": ["r[1]"]})
    torch.testing.assert_close(found["r[1]"], 2 * expected(layer, x, "r[1]"))
    mapped = torch.vmap(lambda one: layer(one, taps=["r[2]"])[1]["r[2]"])(x)
    torch.testing.assert_close(mapped, expected(layer, x, "r[2]"))
    before = expected(layer, x, "r[1]")
    torch.nn.utils.parametrize.register_parametrization(layer.A, "0", Doubled())
    torch.testing.assert_close(layer(x, taps=["r[1]"])[1]["r[1]"], 2 * before)


class Doubled(torch.nn.Module):
    def forward(self, tensor: torch.Tensor) -> torch.Tensor:
        return tensor * 2


def test_compilers_and_exporters_see_nothing_of_it(layer: Any) -> None:
    x = rows(3)
    for module in (layer, torch.nn.Sequential(layer)):
        torch._dynamo.reset()
        made = torch.compile(module, backend="eager", fullgraph=True)
        torch.testing.assert_close(made(x), layer(x))
        exported = torch.export.export(module, (x,), dynamic_shapes=({0: torch.export.Dim("rows", min=2)},))
        torch.testing.assert_close(exported.module()(rows(7) * 0), layer(rows(7) * 0))
    made = torch.compile(layer, backend="eager")
    with layer.hook_("r[1]", lambda value: value * 2):
        torch.testing.assert_close(made(x), layer(x))
        torch.testing.assert_close(made(x, taps=["r[1]"])[1]["r[1]"], 2 * expected(layer, x, "r[1]"))
    torch.testing.assert_close(made(x), layer(x))


def test_programs_are_made_once(layer: Any) -> None:
    x = rows(3)
    layer(x, taps=["r[1]", "r[2]"])
    made = dict(PROGRAMS[type(layer)])
    layer(x, taps=["r[2]", "r[1]"])
    assert PROGRAMS[type(layer)] == made


def test_networks_of_many_parts() -> None:
    text = """
    network Block(n: int = 6, h: int = 4) {
      index i: n
      index seq: dynamic(5)
      bond d: h
      bond r: 2
      bond s: 3
      input x[..., seq, i]
      input g[..., i]
      tensor A[i, r]
      tensor B[r, d]
      tensor C[d, s] complex
      tensor D[s, i]
      tensor scale[i] frozen init ones
      z[..., seq, d] = tanh(x * A * B)
      output y[..., seq, i] = x + z * C * D * g * scale
      output w[..., d] = mean[seq](z)
    }"""
    layer = tncc.compile_text(text, batch=(4,)).module(dtype=torch.float64)
    x, g = torch.randn(2, 7, 6, dtype=torch.float64), torch.randn(2, 6, dtype=torch.float64)
    (y, w), found = layer(x, g, taps=["r", "d", "s"])
    torch.testing.assert_close((y, w), layer(x, g))
    assert layer.bond_axes("s") == ("...", "s", "seq") and found["s"].is_complex()
    z = torch.tanh(x @ layer.A @ layer.B)
    torch.testing.assert_close(found["r"], (x @ layer.A).mT)
    torch.testing.assert_close(found["d"], z.mT)
    torch.testing.assert_close(found["s"], (z.to(layer.C.dtype) @ layer.C).mT)
    with layer.hook_("d", lambda value: value * 0), layer.hook_("r", torch.sin):
        (y, w), found = layer(x, g, taps=["s"])
    torch.testing.assert_close(y, x.to(y.dtype))
    torch.testing.assert_close(w, torch.tanh(torch.sin(x @ layer.A) @ layer.B).mean(-2))
    assert not found["s"].any()

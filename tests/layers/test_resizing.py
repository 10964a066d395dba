"""Bonds of other sizes: truncation is the best there is, growth changes nothing, and training goes on either way."""

import copy

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import tncc
from tests.layers.random_trees import Tree, trees

pytestmark = pytest.mark.usefixtures("quick_plans")

MPO = {"ins": (2, 3, 2), "outs": (3, 2, 2), "chi": 4}


def mpo(dtype: torch.dtype = torch.float64) -> torch.nn.Module:
    return tncc.compile("std.mpo", batch=(4,), **MPO).module(dtype=dtype)


def train(layer: torch.nn.Module, optimizer: torch.optim.Optimizer, steps: int = 2) -> torch.Tensor:
    """A few steps on the same data; the loss, whose graph is held as training loops hold it."""
    x, y = torch.randn(2, 16, 12, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (layer(x) - y).square().mean()
        loss.backward()
        optimizer.step()
    return loss


@settings(max_examples=8, deadline=None)
@given(st.one_of(trees(), trees(is_complex=True)), st.data())
def test_truncation_is_optimal(tree: Tree, data: st.DataObject) -> None:
    layer = tree.compiled().module(dtype=torch.float64)
    bond = data.draw(st.sampled_from(tree.bonds))
    size = data.draw(st.integers(1, tree.sizes[bond]))
    before = tree.unfolded(layer, bond)
    left, values, right = np.linalg.svd(before, full_matrices=False)
    best = (left[:, :size] * values[:size]) @ right[:size]
    found = layer.truncate_(bond, size=size)
    sizes = {**tree.sizes, bond: size}
    after = Tree(tree.text, tree.legs, sizes).unfolded(layer, bond)
    scale = np.linalg.norm(before)
    lost = np.linalg.norm(values[size:])
    # Where singular values are equal there are several best products, so that errors are compared and not matrices.
    np.testing.assert_allclose(np.linalg.norm(after - before), lost, atol=1e-10 * scale)
    np.testing.assert_allclose(found.absolute_error, lost, atol=1e-10 * scale)
    np.testing.assert_allclose(found.error, lost / scale, atol=1e-10)
    assert best.shape == after.shape and (found.bond, found.size_before, found.size) == (bond, tree.sizes[bond], size)
    assert {i.name: i.size for i in layer.network.indices if i.kind == "bond"}[bond] == size


@settings(max_examples=6, deadline=None)
@given(trees(), st.data())
def test_growth_changes_nothing(tree: Tree, data: st.DataObject) -> None:
    layer = tree.compiled().module(dtype=torch.float64)
    bond = data.draw(st.sampled_from(tree.bonds))
    size = tree.sizes[bond] + data.draw(st.integers(0, 3))
    before, _ = tree.whole(layer)
    layer.grow_(bond, size)
    np.testing.assert_array_equal(tree.whole(layer)[0].round(12), before.round(12))
    assert {i.name: i.size for i in layer.network.indices if i.kind == "bond"}[bond] == size


LOOPS = (
    ("std.ring", "r[1]", {"ins": (2, 2, 2), "outs": (2, 2, 2), "chi": 2}),
    ("std.cp", "r", {"ins": (2, 3), "outs": (3, 2), "rank": 2}),
    ("std.btt", "r[1]", {"ins": (2, 2), "outs": (2, 2), "chi": 2}),
    ("std.tree", "t[1,0]", {"levels": 2, "chi": 3}),
)


@pytest.mark.parametrize(("file", "bond", "values"), LOOPS)
def test_growth_at_loops_and_hyperedges(file: str, bond: str, values: dict[str, object]) -> None:
    layer = tncc.compile(file, batch=(4,), **values).module(dtype=torch.float64)
    bonds = {index.name: index.size for index in layer.network.indices if index.kind == "bond"}
    x = torch.randn(3, *(axis.size for axis in layer.network.inputs[0].axes[1:]), dtype=torch.float64)
    before = layer(x)
    shapes = [p.shape for p in layer.parameters()]
    layer.grow_(bond, bonds[bond] + 2)
    changed = [p for p, shape in zip(layer.parameters(), shapes, strict=True) if p.shape != shape]
    assert len(changed) >= 2
    torch.testing.assert_close(layer(x), before)
    layer(x).square().sum().backward()
    grads = sum(int((p.grad != 0).sum()) for p in changed)
    assert grads > sum(shape.numel() for p, shape in zip(layer.parameters(), shapes, strict=True) if p.shape != shape)


@pytest.mark.parametrize("make", [
    lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
    lambda p: torch.optim.Adam(p, lr=0.01, amsgrad=True),
    lambda p: torch.optim.RMSprop(p, lr=0.01, momentum=0.5, centered=True),
    lambda p: torch.optim.Adagrad(p, lr=0.01),
])  # fmt: skip
def test_training_goes_on_with_the_optimizers_state(make) -> None:  # type: ignore[no-untyped-def]
    torch.manual_seed(0)
    layer = mpo()
    names, objects = list(layer.state_dict()), list(layer.parameters())
    optimizer = make(layer.parameters())
    held = train(layer, optimizer)
    layer.truncate_("r[1]", size=2, optimizer=optimizer)
    first = train(layer, optimizer)
    layer.grow_("r[1]", 5, optimizer=optimizer)
    layer.grow_("r[2]", 6, optimizer=optimizer)
    second = train(layer, optimizer, 20)
    assert second < first and held.requires_grad
    assert list(layer.state_dict()) == names
    assert all(one is other for one, other in zip(layer.parameters(), objects, strict=True))
    assert [tuple(p.shape) for p in layer.A.parameters()] == [(2, 3, 5), (5, 3, 2, 6), (6, 2, 2)]
    for parameter in layer.parameters():
        states = [v for v in optimizer.state[parameter].values() if isinstance(v, torch.Tensor) and v.dim()]
        assert states and all(value.shape == parameter.shape and value.isfinite().all() for value in states)


def test_averages_of_gradients_follow_the_tensors() -> None:
    """At a size that loses nothing, gradients and momenta are those that the new tensors would have had."""
    torch.manual_seed(0)
    layer = mpo()
    with torch.no_grad():
        layer.A.get_parameter("0")[..., 2:] = 0
    x = torch.randn(8, 12, dtype=torch.float64)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.0, momentum=0.9)
    layer(x).sin().sum().backward()
    optimizer.step()
    assert layer.truncate_("r[1]", size=2, optimizer=optimizer).error < 1e-12
    kept = [p.grad.clone() for p in layer.parameters()]
    momenta = [optimizer.state[p]["momentum_buffer"] for p in layer.parameters()]
    optimizer.zero_grad()
    layer(x).sin().sum().backward()
    for parameter, grad, momentum in zip(layer.parameters(), kept, momenta, strict=True):
        torch.testing.assert_close(parameter.grad, grad)
        torch.testing.assert_close(momentum, grad)


def test_averages_for_complex_tensors() -> None:
    text = """
    network Pair() {
      index i: 4; index o: 4; bond r: 3
      input x[..., i]
      tensor A[i, r] complex
      tensor B[r, o] complex
      output y[..., o] = x * A * B
    }"""
    layer = tncc.compile_text(text, batch=(4,)).module(dtype=torch.float64)
    optimizer = torch.optim.Adam(layer.parameters())
    x = torch.randn(8, 4, dtype=torch.float64)
    for change in (lambda: layer.truncate_("r", size=2, optimizer=optimizer), lambda: layer.grow_("r", 5, optimizer)):
        layer(x).abs().sum().backward()
        optimizer.step()
        change()
        for parameter in layer.parameters():
            squares = torch.view_as_real(optimizer.state[parameter]["exp_avg_sq"])
            assert squares.shape[:-1] == parameter.shape and (squares >= 0).all() and (squares > 0).any(-1).all()


def test_padding_of_averages() -> None:
    layer = mpo()
    optimizer = torch.optim.Adam(layer.parameters())
    train(layer, optimizer, 1)
    core = layer.A.get_parameter("1")
    before = {key: optimizer.state[core][key].clone() for key in ("exp_avg", "exp_avg_sq")}
    layer.grow_("r[1]", 6, optimizer=optimizer)
    after = optimizer.state[core]
    torch.testing.assert_close(after["exp_avg"][:4], before["exp_avg"])
    assert (after["exp_avg"][4:] == 0).all()
    torch.testing.assert_close(after["exp_avg_sq"][:4], before["exp_avg_sq"])
    torch.testing.assert_close(
        after["exp_avg_sq"][4:], before["exp_avg_sq"].mean(0, keepdim=True).expand(2, -1, -1, -1)
    )


def test_an_error_picks_the_least_size_that_keeps_it() -> None:
    layer = mpo()
    values = layer.spectrum()["r[1]"].singular_values
    for size in (3, 2, 1):
        error = float(values[size:].norm() / values.norm())
        one, other = copy.deepcopy(layer), copy.deepcopy(layer)
        assert one.truncate_("r[1]", error=error * (1 + 1e-9)).size == size
        assert other.truncate_("r[1]", error=error * (1 - 1e-9)).size == size + 1
    assert layer.truncate_("r[1]", error=0.0).size == 4


def test_sizes_beyond_the_rank_are_filled_so_that_they_can_be_trained() -> None:
    layer = mpo()
    with torch.no_grad():
        layer.A.get_parameter("0")[..., 1:] = 0
    x = torch.randn(8, 12, dtype=torch.float64)
    before = layer(x)
    assert layer.truncate_("r[1]", size=3).error < 1e-12
    torch.testing.assert_close(layer(x), before)
    layer(x).square().sum().backward()
    assert (layer.A.get_parameter("1").grad[1:].abs().amax((1, 2, 3)) > 0).all()
    with torch.no_grad():
        layer.A.get_parameter("0").zero_()
    assert layer.truncate_("r[1]", error=0.1).size == 1
    assert layer(x).isfinite().all()


def test_resized_layers_are_rebuilt_from_their_sizes() -> None:
    layer = mpo()
    layer.truncate_("r[1]", size=3)
    layer.grow_("r[2]", 7)
    again = tncc.compile("std.mpo", batch=(4,), bonds={"r[1]": 3, "r[2]": 7}, **MPO)
    assert again.network == layer.network
    other = again.module(dtype=torch.float64)
    other.load_state_dict(layer.state_dict())
    x = torch.randn(3, 12, dtype=torch.float64)
    torch.testing.assert_close(other(x), layer(x))
    copied = copy.deepcopy(layer)
    torch.testing.assert_close(copied.grow_("r[1]", 5)(x), layer(x))
    assert layer.A.get_parameter("0").shape[-1] == 3


def test_no_optimizer_and_frozen_parameters() -> None:
    layer = mpo().requires_grad_(False)
    x = torch.randn(3, 12, dtype=torch.float64)
    before = layer(x)
    layer.grow_("r[1]", 6)
    torch.testing.assert_close(layer(x), before)
    assert not any(parameter.requires_grad for parameter in layer.parameters())


def test_layers_resized_in_inference_mode_can_be_trained() -> None:
    layer = mpo()
    with torch.inference_mode():
        layer.canonical_("r[1]").truncate_("r[1]", size=2)
        layer.grow_("r[2]", 6)
    layer(torch.randn(3, 12, dtype=torch.float64)).sum().backward()
    assert all(parameter.grad is not None for parameter in layer.parameters())


def test_hooks_of_parameters_stay() -> None:
    layer, seen = mpo(), []
    core = layer.A.get_parameter("0")
    core.register_hook(lambda grad: seen.append(grad.shape))
    core.register_post_accumulate_grad_hook(lambda parameter: seen.append(parameter.grad.shape))
    x = torch.randn(3, 12, dtype=torch.float64)
    held = layer(x).sum()
    held.backward()
    layer.truncate_("r[1]", size=2)
    assert core.grad.shape == (2, 3, 2)
    layer(x).sum().backward()
    assert seen == [(2, 3, 4)] * 2 + [(2, 3, 2)] * 2 and held.requires_grad

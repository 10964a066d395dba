"""Layers with kernels follow their tensors, whatever happens to these between calls."""

import contextlib
import copy
import io
import pickle
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrize

from tests.backends.c.building import needs_compiler
from tests.layers.kernel_pairs import close, gradients, pair
from tncc.layers import kernels as layer_kernels

pytestmark = needs_compiler


def replaced(layer: Any) -> None:
    layer.bias = nn.Parameter(torch.ones(12))


def loaded(layer: Any) -> None:
    layer.load_state_dict({name: tensor + 1 for name, tensor in layer.state_dict().items()})


def assigned(layer: Any) -> None:
    layer.load_state_dict({name: tensor + 1 for name, tensor in layer.state_dict().items()}, assign=True)


def stepped(layer: Any) -> None:
    optimizer = torch.optim.Adam(layer.parameters(), 0.1, foreach=True)
    with torch.enable_grad():
        layer(torch.ones(3, 12)).square().sum().backward()
    optimizer.step()


def stepped_uncounted(layer: Any) -> None:
    optimizer = torch.optim.Adam(layer.parameters(), 0.1, fused=True)  # which leaves version counters alone
    with torch.enable_grad():
        layer(torch.ones(3, 12)).square().sum().backward()
    optimizer.step()


def written(layer: Any) -> None:
    layer.A.get_parameter("0").mul_(2)


def pointed(layer: Any) -> None:
    layer.A.get_parameter("1").data = torch.ones(3, 3, 2, 3)


def family_replaced(layer: Any) -> None:
    layer.A = copy.deepcopy(layer.A)
    layer.A.get_parameter("0").mul_(3)


def in_inference_mode(layer: Any) -> None:
    with torch.inference_mode():
        layer.bias.add_(1)


def cast_there_and_back(layer: Any) -> None:
    layer.to(torch.float64)
    layer.bias.add_(1e-3)
    layer.to(torch.float32)


CHANGES = [
    replaced, loaded, assigned, stepped, stepped_uncounted, written, pointed, family_replaced, in_inference_mode,
    cast_there_and_back,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_packed_weights_follow_the_tensors(change: Callable[[Any], None], calls: list[str]) -> None:
    ours, theirs = pair()
    ours.eval(), theirs.eval()
    x = torch.randn(7, 12)
    with torch.no_grad():
        before = ours(x)
        close(ours(x), before)
        change(ours)
        after = ours(x)
        theirs.load_state_dict(ours.state_dict())
        close(after, theirs(x))
        assert not torch.allclose(after, before)
    assert calls[-1] in ("run_plain", "run_packed")


def test_weights_are_packed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    packed: list[int] = []
    pack = layer_kernels.pack
    monkeypatch.setattr(layer_kernels, "pack", lambda *given: packed.append(1) or pack(*given))
    ours, _ = pair()
    ours.eval()
    with torch.no_grad():
        for rows in (3, 4, 5):
            ours(torch.randn(rows, 12))
    assert packed == [1]
    ours.train()
    assert "_packed" not in ours.__dict__, "training has no use for them"


def test_copies_and_pickles_have_weights_of_their_own(calls: list[str]) -> None:
    ours, _ = pair()
    ours.eval()
    x = torch.randn(7, 12)
    with torch.no_grad():
        before = ours(x)
        stream = io.BytesIO()
        torch.save(ours, stream)
        stream.seek(0)
        others = [
            copy.deepcopy(ours), pickle.loads(pickle.dumps(ours)), torch.load(stream, weights_only=False),
        ]  # fmt: skip
        for other in others:
            assert type(other) is type(ours)
            close(other(x), before)
            other.bias.add_(1)
            close(other(x), before + 1)
        close(ours(x), before)
    assert {*calls} <= {"run_plain", "run_packed"} and len(calls) == 8


def test_a_tensor_changed_before_its_gradient_is_noticed() -> None:
    for change in ("bias", "A.0"):
        ours, _ = pair()
        output = ours(torch.randn(3, 12))
        with torch.no_grad():
            ours.get_parameter(change).mul_(2)
        with pytest.raises(RuntimeError, match=r"changed in place|modified by an inplace"):
            output.sum().backward()
    ours, _ = pair()
    output = ours(torch.randn(3, 12))
    ours.get_parameter("bias").data = torch.zeros(1)
    with pytest.raises(RuntimeError, match=r"changed in place"):
        output.sum().backward()
    ours, _ = pair()
    x = torch.randn(3, 12)
    output = ours(x)
    x.mul_(2)
    with pytest.raises(RuntimeError, match="modified by an inplace"):
        output.sum().backward()


@pytest.mark.parametrize("shape", [(1,), (3, 2, 2), (2, 3, 3, 1), (300,)])
def test_tensors_of_another_shape_are_left_to_pytorch(shape: tuple[int, ...], calls: list[str]) -> None:
    ours, theirs = pair()
    for layer in (ours, theirs):
        layer.A.register_parameter("0", nn.Parameter(torch.zeros(shape)))
    for graded, training in [(True, True), (False, True), (False, False)]:
        for layer in (ours.train(training), theirs.train(training)):
            with torch.set_grad_enabled(graded), contextlib.suppress(RuntimeError, IndexError):
                layer(torch.ones(2, 12))
    assert calls == []


def test_parametrizations(calls: list[str]) -> None:
    class Doubled(nn.Module):
        def forward(self, tensor: torch.Tensor) -> torch.Tensor:
            return 2 * tensor

    ours, theirs = pair()
    x = torch.randn(3, 12, requires_grad=True)
    with torch.no_grad():
        ours.eval()(x)
    for layer in (ours, theirs):
        parametrize.register_parametrization(layer.A, "1", Doubled())
        parametrize.register_parametrization(layer, "bias", Doubled())
    for mode in (True, False):
        ours.train(mode), theirs.train(mode)
        close(ours(x), theirs(x))
        with torch.no_grad():
            close(ours(x), theirs(x))
            ours.A.parametrizations["1"].original.add_(0.1), theirs.A.parametrizations["1"].original.add_(0.1)
            close(ours(x), theirs(x))
    close(gradients(ours, x), gradients(theirs, x))
    assert "run_backward" in calls


def test_functional_calls(calls: list[str]) -> None:
    ours, theirs = pair()
    ours.eval()
    x = torch.randn(3, 12)
    other = {name: torch.randn_like(tensor) for name, tensor in ours.state_dict().items()}
    with torch.no_grad():
        own = ours(x)
        close(torch.func.functional_call(ours, other, x), torch.func.functional_call(theirs, other, x))
        close(ours(x), own)
    assert calls


def test_hooks_and_taps_see_what_they_see_without_kernels() -> None:
    ours, theirs = pair()
    x = torch.randn(3, 12, requires_grad=True)
    for layer in (ours, theirs):
        layer.seen = []
        layer.register_forward_hook(lambda layer, given, made: layer.seen.append(made))
    (a, taps), (b, other) = (layer(x, taps=["r[1]"]) for layer in (ours, theirs))
    close((a, taps["r[1]"]), (b, other["r[1]"]))
    handles = [layer.hook_("r[1]", lambda value: 2 * value) for layer in (ours, theirs)]
    close(ours(x), theirs(x))
    assert not torch.allclose(ours(x), a)
    for handle in handles:
        handle.remove()
    close(ours(x), a)
    assert len(ours.seen) == 4


def test_changed_bonds_have_kernels_too(calls: list[str]) -> None:
    ours, theirs = pair(dtype=torch.float64)
    x = torch.randn(5, 12, dtype=torch.float64, requires_grad=True)
    with torch.no_grad():
        ours.eval()(x)
    ours.train()
    for change in (
        lambda layer: layer.truncate_("r[1]", size=2),
        lambda layer: layer.canonical_("r[2]"),
        lambda layer: layer.from_dense_(torch.eye(12, dtype=torch.float64)),
        lambda layer: layer.rebuild_({"r[1]": 1}),
    ):
        change(ours), change(theirs)
        theirs.load_state_dict(ours.state_dict())
        calls.clear()
        close(gradients(ours, x), gradients(theirs, x))
        with torch.no_grad():
            close(ours.eval()(x), theirs.eval()(x))
        ours.train(), theirs.train()
        assert calls == ["run", "run_backward", "run_plain"]
    before = ours(x)
    ours.grow_("r[1]", 4)
    calls.clear()
    close(ours(x), before)
    assert calls == ["run"]

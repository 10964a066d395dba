"""Training steps whose kernels save what the backward pass needs."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch

import tncc
from tests.backends.c.building import needs_compiler
from tests.layers.kernel_pairs import CHAIN, close, gradients
from tncc.backends.c import entries

pytestmark = needs_compiler

SIZES = {"ins": (6, 8, 5), "outs": (5, 8, 6), "chi": 12}
ROWS = 4


@pytest.fixture(scope="module")
def layers() -> Iterator[tuple[Any, Any]]:
    """The same layer with kernels that save at `ROWS` rows, and with PyTorch alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entries, "PAYING", 0.0)
        torch.manual_seed(0)
        compiled = tncc.compile_text(CHAIN, batch=(1, ROWS), **SIZES)
        ours = compiled.module(dtype=torch.float64, kernels="c")
        theirs = compiled.module(dtype=torch.float64, kernels="torch")
    theirs.load_state_dict(ours.state_dict())
    yield ours, theirs


def saved(layer: Any, x: torch.Tensor) -> list[int]:
    """The elements of each tensor that a forward pass keeps."""
    sizes: list[int] = []

    def note(tensor: torch.Tensor) -> torch.Tensor:
        sizes.append(tensor.numel())
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        layer(x)
    return sizes


def test_gradients_are_the_same(layers: tuple[Any, Any]) -> None:
    ours, theirs = layers
    x = torch.randn(ROWS, 240, dtype=torch.float64, requires_grad=True)
    engine = ours._engines[torch.float64][1]
    assert saved(ours, x) == [x.numel(), engine.kernel.saved_bytes(ROWS) // 8], "nothing is saved"
    close(gradients(ours, x), gradients(theirs, x))


def test_steps_may_lie_inside_each_other(layers: tuple[Any, Any]) -> None:
    ours, theirs = layers
    x, z = (torch.randn(ROWS, 240, dtype=torch.float64, requires_grad=True) for _ in range(2))
    found = []
    for layer in (ours, theirs):
        first, second = layer(x), layer(z)
        found.append(torch.autograd.grad(first.square().sum() + second.sum(), (x, z, *layer.parameters())))
    close(*found)


def test_second_gradients_are_left_to_pytorch(layers: tuple[Any, Any]) -> None:
    ours, theirs = layers
    x = torch.randn(ROWS, 240, dtype=torch.float64, requires_grad=True)
    found = []
    for layer in (ours, theirs):
        (slope,) = torch.autograd.grad(layer(x).square().sum(), x, create_graph=True)
        found.append(torch.autograd.grad(slope.sum(), (x, *layer.parameters())[:-1]))
    close(*found)


def test_a_limit_on_memory_leaves_saving_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "PAYING", 0.0)
    compiled = tncc.compile_text(CHAIN, batch=(1, ROWS), memory="64MiB", **SIZES)
    assert not compiled.c_files().saves
    assert tncc.compile_text(CHAIN, batch=(1, ROWS), **SIZES).c_files().saves

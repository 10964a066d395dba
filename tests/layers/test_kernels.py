"""Layers with kernels give what the PyTorch plan gives, whatever they are called with."""

import threading
from typing import Any

import pytest
import torch
from torch import nn

from tests.backends.c.building import needs_compiler
from tests.layers.kernel_pairs import ATTENTION, CHAIN, TWO, WIDE, close, compiled, gradients, pair

pytestmark = needs_compiler

SHAPES = [(12,), (0, 12), (1, 12), (5, 12), (40, 12), (2, 3, 12), (2, 0, 12), (1, 2, 1, 12)]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("shape", SHAPES)
def test_any_leading_axes(shape: tuple[int, ...], dtype: torch.dtype, calls: list[str]) -> None:
    ours, theirs = pair(dtype=dtype)
    x = torch.randn(*shape, dtype=dtype, requires_grad=True)
    close(gradients(ours, x), gradients(theirs, x))
    assert calls == ["run", "run_backward"]
    for mode in (ours.eval, ours.train):
        mode()
        with torch.no_grad():
            found = ours(x)
            assert found.dtype == dtype and found.shape == (*shape[:-1], 12)
            close(found, theirs(x))
    assert calls[-1] == "run" and calls[-2] in ("run_plain", "run_packed")


def test_leading_axes_of_inputs_are_broadcast(calls: list[str]) -> None:
    ours, theirs = pair(TWO)
    for one, other in [((5,), (5,)), ((), (5,)), ((2, 1), (3,)), ((2, 3), (2, 3)), ((0,), (1,)), ((), ())]:
        x, z = torch.randn(*one, 3, requires_grad=True), torch.randn(*other, 4, requires_grad=True)
        close(ours(x, z), theirs(x, z))
        close(gradients(ours, x, z), gradients(theirs, x, z))
        with torch.no_grad():
            close(ours.eval()(x, z), theirs.eval()(x, z))
        ours.train(), theirs.train()
    assert {"run", "run_backward", "run_packed"} == {*calls}
    before = len(calls)
    for layer in (ours, theirs):
        with pytest.raises((RuntimeError, ValueError)):
            layer(torch.randn(2, 3), torch.randn(3, 4))
    assert len(calls) == before


def test_dynamic_sizes(calls: list[str]) -> None:
    ours, theirs = pair(ATTENTION)
    for shape in [(3, 4), (2, 5, 4), (7, 1, 4), (2, 2, 9, 4), (0, 3, 4)]:
        x = torch.randn(*shape, requires_grad=True)
        close(gradients(ours, x), gradients(theirs, x))
        with torch.no_grad():
            close(ours.eval()(x), theirs.eval()(x))
        ours.train(), theirs.train()
    assert {"run", "run_backward"} <= {*calls}


def test_arrays_need_not_be_contiguous(calls: list[str]) -> None:
    ours, theirs = pair()
    x = torch.randn(12, 5).T
    assert not x.is_contiguous()
    close(ours(x), theirs(x))
    ours.A.register_parameter(
        "1", nn.Parameter(theirs.A.get_parameter("1").detach().transpose(0, 3).contiguous().transpose(0, 3))
    )
    assert not ours.A.get_parameter("1").is_contiguous()
    inputs = (torch.randn(4, 24)[:, ::2].requires_grad_(),)
    close(gradients(ours, *inputs), gradients(theirs, *inputs))
    with torch.no_grad():
        close(ours.eval()(x), theirs.eval()(x))
    assert len(calls) == 4


def test_arrays_that_are_to_be_taken_negative(calls: list[str]) -> None:
    ours, theirs = pair()
    x, seed = (torch._neg_view(torch.randn(5, 12)) for _ in range(2))
    assert x.is_contiguous() and x.is_neg()
    for layer in (ours, theirs):
        layer.bias = nn.Parameter(torch._neg_view(torch.arange(12.0)))
    found, expected = (
        torch.autograd.grad(layer(x), list(layer.parameters()), given)
        for layer, given in ((ours, seed), (theirs, seed.resolve_neg()))
    )
    close(found, expected)
    with torch.no_grad():
        close(ours.eval()(x), theirs.eval()(x.resolve_neg()))
        close(torch.compile(ours, backend="eager", fullgraph=True)(x), theirs(x.resolve_neg()))
    assert calls == ["run", "run_backward", "run_packed", "run"]


@pytest.mark.parametrize("offset", [1, 3])
def test_arrays_need_not_lie_where_vectors_do(offset: int, calls: list[str]) -> None:
    ours, theirs = pair()
    memory = torch.randn(offset + 60)
    x = memory[offset:].view(5, 12)
    assert x.data_ptr() % 16
    for name, parameter in list(ours.named_parameters()):
        moved = torch.zeros(parameter.numel() + offset)[offset:].view(parameter.shape)
        parameter.data = moved.copy_(parameter.detach())
        assert ours.get_parameter(name).data_ptr() % 16
    close(gradients(ours, x.requires_grad_()), gradients(theirs, x))
    with torch.no_grad():
        close(ours.eval()(x), theirs.eval()(x))
    assert calls == ["run", "run_backward", "run_plain"]


def test_only_some_gradients(calls: list[str]) -> None:
    ours, theirs = pair()
    x = torch.randn(5, 12)
    for layer in (ours, theirs):
        layer.A.get_parameter("1").requires_grad_(False)
    found = gradients(ours, x)
    close(found, gradients(theirs, x))
    assert [gradient is None for gradient in found] == [True, False, False, True, False]
    for layer in (ours, theirs):
        layer.requires_grad_(False)
    close(gradients(ours, x.requires_grad_()), gradients(theirs, x))
    assert calls.count("run_backward") == 2
    assert not ours(x.detach()).requires_grad


def test_several_outputs_of_which_one_is_used(calls: list[str]) -> None:
    ours, theirs = pair(TWO)
    x, z = torch.randn(3, 3, requires_grad=True), torch.randn(3, 4, requires_grad=True)
    for number in (0, 1):
        found = [
            torch.autograd.grad(
                layer(x, z)[number].square().sum(), [x, z, layer.A], allow_unused=True, materialize_grads=True
            )
            for layer in (ours, theirs)
        ]
        close(*found)
    assert calls.count("run_backward") == 2


def test_frozen_tensors_have_no_gradient_and_may_change() -> None:
    ours, theirs = pair(TWO)
    x, z = torch.randn(3, 3), torch.randn(3, 4)
    assert not ours.F.requires_grad
    with torch.no_grad():
        ours.eval()(x, z)
        ours.F.fill_(0.5), theirs.F.fill_(0.5)
        close(ours(x, z), theirs.eval()(x, z))


@pytest.mark.parametrize("text", [CHAIN, TWO, ATTENTION], ids=["chain", "two", "attention"])
def test_gradients_of_gradients(text: str) -> None:
    ours, _ = pair(text, torch.float64)
    shapes = {CHAIN: [(2, 12)], TWO: [(2, 3), (2, 4)], ATTENTION: [(2, 3, 4)]}[text]
    inputs = [torch.randn(*shape, dtype=torch.float64, requires_grad=True) for shape in shapes]
    parameters = dict(ours.named_parameters())

    def call(*tensors: torch.Tensor) -> Any:
        count = len(inputs)
        named = dict(zip(parameters, tensors[count:], strict=True))
        return torch.func.functional_call(ours, named, tensors[:count])

    leaves = (*inputs, *(parameter.detach().clone().requires_grad_() for parameter in parameters.values()))
    assert torch.autograd.gradcheck(call, leaves, fast_mode=True)
    assert torch.autograd.gradgradcheck(call, leaves, fast_mode=True)


@pytest.mark.parametrize(
    "inputs",
    [(torch.zeros(3, 11),), (torch.zeros(()),), (torch.zeros(2, 12), torch.zeros(2, 12)), (), ("x",), (None,)],
    ids=["size", "no axes", "too many", "none", "text", "None"],
)
def test_wrong_calls_fail_as_without_kernels(inputs: tuple[Any, ...]) -> None:
    texts = []
    for layer in pair():
        with pytest.raises(Exception) as error:
            layer(*inputs)
        texts.append((type(error.value), str(error.value)))
    assert texts[0] == texts[1]


def test_inputs_by_name() -> None:
    ours, theirs = pair()
    x = torch.randn(3, 12)
    close(ours(x=x), theirs(x))


def test_threads_may_call_one_layer_at_once() -> None:
    ours, theirs = pair()
    ours.eval()
    xs = [torch.randn(3 + n, 12) for n in range(8)]
    with torch.no_grad():
        expected = [theirs(x) for x in xs]
    faults: list[BaseException] = []
    begin = threading.Barrier(len(xs))

    def work(number: int) -> None:
        try:
            begin.wait()
            for turn in range(60):
                with torch.no_grad():
                    close(ours(xs[number]), expected[number])
                if turn % 10 == 0:
                    with torch.enable_grad():
                        close(ours(xs[number]), expected[number])
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(len(xs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_the_default_device_does_not_matter() -> None:
    ours, theirs = pair()
    x = torch.randn(5, 12)
    found: list[torch.Tensor] = []

    def call() -> None:  # in a thread that has no workspace yet
        with torch.device("meta"):
            ours(x).sum().backward()
            with torch.no_grad():
                found.append(ours.eval()(x))

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    close(found[0], theirs(x))
    assert all(tensor.grad.device.type == "cpu" for tensor in ours.parameters())


def test_several_threads_share_the_rows_of_one_call() -> None:
    ours, theirs = pair()
    x = torch.randn(2000, 12, requires_grad=True)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        close(gradients(ours, x), gradients(theirs, x))
        first = gradients(ours, x)
        for _ in range(3):
            for one, other in zip(gradients(ours, x), first, strict=True):
                assert torch.equal(one, other), "results are the same for a number of threads"
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("rows", [1, 2, 3, 40])
def test_several_threads_share_the_steps_of_few_rows_and_of_weights(rows: int) -> None:
    ours, theirs = pair(WIDE, torch.float64)
    x = torch.randn(rows, 960, dtype=torch.float64, requires_grad=True)
    source = compiled(WIDE).c_files("float64").code
    assert all(f"TNCC_SHARED({crew}) for (int part" in source for crew in ("parts", "threads"))
    before = torch.get_num_threads()
    try:
        for threads in (1, 2, 5):
            torch.set_num_threads(threads)
            close(gradients(ours, x), gradients(theirs, x))
            with torch.no_grad():
                close(ours.eval()(x), theirs.eval()(x))
            ours.train(), theirs.train()
    finally:
        torch.set_num_threads(before)

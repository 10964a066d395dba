"""What a generated module can be put through: compilers, copies, conversions, transforms."""

import copy
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch._dynamo.testing import CompileCounter
from torch.nn.utils import parametrize, prune

from tests.backends import samples
from tests.backends.generated import arguments_of, class_of, module_of, state_of
from tests.oracle import draw
from tncc.ir.network import Network

SAMPLES = [
    samples.TRAIN, samples.ATTENTION, samples.TWO_INPUTS, samples.UNBATCHED, samples.FROZEN, samples.WITH_COPY,
    samples.COMPLEX,
]  # fmt: skip
BATCHED = [network for network in SAMPLES if network is not samples.UNBATCHED]


@pytest.fixture(autouse=True)
def clean() -> Iterator[None]:
    """Forgets what was compiled before."""
    torch.manual_seed(0)
    torch._dynamo.reset()
    yield
    torch._dynamo.reset()


def call(module: Any, arguments: list[torch.Tensor]) -> tuple[torch.Tensor, ...]:
    """The results as a tuple."""
    results = module(*arguments)
    return results if isinstance(results, tuple) else (results,)


def prepared(network: Network, lead: tuple[int, ...] = (3,)) -> tuple[Any, list[torch.Tensor]]:
    """A module with random tensors, and arguments for it."""
    values = draw(network, lead=lead)
    return module_of(network, values), arguments_of(network, values)


@pytest.mark.parametrize("network", BATCHED)
@pytest.mark.parametrize("first", [5, 1, 0])
def test_at_most_two_graphs_are_compiled_for_eleven_batch_sizes(network: Network, first: int) -> None:
    module, _ = prepared(network)
    counter = CompileCounter()
    compiled = torch.compile(module, backend=counter, fullgraph=True)
    for rows in [first, *range(2, 12)][:11]:
        arguments = arguments_of(network, draw(network, lead=(rows,)))
        for found, expected in zip(call(compiled, arguments), call(module, arguments), strict=True):
            torch.testing.assert_close(found, expected)
    assert counter.frame_count <= 2


@pytest.mark.parametrize("network", [samples.TRAIN, samples.FROZEN])
def test_the_default_compiler_takes_it_forward_and_backward(network: Network) -> None:
    module, arguments = prepared(network)
    compiled = torch.compile(module, backend="aot_eager", fullgraph=True)
    compiled(*arguments).square().sum().backward()
    found = [parameter.grad.clone() for parameter in module.parameters()]
    module.zero_grad()
    module(*arguments).square().sum().backward()
    torch.testing.assert_close(found, [parameter.grad for parameter in module.parameters()])


@pytest.mark.parametrize("network", BATCHED)
@pytest.mark.parametrize("strict", [False, True])
def test_it_is_exported_with_a_dynamic_batch(network: Network, strict: bool) -> None:
    module, arguments = prepared(network)
    rows = torch.export.Dim("rows", min=2)
    shapes = tuple({0: rows} for _ in arguments)
    exported = torch.export.export(module, tuple(arguments), dynamic_shapes=shapes, strict=strict).module()
    for count in (2, 9):
        arguments = arguments_of(network, draw(network, lead=(count,)))
        for found, expected in zip(call(exported, arguments), call(module, arguments), strict=True):
            torch.testing.assert_close(found, expected)


@pytest.mark.parametrize("network", SAMPLES)
def test_copies_are_equal_and_independent(network: Network) -> None:
    module, arguments = prepared(network)
    expected = call(module, arguments)
    twin = copy.deepcopy(module)
    torch.testing.assert_close(call(twin, arguments), expected)
    with torch.no_grad():
        for tensor in (*twin.parameters(), *twin.buffers()):
            tensor.mul_(2.0)
    torch.testing.assert_close(call(module, arguments), expected)
    assert not torch.allclose(call(twin, arguments)[0], expected[0])


@pytest.mark.parametrize("network", SAMPLES)
def test_the_state_survives_a_file(network: Network) -> None:
    module, arguments = prepared(network)
    expected = call(module, arguments)
    file = io.BytesIO()
    torch.save(module.state_dict(), file)
    file.seek(0)
    fresh = module_of(network)
    fresh.load_state_dict(torch.load(file, weights_only=True))
    torch.testing.assert_close(call(fresh, arguments), expected)


@pytest.mark.parametrize("network", SAMPLES)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_it_is_converted(network: Network, dtype: torch.dtype) -> None:
    module, arguments = prepared(network)
    expected = call(module, arguments)
    module.to(dtype)
    for found, value in zip(call(module, [argument.to(dtype) for argument in arguments]), expected, strict=True):
        assert torch.isfinite(found).all()
        precise = found.to(value.dtype)
        torch.testing.assert_close(precise, value, rtol=0.1, atol=0.1 * float(value.abs().max()))


@pytest.mark.parametrize("network", SAMPLES)
def test_autocast(network: Network) -> None:
    module, arguments = prepared(network)
    module.float()
    arguments = [argument.float() for argument in arguments]
    expected = call(module, arguments)
    fresh = module_of(network, dtype=torch.float32)
    fresh.load_state_dict(module.state_dict())
    with torch.autocast("cpu", dtype=torch.bfloat16):
        results = call(fresh, arguments)
        results[0].abs().float().sum().backward()
    for found, value in zip(results, expected, strict=True):
        torch.testing.assert_close(found.to(value.dtype), value, rtol=0.1, atol=0.1 * float(value.detach().abs().max()))
    torch.testing.assert_close(call(fresh, arguments), expected)


@pytest.mark.parametrize("network", SAMPLES)
def test_vmap_over_inputs_equals_a_loop(network: Network) -> None:
    module, _ = prepared(network)
    several = [arguments_of(network, draw(network, seed=seed)) for seed in range(3)]
    stacked = [torch.stack(same) for same in zip(*several, strict=True)]
    found = torch.func.vmap(module)(*stacked)
    found = found if isinstance(found, tuple) else (found,)
    for number, arguments in enumerate(several):
        torch.testing.assert_close(tuple(result[number] for result in found), call(module, arguments))


@pytest.mark.parametrize("network", SAMPLES)
def test_vmap_over_models_and_gradients_by_transform(network: Network) -> None:
    kind = class_of(network)
    modules = [kind(dtype=torch.float64) for _ in range(3)]
    arguments = arguments_of(network, draw(network))
    parameters, buffers = torch.func.stack_module_state(modules)

    def total(own: dict[str, torch.Tensor], kept: dict[str, torch.Tensor]) -> Any:
        results = torch.func.functional_call(modules[0], (own, kept), tuple(arguments))
        first = results[0] if isinstance(results, tuple) else results
        return first.abs().square().sum()

    gradients = torch.func.vmap(torch.func.grad(total))(parameters, buffers)
    for number, module in enumerate(modules):
        call(module, arguments)[0].abs().square().sum().backward()
        for name, parameter in module.named_parameters():
            torch.testing.assert_close(gradients[name][number], parameter.grad)


@pytest.mark.parametrize("network", SAMPLES)
def test_a_gradient_by_transform_leaves_nothing_behind(network: Network) -> None:
    module, arguments = prepared(network)
    torch.func.grad(lambda x: call(module, [x, *arguments[1:]])[0].abs().sum())(arguments[0])
    for _ in range(2):
        call(module, arguments)[0].abs().sum().backward()


@pytest.mark.parametrize("network", SAMPLES)
def test_shapes_are_worked_out_on_meta(network: Network) -> None:
    module, arguments = prepared(network)
    with torch.device("meta"):
        shadow = module_of(network)
    assert all(parameter.is_meta for parameter in shadow.parameters())
    shadow.reset_parameters()
    shapes = [result.shape for result in call(shadow, [argument.to("meta") for argument in arguments])]
    assert shapes == [result.shape for result in call(module, arguments)]
    real = shadow.to_empty(device="cpu")
    real.load_state_dict(module.state_dict())
    torch.testing.assert_close(call(real, arguments), call(module, arguments))


@pytest.mark.parametrize("network", SAMPLES)
def test_state_can_be_assigned_to_a_shadow(network: Network) -> None:
    module, arguments = prepared(network)
    shadow = module_of(network, device="meta")
    shadow.load_state_dict(module.state_dict(), assign=True)
    torch.testing.assert_close(call(shadow, arguments), call(module, arguments))


def test_inputs_may_be_strided_and_results_may_be_written_on() -> None:
    network = samples.TRAIN
    module, _ = prepared(network)
    wide = torch.randn(16, 6, dtype=torch.float64)
    torch.testing.assert_close(module(wide.T), module(wide.T.contiguous()))
    with torch.no_grad():
        module(wide.T).zero_()
    torch.testing.assert_close(module(wide.T), module(wide.T.contiguous()))


class Doubled(nn.Module):
    """A parametrization."""

    def forward(self, tensor: torch.Tensor) -> torch.Tensor:
        return 2.0 * tensor


def test_parametrizations_and_pruning_work() -> None:
    network = samples.changed(samples.TRAIN, A0={"path": ("A", "0")}, A1={"path": ("A", "1")})
    values = draw(network)
    module = module_of(network, values)
    arguments = arguments_of(network, values)
    bias = torch.from_numpy(values["b"])
    expected = module(*arguments) - bias
    parametrize.register_parametrization(module.A, "0", Doubled())
    torch.testing.assert_close(module(*arguments) - bias, 2.0 * expected)
    parametrize.remove_parametrizations(module.A, "0", leave_parametrized=False)
    prune.random_unstructured(module.A, "1", amount=0.5)
    with_zeros = dict(values) | {"A1": getattr(module.A, "1").detach().numpy()}
    assert (with_zeros["A1"] == 0).sum() >= np.size(with_zeros["A1"]) // 2
    fresh = module_of(network, with_zeros)
    torch.testing.assert_close(module(*arguments), fresh(*arguments))


def test_gradients_are_taken_through_functional_calls() -> None:
    network = samples.TRAIN
    module, arguments = prepared(network)
    state = state_of(network, draw(network, seed=7))
    found = torch.func.functional_call(module, state, tuple(arguments))
    module.load_state_dict(state)
    torch.testing.assert_close(found, module(*arguments))


def test_scripts_of_hooks_see_every_call() -> None:
    module, arguments = prepared(samples.TRAIN)
    seen = []
    module.register_forward_hook(lambda _, inputs, output: seen.append(output.shape))
    module(*arguments)
    assert seen == [(3, 15)]

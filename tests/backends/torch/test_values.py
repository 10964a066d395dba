"""Modules compute what the oracle says, and their gradients are right."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backends import samples
from tests.backends.emitted import source_of
from tests.backends.generated import arguments_of, function_of, module_of, results_of
from tests.closeness import assert_agree
from tests.oracle import FUNCTIONS, draw, evaluate
from tests.random_networks import networks
from tests.small_networks import small_network
from tncc.ir.network import Network
from tncc.passes import run_passes

SAMPLES = [samples.TRAIN, samples.ATTENTION, samples.TWO_INPUTS, samples.UNBATCHED, samples.FROZEN, samples.WITH_COPY]


@settings(max_examples=150, deadline=None)
@given(networks(), st.sampled_from([(), (3,), (2, 0), (1, 2)]), st.booleans())
def test_random_networks_equal_the_oracle(network: Network, lead: tuple[int, ...], plain: bool) -> None:
    values = draw(network, lead=lead, dynamic={"q": 2, "t": 2})
    module = module_of(network if plain else run_passes(network), values)
    for _ in range(2):
        results = module(*arguments_of(network, values))
        assert_agree(results_of(network, results), evaluate(network, values))


@settings(max_examples=30, deadline=None)
@given(networks())
def test_gradients_of_random_networks_are_right(network: Network) -> None:
    values = draw(network, lead=(2,), dynamic={"q": 2, "t": 2})
    module = module_of(network, values)
    variables = [argument.requires_grad_() for argument in arguments_of(network, values)]
    variables += list(module.parameters())

    def call(*tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
        state = dict(zip(dict(module.named_parameters()), tensors[len(network.inputs) :], strict=True))
        results = torch.func.functional_call(module, state, tensors[: len(network.inputs)])
        found = results if isinstance(results, tuple) else (results,)
        return tuple(result for result in found if result.requires_grad) or (variables[0].sum(),)

    assert torch.autograd.gradcheck(call, variables, fast_mode=True, atol=1e-4)


@pytest.mark.parametrize("network", SAMPLES)
def test_first_and_second_gradients_are_right(network: Network) -> None:
    values = draw(network, lead=(2,))
    module = module_of(network, values)
    variables = [argument.requires_grad_() for argument in arguments_of(network, values)] + list(module.parameters())

    def call(*tensors: torch.Tensor) -> Any:
        state = dict(zip(dict(module.named_parameters()), tensors[len(network.inputs) :], strict=True))
        return torch.func.functional_call(module, state, tensors[: len(network.inputs)])

    assert torch.autograd.gradcheck(call, variables, fast_mode=True)
    assert torch.autograd.gradgradcheck(call, variables, fast_mode=True)


@pytest.mark.parametrize("lead", [(), (1,), (0,), (5,), (2, 3), (2, 0, 3), (1, 1)])
@pytest.mark.parametrize("network", SAMPLES)
def test_any_leading_axes_are_taken(network: Network, lead: tuple[int, ...]) -> None:
    values = draw(network, lead=lead)
    results = module_of(network, values)(*arguments_of(network, values))
    assert_agree(results_of(network, results), evaluate(network, values))


@pytest.mark.parametrize("leads", [((2, 1), (3,)), ((), (4,)), ((1,), (0,)), ((3, 1, 2), (5, 1)), ((2,), (2,))])
def test_leading_axes_of_several_inputs_broadcast(leads: tuple[tuple[int, ...], tuple[int, ...]]) -> None:
    network = samples.TWO_INPUTS
    values = draw(network)
    generator = np.random.default_rng(0)
    values["x"], values["z"] = generator.normal(size=(*leads[0], 3)), generator.normal(size=(*leads[1], 4))
    results = module_of(network, values)(*arguments_of(network, values))
    assert_agree(results_of(network, results), evaluate(network, values))


def test_run_time_sizes_are_taken_from_the_inputs() -> None:
    network = samples.ATTENTION
    module = module_of(network)
    for size in (1, 2, 7):
        values = draw(network, lead=(2,), dynamic={"q": size, "t": size})
        module.load_state_dict({name: torch.from_numpy(values[name]) for name in ("A", "B")})
        assert_agree(results_of(network, module(*arguments_of(network, values))), evaluate(network, values))


def test_functions_over_nothing_keep_their_gradients() -> None:
    network = small_network(
        {"i": 3, "u": 1},
        [("a", "... i u", "softmax<u> x"), ("b", "... i u", "layernorm<u> x")],
        outputs="a b",
        inputs={"x": "... i u"},
    )
    values = draw(network)
    rewritten = run_passes(network)
    arguments = [argument.requires_grad_() for argument in arguments_of(network, values)]
    results = module_of(rewritten, values)(*arguments)
    assert_agree(results_of(network, results), evaluate(network, values))
    assert all(result.requires_grad for result in results)


def test_a_selection_of_every_position_has_one_gradient() -> None:
    count = 12
    network = small_network(
        {"n": count, "f": 2, "r": 3},
        [("y", "... r", " * ".join(["A"] + [f"x{{... {k} f}}" for k in range(count)]))],
        inputs={"x": "... n f"},
        parameters={"A": "f r"},
    )
    values = draw(network)
    arguments = [argument.requires_grad_() for argument in arguments_of(network, values)]
    result = module_of(network, values)(*arguments)
    assert_agree(results_of(network, result), evaluate(network, values))
    functions = source_of(network).split("\ndef ")
    straight = next(text for text in functions if text.startswith("_straight("))
    assert straight.count(".unbind(") == 1 and ".select(" not in straight
    backward = next(text for text in functions if text.startswith("_backward_0("))
    assert backward.count("torch.stack(") == 1


@pytest.mark.parametrize("function", sorted(set(FUNCTIONS) - {"mean", "max", "sum"}))
@pytest.mark.parametrize("over", ["j", "i", "i j", "j k", "i k", "i j k"])
def test_every_function_over_any_axes(function: str, over: str) -> None:
    joint = function in ("softmax", "layernorm")
    network = small_network(
        {"i": 3, "j": 2, "k": 4},
        [("y", "... i j k", f"{function}<{over if joint else ''}> x")],
        inputs={"x": "... i j k"},
    )
    values = draw(network)
    values["x"] = np.abs(values["x"]) + 0.5
    stored: dict[str, torch.Tensor] = {}
    expected = evaluate(network, values)
    assert_agree(results_of(network, module_of(network)(*arguments_of(network, values))), expected)
    assert_agree(results_of(network, function_of(network)(values["x"], stored)), expected)


@pytest.mark.parametrize("function", ["mean", "max", "sum"])
@pytest.mark.parametrize(("over", "left"), [("j", "i k"), ("i k", "j"), ("i j k", "")])
def test_every_reduction(function: str, over: str, left: str) -> None:
    network = small_network(
        {"i": 3, "j": 2, "k": 4}, [("y", f"... {left}", f"{function}<{over}> x")], inputs={"x": "... i j k"}
    )
    for lead in ((), (0,), (2,)):
        values = draw(network, lead=lead)
        found = module_of(network)(*arguments_of(network, values))
        assert_agree(results_of(network, found), evaluate(network, values))


def test_a_parameter_as_it_is_is_a_result_in_inference_too() -> None:
    network = small_network({"i": 3}, [("y", "i", "A")], inputs={"x": "... i"}, parameters={"A": "i"})
    values = draw(network, lead=(2,))
    module = module_of(network, values).eval()
    with torch.no_grad():
        assert_agree(results_of(network, module(*arguments_of(network, values))), evaluate(network, values))


@pytest.mark.parametrize(
    "network",
    [
        small_network({"i": 3, "j": 4}, [("y", "i", "A * B")], parameters={"A": "i j", "B": "j"}),
        small_network({"i": 3, "j": 4}, [("y", "i", "F * G")], frozen={"F": "i j", "G": "j"}),
        small_network({"i": 3, "j": 3}, [("y", "i j", "D")], copies={"D": "i j"}),
    ],
    ids=["parameters", "frozen tensors", "a copy tensor"],
)
def test_networks_without_inputs(network: Network) -> None:
    network = network.model_copy(update={"batched": False})
    values = draw(network)
    module = module_of(network, values)
    (expected,) = evaluate(network, values).values()
    for mode in (True, False):
        result = module.train(mode)()
        np.testing.assert_allclose(result.detach().numpy(), expected, rtol=1e-12)
    parameters = list(module.parameters())
    if parameters:
        module().sum().backward()
        assert torch.autograd.gradcheck(lambda *_: module(), parameters)
    assert all(parameter.grad is not None for parameter in parameters)

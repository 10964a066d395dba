"""Planned gradients, against torch's autograd of the same network in double precision."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.autograd import by_autograd
from tests.backends.emitted import program_of
from tests.backends.generated import arguments_of, executed, load, results_of, state_of
from tests.closeness import assert_agree, is_tame
from tests.formula import compiled_once
from tests.interpret import interpret
from tests.oracle import Array, draw, evaluate
from tests.planning.trivial_order import in_pairs, left_to_right
from tests.random_networks import networks
from tests.small_networks import small_network, tensor_train
from tncc.backends import TARGETS
from tncc.backends.naming import top_level_name
from tncc.diagnostics.diagnostic import CompileError
from tncc.driver import compile_text
from tncc.elaborate.vocabulary import FUNCTION_WORDS
from tncc.ir.network import BATCH, Axis, Network, sizes_at
from tncc.ir.plan import Plan, Variant
from tncc.ir.schedule import Schedule
from tncc.ir.slopes import SCALE, SLOPES
from tncc.ir.verify import verify
from tncc.passes import run_passes
from tncc.planning.gradients import Derivative, differentiate
from tncc.planning.layout import lower
from tncc.planning.order import contraction_order
from tncc.planning.pairwise import Order
from tncc.planning.schedule import costed, needed, plan_schedule

ROWS = 3

NETWORKS = Path(__file__).parents[2] / "examples" / "networks"


def seeds_for(network: Network, derivative: Derivative, tensors: Mapping[str, Array]) -> dict[str, Array]:
    """A random gradient for each output, under the names of the seeds."""
    generator = np.random.default_rng(7)
    outputs = evaluate(network, tensors)
    return {seed: generator.standard_normal(outputs[name].shape) for name, seed in derivative.seeds}


def stepwise(network: Network, order: Order = left_to_right) -> Network:
    """The network in steps of at most two operands."""
    steps = tuple(step.operation for step in plan_schedule(network, ROWS, order=order).steps)
    return network.model_copy(update={"operations": steps})


def derivative_of(network: Network, order: Order = left_to_right) -> Derivative:
    """The gradients of a network, which are known to be planned."""
    found = differentiate(network, stepwise(network, order).operations)
    assert found is not None
    return found


def lowered(network: Network, tensors: Mapping[str, Array]) -> dict[str, Array]:
    """The outputs by way of array instructions."""
    steps = costed(network, needed(network), sizes_at(network, ROWS), 4)
    return interpret(lower(network, Schedule(rows=ROWS, steps=steps, outputs=network.outputs)), network, tensors)


def assert_gradients(
    network: Network, order: Order = left_to_right, tensors: Mapping[str, Array] | None = None
) -> Derivative:
    """The derivative's values are autograd's, by the oracle and by array instructions, beside the outputs too."""
    tensors = draw(network, lead=(ROWS,)) if tensors is None else tensors
    derivative = derivative_of(network, order)
    seeds = seeds_for(network, derivative, tensors)
    expected = by_autograd(network, tensors, seeds)
    names = dict(derivative.gradients)
    assert not names.keys() & set(derivative.missing)
    assert not any(np.any(expected[name]) for name in expected.keys() - names.keys() - set(derivative.missing))
    wanted = {value: expected[name] for name, value in derivative.gradients}
    if not wanted:
        return derivative
    verify(derivative.network)
    assert_agree(evaluate(derivative.network, {**tensors, **seeds}), wanted)
    assert_agree(lowered(derivative.network, {**tensors, **seeds}), wanted)
    outputs = [output for output, _ in derivative.seeds]
    joint = derivative.network.model_copy(update={"outputs": (*outputs, *wanted)})
    assert_agree(lowered(joint, {**tensors, **seeds}), {**evaluate(network, tensors), **wanted})
    return derivative


def positive(network: Network) -> dict[str, Array]:
    """Values that a logarithm or a root can be taken of."""
    return {name: np.abs(array) + 0.1 for name, array in draw(network, lead=(ROWS,)).items()}


@settings(max_examples=100, deadline=None)
@given(networks(), st.sampled_from([left_to_right, in_pairs]), st.sampled_from([0, 1, ROWS]))
def test_gradients_of_random_networks_are_autograds(network: Network, order: Order, rows: int) -> None:
    tensors = draw(network, lead=(rows,))
    assume(is_tame(network, tensors))
    assume(differentiate(network, stepwise(network, order).operations) is not None)
    assert_gradients(network, order, tensors)


ELEMENTWISE = ("relu", "gelu", "silu", "tanh", "sigmoid", "exp", "abs", "sin", "cos")
OF_POSITIVE = ("log", "sqrt", "reciprocal")


@pytest.mark.parametrize("function", ELEMENTWISE)
def test_elementwise_functions(function: str) -> None:
    network = small_network(
        {"i": 4, "o": 3},
        [("h", "... o", "x * A"), ("g", "... o", f"{function}<> h"), ("y", "... o", "g * u")],
        inputs={"x": "... i"},
        parameters={"A": "i o", "u": "o"},
    )
    assert_gradients(network)


@pytest.mark.parametrize("function", OF_POSITIVE)
def test_functions_of_positive_numbers(function: str) -> None:
    network = small_network(
        {"i": 4, "o": 3},
        [("h", "... o", "x * A"), ("g", "... o", f"{function}<> h"), ("y", "... o", "g * u")],
        inputs={"x": "... i"},
        parameters={"A": "i o", "u": "o"},
    )
    assert_gradients(network, tensors=positive(network))


@pytest.mark.parametrize("function", ["softmax", "layernorm"])
@pytest.mark.parametrize("over", ["i", "k", "j", "i k", "k i", "i j", "j i k", "u", "u i"])
def test_functions_over_indices(function: str, over: str) -> None:
    network = small_network(
        {"i": 4, "j": 3, "k": 2, "u": 1},
        [("h", "... j (i k) u", "x * A"), ("g", "... (j k) u i", f"{function}<{over}> h"), ("y", "... j k", "g * g")],
        inputs={"x": "... j u"},
        parameters={"A": "i k j"},
    )
    assert_gradients(network)


@pytest.mark.parametrize("function", ["softmax", "layernorm"])
def test_functions_over_indices_along_which_the_gradient_is_constant(function: str) -> None:
    network = small_network(
        {"i": 4, "j": 3},
        [("g", "... i j", f"{function}<i> x"), ("y", "... j", "g")],
        inputs={"x": "... i j"},
    )
    assert_gradients(network)


@pytest.mark.parametrize("function", ["mean", "sum"])
@pytest.mark.parametrize(("over", "left"), [("i", "j k"), ("k i", "j"), ("i j k", "")])
def test_reductions(function: str, over: str, left: str) -> None:
    network = small_network(
        {"i": 4, "j": 3, "k": 2},
        [("m", f"... {left}", f"{function}<{over}> x"), ("y", f"... {left}", "m * m")],
        inputs={"x": "... i (j k)"},
    )
    assert_gradients(network)


def test_a_mean_of_parameters_alone() -> None:
    network = small_network(
        {"i": 4, "j": 3},
        [("m", "i", "mean<j> A"), ("y", "...", "x * m")],
        inputs={"x": "... i"},
        parameters={"A": "i j"},
    )
    assert_gradients(network)


def test_a_tensor_train_with_and_without_a_ring() -> None:
    for ring in (False, True):
        assert_gradients(tensor_train((2, 3, 2), (3, 2, 2), 3, ring=ring), in_pairs)


def test_sums_with_coefficients_and_broadcast_terms() -> None:
    network = small_network(
        {"i": 4, "j": 3},
        [("y", "... i j", "0.5 x + -2 A + b + -1 c + 3 s")],
        inputs={"x": "... i", "s": "..."},
        parameters={"A": "j i", "b": "j", "c": ""},
    )
    derivative = assert_gradients(network)
    shapes = {value: array.shape for value, array in evaluate_gradients(network, derivative).items()}
    assert shapes == {"x": (ROWS, 4), "s": (ROWS,), "A": (3, 4), "b": (3,), "c": ()}


def evaluate_gradients(network: Network, derivative: Derivative) -> dict[str, Array]:
    """The gradients by tensor, of random values."""
    tensors = draw(network, lead=(ROWS,))
    found = evaluate(derivative.network, tensors | seeds_for(network, derivative, tensors))
    return {name: found[value] for name, value in derivative.gradients}


def test_gradients_are_repeated_along_what_was_summed_away() -> None:
    network = small_network(
        {"i": 4, "j": 3, "k": 2}, [("y", "...", "x * A")], inputs={"x": "..."}, parameters={"A": "i (j k)"}
    )
    derivative = assert_gradients(network)
    assert len(derivative.copies) == 3
    assert {tensor.role for tensor in derivative.network.tensors if tensor.name in derivative.copies} == {"copy"}


def test_scales() -> None:
    network = small_network(
        {"i": 4},
        [("h", "... i", "-3 * x"), ("y", "... i", "0.5 * h * A")],
        inputs={"x": "... i"},
        parameters={"A": "i"},
    )
    assert_gradients(network)


def test_composite_axes_grouped_otherwise_at_use() -> None:
    network = small_network(
        {"a": 2, "b": 3, "c": 2, "d": 6, "e": 3, "f": 2},
        [
            ("h", "... (a b) c", "x * A"),
            ("g", "... d c", "tanh<> h{... d c}"),
            ("k", "... e f", "h{... (e f) c} * B{c e}"),
            ("y", "... c e", "g{... (e f) c} * k * h{... (f e) c}"),
        ],
        outputs="y k",
        inputs={"x": "... (a b)"},
        parameters={"A": "a c b", "B": "c (b)"},
    )
    assert_gradients(network)


def test_a_tensor_under_other_names_and_used_twice() -> None:
    network = small_network(
        {"i": 3, "j": 3, "k": 3},
        [("h", "... k", "x * A{i j} * A{j k}"), ("y", "... k", "h + x{... k}")],
        inputs={"x": "... i"},
        parameters={"A": "i j"},
    )
    assert_gradients(network)


def test_attention_like_use_of_one_input_under_two_dynamic_names() -> None:
    network = small_network(
        {"q": 0, "t": 0, "d": 4, "k": 3},
        [
            ("Q", "... q k", "x * A"),
            ("K", "... t k", "x{... t d} * B"),
            ("w", "... q t", "0.5 * Q * K"),
            ("s", "... q t", "softmax<t> w"),
            ("y", "... q d", "s * x{... t d}"),
        ],
        inputs={"x": "... q d"},
        parameters={"A": "d k", "B": "d k"},
    )
    bindings = (*network.bindings, network.bindings[0].model_copy(update={"index": "t"}))
    assert_gradients(network.model_copy(update={"bindings": bindings}))


def test_sizes_known_at_run_time_only() -> None:
    network = small_network(
        {"q": 0, "i": 2, "o": 3},
        [("h", "... q o", "x * A"), ("g", "... q o", "gelu<> h"), ("y", "... o", "g * h")],
        inputs={"x": "... (q i)"},
        parameters={"A": "i o"},
    )
    assert_gradients(network, tensors=draw(network, lead=(ROWS,), dynamic={"q": 7}))


def test_two_outputs_of_which_one_is_used_further() -> None:
    network = small_network(
        {"i": 4, "o": 3},
        [("h", "... o", "x * A"), ("y", "... o", "tanh<> h"), ("z", "...", "y * h * b")],
        outputs="h z y",
        inputs={"x": "... i"},
        parameters={"A": "i o", "b": "o"},
    )
    derivative = assert_gradients(network)
    assert derivative.seeds == (("h", "h'"), ("z", "z'"), ("y", "y'"))


def test_frozen_and_copy_tensors_have_no_gradients() -> None:
    network = small_network(
        {"i": 3, "j": 3, "k": 3, "o": 2},
        [("c", "k o", "exp<> F"), ("y", "... o", "x * D * A * c")],
        inputs={"x": "... i"},
        parameters={"A": "j"},
        frozen={"F": "k o"},
        copies={"D": "i j k"},
    )
    derivative = assert_gradients(network)
    assert [name for name, _ in derivative.gradients] == ["x", "A"]


def test_scalars() -> None:
    network = small_network(
        {"i": 3}, [("y", "", "a * b * c * u * u")], inputs={"a": ""}, parameters={"b": "", "u": "i"}, frozen={"c": ""}
    )
    assert_gradients(network.model_copy(update={"batched": False}))


def test_bare_axes() -> None:
    network = small_network(
        {"i": 4, "j": 4, "o": 3, "p": 2, "q": 2},
        [("h", "... o", "x{... i} * A{i o}"), ("y", "... o", "tanh<> h")],
        inputs={"x": "... i"},
        parameters={"A": "i o"},
    )
    bare = []
    for tensor in network.tensors:
        axes = [axis if axis.indices == (BATCH,) else Axis(size=axis.size) for axis in tensor.axes]
        bare.append(tensor.model_copy(update={"axes": tuple(axes)}))
    network = network.model_copy(update={"tensors": tuple(bare)})
    verify(network)
    assert_gradients(network)


def test_an_axis_of_size_one_under_no_name() -> None:
    network = small_network(
        {"i": 3, "u": 1}, [("y", "... i", "x * A{() i}")], inputs={"x": "... i"}, parameters={"A": "u i"}
    )
    assert_gradients(network)


def test_unused_tensors_have_no_gradients() -> None:
    network = small_network({"i": 3}, [("y", "... i", "x * A")], inputs={"x": "... i"}, parameters={"A": "i", "B": "i"})
    assert [name for name, _ in assert_gradients(network).gradients] == ["x", "A"]


def test_nothing_to_train_has_no_gradients() -> None:
    network = small_network({"i": 3}, [("y", "i", "exp<> F")], frozen={"F": "i"})
    derivative = derivative_of(network)
    assert (derivative.gradients, derivative.missing, derivative.copies) == ((), (), ())


def test_an_input_that_cannot_be_planned_alone_is_left_to_autograd() -> None:
    network = small_network(
        {"q": 0, "t": 0, "i": 3},
        [("h", "... q", "w{... q q}"), ("y", "... q", "h * z * A{0}")],
        inputs={"w": "... q t", "z": "... q"},
        parameters={"A": "i"},
    )
    derivative = assert_gradients(network, tensors=draw(network, lead=(ROWS,), dynamic={"q": 4, "t": 4}))
    assert derivative.missing == ("w",)
    assert [name for name, _ in derivative.gradients] == ["z", "A"]


def test_what_is_left_to_autograd() -> None:
    largest = small_network({"i": 3}, [("y", "...", "max<i> x")], inputs={"x": "... i"})
    diagonal = small_network(
        {"q": 0, "t": 0, "i": 3},
        [("h", "... q t", "x{... q i} * x{... t i}"), ("y", "... q", "h{... q q}")],
        inputs={"x": "... q i"},
    )
    bindings = (*diagonal.bindings, diagonal.bindings[0].model_copy(update={"index": "t"}))
    for network in (largest, diagonal.model_copy(update={"bindings": bindings})):
        verify(network)
        assert differentiate(network, stepwise(network).operations) is None


def test_complex_tensors_are_left_to_autograd() -> None:
    network = tensor_train((2, 2), (2, 2), 2)
    tensors = tuple(t.model_copy(update={"complex": t.name == "A0"}) for t in network.tensors)
    network = network.model_copy(update={"tensors": tensors})
    assert differentiate(network, stepwise(network).operations) is None


def test_a_max_of_constants_is_no_hindrance() -> None:
    network = small_network(
        {"i": 3, "j": 4},
        [("m", "i", "max<j> F"), ("y", "... i", "x * m")],
        inputs={"x": "... i"},
        frozen={"F": "i j"},
    )
    assert_gradients(network)


def test_names_of_gradients_do_not_clash() -> None:
    network = small_network(
        {"i": 3},
        [("h", "... i", "x * A"), ("h':1", "... i", "tanh<> h"), ("y", "... i", "h * h':1")],
        inputs={"x": "... i"},
        parameters={"A": "i"},
    )
    assert_gradients(network)


@pytest.mark.parametrize("file", sorted(NETWORKS.glob("*.tn")), ids=lambda path: path.stem)
def test_gradients_of_the_examples(file: Path) -> None:
    network = run_passes(compiled_once(file).network)
    tensors = draw(network, lead=(ROWS,))
    for tensor in network.tensors:
        tensors[tensor.name] = tensors[tensor.name] * (tensor.init.std or 1.0)
    derivative = assert_gradients(network, contraction_order, tensors)
    assert not derivative.missing


@settings(max_examples=30, deadline=None)
@given(networks(), st.sampled_from([(), (ROWS,), (2, 0)]))
def test_back_ends_run_the_steps_of_gradients(network: Network, lead: tuple[int, ...]) -> None:
    tensors = draw(network, lead=lead)
    assume(is_tame(network, tensors))
    derivative = differentiate(network, stepwise(network).operations)
    assume(derivative is not None and derivative.gradients)
    assert derivative is not None
    whole = derivative.network
    values = tensors | seeds_for(network, derivative, tensors)
    expected = evaluate(whole, values)
    variant = Variant(rows=1, program=program_of(whole))
    plan = Plan(planned=(8,), straight=variant.program, inference=(variant,), forward=(variant,), training=())
    by_numpy, by_torch = (executed(TARGETS[target](whole, plan, "1.2.3", False)) for target in ("numpy", "torch"))
    name = top_level_name(whole.name)
    stored = {key: array.numpy() for key, array in state_of(whole, values).items()}
    found = by_numpy[name](*(values[tensor.name] for tensor in whole.inputs), stored)
    assert_agree(results_of(whole, found), expected)
    module = by_torch[name](dtype=torch.float64)
    load(module, whole, values)
    assert_agree(results_of(whole, module(*arguments_of(whole, values))), expected)


def test_the_language_lacks_the_functions_of_gradients() -> None:
    assert (SLOPES | {SCALE}).isdisjoint(FUNCTION_WORDS)
    for function in sorted(SLOPES):
        with pytest.raises(CompileError):
            compile_text(f"network N {{ input x[..., i: 3] output y[..., i] = {function}(x[..., i]) }}")

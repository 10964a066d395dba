import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings

from tests.ir.hand_built import Sizes, add, apply, contract, mpo
from tests.oracle import Array, carries_batch, draw, evaluate
from tests.random_networks import networks
from tncc.ir.linearity import LinearMap, linear_map
from tncc.ir.network import BATCH, Network, Operation, legs

DENSE = Sizes(i=4, o=3)


def dense(*operations: Operation, output: str = "y", two_inputs: bool = False, dynamic: str = "") -> Network:
    tensors = [DENSE.input("... i"), DENSE.tensor("A", "i o"), DENSE.tensor("b", "o"), DENSE.tensor("g", "i", "ones")]
    if two_inputs:
        tensors.append(DENSE.input("... i", name="w"))
    return DENSE.network(tensors, operations, output=output, dynamic=dynamic)


PRODUCT = contract("y:1", "... o", "x: ... i", "A: i o")


@pytest.mark.parametrize("bias", [False, True])
def test_a_product_with_one_input_is_linear_and_with_a_bias_affine(bias: bool) -> None:
    expected = LinearMap(input="x", in_features=12, out_features=15, affine=bias)
    assert linear_map(mpo(bias=bias)) == expected


def test_networks_without_leading_axes_count() -> None:
    network = DENSE.network(
        [DENSE.input("i"), DENSE.tensor("A", "i o")], [contract("y", "o", "x: i", "A: i o")], batched=False
    )
    assert linear_map(network) == LinearMap(input="x", in_features=4, out_features=3, affine=False)


def test_a_picked_slice_and_a_bare_axis_count_by_their_size() -> None:
    sizes = Sizes(f=2, o=3)
    source = sizes.input("... f")
    source = source.model_copy(
        update={"axes": (source.axes[0], source.axes[1].model_copy(update={"size": 5, "indices": ()}), source.axes[1])}
    )
    network = sizes.network([source, sizes.tensor("A", "f o")], [contract("y", "... o", "x: ... #2 f", "A: f o")])
    assert linear_map(network) == LinearMap(input="x", in_features=10, out_features=3, affine=False)


@pytest.mark.parametrize("function", ["mean", "sum"])
def test_means_and_sums_over_an_index_are_linear(function: str) -> None:
    network = dense(PRODUCT, apply("y", "...", function, "y:1: ... o", over="o"))
    found = linear_map(network)
    assert found == LinearMap(input="x", in_features=4, out_features=1, affine=False)


@pytest.mark.parametrize("function", ["relu", "abs", "softmax", "layernorm", "max", "reciprocal"])
def test_other_functions_of_the_input_are_not(function: str) -> None:
    assert linear_map(dense(PRODUCT, apply("y", "... o", function, "y:1: ... o", over="o"))) is None


def test_functions_of_weights_alone_are_constants() -> None:
    network = dense(apply("gate", "i", "sigmoid", "g: i"), contract("y", "... o", "x: ... i", "gate: i", "A: i o"))
    assert linear_map(network) == LinearMap(input="x", in_features=4, out_features=3, affine=False)


def test_a_residual_is_linear_and_what_follows_a_bias_stays_affine() -> None:
    network = dense(
        contract("f", "... i", "x: ... i", "g: i", scale=0.5),
        add("h", "... i", "x: ... i", "f: ... i", "g: i", coefficients=(1.0, -2.0, 1.0)),
        contract("y", "... o", "h: ... i", "A: i o"),
    )
    assert linear_map(network) == LinearMap(input="x", in_features=4, out_features=3, affine=True)


@pytest.mark.parametrize(
    "operations",
    [
        pytest.param((contract("y", "... i", "x: ... i", "x: ... i"),), id="square"),
        pytest.param((PRODUCT, contract("y", "... o", "y:1: ... o", "x: ... i", "A: i o")), id="bilinear in x"),
        pytest.param((contract("y", "o", "A: i o", "g: i"),), id="independent of x"),
        pytest.param(
            (PRODUCT, apply("h", "... o", "exp", "y:1: ... o"), add("y", "... o", "h: ... o", "b: o")), id="sum"
        ),
    ],
)
def test_what_is_not_of_degree_one_has_no_map(operations: tuple[Operation, ...]) -> None:
    assert linear_map(dense(*operations)) is None


def test_several_inputs_or_outputs_have_no_map() -> None:
    product = contract("y", "... o", "x: ... i", "A: i o")
    other = contract("z", "... o", "x: ... i", "A: i o", scale=2.0)
    assert linear_map(dense(product, two_inputs=True)) is None
    assert linear_map(dense(product, other, output="y z")) is None


@pytest.mark.parametrize("dynamic", ["i", "o"])
def test_sizes_known_at_run_time_only_have_no_map(dynamic: str) -> None:
    assert linear_map(dense(contract("y", "... o", "x: ... i", "A: i o"), dynamic=dynamic)) is None


def pinned(network: Network) -> Network:
    """The network with all sizes fixed, one output, and no more inputs than have leading axes or come first."""
    tensors = tuple(
        tensor.model_copy(
            update={
                "axes": tuple(axis.model_copy(update={"dynamic": False}) for axis in tensor.axes),
                "role": "frozen" if number and tensor.role == "input" and not carries_batch(tensor) else tensor.role,
            }
        )
        for number, tensor in enumerate(network.tensors)
    )
    return network.model_copy(
        update={
            "tensors": tensors,
            "indices": tuple(index.model_copy(update={"dynamic": False}) for index in network.indices),
            "outputs": network.outputs[-1:],
            "bindings": (),
        }
    )


@given(networks())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
def test_what_has_a_map_superposes(network: Network) -> None:
    network = pinned(network)
    found = linear_map(network)
    assume(found is not None)
    assert found is not None
    values, (output,) = draw(network), network.outputs

    def at(inputs: Array) -> Array:
        return evaluate(network, {**values, found.input: inputs})[output]

    one = values[found.input]
    other, nothing = np.roll(one, 1) * 0.7, np.zeros_like(one)
    offset = at(nothing)
    np.testing.assert_allclose(at(one + other) + offset, at(one) + at(other), rtol=1e-9, atol=1e-9)
    assert found.affine or not np.any(offset)
    rows = 3 if carries_batch(network.inputs[0]) else 1
    assert found.in_features * rows == one.size
    assert found.out_features * (rows if BATCH in legs(network.operations[-1].axes) else 1) == offset.size

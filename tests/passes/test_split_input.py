"""Splitting the input changes nothing for rows that are outer products, one-hot rows above all."""

from functools import reduce

import numpy as np
import pytest

import tncc
from tests.oracle import draw, evaluate
from tncc.ir.network import BATCH, Network
from tncc.ir.verify import verify
from tncc.passes.split_input import split_input

NAMES = ["mpo", "ring", "tucker", "cp", "btt", "kronecker", "low_rank", "dense", "hierarchical"]


def network_of(text: str) -> Network:
    return tncc.compile_text(text).network


@pytest.mark.parametrize("name", NAMES)
def test_rows_that_are_outer_products(name: str) -> None:
    network = tncc.compile(f"std.{name}", ins=(2, 3, 4), outs=(3, 2, 2)).network
    split = split_input(network)
    assert split is not None
    verify(split)
    assert [axis.size for tensor in split.inputs for axis in tensor.axes if axis.indices != (BATCH,)] == [2, 3, 4]
    values = draw(split)
    legs = [values[tensor.name] for tensor in split.inputs]
    x = reduce(lambda left, right: np.einsum("ba,bc->bac", left, right).reshape(len(left), -1), legs)
    expected = evaluate(network, {**values, network.inputs[0].name: x})
    np.testing.assert_allclose(evaluate(split, values)["y"], expected["y"], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    "body",
    [
        "input x[..., a, b]\noutput y[..., a] = x * W",  # two axes
        "input x[..., (a b)]\noutput y[..., a] = x * W + x[..., (a b)] * V",  # read twice
        "input x[..., (a b)]\noutput y[..., (a b)] = x + x",  # read by a sum
        "input x[..., 8]\noutput y[..., a] = x[..., 3] * V",  # a position is picked
        "input x[(a b)]\noutput y[a] = x * W",  # no leading axes
        "input x[..., a]\ninput z[..., b]\noutput y[..., a] = x * z * W",  # two inputs
    ],
)
def test_inputs_that_are_not_split(body: str) -> None:
    text = f"network N {{\nindex a: 2; index b: 4\ntensor W[a, b]; tensor V[a]\n{body}\n}}"
    assert split_input(network_of(text)) is None

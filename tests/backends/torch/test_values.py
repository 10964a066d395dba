"""Modules compute what the oracle says, and their gradients are right."""

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backends.generated import arguments_of, module_of, results_of
from tests.closeness import assert_agree
from tests.oracle import draw, evaluate
from tests.random_networks import networks
from tncc.ir.network import Network
from tncc.passes import run_passes


@settings(max_examples=200, deadline=None)
@given(networks(), st.sampled_from([(), (3,), (2, 0), (1, 2)]), st.booleans())
def test_random_networks_equal_the_oracle(network: Network, lead: tuple[int, ...], plain: bool) -> None:
    values = draw(network, lead=lead, dynamic={"q": 2, "t": 2})
    rewritten = network if plain else run_passes(network)
    module = module_of(rewritten, values)
    for _ in range(2):
        results = module(*arguments_of(network, values))
        assert_agree(results_of(network, results), evaluate(network, values))

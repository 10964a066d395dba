"""All passes together, and each by itself, on random networks."""

from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.closeness import assert_agree, is_tame
from tests.oracle import draw, evaluate
from tests.random_networks import networks
from tncc.ir.network import Network
from tncc.ir.verify import verify
from tncc.passes import PASSES, run_passes


@pytest.mark.parametrize("rewrite", [*PASSES, run_passes])
@settings(max_examples=60, deadline=None)
@given(network=networks(), seed=st.integers(0, 9))
def test_value_is_kept(rewrite: Callable[[Network], Network], network: Network, seed: int) -> None:
    tensors = draw(network, seed, lead=(2,), dynamic={"q": 2, "t": 2})
    assume(is_tame(network, tensors))
    verify(network)
    rewritten = rewrite(network)
    verify(rewritten)
    assert_agree(evaluate(rewritten, tensors), evaluate(network, tensors))


def test_passes_are_named_as_their_files() -> None:
    assert [rewrite.__module__ for rewrite in PASSES] == [f"tncc.passes.{rewrite.__name__}" for rewrite in PASSES]

"""The reference script computes what the oracle says."""

import contextlib
import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backends.emitted import source_of
from tests.backends.generated import executed, function_of, results_of
from tests.closeness import assert_agree
from tests.oracle import Array, draw, evaluate
from tests.random_networks import networks
from tests.small_networks import small_network, tensor_train
from tncc.ir.network import Initializer, Network
from tncc.passes import run_passes


def call(network: Network, values: dict[str, Array]) -> Any:
    """What the script's function returns."""
    stored = {".".join(t.path): values[t.name] for t in network.tensors if t.role in ("parameter", "frozen")}
    return function_of(network)(*(values[tensor.name] for tensor in network.inputs), stored)


@settings(max_examples=120, deadline=None)
@given(networks(), st.sampled_from([(), (3,), (2, 0), (1, 2)]), st.booleans())
def test_random_networks_equal_the_oracle(network: Network, lead: tuple[int, ...], plain: bool) -> None:
    values = draw(network, lead=lead, dynamic={"q": 2, "t": 2})
    rewritten = network if plain else run_passes(network)
    assert_agree(results_of(network, call(rewritten, values)), evaluate(network, values))


def test_the_script_runs_by_itself_and_prints_shapes() -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(source_of(tensor_train((4, 4), (3, 5), 2), "numpy"), "s", "exec"), {"__name__": "__main__"})
    assert printed.getvalue() == "x (8, 16)\ny (8, 15)\n"


def test_tensors_start_as_they_are_declared() -> None:
    kinds: list[tuple[str, tuple[float, ...]]] = [
        ("zeros", ()), ("ones", ()), ("normal", (0.5,)), ("uniform", (1.0, 2.0)), ("eye", ()), ("orthogonal", (2,)),
    ]  # fmt: skip
    network = small_network(
        {"i": 8, "j": 8, "k": 8},
        [("y", "...", "x * " + " * ".join(f"T{n}" for n in range(len(kinds))))],
        inputs={"x": "... i"},
        parameters={f"T{n}": "i j k" for n in range(len(kinds))},
    )
    inits = {f"T{n}": Initializer.model_validate({"kind": k, "arguments": a}) for n, (k, a) in enumerate(kinds)}
    tensors = [t.model_copy(update={"init": inits.get(t.name, t.init)}) for t in network.tensors]
    network = network.model_copy(update={"tensors": tuple(tensors)})
    names = executed(source_of(network, "numpy"))
    found = names["initial_tensors"](np.random.default_rng(0))
    assert (found["T0"] == 0).all() and (found["T1"] == 1).all()
    assert found["T2"].std() == pytest.approx(0.5, rel=0.2)
    assert found["T3"].min() >= 1 and found["T3"].max() < 2
    assert found["T4"].sum() == 8 and found["T4"][3, 3, 3] == 1
    rows = found["T5"].reshape(64, 8)
    np.testing.assert_allclose(rows.T @ rows, np.eye(8), atol=1e-12)


def test_shapes_are_checked() -> None:
    network = tensor_train((4, 4), (3, 5), 2)
    function = function_of(network)
    with pytest.raises(ValueError, match=r"input `x`, axis -1 \(index `i0 i1`\): expected size 16, found 15"):
        function(np.zeros((2, 15)), {})


def test_a_network_may_be_called_like_what_the_script_uses() -> None:
    for name in ("np", "math", "tensors", "initial_tensors", "_main", "len", "ValueError", "generator", "x"):
        network = tensor_train((4, 4), (3, 5), 2).model_copy(update={"name": name})
        values = draw(network)
        assert_agree(results_of(network, call(network, values)), evaluate(network, values))
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source_of(network, "numpy"), "s", "exec"), {"__name__": "__main__"})
        with pytest.raises(ValueError, match="input `x`"):
            function_of(network)(np.zeros((2, 15)), {})

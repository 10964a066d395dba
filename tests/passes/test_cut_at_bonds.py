"""Networks cut at any index where that can be done compute what they did, whole or in segments with hooks between."""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.oracle import Array, all_values, draw, evaluate
from tests.random_networks import networks
from tests.small_networks import small_network
from tncc.diagnostics.diagnostic import Failure
from tncc.ir.network import BATCH, Contraction, Network, legs
from tncc.ir.verify import verify
from tncc.passes.cut_at_bonds import Cut, cut_at_bonds, find_cut

CHAIN = small_network(
    {"i": 2, "j": 3, "k": 2, "o": 3, "r": 2, "s": 3},
    [("y", "... o", "x * A * B * C")],
    inputs={"x": "... i j k"},
    parameters={"A": "i r", "B": "r j s", "C": "s k o"},
)


def cuts(network: Network) -> list[Cut]:
    """Where a network can be cut."""
    found = []
    for index in network.indices:
        try:
            found.append(find_cut(network, index.name, "cut"))
        except Failure as failure:
            assert failure.diagnostic.code == "TN426"
    return found


def run(
    network: Network, tensors: Mapping[str, Array], taps: Sequence[Cut], hooks: Mapping[Cut, float]
) -> dict[str, Array]:
    """All values of a network in segments, its activations scaled by hooks."""
    values = dict(tensors)
    for segment in cut_at_bonds(network, taps, list(hooks)):
        verify(segment.network)
        values |= evaluate(segment.network, values)
        for cut in segment.hooks:
            values[cut.replaced] = values[cut.value] * hooks[cut]
    return values


@settings(max_examples=60, deadline=None)
@given(networks(), st.data())
def test_random_networks(network: Network, data: st.DataObject) -> None:
    found = cuts(network)
    assume(found)
    taps = data.draw(st.lists(st.sampled_from(found), unique=True, max_size=3))
    hooks = dict.fromkeys(data.draw(st.lists(st.sampled_from(found), unique=True, max_size=2)), 2.0)
    tensors = draw(network)
    try:
        whole = run(network, tensors, taps, dict.fromkeys(hooks, 1.0))
    except Failure as failure:
        assert failure.diagnostic.code == "TN427" and len(hooks) == 2
        return
    for name, expected in evaluate(network, tensors).items():
        np.testing.assert_allclose(whole[name], expected, rtol=1e-9, atol=1e-9)
    check_activations(network, tensors, taps, whole)
    check_scaled(network, tensors, taps, hooks)


def check_activations(
    network: Network, tensors: Mapping[str, Array], taps: Sequence[Cut], whole: Mapping[str, Array]
) -> None:
    """An activation is the product of what is before the bond, and times the rest it is the product's result."""
    for cut in taps:
        product = next(o for o in network.operations if o.name == cut.product)
        assert isinstance(product, Contraction) and cut.axes.index(cut.bond) == int(cut.axes[0] == BATCH)
        operands = tuple(product.operands[one] for one in sorted(cut.before))
        alone = Contraction(name="alone", operands=operands, axes=tuple((name,) for name in cut.axes))
        before = list(network.operations)[: list(network.operations).index(product)]
        own = network.model_copy(update={"operations": (*before, alone), "outputs": ("alone",)})
        np.testing.assert_allclose(whole[cut.value], evaluate(own, tensors)["alone"], rtol=1e-9, atol=1e-9)


def check_scaled(
    network: Network, tensors: Mapping[str, Array], taps: Sequence[Cut], hooks: Mapping[Cut, float]
) -> None:
    """A hook that scales an activation scales the product that it is in."""
    products = [cut.product for cut in hooks]
    if len(hooks) != 1 or products[0] not in network.outputs:
        return
    found = run(network, tensors, taps, hooks)[products[0]]
    np.testing.assert_allclose(found, 2 * evaluate(network, tensors)[products[0]], rtol=1e-9, atol=1e-9)


def test_the_sides_of_a_chain() -> None:
    r, s = find_cut(CHAIN, "r", ""), find_cut(CHAIN, "s", "")
    assert (r.before, r.axes) == ({0, 1}, (BATCH, "r", "j", "k"))
    assert (s.before, s.axes) == ({0, 1, 2}, (BATCH, "s", "k"))
    (segment,) = cut_at_bonds(CHAIN, (s, r), ())
    shown = {o.name: [view.value for view in o.operands] for o in segment.network.operations}  # type: ignore[union-attr]
    assert shown == {"at:r": ["x", "A"], "at:s": ["at:r", "B"], "y": ["at:s", "C"]}
    assert segment.network.outputs == ("at:r", "at:s", "y")


def test_the_inputs_side_is_the_one_that_the_result_is_not_on() -> None:
    network = small_network(
        {"i": 2, "j": 3, "o": 3, "r": 2, "s": 3},
        [("y", "... o", "G * U * V * x")],
        inputs={"x": "... i j"},
        parameters={"G": "r s o", "U": "i r", "V": "j s"},
    )
    assert find_cut(network, "r", "").axes == (BATCH, "r", "j")
    assert find_cut(network, "s", "").axes == (BATCH, "s", "i")
    first, second = find_cut(network, "r", ""), find_cut(network, "s", "")
    (segment,) = cut_at_bonds(network, (first, second), ())
    assert segment.network.outputs == ("at:r", "at:s", "y")
    with pytest.raises(Failure, match="neither lies behind the other"):
        cut_at_bonds(network, (), (first, second))
    one, two = cut_at_bonds(network, (second,), (first,))
    assert {t.name for t in one.network.inputs} >= {"x", "U", "V"} and {t.name for t in two.network.inputs} >= {
        "hook:r"
    }
    assert (one.network.outputs, two.network.outputs) == (("at:r", "at:s"), ("y",))


def test_a_gate_goes_to_the_side_that_it_shares_indices_with() -> None:
    network = small_network(
        {"i": 2, "o": 3, "r": 2},
        [("y", "... o", "x * g * h * A * B")],
        inputs={"x": "... i", "g": "... o", "h": "..."},
        parameters={"A": "i r", "B": "r o"},
    )
    assert find_cut(network, "r", "").before == {0, 3}


def test_loops_and_hyperedges_are_cut_behind_the_first_tensor_that_carries_the_bond() -> None:
    ring = small_network(
        {"i": 2, "j": 3, "k": 2, "p": 2, "q": 2, "r": 3},
        [("y", "...", "x * A * B * C")],
        inputs={"x": "... i j k"},
        parameters={"A": "p i q", "B": "q j r", "C": "r k p"},
    )
    assert find_cut(ring, "q", "").axes == (BATCH, "q", "j", "k", "p")
    assert find_cut(ring, "r", "").axes == (BATCH, "r", "k", "p")
    assert find_cut(ring, "p", "").axes == (BATCH, "p", "j", "k", "q")
    cp = small_network(
        {"i": 2, "j": 3, "o": 2, "r": 4},
        [("y", "... o", "x * A * B * C")],
        inputs={"x": "... i j"},
        parameters={"A": "i r", "B": "j r", "C": "o r"},
    )
    assert find_cut(cp, "r", "").axes == (BATCH, "r", "j")


def test_a_loop_is_cut_from_the_other_end_where_the_input_comes_in_there() -> None:
    network = small_network(
        {"i": 2, "j": 3, "o": 2, "g": 3, "r": 4},
        [("y", "... o j", "A * B * x")],
        inputs={"x": "... i j"},
        parameters={"A": "o g r", "B": "g r i"},
    )
    cut = find_cut(network, "r", "")
    assert (cut.before, cut.axes) == ({1, 2}, (BATCH, "r", "g", "j"))
    assert find_cut(network, "g", "").axes == (BATCH, "g", "r", "j")


def test_what_comes_between_functions_is_cut_there() -> None:
    network = small_network(
        {"i": 2, "h": 3, "o": 2},
        [("a", "... h", "x * A"), ("g", "... h", "tanh<> a"), ("b", "... o", "g * B"), ("y", "... o", "b + x{... o}")],
        inputs={"x": "... i"},
        parameters={"A": "i h", "B": "h o"},
    )
    cut = find_cut(network, "h", "")
    assert (cut.product, cut.axes) == ("b", (BATCH, "h"))
    first, second = cut_at_bonds(network, (), (cut,))
    assert [o.name for o in first.network.operations] == ["a", "g", "at:h"]
    assert {tensor.name for tensor in second.network.inputs} == {"hook:h", "B", "x"}


def test_what_later_segments_need_is_handed_on() -> None:
    network = small_network(
        {"i": 2, "h": 3, "o": 2},
        [("a", "... h", "x * A"), ("b", "... o", "a * B"), ("y", "... h", "a * C{h}"), ("z", "... h o", "y * b")],
        outputs="z y",
        inputs={"x": "... i"},
        parameters={"A": "i h", "B": "h o", "C": "h"},
    )
    cut = next(cut for cut in cuts(network) if cut.bond == "i")
    tensors = draw(network)
    first, second = cut_at_bonds(network, (), (cut,))
    assert first.network.outputs == ("at:i",)
    np.testing.assert_allclose(run(network, tensors, (), {cut: 3.0})["y"], 3 * evaluate(network, tensors)["y"])
    assert legs(second.network.operations[0].axes) and all_values(network, tensors)

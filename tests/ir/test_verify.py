"""Every broken invariant is named."""

from typing import Any

import pytest
from hypothesis import given, settings

from tests.random_networks import networks
from tests.small_networks import small_network
from tncc.diagnostics.diagnostic import InternalError
from tncc.ir.network import Axis, Binding, Function, Index, Network, Sum, Term, View
from tncc.ir.verify import verify

GOOD = small_network(
    {"i": 3, "j": 4, "k": 5, "q": 0},
    [("h", "... q j", "x * A"), ("s", "... q j", "h + b"), ("y", "... q", "max<j> s")],
    inputs={"x": "... q i"},
    parameters={"A": "i j", "b": "j"},
)


def changed(part: str, place: int, **fields: Any) -> Network:
    """The good network with one member of one of its tuples changed."""
    members = list(getattr(GOOD, part))
    members[place] = members[place].model_copy(update=fields)
    return GOOD.model_copy(update={part: tuple(members)})


def added(part: str, *more: Any) -> Network:
    """The good network with more members."""
    return GOOD.model_copy(update={part: (*getattr(GOOD, part), *more)})


X, A, H = View(value="x", axes=(("...",), ("q",), ("i",))), View(value="A", axes=(("i",), ("j",))), GOOD.operations[0]
TWO = (Index(name="u", size=2), Index(name="v", size=2))

BROKEN = [
    (added("indices", Index(name="i", size=3)), "two indices are called `i`"),
    (changed("indices", 0, size=0), "the index `i` has size 0"),
    (changed("indices", 0, kind="batch"), "the index `i` is of kind batch"),
    (changed("indices", 4, size=2), "the index `...` must have size 1"),
    (added("indices", Index(name="m", size=3, parts=("i", "z"))), "merges `z`, which does not exist"),
    (added("indices", Index(name="m", size=15, parts=("i", "q"))), "merges `q`, which is merged, dynamic"),
    (added("indices", Index(name="m", size=13, parts=("i", "j"))), "not the product of its parts"),
    (
        added("indices", *TWO, Index(name="m", size=4, parts=("u", "v")), Index(name="n", size=4, parts=("u", "v"))),
        "`u` is merged twice",
    ),
    (added("indices", Index(name="m", size=12, parts=("i", "j"))), "does not hold the merged indices i, j together"),
    (changed("tensors", 1, name="x"), "two values are called `x`"),
    (changed("tensors", 1, path=("x",)), "two tensors have the path `x`"),
    (changed("tensors", 1, axes=(Axis(indices=("z",), size=3), Axis(size=4))), "unknown index `z`"),
    (changed("tensors", 1, axes=(Axis(indices=("i",), size=4), Axis(size=4))), "axis 0 of the tensor `A` has size 4"),
    (changed("tensors", 0, role="parameter"), "the tensor `x` is no input, but axis 0 has a size known at run time"),
    (changed("tensors", 1, axes=(Axis(size=3), Axis(indices=("...",), size=1))), "elsewhere than alone in its first"),
    (changed("tensors", 0, axes=(*GOOD.tensors[0].axes[:1], Axis(indices=("q",), size=5), Axis(size=3))), "dynamic"),
    (GOOD.model_copy(update={"bindings": ()}), "nothing says the run-time size of the dynamic index `q`"),
    (added("bindings", Binding(index="i", input="x", axis=-1)), "does not exist or is not dynamic"),
    (added("bindings", Binding(index="q", input="A", axis=-1)), "is to `A`, which is no input"),
    (added("bindings", Binding(index="q", input="x", axis=-4)), "is to axis -4 of `x`, which has 3 axes"),
    (added("bindings", Binding(index="q", input="x", axis=-1)), "which is not dynamic"),
    (added("bindings", Binding(index="q", input="x", axis=-2, over=0)), "divides by 0"),
    (changed("operations", 0, operands=(X, View(value="B", axes=A.axes))), "reads `B`, which does not exist"),
    (
        changed("operations", 0, operands=(X, View(value="s", axes=X.axes))),
        "reads `s`, which does not exist or is made",
    ),
    (changed("operations", 0, operands=(X, View(value="A", axes=(("i",),)))), "gives `A` 1 axes instead of 2"),
    (changed("operations", 0, operands=(X, View(value="A", axes=(("k",), ("j",))))), "has size 3, and its indices 5"),
    (changed("operations", 0, operands=(X, View(value="A", axes=(3, ("j",))))), "is picked at 3, and has size 3"),
    (changed("operations", 0, operands=(X, View(value="A", axes=(-1, ("j",))))), "is picked at -1"),
    (changed("operations", 0, operands=(View(value="x", axes=(0, ("q",), ("i",))), A)), "is picked at 0"),
    (changed("operations", 0, operands=(X, View(value="A", axes=(("...",), ("j",))))), "taken for something else"),
    (changed("operations", 0, operands=(View(value="x", axes=(("...",), ("i",), ("i",))), A)), "0 dynamic indices"),
    (changed("operations", 0, axes=(("...",), ("q",), ("k",))), "has the index `k`, which no operand carries"),
    (changed("operations", 0, axes=(("...",), ("q",), ("j",), ("j",))), "has an index twice"),
    (changed("operations", 0, axes=(("q",), ("...",), ("j",))), "elsewhere than alone in its first axis"),
    (changed("operations", 0, axes=(("...", "q"), ("j",))), "elsewhere than alone in its first axis"),
    (changed("operations", 0, name="A"), "two values are called `A`"),
    (changed("operations", 1, terms=()), "has the index `...`, which no operand carries"),
    (changed("operations", 1, axes=(("...",), ("q",))), "a sum that loses the index `j`"),
    (added("operations", Sum(name="w", terms=(), axes=())), "a sum without terms"),
    (changed("operations", 2, function="median"), "the unknown function `median`"),
    (changed("operations", 2, function="relu"), "applies `relu` over 1 indices"),
    (changed("operations", 2, over=("i",)), "works over `i`, which its operand does not carry"),
    (changed("operations", 2, axes=(("...",), ("q",), ("j",))), "its operand and its result differ in `j`"),
    (changed("operations", 2, function="softmax"), "its operand and its result differ in `j`"),
    (GOOD.model_copy(update={"outputs": ()}), "there is no output"),
    (GOOD.model_copy(update={"outputs": ("y", "y")}), "an output is named twice"),
    (GOOD.model_copy(update={"outputs": ("x",)}), "the output `x` is no operation"),
]


@pytest.mark.parametrize(("network", "message"), BROKEN, ids=range(len(BROKEN)))
def test_broken_networks_are_refused(network: Network, message: str) -> None:
    with pytest.raises(InternalError) as caught:
        verify(network)
    assert message in str(caught.value)


@settings(max_examples=100, deadline=None)
@given(networks())
def test_good_networks_pass(network: Network) -> None:
    verify(network)
    verify(GOOD)


def test_pick_on_a_dynamic_axis_is_left_to_run_time() -> None:
    picked = View(value="x", axes=(("...",), 7, ("i",)))
    term = Term(operand=picked)
    verify(added("operations", Sum(name="w", terms=(term,), axes=(("...",), ("i",)))))
    verify(added("operations", Function(name="w", function="sum", operand=picked, over=("i",), axes=(("...",),))))

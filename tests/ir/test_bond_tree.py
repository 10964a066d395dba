"""Which tensors of a product form a tree, and why others do not."""

from tests.small_networks import small_network
from tncc.ir.bond_tree import BondTree, Edge, bond_carriers, bond_trees, connected, plain_axes, uses
from tncc.ir.network import Network, View

SIZES = {"i": 2, "j": 3, "k": 2, "o": 3, "r": 2, "s": 2, "t": 2}


def network(expression: str, result: str = "... o", **parameters: str) -> Network:
    return small_network(SIZES, [("y", result, expression)], inputs={"x": "... i j k"}, parameters=parameters)


def trees(expression: str, result: str = "... o", **parameters: str) -> list[tuple[tuple[str, ...], str | None]]:
    """The tensors of each tree, and what is wrong with it."""
    found = bond_trees(network(expression, result, **parameters))
    return [(tuple(node.value for node in tree.nodes), tree.fault) for tree in found]


def test_a_chain_and_a_tensor_by_itself() -> None:
    made = network("A * D * x * B * C", A="i r", B="r j s", C="s o", D="k")
    first, second = bond_trees(made)
    assert [node.value for node in first.nodes] == ["A", "B", "C"] and first.fault is None
    assert first.edges == (Edge("r", (0, 1)), Edge("s", (1, 2))) and first.joints == ("r", "s")
    assert [node.value for node in second.nodes] == ["D"] and not second.edges


def test_what_is_no_tree() -> None:
    ring = {"A": "r i s", "B": "s j t", "C": "t k r"}
    assert trees("x * A * B * C", "...", **ring) == [(("A", "B", "C"), "`t` closes a loop of tensors")]
    parallel = {"A": "i r s", "B": "r s o"}
    assert trees("x * A * B", **parallel) == [(("A", "B"), "`s` closes a loop of tensors")]
    three = {"A": "i r", "B": "j r", "C": "o r"}
    assert trees("x * A * B * C", **three) == [(("A", "B", "C"), "`r` joins `A`, `B`, `C`")]
    pair = {"A": "i r", "B": "r o"}
    assert trees("x * A * B", "... o r", **pair) == [(("A", "B"), "`r` joins `A`, `B` and is kept in the result")]
    shared = {"A": "i r", "B": "r i o"}
    assert trees("x * A * B", **shared) == [(("A", "B"), "`i` joins `x`, `A`, `B`")]


def test_copies_are_hyperedges() -> None:
    made = small_network(
        SIZES,
        [("y", "... o", "x * A * D * B")],
        inputs={"x": "... i"},
        parameters={"A": "i r", "B": "s o"},
        copies={"D": "r s"},
    )
    (tree,) = bond_trees(made)
    assert tree.fault == "`D` is a copy tensor, which makes its legs one index of several tensors"


def test_equal_trees_of_two_products() -> None:
    made = small_network(
        SIZES,
        [("h", "... o", "x * A * B"), ("g", "... i", "h * C"), ("y", "... o", "A * g * B")],
        inputs={"x": "... i"},
        parameters={"A": "i r", "B": "r o", "C": "o i"},
    )
    first, _, second = bond_trees(made)
    assert first == second and first.product != second.product and isinstance(first, BondTree)
    assert [len(uses(made)[name]) for name in ("A", "C", "h")] == [2, 1, 1]


def test_carriers_views_and_groups() -> None:
    made = small_network(
        SIZES, [("y", "... o", "x * A * B")], inputs={"x": "... i"}, parameters={"A": "i r", "B": "r o"}
    )
    assert bond_carriers(made) == {}
    bonds = [i.model_copy(update={"kind": "bond"}) if i.name == "r" else i for i in made.indices]
    assert bond_carriers(made.model_copy(update={"indices": tuple(bonds)})) == {"r": ("A", "B")}
    assert plain_axes(View(value="A", axes=(("i",), ("r", "s")))) == (("i",), ("r", "s"))
    assert plain_axes(View(value="A", axes=(("i",), 0))) is None
    assert plain_axes(View(value="A", axes=(("i",), ("i",)))) is None
    assert connected([0, 2, 3, 5], [[0, 1], [3, 1, 0], [5]]) == [[0, 3], [2], [5]]

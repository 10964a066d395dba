"""A layer's bonds by name: what there is, what was probably meant, and the tree that a bond belongs to."""

from collections import Counter
from collections.abc import Iterable

from tncc.diagnostics.bond_kinds import NoTree, NotResizable, UnknownBond
from tncc.diagnostics.diagnostic import CompileError, Diagnostic
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.span import Span
from tncc.elaborate.nearest import rename_hint
from tncc.ir.bond_tree import BondTree, bond_trees, carriers, plain_axes, uses
from tncc.ir.network import Contraction, Index, Network

SHOWN = 8
"""How many names of bonds a help lists at most."""


def place(what: str) -> Span:
    """The place of what was asked for in Python, and stands in no file."""
    return Span(what, 0, 0, 0, 0)


def refused(diagnostic: Diagnostic) -> CompileError:
    """The exception for one diagnostic."""
    return compile_error([diagnostic])


def find_bond(network: Network, name: str, asked: str) -> Index:
    """The bond of that name; raises CompileError with the nearest name where there is none."""
    found = next((index for index in network.indices if index.name == name), None)
    if found is not None and found.kind == "bond":
        return found
    bonds = [index.name for index in network.indices if index.kind == "bond"]
    note = f"; `{name}` is an index" if found is not None else ""
    hint = rename_hint(str(name), bonds) or (f"the bonds are {listed(bonds)}" if bonds else None)
    raise refused(UnknownBond(place(asked), network.name, str(name), note, hint))


def listed(names: Iterable[str]) -> str:
    """Names in a row, the first few where they are many."""
    quoted = [f"`{name}`" for name in names]
    return ", ".join(quoted[:SHOWN]) + (", …" if len(quoted) > SHOWN else "")


def spectral_trees(network: Network) -> list[BondTree]:
    """The trees whose bonds have singular values: each once, those left out that join a bond in different ways."""
    trees = list(dict.fromkeys(bond_trees(network)))
    owners: dict[str, set[BondTree]] = {}
    for tree in trees:
        for joint in tree.joints:
            owners.setdefault(joint, set()).add(tree)
    return [tree for tree in trees if not tree.fault and all(len(owners[joint]) == 1 for joint in tree.joints)]


def writable_tree(network: Network, bond: str, asked: str) -> BondTree:
    """The tree that a bond is an edge of, whose tensors may all be changed as long as their product stays.

    Raises CompileError that says why where there is none.
    """
    find_bond(network, bond, asked)
    found = [tree for tree in bond_trees(network) if bond in tree.joints]
    reason = _no_tree(network, bond, found)
    if reason is None:
        return found[0]
    trees = [tree for tree in spectral_trees(network) if _unwritable(network, tree) is None]
    bonds = {index.name for index in network.indices if index.kind == "bond"}
    known = [edge.index for tree in trees for edge in tree.edges if edge.index in bonds]
    raise refused(NoTree(place(asked), bond, reason, f": {listed(known)}" if known else ""))


def _no_tree(network: Network, bond: str, found: list[BondTree]) -> str | None:
    if not found:
        return _joins(network, bond)
    if faults := [tree.fault for tree in found if tree.fault]:
        return faults[0]
    if len(set(found)) > 1:
        return f"the tensors at `{bond}` are joined in different ways in `{found[0].product}` and `{found[1].product}`"
    return _unwritable(network, found[0])


def _unwritable(network: Network, tree: BondTree) -> str | None:
    """Why not every tensor of a tree can be changed for this tree's sake; None where it can."""
    roles = {tensor.name: tensor.role for tensor in network.tensors}
    numbers = {tensor.name for tensor in network.tensors if tensor.complex}
    mixed = sorted({node.value in numbers: node.value for node in tree.nodes}.items())
    if len(mixed) > 1:
        return f"`{mixed[0][1]}` is real and `{mixed[1][1]}` is complex"
    occurrences = sum(other == tree for other in bond_trees(network))
    used = uses(network)
    counts = Counter(node.value for node in tree.nodes)
    for node in tree.nodes:
        name = node.value
        if roles[name] != "parameter":
            return f"`{name}` is frozen"
        if counts[name] > 1:
            return f"`{name}` stands several times in the product"
        if plain_axes(node) is None:
            return f"only a part of `{name}` takes part in the product"
        if any(view != node for view in used[name]) or len(used[name]) > occurrences:
            return f"`{name}` is used outside of the product too"
    return None


def _joins(network: Network, bond: str) -> str:
    """Why a bond is between no two stored tensors of a product."""
    for operation in network.operations:
        if isinstance(operation, Contraction) and bond in carriers(operation.operands):
            names = [operation.operands[position].value for position in carriers(operation.operands)[bond]]
            return f"it joins {listed(names)} in `{operation.name}`, which are not two stored tensors"
    return "no product sums over it"


def sole_axis(network: Network, bond: str, asked: str) -> dict[str, int]:
    """For each stored tensor that carries a bond the axis that does; raises CompileError where one can't be resized."""
    roles = {tensor.name: tensor.role for tensor in network.tensors}
    found: dict[str, int] = {}
    used = uses(network)
    for name, role in roles.items():
        for view in used.get(name, ()):
            places = [place for place, axis in enumerate(view.axes) if not isinstance(axis, int) and bond in axis]
            if not places:
                continue
            if role != "parameter" or len(places) > 1 or found.setdefault(name, places[0]) != places[0]:
                reason = f"`{name}` is {_kind(role)}" if role != "parameter" else f"`{name}` carries it in several axes"
                raise refused(NotResizable(place(asked), bond, reason))
    return found


def _kind(role: str) -> str:
    return {"input": "an input", "frozen": "frozen", "copy": "a copy tensor"}[role]

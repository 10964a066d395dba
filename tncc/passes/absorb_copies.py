"""A copy (delta) tensor is an identification of indices: inside a contraction it becomes a hyperedge and goes away.

    y[a, b] = x[a, i] * D[i, j, k] * B[j, b] * C[k, b]     →     y[a, b] = x[a, i] * B[i, b] * C[i, b]

A copy tensor stays only where two of its indices are both kept in the result, or where nothing else carries its index.
"""

from collections.abc import Iterable

from tncc.ir.network import Contraction, Network, Operation, View, index_table, legs, views


def absorb_copies(network: Network) -> Network:
    """Identifies what copy tensors join, in every contraction; copy tensors that nobody reads any more are dropped."""
    copies = {tensor.name for tensor in network.tensors if tensor.role == "copy"}
    if not copies:
        return network
    table = index_table(network)
    sizes = {index.name: index.size for index in table.values()}
    operations = tuple(
        absorbed(operation, copies, sizes) if isinstance(operation, Contraction) else operation
        for operation in network.operations
    )
    read = {view.value for operation in operations for view in views(operation)}
    tensors = tuple(tensor for tensor in network.tensors if tensor.role != "copy" or tensor.name in read)
    return network.model_copy(update={"operations": operations, "tensors": tensors})


def absorbed(operation: Contraction, copies: set[str], sizes: dict[str, int]) -> Operation:
    """A contraction with as few copy tensors as can be."""
    joining = [view for view in operation.operands if view.value in copies and joins_indices(view, sizes)]
    if not joining:
        return operation
    classes = Classes()
    for view in joining:
        classes.join(view.indices)
    members = classes.members()
    kept = [name for name in legs(operation.axes) if name in members]
    representative = {classes.root(name): name for name in reversed(kept)}
    names = {name: representative.get(classes.root(name), classes.root(name)) for name in members}
    others = [renamed(view, names) for view in operation.operands if view not in joining]
    links = links_between(joining, set(kept), names)
    carried = {name for view in (*others, *links) for name in view.indices}
    scale = operation.scale
    for name in dict.fromkeys(names.values()):
        if name in carried:
            continue
        if name in kept:
            links.append(next(renamed(view, names) for view in joining if name in renamed(view, names).indices))
        else:
            scale *= sizes[name]
    return operation.model_copy(update={"operands": (*others, *links), "scale": scale})


def joins_indices(view: View, sizes: dict[str, int]) -> bool:
    """Whether every axis of a copy tensor is under one name: then these names are one index."""
    single = all(not isinstance(axis, int) and len(axis) == 1 for axis in view.axes)
    return single and len({sizes[name] for name in view.indices}) == 1


def renamed(view: View, names: dict[str, str]) -> View:
    """The view with some indices under other names."""
    axes = tuple(axis if isinstance(axis, int) else tuple(names.get(name, name) for name in axis) for axis in view.axes)
    return view.model_copy(update={"axes": axes})


def links_between(joining: Iterable[View], kept: set[str], names: dict[str, str]) -> list[View]:
    """The copy tensors that are still needed: each ties together kept indices that no earlier one does."""
    found = []
    tied = Classes()
    for view in joining:
        own = {name: name if name in kept else names[name] for name in view.indices}
        ends = list(dict.fromkeys(own.values()))
        if tied.join(ends):
            found.append(renamed(view, own))
    return found


class Classes:
    """Disjoint sets of names."""

    def __init__(self) -> None:
        self._above: dict[str, str] = {}

    def root(self, name: str) -> str:
        """The name that stands for the set of `name`."""
        above = self._above.setdefault(name, name)
        while above != self._above[above]:
            self._above[above] = self._above[self._above[above]]
            above = self._above[above]
        return above

    def join(self, names: Iterable[str]) -> bool:
        """Makes one set of these; False where they were one before."""
        changed = False
        first, *rest = (self.root(name) for name in names)
        for other in rest:
            root = self.root(other)
            changed |= root != self.root(first)
            self._above[root] = self.root(first)
        return changed

    def members(self) -> dict[str, None]:
        """All names, in the order in which they came."""
        return dict.fromkeys(self._above)

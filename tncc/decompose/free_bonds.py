"""Which bonds of a network can take other sizes, and which of them only together."""

import networkx as nx

from tncc.decompose.terms import affine_form
from tncc.ir.network import Group, Network, views


def free_bonds(network: Network) -> tuple[str, ...]:
    """The bonds whose sizes can be chosen one by one; raises Failure for a network that is no affine map."""
    return tuple(group[0] for group in bond_groups(network) if len(group) == 1)


def bond_groups(network: Network) -> tuple[tuple[str, ...], ...]:
    """The bonds whose sizes can be chosen: those that only trained tensors of the matrix carry, and sum over.

    Bonds of one size because a tensor or a stage is read under several of their names are in one group. Raises Failure
    for a network that is no affine map.
    """
    form = affine_form(network, units=True)
    frozen = {tensor.name for tensor in network.tensors if tensor.role == "frozen"}
    same = _same_sizes(network)
    found: dict[str, None] = {}
    bound: set[str] = set()
    for term in (*form.linear, *form.constant):
        bound |= {form.sizes.origin(name) for name in term.visible}
        for factor in term.factors:
            names = {form.sizes.origin(name): None for name in factor.names}
            found |= names if term.source is not None else {}
            bound |= set(names) if factor.tensor in frozen else set()
            # A part or a position of a bond is in use: its size is not free.
            bound |= {name for name in _stored(network, factor.tensor) if not same[name] & set(names)}
    bonds = {index.name for index in network.indices if index.kind == "bond"}
    groups = dict.fromkeys(same[name] for name in found)
    order = [index.name for index in network.indices]
    return tuple(tuple(sorted(one, key=order.index)) for one in groups if one <= bonds and not one & bound)


def _stored(network: Network, tensor: str) -> set[str]:
    """The indices that a tensor is declared with."""
    stored = next(one for one in network.tensors if one.name == tensor)
    return {name for axis in stored.axes for name in axis.indices}


def _same_sizes(network: Network) -> dict[str, frozenset[str]]:
    """For each index those that stand at the same axes as it, itself among them."""
    axes: dict[str, tuple[Group, ...]] = {
        tensor.name: tuple(axis.indices for axis in tensor.axes) for tensor in network.tensors
    }
    axes |= {operation.name: operation.axes for operation in network.operations}
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(index.name for index in network.indices)
    graph.add_nodes_from(name for groups in axes.values() for group in groups for name in group)
    for operation in network.operations:
        for view in views(operation):
            for own, seen in zip(axes[view.value], view.axes, strict=True):
                if not isinstance(seen, int) and len(own) == len(seen):
                    graph.add_edges_from(zip(own, seen, strict=True))
    return {name: frozenset(group) for group in nx.connected_components(graph) for name in group}

"""Bonds with more values than what hangs on one of their ends can tell apart."""

from collections import Counter
from math import prod
from typing import NamedTuple

from tncc.ir.network import Contraction, Function, Network, View, legs, sizes_at, views

LARGEST_SEARCH = 256
"""Beyond so many operands only the tensors at both ends of a bond are looked at, not all that hangs on them."""


class Oversized(NamedTuple):
    """A bond, the size that could be used of it, and the tensor at the end that cannot use more."""

    bond: str
    size: int
    usable: int
    tensor: str


class _Product(NamedTuple):
    """A product's views by position, the positions that carry each index, and those that belong to weights."""

    views: tuple[View, ...]
    carriers: dict[str, list[int]]
    weights: frozenset[int]
    kept: frozenset[str]


def find_oversized_bonds(network: Network) -> tuple[Oversized, ...]:
    """The bonds between two tensors that are larger than the product of the other legs on one side.

    Such a bond could be as small as that product without any matrix being lost, since it is the rank of one. Tensors
    that are used more than once are left out: their bonds cannot be resized one by one.
    """
    sizes = sizes_at(network, 1)
    bonds = {index.name for index in network.indices if index.kind == "bond" and not index.dynamic}
    uses = Counter(name for operation in network.operations for view in views(operation) for name in view.indices)
    found: dict[str, Oversized] = {}
    for product in _products(network):
        for bond, ends in product.carriers.items():
            inside = bond in bonds and bond not in product.kept and uses[bond] == len(ends) == 2
            if not inside or not product.weights.issuperset(ends):
                continue
            usable, end = min((_usable(product, bond, end, other, sizes), end) for end, other in (ends, ends[::-1]))
            if sizes[bond] > usable:
                found[bond] = Oversized(bond, sizes[bond], usable, product.views[end].value)
    return tuple(found[index.name] for index in network.indices if index.name in found)


def _products(network: Network) -> list[_Product]:
    times = Counter(view.value for operation in network.operations for view in views(operation))
    weights = {tensor.name for tensor in network.tensors if tensor.role != "input" and times[tensor.name] == 1}
    over = {name for operation in network.operations if isinstance(operation, Function) for name in operation.over}
    found = []
    for operation in network.operations:
        if not isinstance(operation, Contraction):
            continue
        carriers: dict[str, list[int]] = {}
        for position, view in enumerate(operation.operands):
            for name in view.indices:
                carriers.setdefault(name, []).append(position)
        inside = frozenset(place for place, view in enumerate(operation.operands) if view.value in weights)
        found.append(_Product(operation.operands, carriers, inside, frozenset(legs(operation.axes)) | over))
    return found


def _usable(product: _Product, bond: str, end: int, other: int, sizes: dict[str, int]) -> int:
    """The rank that the matrix between this end of the bond and the rest of the network can have at most."""
    shared = set(product.views[other].indices)
    # For each position of the legs that both ends carry, the bond joins two matrices whose other legs these are.
    usable = prod(sizes[name] for name in product.views[end].indices if name not in shared)
    if len(product.views) > LARGEST_SEARCH:
        return usable
    side = _side(product, bond, end)
    if other in side:
        return usable
    crossing = [
        name
        for name, carriers in product.carriers.items()
        if name != bond and side.intersection(carriers) and (name in product.kept or not side.issuperset(carriers))
    ]
    return min(usable, prod(sizes[name] for name in crossing))


def _side(product: _Product, bond: str, end: int) -> frozenset[int]:
    """The weights that hang together with this end once the bond is cut; what is not a weight bounds it."""
    side, waiting = {end}, [end]
    while waiting:
        for name in product.views[waiting.pop()].indices:
            for place in product.carriers[name] if name != bond else ():
                if place in product.weights and place not in side:
                    side.add(place)
                    waiting.append(place)
    return frozenset(side)

"""Canonical forms: the orthogonality centre of a tree moved to a bond, by one QR decomposition for each tensor."""

import torch

from tncc.ir.bond_tree import Edge
from tncc.layers.bond_names import writable_tree
from tncc.layers.layer import Layer
from tncc.layers.moving import parameters, write
from tncc.layers.tree_arrays import TreeArrays, multiplied, outwards, read_tree


def canonicalize(layer: Layer, bond: str) -> None:
    """Moves the orthogonality centre to a bond, in place; what the layer computes stays.

    Afterwards each tensor of the bond's tree, unfolded to a matrix with the leg that leads to the bond for its
    columns, has orthonormal columns, except for the bond's first tensor in the product, which holds the centre: its
    singular values at the bond are those of the bond. Where a bond is larger than what lies behind it, the columns to
    spare are of unit length and multiply zeros. (Schollwöck, Annals of Physics 326, 2011, sec. 4.4.) Raises
    CompileError where there is no such form.
    """
    asked = f"canonical_({bond!r})"
    tree = writable_tree(layer.network, bond, asked)
    parameters(layer, [node.value for node in tree.nodes], asked)
    found = read_tree(layer.network, layer.stored, tree, asked)
    edge = next(edge for edge in tree.edges if edge.index == bond)
    holder = edge.ends[0]
    for node, back in reversed(outwards(tree, edge)):
        if node != holder and back is not None:
            _pass_on(found, node, tree.edges[back])
    write(layer, found, asked)


def _pass_on(found: TreeArrays, node: int, edge: Edge) -> None:
    """Makes a node an isometry, and multiplies what that leaves onto the node across an edge."""
    onto = edge.ends[1 - edge.ends.index(node)]
    legs = found.legs[node]
    axis = legs.index(edge.index)
    moved = found.arrays[node].movedim(axis, -1)
    q, r = _orthogonal(moved.reshape(-1, moved.shape[-1]))
    found.arrays[node] = q.reshape(moved.shape).movedim(-1, axis)
    found.arrays[onto] = multiplied(found.arrays[onto], found.legs[onto].index(edge.index), r)


def _orthogonal(matrix: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Q and R with as many columns and rows as the matrix has columns; Q's surplus columns meet rows of zeros."""
    q, r = torch.linalg.qr(matrix)
    surplus = matrix.shape[1] - q.shape[1]
    if not surplus:
        return q, r
    # Columns of unit length rather than zeros, so that the rows of zeros that they meet have gradients.
    source = torch.Generator(device="cpu").manual_seed(0)
    more = torch.randn(q.shape[0], surplus, generator=source, dtype=torch.float64).to(q)
    more = more / torch.linalg.vector_norm(more, dim=0).clamp_min(torch.finfo(torch.float64).tiny)
    return torch.cat([q, more], dim=1), torch.cat([r, r.new_zeros(surplus, r.shape[1])])

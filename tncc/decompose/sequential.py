"""Trees by sequential singular value decompositions, from the leaves to the root: TT-SVD, HOSVD, hierarchical Tucker.

Each leaf takes the isometry that keeps most of what is left, and what is left goes on. All frames being isometries, the
squared errors of the cuts add up to the squared error, and each of them is at most the best one that the tree's ranks
allow: so the whole is at most √(number of edges) times the best (Oseledets 2011, theorem 2.2; Grasedyck 2010,
theorem 3.11; sequentially as in Vannieuwenhoven, Vandebril and Meerbergen 2012). Fixed indices make every matrix a
stack of them, which changes nothing of this.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, prod

import torch

from tncc.decompose.contracting import Named
from tncc.decompose.shape import Tree
from tncc.decompose.truncation import Choose, cut
from tncc.watching import Watch, unwatched

Edge = frozenset[int]


@dataclass(frozen=True, slots=True)
class Ranks:
    """How large the edges get: sizes that are given, or for the bonds in `free` what an error allows.

    `budget` is the squared norm that may be left out in all.
    """

    sizes: Mapping[str, int]
    free: frozenset[str] = frozenset()
    budget: float | None = None


@dataclass(slots=True)
class Found:
    """Tensors node by node, their legs as the tree has them; sizes of bonds, and what each edge's cut left out."""

    tensors: list[Named]
    sizes: dict[str, int]
    lost: dict[Edge, float]


@dataclass(slots=True)
class _Work:
    tree: Tree
    ranks: Ranks
    generator: torch.Generator
    sizes: dict[str, int]
    left: set[int]
    lost: dict[Edge, float] = field(default_factory=dict)
    made: dict[int, Named] = field(default_factory=dict)


def decompose_tree(target: Named, tree: Tree, ranks: Ranks, seed: int = 0, watch: Watch = unwatched) -> Found:
    """The tensors of a tree that approximate a tensor, whose legs are the tree's visible indices.

    All tensors but the last one peeled are isometries, unless a bond is larger than it can be: then the rest of it
    is noise on the leaf's side and zero on the other, so that training can still use it.
    """
    extents = dict(zip(target.legs, target.value.shape, strict=True))
    generator = torch.Generator(device="cpu").manual_seed(seed)
    work = _Work(tree, ranks, generator, {**ranks.sizes, **extents}, set(range(len(tree.legs))))
    total = len(work.left)
    while len(work.left) > 1:
        watch("decomposing", total - len(work.left), total)
        target = _peel(work, target, _next_leaf(work, target))
    (root,) = work.left
    work.made[root] = target
    tensors = [_in_bonds(work, node) for node in range(total)]
    return Found(tensors, {name: work.sizes[name] for names in tree.bonds.values() for name in names}, work.lost)


def edge_name(edge: Edge) -> str:
    """The one leg that all bonds of an edge are while the tree is decomposed."""
    return "edge " + "-".join(str(node) for node in sorted(edge))


def _open_edge(work: _Work, node: int) -> list[Edge]:
    return [edge for edge in work.tree.bonds if node in edge and edge <= work.left]


def _rows(work: _Work, target: Named, node: int) -> tuple[list[str], list[str]]:
    """The legs of what is left that a node has alone, and those that others have as well."""
    edges = {edge_name(edge) for edge in work.tree.bonds if node in edge}
    mine = [name for name in target.legs if name in work.tree.legs[node] or name in edges]
    others = {name for other in work.left if other != node for name in work.tree.legs[other]}
    return [name for name in mine if name not in others], [name for name in mine if name in others]


def _next_leaf(work: _Work, target: Named) -> int:
    """The leaf whose matrix has fewest rows: it costs least, and leaves least for those after it."""
    extents = dict(zip(target.legs, target.value.shape, strict=True))
    leaves = [node for node in sorted(work.left) if len(_open_edge(work, node)) == 1]
    return min(leaves, key=lambda node: prod(extents[name] for name in _rows(work, target, node)[0]))


def _peel(work: _Work, target: Named, node: int) -> Named:
    """Decompose what is left into a leaf and a smaller rest."""
    (edge,) = _open_edge(work, node)
    rows, stack = _rows(work, target, node)
    columns = [name for name in target.legs if name not in rows and name not in stack]
    extents = dict(zip(target.legs, target.value.shape, strict=True))
    counts = [prod(extents[name] for name in group) for group in (stack, rows, columns)]
    matrix = target.ordered([*stack, *rows, *columns]).reshape(counts)
    fixed, choose = _rank(work, edge)
    found = cut(matrix, choose, fixed)
    del matrix, target
    rank = _settled(work, edge, found.frame.shape[-1])
    frame, rest = _widened(work, found.frame, found.rest, rank)
    work.lost[edge] = found.lost
    work.left.discard(node)
    name = edge_name(edge)
    shape = [*(extents[leg] for leg in stack), *(extents[leg] for leg in rows), rank]
    work.made[node] = Named((*stack, *rows, name), frame.reshape(shape))
    shape = [*(extents[leg] for leg in stack), rank, *(extents[leg] for leg in columns)]
    return Named((*stack, name, *columns), rest.reshape(shape))


def _rank(work: _Work, edge: Edge) -> tuple[int | None, Choose]:
    """The rank of an edge where it is given, and how to choose it."""
    names = work.tree.bonds[edge]
    size = prod(work.sizes[name] for name in names)
    if work.ranks.budget is None or not names or not work.ranks.free.issuperset(names):
        return size, lambda tails: min(size, len(tails) - 1)
    undecided = sum(work.ranks.free.issuperset(work.tree.bonds[one]) for one in work.tree.bonds if one not in work.lost)
    share = max(0.0, work.ranks.budget - sum(work.lost.values())) / max(1, undecided)
    return None, lambda tails: max(1, int((tails > share).sum()))


def _settled(work: _Work, edge: Edge, rank: int) -> int:
    """The size of an edge; where it was chosen, the first of its bonds takes what the others don't multiply to."""
    names = work.tree.bonds[edge]
    if work.ranks.budget is not None and names and work.ranks.free.issuperset(names):
        others = [min(work.sizes[name], rank) for name in names[1:]]
        work.sizes.update(zip(names[1:], others, strict=True))
        work.sizes[names[0]] = ceil(rank / prod(others))
    return prod(work.sizes[name] for name in names)


def _widened(work: _Work, frame: torch.Tensor, rest: torch.Tensor, rank: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Frame and rest of a rank that may be more than there is: noise in the one and zeros in the other."""
    stack, rows, kept = frame.shape
    if kept == rank:
        return frame, rest
    more = torch.randn(stack, rows, rank - kept, generator=work.generator, dtype=torch.float64) / rows**0.5
    zeros = rest.new_zeros(stack, rank - kept, rest.shape[-1])
    return torch.cat((frame, more.to(frame)), -1), torch.cat((rest, zeros), -2)


def _in_bonds(work: _Work, node: int) -> Named:
    """A node's tensor with one leg for each bond, in the tree's order."""
    value = work.made.pop(node)
    legs: list[str] = []
    shape: list[int] = []
    edges = {edge_name(edge): names for edge, names in work.tree.bonds.items()}
    for name, size in zip(value.legs, value.value.shape, strict=True):
        names = edges.get(name, (name,))
        legs += names
        shape += [work.sizes[leg] for leg in names] if name in edges else [size]
    order = work.tree.legs[node]
    return Named(order, Named(tuple(legs), value.value.reshape(shape)).ordered(order))

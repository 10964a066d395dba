"""What each bond of a network leaves out of a weight at each size, from the singular values of the weight itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import networkx as nx
import torch

from tncc.decompose.contracting import Named
from tncc.decompose.form import Form
from tncc.decompose.free_bonds import free_bonds
from tncc.decompose.metric import as_metric, scalings, with_ridge
from tncc.decompose.products import Product
from tncc.decompose.search import tree_of
from tncc.decompose.shape import Tree
from tncc.decompose.terms import affine_form
from tncc.decompose.truncation import gram, left_out
from tncc.ir.network import Network


@dataclass(frozen=True, slots=True)
class Tails:
    """For each bond the squares of what is left out at sizes 0, 1, …, relative to the weight's norm, squared.

    Their sum over all bonds bounds the squared relative error; with `exact` there is one bond, and it is the error.
    """

    bonds: Mapping[str, tuple[float, ...]]
    exact: bool


def tails(network: Network, weight: torch.Tensor, covariance: torch.Tensor | None) -> Tails | None:
    """What the bonds leave out of a weight, which is (out_features, in_features), contiguous and finite.

    With a covariance the weight is measured in the product of the moments of its tensors' legs; that is exact where one
    tensor has all of the input's legs. None for networks that are no single tree of trained tensors, or with other
    indices to sum over than `free_bonds`.
    """
    form = affine_form(network)
    product = _only_product(network, form)
    tree = None if product is None else tree_of(product)
    if product is None or tree is None:
        return None
    names = {pair: bonds for pair, bonds in tree.bonds.items() if bonds}
    free = set(free_bonds(network))
    if any(len(bonds) != 1 or form.sizes.origin(bonds[0]) not in free for bonds in tree.bonds.values()):
        return None
    target, whole, total = product.target(weight), True, float(weight.double().square().sum())
    if covariance is not None and product.term.source is not None:
        double = with_ridge(covariance.to(torch.float64))
        scaled, whole = scalings(as_metric(double, product), product)
        for scaling in scaled:
            target = scaling.apply(target, scaling.root)
        total = float(target.value.double().square().sum()) * product.term.scale**2
    reachable = product.part(weight).value.numel() == weight.numel() == target.value.numel()
    shares = {}
    for pair, (bond,) in names.items():
        left = _left_out(target, tree, pair) * product.term.scale**2
        shares[form.sizes.origin(bond)] = tuple((left / total).tolist() if total > 0 else [0.0] * len(left))
    return Tails(shares, whole and reachable and len(shares) == 1)


def _only_product(network: Network, form: Form) -> Product | None:
    roles = {tensor.name: tensor.role for tensor in network.tensors}
    if len(form.linear) != 1 or any(roles[factor.tensor] != "parameter" for factor in form.linear[0].factors):
        return None
    return Product.of(form.linear[0], [None] * len(form.linear[0].factors))


def _left_out(target: Named, tree: Tree, pair: frozenset[int]) -> torch.Tensor:
    """The sums of squared singular values beyond each rank of the matrix that an edge divides a tensor into."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(tree.legs)))
    graph.add_edges_from((min(edge), max(edge)) for edge in tree.bonds if edge != pair)
    side = nx.node_connected_component(graph, min(pair))
    here = {name for node in side for name in tree.legs[node] if name in target.legs}
    there = {name for node in set(graph) - side for name in tree.legs[node] if name in target.legs}
    groups = [[name for name in target.legs if name in one] for one in (here & there, here - there, there - here)]
    extents = dict(zip(target.legs, target.value.shape, strict=True))
    matrix = target.ordered([name for group in groups for name in group])
    stack, rows, columns = (prod(extents[name] for name in group) for group in groups)
    matrix = matrix.reshape(stack, rows, columns)
    energies = torch.linalg.eigvalsh(gram(matrix if rows <= columns else matrix.mH)).flip(-1).clamp_min(0)
    return left_out(energies)

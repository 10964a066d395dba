"""How far a network as it is stored is from a weight, as far as this was given and not padded."""

import math
from collections.abc import Callable

import torch

from tncc.decompose.metric import with_ridge
from tncc.decompose.norms import energy, frobenius
from tncc.decompose.products import Product
from tncc.decompose.terms import affine_form
from tncc.decompose.weights import Given
from tncc.ir.network import Network


def errors_of(network: Network, stored: Callable[[str], torch.Tensor], given: Given) -> dict[str, float]:
    """The `error`, and under a covariance the `weighted_error`, of a network's matrix cut to the weight's shape.

    They are relative to the norm of the weight; `stored` gives the tensors, of all roles, by their names.
    """
    left = given.weight.clone()
    for term in affine_form(network).linear:
        tensors = Product.of(term, [stored(factor.tensor).to(left) for factor in term.factors])
        tensors.add(left, [one for one in tensors.fixed if one is not None], -1.0)
    rows, columns = given.shape
    left, weight = left[:rows, :columns], given.weight[:rows, :columns]
    norm, far = frobenius(weight), frobenius(left)
    found = {"error": far / norm if norm > 0 else far}
    if given.covariance is not None:
        double = given.covariance.to(torch.promote_types(left.dtype, torch.float64))
        covariance = with_ridge(double)[:columns, :columns]
        norm, far = (math.sqrt(max(0.0, energy(one, covariance))) for one in (weight, left))
        found["weighted_error"] = far / norm if norm > 0 else 0.0
    return found

"""Products of moments that stand for second moments as a whole."""

from math import prod

import numpy as np
import pytest
import torch

from tests.layers.weights import normal, std, text
from tests.oracle import Array
from tncc.decompose.metric import Scaling, as_metric, scalings, with_ridge
from tncc.decompose.products import Product
from tncc.decompose.terms import affine_form
from tncc.ir.network import Network

FOUR = """network Four() {
  index i[k in 0..4]: 2; index o: 3; bond r[k in 0..4]: 2
  input x[..., i[0], i[1], i[2], i[3]]
  tensor A[i[0], i[2], r[0]]
  tensor B[i[1], r[1]]
  tensor C[i[3], r[2]]
  tensor D[r[0], r[1], r[2], o]
  output y[..., o] = x * A * B * C * D
}"""


def positive(size: int, seed: int) -> torch.Tensor:
    data = normal(2 * size, size, seed=seed) * torch.logspace(0, -1, size, dtype=torch.float64)
    return data.T @ data / len(data)


def product_of(network: Network) -> Product:
    (term,) = affine_form(network).linear
    return Product.of(term, [None] * len(term.factors))


def whole(found: list[Scaling], product: Product) -> Array:
    """The product of all moments, on all columns in their order."""
    assert product.term.source is not None
    columns = product.term.source.names
    letters = {name: "abcdefgh"[place] for place, name in enumerate(columns)}
    operands, script = [], []
    for one in found:
        own = "".join(letters[name] for name in one.legs)
        shape = [product.sizes[name] for name in one.legs]
        root = one.root.diag() if one.root.ndim == 1 else one.root
        operands.append((root @ root.mH).reshape(*shape, *shape).numpy())
        script.append(own.upper() + own)
    order = "".join(letters[name] for name in columns)
    size = prod(product.sizes[name] for name in columns)
    return np.einsum(",".join(script) + "->" + order.upper() + order, *operands).reshape(size, size)


@pytest.mark.parametrize("network", [
    std("mpo", ins=(2, 3, 2), outs=(2, 2, 2), chi=2).network, std("tucker", ins=(3, 4), outs=(4, 3), rank=2).network,
    std("low_rank", ins=(3, 4), outs=(4, 3), rank=2).network,
], ids=lambda network: network.name)  # fmt: skip
def test_moments_that_are_a_product_are_found_with_their_size(network: Network) -> None:
    product = product_of(network)
    assert product.term.source is not None
    sizes = [product.sizes[name] for name in product.term.source.names]
    moments = torch.ones(1, 1, dtype=torch.float64)
    for place, size in enumerate(sizes):
        moments = torch.kron(moments, positive(size, place))
    found, _ = scalings(as_metric(moments, product), product)
    np.testing.assert_allclose(whole(found, product), moments.numpy(), rtol=1e-9, atol=1e-12)
    for one in found:
        undone = one.root * one.inverse if one.root.ndim == 1 else one.root @ one.inverse
        torch.testing.assert_close(
            undone, torch.ones_like(undone) if undone.ndim == 1 else torch.eye(len(undone)).double()
        )


def test_a_leg_of_several_tensors_takes_a_diagonal() -> None:
    product = product_of(std("btt", ins=(3, 4), outs=(4, 3), chi=1).network)
    moments = torch.kron(positive(3, 0), torch.tensor([1.0, 4.0, 0.5, 2.0], dtype=torch.float64).diag())
    found, complete = scalings(as_metric(moments, product), product)
    assert not complete and sorted(one.root.ndim for one in found) == [1, 2]
    np.testing.assert_allclose(whole(found, product), moments.numpy(), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("network", [
    std("mpo", ins=(2, 3, 2), outs=(2, 2, 2), chi=2).network, std("btt", ins=(3, 4), outs=(4, 3), chi=1).network,
    text(FOUR).network,
], ids=lambda network: network.name)  # fmt: skip
def test_what_is_found_is_likelier_than_traces(network: Network) -> None:
    """tr C K⁻¹ + log det K is least for the product that is found; a trace over all others is one to hold beside it."""
    product = product_of(network)
    assert product.term.source is not None
    size = prod(product.sizes[name] for name in product.term.source.names)
    moments = with_ridge(positive(size, 5))

    def unlikely(kron: Array) -> float:
        return float(np.trace(moments.numpy() @ np.linalg.inv(kron)) + np.linalg.slogdet(kron)[1])

    found, _ = scalings(as_metric(moments, product), product)
    best = whole(found, product)
    assert np.trace(moments.numpy() @ np.linalg.inv(best)) == pytest.approx(size, rel=1e-3)
    traced = [Scaling(one.node, one.legs, _traced(moments, product, one), one.inverse) for one in found]
    rough = whole(traced, product)
    rough *= np.trace(moments.numpy() @ np.linalg.inv(rough)) / size
    assert unlikely(best) < unlikely(rough) - 1e-3


def _traced(moments: torch.Tensor, product: Product, one: Scaling) -> torch.Tensor:
    """A square root of the moments of some legs with the others traced out."""
    assert product.term.source is not None
    columns = product.term.source.names
    letters = {name: "abcdefgh"[place] for place, name in enumerate(columns)}
    shape = [product.sizes[name] for name in columns]
    upper = "".join(letters[name].upper() if name in one.legs else letters[name] for name in columns)
    own = "".join(letters[name] for name in one.legs)
    value = np.einsum(f"{upper}{upper.lower()}->{own.upper()}{own}", moments.reshape(*shape, *shape).numpy())
    size = prod(product.sizes[name] for name in one.legs)
    matrix = torch.from_numpy(value.reshape(size, size))
    return matrix.diagonal().sqrt() if one.root.ndim == 1 else torch.linalg.cholesky(matrix)

"""What bonds leave out of a weight, beside numpy's singular values and what decompositions come to."""

from math import sqrt
from typing import Any

import numpy as np
import pytest
import torch

from tests.layers.weights import RING, decaying, normal, std, text
from tncc.decompose.fit import Wish, fit
from tncc.decompose.free_bonds import free_bonds
from tncc.decompose.search import Effort
from tncc.decompose.tails import tails
from tncc.ir.network import Network

INS, OUTS = (3, 4), (4, 2)


def nothing(name: str) -> torch.Tensor:
    raise KeyError(name)


def relative_error(network: Network, weight: torch.Tensor, covariance: torch.Tensor | None = None) -> float:
    """What a decomposition into the network comes to."""
    result = fit(network, nothing, weight, None, Wish(covariance=covariance), Effort()).result
    return result.error if result.weighted_error is None else result.weighted_error


@pytest.mark.parametrize(
    ("name", "values", "bonds"),
    [
        ("low_rank", {"ins": INS, "outs": OUTS, "rank": 2}, ["r"]),
        ("mpo", {"ins": (2, 3, 2), "outs": (2, 2, 2), "chi": 2}, ["r[1]", "r[2]"]),
        ("mpo", {"ins": INS, "outs": OUTS, "chi": 1}, ["r[1]"]),
        ("btt", {"ins": INS, "outs": OUTS, "chi": 1}, ["r[1]"]),
        ("tucker", {"ins": INS, "outs": OUTS, "rank": 2}, ["s[0]", "s[1]", "t[0]", "t[1]"]),
        ("cp", {"ins": INS, "outs": OUTS, "rank": 2}, ["r"]),
        ("block_term", {"ins": INS, "outs": OUTS, "blocks": 2, "rank": 2}, ["b", "s[0]", "s[1]"]),
        ("dense", {"ins": INS, "outs": OUTS}, []),
    ],
)  # fmt: skip
def test_the_bonds_whose_sizes_are_free(name: str, values: dict[str, Any], bonds: list[str]) -> None:
    assert sorted(free_bonds(std(name, **values).network)) == bonds


FROZEN = """network Frozen() {
  index i: 4; index o: 4; bond r: 2; bond s: 3
  input x[..., i]
  tensor A[i, r]
  tensor F[r, s] frozen
  tensor B[s, o]
  output y[..., o] = x * A * F * B
}"""


def test_bonds_of_frozen_tensors_stay() -> None:
    network = text(FROZEN).network
    assert free_bonds(network) == ()
    assert tails(network, normal(4, 4), None) is None


def unfolding(weight: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The weight of a chain of two cores as a matrix from one core to the other."""
    return weight.reshape(*OUTS, *INS).transpose(0, 2, 1, 3).reshape(OUTS[0] * INS[0], -1)


def test_what_a_chain_leaves_out_are_the_singular_values_of_its_unfolding() -> None:
    weight = decaying(8, 12)
    found = tails(std("mpo", ins=INS, outs=OUTS, chi=3).network, weight, None)
    assert found is not None and found.exact
    values = np.linalg.svd(unfolding(weight.numpy()), compute_uv=False) ** 2
    expected = [values[size:].sum() / values.sum() for size in range(len(values) + 1)]
    np.testing.assert_allclose(found.bonds["r[1]"], expected, atol=1e-14)


@pytest.mark.parametrize("name", ["mpo", "btt", "low_rank"])
@pytest.mark.parametrize("size", [1, 2, 4])
def test_a_single_bond_leaves_out_what_a_decomposition_does(name: str, size: int) -> None:
    parameter = "rank" if name == "low_rank" else "chi"
    compiled = std(name, ins=INS, outs=OUTS, **{parameter: 2})
    weight = normal(8, 12)
    found = tails(compiled.network, weight, None)
    assert found is not None and found.exact
    ((bond, left),) = found.bonds.items()
    size = min(size, len(left) - 1)
    assert sqrt(left[size]) == pytest.approx(
        relative_error(compiled.with_bonds({bond: size}).network, weight), abs=1e-9
    )


def test_outputs_count_exactly_where_one_tensor_has_the_whole_input() -> None:
    x = normal(50, 12, seed=2) @ decaying(12, 12, 0.5)
    weight, covariance = normal(8, 12), x.T @ x / 50
    compiled = std("low_rank", ins=INS, outs=OUTS, rank=3)
    found = tails(compiled.network, weight, covariance)
    assert found is not None and found.exact
    # Eckart and Young for the outputs themselves, by numpy.
    values = np.linalg.svd((x @ weight.T).numpy(), compute_uv=False) ** 2
    assert found.bonds["r"][3] == pytest.approx(values[3:].sum() / values.sum(), rel=1e-3)
    assert sqrt(found.bonds["r"][3]) == pytest.approx(relative_error(compiled.network, weight, covariance), rel=1e-6)
    chain = tails(std("mpo", ins=INS, outs=OUTS, chi=3).network, weight, covariance)
    assert chain is not None and not chain.exact


@pytest.mark.parametrize(("name", "parameter"), [("mpo", "chi"), ("tucker", "rank"), ("hierarchical", "chi")])
def test_several_bonds_bound_the_error(name: str, parameter: str) -> None:
    compiled = std(name, ins=(2, 3, 2), outs=(2, 2, 3), **{parameter: 2})
    weight = decaying(12, 12)
    found = tails(compiled.network, weight, None)
    assert found is not None and not found.exact
    sizes = {index.name: index.size for index in compiled.network.indices}
    error = relative_error(compiled.network, weight) ** 2
    parts = [left[sizes[bond]] for bond, left in found.bonds.items()]
    assert max(parts) - 1e-12 <= error <= sum(parts) + 1e-12


def test_loops_and_sums_have_none() -> None:
    assert tails(text(RING).network, normal(36, 36), None) is None
    assert tails(std("cp", ins=INS, outs=OUTS, rank=2).network, normal(8, 12), None) is None


def test_a_weight_of_zeros_leaves_nothing_out() -> None:
    found = tails(std("low_rank", ins=INS, outs=OUTS, rank=3).network, torch.zeros(8, 12, dtype=torch.float64), None)
    assert found is not None and set(found.bonds["r"]) == {0.0}

"""Layers from dense weights: exact where they can be, near the best where they can't, and what is reported is true."""

import itertools
import re
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import tncc
from tests.allocation import allocation_peak
from tests.layers.weights import RING, decaying, double, matrix, matrix_of, normal, relative, std, text, values_of
from tests.oracle import draw
from tncc.decompose.fit import Wish, fit
from tncc.decompose.search import Effort
from tncc.decompose.truncation import CHUNK

TREES: list[tuple[str, dict[str, object]]] = [
    ("mpo", {"ins": (2, 3, 4), "outs": (4, 3, 2), "chi": 5}),
    ("mpo", {"ins": (6,), "outs": (5,), "chi": 5}),
    ("tucker", {"ins": (4, 3), "outs": (3, 5, 2), "rank": 2}),
    ("hierarchical", {"ins": (2, 3, 2, 2), "outs": (2, 2, 3, 2), "chi": 3}),
    ("btt", {"ins": (3, 4), "outs": (5, 2), "chi": 1}),
    ("btt", {"ins": (3, 4, 2), "outs": (4, 3, 2), "chi": 2}),
    ("kronecker", {"ins": (3, 4), "outs": (4, 3), "rank": 3}),
    ("kronecker", {"ins": (3, 2, 4), "outs": (2, 4, 3), "rank": 1}),
    ("low_rank", {"ins": (3, 4), "outs": (9,), "rank": 4}),
    ("dense", {"ins": (7,), "outs": (5,)}),
]
"""Networks whose tensors form a tree once shared indices of the matrix are fixed."""


def made(name: str, values: dict[str, object]) -> tncc.Compiled:
    """The network, whatever its parameters are called."""
    return std(name, **values)


@pytest.mark.parametrize(("name", "values"), TREES)
def test_a_matrix_that_the_network_can_be_is_recovered_to_the_last_digits(name: str, values: dict[str, object]) -> None:
    compiled = made(name, values)
    there, layer = double(compiled), double(compiled)
    weight = torch.from_numpy(matrix_of(there))
    bias = normal(weight.shape[0], seed=3)
    result = layer.from_dense_(weight, bias)
    assert result.method == "sequential"
    assert relative(matrix_of(layer), weight) < 1e-13 and result.error < 1e-13
    torch.testing.assert_close(layer.bias.reshape(-1), bias, rtol=0, atol=1e-14)
    x = normal(3, weight.shape[1], seed=4)
    torch.testing.assert_close(layer(x), x @ weight.T + bias)
    torch.testing.assert_close(layer.to_dense(), weight)


@pytest.mark.parametrize(("name", "values"), TREES)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_what_is_reported_is_true(name: str, values: dict[str, object], dtype: torch.dtype) -> None:
    layer: Any = made(name, values).module(dtype=dtype)
    rows, columns = matrix_of(layer).shape
    weight = normal(rows, columns, dtype=dtype)
    result = layer.from_dense_(weight)
    true = relative(matrix_of(layer), weight)
    precision = 1e-12 if dtype == torch.float64 else 1e-5
    assert result.error == pytest.approx(true, abs=precision)
    assert result.bound == pytest.approx(np.sqrt(sum(bond.error**2 for bond in result.bonds.values())), abs=1e-12)
    assert true <= result.bound * (1 + precision) + precision
    sizes = {index.name: index.size for index in layer.network.indices}
    assert all(bond.size == sizes.get(bond_name, 1) for bond_name, bond in result.bonds.items())
    assert not layer.bias.any()


def tails(matrix: np.ndarray[Any, Any], rank: int) -> float:
    """What the best approximation of a rank leaves out, squared."""
    singular = np.linalg.svd(matrix, compute_uv=False)
    return float((singular[rank:] ** 2).sum())


@pytest.mark.parametrize("seed", range(3))
def test_a_train_is_nearly_the_best_one(seed: int) -> None:
    ins, outs, chi = (2, 3, 4, 2), (3, 2, 2, 3), 4
    layer = double(std("mpo", ins=ins, outs=outs, chi=chi))
    weight = decaying(36, 48, 0.9, seed)
    result = layer.from_dense_(weight)
    left = result.error * float(weight.norm())
    tensor = weight.numpy().reshape(*outs, *ins).transpose([axis for k in range(4) for axis in (k, k + 4)])
    best = []
    for k in range(1, 4):
        rows = int(np.prod(ins[:k]) * np.prod(outs[:k]))
        best.append(tails(tensor.reshape(rows, -1), min(chi, rows)))
    assert np.sqrt(max(best)) - 1e-12 <= left <= np.sqrt(sum(best)) + 1e-12


def test_each_slice_of_a_monarch_is_the_best_one() -> None:
    a, b, c, d, chi = 3, 4, 5, 2, 1
    program = """
    network M(a: int, b: int, c: int, d: int, chi: int) {
      index p: a; index q: b; index u: c; index v: d
      bond s: chi
      input x[..., (p q)]
      tensor L[q, p, u, s]
      tensor R[u, q, s, v]
      output y[..., (u v)] = x * L * R
    }
    """
    layer = double(text(program, a=a, b=b, c=c, d=d, chi=chi))
    weight = normal(c * d, a * b)
    result = layer.from_dense_(weight)
    slices = weight.numpy().reshape(c, d, a, b)
    best = sum(tails(slices[u, :, :, q], chi) for u in range(c) for q in range(b))
    assert result.error * float(weight.norm()) == pytest.approx(np.sqrt(best), rel=1e-12)


def test_a_bond_larger_than_it_can_be_is_of_use_to_training() -> None:
    layer = double(text(CHAIN_OF_TWO, chi=20))
    weight = normal(6, 6)
    assert layer.from_dense_(weight).error < 1e-14
    layer(normal(3, 6)).square().sum().backward()
    grown = [tensor.grad.abs().sum((0, 1)) if tensor.ndim == 3 else tensor.grad for tensor in layer.parameters()]
    assert any((one != 0).all() for one in grown)


CHAIN_OF_TWO = """
network Two(chi: int) {
  index i[k in 0..2]: (2, 3)[k]
  index o[k in 0..2]: (3, 2)[k]
  bond r: chi
  input x[..., (i[*])]
  tensor A[i[0], o[0], r]
  tensor B[i[1], o[1], r]
  output y[..., (o[*])] = x * A * B
}
"""

AFFINE: dict[str, str] = {
    "a stage": "h[..., r] = x * A\n  output y[..., (o q)] = 2 * h * B",
    "a mean": "output y[..., (o q)] = 3 * mean[m](x * A[i, j, r] * C[m, r] * B)",
    "an axis read in parts": "h[..., (r m)] = x * D\n  output y[..., (o q)] = h[..., f] * E",
    "a frozen tensor": "output y[..., (o q)] = x * A * F * B",
    "a sum with something frozen": "output y[..., (o q)] = x * A * B + 0.5 * x * W",
    "a sum of two products": "output y[..., (o q)] = x * A * B - x * D * H",
    "a copy tensor": "output y[..., (o q)] = x * A * K * B[s, o, q]",
    "a position": "output y[..., (o q)] = x * P[1, i, j, r] * B",
    "two positions": "output y[..., (o q)] = x * P[1, i, j, r] * Q[0, r, o, q] + x * P[0, i, j, r] * Q[2, r, o, q]",
}


def affine(body: str) -> tncc.Compiled:
    """A network of that body, with all tensors that it uses declared."""
    declared = {
        "A": "tensor A[i, j, r]", "B": "tensor B[r, o, q]", "C": "tensor C[m, r]", "D": "tensor D[i, j, (r m)]",
        "E": "tensor E[f, o, q]", "F": "tensor F[r] frozen", "W": "tensor W[i, j, o, q] frozen",
        "H": "tensor H[(r m), o, q]", "K": "tensor K[r, s] copy", "P": "tensor P[2, i, j, r]",
        "Q": "tensor Q[3, r, o, q]",
    }  # fmt: skip
    used = [line for name, line in declared.items() if re.search(rf"\b{name}\b", body)]
    program = f"""
network N(n: int = 4) {{
  index i: 2; index j: 3; index o: 3; index q: 2; index m: 3; index f: 12
  bond r: n; bond s: n
  input x[..., (i j)]
  {chr(10).join(used)}
  {body}
}}
"""
    return text(program)


@pytest.mark.parametrize("body", AFFINE.values(), ids=AFFINE.keys())
def test_every_affine_network_finds_the_matrix_that_it_is(body: str) -> None:
    compiled = affine(body)
    there, layer = double(compiled), double(compiled)
    frozen = dict(there.named_buffers())
    layer.load_state_dict({**layer.state_dict(), **frozen})
    before = {name: tensor.clone() for name, tensor in layer.named_buffers()}
    weight = torch.from_numpy(matrix_of(there))
    result = layer.from_dense_(weight)
    exact = result.method == "sequential"
    assert relative(matrix_of(layer), weight) < (1e-12 if exact else 1e-5)
    torch.testing.assert_close(dict(layer.named_buffers()), before, rtol=0, atol=0)


def test_a_block_diagonal_map_takes_the_blocks() -> None:
    program = """
    network Heads(h: int = 3) {
      index head: h; index i: 4; index o: 2; bond r: 2
      input x[..., (head i)]
      tensor A[head, i, r]
      tensor B[head, r, o]
      output y[..., (head o)] = x * A * B
    }
    """
    layer = double(text(program))
    weight = normal(6, 12)
    result = layer.from_dense_(weight)
    blocks = torch.zeros_like(weight)
    for head in range(3):
        blocks[2 * head : 2 * head + 2, 4 * head : 4 * head + 4] = weight[
            2 * head : 2 * head + 2, 4 * head : 4 * head + 4
        ]
    np.testing.assert_allclose(matrix_of(layer), blocks.numpy(), atol=1e-12)
    assert result.error == pytest.approx(relative(blocks.numpy(), weight), rel=1e-9)
    assert result.error <= result.bound * (1 + 1e-9)


LOOPS = [
    text(RING),
    std("cp", ins=(3, 4), outs=(4, 3), rank=3),
    std("block_term", ins=(3, 4), outs=(4, 3), rank=2, blocks=2),
    std("kronecker", ins=(3, 2, 2), outs=(2, 2, 3), rank=3),
]


@pytest.mark.parametrize("compiled", LOOPS, ids=lambda compiled: compiled.network.name)
def test_loops_and_hyperedges_are_found_by_least_squares(compiled: tncc.Compiled) -> None:
    torch.manual_seed(0)  # some rings are not found from any of a few starts
    there, layer = double(compiled), double(compiled)
    weight = torch.from_numpy(matrix_of(there))
    result = layer.from_dense_(weight, seed=1)
    assert result.method == "alternating" and result.bound is None and result.bonds == {}
    assert result.error == pytest.approx(relative(matrix_of(layer), weight), abs=1e-9)
    assert result.error < 1e-4


@pytest.mark.parametrize("compiled", LOOPS[:2], ids=lambda compiled: compiled.network.name)
def test_more_sweeps_never_make_it_worse_and_a_seed_decides(compiled: tncc.Compiled) -> None:
    layer = double(compiled)
    weight = normal(*matrix_of(layer).shape)
    errors = [layer.from_dense_(weight, sweeps=sweeps, restarts=1).error for sweeps in (1, 5, 10, 40)]
    assert all(later <= earlier + 1e-12 for earlier, later in itertools.pairwise(errors))
    first = layer.from_dense_(weight, seed=5, restarts=2)
    state = {name: tensor.clone() for name, tensor in layer.state_dict().items()}
    assert layer.from_dense_(weight, seed=5, restarts=2) == first
    torch.testing.assert_close(layer.state_dict(), state, rtol=0, atol=0)


def weighted_error(found: Any, weight: torch.Tensor, moments: torch.Tensor) -> float:
    """√(tr R C Rᵀ / tr W C Wᵀ)."""
    left, whole, c = weight.numpy() - found, weight.numpy(), moments.numpy()
    return float(np.sqrt(np.trace(left @ c @ left.T) / np.trace(whole @ c @ whole.T)))


def moments(size: int, seed: int = 9) -> torch.Tensor:
    """Second moments of inputs that differ in size by far and are correlated."""
    data = normal(3 * size, size, seed=seed) * torch.logspace(0, -2, size, dtype=torch.float64)
    data = data @ torch.linalg.qr(normal(size, size, seed=seed + 1)).Q
    return data.T @ data / len(data)


def test_low_rank_under_a_covariance_is_the_best_there_is() -> None:
    layer = double(
        text(
            "network L() { index i: 8; index o: 6; bond r: 2; input x[..., i]\n tensor A[i, r]\n"
            "tensor B[r, o]\n output y[..., o] = x * A * B }"
        )
    )
    weight, c = normal(6, 8), moments(8)
    result = layer.from_dense_(weight, covariance=c)
    root = np.linalg.cholesky(c.numpy() + 1e-6 * np.trace(c.numpy()) / 8 * np.eye(8))
    best = np.sqrt(tails(weight.numpy() @ root, 2)) / np.linalg.norm(weight.numpy() @ root)
    assert result.method == "sequential"
    assert result.weighted_error == pytest.approx(best, rel=1e-9)
    assert result.bound == pytest.approx(best, rel=1e-9)
    assert weighted_error(matrix_of(layer), weight, c) == pytest.approx(best, rel=1e-3)


@pytest.mark.parametrize("compiled", [
    std("mpo", ins=(2, 3, 2), outs=(2, 2, 2), chi=3), std("btt", ins=(3, 4), outs=(4, 3), chi=1),
    std("tucker", ins=(3, 4), outs=(4, 3), rank=2), text(RING, ins=(2, 3, 2), outs=(2, 2, 2)),
], ids=lambda compiled: compiled.network.name)  # fmt: skip
def test_a_covariance_lowers_the_error_that_counts(compiled: tncc.Compiled) -> None:
    layer = double(compiled)
    rows, columns = matrix_of(layer).shape
    weight, c = normal(rows, columns), moments(columns)
    layer.from_dense_(weight)
    plain = weighted_error(matrix_of(layer), weight, c)
    result = layer.from_dense_(weight, covariance=c)
    aware = weighted_error(matrix_of(layer), weight, c)
    assert result.weighted_error == pytest.approx(aware, rel=1e-3)
    assert aware < 0.97 * plain
    diagonal = layer.from_dense_(weight, covariance=c.diagonal())
    assert diagonal.weighted_error <= 1


@pytest.mark.parametrize(
    ("name", "values", "error"), [(*TREES[0], 0.1), (*TREES[2], 0.5), (*TREES[5], 0.01), (*TREES[6], 1e-6)]
)
def test_an_error_chooses_the_bonds(name: str, values: dict[str, object], error: float) -> None:
    layer = double(made(name, values))
    rows, columns = matrix_of(layer).shape
    weight = decaying(rows, columns, 0.7)
    result = layer.from_dense_(weight, error=error)
    assert relative(matrix_of(layer), weight) <= error * (1 + 1e-9)
    sizes = {index.name: index.size for index in layer.network.indices}
    assert {bond: sizes[bond] for bond in result.bonds} == {bond: it.size for bond, it in result.bonds.items()}
    again = made(name, values).with_bonds({bond: it.size for bond, it in result.bonds.items()})
    assert again.network == layer.network


def test_an_error_under_a_covariance_is_met() -> None:
    layer = double(std("mpo", ins=(2, 3, 2), outs=(2, 2, 2), chi=3))
    weight, c = decaying(8, 12), moments(12)
    result = layer.from_dense_(weight, covariance=c, error=0.1)
    assert result.weighted_error <= 0.1
    assert weighted_error(matrix_of(layer), weight, c) <= 0.1 * (1 + 1e-3)


def test_a_smaller_weight_is_padded_where_that_is_asked_for() -> None:
    layer = double(std("mpo", ins=(3, 4), outs=(4, 3), chi=20))
    weight, bias = normal(10, 11), normal(10, seed=1)
    result = layer.from_dense_(weight, bias, pad=True, covariance=moments(11))
    dense = layer.to_dense().detach()
    torch.testing.assert_close(dense[:10, :11], weight)
    assert result.shape == (10, 11)
    x = torch.nn.functional.pad(normal(3, 11), (0, 1))
    torch.testing.assert_close(layer(x)[:, :10], x[:, :11] @ weight.T + bias)
    layer.from_dense_(weight, pad=True)
    assert not np.any(np.abs(matrix_of(layer)[10:]) > 1e-14) and not np.any(np.abs(matrix_of(layer)[:, 11:]) > 1e-14)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_small_types_are_worked_on_in_single_precision(dtype: torch.dtype) -> None:
    layer = std("mpo", ins=(3, 4), outs=(4, 3), chi=12).module(dtype=dtype)
    weight = normal(12, 12, dtype=dtype)
    assert layer.from_dense_(weight).error < 2 * torch.finfo(dtype).eps
    torch.testing.assert_close(layer.to_dense().detach(), weight, rtol=0.05, atol=0.05)


@pytest.mark.parametrize(("dtype", "given"), [
    (torch.bfloat16, torch.float32), (torch.float16, torch.float16), (torch.float32, torch.float64),
])  # fmt: skip
@pytest.mark.parametrize(("name", "values"), [*TREES[:4], ("cp", {"ins": (3, 4), "outs": (2, 5), "rank": 9})])
def test_errors_are_those_of_the_tensors_as_they_are_stored(
    name: str, values: dict[str, object], dtype: torch.dtype, given: torch.dtype
) -> None:
    layer: Any = made(name, values).module(dtype=dtype)
    exact: Any = double(made(name, values))
    weight = torch.from_numpy(matrix_of(double(made(name, values)))).to(given)
    result = layer.from_dense_(weight)
    exact.load_state_dict(layer.state_dict())
    true = relative(matrix_of(exact), weight.double())
    assert result.error == pytest.approx(true, rel=1e-2)
    assert true > torch.finfo(dtype).eps / 20 or values["ins"] == (6,)


@pytest.mark.parametrize("name", ["mpo", "ring", "btt"])
def test_errors_are_those_of_the_part_that_was_given(name: str) -> None:
    layer = double(std(name, ins=(3, 4), outs=(4, 3), chi=2))
    weight, c = normal(9, 10), moments(10)
    result = layer.from_dense_(weight, pad=True)
    assert result.error == pytest.approx(relative(matrix_of(layer)[:9, :10], weight))
    assert result.bound is None or result.error < result.bound
    result = layer.from_dense_(weight, pad=True, covariance=c)
    assert result.error == pytest.approx(relative(matrix_of(layer)[:9, :10], weight))
    assert result.weighted_error == pytest.approx(weighted_error(matrix_of(layer)[:9, :10], weight, c), rel=2e-3)


def test_complex_weights_need_complex_tensors() -> None:
    program = CHAIN_OF_TWO.replace("tensor A[i[0], o[0], r]", "tensor A[i[0], o[0], r] complex").replace(
        "tensor B[i[1], o[1], r]", "tensor B[i[1], o[1], r] complex"
    )
    layer = double(text(program, chi=6))
    weight = torch.complex(normal(6, 6), normal(6, 6, seed=1))
    assert layer.from_dense_(weight).error < 1e-13
    torch.testing.assert_close(layer(normal(3, 6)), normal(3, 6).to(weight.dtype) @ weight.T)


def test_gradients_hooks_and_identities_stay() -> None:
    layer = std("mpo", ins=(3, 4), outs=(4, 3), chi=3).module()
    before = dict(layer.named_parameters())
    layer.requires_grad_(False)
    layer.eval()(torch.ones(1, 12))
    weight = normal(12, 12, dtype=torch.float32).requires_grad_()
    layer.from_dense_(weight)
    after = dict(layer.named_parameters())
    assert all(after[name] is tensor and not tensor.requires_grad for name, tensor in before.items())
    torch.testing.assert_close(layer(torch.eye(12)).T, layer.to_dense())


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_trees_are_found_exactly(data: st.DataObject) -> None:
    """Any tree of tensors with rows and columns anywhere, recovered where its bonds are large enough."""
    nodes = data.draw(st.integers(1, 5))
    parents = [None, *(data.draw(st.integers(0, node - 1)) for node in range(1, nodes))]
    extent = st.integers(1, 3)
    lines, legs = [], {node: [] for node in range(nodes)}
    kinds: dict[str, list[str]] = {"i": [], "o": []}
    for kind in "io":
        for number in range(data.draw(st.integers(1, 3))):
            name = f"{kind}{number}"
            lines.append(f"index {name}: {data.draw(extent)}")
            kinds[kind].append(name)
            legs[data.draw(st.integers(0, nodes - 1))].append(name)
    for node, parent in enumerate(parents):
        for number in range(0 if parent is None else data.draw(st.integers(0, 2))):
            lines.append(f"bond b{node}_{number}: {data.draw(extent)}")
            legs[node].append(f"b{node}_{number}")
            legs[parent].append(f"b{node}_{number}")
    for node in range(nodes):
        lines.append(f"tensor T{node}[{', '.join(data.draw(st.permutations(legs[node])))}]" if legs[node] else "")
    factors = " * ".join(f"T{node}" for node in range(nodes) if legs[node])
    program = (
        "network Any() {\n"
        + "\n".join(lines)
        + (f"\ninput x[..., ({' '.join(kinds['i'])})]\noutput y[..., ({' '.join(kinds['o'])})] = x * {factors}\n}}")
    )
    network = text(program).network
    weight = torch.from_numpy(matrix(network, draw(network)))
    found = fit(network, no_tensor, weight, None, Wish(), Effort())
    assert found.result.method == "sequential"
    assert relative(matrix(network, values_of(network, found)), weight) < 1e-12


def no_tensor(name: str) -> torch.Tensor:
    """Nothing stored is asked for where nothing is frozen."""
    raise AssertionError(name)


def test_memory_is_a_few_copies_of_the_matrix() -> None:
    layer = std("mpo", ins=(8, 8, 8), outs=(8, 8, 8), chi=8, use_bias=False).module()
    weight = normal(512, 512, dtype=torch.float32)
    whole = weight.numel() * weight.element_size()
    # Converting a part of the matrix to double precision takes a fixed amount, which tells at this size only.
    assert allocation_peak(lambda: layer.from_dense_(weight, progress=False)) < 5 * whole + 2 * 8 * CHUNK

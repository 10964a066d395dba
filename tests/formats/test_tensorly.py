"""Factorized weights of tensorly-torch: read and written, beside the library and layouts written here."""

import importlib.util
import math
from collections.abc import Mapping
from typing import Any

import pytest
import torch

import tncc
from tests.layers.weights import normal, std, text
from tncc.formats.tensorly import from_tensorly_, to_tensorly

OUTS, INS = (3, 2, 4), (2, 5, 3)

FLAT = """
network Flat(outs: ints = (3, 2, 4), ins: ints = (2, 5, 3), chi: int = 3) {
  let m = len(outs)
  let n = len(outs) + len(ins)
  index d[k in 0..n]: (outs + ins)[k]
  bond r[k in 1..n] open: chi
  input x[..., (d[m] d[m+1] d[m+2])]
  tensor A[k in 0..n][r[k], d[k], r[k+1]]
  output y[..., (d[0] d[1] d[2])] = 2 * x * A[*]
}
"""

NETWORKS: dict[str, tncc.Compiled] = {
    "BlockTT": std("mpo", ins=INS, outs=OUTS, chi=4),
    "CP": std("cp", ins=INS, outs=OUTS, rank=5),
    "Tucker": std("tucker", ins=INS, outs=OUTS, rank=2),
    "TT": text(FLAT),
}
"""A network for each kind of weight."""

RANKS: dict[str, Any] = {"BlockTT": (1, 3, 5, 1), "CP": 7, "Tucker": (2, 2, 3, 1, 2, 2), "TT": (1, 3, 4, 5, 4, 2, 1)}
"""Ranks other than those that the networks are compiled with."""


def weight_of(kind: str) -> dict[str, torch.Tensor]:
    """A factorized weight in the library's layout, as its documentation has it."""
    shape, rank = (*OUTS, *INS), RANKS[kind]
    if kind == "BlockTT":
        return {f"factors.factor_{k}": normal(rank[k], OUTS[k], INS[k], rank[k + 1], seed=k) for k in range(3)}
    if kind == "TT":
        return {f"factors.factor_{k}": normal(rank[k], shape[k], rank[k + 1], seed=k) for k in range(6)}
    if kind == "CP":
        factors = {f"factors.factor_{k}": normal(size, rank, seed=k) for k, size in enumerate(shape)}
        return {"weights": normal(rank, seed=9), **factors}
    factors = {f"factors.factor_{k}": normal(size, rank[k], seed=k) for k, size in enumerate(shape)}
    return {"core": normal(*rank, seed=9), **factors}


def dense(kind: str, state: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """The matrix that a weight stands for, by one sum over all its indices."""
    count = sum(key.startswith("factors.") for key in state)
    factors = [state[f"factors.factor_{k}"] for k in range(count)]
    equations = {
        "BlockTT": "zaup,pbvq,qcwy->abcuvw", "TT": "zap,pbq,qcr,rus,svt,twy->abcuvw",
        "CP": "p,ap,bp,cp,up,vp,wp->abcuvw", "Tucker": "defghi,ad,be,cf,ug,vh,wi->abcuvw",
    }  # fmt: skip
    more = [state[key] for key in ("weights", "core") if key in state]
    return torch.einsum(equations[kind], *more, *factors).reshape(math.prod(OUTS), math.prod(INS))


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_weight_is_read_whatever_its_ranks(kind: str) -> None:
    layer = NETWORKS[kind].module(dtype=torch.float64)
    state = weight_of(kind)
    assert from_tensorly_(layer, state) is layer
    torch.testing.assert_close(layer.to_dense().detach(), dense(kind, state))
    if "bias" in layer.state_dict():
        assert not layer.bias.any()
        bias = normal(24)
        from_tensorly_(layer, {"bias": bias, **{f"weight.{key}": value for key, value in state.items()}})
        torch.testing.assert_close(layer.bias.detach().reshape(-1), bias)


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_weight_is_written_and_read_again(kind: str) -> None:
    layer, other = (NETWORKS[kind].module(dtype=torch.float64) for _ in range(2))
    state = to_tensorly(layer, kind)
    assert list(state) == list(weight_of(kind))
    assert [tensor.ndim for tensor in state.values()] == [tensor.ndim for tensor in weight_of(kind).values()]
    torch.testing.assert_close(dense(kind, state), layer.to_dense().detach())
    from_tensorly_(other, state)
    torch.testing.assert_close(other.to_dense(), layer.to_dense())
    assert all(tensor.is_contiguous() for tensor in state.values())
    assert not {tensor.data_ptr() for tensor in state.values()} & {p.data_ptr() for p in layer.parameters()}


@pytest.mark.skipif(importlib.util.find_spec("tltorch") is None, reason="tensorly-torch is not installed: `.[bench]`")
@pytest.mark.parametrize("kind", ["BlockTT", "CP", "Tucker"])
def test_the_library_and_the_layer_give_the_same_outputs(kind: str) -> None:
    from tltorch import FactorizedLinear

    torch.manual_seed(0)
    rank = {"BlockTT": 4, "CP": 5, "Tucker": (2, 2, 2, 2, 2, 2)}[kind]
    theirs = FactorizedLinear(INS, OUTS, bias=True, factorization=kind, rank=rank)
    layer = NETWORKS[kind].module()
    from_tensorly_(layer, theirs.state_dict())
    x = torch.randn(7, math.prod(INS))
    torch.testing.assert_close(layer(x), theirs(x), rtol=1e-5, atol=1e-5)
    fresh = NETWORKS[kind].module()
    back = FactorizedLinear(INS, OUTS, bias=False, factorization=kind, rank=rank)
    back.weight.load_state_dict(to_tensorly(fresh, kind))
    torch.testing.assert_close(back(x), fresh(x) - fresh.bias.reshape(-1), rtol=1e-5, atol=1e-5)


@pytest.mark.skipif(importlib.util.find_spec("tltorch") is None, reason="tensorly-torch is not installed: `.[bench]`")
def test_the_librarys_flat_train_is_read() -> None:
    from tltorch import FactorizedTensor

    torch.manual_seed(0)
    theirs = FactorizedTensor.new((*OUTS, *INS), rank=RANKS["TT"], factorization="TT").normal_()
    layer = from_tensorly_(NETWORKS["TT"].module(), theirs.state_dict())
    torch.testing.assert_close(layer.to_dense(), theirs.to_tensor().reshape(24, 30), rtol=1e-5, atol=1e-6)


def refused(layer: Any, state: Mapping[str, torch.Tensor], *words: str) -> None:
    """TN409, and a layer that is what it was."""
    before, kind = {name: tensor.clone() for name, tensor in layer.state_dict().items()}, type(layer)
    with pytest.raises(tncc.CompileError) as error:
        from_tensorly_(layer, state)
    assert [diagnostic.code for diagnostic in error.value.diagnostics] == ["TN409"]
    assert all(word in str(error.value) for word in words), str(error.value)
    assert type(layer) is kind
    torch.testing.assert_close(layer.state_dict(), before, rtol=0, atol=0)


def test_tn409_weights_that_are_something_else() -> None:
    layer = NETWORKS["BlockTT"].module(dtype=torch.float64)
    refused(layer, weight_of("CP"), "`MPO`", "rows and columns")
    refused(layer, weight_of("TT"), "rows and columns")
    refused(layer, {"up": normal(3, 3)}, "`up`")
    refused(layer, {}, "`MPO`")
    state = weight_of("BlockTT")
    refused(layer, {**state, "bias": normal(5)}, "5 numbers")
    refused(layer, {**state, "factors.factor_1": normal(3, 2, 6, 5)}, "`i[1]` is 6 there, and 5 here")
    refused(layer, {**state, "factors.factor_0": normal(2, 3, 2, 3)}, "ring")
    refused(layer, {**state, "factors.factor_1": normal(4, 2, 5, 5)}, "size 4", "neighbour 3")
    without = text("network A() { index i: 2; index o: 3; input x[..., i]\n tensor B[i, o]\n"
                   "output y[..., o] = x * B }").module()  # fmt: skip
    refused(without, {"factors.factor_0": normal(1, 3, 2, 1), "bias": normal(3)}, "bias")


def test_tn409_layers_that_are_something_else() -> None:
    for kind in ("CP", "Tucker", "TT", "BTT"):
        with pytest.raises(tncc.CompileError, match="TN409"):
            to_tensorly(NETWORKS["BlockTT"].module(), kind)

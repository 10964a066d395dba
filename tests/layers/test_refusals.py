"""Weights that nothing can be made of: a diagnostic that says what and how many, and a layer that is what it was."""

import copy
from typing import Any

import pytest
import torch

import tncc
from tests.layers.weights import RING, double, normal, std, text

MPO = {"ins": (2, 3), "outs": (3, 2), "chi": 3}


def refused(layer: Any, code: str, *words: str, **options: Any) -> None:
    """The call fails with one diagnostic, whose text has these words; nothing of the layer changes."""
    before, state = type(layer), copy.deepcopy(layer.state_dict())
    with pytest.raises(tncc.CompileError) as error:
        layer.from_dense_(**options)
    assert [diagnostic.code for diagnostic in error.value.diagnostics] == [code]
    assert all(word in str(error.value) for word in words), str(error.value)
    assert type(layer) is before
    torch.testing.assert_close(layer.state_dict(), state, rtol=0, atol=0, equal_nan=True)


def test_tn402_wrong_shapes() -> None:
    layer = double(std("mpo", **MPO))
    refused(layer, "TN402", "`MPO`", "(5, 6)", "(6, 6)", "pad=True", weight=normal(5, 6))
    refused(layer, "TN402", "(7, 6)", "(6, 6) or less", weight=normal(7, 6), pad=True)
    refused(layer, "TN402", "(36,)", weight=normal(36))
    refused(layer, "TN402", "the bias", "(5,)", "(6,)", weight=normal(6, 6), bias=normal(5))
    refused(layer, "TN402", "the covariance", "(6, 5)", weight=normal(6, 6), covariance=normal(6, 5))
    wide = double(std("mpo", ins=(2, 2), outs=(3, 3), chi=2))
    refused(wide, "TN402", "transpose it", weight=normal(4, 9))
    refused(wide, "TN402", "(0, 4)", weight=normal(0, 4), pad=True)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_tn403_numbers_that_are_not_finite(value: float) -> None:
    layer, weight, bias = double(std("mpo", **MPO)), normal(6, 6), normal(6)
    bias[4] = value
    refused(layer, "TN403", "the bias", "1 of 6", "[4]", weight=weight, bias=bias)
    refused(layer, "TN403", "the covariance", weight=weight, covariance=bias.expand(6, 6))
    weight[1, 2] = weight[3, 0] = value
    refused(layer, "TN403", "2 of 36", "[1, 2]", weight=weight)


def test_tn403_a_type_that_is_too_small() -> None:
    layer = std("mpo", **MPO).module(dtype=torch.float16)
    refused(layer, "TN403", "float16", weight=1e6 * torch.ones(6, 6))


def test_large_numbers_whose_sum_overflows_are_fine() -> None:
    layer = std("mpo", **{**MPO, "chi": 6}).module()
    weight = torch.full((6, 6), 3e38)
    assert layer.from_dense_(weight * 1e-20).error < 1e-5


def test_tn404_types() -> None:
    layer = double(std("mpo", **MPO))
    refused(layer, "TN404", "int64", "the weight", weight=torch.ones(6, 6, dtype=torch.int64))
    refused(layer, "TN404", "bool", weight=torch.ones(6, 6, dtype=torch.bool))
    refused(layer, "TN404", "complex64", weight=torch.ones(6, 6, dtype=torch.complex64))
    refused(layer, "TN404", "list", weight=[[1.0] * 6] * 6)
    refused(layer, "TN404", "meta", weight=torch.ones(6, 6, device="meta"))
    refused(layer, "TN404", "the bias", weight=normal(6, 6), bias=torch.ones(6, dtype=torch.int32))


@pytest.mark.parametrize("network", ["mpo", "low_rank", "cp", "btt"])
def test_tn410_covariances_that_are_none(network: str) -> None:
    sizes = {"cp": {"rank": 2}, "low_rank": {"rank": 2}}.get(network, {"chi": 2})
    layer, weight = double(std(network, ins=(2, 3), outs=(3, 2), **sizes)), normal(6, 6)
    refused(layer, "TN410", "6 of 6 inputs", "-1 at [0]", weight=weight, covariance=-torch.eye(6))
    refused(layer, "TN410", "1 of 6", "[4]", weight=weight, covariance=torch.tensor([1.0, 1, 1, 1, -2, 1]))
    refused(layer, "TN410", "transpose", weight=weight, covariance=torch.eye(6) + torch.triu(torch.ones(6, 6), 1))
    refused(layer, "TN410", "eigenvalue is -1", weight=weight, covariance=2 * torch.ones(6, 6) - torch.eye(6))


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
def test_moments_of_few_rows_are_moments_in_all_types(dtype: torch.dtype) -> None:
    layer = double(std("mpo", **MPO))
    for rows, columns in ((1, 6), (3, 6), (40, 6)):
        x = normal(rows, columns, dtype=dtype) + 100
        assert layer.from_dense_(normal(6, 6), covariance=x.T @ x / rows).weighted_error < 1
    for c in (torch.zeros(6), torch.zeros(6, 6)):
        assert layer.from_dense_(normal(6, 6), covariance=c).error < 1


def test_numbers_whose_squares_are_infinite() -> None:
    layer = double(std("mpo", **MPO))
    refused(layer, "TN404", "1e+200", weight=1e200 * torch.ones(6, 6, dtype=torch.float64))
    assert layer.from_dense_(1e130 * normal(6, 6)).error < 1


def test_types_of_eight_bits_are_converted() -> None:
    layer = std("mpo", **{**MPO, "chi": 6}).module()
    weight = normal(6, 6, dtype=torch.float32).to(torch.float8_e4m3fn)
    assert layer.from_dense_(weight).error < 1e-6
    torch.testing.assert_close(layer.to_dense().detach(), weight.float(), rtol=1e-5, atol=1e-5)


def test_a_layer_without_numbers() -> None:
    layer = std("mpo", **MPO).module(device="meta")
    with pytest.raises(tncc.CompileError, match=r"TN404.*meta"):
        layer.from_dense_(normal(6, 6))


def test_tn407_a_bias_without_a_place() -> None:
    layer = double(std("mpo", **MPO, use_bias=False))
    refused(layer, "TN407", "`MPO`", weight=normal(6, 6), bias=normal(6))
    assert layer.from_dense_(normal(6, 6), torch.zeros(6)).bias_error == 0
    program = "network F() { index i: 2; index o: 3; input x[..., i]; tensor A[i, o]\n tensor b[o] frozen\n"
    frozen = double(text(program + "output y[..., o] = x * A + b }"))
    refused(frozen, "TN407", "frozen", weight=normal(3, 2), bias=normal(3))
    assert frozen.from_dense_(normal(3, 2), frozen.b.clone()).error < 1e-14


@pytest.mark.parametrize(("body", "words"), [
    ("tensor A[i, o]\n output y[..., o] = gelu(x * A)", "affine"),
    ("tensor A[i, i2]\n output y[..., i2] = x[..., i] * A * x[..., i2]", "affine"),
    ("tensor A[i, o]\n output y[..., o] = x * tanh(A)", "`tanh`"),
    ("tensor A[i, o] frozen\n output y[..., o] = x * A", "frozen"),
])  # fmt: skip
def test_tn401_networks_that_no_weight_decomposes_into(body: str, words: str) -> None:
    program = f"network N() {{ index i: 3; index i2: 3; index i3: 3; index o: 2; input x[..., i]\n {body} }}"
    layer = double(text(program))
    refused(layer, "TN401", "`N`", words, weight=normal(2, 3))


def test_tn408_errors_that_are_not_met() -> None:
    ring = double(text(RING, ins=(2, 3, 2), outs=(2, 2, 2)))
    refused(ring, "TN408", "the least error found is 0.", weight=normal(8, 12), error=0.01)
    program = "network N() { index i: 4; index o: 4; index r: 1; index s: 2; input x[..., i]\n tensor A[i, s]\n"
    narrow = double(text(program + "tensor B[s, o]\n output y[..., o] = x * A * B }"))
    refused(narrow, "TN408", "`N`", weight=normal(4, 4), error=0.01)
    diagonal = double(text("network D() { index i: 4; input x[..., i]\n tensor a[i]\n output y[..., i] = x * a }"))
    refused(diagonal, "TN408", "zero or constant", weight=normal(4, 4), error=0.1)


@pytest.mark.parametrize("options", [
    {"error": -0.1}, {"error": 1.0}, {"error": float("nan")}, {"error": "0.1"}, {"restarts": 0}, {"sweeps": -1},
    {"restarts": True}, {"seed": 1.5}, {"seed": "a"}, {"seed": None}, {"seed": 2**70},
])  # fmt: skip
def test_tn137_options_that_make_no_sense(options: dict[str, Any]) -> None:
    refused(double(std("mpo", **MPO)), "TN137", weight=normal(6, 6), **options)


def test_a_weight_of_zeros_is_no_trouble() -> None:
    for compiled in (std("mpo", **MPO), text(RING, ins=(2, 3, 2), outs=(2, 2, 2))):
        layer = double(compiled)
        count = layer.to_dense().shape
        result = layer.from_dense_(torch.zeros(count, dtype=torch.float64))
        assert result.error < 1e-6 and float(layer.to_dense().detach().abs().max()) < 1e-6

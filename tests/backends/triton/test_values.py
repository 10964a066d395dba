"""Kernels compute what the oracle says, forward and backward, whatever the number of rows."""

import functools

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import tncc
from tests.backends.emitted import source_of
from tests.backends.triton.kernels import SAMPLES, agree, check, compiled, module_of, tensors_of
from tests.backends.triton.static import static_networks
from tests.closeness import is_tame
from tests.oracle import draw, evaluate
from tncc.ir.network import Network

pytest.importorskip("triton")

GATED = """
network Gated(d: int = 6, h: int = 10, chi: int = 3) {
  index i[k in 0..2]: (2, 3)[k]
  index j[k in 0..2]: (5, 2)[k]
  bond r: chi;  bond s: chi
  input x[..., (i[*])]
  tensor U[i[0], j[0], r];  tensor V[r, i[1], j[1]]
  tensor G[i[0], j[0], s];  tensor H[s, i[1], j[1]]
  tensor D[(j[*]), (i[*])]
  tensor gain[(i[*])] init ones
  z[..., (i[*])] = layernorm[i[*]](x) * gain
  g[..., j[*]] = silu(z * G * H)
  u[..., j[*]] = z * U * V
  a[..., (j[*])] = g * u + tanh(u)
  output y[..., (i[*])] = x + a * D
}
"""

ATTENTION = """
network Attention(t: int = 3) {
  index q: t;  index p: t;  index d: 4;  index k: 2
  input x[..., q, d]
  tensor A[d, k];  tensor B[d, k];  tensor C[d, k]
  Q[..., q, k] = x * A
  K[..., p, k] = x[..., p, d] * B
  w[..., q, p] = softmax[p](Q * K / 2)
  output y[..., q, k] = w * x[..., p, d] * C
}
"""


@functools.cache
def made(name: str) -> tuple[Network, str]:
    """A sample and its source."""
    result = compiled(name)
    return result.network, result.source("triton")


@pytest.mark.parametrize("lead", [(0,), (1,), (7,), (17,), (33,), (2, 3), ()])
def test_any_number_of_rows(lead: tuple[int, ...]) -> None:
    # No kernel is launched for no rows.
    check(*made("two_sites"), lead, torch_alone=0 in lead)


@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"two_sites"}))
def test_topologies(name: str) -> None:
    check(*made(name), (5,))


@pytest.mark.parametrize("text", [GATED, ATTENTION])
def test_functions_are_fused_into_the_steps_around_them(text: str) -> None:
    result = tncc.compile_text(text, batch=(32,))
    check(result.network, result.source("triton"), (3,))


def test_narrow_types_are_summed_in_single_precision() -> None:
    # Triton's interpreter has no bfloat16; `test_ahead.py` compiles kernels for it.
    check(*made("two_sites"), (17,), torch.float16, 4e-3)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(static_networks(), st.sampled_from([(), (3,), (1, 2)]))
def test_random_networks_equal_the_oracle(network: Network, lead: tuple[int, ...]) -> None:
    assume(is_tame(network, draw(network, lead=lead)))
    # Some have nothing to differentiate by kernels, which is then left to torch.
    check(network, source_of(network, "triton"), lead, tolerance=1e-4, torch_alone=True)


def test_large_sums_are_parted_among_programs_and_added_up_in_a_fixed_order() -> None:
    network, source = made("two_sites")
    assert "parts.sum(0)" in source
    values = draw(network, lead=(200,))
    module = module_of(network, source, values, torch.float32)
    inputs = tensors_of(network, values, torch.float32)
    found = [torch.autograd.grad(module(*inputs).sum(), list(module.parameters())) for _ in range(2)]
    assert all(torch.equal(one, other) for one, other in zip(*found, strict=True))


def test_what_kernels_do_not_serve_is_left_to_torch() -> None:
    network, source = made("two_sites")
    values = draw(network, lead=(4,))
    module = module_of(network, source, values, torch.float64, torch_alone=True)
    agree(module(*tensors_of(network, values, torch.float64)), evaluate(network, values)["y"], 1e-12)
    single = module_of(network, source, values, torch.float32, torch_alone=True)
    (x,) = tensors_of(network, values, torch.float32)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert single(x).dtype == torch.bfloat16
    per_row = torch.func.vmap(single)(x)
    torch.testing.assert_close(per_row, single(x))


def test_second_derivatives() -> None:
    network, source = made("two_sites")
    values = draw(network, lead=(3,))
    module = module_of(network, source, values, torch.float32, torch_alone=True)
    (x,) = tensors_of(network, values, torch.float32)
    core = next(module.parameters())
    (first,) = torch.autograd.grad(module(x).square().sum(), core, create_graph=True)
    (second,) = torch.autograd.grad(first.square().sum(), core)
    double = module_of(network, source, values, torch.float64, torch_alone=True)
    wide = next(double.parameters())
    (first,) = torch.autograd.grad(double(x.double()).square().sum(), wide, create_graph=True)
    (expected,) = torch.autograd.grad(first.square().sum(), wide)
    agree(second, expected.numpy(), 1e-4)


def test_only_wanted_gradients_are_computed() -> None:
    network, source = made("two_sites")
    values = draw(network, lead=(3,))
    module = module_of(network, source, values, torch.float32)
    for parameter in list(module.parameters())[1:]:
        parameter.requires_grad_(False)
    x = tensors_of(network, values, torch.float32)[0].detach()
    module(x).sum().backward()
    assert [parameter.grad is not None for parameter in module.parameters()] == [True, False, False]


def test_arguments_need_not_be_contiguous() -> None:
    network, source = made("two_sites")
    values = draw(network, lead=(6,))
    module = module_of(network, source, values, torch.float32)
    (x,) = tensors_of(network, values, torch.float32)
    turned = x.detach().T.contiguous().T
    assert not turned.is_contiguous()
    torch.testing.assert_close(module(turned), module(x))


@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_infinities_beyond_the_end_of_an_array_do_no_harm() -> None:
    text = """
    network Logs(n: int = 5) {
      index i: n;  index o: 3
      input x[..., i]
      tensor A[i, o]
      l[..., i] = log(exp(x))
      output y[..., o] = l * A
    }
    """
    result = tncc.compile_text(text, batch=(32,))
    check(result.network, result.source("triton"), (3,))


def test_the_state_is_that_of_the_torch_module() -> None:
    network, source = made("three_sites")
    values = draw(network, lead=(2,))
    module = module_of(network, source, values, torch.float32)
    other = compiled("three_sites").module()
    assert list(module.state_dict()) == list(other.state_dict())
    torch.manual_seed(1)
    module.reset_parameters()
    torch.manual_seed(1)
    other.reset_parameters()
    for one, two in zip(module.parameters(), other.parameters(), strict=True):
        assert torch.equal(one, two)
    with pytest.raises(ValueError, match=r"input `x`, axis -1 .*: expected size 60, found 7"):
        module(torch.zeros(2, 7))
    dense = module.to_dense()
    x = np.asarray(values["x"], dtype=np.float32)
    torch.testing.assert_close(module(torch.from_numpy(x)) - module(torch.zeros(60)), torch.from_numpy(x) @ dense.T)

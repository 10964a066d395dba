"""All tensors as one vector: derivatives against differences, transposes, and both ways to solve for a step."""

import itertools
import math

import pytest
import torch

import tncc
from tncc.decompose import descending
from tncc.decompose.descending import descend, search, start
from tncc.decompose.joint import Joint, Part, Unknown
from tncc.decompose.products import Product
from tncc.decompose.search import Effort
from tncc.decompose.terms import affine_form

PROGRAM = """
network N() {
  index i: 3; index i2: 3; index i3: 3; index o: 2; index s: 2; bond r: 2
  input x[..., i]
  tensor A[i, i2]KIND
  tensor B[i, o]KIND
  tensor D[i, o, s]
  tensor F[i] frozen
  y1[..., o] = x * A * A[i2, i3] * B[i3, o]
  output y[..., o] = y1 + 0.5 * x * F * B + x * D + B[1, o]
}
"""
"""A square, a diagonal's worth of another use, sums over a leg that one tensor alone has, and a position."""


def numbers(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


def problem(kind: str = "") -> Joint:
    """The network above beside a random matrix and vector, errors of the matrix being weighed."""
    dtype = torch.complex128 if kind else torch.float64
    network = tncc.compile_text(PROGRAM.replace("KIND", kind), batch=(1,)).network
    form = affine_form(network)
    stored = {tensor.name: tensor for tensor in network.tensors}
    parts = []
    for number, terms in enumerate((form.linear, form.constant)):
        products = []
        for term in terms:
            frozen = [stored[factor.tensor].role == "frozen" for factor in term.factors]
            held = [numbers(3, seed=5).to(dtype) if one else None for one in frozen]
            products.append(Product.of(term, held))
        target = numbers(2, 1 if number else 3, seed=number, dtype=dtype)
        parts.append(Part(tuple(products), target, None if number else numbers(3, 3, seed=9, dtype=dtype)))
    unknowns = tuple(
        Unknown(name, tuple(axis.size for axis in stored[name].axes), stored[name].complex) for name in "ABD"
    )
    return Joint(unknowns, tuple(parts))


@pytest.mark.parametrize("kind", ["", " complex"])
def test_derivatives_are_those_of_the_error(kind: str) -> None:
    made = problem(kind)
    point = numbers(made.numbers, seed=1)
    table = made.jacobian(point)
    assert table.shape == (made.numbers, made.residuals)
    step = 1e-6
    for place in range(made.numbers):
        unit = torch.zeros(made.numbers, dtype=torch.float64)
        unit[place] = step
        difference = (made.residual(point - unit) - made.residual(point + unit)) / (2 * step)
        torch.testing.assert_close(table[place], difference, atol=1e-7, rtol=1e-7)


@pytest.mark.parametrize("kind", ["", " complex"])
def test_both_products_with_the_derivatives_are_those_of_the_table(kind: str) -> None:
    made = problem(kind)
    point, change, error = (
        numbers(size, seed=seed) for seed, size in enumerate((made.numbers,) * 2 + (made.residuals,))
    )
    values, table = made.values(point), made.jacobian(point)
    torch.testing.assert_close(made.forward(values, made.values(change[None]))[0], change @ table)
    torch.testing.assert_close(made.backward(values, error), table @ error)


@pytest.mark.parametrize("direct", [True, False])
def test_the_error_never_grows_and_ends_where_its_derivative_is_zero(
    direct: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not direct:
        monkeypatch.setattr(descending, "DIRECT", 0)
    made = problem()
    place = start(made, seed=0, attempt=0)
    lefts = [place.left]
    for _ in range(60):
        place, _ = descend(made, place, 1.0, 1, Effort(), "")
        lefts.append(place.left)
    assert all(later <= earlier for earlier, later in itertools.pairwise(lefts))
    slope = made.backward(made.values(place.vector), place.residual)
    assert float(slope.norm()) < 1e-4 * math.sqrt(lefts[0])


def test_more_starts_are_no_worse_and_a_start_that_is_good_enough_is_the_last() -> None:
    made, told = problem(), set()
    lefts = []
    for restarts in (1, 4):
        values, _ = search(made, Effort(restarts=restarts))
        vector = torch.cat([values[one.name].reshape(-1) for one in made.unknowns])
        lefts.append(float(made.residual(vector).square().sum()))
    assert lefts[1] <= lefts[0] * (1 + 1e-9)
    search(made, Effort(restarts=4, goal=1e9, watch=lambda what, done, total: told.add(what)))
    assert not told

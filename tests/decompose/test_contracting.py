"""How much work a contraction is said to be, beside what its products do."""

import numpy as np
import pytest
import torch

from tests.decompose.products import GRAPHS, Graph, tensors_of
from tncc.decompose import contracting
from tncc.decompose.contracting import Named, contract, work


@pytest.mark.parametrize("graph", GRAPHS.values(), ids=list(GRAPHS))
def test_work_is_what_the_products_do(graph: Graph, monkeypatch: pytest.MonkeyPatch) -> None:
    tensors, done = tensors_of(graph), []
    multiply = contracting.product

    def counted(one: Named, other: Named, needed: set[str]) -> Named:
        sizes = dict(zip((*one.legs, *other.legs), (*one.value.shape, *other.value.shape), strict=True))
        done.append(int(np.prod(list(sizes.values()))))
        return multiply(one, other, needed)

    monkeypatch.setattr(contracting, "product", counted)
    found = contract(tensors, graph.visible)
    assert work(tensors, graph.visible) == sum(done)
    script = ",".join(graph.tensors) + "->" + "".join(graph.visible)
    np.testing.assert_allclose(found.numpy(), np.einsum(script, *(one.value.numpy() for one in tensors)), atol=1e-12)


def test_one_operand_is_no_work() -> None:
    one = Named(("a", "b"), torch.ones(2, 3))
    assert work([one], ["b"]) == 0
    torch.testing.assert_close(contract([one], ["b"]), torch.full((3,), 2.0))

"""Undoing, merging and letting go."""

import pytest
import torch
from torch import nn

import tncc
from tests.models.conftest import Rules
from tests.models.small_transformer import SmallTransformer

RULES = """
  "embeddings": LowRank(rank = 6, sites = 1)
  "**.{query,mix}": LowRank(rank = 5, sites = 1)
  "pooler.*": LowRank(rank = 5, sites = 1, use_bias = false)
"""


def test_undo_puts_the_very_same_modules_back(rules: Rules, model: SmallTransformer, ids: torch.Tensor) -> None:
    modules, expected = dict(model.named_modules()), model(ids)
    tensorized = tncc.tensorize(model, rules(RULES), batch=(4,))
    assert not torch.allclose(model(ids), expected)
    assert tensorized.originals["pooler.dense"] is modules["pooler.dense"]
    assert tensorized.undo() is model
    assert dict(model.named_modules()) == modules
    assert torch.equal(model(ids), expected)


@pytest.mark.parametrize("released", [False, True])
def test_merging_keeps_what_the_model_computes(
    rules: Rules, model: SmallTransformer, ids: torch.Tensor, released: bool
) -> None:
    model.pooler.dense.weight.requires_grad_(False)
    kinds = {path: type(module) for path, module in model.named_modules()}
    grads = {name: parameter.requires_grad for name, parameter in model.named_parameters()}
    tensorized = tncc.tensorize(model, rules(RULES), batch=(4,))
    if released:
        tensorized.release()
    expected = model(ids)
    assert tensorized.merge_() is model
    torch.testing.assert_close(model(ids), expected, rtol=1e-4, atol=1e-5)
    assert {path: type(module) for path, module in model.named_modules()} == kinds
    assert {name: parameter.requires_grad for name, parameter in model.named_parameters()} == grads
    assert model.encoder.layer[0].query.bias is None
    assert torch.linalg.matrix_rank(model.encoder.layer[0].mix.weight.double(), rtol=1e-5) == 5
    assert not any(module.training for module in model.modules())


def test_a_bias_that_the_network_added_is_merged_too(rules: Rules) -> None:
    model = nn.Sequential(nn.Linear(4, 4, bias=False))
    tensorized = tncc.tensorize(model, rules('"0": LowRank(rank = 4, use_bias = true)'), batch=(4,))
    torch.nn.init.constant_(tensorized.layers["0"].bias, 2.0)
    x = torch.randn(3, 4)
    expected = model(x)
    torch.testing.assert_close(tensorized.merge_()(x), expected)


def refused(action: object) -> str:
    with pytest.raises(tncc.CompileError) as error:
        action()
    (diagnostic,) = error.value.diagnostics
    assert diagnostic.code == "TN450"
    return diagnostic.message


def test_what_cannot_be_done(rules: Rules, model: SmallTransformer) -> None:
    path = rules('"pooler.*": LowRank(rank = 5, sites = 1)')
    tensorized = tncc.tensorize(model, path, batch=(4,))
    tensorized.release()
    assert refused(tensorized.undo) == "`undo` cannot be done: the originals were released"
    tensorized.merge_()
    assert refused(tensorized.merge_) == "`merge_` cannot be done: it was merged"
    tensorized = tncc.tensorize(model, path, batch=(4,))
    theirs = nn.Linear(12, 12)
    model.pooler.dense = theirs
    assert refused(tensorized.undo) == "`undo` cannot be done: another module stands at `pooler.dense` by now"
    assert model.pooler.dense is theirs

"""Replacing layers: what stands there afterwards, and that the model goes on computing the same."""

import copy
from pathlib import Path

import pytest
import torch
from torch import nn

import tncc
from tests.models.conftest import Rules
from tests.models.small_transformer import SmallTransformer
from tncc.models.embedding import TensorizedEmbedding
from tncc.models.linear import TensorizedLinear

EXACT = """
  keep "layer.0.key"
  "embeddings": MPO(chi = 30, sites = 2)
  "**.{query,key,mix}": LowRank(rank = 12, sites = 1)
  "**.dense": MPO(chi = 24, sites = 2)
"""


def test_networks_that_lose_nothing_change_nothing(rules: Rules, model: SmallTransformer, ids: torch.Tensor) -> None:
    expected = model(ids)
    tensorized = tncc.tensorize(model, rules(EXACT), batch=(16,))
    torch.testing.assert_close(model(ids), expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(tensorized(ids), expected, rtol=1e-4, atol=1e-5)
    assert tensorized.model is model
    assert tensorized.warnings == ()
    assert [row.path for row in tensorized.table] == [
        "embeddings", "encoder.layer.0.query", "encoder.layer.0.mix", "encoder.layer.0.intermediate.dense",
        "encoder.layer.0.output.dense", "encoder.layer.1.query", "encoder.layer.1.key", "encoder.layer.1.mix",
        "encoder.layer.1.intermediate.dense", "encoder.layer.1.output.dense", "pooler.dense",
    ]  # fmt: skip
    assert max(row.relative_error or 0.0 for row in tensorized.table) < 1e-5
    assert isinstance(model.encoder.layer[0].key, nn.Linear)


def test_the_table_counts(rules: Rules, model: SmallTransformer) -> None:
    before = sum(parameter.numel() for parameter in model.parameters())
    table = tncc.tensorize(
        model, rules('"**.dense": LowRank(rank = 2, sites = 1)\n"query": LowRank(rank = 3)'), batch=(256,)
    ).table
    after = sum(parameter.numel() for parameter in model.parameters())
    assert table.parameters_before - table.parameters_after == before - after
    first = table[1]
    assert (first.path, first.layer) == ("encoder.layer.0.intermediate.dense", "Linear")
    assert first.network == "LowRank(ins = (12,), outs = (24,), rank = 2, use_bias = true)"
    assert (first.parameters_before, first.parameters_after) == (12 * 24 + 24, 2 * (12 + 24) + 24)
    # At these sizes the product of the two is formed first, once for all 256 rows.
    assert (first.flops_before, first.flops_after) == (600, 600 + 2 * 2 * 12 * 24 / 256)
    assert first.share == first.parameters_after / first.parameters_before
    assert type(first).model_validate_json(first.model_dump_json()) == first
    text = table.text()
    assert "encoder.layer.0.intermediate.dense" in text
    assert f"{table.parameters_after:,}" in text.splitlines()[-1]


def test_the_error_is_that_of_the_weight(rules: Rules, model: SmallTransformer) -> None:
    weight = model.pooler.dense.weight.detach().clone()
    (row,) = tncc.tensorize(model, rules('"pooler.*": LowRank(rank = 5, sites = 1)'), batch=(4,)).table
    left = torch.linalg.svdvals(weight.double())[5:]
    assert row.relative_error == pytest.approx(float(left.norm() / weight.double().norm()), rel=1e-4)
    found = (model.pooler.dense.weight - weight).norm() / weight.norm()
    assert row.relative_error == pytest.approx(found.item(), rel=1e-4)


@pytest.mark.parametrize("relation", ["=", "<="])
def test_an_error_asked_for_chooses_the_bonds(rules: Rules, model: SmallTransformer, relation: str) -> None:
    text = f'"pooler.*": LowRank(rank = 12, sites = 1, error {relation} 0.3)'
    (row,) = tncc.tensorize(model, rules(text), batch=(4,)).table
    assert row.relative_error is not None
    assert 0.1 < row.relative_error <= 0.3
    assert row.parameters_after < 12 * 24 + 12


def test_without_weights_networks_start_anew(rules: Rules, model: SmallTransformer, ids: torch.Tensor) -> None:
    table = tncc.tensorize(model, rules('"**.dense": LowRank(rank = 2, sites = 1)'), weights=False, batch=(4,)).table
    assert [row.relative_error for row in table] == [None] * 5
    assert bool(torch.isfinite(model(ids)).all())


def test_what_a_layer_was_stays(rules: Rules, model: SmallTransformer) -> None:
    model.double()
    model.pooler.dense.weight.requires_grad_(False)
    model.encoder.layer[0].mix.train()
    bias = model.encoder.layer[0].key.bias.detach().clone()
    tncc.tensorize(model, rules('"**.{dense,mix,key,query}": LowRank(rank = 12, sites = 1)'), batch=(4,))
    layer = model.encoder.layer[0]
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float64}
    assert (layer.mix.training, layer.mix.layer.training, layer.key.training) == (True, True, False)
    assert not any(parameter.requires_grad for parameter in model.pooler.dense.parameters())
    assert all(parameter.requires_grad for parameter in layer.key.parameters())
    assert layer.query.bias is None
    torch.testing.assert_close(layer.key.bias, bias)
    assert (layer.key.in_features, layer.key.out_features) == (12, 12)
    assert (layer.mix.nx, layer.mix.nf) == (12, 12)
    assert layer.mix.weight.shape == (12, 12)


def test_networks_without_a_bias_leave_the_layers_own(rules: Rules, model: SmallTransformer, ids: torch.Tensor) -> None:
    expected = model(ids)
    old = model.pooler.dense.bias
    tncc.tensorize(model, rules('"pooler.**": LowRank(rank = 12, sites = 1, use_bias = false)'), batch=(4,))
    new = model.pooler.dense
    assert torch.equal(new.bias, old)
    assert [name for name, _ in new.named_parameters()] == ["bias", "layer.down", "layer.up"]
    torch.testing.assert_close(model(ids), expected, rtol=1e-4, atol=1e-5)


def test_a_module_at_several_places_is_replaced_at_all(rules: Rules) -> None:
    shared = nn.Linear(6, 6)
    model = nn.Sequential(shared, nn.ReLU(), nn.ModuleDict({"again": shared}), nn.Linear(6, 6))
    tensorized = tncc.tensorize(model, rules('"again": LowRank(rank = 6, sites = 1)'), batch=(4,))
    assert isinstance(model[0], TensorizedLinear)
    assert model[2]["again"] is model[0]
    assert len(tensorized.table) == 1
    tensorized.undo()
    assert model[0] is shared
    assert model[2]["again"] is shared


def test_the_first_rule_decides_and_others_are_told(rules: Rules, model: SmallTransformer) -> None:
    text = '"pooler.dense": LowRank(rank = 3, sites = 1)\n"**.dense": LowRank(rank = 2, sites = 1)'
    tensorized = tncc.tensorize(model, rules(text), batch=(4,))
    assert [row.network[-25:] for row in tensorized.table][-1] == "rank = 3, use_bias = true)"[-25:]
    (warning,) = tensorized.warnings
    assert (warning.code, warning.severity) == ("TN452", "warning")
    assert "also matches 1 of the layers that rules above it decide, `pooler.dense` for one" in warning.message


def test_a_block_goes_by_its_name(tmp_path: Path, model: SmallTransformer) -> None:
    path = tmp_path / "rules.tn"
    path.write_text(
        "use std.low_rank: LowRank\n"
        'tensorize One { "pooler.*": LowRank(rank = 1, sites = 1) }\n'
        'tensorize Two { "query": LowRank(rank = 2, sites = 1) }\n'
    )
    assert [row.path for row in tncc.tensorize(model, path, name="One", batch=(4,)).table] == ["pooler.dense"]
    assert len(tncc.tensorize(model, path, batch=(4,)).table) == 2


def test_networks_with_axes_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "rules.tn"
    path.write_text("""network Grid(chi: int = 8) {
      index a: 2; index b: 3; index c: 4; index d: 2
      bond r: chi
      input x[..., a, b]
      tensor A[a, c, r]
      tensor B[r, b, d]
      tensor shift[c, d]
      output y[..., c, d] = x * A * B + shift
    }
    tensorize R { "0": Grid() }
    """)
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(6, 8))
    x = torch.randn(5, 3, 6)
    expected = model(x)
    tncc.tensorize(model, path, batch=(4,))
    torch.testing.assert_close(model(x), expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(model(x[0, 0]), expected[0, 0], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("layer", [nn.Linear(7, 11), nn.Embedding(31, 11)], ids=["Linear", "Embedding"])
def test_padding(rules: Rules, layer: nn.Module) -> None:
    model = nn.Sequential(copy.deepcopy(layer))
    weight = model[0].weight.detach().clone()
    x = torch.randn(5, 7) if isinstance(layer, nn.Linear) else torch.randint(0, 31, (5, 2))
    expected = model(x)
    tensorized = tncc.tensorize(model, rules('"0": MPO(chi = 100, sites = 2, pad = true)'), batch=(4,))
    assert dict(tensorized.table[0].values)["outs"] == (3, 4)
    torch.testing.assert_close(model(x), expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(model[0].weight, weight, rtol=1e-4, atol=1e-5)
    merged = tensorized.merge_()
    torch.testing.assert_close(merged(x), expected, rtol=1e-4, atol=1e-5)


def test_embeddings_look_rows_up(rules: Rules) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(24, 6, padding_idx=5))
    weight = model[0].weight.detach().clone()
    tncc.tensorize(model, rules('"0": MPO(chi = 100, sites = 2)'), batch=(4,))
    embedding = model[0]
    assert isinstance(embedding, TensorizedEmbedding)
    assert embedding.picker.module is not None
    ids = torch.tensor([[0, 5, 23], [5, 7, 7]])
    torch.testing.assert_close(embedding(ids), weight[ids], rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(embedding.weight, weight, rtol=1e-4, atol=1e-5)
    assert embedding(ids[:0]).shape == (0, 3, 6)
    assert embedding(torch.tensor(3)).shape == (6,)
    with pytest.raises(IndexError, match="24 rows"):
        embedding(torch.tensor([24]))
    embedding(torch.tensor([5, 5])).sum().backward()
    assert all(not bool(tensor.grad.any()) for tensor in embedding.parameters() if tensor.grad is not None)
    embedding(torch.tensor([5, 7])).sum().backward()
    assert any(bool(tensor.grad.any()) for tensor in embedding.parameters() if tensor.grad is not None)


def test_an_embedding_that_cannot_be_split_takes_one_hot_rows(tmp_path: Path) -> None:
    path = tmp_path / "rules.tn"
    path.write_text("""network Twice(n: int, m: int) {
      index a: n; index b: m
      input x[..., a]
      tensor A[a, b]
      tensor B[a, b] init zeros
      output y[..., b] = x * A + x * B
    }
    tensorize R { "0": Twice(n = in_features, m = out_features) }
    """)
    model = nn.Sequential(nn.Embedding(10, 4))
    tncc.tensorize(model, path, weights=False, batch=(4,))
    assert model[0].picker.module is None
    layer = model[0].layer
    ids = torch.tensor([1, 9, 1])
    torch.testing.assert_close(model(ids), (layer.A + layer.B)[ids])


def test_pytorchs_own_transformer_reads_the_weights(rules: Rules) -> None:
    torch.manual_seed(0)
    model = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True, dropout=0.0)
    x = torch.randn(2, 3, 8)
    expected = model(x)
    tncc.tensorize(model, rules('"{linear1,linear2,out_proj}": LowRank(rank = 8, sites = 1)'), batch=(4,))
    torch.testing.assert_close(model(x), expected, rtol=1e-4, atol=1e-5)
    model(x).sum().backward()
    assert all(parameter.grad is not None for parameter in model.self_attn.out_proj.parameters())
    model.eval()
    with torch.no_grad():  # the fused path, which goes past `forward`
        torch.testing.assert_close(model(x), expected, rtol=1e-4, atol=1e-5)


def test_a_tensorized_model_is_copied_and_trained(rules: Rules, model: SmallTransformer, ids: torch.Tensor) -> None:
    tncc.tensorize(model, rules(EXACT), batch=(16,))
    twin = copy.deepcopy(model)
    expected = model(ids).detach()
    optimizer = torch.optim.SGD(twin.parameters(), lr=0.1)
    (twin.train()(ids) ** 2).sum().backward()
    assert all(parameter.grad is not None for parameter in twin.parameters())
    optimizer.step()
    torch.testing.assert_close(model(ids), expected)
    assert not torch.allclose(twin.eval()(ids), expected)
    twin.load_state_dict(model.state_dict())
    torch.testing.assert_close(twin(ids), expected)


def test_a_tensorized_model_is_compiled_and_exported(rules: Rules) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Embedding(24, 12), nn.Tanh(), nn.Linear(12, 12)).eval()
    tncc.tensorize(model, rules('"0": MPO(chi = 3, sites = 2)\n"2": BTT(chi = 3)'), batch=(4,))
    ids = torch.randint(0, 24, (3, 4))
    expected = model(ids)
    torch.testing.assert_close(torch.compile(model, backend="eager", fullgraph=True)(ids), expected)
    torch.testing.assert_close(torch.export.export(model, (ids,)).module()(ids), expected)


def test_the_generator_is_left_where_it_was(rules: Rules, model: SmallTransformer) -> None:
    state = torch.get_rng_state()
    tncc.tensorize(model, rules('"{dense,embeddings}": LowRank(rank = 2, sites = 1)'), batch=(4,))
    assert torch.equal(torch.get_rng_state(), state)

"""A BERT and a GPT-2 of transformers, built small from a configuration."""

import pytest
import torch

import tncc
from tests.models.conftest import Rules

transformers = pytest.importorskip("transformers", reason="the extra `models` is not installed")


def test_bert(rules: Rules) -> None:
    config = transformers.BertConfig(
        vocab_size=60, hidden_size=12, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2
    )
    torch.manual_seed(0)
    model = transformers.BertModel(config).eval()
    ids = torch.randint(0, 60, (2, 5))
    expected = model(ids).last_hidden_state
    tensorized = tncc.tensorize(
        model,
        rules("""
          keep "pooler.*"
          "encoder.layer.*.intermediate.dense": MPO(chi = 24, sites = 2)
          "*.output.dense": LowRank(rank = 12, sites = 1)
          "self.{query,key,value}": LowRank(rank = 12, sites = 1)
          "word_embeddings": LowRank(rank = 12, sites = 1)
        """),
        batch=(4,),
        calibration=[{"input_ids": ids}],
    )
    assert len(tensorized.table) == 13
    torch.testing.assert_close(model(ids).last_hidden_state, expected, rtol=1e-3, atol=1e-4)
    assert torch.equal(tensorized.undo()(ids).last_hidden_state, expected)


def test_gpt2(rules: Rules) -> None:
    config = transformers.GPT2Config(vocab_size=30, n_embd=12, n_layer=1, n_head=2, n_positions=16)
    torch.manual_seed(0)
    model = transformers.GPT2LMHeadModel(config).eval()
    ids = torch.randint(0, 30, (2, 5))
    expected = model(ids).logits
    path = rules('"attn.*": LowRank(rank = 12, sites = 1)\n"mlp.*": LowRank(rank = 12, sites = 1)')
    tensorized = tncc.tensorize(model, path, batch=(4,))
    assert {row.layer for row in tensorized.table} == {"Conv1D"}
    assert len(tensorized.table) == 4
    torch.testing.assert_close(model(ids).logits, expected, rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(tensorized.merge_()(ids).logits, expected, rtol=1e-3, atol=1e-4)
    with pytest.raises(tncc.CompileError, match="shares its weight"):
        tncc.tensorize(model, rules('"lm_head": LowRank(rank = 2, sites = 1)'), batch=(4,))

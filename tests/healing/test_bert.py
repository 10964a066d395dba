"""Models of transformers, built small from a configuration, and PyTorch's own encoder."""

from typing import Any

import pytest
import torch
from torch import nn

import tncc
from tests.healing.conftest import Students

RULES = '"**": LowRank(rank = 4, sites = 1)'


def test_bert(student: Students) -> None:
    transformers = pytest.importorskip("transformers", reason="the extra `models` is not installed")
    config = transformers.BertConfig(
        vocab_size=60, hidden_size=12, intermediate_size=24, num_hidden_layers=1, num_attention_heads=2
    )
    torch.manual_seed(0)
    made, teacher = student(transformers.BertModel(config), RULES)  # in training mode, with dropout
    data = [{"input_ids": torch.randint(0, 60, (2, 5)), "attention_mask": torch.ones(2, 5)} for _ in range(3)]
    check(tncc.distill(made, teacher, data, steps=20, joint_steps=20))


def test_gpt2(student: Students) -> None:
    transformers = pytest.importorskip("transformers", reason="the extra `models` is not installed")
    config = transformers.GPT2Config(vocab_size=30, n_embd=12, n_layer=1, n_head=2, n_positions=16)
    torch.manual_seed(0)
    made, teacher = student(transformers.GPT2Model(config), RULES)
    check(tncc.distill(made, teacher, [(torch.randint(0, 30, (2, 5)),)], steps=30, joint_steps=30, inputs="student"))


def test_the_encoder_of_pytorch(student: Students) -> None:
    torch.manual_seed(0)
    layer = nn.TransformerEncoderLayer(12, 2, 24, batch_first=True)
    made, teacher = student(nn.TransformerEncoder(layer, 1), RULES)
    found = tncc.distill(made, teacher, [torch.randn(3, 5, 12)], steps=30, joint_steps=30)
    # Attention reads the weight of its last layer, and does not call it.
    assert [row.path for row in found.layers if row.before is None] == ["layers.0.self_attn.out_proj"]
    check(found)


def check(found: Any) -> None:
    """A phase on one layer may cost another; together they come nearer."""
    assert found.joint_after < found.joint_before < 1.0
    rows = [row for row in found.layers if row.before is not None]
    assert sum(row.after for row in rows) < sum(row.before for row in rows)

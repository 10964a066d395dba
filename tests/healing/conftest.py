"""Small models to heal, with the fixtures of the tests of models."""

import copy
from collections.abc import Callable

import pytest
import torch
from torch import nn

import tncc
from tests.models.conftest import Rules, _plans_made_once, ids, model, rules  # noqa: F401
from tests.models.small_transformer import SmallTransformer

SMALL = """
  "embeddings": LowRank(rank = 6, sites = 1)
  "**.{query,mix}": LowRank(rank = 5, sites = 1)
  "**.dense": LowRank(rank = 4, sites = 1)
"""

Students = Callable[..., tuple[nn.Module, nn.Module]]


@pytest.fixture
def student(rules: Rules) -> Students:  # noqa: F811
    """`student(model, text)` gives a tensorized copy of a model, and the model."""

    def make(teacher: nn.Module | None = None, text: str = SMALL) -> tuple[nn.Module, nn.Module]:
        if teacher is None:
            torch.manual_seed(0)
            teacher = SmallTransformer().eval()
        made = copy.deepcopy(teacher)
        tncc.tensorize(made, rules(text), batch=(16,))
        return made, teacher

    return make


@pytest.fixture
def batches() -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(3)
    return [torch.randint(1, 30, (4, 6), generator=generator) for _ in range(4)]


def tensors_of(module: nn.Module) -> dict[str, torch.Tensor]:
    """Copies of all tensors of a model."""
    return {name: value.detach().clone() for name, value in module.state_dict().items()}

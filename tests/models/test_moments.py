"""Second moments of what reaches a layer, and what they are good for."""

import torch
from torch import nn

import tncc
from tests.models.conftest import Rules
from tests.models.small_transformer import SmallTransformer
from tncc.models.moments import input_moments
from tncc.models.places import layer_places


def test_moments_are_means_over_all_rows(model: SmallTransformer, ids: torch.Tensor) -> None:
    places = {place.path: place for place in layer_places(model)}
    seen: list[torch.Tensor] = []
    model.train()
    handle = model.pooler.dense.register_forward_pre_hook(lambda module, given: seen.append(given[0].detach()))
    wanted = [places["pooler.dense"], places["embeddings"]]
    found = input_moments(model, wanted, [ids[:1], (ids[1:],), {"ids": ids}])
    handle.remove()
    rows = torch.cat([part.reshape(-1, 12) for part in seen])
    mean = rows.T @ rows / len(rows)
    torch.testing.assert_close(found[wanted[0]], mean + 0.01 * mean.trace() / 12 * torch.eye(12))
    counts = 2 * torch.bincount(ids.reshape(-1), minlength=30) + 1
    torch.testing.assert_close(found[wanted[1]], counts / counts.sum())
    assert all(module.training for module in model.modules())
    assert not any(module._forward_pre_hooks for module in model.modules())


def test_few_rows_are_enough(rules: Rules) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(12, 12))
    x = torch.randn(3, 12)
    expected = model(x)
    tncc.tensorize(model, rules('"0": LowRank(rank = 4, sites = 1)'), calibration=[x], batch=(4,))
    assert (model(x) - expected).norm() < 0.1 * expected.norm()


def test_calibrated_weights_lose_less_where_inputs_are_large(rules: Rules) -> None:
    torch.manual_seed(0)
    spread = torch.diag(torch.logspace(0, -3, 12))
    x = torch.randn(400, 12) @ torch.linalg.qr(torch.randn(12, 12)).Q @ spread
    errors = []
    for calibration in (None, [x]):
        torch.manual_seed(1)
        model = nn.Sequential(nn.Linear(12, 12))
        expected = model(x)
        tncc.tensorize(model, rules('"0": LowRank(rank = 4, sites = 1)'), calibration=calibration, batch=(4,))
        errors.append((model(x) - expected).norm().item())
    assert errors[1] < 0.2 * errors[0]

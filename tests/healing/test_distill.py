"""Healing: that layers get as good as they can, deterministically, and that nothing else changes."""

import copy
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import tncc
from tests.healing.conftest import Students, tensors_of
from tests.models.conftest import Rules
from tests.models.small_transformer import SmallTransformer
from tncc.healing.local import local_gradients
from tncc.healing.pairs import Visits, find_pairs


def linear_inputs() -> torch.Tensor:
    """Inputs whose directions are of very different sizes."""
    generator = torch.Generator().manual_seed(5)
    mix = torch.linalg.qr(torch.randn(12, 12, generator=generator)).Q
    return torch.randn(64, 12, generator=generator) @ torch.diag(torch.logspace(0, -2, 12)) @ mix


def test_a_layer_gets_as_good_as_its_rank_allows(student: Students) -> None:
    torch.manual_seed(1)
    made, teacher = student(nn.Sequential(nn.Linear(12, 12, bias=False)), '"0": LowRank(rank = 3, sites = 1)')
    x = linear_inputs()
    # No matrix of rank 3 does better on these inputs than the best approximation of the outputs themselves.
    values = np.linalg.svd(teacher(x).detach().double().numpy(), compute_uv=False)
    best = float((values[3:] ** 2).sum() ** 0.5 / (values**2).sum() ** 0.5)
    found = tncc.distill(made, teacher, [x], steps=300)
    (row,) = found.layers
    assert row.before is not None and row.after is not None
    assert row.before > 1.5 * best
    assert best * (1 - 1e-4) <= row.after < 1.02 * best
    assert row.after == pytest.approx(((made(x) - teacher(x)).norm() / teacher(x).norm()).item(), rel=1e-4)


@pytest.mark.parametrize("own", [False, True])
def test_all_kinds_of_layers_are_healed(student: Students, batches: list[torch.Tensor], own: bool) -> None:
    made, teacher = student()
    found = tncc.distill(made, teacher, batches, steps=30, inputs="student" if own else "teacher")
    assert [row.path for row in found.layers][:2] == ["embeddings", "encoder.layer.0.query"]
    assert len(found.layers) == 10
    for row in found.layers:
        assert row.before is not None and row.after is not None
        assert row.after < 0.99 * row.before
    assert (found.steps, found.joint_steps, found.joint_before, found.joint_after) == (30, 0, None, None)


def test_biases_are_healed(student: Students) -> None:
    torch.manual_seed(1)
    for more in ("", ", use_bias = false"):  # the network's own, and one beside it
        teacher = nn.Sequential(nn.Linear(12, 12))
        made, _ = student(teacher, f'"0": LowRank(rank = 12, sites = 1{more})')
        with torch.no_grad():
            next(value for name, value in made.named_parameters() if name.endswith("bias")).zero_()
        (row,) = tncc.distill(made, teacher, [linear_inputs()], steps=150).layers
        assert row.before is not None and row.after is not None
        assert row.before > 0.1
        assert row.after < 0.005


def test_gradients_are_those_of_the_relative_mean_square(student: Students) -> None:
    torch.manual_seed(1)
    made, teacher = student(nn.Sequential(nn.Linear(12, 12)).double(), '"0": LowRank(rank = 3, sites = 1)')
    x, (pair,) = linear_inputs().double(), find_pairs(made, teacher)
    found = local_gradients(Visits(made, teacher, False), [pair], {"0": 0.7}, x, "a batch")
    layer: Any = pair.student.layer
    y = x @ layer.to_dense().T + layer.bias.reshape(-1)
    loss = ((y - teacher(x)) ** 2).mean() / 0.7
    expected = torch.autograd.grad(loss, tuple(pair.tensors.values()))
    assert found.keys() == pair.tensors.keys()
    for gradient, other in zip(found.values(), expected, strict=True):
        torch.testing.assert_close(gradient, other)


def test_inputs_of_the_student_are_what_reaches_its_layers(student: Students, batches: list[torch.Tensor]) -> None:
    made, teacher = student()
    seen: dict[str, Any] = {}
    with torch.no_grad():
        for model, name in ((made, "mine"), (teacher, "its")):
            handle = model.pooler.dense.register_forward_hook(lambda m, given, y, n=name: seen.update({n: y}))
            model(batches[0])
            handle.remove()
    expected = float((seen["mine"] - seen["its"]).norm() / seen["its"].norm())
    found = tncc.distill(made, teacher, batches[:1], steps=0, inputs="student")
    assert found.layers[-1].before == pytest.approx(expected, rel=1e-5)
    assert found.layers[-1].after == found.layers[-1].before
    other = tncc.distill(made, teacher, batches[:1], steps=0)
    assert other.layers[-1].before != pytest.approx(expected, rel=1e-2)


def test_layers_in_turn_come_to_the_same_as_together(student: Students, batches: list[torch.Tensor]) -> None:
    made, teacher = student()
    other = copy.deepcopy(made)
    found = tncc.distill(made, teacher, batches, steps=6)
    assert tncc.distill(other, teacher, batches, steps=6, in_turn=True) == found
    for name, value in made.state_dict().items():
        assert torch.equal(value, other.state_dict()[name])


@pytest.mark.parametrize("loss", ["square", "cosine", lambda mine, its: (mine - its).abs().mean()])
def test_the_joint_phase_brings_outputs_together(student: Students, batches: list[torch.Tensor], loss: Any) -> None:
    made, teacher = student()
    found = tncc.distill(made, teacher, batches, steps=0, joint_steps=40, loss=loss)
    mine, its = made(batches[0]), teacher(batches[0])
    by_hand = {"square": (mine - its).norm() ** 2 / its.norm() ** 2,
               "cosine": 1 - torch.cosine_similarity(mine, its, dim=-1).mean()}.get(loss)  # fmt: skip
    if by_hand is not None:
        single = tncc.distill(made, teacher, batches[:1], steps=0, joint_steps=1, loss=loss)
        assert single.joint_before == pytest.approx(by_hand.item(), rel=1e-4)
    assert found.joint_before is not None and found.joint_after is not None
    assert found.joint_after < 0.8 * found.joint_before


def test_ten_epochs_where_nobody_says(student: Students, batches: list[torch.Tensor]) -> None:
    torch.manual_seed(1)
    made, teacher = student(nn.Sequential(nn.Linear(12, 12)), '"0": LowRank(rank = 3, sites = 1)')
    found = tncc.distill(made, teacher, [linear_inputs()] * 2, joint=True)
    assert (found.steps, found.joint_steps) == (20, 20)


def snapshot(model: nn.Module) -> list[Any]:
    """All but the numbers of a model that healing might leave changed."""
    modes = [(module.training, len(module._forward_hooks)) for module in model.modules()]
    flags = [(id(tensor), tensor.requires_grad, id(tensor.grad)) for tensor in model.parameters()]
    return [modes, flags]


def test_nothing_else_changes(student: Students, batches: list[torch.Tensor]) -> None:
    made, teacher = student()
    teacher.train()
    made.pooler.train()
    made.encoder.layer[0].key.weight.requires_grad_(False)
    next(made.pooler.parameters()).requires_grad_(False)
    for tensor in (*made.parameters(), *teacher.parameters()):
        tensor.grad = torch.ones_like(tensor)
    flags, its = (snapshot(made), snapshot(teacher)), tensors_of(teacher)
    before, state = tensors_of(made), torch.random.get_rng_state()
    tncc.distill(made, teacher, batches, steps=3, joint_steps=3)
    tncc.distill(made, teacher, batches, steps=3, inputs="student")

    def broken(epoch: int) -> Any:
        yield batches[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tncc.distill(made, teacher, broken, steps=3)
    with pytest.raises(ZeroDivisionError):
        tncc.distill(made, teacher, batches, steps=1, joint_steps=3, loss=lambda mine, its: 1 / 0)
    assert (snapshot(made), snapshot(teacher)) == flags
    assert all(bool((tensor.grad == 1).all()) for tensor in (*made.parameters(), *teacher.parameters()))
    assert torch.equal(torch.random.get_rng_state(), state)
    assert all(torch.equal(value, its[name]) for name, value in teacher.state_dict().items())
    changed = {name for name, value in made.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {name for pair in find_pairs(made, teacher) for name in pair.tensors}


class Noisy(nn.Module):
    """A linear layer behind a dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.drop, self.dense = nn.Dropout(0.5), nn.Linear(12, 12)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.drop(self.dense(self.drop(x)))
        return result


def test_dropout_is_off(student: Students) -> None:
    torch.manual_seed(1)
    made, teacher = student(Noisy().train(), '"dense": LowRank(rank = 12, sites = 1)')
    found = tncc.distill(made, teacher, [linear_inputs()], steps=1, joint_steps=1)
    assert found.joint_before is not None
    assert found.joint_before < 1e-8


def test_the_same_seed_gives_the_same_numbers(student: Students) -> None:
    torch.manual_seed(1)
    made, teacher = student(Noisy(), '"dense": LowRank(rank = 3, sites = 1)')
    loader = DataLoader(TensorDataset(linear_inputs()), batch_size=8, shuffle=True)

    def noise(mine: torch.Tensor, its: torch.Tensor) -> torch.Tensor:
        return ((mine - its) * torch.rand_like(its)).square().mean()

    results = []
    for seed in (0, 0, 1):
        torch.rand(seed + 3)  # the generator's state does not matter
        other = copy.deepcopy(made)
        tncc.distill(other, teacher, loader, steps=12, joint_steps=5, loss=noise, seed=seed)
        results.append(next(iter(other.state_dict().values())))
    assert torch.equal(results[0], results[1])
    assert not torch.equal(results[0], results[2])


def test_epochs_may_differ(student: Students) -> None:
    torch.manual_seed(1)
    made, teacher = student(Noisy(), '"dense": LowRank(rank = 3, sites = 1)')
    asked: list[int] = []

    def data(epoch: int) -> Any:
        asked.append(epoch)
        return (part for part in linear_inputs()[epoch : epoch + 16].split(8))

    tncc.distill(made, teacher, data, steps=5)
    assert asked == [0, 0, 1, 2, 0]


class Reading(nn.Module):
    """Reads the weight of one of its layers, and never calls it."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Linear(12, 12), nn.Linear(12, 12)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.a(x) + x @ self.b.weight
        return result


def test_layers_that_no_data_reaches(student: Students) -> None:
    torch.manual_seed(1)
    made, teacher = student(Reading(), '"*": LowRank(rank = 3, sites = 1)')
    before = tensors_of(made)
    found = tncc.distill(made, teacher, [linear_inputs()], steps=20)
    assert (found.layers[1].before, found.layers[1].after) == (None, None)
    assert "not reached" in found.text()
    assert all(torch.equal(value, before[name]) == ("b." in name) for name, value in made.state_dict().items())
    joint = tncc.distill(made, teacher, [linear_inputs()], steps=0, joint_steps=40)
    assert joint.joint_before is not None and joint.joint_after is not None
    assert joint.joint_after < 0.9 * joint.joint_before
    assert not all(torch.equal(value, before[name]) for name, value in made.state_dict().items() if "b." in name)


def test_the_result_is_data_and_a_table(student: Students, batches: list[torch.Tensor]) -> None:
    made, teacher = student()
    found = tncc.distill(made, teacher, batches, steps=2, joint_steps=2)
    assert tncc.Healing.model_validate_json(found.model_dump_json()) == found
    lines = found.text().splitlines()
    assert lines[0].split() == ["path", "error", "before", "after"]
    assert lines[1].split() == ["embeddings", f"{found.layers[0].before:.4f}", f"{found.layers[0].after:.4f}"]
    assert lines[-2] == "2 local steps, 2 joint steps"
    assert lines[-1].startswith("joint loss 0.")


def test_what_tensorize_returns_is_taken_too(rules: Rules, ids: torch.Tensor) -> None:
    torch.manual_seed(0)
    teacher = SmallTransformer().eval()
    tensorized = tncc.tensorize(copy.deepcopy(teacher), rules('"pooler.*": LowRank(rank = 2, sites = 1)'), batch=(16,))
    (row,) = tncc.distill(tensorized, teacher, [{"ids": ids}, (ids,), [ids]], steps=9).layers
    assert row.before is not None and row.after is not None
    assert row.after < row.before
    tensorized.merge_()
    with pytest.raises(tncc.CompileError) as error:
        tncc.distill(tensorized, teacher, [ids])
    assert error.value.diagnostics[0].code == "TN450"

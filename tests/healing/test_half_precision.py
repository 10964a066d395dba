"""Healing of models in half precision: as good as in single precision, and in their own type again afterwards."""

import copy
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import tncc
from tests.healing.conftest import Students, tensors_of
from tncc.healing.borrowed import borrowed
from tncc.healing.joint import joint_gradients
from tncc.healing.pairs import find_pairs
from tncc.healing.precision import round_to_types, widened
from tncc.healing.run import all_tensors

HALF = [torch.bfloat16, torch.float16]
LINEARS = '"*": LowRank(rank = 2, sites = 1)'


def chain() -> nn.Module:
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 8))


def inputs(dtype: torch.dtype) -> list[torch.Tensor]:
    return list(torch.randn(3, 16, 8, generator=torch.Generator().manual_seed(4)).to(dtype))


@pytest.mark.parametrize("dtype", HALF)
@pytest.mark.parametrize("own", [False, True])
def test_all_kinds_of_layers_are_healed(
    student: Students, batches: list[torch.Tensor], dtype: torch.dtype, own: bool
) -> None:
    made, teacher = student()
    made, teacher = made.to(dtype), copy.deepcopy(teacher).to(dtype)
    parameters, buffers = dict(made.named_parameters()), dict(made.named_buffers())
    before = {name: tensor.detach().clone() for name, tensor in parameters.items()}
    found = tncc.distill(made, teacher, batches, steps=30, joint_steps=10, inputs="student" if own else "teacher")
    assert all(row.before is not None and row.after is not None for row in found.layers)
    assert sum(row.after or 9 for row in found.layers) < 0.9 * sum(row.before or 0 for row in found.layers)
    assert found.joint_after is not None and found.joint_before is not None
    assert found.joint_after < found.joint_before
    assert all(tensor is parameters[name] for name, tensor in made.named_parameters())
    assert all(tensor is buffers[name] for name, tensor in made.named_buffers())
    assert {tensor.dtype for tensor in made.state_dict().values() if tensor.is_floating_point()} == {dtype}
    assert any(not torch.equal(tensor, before[name]) for name, tensor in parameters.items())
    assert made(batches[0]).dtype == dtype
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in made.modules())


@pytest.mark.parametrize("dtype", HALF)
def test_what_comes_out_is_what_single_precision_comes_to_but_rounded(student: Students, dtype: torch.dtype) -> None:
    """Steps of a thousandth of each number, of which bfloat16 would keep nothing."""
    made, teacher = student(chain(), LINEARS)
    made, teacher = made.to(dtype), teacher.to(dtype)
    wide = copy.deepcopy(made).float()
    wish: dict[str, Any] = {"steps": 40, "rate": 1e-3}
    found, other = (tncc.distill(one, teacher, inputs(dtype), **wish) for one in (made, wide))
    for name, tensor in made.state_dict().items():
        assert torch.equal(tensor, wide.state_dict()[name].to(dtype))
    for row, wider in zip(found.layers, other.layers, strict=True):
        assert row.before == wider.before
        assert row.after == pytest.approx(wider.after, rel=0.02)
    x = inputs(dtype)[0].float()
    layers = [made.get_submodule("0"), teacher.get_submodule("0")]
    mine, its = (copy.deepcopy(layer).float()(x) for layer in layers)
    again = tncc.distill(made, teacher, inputs(dtype)[:1], steps=0)
    assert again.layers[0].before == pytest.approx(float((mine - its).detach().norm() / its.detach().norm()), rel=1e-2)


@pytest.mark.parametrize("dtype", HALF)
def test_gradients_of_a_small_joint_loss_do_not_vanish(student: Students, dtype: torch.dtype) -> None:
    made, teacher = student(chain(), LINEARS)
    wide = copy.deepcopy(made.to(dtype)).float()
    batch, gradients = inputs(dtype)[0], []

    def loss(mine: torch.Tensor, its: torch.Tensor) -> torch.Tensor:
        return (mine - its.to(mine)).float().square().mean() * 1e-5

    for one, its, x in ((made, copy.deepcopy(teacher).to(dtype), batch), (wide, teacher, batch.float())):
        pairs = find_pairs(one, its)
        with borrowed(one, its, all_tensors(pairs)), widened(pairs), torch.no_grad():
            found = joint_gradients(one, its, pairs, loss, x, "")
        gradients.append(torch.cat([value.flatten() for value in found.values()]))
    assert gradients[0].dtype == torch.float32
    assert float((gradients[0] - gradients[1]).norm() / gradients[1].norm()) < 0.1


@pytest.mark.parametrize("dtype", HALF)
def test_weights_that_others_read_have_the_type_of_the_model(student: Students, dtype: torch.dtype) -> None:
    torch.manual_seed(2)
    encoder = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True).eval()
    for rules in ('"**": LowRank(rank = 3, sites = 1)', '"**": LowRank(rank = 3, sites = 1, use_bias = false)'):
        made, teacher = student(encoder, rules)
        x = torch.randn(2, 4, 8, generator=torch.Generator().manual_seed(1)).to(dtype)
        found = tncc.distill(made.to(dtype), copy.deepcopy(teacher).to(dtype), [x], steps=5, joint_steps=20)
        assert found.joint_after is not None and found.joint_before is not None
        assert found.joint_after < found.joint_before


@pytest.mark.parametrize("dtype", HALF)
def test_a_run_that_was_stopped_goes_on(student: Students, tmp_path: Path, dtype: torch.dtype) -> None:
    made, teacher = student(chain(), LINEARS)
    made, teacher = made.to(dtype), teacher.to(dtype)
    whole, other = copy.deepcopy(made), copy.deepcopy(made)
    wish: dict[str, Any] = {"steps": 5, "joint_steps": 6}
    expected = tncc.distill(whole, teacher, inputs(dtype), **wish)
    for stop in (1, 5):
        left = [stop]

        def stopping(epoch: int, left: list[int] = left) -> Any:
            for batch in inputs(dtype):
                if epoch and not left[0]:
                    raise KeyboardInterrupt
                left[0] -= bool(epoch)
                yield batch

        stopped = copy.deepcopy(made)
        with pytest.raises(KeyboardInterrupt):
            tncc.distill(stopped, teacher, stopping, checkpoint=tmp_path / "run", every=0, **wish)
        assert {tensor.dtype for tensor in stopped.parameters()} == {dtype}
    assert tncc.distill(other, teacher, inputs(dtype), checkpoint=tmp_path / "run", every=0, **wish) == expected
    assert all(torch.equal(tensor, whole.state_dict()[name]) for name, tensor in other.state_dict().items())
    with pytest.raises(tncc.CompileError, match="TN463"):
        tncc.distill(copy.deepcopy(made).float(), teacher, inputs(dtype), checkpoint=tmp_path / "run", **wish)


def test_numbers_that_the_type_does_not_reach(student: Students) -> None:
    made, teacher = student(chain(), LINEARS)
    made, teacher = made.half(), teacher.half()
    pairs = find_pairs(made, teacher)
    tensor = next(iter(pairs[0].tensors.values()))
    with widened(pairs), torch.no_grad():
        tensor.view(-1)[0] = 1e6
        with pytest.raises(tncc.CompileError, match=r"TN462.*float16.*NaN or infinite"):
            round_to_types(pairs, 3)
    assert tensor.dtype == torch.float16
    assert float(tensor.detach().view(-1)[0]) == torch.finfo(torch.float16).max


def test_nothing_changes_where_the_data_are_wrong(student: Students) -> None:
    made, teacher = student(chain(), LINEARS)
    made = made.bfloat16()
    before = tensors_of(made)
    with pytest.raises(tncc.CompileError, match="TN461"):
        tncc.distill(made, teacher, [torch.full((2, 8), float("nan"))])
    torch.testing.assert_close(tensors_of(made), before, rtol=0, atol=0)
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in made.modules())

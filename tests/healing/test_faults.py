"""What is refused, with the layer and the numbers named, and both models left as they were."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

import tncc
from tests.diagnostics.outside import HEALING_KINDS
from tests.healing.conftest import Students, tensors_of
from tests.models.small_transformer import SmallTransformer

NAN = float("nan")


def refusal(made: nn.Module, teacher: Any, data: Any, **options: Any) -> tuple[str, str]:
    """Code and message of what is wrong, the student being what it was."""
    before, flags = tensors_of(made), [tensor.requires_grad for tensor in made.parameters()]
    with pytest.raises(tncc.CompileError) as error:
        tncc.distill(made, teacher, data, **options)
    assert all(
        torch.equal(value.nan_to_num(7.0), before[name].nan_to_num(7.0)) for name, value in made.state_dict().items()
    )
    assert [tensor.requires_grad for tensor in made.parameters()] == flags
    assert not any(module._forward_hooks for module in made.modules())
    (diagnostic,) = error.value.diagnostics
    assert diagnostic.span.file
    return diagnostic.code, diagnostic.message


def test_teachers_that_have_nothing_to_teach(student: Students, batches: list[torch.Tensor]) -> None:
    made, teacher = student()
    assert refusal(made, made, batches) == (
        "TN460", "`embeddings` has no teacher: the teacher has the same tensorized layer there",
    )  # fmt: skip
    assert refusal(made, nn.Linear(2, 2), batches) == (
        "TN460", "`embeddings` has no teacher: the teacher has no layer of this path",
    )  # fmt: skip
    wide = SmallTransformer(inner=25)
    code, message = refusal(made, wide, batches)
    assert code == "TN460"
    assert message.startswith("`encoder.layer.0.intermediate.dense` has no teacher: ")
    assert message.endswith("the teacher's layer maps 12 features to 25, this one 12 to 24")
    assert refusal(teacher, copy.deepcopy(teacher), batches) == (
        "TN450", "healing cannot be done: the model has no tensorized layers",
    )  # fmt: skip

    class Odd(nn.Module):
        def forward(self, x: torch.Tensor) -> Any:
            return torch.zeros(*x.shape[:-1], 5)

    teacher.pooler.dense = Odd()
    found = refusal(made, teacher, batches)
    assert found[0] == "TN460"
    assert "`pooler.dense` has no teacher: the teacher's layer gives a tensor of shape (4, 6, 5), this one" in found[1]
    teacher.pooler = nn.Sequential()
    teacher.pooler.dense = nn.LSTM(12, 6)
    found = refusal(made, teacher, batches)
    assert found == ("TN460", "`pooler.dense` has no teacher: the teacher's layer gives a `tuple`")


def test_data_that_cannot_be_used(student: Students, batches: list[torch.Tensor]) -> None:
    made, teacher = student()
    far = torch.tensor([[99]])
    cases: list[tuple[Any, str]] = [
        ([], "there are no batches in epoch 0"), (batches[0], "it is a single `Tensor`, and no batches"),
        ({"ids": batches[0]}, "it is a single `dict`, and no batches"), (7, "it is a single `int`, and no batches"),
        (iter(batches), "a `list_iterator` can be run through only once"),
        ((batch for batch in batches), "a `generator` can be run through only once"),
        (lambda epoch: batches[0], "for epoch 0 the function gives a `Tensor`, no batches"),
        (lambda: batches, "the function does not take the number of an epoch as its only argument"),
        (lambda epoch: None, "for epoch 0 the function gives a `NoneType`, no batches"),
        ([batches[0], far], "the teacher fails on batch 2: index out of range in self"),
        ([{"words": batches[0]}], "the teacher fails on batch 1: "), (["text"], "the teacher fails on batch 1: "),
    ]  # fmt: skip
    for data, reason in cases:
        code, message = refusal(made, teacher, data)
        assert code == "TN461"
        assert message.startswith(f"the data cannot be used for healing: {reason}")
    with pytest.raises(tncc.CompileError) as error:
        tncc.distill(copy.deepcopy(made), teacher, lambda epoch: [] if epoch else batches, steps=9)
    assert error.value.diagnostics[0].message.endswith("there are no batches in epoch 1")
    made.forward = lambda *given: 1 / torch.zeros(3, 2).reshape(7)  # type: ignore[method-assign]
    code, message = refusal(made, teacher, batches, inputs="student", steps=1)
    assert message.startswith("the data cannot be used for healing: the model fails on batch 1: ")


def test_data_that_reaches_no_layer(student: Students) -> None:
    made, teacher = student(nn.Sequential(nn.Linear(4, 4)), '"0": LowRank(rank = 1, sites = 1)')
    teacher.forward = lambda x: x  # type: ignore[method-assign]
    code, message = refusal(made, teacher, [torch.ones(2, 4)])
    assert (code, message.split(": ")[1]) == ("TN461", "it reaches none of the replaced layers")


def test_a_model_that_calls_a_layer_more_often(student: Students, batches: list[torch.Tensor]) -> None:
    made, teacher = student()
    pooler = made.pooler
    made.forward = lambda ids: pooler(pooler(made.encoder(made.embeddings(ids))))  # type: ignore
    code, message = refusal(made, teacher, batches, inputs="student")
    assert (code, message.split(": ")[1]) == (
        "TN461", "the model calls `pooler.dense` more often than its teacher on batch 1",
    )  # fmt: skip


def test_numbers_that_are_none(student: Students, batches: list[torch.Tensor]) -> None:
    made, teacher = student()
    with torch.no_grad():
        next(made.pooler.dense.layer.parameters())[0] = NAN
    assert refusal(made, teacher, batches) == (
        "TN462", "what comes out of `pooler.dense` is NaN or infinite at step 0 of the first measurement",
    )  # fmt: skip
    made, teacher = student()
    with torch.no_grad():
        teacher.encoder.layer[1].query.weight[0] = NAN
    code, message = refusal(made, teacher, batches)
    assert code == "TN461"
    assert message.endswith("what the teacher's `encoder.layer.1.query` gives on batch 1 is NaN or infinite")


@pytest.mark.parametrize("options", [{"rate": 1e30, "steps": 2}, {"rate": 1e30, "steps": 1}])
def test_a_rate_that_is_too_large_leaves_the_last_good_state(
    student: Students, batches: list[torch.Tensor], options: dict[str, Any]
) -> None:
    made, teacher = student(None, '"pooler.*": LowRank(rank = 4, sites = 1)')
    code, message = refusal(made, teacher, batches, **options)
    assert code == "TN462"
    where = "step 2 of the local phase" if options["steps"] == 2 else "step 0 of the last measurement"
    assert message.endswith(f" of `pooler.dense` is NaN or infinite at {where}")
    made, teacher = student(nn.Sequential(nn.Linear(4, 4)), '"0": LowRank(rank = 1, sites = 1)')
    code, message = refusal(made, teacher, [torch.ones(2, 4)], steps=0, joint_rate=1e30, joint_steps=2)
    assert code == "TN462"
    assert message.endswith(" of `0` is NaN or infinite at step 2 of the joint phase")


def test_only_the_last_step_is_taken_back(student: Students, batches: list[torch.Tensor]) -> None:
    torch.manual_seed(1)
    made, teacher = student(nn.Sequential(nn.Linear(4, 4)), '"0": LowRank(rank = 1, sites = 1)')
    x = torch.randn(5, 4)
    data: Callable[[int], Any] = lambda epoch: [x * NAN if epoch == 3 else x]  # noqa: E731
    states: list[Any] = []
    handle = teacher[0].register_forward_hook(lambda *_: states.append(tensors_of(made)))
    with pytest.raises(tncc.CompileError) as error:
        tncc.distill(made, teacher, data, steps=9)
    handle.remove()
    assert error.value.diagnostics[0].code == "TN462"
    assert "at step 4 of the local phase" in error.value.diagnostics[0].message
    # The first look is the measurement; the state before the third step is the last one whose loss is known.
    assert all(torch.equal(value, states[3][name]) for name, value in made.state_dict().items())


@pytest.mark.parametrize(
    ("loss", "reason"),
    [
        (lambda mine, its: 0.0, "`loss` gives float and no real number"),
        (lambda mine, its: (mine - its).abs(), "`loss` gives a tensor of shape (4, 6, 12) and no real number"),
        (lambda mine, its: torch.tensor(1), "`loss` gives a tensor of shape () and no real number"),
    ],
)
def test_losses_that_are_none(student: Students, batches: list[torch.Tensor], loss: Any, reason: str) -> None:
    made, teacher = student()
    code, message = refusal(made, teacher, batches, steps=0, joint_steps=1, loss=loss)
    assert (code, message) == ("TN465", f"the models cannot be trained jointly: {reason}")


@pytest.mark.parametrize(
    ("mine", "reason"),
    [
        (lambda y: (), "there are no floating-point tensors in what they return"),
        (lambda y: {"a": [y.long()]}, "there are no floating-point tensors in what they return"),
        (lambda y: (y.detach(),), "the loss does not depend on the replaced layers"),
        (lambda y: {"a": (1, y[:, :1])}, "part 1 of the output has shape (4, 1, 12), and (4, 6, 12) of the teacher"),
    ],
)
def test_outputs_that_cannot_be_compared(
    student: Students, batches: list[torch.Tensor], mine: Callable[[torch.Tensor], Any], reason: str
) -> None:
    made, teacher = student()
    its: Callable[[torch.Tensor], Any] = (lambda y: {"a": (1, y)}) if "part 1" in reason else mine
    made.register_forward_hook(lambda module, given, y: mine(y))
    teacher.register_forward_hook(lambda module, given, y: its(y))
    with pytest.raises(tncc.CompileError) as error:
        tncc.distill(made, teacher, batches, steps=0, joint_steps=1)
    assert error.value.diagnostics[0].code == "TN465"
    assert error.value.diagnostics[0].message == f"the models cannot be trained jointly: {reason}"


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"steps": -1}, "`-1` is no number of steps"), ({"steps": 2.5}, "`2.5` is no number of steps"),
        ({"joint_steps": True}, "`True` is no number of steps"), ({"rate": 0}, "`0` is no rate"),
        ({"rate": NAN}, "`nan` is no rate"), ({"joint_rate": float("inf")}, "`inf` is no joint rate"),
        ({"every": -1.0}, "`-1.0` is no number of seconds"), ({"seed": None}, "`None` is no seed"),
        ({"inputs": "both"}, "`both` is no kind of inputs"), ({"loss": "huber"}, "`huber` is no loss"),
        ({"teacher": "model"}, "a `str` is no teacher"), ({"model": "made"}, "a `str` is no model"),
    ],
)  # fmt: skip
def test_options_that_are_none(
    student: Students, batches: list[torch.Tensor], options: dict[str, Any], text: str
) -> None:
    made, teacher = student(nn.Sequential(nn.Linear(4, 4)), '"0": LowRank(rank = 1, sites = 1)')
    with pytest.raises(tncc.CompileError) as error:
        tncc.distill(**{"model": made, "teacher": teacher, "data": batches, **options})
    (diagnostic,) = error.value.diagnostics
    assert (diagnostic.code, diagnostic.message) == ("TN137", text)


def test_types_that_are_too_small(student: Students, batches: list[torch.Tensor]) -> None:
    made, teacher = student()
    with pytest.raises(tncc.CompileError) as error:
        tncc.distill(made.to(torch.float8_e5m2), teacher, batches)
    (diagnostic,) = error.value.diagnostics
    assert diagnostic.code == "TN404"
    wanted = "of `embeddings` is of type float8_e5m2, and a real floating-point type of at least 16 bits is needed"
    assert wanted in diagnostic.message


def test_these_are_the_kinds_that_healing_causes() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    assert all(code in text for code in HEALING_KINDS)

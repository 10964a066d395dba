"""Heals a tensorized model: what a user calls, and what of it must agree for a run to go on."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from hashlib import sha256
from math import inf
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Literal

from torch import nn

from tncc.healing.borrowed import borrowed
from tncc.healing.data import Batches, Data
from tncc.healing.digests import state_digest
from tncc.healing.faults import bad_option
from tncc.healing.joint import Loss
from tncc.healing.pairs import Pair, Visits, find_pairs
from tncc.healing.precision import widened
from tncc.healing.record import Keeper
from tncc.healing.result import Healing
from tncc.healing.run import Run, Wish, all_tensors, first_record, heal, take_up
from tncc.models.manifest import digest_of_network
from tncc.models.tensorized import TensorizedModel
from tncc.progress import progress_bar
from tncc.watching import unwatched


def distill(
    model: TensorizedModel | nn.Module,
    teacher: nn.Module,
    data: Data,
    *,
    steps: int | None = None,
    rate: float = 0.03,
    inputs: Literal["teacher", "student"] = "teacher",
    in_turn: bool = False,
    joint: bool = False,
    joint_steps: int | None = None,
    joint_rate: float = 0.005,
    loss: Loss = "square",
    checkpoint: str | PathLike[str] | None = None,
    every: float = 60.0,
    seed: int = 0,
    progress: bool = True,
) -> Healing:
    """Train the replaced layers of a model, in place, to give what the layers of its teacher give.

    `data` is an iterable of batches that the models take (a tensor, a tuple of arguments or a dict of them each), which
    is run through again and again, or a function from the number of an epoch to one. Locally, each layer is trained for
    `steps` batches (ten epochs without it, none at 0) on the relative mean square of its output's error, all layers in
    the same passes, or `in_turn`. What goes into a layer is what goes into the teacher's layer, or with
    `inputs="student"` what reaches it in the model itself, with the teacher's outputs as targets all the same. `joint`
    or `joint_steps` trains all replaced layers together afterwards on a `loss` of the two models' outputs: `"square"`,
    `"cosine"`, or a function of both. Adam's `rate` and `joint_rate` are relative to the root mean square of each
    tensor, and go to zero by half a cosine. Layers of half precision are trained in float32, and rounded at the end.

    `checkpoint` is a folder that the run's state is written to every so many seconds, and that it goes on from if it is
    started again; the result is the same. Both models run in `eval()` mode, and all but the replaced layers is frozen
    meanwhile; the teacher, modes, `requires_grad`, gradients and random state are as before afterwards.

    Raises CompileError (TN46x) for a teacher, data, a loss or a checkpoint that this can't be done with, and where a
    loss is NaN or infinite; the tensors are then those of the last step whose losses were numbers.
    """
    _check(steps=steps, joint_steps=joint_steps, seed=seed, rate=rate, joint_rate=joint_rate, every=every)
    _check_choices(teacher, inputs, loss)
    student = model.model if isinstance(model, TensorizedModel) else model
    if not isinstance(student, nn.Module):
        raise bad_option("model", f"a `{type(model).__name__}` is no model", "give what `tncc.tensorize` was given")
    jointly = joint_steps if joint_steps is not None or joint else 0
    wish = Wish(steps, float(rate), inputs == "student", in_turn, jointly, float(joint_rate), loss)
    pairs = find_pairs(student, teacher)
    batches = Batches(data, seed, checkpoint is not None)
    keeper = None if checkpoint is None else Keeper(Path(fspath(checkpoint)), every)
    bar = progress_bar() if progress else nullcontext(unwatched)
    with bar as watch, borrowed(student, teacher, all_tensors(pairs)), widened(pairs):
        watch("measuring", 0, 1)
        identity = {} if keeper is None else _identity(student, teacher, pairs, wish, seed)
        found = None if keeper is None else keeper.read(identity)
        if found is None:
            restored: dict[str, Any] = {}
            record = first_record(identity, pairs, Visits(student, teacher, wish.own_inputs), batches)
        else:
            record = found[0]
            restored = take_up(fspath(checkpoint or ""), record, found[1], pairs, batches)
        return heal(Run(student, teacher, pairs, batches, wish, keeper, watch, record, restored))


def _identity(model: nn.Module, teacher: nn.Module, pairs: Sequence[Pair], wish: Wish, seed: int) -> Mapping[str, str]:
    """What a checkpoint's run must share with this one, each under the words that messages have for it."""
    layers = sha256()
    for pair in pairs:
        shapes = [(name, tuple(tensor.shape), str(pair.types[name])) for name, tensor in pair.tensors.items()]
        layers.update(repr((pair.path, digest_of_network(pair.student.layer.network), shapes)).encode())
    return {
        "the set of networks": layers.hexdigest(),
        "the teacher": state_digest(teacher, {}),
        "the rest of the model": state_digest(model, all_tensors(pairs)),
        "`seed`": str(seed), "`steps`": str(wish.steps), "`rate`": repr(wish.rate),
        "`inputs`": "student" if wish.own_inputs else "teacher", "`in_turn`": str(wish.in_turn),
        "`joint_steps`": str(wish.joint_steps), "`joint_rate`": repr(wish.joint_rate), "`loss`": _named(wish.loss),
    }  # fmt: skip


def _named(loss: Loss) -> str:
    if isinstance(loss, str):
        return loss
    inner = loss.func if isinstance(loss, partial) else loss
    return str(getattr(inner, "__qualname__", type(inner).__qualname__))


def _check_choices(teacher: nn.Module, inputs: str, loss: Loss) -> None:
    if not isinstance(teacher, nn.Module):
        hint = "give the model from before it was tensorized"
        raise bad_option("teacher", f"a `{type(teacher).__name__}` is no teacher", hint)
    if inputs not in ("teacher", "student"):
        raise bad_option("inputs", f"`{inputs}` is no kind of inputs", 'give `"teacher"` or `"student"`')
    if not callable(loss) and loss not in ("square", "cosine"):
        raise bad_option("loss", f"`{loss}` is no loss", 'give `"square"`, `"cosine"` or a function')


def _check(**numbers: float | None) -> None:
    whole = ("steps", "joint_steps", "seed")
    for name, value in numbers.items():
        if value is None and name in ("steps", "joint_steps"):
            continue
        kinds = int if name in whole else int | float
        fine = isinstance(value, kinds) and not isinstance(value, bool) and 0 <= value < inf
        if not fine or (value == 0 and name.endswith("rate")):
            what = {"steps": "number of steps", "joint_steps": "number of steps", "every": "number of seconds"}
            hint = f"give a {'whole ' * (name in whole)}number {'above 0' if name.endswith('rate') else 'from 0 on'}"
            raise bad_option(name, f"`{value}` is no {what.get(name, name.replace('_', ' '))}", hint)

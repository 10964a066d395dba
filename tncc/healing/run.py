"""A run of healing: its stages one after the other, each from where the record says that it stands."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from torch import nn

from tncc.diagnostics.diagnostic import CompileError
from tncc.healing.data import Batches, OtherData
from tncc.healing.descent import Descent, sized_rates
from tncc.healing.faults import bad_data, damaged, foreign, not_finite
from tncc.healing.joint import Loss, joint_gradients, measure_joint
from tncc.healing.local import NotANumber, local_gradients, measure
from tncc.healing.pairs import Pair, Visits
from tncc.healing.precision import round_to_types
from tncc.healing.record import Keeper, Record
from tncc.healing.result import HealedLayer, Healing
from tncc.watching import Watch

EPOCHS = 10
"""How often a phase goes through the data where nobody says."""

LOWER = "lower `rate` or `joint_rate`, or look for such numbers in the data"


@dataclass(frozen=True)
class Wish:
    """What is to be done: `joint_steps` are 0 where there is no joint phase, None for the usual number of epochs."""

    steps: int | None
    rate: float
    own_inputs: bool
    in_turn: bool
    joint_steps: int | None
    joint_rate: float
    loss: Loss


@dataclass(eq=False)
class Run:
    """What a run works with; `record` is where it stands, `restored` what Adam knew there, and
    `descent` the last one that was begun."""

    model: nn.Module
    teacher: nn.Module
    pairs: tuple[Pair, ...]
    batches: Batches
    wish: Wish
    keeper: Keeper | None
    watch: Watch
    record: Record
    restored: dict[str, torch.Tensor]
    descent: Descent | None = None

    @property
    def tensors(self) -> dict[str, nn.Parameter]:
        """All tensors that are trained."""
        return all_tensors(self.pairs)

    @property
    def visits(self) -> Visits:
        """How the layers are reached."""
        return Visits(self.model, self.teacher, self.wish.own_inputs)


def all_tensors(pairs: Sequence[Pair]) -> dict[str, nn.Parameter]:
    """The trained tensors of some layers, by their paths in the model."""
    return {name: tensor for pair in pairs for name, tensor in pair.tensors.items()}


def heal(run: Run) -> Healing:
    """Do what is left to be done of a run; raises CompileError."""
    wish, usual = run.wish, EPOCHS * run.record.batches
    steps = usual if wish.steps is None else wish.steps
    joint_steps = usual if wish.joint_steps is None else wish.joint_steps
    for number, stage in enumerate(_stages(run, steps, joint_steps)):
        if run.record.stage == number:
            stage()
            run.record = run.record.next_stage()
    return _result(run.record, [pair.path for pair in run.pairs], steps, joint_steps)


def _stages(run: Run, steps: int, joint_steps: int) -> list[Callable[[], None]]:
    """What a run consists of; the first stage and the last one write down where it stands."""
    reached = [pair for pair in run.pairs if run.record.before[pair.path] is not None]
    if steps and not reached:
        raise bad_data("it reaches none of the replaced layers")
    groups = [[pair] for pair in reached] if run.wish.in_turn else [reached]
    local = [partial(_local, run, group, steps) for group in groups if steps]
    joint = [partial(_joint, run, joint_steps)] if joint_steps else []
    return [partial(_save, run), *local, *joint, partial(_measure, run), partial(_save, run)]


def _result(record: Record, paths: Sequence[str], steps: int, joint_steps: int) -> Healing:
    assert record.after is not None
    return Healing(
        layers=tuple(HealedLayer(path=path, before=record.before[path], after=record.after[path]) for path in paths),
        steps=steps, joint_steps=joint_steps, joint_before=record.joint_before, joint_after=record.joint_after,
    )  # fmt: skip


def _measure(run: Run) -> None:
    run.watch("measuring", 0, 1)
    with _steps_back(run):
        round_to_types(run.pairs, run.record.step)
        found = measure(run.visits, run.pairs, run.batches, "the last measurement")
    run.record = run.record.model_copy(update={"after": {path: sums.relative for path, sums in found.sums.items()}})


@contextmanager
def _steps_back(run: Run) -> Iterator[None]:
    """Where what the last step has led to cannot be measured, take it back."""
    try:
        yield
    except CompileError:
        if run.descent is not None:
            run.descent.step_back()
        raise


def _local(run: Run, group: list[Pair], steps: int) -> None:
    scales, name = run.record.scales, group[0].path if len(group) == 1 else f"{len(group)} layers"
    if not run.record.rates:
        rates: dict[str, float] = {}
        for pair in group:
            rates |= sized_rates(pair.tensors, run.wish.rate, scales[pair.path] ** 0.5)
        run.record = run.record.model_copy(update={"rates": rates})
    _descend(
        run, all_tensors(group), steps, f"healing {name}", "the local phase",
        lambda batch, what: local_gradients(run.visits, group, scales, batch, what),
    )  # fmt: skip


def _joint(run: Run, steps: int) -> None:
    model, teacher, loss = run.model, run.teacher, run.wish.loss
    if not run.record.rates:
        run.watch("measuring", 0, 1)
        before = measure_joint(model, teacher, loss, run.batches)
        rates: dict[str, float] = {}
        for pair in run.pairs:
            rates |= sized_rates(pair.tensors, run.wish.joint_rate, run.record.scales[pair.path] ** 0.5)
        run.record = run.record.model_copy(update={"rates": rates, "joint_before": before})
    _descend(
        run, run.tensors, steps, "healing jointly", "the joint phase",
        lambda batch, what: joint_gradients(model, teacher, run.pairs, loss, batch, what),
    )  # fmt: skip
    run.watch("measuring", 0, 1)
    with _steps_back(run):
        round_to_types(run.pairs, run.record.step)
        after = measure_joint(model, teacher, loss, run.batches)
    run.record = run.record.model_copy(update={"joint_after": after})


def _descend(
    run: Run, tensors: Mapping[str, nn.Parameter], total: int, name: str, phase: str,
    gradients: Callable[[Any, str], Mapping[str, torch.Tensor]],
) -> None:  # fmt: skip
    """Take what is left of a stage's steps; raises CompileError, with the tensors of the last good step."""
    descent = run.descent = Descent(tensors, run.record.rates, total)
    descent.remember(run.restored)
    run.restored = {}
    stream = run.batches.onwards(run.record.spot)
    try:
        while run.record.step < total:
            run.watch(name, run.record.step, total)
            batch, spot = next(stream)
            found = gradients(batch, f"batch {spot.index} of epoch {spot.epoch}")
            descent.step(run.record.step, found)
            run.record = run.record.model_copy(update={"step": run.record.step + 1, "spot": spot})
            if run.keeper is not None and run.keeper.is_due():
                _save(run)
    except NotANumber as wrong:
        descent.step_back()
        raise not_finite(wrong.what, wrong.layer, run.record.step + 1, phase, LOWER) from None
    except OtherData:
        assert run.keeper is not None
        raise foreign(str(run.keeper.folder), "the data come in another order") from None
    _save(run)


def _save(run: Run) -> None:
    """Write a checkpoint of where the run stands."""
    if run.keeper is None:
        return
    tensors: dict[str, torch.Tensor] = {f"tensor/{name}": tensor for name, tensor in run.tensors.items()}
    if run.descent is not None:
        tensors |= {f"adam/{name}": value for name, value in run.descent.state().items()}
    run.keeper.write(run.record, tensors)


def first_record(identity: Mapping[str, str], pairs: Sequence[Pair], visits: Visits, batches: Batches) -> Record:
    """The record of a run that begins: what the layers' errors are, over data that is looked at for the first time."""
    found = measure(visits, pairs, batches, "the first measurement")
    return Record(
        identity=dict(identity), data=found.digest, batches=found.batches,
        scales={path: sums.scale for path, sums in found.sums.items()},
        before={path: sums.relative for path, sums in found.sums.items()},
    )  # fmt: skip


def take_up(
    folder: str, record: Record, stored: Mapping[str, torch.Tensor], pairs: Sequence[Pair], batches: Batches
) -> dict[str, torch.Tensor]:
    """Give the tensors a checkpoint's values; returns what Adam knew. Raises CompileError, with nothing changed."""
    tensors = all_tensors(pairs)
    adam = {name.removeprefix("adam/"): value for name, value in stored.items() if name.startswith("adam/")}
    values = {name.removeprefix("tensor/"): value for name, value in stored.items() if name.startswith("tensor/")}
    if values.keys() != tensors.keys() or len(values) + len(adam) != len(stored):
        raise damaged(folder, "it has other tensors than the model")
    for name, value in [*values.items(), *adam.items()]:
        owner, _, key = (name, "", "") if name in tensors else name.rpartition("/")
        if owner not in tensors or (key != "step" and value.shape != tensors[owner].shape):
            raise damaged(folder, f"`{name}` does not fit the model")
    if not record.rates.keys() <= tensors.keys() or {pair.path for pair in pairs} != record.before.keys():
        raise damaged(folder, "its layers are not those of the model")
    if batches.digest() != record.data or not batches.reach(record.spot):
        raise foreign(folder, "the data are other ones, or come in another order")
    with torch.no_grad():
        for name, value in values.items():
            tensors[name].copy_(value)
    return adam

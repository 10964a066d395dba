"""TN46x: healing a tensorized model, and the checkpoints of it."""

from dataclasses import dataclass
from typing import ClassVar

from tncc.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class NoTeacher(Diagnostic):
    code: ClassVar[str] = "TN460"
    template: ClassVar[str] = "`{layer}` has no teacher: {reason}"
    advice: ClassVar[str] = "give a copy of the model from before it was tensorized: `copy.deepcopy(model)`"
    layer: str
    reason: str


@dataclass(frozen=True, slots=True)
class BadHealingData(Diagnostic):
    code: ClassVar[str] = "TN461"
    template: ClassVar[str] = "the data cannot be used for healing: {reason}"
    advice: ClassVar[str] = "{hint}"
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class LossNotFinite(Diagnostic):
    code: ClassVar[str] = "TN462"
    template: ClassVar[str] = "{what} of `{layer}` is NaN or infinite at step {step} of {phase}"
    advice: ClassVar[str] = "{hint}"
    what: str
    layer: str
    step: int
    phase: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class ForeignCheckpoint(Diagnostic):
    code: ClassVar[str] = "TN463"
    template: ClassVar[str] = "the checkpoint `{path}` belongs to another run: {reason}"
    advice: ClassVar[str] = "name another folder, or remove this one to begin anew"
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class DamagedCheckpoint(Diagnostic):
    code: ClassVar[str] = "TN464"
    template: ClassVar[str] = "the checkpoint `{path}` cannot be resumed from: {reason}"
    advice: ClassVar[str] = "remove the folder to begin anew"
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class BadLoss(Diagnostic):
    code: ClassVar[str] = "TN465"
    template: ClassVar[str] = "the models cannot be trained jointly: {reason}"
    advice: ClassVar[str] = "give `loss=`, a function of what the two return to a tensor of one number"
    reason: str

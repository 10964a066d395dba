"""What to raise when healing cannot go on."""

from tncc.diagnostics.diagnostic import CompileError
from tncc.diagnostics.healing_kinds import (
    BadHealingData,
    BadLoss,
    DamagedCheckpoint,
    ForeignCheckpoint,
    LossNotFinite,
    NoTeacher,
)
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.size_kinds import BadOption
from tncc.diagnostics.span import Span

SINGLE = "give an iterable of batches that the model takes: a tensor, a tuple of arguments or a dict of them each"
AGAIN = "give a list, or a function from the number of an epoch to an iterable"


def bad_option(option: str, text: str, hint: str) -> CompileError:
    """An argument of `distill` that has no such value."""
    return compile_error([BadOption(_at(option), text, hint)])


def no_teacher(layer: str, reason: str) -> CompileError:
    """A replaced layer that the teacher says nothing of."""
    return compile_error([NoTeacher(_at("teacher"), layer, reason)])


def bad_data(reason: str, hint: str | None = None) -> CompileError:
    """Data that the teacher or the training cannot take."""
    return compile_error([BadHealingData(_at("data"), reason, hint)])


def not_finite(what: str, layer: str, step: int, phase: str, hint: str) -> CompileError:
    """A number that is none any more."""
    return compile_error([LossNotFinite(_at("model"), what, layer, step, phase, hint)])


def foreign(path: str, reason: str) -> CompileError:
    """A checkpoint that this run would not have written."""
    return compile_error([ForeignCheckpoint(_at(path), path, reason)])


def damaged(path: str, reason: str) -> CompileError:
    """A checkpoint that is not as it was written."""
    return compile_error([DamagedCheckpoint(_at(path), path, reason)])


def bad_loss(reason: str) -> CompileError:
    """Outputs, or a function of them, that give no loss."""
    return compile_error([BadLoss(_at("loss"), reason)])


def _at(place: str) -> Span:
    return Span(place, 0, 0, 0, 0)

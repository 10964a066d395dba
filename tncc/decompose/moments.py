"""Whether a tensor can be second moments of a layer's inputs: without that, what it weighs errors by is no norm."""

import torch

from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.span import NOWHERE
from tncc.diagnostics.weight_kinds import NotMoments

ASYMMETRY = 1e-3
"""How far a matrix may be from its transpose, beside its norm: moments in `bfloat16` are still moments."""

ROUNDED = 1e-5
"""How far below zero an eigenvalue may be, beside their sum, in types that are no coarser: moments are rounded so."""


def positive(name: str, covariance: torch.Tensor, ridge: float) -> torch.Tensor:
    """Second moments (inputs, inputs), or a vector that stands for their diagonal, without negative eigenvalues.

    They are finite, and a `ridge` times their mean variance will be added. What rounding took below zero beyond that is
    made up for. Raises Failure (TN410) for what no inputs have.
    """
    diagonal = covariance if covariance.ndim == 1 else covariance.diagonal()
    negative = torch.nonzero(diagonal.real < 0)
    if len(negative):
        place = int(negative[0])
        number = float(diagonal[place].real)
        raise _refused(
            name, f"{len(negative)} of {len(diagonal)} inputs have a negative one, {number:.3g} at [{place}]"
        )
    if covariance.ndim == 1:
        return covariance
    precise = covariance.to(torch.promote_types(covariance.dtype, torch.float64))
    norm, apart = (float(torch.linalg.matrix_norm(one)) for one in (precise, precise - precise.mH))
    if apart > ASYMMETRY * norm:
        raise _refused(name, f"it differs from its transpose by {apart / norm:.2g} of its norm")
    precise = (precise + precise.mH) / 2
    trace = float(diagonal.real.double().sum())
    eye = torch.eye(len(precise), dtype=precise.dtype, device=precise.device)
    raised = precise + (ridge * trace / len(precise)) * eye
    if norm == 0 or not int(torch.linalg.cholesky_ex(raised).info):
        return covariance
    least = float(torch.linalg.eigvalsh(precise)[0])
    if -least > max(ROUNDED, torch.finfo(covariance.dtype).eps) * trace:
        raise _refused(name, f"its least eigenvalue is {least:.3g}, and those of moments are not negative")
    return precise + max(0.0, -least) * eye


def _refused(name: str, reason: str) -> Failure:
    return Failure(NotMoments(NOWHERE, name, reason))

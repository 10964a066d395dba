"""Sizes of matrices and of their errors, in double precision without a copy of the whole."""

import math

import torch

CHUNK = 2**18
"""How many numbers are converted to double precision at a time."""


def frobenius(value: torch.Tensor) -> float:
    """The Frobenius norm."""
    double = torch.promote_types(value.dtype, torch.float64)
    parts = torch.split(value.reshape(-1), CHUNK)
    return math.hypot(*(float(torch.linalg.vector_norm(part.to(double))) for part in parts))


def energy(matrix: torch.Tensor, covariance: torch.Tensor) -> float:
    """‖M C^½‖², C being in the precision that is worked in."""
    double = matrix.to(covariance.dtype)
    return float(((double @ covariance) * double.conj()).sum().real)


def rounding(matrix: torch.Tensor) -> float:
    """The relative error that rounding alone makes."""
    return 16 * torch.finfo(matrix.dtype).eps

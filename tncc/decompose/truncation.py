"""One cut through a tensor: the isometry that keeps most of a stack of matrices, as cheaply as is exact.

The left singular vectors of M are the eigenvectors of M Mᴴ, which is small where M is wide and takes one product to
make. Squaring costs half of the digits: what is captured falls short of the optimum by at most about r ε‖M‖² (Ky Fan).
That is nothing beside what is cut off unless that is tiny too, and only then the triangle of a QR decomposition, which
has all digits, takes the product's place (Golub and Van Loan, "Matrix computations", 5.4 and 8.6).
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch

CHUNK = 2**21
"""How many numbers are converted to double precision at a time."""

SAFE = 1e-7
"""The share of ‖M‖² from which on what is cut off hides the rounding errors of a product in double precision."""

Choose = Callable[[torch.Tensor], int]
"""The rank to keep, given what each rank leaves out: squared norms for the ranks 0, 1, … of the whole stack."""


@dataclass(frozen=True, slots=True)
class Cut:
    """`matrix ≈ frame @ rest`; the columns of each `frame` are orthonormal, and `lost` is what is left out, squared.

    `frame` is (stack, rows, rank), `rest` (stack, rank, columns); `rank` is no larger than rows and columns.
    """

    frame: torch.Tensor
    rest: torch.Tensor
    lost: float


def cut(matrix: torch.Tensor, choose: Choose, full: int | None) -> Cut:
    """The best approximation of every matrix of a stack by one of the chosen rank.

    `full` is the rank where it is known beforehand: where that is all there is, nothing is decomposed.
    """
    rows, columns = matrix.shape[-2:]
    if full is not None and full >= min(rows, columns):
        return whole(matrix)
    if rows > columns:
        return _cut_tall(matrix, choose)
    vectors, lost, rank = _basis(matrix, choose)
    frame = vectors[:, :, :rank].to(matrix.dtype)
    return Cut(frame, torch.matmul(frame.mH, matrix), lost)


def whole(matrix: torch.Tensor) -> Cut:
    """A cut that leaves nothing out."""
    rows, columns = matrix.shape[-2:]
    if rows <= columns:
        eye = torch.eye(rows, dtype=matrix.dtype, device=matrix.device)
        return Cut(eye.expand(matrix.shape[0], rows, rows), matrix, 0.0)
    frame, rest = torch.linalg.qr(matrix)
    return Cut(frame, rest, 0.0)


def _cut_tall(matrix: torch.Tensor, choose: Choose) -> Cut:
    """The same by the right singular vectors; the image of those that are kept is made orthonormal."""
    vectors, lost, rank = _basis(matrix.mH, choose)
    kept = vectors[:, :, :rank].to(matrix.dtype)
    frame, triangle = torch.linalg.qr(torch.matmul(matrix, kept))
    return Cut(frame, torch.matmul(triangle, kept.mH), lost)


def _basis(matrix: torch.Tensor, choose: Choose) -> tuple[torch.Tensor, float, int]:
    """Left singular vectors of wide matrices, most important first; what the chosen rank leaves out; that rank."""
    values, vectors = torch.linalg.eigh(gram(matrix))
    energies, vectors = values.flip(-1).clamp_min(0), vectors.flip(-1)
    tails = left_out(energies)
    rank = choose(tails)
    lost, total = float(tails[rank]), float(tails[0])
    single = matrix.dtype in (torch.float32, torch.complex64)
    if single or lost >= SAFE * total or total == 0.0:
        return vectors, lost, rank
    triangle = torch.linalg.qr(matrix.mH, mode="r").R
    vectors, singular, _ = torch.linalg.svd(triangle.mH, full_matrices=False)
    tails = left_out(singular.square())
    rank = choose(tails)
    return vectors, float(tails[rank]), rank


def left_out(energies: torch.Tensor) -> torch.Tensor:
    """What is beyond each rank from 0 on: (ranks + 1) sums of squared singular values, descending, over a stack."""
    summed = energies.double().sum(0)
    tails = summed.flip(0).cumsum(0).flip(0)
    return torch.cat((tails, tails.new_zeros(1)))


def gram(matrix: torch.Tensor) -> torch.Tensor:
    """M Mᴴ in double precision, without a copy of M in it."""
    double = torch.promote_types(matrix.dtype, torch.float64)
    if matrix.dtype == double:
        return torch.matmul(matrix, matrix.mH)
    stack, rows, columns = matrix.shape
    gram = torch.zeros(stack, rows, rows, dtype=double, device=matrix.device)
    step = max(1, CHUNK // max(1, stack * rows))
    for start in range(0, columns, step):
        part = matrix[:, :, start : start + step].to(double)
        gram.baddbmm_(part, part.mH)
    return gram

"""What a decomposition came to."""

from typing import Literal

from pydantic import Field

from tncc.ir.network import Record


class BondError(Record):
    """One bond: its size, and the norm of what its cut left out beside the weight's norm."""

    size: int
    error: float


class Decomposition(Record):
    """How close the tensors come to the weight, all errors relative to its Frobenius norm.

    `method` is "sequential" where singular value decompositions alone gave the tensors, and "alternating" where least
    squares did or had the last word: sweeps over one tensor after the other, or steps of all at once where one stands
    more than once. `bonds` has an entry for each bond that was cut; parts that are only multiplied stand there as
    `A[0] * A[1]`, with size 1. `bound` is √Σε² over these cuts, and bounds `error` for "sequential"; it is None where
    no cut is the last word. `weighted_error` is the error under the covariance, where one is given, and then `bonds`
    and `bound` are relative to the weighted norm. `sizes` are those of the bonds that an error has chosen. `shape` is
    that of the weight before it was padded; `error` and `weighted_error` are those of this part, with tensors rounded
    as the layer stores them.
    """

    method: Literal["sequential", "alternating"]
    error: float
    bonds: dict[str, BondError]
    bound: float | None = None
    weighted_error: float | None = None
    bias_error: float = 0.0
    sweeps: int = 0
    sizes: dict[str, int] = Field(default_factory=dict)
    shape: tuple[int, int]

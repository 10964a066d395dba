"""The layers that a tensorized one is measured against: the dense layer and the low-rank pair of as many parameters."""

from tncc.ir.linearity import LinearMap
from tncc.report.fields import Dense, LowRank


def dense_layer(shape: LinearMap, rows: tuple[int, ...]) -> Dense:
    """One matrix, with a bias where the map is affine: `2 * rows * in * out` FLOPs, and `rows * out` for the bias."""
    bias = _bias(shape)
    weights = shape.in_features * shape.out_features
    return Dense(parameter_count=weights + bias, flops=tuple(number * (2 * weights + bias) for number in rows))


def low_rank_pair(shape: LinearMap, rows: tuple[int, ...], parameter_count: int) -> LowRank | None:
    """The pair `in -> rank -> out` (and the same bias) of the largest rank that takes no more than that many
    parameters; None where rank 1 already takes more."""
    bias = _bias(shape)
    each = shape.in_features + shape.out_features
    rank = (parameter_count - bias) // each
    if rank < 1:
        return None
    weights = rank * each
    flops = tuple(number * (2 * weights + bias) for number in rows)
    return LowRank(parameter_count=weights + bias, flops=flops, rank=rank)


def _bias(shape: LinearMap) -> int:
    return shape.out_features if shape.affine else 0

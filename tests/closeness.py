"""Holding values against the oracle's."""

from collections.abc import Mapping

import numpy as np

from tests.oracle import Array, all_values
from tncc.ir.network import Network

LARGE = 1e4
"""Beyond this, a sine or a softmax of a value turns rounding errors into large ones."""


def is_tame(network: Network, tensors: Mapping[str, Array]) -> bool:
    """Whether no value on the way is so large that two correct evaluations may differ visibly."""
    with np.errstate(all="ignore"):
        values = all_values(network, tensors).values()
    return all(np.abs(value).max(initial=0) < LARGE for value in values)


def assert_agree(found: Mapping[str, Array], expected: Mapping[str, Array]) -> None:
    """Every output equals the expected one in double precision, relative to its largest element."""
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name].shape == value.shape
        scale = 1 + np.abs(value).max(initial=0)
        np.testing.assert_allclose(found[name], value, rtol=1e-9, atol=1e-9 * scale)

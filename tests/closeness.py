"""Holding values against the oracle's."""

from collections.abc import Mapping

import numpy as np

from tests.oracle import Array


def assert_agree(found: Mapping[str, Array], expected: Mapping[str, Array]) -> None:
    """Every output equals the expected one in double precision, relative to its largest element."""
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name].shape == value.shape
        scale = 1 + np.abs(value).max(initial=0)
        np.testing.assert_allclose(found[name], value, rtol=1e-9, atol=1e-9 * scale)

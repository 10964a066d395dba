"""Bounds that hold before anything large is built; each is named by the diagnostic of whoever passes it."""

TENSORS = 100_000
"""Tensors, indices or other members that one network may have, sub-networks included."""

STATEMENTS = 1_000_000
"""Statements that one network may run, `for` loops unrolled."""

BITS = 65_536
"""The length of a compile-time integer."""

AXIS = 2**63
"""The first size that no axis may have."""

DEPTH = 64
"""How deep imports and sub-networks may nest."""

TEXT = 1_000_000
"""The length of a compile-time string."""

"""Bounds that hold before anything large is built; each is named by the diagnostic of whoever passes it."""

TENSORS = 100_000
"""Tensors, indices or other members that one network may have, sub-networks included."""

WORK = 20_000_000
"""Steps that one run may spend on size expressions, loops and the uses of tensors; a step is about a microsecond."""

BITS = 65_536
"""The length of a compile-time integer."""

AXIS = 2**63
"""The first size that no axis may have, and the first subscript."""

DEPTH = 64
"""How deep imports and sub-networks may nest."""

TEXT = 1_000_000
"""The length of a compile-time string."""

SHOWN_NAME = 100
"""How long a name may be for nearer ones to be looked for."""

GUESSES = 50
"""How many wrong names of one network the nearest right one is looked for."""

"""The kinds of diagnostics that no program can cause by itself; `test_outside.py` causes them."""

WEIGHTS = frozenset({f"TN{number}" for number in range(401, 411)})
"""Those that weights cause, which the tests of layers, formats and `tncc decompose` do."""

OUTSIDE_FILES = WEIGHTS | {
    "TN012", "TN134", "TN137", "TN138", "TN201", "TN202", "TN203",
}  # fmt: skip

BOND_KINDS = frozenset(f"TN{number}" for number in range(420, 430))
"""Those that methods of a layer cause; `tests/layers/test_bond_faults.py` causes them."""

MODEL_KINDS = frozenset({"TN442", "TN444", "TN445", "TN446", "TN448", "TN449", "TN450", "TN451", "TN452"})
"""Those that a model causes to which rules are applied; `tests/models` causes them."""

KERNEL_KINDS = frozenset({"TN310", "TN311", "TN312", "TN320", "TN321"})
"""Those that a target or its compiler cause; `tests/kernels` and `tests/backends` cause them."""

RANK_KINDS = frozenset({"TN470", "TN471", "TN472"})
"""Those that budgets and plans of ranks cause; tests of `ranks`, `models` and `tncc plan-ranks` cause them."""

HEALING_KINDS = frozenset(f"TN{number}" for number in range(460, 466))
"""Those that healing a model causes; `tests/healing` causes them."""

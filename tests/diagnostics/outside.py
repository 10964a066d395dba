"""The kinds of diagnostics that no program can cause by itself; `test_outside.py` causes them."""

OUTSIDE_FILES = frozenset({"TN012", "TN134", "TN137", "TN138", "TN201", "TN202", "TN203"})

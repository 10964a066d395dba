"""Guesses what a misspelt name was meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches


def rename_hint(name: str, known: Iterable[str]) -> str | None:
    """An imperative help naming the nearest known name, or None where none is near."""
    candidates = sorted(set(known))
    by_case = [candidate for candidate in candidates if candidate.lower() == name.lower()]
    found = by_case or get_close_matches(name, candidates, n=1, cutoff=0.6)
    return f"rename to `{found[0]}`" if found else None

"""Guesses what a misspelt name was meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches

from tncc.elaborate import limits


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that is nearest, or None where none is near (or the name is very long)."""
    if len(name) > limits.SHOWN_NAME:
        return None
    candidates = sorted({candidate for candidate in known if abs(len(candidate) - len(name)) <= len(name)})
    by_case = [candidate for candidate in candidates if candidate.lower() == name.lower()]
    found = by_case or get_close_matches(name, candidates, n=1, cutoff=0.6)
    return found[0] if found else None


def rename_hint(name: str, known: Iterable[str]) -> str | None:
    """An imperative help naming the nearest known name, or None where none is near (or the name is very long)."""
    found = nearest(name, known)
    return f"rename to `{found}`" if found else None

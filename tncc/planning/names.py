"""Fresh names: everything that a plan makes is called after what it is for, and no two things alike."""

from collections.abc import Iterable


class Names:
    """Hands out names that nobody has, each made of a stem, a separator and the first number that is free."""

    def __init__(self, taken: Iterable[str], separator: str) -> None:
        self._taken = set(taken)
        self._separator = separator
        self._next: dict[str, int] = {}

    def fresh(self, stem: str) -> str:
        """A new name after `stem`: with separator `:` and stem `y`, the first of `y:1`, `y:2`, … that is free."""
        number = self._next.get(stem, 1)
        while f"{stem}{self._separator}{number}" in self._taken:
            number += 1
        name = f"{stem}{self._separator}{number}"
        self._next[stem] = number + 1
        self._taken.add(name)
        return name

"""How work that takes a while tells what it is doing."""

from collections.abc import Callable

Watch = Callable[[str, int, int], None]
"""Is told what is done now, how many parts of the work are done, and how many there are."""


def unwatched(what: str, done: int, total: int) -> None:
    """Nobody watches."""

"""A network as a file declares it, with the networks that it may name."""

from dataclasses import dataclass

from tncc.syntax import tree

MISSING = ""
"""The file of a network that could not be imported."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A network with the networks that it may name: those above it and those imported by its file.

    `height` counts the networks that are nested in it, itself included.
    """

    node: tree.Network
    file: str
    known: "dict[str, Definition]"
    height: int = 1

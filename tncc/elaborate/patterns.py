"""Patterns of rules: which module paths of a model, such as `encoder.layer.0.output.dense`, one of them names."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

ANYTHING = "**"
"""The component that stands for any number of components, none included."""

LONGEST = 400
"""How many characters a pattern may have."""

_BRACES = re.compile(r"\{([^{}]*)\}")


class BadPattern(ValueError):
    """Says why a text is no pattern."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """For each component the names that it may have, as `fnmatch` reads them; `anchored` at the model itself."""

    text: str
    components: tuple[tuple[str, ...], ...]
    anchored: bool

    def matches(self, path: str) -> bool:
        """Whether the pattern names a module path: its last components, or all of them if it is anchored."""
        names = path.split(".")
        starts = {0} if self.anchored else set(range(len(names)))
        for alternatives in self.components:
            if alternatives == (ANYTHING,):
                starts = set(range(min(starts, default=len(names) + 1), len(names) + 1))
            else:
                starts = {
                    place + 1
                    for place in starts
                    if place < len(names) and any(fnmatchcase(names[place], glob) for glob in alternatives)
                }
        return len(names) in starts


def read_pattern(text: str) -> Pattern:
    """The pattern that a text is; raises BadPattern."""
    if len(text) > LONGEST:
        raise BadPattern(f"it has more than {LONGEST} characters")
    anchored = text.startswith(".")
    body = text[1:] if anchored else text
    if not body:
        raise BadPattern("it is empty")
    return Pattern(text, tuple(_component(part) for part in _split(body)), anchored)


def _split(text: str) -> list[str]:
    """Components, parted at the dots outside of braces."""
    parts, depth = [""], 0
    for character in text:
        depth += (character == "{") - (character == "}")
        if character == "." and depth <= 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _component(text: str) -> tuple[str, ...]:
    if not text:
        raise BadPattern("a component between two dots is empty")
    if ANYTHING in text and text != ANYTHING:
        raise BadPattern(f"`{ANYTHING}` is a component of its own")
    plain = _BRACES.sub("", text)
    if "{" in plain or "}" in plain:
        raise BadPattern("its braces do not match, or stand in one another")
    if plain.count("[") != plain.count("]"):
        raise BadPattern("its brackets do not match")
    if any("." in inside for inside in _BRACES.findall(text)):
        raise BadPattern("a dot stands in braces, which hold parts of one component")
    found = [""]
    for place, piece in enumerate(_BRACES.split(text)):
        choices = piece.split(",") if place % 2 else [piece]
        if len(found) * len(choices) > LONGEST:
            raise BadPattern(f"its braces stand for more than {LONGEST} names")
        found = [before + choice for before in found for choice in choices]
    return tuple(found)

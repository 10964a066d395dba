"""The C identifiers that callers see: whatever a network's names are, these are letters, digits and underscores."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tncc.backends.tensors import stored_tensors
from tncc.ir.extent import symbol
from tncc.ir.network import BATCH, Network
from tncc.ir.program import ROWS

WORDS = (
    "alignas alignof auto bool break case char const constexpr continue default do double else enum extern false "
    "float for goto if inline int long nullptr register restrict return short signed sizeof static struct switch "
    "true typedef typeof union unsigned void volatile while asm errno linux unix i386 NULL main memcpy memset "
    "real vec vec_anywhere rows threads workspace packed weights gradients constant shared total scratch space in "
    "out s a b c i j k sum to lane first count tile tiles me each size most own share some "
)
RESERVED = frozenset(WORDS.split())
"""Words that mean something in C, in its library's macros, or in the generated code."""


class Identifiers:
    """Gives out C identifiers, each once, in an order that depends on the requests alone."""

    def __init__(self, taken: Collection[str]) -> None:
        self.taken = set(taken)

    def claim(self, text: str) -> str:
        """An identifier like a text that nobody has had yet."""
        words = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")
        stem = words if words[:1].isalpha() else f"v{words}"
        name, number = stem, 1
        while name in self.taken or name.startswith("tncc_"):
            number += 1
            name = f"{stem.removeprefix('tncc_')}_{number}"
        self.taken.add(name)
        return name


@dataclass(frozen=True, slots=True)
class Caller:
    """What a network, its tensors, its outputs and its run-time sizes are called in the functions' parameters."""

    network: Network
    stem: str
    inputs: Mapping[str, str]
    stored: Mapping[str, str]
    outputs: Mapping[str, str]
    symbols: Mapping[str, str]


def caller(network: Network) -> Caller:
    """The names of everything that callers see."""
    names = Identifiers(RESERVED)
    stem = names.claim(network.name)
    dynamic = [index.name for index in network.indices if index.dynamic and index.name != BATCH]
    return Caller(
        network,
        stem,
        inputs={tensor.name: names.claim(tensor.name) for tensor in network.inputs},
        outputs={output: names.claim(output) for output in network.outputs},
        symbols={ROWS: "rows"} | {symbol(name): names.claim(name) for name in dynamic},
        stored={tensor.name: names.claim(tensor.name) for tensor in stored_tensors(network)},
    )

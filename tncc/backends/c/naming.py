"""The C identifiers that callers see: whatever a network's names are, these are letters, digits and underscores."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tncc.backends.tensors import stored_tensors
from tncc.ir.extent import symbol
from tncc.ir.network import BATCH, Network
from tncc.ir.program import ROWS

WORDS = (
    "alignas alignof asm auto bool break case char const constexpr continue default do double else enum extern false "
    "float for goto if inline int long nullptr register restrict return short signed sizeof static struct switch "
    "true typedef typeof union unsigned void volatile while "
    "and bitand bitor catch class compl concept delete dynamic_cast explicit export friend mutable namespace new "
    "noexcept not operator or private protected public reinterpret_cast requires static_assert static_cast template "
    "this thread_local throw try typeid typename using virtual wchar_t xor "
    "errno linux main math_errhandling memcpy memset ptrdiff_t size_t uintptr_t unix uint16_t uint32_t int64_t "
    "real vec vec_anywhere rows threads workspace packed weights gradients constant shared total scratch space in "
    "out s a b c i j k sum to lane first count tile tiles me each size most own share some from at mean squares "
    "scale low high more block row saved parts lanes "
)
RESERVED = frozenset(WORDS.split())
"""Words that mean something in C, in C++, in their libraries, or in the generated code."""

NUMBERED = re.compile(r"(i|k|in|out|part|total)\d+")
"""What generated functions call loops and arrays."""

MACRO = re.compile(r"[A-Z]{2,}[A-Z0-9_]*|[A-Z]_[A-Z0-9_]*[A-Z][A-Z0-9_]*")
"""What macros look like, of which a header may have any; the names of a family's tensors, `A_0` say, do not."""


class Identifiers:
    """Gives out C identifiers, each once, in an order that depends on the requests alone.

    With each goes the one for its gradient, with `d_` before it.
    """

    def __init__(self, taken: Collection[str], prefixes: tuple[str, ...] = ("tncc_",)) -> None:
        self.taken = set(taken)
        self.prefixes = prefixes

    def claim(self, text: str) -> str:
        """An identifier like a text that nobody has had yet."""
        words = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")
        stem = words if words[:1].isalpha() else f"v{words}"
        if f"{stem}_".lower().startswith(self.prefixes):
            stem = f"v_{stem}"
        if MACRO.fullmatch(stem):
            stem += "_"
        name, number = stem, 1
        while name in self.taken or f"d_{name}" in self.taken or NUMBERED.fullmatch(name):
            number += 1
            name = f"{stem}_{number}"
        self.taken |= {name, f"d_{name}"}
        return name


def stem_of(network: Network) -> str:
    """What the names of a network's functions and types begin with."""
    words = re.sub(r"[^A-Za-z0-9]+", "_", network.name).strip("_")
    return words if words[:1].isalpha() and words.lower() != "tncc" else f"v{words}"


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
    stem = stem_of(network)
    names = Identifiers(RESERVED, ("tncc_", f"{stem.lower()}_"))
    dynamic = [index.name for index in network.indices if index.dynamic and index.name != BATCH]
    return Caller(
        network,
        stem,
        inputs={tensor.name: names.claim(tensor.name) for tensor in network.inputs},
        outputs={output: names.claim(output) for output in network.outputs},
        symbols={ROWS: "rows"} | {symbol(name): names.claim(name) for name in dynamic},
        stored={tensor.name: names.claim(tensor.name) for tensor in stored_tensors(network)},
    )

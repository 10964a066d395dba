"""Kernels as functions of the generated file, with the configurations that they are tuned over; equal ones are one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tncc.backends.naming import Names, printable
from tncc.backends.triton.blocks import BLOCK, Blocks
from tncc.backends.triton.kernel import Body
from tncc.backends.triton.tiles import Tiling
from tncc.backends.wrapping import INDENT, bracketed, comment
from tncc.ir.extent import factors

WORDS = ("triton", "tl", "torch", "program", "share", "span", "bucket", BLOCK)
"""Names that a kernel has a meaning for."""

LIVE_FOR_FOUR = 6144
"""From so many elements at the same time on, a program has eight warps."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """One way to run a kernel: the block of rows (0 where there is none to choose), warps, and stages of loops."""

    block: int
    warps: int
    stages: int

    @property
    def code(self) -> str:
        """What the generated file lists."""
        return f"({self.block}, {self.warps}, {self.stages})"


@dataclass(frozen=True, slots=True)
class Source:
    """A kernel in the file: how it is called, with which parameters besides the arrays, and its possible blocks."""

    name: str
    symbols: tuple[str, ...]
    configurations: tuple[Configuration, ...]
    tuned: int | None
    shares: int

    @property
    def is_shared(self) -> bool:
        """Whether several programs add up one result."""
        return self.shares > 1


def tuned_atom(tiling: Tiling) -> int | None:
    """The atom whose block is chosen by trial: the first one that has the rows."""
    expression = tiling.expression
    for atom in (*expression.outer, *expression.inner):
        if not isinstance(expression.sizes[atom], int) and tiling.blocks[atom] > 1:
            return atom
    return None


def configurations(tiling: Tiling) -> tuple[Configuration, ...]:
    """The planned blocks first, then half and twice as many rows where these fit, each with more or fewer warps."""
    atom = tuned_atom(tiling)
    found: list[Configuration] = []
    blocks = [tiling.blocks[atom]] if atom is not None else [0]
    if atom is not None:
        blocks += [blocks[0] // 2, blocks[0] * 2]
    for block in blocks:
        other = tiling if atom is None else replace(tiling, blocks={**tiling.blocks, atom: block})
        if block == 1 or not other.fits or other.is_product != tiling.is_product:
            continue
        warps = 4 if other.live <= LIVE_FOR_FOUR else 8
        stages = 2 if any(other.is_product.values()) else 1
        found.append(Configuration(block, warps, stages))
        if block == blocks[0]:
            found.append(Configuration(block, 8 if warps == 4 else 4, stages))
    return tuple(found)


def symbols_of(tiling: Tiling) -> tuple[str, ...]:
    """The run-time sizes that a kernel needs."""
    expression = tiling.expression
    extents = [expression.sizes[atom] for atom in (*expression.outer, *expression.inner)]
    extents += [stride for _, stride in expression.strides]
    extents += [stride for node in expression.nodes for _, stride in getattr(node, "strides", ())]
    return tuple(dict.fromkeys(name for extent in extents for name in factors(extent)[1]))


@dataclass(slots=True)
class Sources:
    """All kernels of a file by what they do; `identifiers` are those of run-time sizes."""

    identifiers: Mapping[str, str]
    known: dict[tuple[str, ...], Source] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def source(self, tiling: Tiling, names: Mapping[str, str], remark: str) -> Source:
        """The function of a kernel, which is new if none does the same; `names` is what its arrays are called."""
        expression = tiling.expression
        plain = replace(expression, labels=dict.fromkeys(expression.labels, "k"))
        key = tuple(self.text("", replace(tiling, expression=plain), dict.fromkeys(names, "a"), ""))
        if key not in self.known:
            name = f"_kernel_{len(self.known)}"
            self.known[key] = Source(
                name, symbols_of(tiling), configurations(tiling), tuned_atom(tiling), tiling.shares
            )
            self.lines += ["", "", *self.text(name, tiling, names, remark)]
        return self.known[key]

    def text(self, name: str, tiling: Tiling, wanted: Mapping[str, str], remark: str) -> list[str]:
        """The decorated function."""
        expression = tiling.expression
        symbols = [self.identifiers[key] for key in symbols_of(tiling)]
        names = Names((*WORDS, *symbols))
        pointers = {buffer: names.claim(wanted[buffer]) for buffer in expression.buffers}
        out = names.claim(f"{wanted[expression.target]}_out" if expression.target in pointers
                          else wanted[expression.target])  # fmt: skip
        is_shared = tiling.shares > 1
        atom = tuned_atom(tiling)
        blocks = Blocks(tiling, names, self.identifiers, atom)
        body = Body(tiling, blocks, names, pointers, out, is_shared).lines()
        numbers = [*symbols, *(["span"] if is_shared else []), *(["bucket"] if symbols else [])]
        parameters = [*pointers.values(), out, *numbers, *([f"{BLOCK}: tl.constexpr"] if atom is not None else [])]
        wide = [f"{INDENT}{symbol} = {symbol}.to(tl.int64)" for symbol in symbols]
        skipped = ", ".join(f'"{name}"' for name in numbers)
        jit = f"@triton.jit(do_not_specialize=[{skipped}])" if numbers else "@triton.jit"
        return [
            *tuning(configurations(tiling), bool(symbols)),
            jit,
            *bracketed(f"def {name}(", parameters, "):", ""),
            *comment(printable(remark), INDENT),
            *wide,
            *body,
        ]


def tuning(found: Sequence[Configuration], by_rows: bool) -> list[str]:
    """The decorator that chooses a configuration, anew for each power of two of rows."""
    key = '["bucket"]' if by_rows else "[]"
    return bracketed("@triton.autotune(", [f"_configs({', '.join(c.code for c in found)})", f"key={key}"], ")", "")

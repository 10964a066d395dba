"""Writes a network's programs as one C file."""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tncc.backends.c.entries import Entry, Serving, cycles_of, entries, pays
from tncc.backends.c.functions import library_lines
from tncc.backends.c.header import about, documented, struct_lines
from tncc.backends.c.kernel import Kernel
from tncc.backends.c.naming import Caller, caller
from tncc.backends.c.notation import INDENT, Names
from tncc.backends.c.parts import Function, parted
from tncc.backends.c.prelude import prelude_lines
from tncc.backends.c.running import inputs_of, kernel_functions, sum_code
from tncc.backends.c.state import Unsupported
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.kernel_kinds import NoKernel
from tncc.ir.extent import product, symbol
from tncc.ir.network import BATCH, Network, Tensor
from tncc.ir.plan import Plan, Training
from tncc.ir.program import ROWS

Type = Literal["float32", "float64", "bfloat16"]
"""What a file computes with; `bfloat16` is the type of the stored tensors alone, all else being single precision."""

TYPES: dict[Type, tuple[str, str]] = {
    "float32": ("float", "f"),
    "float64": ("double", ""),
    "bfloat16": ("float", "f"),
}
"""The C type of each type of numbers, and what the C library's functions for it end with."""

DESCRIBED = {"bfloat16": "bfloat16 (the upper half of a float)"}
"""What the types of stored tensors are, where their names leave that open."""

STORED = {"bfloat16": "uint16_t"}
"""The C types of stored tensors, where they are not those that are computed with; the upper half of a float's bits."""

GIVEN = """
#define tncc_given(x) (x)
"""

WIDENING = """
TNCC_INLINE real tncc_given(const tncc_stored x)
{
    const uint32_t bits = (uint32_t)x << 16;
    real value;
    memcpy(&value, &bits, sizeof value);
    return value;
}
"""

SPACE = f"{INDENT}real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);"
"""The caller's workspace from where the lines of caches begin."""

LIBRARY = ("SIN", "COS", "SQRT", "FABS")
"""What the C library's functions are called in the text."""


@dataclass(frozen=True, slots=True)
class CFiles:
    """The C file, its header, and what they are called without their endings."""

    stem: str
    code: str
    header: str
    entries: tuple[Entry, ...]

    @property
    def saves(self) -> bool:
        """Whether there are functions that save between the passes."""
        return any(entry.saves for entry in self.entries)

    def saves_at(self, rows: int) -> bool:
        """Whether saving pays for so many rows."""
        return self.saves and pays(self.entries, rows)

    def cycles(self, name: str, rows: int) -> float:
        """About how many cycles a function (`forward`, `apply`, `backward`, …) takes; 0 for one that there is not."""
        return cycles_of(self.entries, name, rows)


def emit_c(network: Network, plan: Plan, version: str, linear: bool = False) -> str:
    """The C file in single precision, a target like any other; raises Failure for what has no kernel."""
    return c_files(network, plan, version).code


def c_files(
    network: Network, plan: Plan, version: str, dtype: Type = "float32", saved: Sequence[Training] = ()
) -> CFiles:
    """A C file that needs nothing but the C library, and its header; raises Failure for what has no kernel.

    `saved` are programs for training that save what pays, for two functions more.
    """
    who = caller(network)
    if any(tensor.complex for tensor in network.tensors):
        raise Failure(NoKernel(network.span, network.name, "it has complex tensors"))
    try:
        found = entries(plan, who, dtype == "bfloat16", saved)
        if not any(pays(found, rows) for rows in plan.planned):
            found = [entry for entry in found if not entry.saves]
    except Unsupported as fault:
        raise Failure(NoKernel(network.span, network.name, str(fault))) from None
    real, ending = TYPES[dtype]
    declared = declarations(found, plan, version, who, dtype)
    inner: list[Function] = []
    known: dict[str, str] = {}
    for entry in found:
        for one in entry.kernels:
            inner += kernel_functions(one.name, one.kernel, who, entry.kept, known)
    text = "\n".join(parted(inner, [*(entry_function(entry, who) for entry in found), *memory_functions(found, who)]))
    head = [
        *declared,
        "",
        *(f"#include <{name}.h>" for name in ("math", "string")),
        f"typedef {who.stem}_real real;",
        f"typedef {who.stem}_stored tncc_stored;",
        *(f"#define {name} {name.lower()}{ending}" for name in LIBRARY),
        *prelude_lines(who.stem),
        *(WIDENING if dtype == "bfloat16" else GIVEN).strip("\n").splitlines(),
        *library_lines(text, real),
    ]
    return CFiles(who.stem, "\n".join(head) + "\n" + text + "\n", "\n".join(declared) + "\n", tuple(found))


def declarations(found: Sequence[Entry], plan: Plan, version: str, who: Caller, dtype: Type) -> list[str]:
    """What the header holds, and the C file begins with, so that either can do without the other."""
    guard = f"TNCC_{who.stem}_H"
    lines = [
        *about(plan, version, who, f"{TYPES[dtype][0]}, stored tensors of {DESCRIBED.get(dtype, dtype)}"),
        f"#ifndef {guard}",
        f"#define {guard}",
        *(f"#include <{name}.h>" for name in ("stddef", "stdint")),
        "",
        f"typedef {TYPES[dtype][0]} {who.stem}_real;",
        f"typedef {STORED.get(dtype, f'{who.stem}_real')} {who.stem}_stored;",
        *struct_lines(who),
        "",
        "#ifdef __cplusplus",
        'extern "C" {',
        "#endif",
    ]
    for name, head in prototypes(found, who):
        lines += ["", *documented(name, who), *wrapped(f"{head};")]
    return [*lines, "", "#ifdef __cplusplus", "}", "#endif", "#endif"]


def wrapped(line: str) -> list[str]:
    """A declaration, its parameters on several lines where it is long."""
    parameters = line.replace(" ", "\0").replace(",\0", ", ")
    lines = textwrap.wrap(parameters, 118, subsequent_indent=INDENT, break_long_words=False, break_on_hyphens=False)
    return [one.replace("\0", " ") for one in lines]


def prototypes(found: Sequence[Entry], who: Caller) -> list[tuple[str, str]]:
    """Every function for callers: what it is for, and its head."""
    sizes = ", ".join(size_parameters(who))
    heads = [
        ("packed_bytes", f"size_t {who.stem}_packed_bytes(void)"),
        ("workspace_bytes", f"size_t {who.stem}_workspace_bytes({sizes}, const int threads)"),
        *([("saved_bytes", f"size_t {who.stem}_saved_bytes({sizes})")] if any(entry.saves for entry in found) else []),
        ("pack", f"void {who.stem}_pack(const {who.stem}_weights *weights, {who.stem}_real *packed, void *workspace)"),
    ]
    for entry in found:
        heads.append((entry.kind, f"void {entry.name}({', '.join(parameters(entry, who))})"))
    return heads


def size_parameters(who: Caller) -> list[str]:
    """The parameters for the rows and other run-time sizes."""
    return [f"const int64_t {name}" for name in who.symbols.values()]


def parameters(entry: Entry, who: Caller) -> list[str]:
    """The parameters of a function for callers."""
    real = f"{who.stem}_real"
    found = size_parameters(who)
    found += [f"const {real} *{name}" for name in who.inputs.values()]
    found.append(f"const {real} *packed" if entry.kept else f"const {who.stem}_weights *weights")
    if entry.kind == "backward_saved":
        found.append(f"const {real} *saved")
    if entry.backward:
        found += [f"const {real} *d_{name}" for name in who.outputs.values()]
        found += [f"{real} *d_{name}" for name in who.inputs.values()]
        found.append(f"const {who.stem}_gradients *gradients")
    else:
        found += [f"{real} *{name}" for name in who.outputs.values()]
    if entry.kind == "forward_saving":
        found.append(f"{real} *saved")
    return [*found, "void *workspace", "const int threads"]


def entry_function(entry: Entry, who: Caller) -> Function:
    """The function that callers call: it finds the kernel for the number of rows."""
    head = f"void {entry.name}({', '.join(parameters(entry, who))})"
    lines = [SPACE]
    offset = "0"
    sizes = ", ".join(who.symbols.values())
    for number, serving in enumerate(entry.kernels):
        one = serving.kernel
        later = number + 1 < len(entry.kernels)
        guard = f"if (rows < {entry.kernels[number + 1].rows}) " if later else ""
        given = [given_to(name, serving, who) for name in inputs_of(one, who)]
        out = [taken_from(result.name, entry, serving, who) for result in one.results]
        constant, shared = (sum_code(one.sizes.get(r, (0,)), Names(who.symbols)) for r in ("constant", "shared"))
        memory = f"(real *)packed + {offset}, out" if entry.kept else "0, out"
        lines += [
            f"{INDENT}{guard}{{",
            f"{INDENT * 2}const real *const in[] = {{{', '.join(given) or '0'}}};",
            f"{INDENT * 2}real *const out[] = {{{', '.join(out) or '0'}}};",
            f"{INDENT * 2}{serving.name}({sizes}, in, {'0' if entry.kept else 'weights'}, {memory}, "
            f"space, space + {shared}, threads);",
            *(zero_lines(one, who) if entry.backward else []),
            *([f"{INDENT * 2}return;"] if later else []),
            f"{INDENT}}}",
        ]
        offset = f"{offset} + {constant}"
    return Function((), (head,), ("{", *lines, *unused_lines(entry, who, "\n".join(lines)), "}"))


def unused_lines(entry: Entry, who: Caller, body: str) -> list[str]:
    """What keeps compilers from complaining about parameters that a network has no use for."""
    names = [re.split(r"\W+", parameter)[-1] for parameter in parameters(entry, who)]
    unused = [name for name in names if not re.search(rf"\b{name}\b", body)]
    return [f"{INDENT}{', '.join(f'(void){name}' for name in unused)};"] if unused else []


def given_to(name: str, serving: Serving, who: Caller) -> str:
    """The parameter that holds a tensor that comes with a call."""
    if name in who.inputs:
        return who.inputs[name]
    if name in serving.saved:
        return f"saved + {saved_offset(name, serving, who)}"
    return f"d_{list(who.outputs.values())[serving.seeds.index(name)]}"


def saved_offset(name: str, serving: Serving, who: Caller) -> str:
    """Where an array lies among those that are saved."""
    before = list(serving.saved.items())[: list(serving.saved).index(name)]
    return sum_code(tuple(product(*shape) for _, shape in before), Names(who.symbols))


def taken_from(name: str, entry: Entry, serving: Serving, who: Caller) -> str:
    """The parameter that a result is written to."""
    if name in serving.saved:
        return f"saved + {saved_offset(name, serving, who)}"
    if not entry.backward:
        return who.outputs[name]
    return f"d_{who.inputs[name]}" if name in who.inputs else f"gradients->{who.stored[name]}"


def zero_lines(one: Kernel, who: Caller) -> list[str]:
    """Zeros for the gradients of tensors that no output depends on."""
    made = {result.name for result in one.results}
    lines = []
    for tensor in who.network.tensors:
        if tensor.name in made or tensor.role not in ("input", "parameter"):
            continue
        target = (
            f"d_{who.inputs[tensor.name]}" if tensor.name in who.inputs else f"gradients->{who.stored[tensor.name]}"
        )
        size = " * ".join(axis_code(tensor, place, who) for place in range(len(tensor.axes))) or "1"
        lines.append(f"{INDENT * 2}if ({target}) memset({target}, 0, (size_t)({size}) * sizeof(real));")
    return lines


def axis_code(tensor: Tensor, place: int, who: Caller) -> str:
    """The extent of a tensor's axis as an expression; one without indices follows from what is bound to it."""
    axis, names = tensor.axes[place], Names(who.symbols)
    if axis.indices == (BATCH,):
        return names.number(ROWS)
    if not axis.dynamic:
        return str(axis.size)
    if axis.indices:
        known = {index.name: symbol(index.name) if index.dynamic else index.size for index in who.network.indices}
        return names.number(product(*(known[name] for name in axis.indices)))
    bound = next(b for b in who.network.bindings if (b.input, b.axis) == (tensor.name, place - len(tensor.axes)))
    return f"({names.number(symbol(bound.index))} * {bound.over} / {bound.times})"


def memory_functions(found: Sequence[Entry], who: Caller) -> list[Function]:
    """How much memory callers have to give, and the function that packs the weights."""
    kept = next(entry for entry in found if entry.kept)
    saved = next((entry for entry in found if entry.saves), None)
    after = [] if saved is None else [saved_bytes_function(saved, who)]
    return [*packing_functions(kept, who), workspace_function(found, who), *after]


def packing_functions(kept: Entry, who: Caller) -> list[Function]:
    """How much memory packed weights take, and what packs them for every kernel that serves."""
    names = Names(who.symbols)
    constants = [sum_code(one.kernel.sizes.get("constant", (0,)), names) for one in kept.kernels]
    size = f"{INDENT}return sizeof(real) * ((size_t){' + '.join(constants)});"
    lines = [SPACE]
    offset = "0"
    for serving, constant in zip(kept.kernels, constants, strict=True):
        lines.append(f"{INDENT}{serving.name}_pack(weights, packed + {offset}, space);")
        offset = f"{offset} + {constant}"
    head = f"void {who.stem}_pack(const {who.stem}_weights *weights, real *packed, void *workspace)"
    return [
        Function((), (f"size_t {who.stem}_packed_bytes(void)",), ("{", size, "}")),
        Function((), (head,), ("{", *lines, "}")),
    ]


def workspace_function(found: Sequence[Entry], who: Caller) -> Function:
    """How much memory any of the functions needs for a call."""
    names = Names(who.symbols)
    lines = [f"{INDENT}size_t most = 0;"]
    for entry in found:
        for serving in entry.kernels:
            one = serving.kernel
            own = " + ".join(sum_code(one.sizes.get(region, (0,)), names) for region in ("scratch", "total"))
            shared = sum_code(one.sizes.get("shared", (0,)), names)
            lines += [
                f"{INDENT}{{",
                f"{INDENT * 2}const size_t size = (size_t)({shared}) + (size_t)threads * (size_t)({own});",
                f"{INDENT * 2}most = size > most ? size : most;",
                f"{INDENT}}}",
            ]
    lines += [_unused_sizes(who), f"{INDENT}return most * sizeof(real) + 64;"]
    head = f"size_t {who.stem}_workspace_bytes({', '.join(size_parameters(who))}, const int threads)"
    return Function((), (head,), ("{", *lines, "}"))


def saved_bytes_function(entry: Entry, who: Caller) -> Function:
    """How much is saved between the passes."""
    names = Names(who.symbols)
    lines = [_unused_sizes(who)]
    for number, serving in enumerate(entry.kernels):
        count = sum_code(tuple(product(*shape) for shape in serving.saved.values()), names)
        later = entry.kernels[number + 1 :]
        guard = f"if (rows < {later[0].rows}) " if later else ""
        lines.append(f"{INDENT}{guard}return sizeof(real) * (size_t)({count});")
    head = f"size_t {who.stem}_saved_bytes({', '.join(size_parameters(who))})"
    return Function((), (head,), ("{", *lines, "}"))


def _unused_sizes(who: Caller) -> str:
    """What keeps compilers from complaining about run-time sizes that are not used."""
    return f"{INDENT}{', '.join(f'(void){name}' for name in who.symbols.values())};"

"""Writes a network's programs as one C file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tncc.backends.c.kernel import Kernel, kernel
from tncc.backends.c.naming import Caller, caller
from tncc.backends.c.prelude import PRELUDE
from tncc.backends.c.printing import INDENT, Names, library_lines
from tncc.backends.c.running import inputs_of, kernel_lines, sum_code
from tncc.ir.network import Network, sizes_at
from tncc.ir.plan import Plan
from tncc.ir.program import Program

Type = Literal["float32", "float64"]

TYPES: dict[Type, tuple[str, str]] = {"float32": ("float", "f"), "float64": ("double", "")}
"""The C type of each type of numbers, and what the C library's functions for it end with."""

LIBRARY = ("EXP", "LOG", "SIN", "COS", "TANH", "ERF", "SQRT", "FABS")
"""What the C library's functions are called in the text."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One function for callers: the kernels that serve it, each from a number of rows on, and whether it packs."""

    name: str
    kernels: tuple[tuple[int, str, Kernel], ...]
    kept: bool


def entries(plan: Plan, who: Caller) -> list[Entry]:
    """The functions: forward with packed weights, forward from the weights as they are, and backward."""
    network = who.network
    inputs = [tensor.name for tensor in network.inputs]
    copies = [tensor.name for tensor in network.tensors if tensor.role == "copy"]
    kept = plan.inference or plan.forward
    found = [
        _entry("forward", [(one.rows, one.program) for one in kept], inputs, copies, True, plan, who),
        _entry("apply", [(one.rows, one.program) for one in plan.forward], inputs, copies, False, plan, who),
    ]
    trained = [one for one in plan.training if not one.saved and not one.missing]
    if trained and len(trained) == len(plan.training):
        given, deltas = [*inputs, *trained[0].seeds], [*copies, *trained[0].copies]
        programs = [(one.rows, one.backward) for one in trained]
        found.append(_entry("backward", programs, given, deltas, False, plan, who))
    return found


def _entry(
    name: str,
    programs: Sequence[tuple[int, Program]],
    inputs: Sequence[str],
    deltas: Sequence[str],
    kept: bool,
    plan: Plan,
    who: Caller,
) -> Entry:
    kernels = []
    for number, (rows, program) in enumerate(programs):
        end = programs[number + 1][0] - 1 if number + 1 < len(programs) else max(rows, *plan.planned)
        sizes = sizes_at(who.network, min(end, max(rows, *plan.planned)))
        kernels.append((rows, f"{who.stem}_{name}{number}", kernel(program, sizes, inputs, deltas, kept)))
    return Entry(f"{who.stem}_{name}", tuple(kernels), kept)


def emit_c(network: Network, plan: Plan, version: str, dtype: Type = "float32") -> str:
    """The C file; raises Unsupported for what has no kernel."""
    who = caller(network)
    real, ending = TYPES[dtype]
    found = entries(plan, who)
    code: list[str] = []
    for entry in found:
        for _, name, one in entry.kernels:
            code += kernel_lines(name, one, who, entry.kept)
    for entry in found:
        code += entry_lines(entry, who)
    code += memory_lines(found, who)
    text = "\n".join(code)
    head = [
        f"/* {who.stem}, by tncc {version}. */",
        *(f"#include <{name}.h>" for name in ("math", "stddef", "stdint", "string")),
        "",
        f"typedef {real} real;",
        *(f"#define {name} {name.lower()}{ending}" for name in LIBRARY),
        *PRELUDE.splitlines(),
        *library_lines(text),
        "",
        *struct_lines(who),
    ]
    return "\n".join(head) + "\n" + text + "\n"


def struct_lines(who: Caller) -> list[str]:
    """The structs of the stored tensors and of their gradients."""
    lines = []
    for kind, const in (("weights", "const "), ("gradients", "")):
        fields = [f"{INDENT}{const}real *{name};" for name in who.stored.values()]
        lines += ["typedef struct {", *(fields or [f"{INDENT}{const}real *none;"]), f"}} {who.stem}_{kind};"]
    return lines


def parameters(entry: Entry, who: Caller) -> list[str]:
    """The parameters of a function for callers."""
    found = [f"const int64_t {name}" for name in who.symbols.values()]
    found += [f"const real *{name}" for name in who.inputs.values()]
    found.append("const real *packed" if entry.kept else f"const {who.stem}_weights *weights")
    if entry.name.endswith("backward"):
        found += [f"const real *d_{name}" for name in who.outputs.values()]
        found += [f"real *d_{name}" for name in who.inputs.values()]
        found.append(f"const {who.stem}_gradients *gradients")
    else:
        found += [f"real *{name}" for name in who.outputs.values()]
    return [*found, "void *workspace", "const int threads"]


def entry_lines(entry: Entry, who: Caller) -> list[str]:
    """The function that callers call: it finds the kernel for the number of rows."""
    lines = ["", f"void {entry.name}({', '.join(parameters(entry, who))})", "{"]
    lines.append(f"{INDENT}real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);")
    offset = "0"
    sizes = ", ".join(who.symbols.values())
    for number, (rows, name, one) in enumerate(entry.kernels):
        later = number + 1 < len(entry.kernels)
        guard = f"if (rows < {entry.kernels[number + 1][0]}) " if later else ""
        seeds = [name for name in inputs_of(one, who) if name not in who.inputs]
        given = [who.inputs[n] if n in who.inputs else _seed(seeds.index(n), who) for n in inputs_of(one, who)]
        out = [who.outputs.get(result.name) or "" for result in one.results]
        if entry.name.endswith("backward"):
            out = [
                f"d_{who.inputs[result.name]}" if result.name in who.inputs else f"gradients->{who.stored[result.name]}"
                for result in one.results
            ]
        constant = sum_code(one.sizes.get("constant", (0,)), Names(who.symbols))
        space = "space" if entry.kept else f"space + {constant}"
        weights = "0" if entry.kept else "weights"
        memory = f"(real *)packed + {offset}" if entry.kept else "space"
        lines += [
            f"{INDENT}{guard}{{",
            f"{INDENT * 2}const real *const in[] = {{{', '.join(given) or '0'}}};",
            f"{INDENT * 2}real *const out[] = {{{', '.join(out) or '0'}}};",
            f"{INDENT * 2}{name}({sizes}, in, {weights}, {memory}, out, {space}, threads);",
            *([f"{INDENT * 2}return;"] if later else []),
            f"{INDENT}}}",
        ]
        offset = f"{offset} + {constant}"
        del rows
    return [*lines, "}"]


def _seed(number: int, who: Caller) -> str:
    return f"d_{list(who.outputs.values())[number]}"


def memory_lines(found: Sequence[Entry], who: Caller) -> list[str]:
    """How much memory callers have to give, and the function that packs the weights."""
    names = Names(who.symbols)
    lines: list[str] = []
    kept = next(entry for entry in found if entry.kept)
    constants = [sum_code(one.sizes.get("constant", (0,)), names) for _, _, one in kept.kernels]
    lines += [
        "",
        f"size_t {who.stem}_packed_bytes(void)",
        "{",
        f"{INDENT}return sizeof(real) * ({' + '.join(constants)});",
        "}",
        "",
        f"void {who.stem}_pack(const {who.stem}_weights *weights, real *packed, void *workspace)",
        "{",
        f"{INDENT}real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);",
    ]
    offset = "0"
    for (_, name, _), constant in zip(kept.kernels, constants, strict=True):
        lines.append(f"{INDENT}{name}_pack(weights, packed + {offset}, space);")
        offset = f"{offset} + {constant}"
    sizes = ", ".join(f"const int64_t {name}" for name in who.symbols.values())
    lines += [
        "}",
        "",
        f"size_t {who.stem}_workspace_bytes({sizes}, const int threads)",
        "{",
        f"{INDENT}size_t most = 0;",
    ]
    for entry in found:
        for _, _, one in entry.kernels:
            own = " + ".join(sum_code(one.sizes.get(region, (0,)), names) for region in ("scratch", "total"))
            constant = "0" if entry.kept else sum_code(one.sizes.get("constant", (0,)), names)
            lines += [
                f"{INDENT}{{",
                f"{INDENT * 2}const size_t size = (size_t)({constant}) + (size_t)threads * (size_t)({own});",
                f"{INDENT * 2}most = size > most ? size : most;",
                f"{INDENT}}}",
            ]
    unused = ", ".join(f"(void){name}" for name in who.symbols.values())
    return [*lines, f"{INDENT}{unused};", f"{INDENT}return most * sizeof(real) + 64;", "}"]

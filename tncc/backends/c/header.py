"""The header of a generated C file: every function for callers, with shapes, ownership, and how to compile it."""

from collections.abc import Sequence

from tncc.backends.c.naming import Caller
from tncc.backends.header import axes_text
from tncc.backends.literals import tuple_code
from tncc.backends.tensors import stored_tensors
from tncc.ir.network import BATCH
from tncc.ir.plan import Plan

ASCII = {"…": "...", "×": "x", "→": "->"}


def comment(text: str) -> str:
    """A text that can end no comment, begin none, and hold nothing but printable ASCII."""
    for old, new in ASCII.items():
        text = text.replace(old, new)
    plain = "".join(c if c.isascii() and c.isprintable() and c not in "\\?" else "_" for c in text)
    return plain.replace("*/", "*_/").replace("/*", "/_*")


def struct_lines(who: Caller) -> list[str]:
    """The structs of the stored tensors and of their gradients."""
    stored = stored_tensors(who.network)
    lines: list[str] = []
    for kind, of, what in (
        ("weights", f"const {who.stem}_stored", "The stored tensors, row-major, each with its axes as declared."),
        (
            "gradients",
            f"{who.stem}_real",
            "Where the gradients of the stored tensors go, row-major; NULL for one that is not wanted.",
        ),
    ):
        lines += ["", f"/* {what} */", "typedef struct {"]
        for tensor in stored:
            shape = comment(f"{tensor.name}: {axes_text(tensor.axes)}{', frozen' if tensor.role == 'frozen' else ''}")
            lines.append(f"    {of} *{who.stored[tensor.name]}; /* {shape} */")
        if not stored:
            lines.append(f"    {of} *none;")
        lines.append(f"}} {who.stem}_{kind};")
    return lines


def about(plan: Plan, version: str, who: Caller, real: str) -> list[str]:
    """What a file says of itself, as one comment."""
    network = who.network
    counts = ", ".join(map(str, plan.planned))
    lines = [
        f"{network.name}, compiled from {network.file or 'text'} by tncc {version}, for {counts} rows.",
        "",
        *network.doc.strip().splitlines(),
        "" if network.doc.strip() else None,
        "Compile with: cc -std=c11 -O3 -march=native -ffp-contract=fast -fno-math-errno -fno-trapping-math -fopenmp",
        "-c FILE.c (OpenMP or not).",
        "",
        f"All arrays are row-major, of {real}, and the caller's;",
        "none may overlap one that is written. `rows` is the product of all leading axes, 0 or more; each input and",
        "output with leading axes has so many rows.",
        *(f"Input {who.inputs[tensor.name]}: {axes_text(tensor.axes)}" for tensor in network.inputs),
        *(
            f"Output {who.outputs[one.name]}: {tuple_code((BATCH, *one.shape) if one.batched else one.shape)}"
            for one in plan.straight.results
        ),
        "",
        "Arrays may lie anywhere that the type's alignment allows; 64-byte boundaries are fastest. `workspace` is",
        f"scratch memory of {who.stem}_workspace_bytes(rows, ..., threads) bytes or more, for one call at a time.",
        "Nothing is allocated and nothing kept: calls on different workspaces may run at once. `threads`, 1 or more,",
        "is how many threads share the rows; for each number of them, results are the same in every run.",
    ]
    text = [comment(line) for line in lines if line is not None]
    return ["/*", *(f" * {line}".rstrip() for line in text), " */"]


def documented(name: str, who: Caller) -> list[str]:
    """What a function does, as a comment."""
    texts: dict[str, Sequence[str]] = {
        "forward": (f"The outputs, from weights that {who.stem}_pack has packed.",),
        "apply": ("The outputs, from the weights as they are: for weights that change from call to call.",),
        "backward": (
            "The gradients of a loss, given those with respect to the outputs (d_ before their names). What it needs",
            "of the forward pass is computed again, tile by tile. Gradients are written, not added to.",
        ),
        "forward_saving": (
            "The outputs, and what the backward pass would else compute again, into memory of",
            f"{who.stem}_saved_bytes(rows, ...) bytes.",
        ),
        "backward_saved": (
            f"The same as {who.stem}_backward, from what {who.stem}_forward_saving has saved for the same inputs,",
            "weights and rows.",
        ),
        "saved_bytes": (f"The bytes that {who.stem}_forward_saving saves; they may be none.",),
        "pack": (
            f"Packs the weights for {who.stem}_forward, into memory of {who.stem}_packed_bytes() bytes.",
            "The workspace may be that of a call without rows.",
        ),
        "packed_bytes": ("The bytes of packed weights.",),
        "workspace_bytes": ("The bytes that any function of this file needs as its workspace.",),
    }
    lines = texts[name]
    if len(lines) == 1:
        return [f"/* {lines[0]} */"]
    return [f"/* {lines[0]}", *(f"   {line}" for line in lines[1:-1]), f"   {lines[-1]} */"]

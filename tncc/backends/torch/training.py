"""Planned gradients: an autograd function for each pair of a forward and a backward program."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from tncc.backends.tensors import stored_tensors
from tncc.backends.torch.functions import REST, Key, Printed, Printer
from tncc.backends.torch.plan import Plan
from tncc.backends.wrapping import INDENT, WIDTH, bracketed
from tncc.ir.network import values_from
from tncc.ir.plan import Training

TWICE = INDENT * 2


@dataclass(frozen=True, slots=True)
class Trained:
    """An autograd function with the functions of its two programs; `symbols` are the run-time sizes it takes."""

    name: str
    forward: Printed
    backward: Printed
    symbols: tuple[str, ...]


def printed_training(plan: Plan, frozen: Collection[str], straight: Printed) -> tuple[Trained, ...]:
    """The functions of all training variants; `straight` is what they leave second derivatives to."""
    made = []
    for number, one in enumerate(plan.programs.training):
        tile = f"{one.backward.tile} rows at a time" if one.backward.tile else "all rows at once"
        kept = f", {len(one.saved)} arrays saved" if one.saved else ""
        forward = Printer(plan, f"_training_{number}", one.forward, frozen, f"Forwards from {one.rows} rows on.")
        doc, pieces = f"Gradients, {tile}{kept}.", one.pieces if one.backward.tile else ()
        backward = Printer(plan, f"_backward_{number}", one.backward, frozen, doc, needs=True, pieces=pieces)
        made.append((f"_Training_{number}", forward.printed(), backward.printed()))
    every = [straight, *(printed for _, *pair in made for printed in pair)]
    keys = tuple(dict.fromkeys(key for printed in every for kind, key in printed.arguments if kind == "symbol"))
    return tuple(Trained(name, forward, backward, keys) for name, forward, backward in made)


def training_lines(plan: Plan, trained: Trained, one: Training) -> list[str]:
    """The autograd function: what it saves is the inputs, the stored tensors, and what the plan says."""
    tensors = [*plan.network.inputs, *stored_tensors(plan.network)]
    names = plan.names()
    code: dict[Key, str] = {("tensor", tensor.name): names.claim(tensor.name) for tensor in tensors}
    own = [code["tensor", tensor.name] for tensor in tensors]
    code |= {("symbol", key): f"sizes[{place}]" for place, key in enumerate(trained.symbols)}
    code["like", ""] = code["tensor", plan.like.name] if plan.like is not None else "torch.empty(())"
    lines = [
        "", "", f"class {trained.name}(torch.autograd.Function):",
        f'{INDENT}"""Gradients as planned from {one.rows} row{"s" * (one.rows != 1)} on."""',
        "", f"{INDENT}@staticmethod",
        *bracketed(f"{INDENT}def forward(", ["ctx", "sizes", "kept", "constants", *own], "):", INDENT),
    ]  # fmt: skip
    forward_code = code | {("array", name): f"kept[{place}]" for place, name in enumerate(trained.forward.kept)}
    call = [forward_code[argument] for argument in trained.forward.arguments]
    lines += bracketed(f"{TWICE}results = {trained.forward.name}(", call, ")", TWICE)
    count = len(plan.programs.straight.results)
    inputs, stored = own[: len(plan.network.inputs)], own[len(plan.network.inputs) :]
    saved = [f"*results[{count}:]"] if one.saved else []
    lines += bracketed(f"{TWICE}ctx.save_for_backward(", [*inputs, *saved], ")", TWICE)
    lines += bracketed(f"{TWICE}ctx.stored = _Stored(", stored, ")", TWICE)
    trained_values = values_from(plan.network, [t.name for t in tensors if t.role != "frozen"])
    fixed = [f"results[{place}]" for place, name in enumerate(plan.network.outputs) if name not in trained_values]
    if fixed:
        lines += bracketed(f"{TWICE}ctx.mark_non_differentiable(", fixed, ")", TWICE)
    lines += [
        f"{TWICE}ctx.sizes, ctx.constants = sizes, constants",
        f"{TWICE}ctx.autocast = _autocast_of({own[0]})",
        f"{TWICE}return results[:{count}]",
    ]
    return [*lines, *backward_lines(plan, trained, one, code, own)]


def backward_lines(plan: Plan, trained: Trained, one: Training, code: dict[Key, str], own: Sequence[str]) -> list[str]:
    """The backward method; differentiated itself, it leaves the gradients to autograd on the straight program."""
    tensors = [*plan.network.inputs, *stored_tensors(plan.network)]
    wanted = {result.name: place for place, result in enumerate(one.backward.results)}
    places = {tensor.name: place for place, tensor in enumerate(tensors)}
    code = code | {("tensor", seed): f"grads[{place}]" for place, seed in enumerate(one.seeds)}
    code |= {("tensor", name): f"saved[{place}]" for place, name in enumerate(one.saved)}
    code["pieces", ""] = f"saved[{len(one.saved) - len(one.pieces)}:]"
    code |= {("array", name): f"constants[{place}]" for place, name in enumerate(trained.backward.kept)}
    code |= {("need", name): f"needs[{places[name]}]" for name in wanted}
    code["need", REST] = f"any(needs[{len(plan.network.inputs)}:])"
    inputs, stored = own[: len(plan.network.inputs)], own[len(plan.network.inputs) :]
    lines = ["", f"{INDENT}@staticmethod", f"{INDENT}def backward(ctx, *grads):"]
    lines += unpacked([*inputs, *(["*saved"] if one.saved else [])], "ctx.saved_tensors")
    lines += unpacked(stored, "ctx.stored.tensors()")
    inner = TWICE + INDENT
    rest = [f"{TWICE}if torch.is_grad_enabled():", *bracketed(f"{inner}tensors = (", list(own), *closing(own), inner)]
    rest.append(f"{inner}return (None, None, None, *_again(ctx, grads, tensors, needs))")
    rest.append(f"{TWICE}with ctx.autocast:")
    call = [code[argument] for argument in trained.backward.arguments]
    rest += bracketed(f"{TWICE}{INDENT}found = {trained.backward.name}(", call, ")", TWICE + INDENT)
    ordered = [f"found[{wanted[tensor.name]}]" if tensor.name in wanted else "None" for tensor in tensors]
    text = "\n".join(rest)
    lines += [f"{TWICE}{name} = ctx.{name}" for name in ("sizes", "constants") if f"{name}[" in text]
    lines.append(f"{TWICE}needs = ctx.needs_input_grad[3:]")
    results = ["None", "None", "None", *ordered]
    ending = [f"{TWICE}return ({', '.join(results)})"]
    if len(ending[0]) > WIDTH:
        # Formatters lay out a tuple with one item a line.
        ending = [f"{TWICE}return (", *(f"{TWICE}{INDENT}{result}," for result in results), f"{TWICE})"]
    return [*lines, *rest, *ending]


def closing(items: Sequence[str]) -> tuple[str]:
    """What ends a tuple: with a comma where that makes it one."""
    return (",)" if len(items) == 1 else ")",)


def unpacked(targets: Sequence[str], code: str) -> list[str]:
    """The assignment of a tuple to variables; nothing where there are none."""
    if not targets:
        return []
    if len(targets) == 1:
        return [f"{TWICE}({targets[0]},) = {code}"]
    line = f"{TWICE}{', '.join(targets)} = {code}"
    return [line] if len(line) <= WIDTH else bracketed(f"{TWICE}(", list(targets), f") = {code}", TWICE)


def differentiable_lines(plan: Plan, functions: Sequence[Trained], straight: Printed) -> list[str]:
    """The straight program as a function of all tensors, for second derivatives; `sizes` are those of `functions`."""
    tensors = [*plan.network.inputs, *stored_tensors(plan.network)]
    names = plan.names()
    code: dict[Key, str] = {("tensor", tensor.name): names.claim(tensor.name) for tensor in tensors}
    own = list(code.values())
    code |= {("symbol", key): f"sizes[{place}]" for place, key in enumerate(symbols_of(functions))}
    code["like", ""] = code["tensor", plan.like.name] if plan.like is not None else "torch.empty(())"
    lines = ["", "", *bracketed("def _differentiable(", ["sizes", *own], "):", "")]
    lines.append(f'{INDENT}"""All results as autograd sees them."""')
    if straight.constants is not None:
        arguments = [code[argument] for argument in straight.constants.arguments]
        lines += bracketed(f"{INDENT}kept = {straight.constants.name}(", arguments, ")", INDENT)
    code |= {("array", name): f"kept[{place}]" for place, name in enumerate(straight.kept)}
    arguments = [code[argument] for argument in straight.arguments]
    return [*lines, *bracketed(f"{INDENT}return {straight.name}(", arguments, ")", INDENT)]


def symbols_of(functions: Sequence[Trained]) -> tuple[str, ...]:
    """The run-time sizes that autograd functions take, the same for all."""
    return functions[0].symbols if functions else ()

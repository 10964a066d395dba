"""Writes a network's programs as a Python module with Triton kernels, and one `torch.nn.Module` that launches them."""

from collections.abc import Sequence

from tncc.backends.header import origin
from tncc.backends.library import library_lines
from tncc.backends.naming import Names, docstring
from tncc.backends.torch.forward import Functions, Writer, any_of
from tncc.backends.torch.functions import Printer
from tncc.backends.torch.module import assembled, code_lines
from tncc.backends.torch.plan import STRAIGHT, Plan
from tncc.backends.torch.training import Trained
from tncc.backends.triton.arithmetic import FUNCTIONS
from tncc.backends.triton.launcher import Launcher
from tncc.backends.triton.library import CONFIGURATIONS, IMPORTS, LIBRARY, NAMES
from tncc.backends.triton.limits import check_limits
from tncc.backends.triton.partition import Kernel, partitioned, seconds
from tncc.backends.triton.source import Sources
from tncc.backends.triton.tiles import SHARED_LIMIT
from tncc.backends.wrapping import INDENT, bracketed
from tncc.ir import plan as ir
from tncc.ir.extent import symbol
from tncc.ir.network import Network, takes_rows
from tncc.ir.program import ROWS, Loop, Program

TWICE = INDENT * 2
THRICE = INDENT * 3
KERNELS = "_kernel_"
NOTE = (
    "The kernels serve float32, float16 and bfloat16 on a GPU; anything else, compilers and transforms",
    "get the same results from plain PyTorch. Second derivatives do, too.",
    f"A kernel's programs use at most {SHARED_LIMIT // 1024} KiB of shared memory.",
)


def emit_triton(network: Network, programs: ir.Plan, version: str, linear: bool = False) -> str:
    """A module that imports torch and triton; its class is built as `Name(dtype=None, device=None)`.

    Of the programs planned the ones are taken that are predicted to be fastest as kernels for the largest number of
    rows planned for. Raises Failure for networks that Triton cannot compute.
    """
    check_limits(network)
    rows = max(programs.planned)
    copies = Plan(network, programs).copies
    forward, kernels = chosen_forward(programs, copies, rows)
    training = chosen_training(programs, copies, rows)
    kept = programs.model_copy(
        update={"inference": (), "forward": (), "training": tuple(one for one, _, _ in training[:1])}
    )
    sources = Sources({})
    plan = Plan(network, kept, reserved(len(kernels) + sum(len(a) + len(b) for _, a, b in training)))
    sources.identifiers = identifiers(plan)
    functions = printed(plan, sources, (forward, kernels), training)
    code = code_lines(plan, functions, linear, KernelWriter)
    code += ["", "", *CONFIGURATIONS, *library_lines(FUNCTIONS, sources.lines), *sources.lines]
    code += library_lines(LIBRARY, code)
    head = docstring([*origin(network, programs, version), "", *NOTE], "")
    return assembled(plan, head, "\n".join(code) + "\n", ["", *IMPORTS])


def reserved(count: int) -> tuple[str, ...]:
    """The globals that kernels bring with them."""
    return (*NAMES, *FUNCTIONS, "_forward", "_backward", "_training", *(f"{KERNELS}{place}" for place in range(count)))


def identifiers(plan: Plan) -> dict[str, str]:
    """What run-time sizes are called in kernels."""
    names = Names(("triton", "tl"))
    keys = [(ROWS, "rows"), *((symbol(i.name), i.name) for i in plan.network.indices if i.dynamic)]
    return {key: names.claim(wanted) for key, wanted in keys}


def chosen_forward(programs: ir.Plan, copies: frozenset[str], rows: int) -> tuple[Program, tuple[Kernel, ...]]:
    """The program whose kernels are predicted to be fastest, and these."""
    options = [programs.straight, *(variant.program for variant in programs.forward)]
    whole = [program.model_copy(update={"tile": 0}) for program in options if not has_loops(program)]
    found = [(program, partitioned(program, copies, rows)) for program in dict.fromkeys(whole)]
    return min(found, key=lambda one: seconds(one[1]))


def chosen_training(
    programs: ir.Plan, copies: frozenset[str], rows: int
) -> list[tuple[ir.Training, tuple[Kernel, ...], tuple[Kernel, ...]]]:
    """The pair of programs whose kernels are predicted to be fastest, alone; none where there is no pair."""
    found = []
    for one in programs.training:
        if has_loops(one.forward) or has_loops(one.backward):
            continue
        parts = {name: getattr(one, name).model_copy(update={"tile": 0}) for name in ("forward", "backward")}
        forward, backward = (partitioned(program, copies, rows) for program in parts.values())
        found.append((one.model_copy(update=parts), forward, backward))
    return [min(found, key=lambda one: seconds(one[1]) + seconds(one[2]))] if found else []


def has_loops(program: Program) -> bool:
    """Whether results are made part by part, as a limit on memory asks for."""
    return any(isinstance(instruction, Loop) for instruction in program.instructions)


def printed(
    plan: Plan,
    sources: Sources,
    forward: tuple[Program, tuple[Kernel, ...]],
    training: Sequence[tuple[ir.Training, tuple[Kernel, ...], tuple[Kernel, ...]]],
) -> Functions:
    """All functions of the module; the straight program is printed as the torch back end does it."""
    frozen = [tensor.name for tensor in plan.network.tensors if tensor.role == "frozen"]
    straight = Printer(plan, STRAIGHT, plan.programs.straight, frozen, "All rows at once, by torch alone.").printed()
    main = Launcher(plan, "_forward", *forward, sources, "All results, by kernels.").printed()
    trained = []
    for one, kernels, gradients in training:
        there = Launcher(plan, "_training", one.forward, kernels, sources, "What gradients need, too.").printed()
        back = Launcher(plan, "_backward", one.backward, gradients, sources, "Gradients.", needs=True).printed()
        every = [key for function in (straight, there, back) for kind, key in function.arguments if kind == "symbol"]
        trained.append(Trained("_Training", there, back, tuple(dict.fromkeys(every))))
    return Functions(straight, (), (main,), tuple(trained))


class KernelWriter(Writer):
    """Writes `forward` with kernels where they can serve, and torch's straight program elsewhere."""

    def dispatch(self) -> list[str]:
        """Which program runs."""
        functions = self.functions
        inputs, stored = list(self.inputs.values()), list(self.stored.values())
        missing = [self.inputs[name] for one in self.plan.programs.training[:1] for name in one.missing]
        missing += [self.stored[tensor.name] for tensor in self.plan.network.tensors if tensor.role == "frozen"]
        rows = self.symbols[ROWS] if takes_rows(self.plan.network) else "1"
        gradients = [f"{name}.requires_grad" for name in (*inputs, *stored)]
        ready = f"_ready({', '.join([rows, *inputs, *stored])})"
        watched = f"torch.compiler.is_compiling() or _watched({', '.join(inputs)})"
        lines = self.reading(TWICE)
        if functions.straight.constants is None:
            lines += any_of("if ", [*watched.split(" or "), f"not {ready}"], TWICE, ":")
        else:
            lines += [f"{TWICE}if {watched}:", *self.plain_call(functions.straight, THRICE, watched=True)]
            lines += bracketed(f"{TWICE}elif not _ready(", [rows, *inputs, *stored], "):", TWICE)
        lines += self.plain_call(functions.straight, THRICE)
        lines += any_of("elif torch.is_grad_enabled() and (", gradients, TWICE, "):")
        if not functions.training:
            lines += self.plain_call(functions.straight, THRICE)
        elif missing:
            inner = THRICE + INDENT
            lines += any_of("if ", [f"{name}.requires_grad" for name in missing], THRICE, ":")
            lines += [*self.plain_call(functions.straight, inner), f"{THRICE}else:"]
            lines += self.training_call(functions.training[0], inner)
        else:
            lines += self.training_call(functions.training[0], THRICE)
        return [*lines, f"{TWICE}else:", *self.plain_call(functions.forward[0], THRICE)]

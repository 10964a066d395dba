"""Writes a network's program as a Python module with one `torch.nn.Module` class in it."""

import re
from collections.abc import Sequence

from tncc.backends.entrance import error_functions, tables
from tncc.backends.header import description, origin
from tncc.backends.library import library_lines
from tncc.backends.naming import docstring
from tncc.backends.renaming import OWN_NAME, unhidden
from tncc.backends.tensors import stored_tensors
from tncc.backends.torch.dense import dense_lines
from tncc.backends.torch.forward import Functions, Writer, constants_table, forward_lines, printed_functions
from tncc.backends.torch.library import KEEPING, KEEPS_COMPLEX, LIBRARY, container_lines
from tncc.backends.torch.plan import Plan
from tncc.backends.torch.state import registration_lines, reset_lines
from tncc.backends.torch.training import differentiable_lines, training_lines
from tncc.backends.wrapping import INDENT
from tncc.ir import plan as ir
from tncc.ir.network import Network

TWICE = INDENT * 2


def emit_torch(network: Network, programs: ir.Plan, version: str, linear: bool = False) -> str:
    """A module that imports torch and defines the network as a class, built as `Name(dtype=None, device=None)`.

    The class is called `naming.top_level_name(network.name)`. `linear` says that the network is an affine map of its
    one input, which then has a method `to_dense`. Equal arguments give equal text.
    """
    plan = Plan(network, programs)
    code = code_lines(plan, printed_functions(plan), linear)
    head = docstring(origin(network, programs, version), "")
    return assembled(plan, head, "\n".join(code) + "\n")


def code_lines(plan: Plan, functions: Functions, linear: bool, writer: type[Writer] = Writer) -> list[str]:
    """Everything behind the imports; `writer` writes `forward`."""
    network, programs = plan.network, plan.programs
    code = class_lines(plan, functions, linear, writer)
    if any("_Tensors()" in line for line in code):
        code += container_lines(plan.keeps_complex)
    for printed in functions.all:
        code += ["", "", *printed.lines]
    for trained, one in zip(functions.training, programs.training, strict=True):
        code += training_lines(plan, trained, one)
    if functions.training:
        code += differentiable_lines(plan, functions.training, functions.straight)
    if functions.kept:
        code += ["", "", *constants_table(plan, functions)]
    if network.inputs:
        code += ["", "", *tables(network), "", "", *error_functions(network, "torch.broadcast_shapes")]
    if plan.keeps_complex:
        code = [*KEEPS_COMPLEX.strip("\n").splitlines(), "", "", *code]
    return code + library_lines(LIBRARY, code)


def class_lines(plan: Plan, functions: Functions, linear: bool, writer: type[Writer]) -> list[str]:
    """The class with all its methods."""
    base = "_KeepsComplex" if plan.keeps_complex else "nn.Module"
    return [
        f"class {OWN_NAME if plan.hides else plan.class_name}({base}):",
        *docstring(description(plan.network, plan.programs.straight), INDENT),
        *constructor_lines(plan),
        *forward_lines(plan, functions, writer),
        *(KEEPING.rstrip().splitlines() if functions.kept else []),
        *(dense_lines(plan) if linear else []),
    ]


def constructor_lines(plan: Plan) -> list[str]:
    """`__init__` and `reset_parameters`."""
    lines = ["", f"{INDENT}def __init__(self, dtype=None, device=None):", f"{TWICE}super().__init__()"]
    if stored_tensors(plan.network):
        lines.append(f"{TWICE}dtype = torch.get_default_dtype() if dtype is None else dtype")
        lines.append(f'{TWICE}options = {{"dtype": dtype, "device": device}}')
    if plan.keeps_complex:
        dtype = "torch.promote_types(dtype, torch.complex64)"
        lines.append(f'{TWICE}complex_options = {{"dtype": {dtype}, "device": device}}')
    return [
        *lines,
        *registration_lines(plan.network, plan.names(), TWICE),
        f"{TWICE}self.reset_parameters()",
        "",
        f"{INDENT}def reset_parameters(self) -> None:",
        f'{TWICE}"""Draw all tensors anew, from torch\'s global generator."""',
        *reset_lines(plan.network, plan.names(), TWICE),
    ]


def assembled(plan: Plan, head: list[str], code: str, more: Sequence[str] = ()) -> str:
    """The whole file, `more` imports behind torch's. Globals that the class' name would hide have another name."""
    standard = [f"import {name}" for name in ("contextlib", "math", "os") if re.search(rf"\b{name}\.", code)]
    others = ["import torch", "from torch import nn", *more]
    if plan.hides:
        standard, others, code = unhidden(plan.class_name, plan.spare_name, standard, others, code)
    imports = [*standard, "", *others] if standard else others
    return "\n".join([*head, "", *imports, "", "", code])

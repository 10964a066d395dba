"""The whole compiler on one page: text to Network, Network to Schedules, a Program, source code and a report."""

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from os import PathLike, fspath
from typing import TYPE_CHECKING

from tncc.backends import TARGETS
from tncc.backends.c.emit import CFiles, Type, c_files
from tncc.backends.c.naming import caller
from tncc.backends.c.self_test import checking_program
from tncc.compiling import diagnosed
from tncc.diagnostics.diagnostic import CompileError, Diagnostic, Failure
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.size_kinds import BadOption
from tncc.diagnostics.source import Source
from tncc.elaborate.nearest import rename_hint
from tncc.ir.linearity import linear_map
from tncc.ir.machine import Machine
from tncc.ir.network import Network
from tncc.ir.plan import Plan
from tncc.ir.program import Program
from tncc.ir.schedule import Schedule
from tncc.loading import instantiate
from tncc.passes import run_passes
from tncc.planning.kernels import (
    KernelUs,
    cycles_us,
    kernel_plan,
    kernel_planner,
    saving_training,
    training_overhead_us,
)
from tncc.planning.plan import FREEZES, Freeze, Planner
from tncc.planning.variants import variants
from tncc.planning_options import (
    BATCH,
    KernelChoice,
    Options,
    checked_batch,
    kernel_choice,
    option,
    planning_options,
)
from tncc.plans import is_there, plan_key, read_plan, write_plan
from tncc.programs import Origin, elaborated
from tncc.programs import check as check
from tncc.reading import read_program, text_program
from tncc.report.build import build_report
from tncc.report.model import Report
from tncc.version import VERSION
from tncc.watching import Watch, unwatched

if TYPE_CHECKING:
    import torch

    from tncc.kernels.engine import Engine
    from tncc.layers.layer import Layer


@dataclass(frozen=True, eq=False)
class Compiled:
    """A network as elaborated, and what can be made of it; plans are made when first asked for, and kept."""

    network: Network
    options: Options
    origin: Origin
    warnings: tuple[Diagnostic, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    watch: Watch = unwatched
    plans: dict[Freeze, Plan] = field(default_factory=dict, repr=False)
    classes: "dict[tuple[Freeze, KernelChoice], type[Layer]]" = field(default_factory=dict, repr=False)
    kernels: dict[tuple[Freeze, Type], CFiles] = field(default_factory=dict, repr=False)
    engines: dict[tuple[Freeze, Type], "tuple[str, Engine] | None"] = field(default_factory=dict, repr=False)

    @cached_property
    def optimized(self) -> Network:
        """The network behind all passes: what is planned and run."""
        return run_passes(self.network)

    @cached_property
    def planner(self) -> Planner:
        """Chooses the programs for this network."""
        return self._planner(self.options.batch)

    @property
    def program(self) -> Program:
        """The array instructions of a single program: the one for the middle one of the row counts given."""
        return self.planner.straight

    def plan(self, freeze: Freeze = "time") -> Plan:
        """All programs that a module holds; read from the plan file where there is one, and written there if not."""
        if freeze not in FREEZES:
            hint = rename_hint(freeze, FREEZES) or f"choose one of {', '.join(FREEZES)}"
            raise compile_error([BadOption(option("--freeze"), f"`{freeze}` is no way to keep constants", hint)])
        if freeze not in self.plans:
            self.plans[freeze] = self._kept_plan(freeze)
        return self.plans[freeze]

    def source(self, target: str = "torch", freeze: Freeze = "time") -> str:
        """The generated code for a target, which imports nothing of tncc; raises CompileError for an unknown one.

        `freeze` says what inference keeps of what follows from the tensors alone: whatever is fastest ("time"), no
        more than the tensors themselves take ("memory"), or nothing ("off").
        """
        if target not in TARGETS:
            hint = rename_hint(target, TARGETS) or f"the targets are {', '.join(TARGETS)}"
            raise compile_error([BadOption(option("--target"), f"there is no target `{target}`", hint)])
        if target == "c":
            return self.c_files(freeze=freeze).code
        plan = self.plan(freeze)
        with diagnosed(self.sources):
            return TARGETS[target](self.optimized, plan, VERSION, linear_map(self.network) is not None)

    def module(
        self,
        dtype: "torch.dtype | None" = None,
        device: "torch.device | str | None" = None,
        freeze: Freeze = "time",
        kernels: "KernelChoice | None" = None,
    ) -> "Layer":
        """A fresh instance of the generated class, initialised from torch's global generator.

        It is a `torch.nn.Module` that knows its network, and so can do more than the source alone: see `tncc.layers`.

        `dtype` defaults to torch's default; tensors declared `complex` take the complex type that belongs to it.
        `freeze` is that of `source`. `kernels` says what runs inside: C kernels ("c"), PyTorch ("torch"), or kernels
        where they are predicted to be faster and there is a C compiler ("auto", the default unless the environment
        variable TNCC_KERNELS says otherwise). Kernels serve single and double precision on the processor, and are built
        now, in a second or two, unless the cache has them. Raises CompileError; with "c" also where there can be none.
        """
        return self.layer_class(freeze, kernel_choice(kernels))(dtype=dtype, device=device)

    def layer_class(self, freeze: Freeze = "time", kernels: "KernelChoice" = "torch") -> "type[Layer]":
        """The class of its modules: the generated one with what `tncc.layers` adds, which knows this network."""
        if (freeze, kernels) not in self.classes:
            generated = instantiate(self.source("torch", freeze), self.network.name)
            # Imported only now, since it loads PyTorch.
            mixins = importlib.import_module("tncc.layers.mixins")
            made: type[Layer] = mixins.layer_class(self, freeze, kernels, generated)
            self.classes[freeze, kernels] = made
        return self.classes[freeze, kernels]

    @cached_property
    def kernel_planner(self) -> Planner:
        """Chooses the programs that kernels are made of."""
        return kernel_planner(self.optimized, self.options.machine, self.options.batch)

    def kernel_plan(self, freeze: Freeze = "time") -> Plan:
        """The programs that kernels are made of; raises CompileError."""
        with diagnosed():
            return kernel_plan(self.kernel_planner, freeze)

    def c_files(self, dtype: Type = "float32", freeze: Freeze = "time") -> CFiles:
        """The C file and its header; raises CompileError for what has no kernel."""
        with diagnosed():
            if (freeze, dtype) not in self.kernels:
                plan = self.kernel_plan(freeze)
                saved = saving_training(self.kernel_planner) if self.options.memory is None else ()
                self.kernels[freeze, dtype] = c_files(self.optimized, plan, VERSION, dtype, saved)
            return self.kernels[freeze, dtype]

    def c_test(self, header: str, dtype: Type = "float32", freeze: Freeze = "time") -> str:
        """A C program that checks the C file, whose header is called `header`, against the reference's values."""
        # Imported only now, since it loads NumPy and PyTorch.
        making = importlib.import_module("tncc.kernels.examples")
        backward = f"{caller(self.optimized).stem}_backward(" in self.c_files(dtype, freeze).header
        reference = instantiate(self.source("numpy", freeze), self.network.name)
        torch = importlib.import_module("torch")
        module = self.module(torch.float64, freeze=freeze, kernels="torch")
        found = making.examples(self.optimized, reference, module, backward, dtype)
        return checking_program(caller(self.optimized), found, dtype, header, self.c_files(dtype, freeze).saves)

    def engine(self, freeze: Freeze, dtype: Type, needed: bool) -> "tuple[str, Engine] | None":
        """The built kernel for a type of numbers with a key; None where there can be none, unless it is `needed`.

        Raises CompileError then.
        """
        if (freeze, dtype) not in self.engines:
            try:
                self.engines[freeze, dtype] = self._engine(freeze, dtype, needed)
            except CompileError:
                if needed:
                    raise
                self.engines[freeze, dtype] = None
        return self.engines[freeze, dtype]

    def _engine(self, freeze: Freeze, dtype: Type, needed: bool) -> "tuple[str, Engine] | None":
        # Imported only now: nobody else needs compilers.
        making, compiler = (importlib.import_module(f"tncc.kernels.{name}") for name in ("making", "compiler"))
        if not needed and (self.options.memory is not None or not compiler.has_compiler()):
            return None
        files = self.c_files(dtype, freeze)
        if not needed and len(files.code) > making.CODE_LIMIT:
            return None
        with diagnosed():
            theirs = [self.planner.figures(rows, freeze) for rows in self.options.batch]
        us = {rows: kernel_us(self.options.machine, files, rows) for rows in self.options.batch}
        gradients = sum(tensor.role in ("input", "parameter") for tensor in self.optimized.tensors)
        serves = making.served(us, theirs, self.options.batch, training_overhead_us(self.options.machine, gradients))
        most = max(self.options.batch)
        made: tuple[str, Engine]
        made = making.make_engine(self.optimized, self.kernel_plan(freeze), files, serves, us[most].forward / most)
        return made

    def part(self, network: Network) -> "torch.nn.Module":
        """A module for a network made from this one that stores no tensors, planned for the same rows and machine.

        It has no programs for gradients: these are left to autograd. Raises CompileError.
        """
        optimized = run_passes(network)
        with diagnosed():
            planner = Planner(optimized, self.options.machine, self.options.batch, self.options.memory)
            forward = variants(planner.forward)
            plan = Plan(planned=self.options.batch, straight=planner.straight, inference=(), forward=forward)
        made: torch.nn.Module = instantiate(TARGETS["torch"](optimized, plan, VERSION, False), network.name)()
        return made

    def with_bonds(self, bonds: Mapping[str, int]) -> "Compiled":
        """The same network with some bonds of other sizes, those set before staying; raises CompileError.

        It is made from the same text and values. Plans are made anew, and no plan file is read or written.
        """
        origin, options = self.origin, replace(self.options, plan=None)
        sizes = {**origin.bonds, **bonds}
        return compile_program(origin.key, origin.source, origin.wanted, options, sizes, origin.values, self.watch)

    def report(self, batch: Sequence[int] | None = None) -> Report:
        """What the network costs at each of some row counts (those that it was compiled for, if none are given)."""
        rows = self.options.batch if batch is None else checked_batch(batch)
        planner = self.planner if rows == self.options.batch else self._planner(rows)
        with diagnosed():
            schedules = tuple(self._watched(planner.schedule, count, number, rows) for number, count in enumerate(rows))
            figures = tuple(planner.figures(count) for count in rows)
            return build_report(self.network, schedules, figures, planner.thresholds())

    def _planner(self, rows: tuple[int, ...]) -> Planner:
        return Planner(self.optimized, self.options.machine, rows, self.options.memory)

    def _watched(self, make: Callable[[int], Schedule], rows: int, number: int, counts: Sequence[int]) -> Schedule:
        self.watch(f"planning for {rows:,} rows", number, len(counts))
        return make(rows)

    def _kept_plan(self, freeze: Freeze) -> Plan:
        """The plan in the plan file, or a new one, which is written there."""
        path = self.options.plan
        key = plan_key(self.optimized, self.options.batch, self.options.memory, freeze)
        if path is not None and is_there(path):
            return read_plan(path, key, self.optimized)
        self.watch("planning", 0, 1)
        with diagnosed():
            plan = self.planner.plan(freeze)
        if path is not None:
            write_plan(path, key, plan)
        return plan


def kernel_us(machine: Machine, files: CFiles, rows: int) -> KernelUs:
    """About how long a kernel's functions take."""
    saving = files.saves_at(rows)
    trained = ("forward_saving", "backward_saved") if saving else ("apply", "backward")
    forward, apply, backward = (cycles_us(machine, files.cycles(name, rows)) for name in ("forward", *trained))
    return KernelUs(forward, apply, backward, saving)


def compile(
    path: str | PathLike[str],
    network: str | None = None,
    batch: Sequence[int] = BATCH,
    bonds: Mapping[str, int] | None = None,
    memory: int | str | None = None,
    machine: str | PathLike[str] | Machine | None = None,
    plan: str | PathLike[str] | None = None,
    **values: object,
) -> Compiled:
    """Compile a network of a `.tn` file (or `-`, or a standard-library file such as `std.mpo`).

    `network` defaults to the last one declared, `batch` lists the row counts to plan for, `bonds` sets the sizes of
    bonds one by one (`{"r[1]": 5}`), and `values` are the network's parameters. `memory` bounds the bytes that the
    arrays made on the way take up at those row counts (`"64MiB"`, or a number), `machine` is a profile or its file,
    `plan` a file that the plans are read from, or written to where there is none. Raises CompileError.
    """
    options = planning_options(batch, memory, machine, plan)
    return compile_file(fspath(path), network, options, bonds or {}, values)


def compile_file(
    name: str,
    network: str | None,
    options: Options,
    bonds: Mapping[str, int],
    values: Mapping[str, object],
    watch: Watch = unwatched,
) -> Compiled:
    """`compile` with its parameters' values in a mapping, so that no name is out of reach, and work watched."""
    try:
        key, source = read_program(name)
    except Failure as failure:
        raise compile_error([failure.diagnostic]) from None
    return compile_program(key, source, network, options, bonds, values, watch)


def compile_text(
    text: str,
    network: str | None = None,
    batch: Sequence[int] = BATCH,
    bonds: Mapping[str, int] | None = None,
    memory: int | str | None = None,
    machine: str | PathLike[str] | Machine | None = None,
    plan: str | PathLike[str] | None = None,
    **values: object,
) -> Compiled:
    """Compile a network of a program given as a string; otherwise like `compile`."""
    key, source = text_program(text)
    return compile_program(key, source, network, planning_options(batch, memory, machine, plan), bonds or {}, values)


def compile_source(
    text: str,
    name: str,
    network: str | None,
    options: Options,
    bonds: Mapping[str, int],
    values: Mapping[str, object],
) -> Compiled:
    """`compile_file` of a program that is at hand; `name` is what diagnostics call it, and where it imports from."""
    key, source = text_program(text, name)
    return compile_program(key, source, network, options, bonds, values)


def compile_program(
    key: str,
    source: Source,
    wanted: str | None,
    options: Options,
    bonds: Mapping[str, int],
    values: Mapping[str, object],
    watch: Watch = unwatched,
) -> Compiled:
    """Compile the network that is `wanted` (the last one, if none is) of a text with its key; raises CompileError."""
    origin = Origin(key, source, wanted, values, bonds)
    made = elaborated(origin)
    return Compiled(made.network, options, origin, made.warnings, made.sources, watch)

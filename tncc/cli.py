"""The commands, their arguments, and what each of them calls; never a traceback for what a user can cause."""

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from tncc import driver, printing
from tncc.arguments import parse_assignments, parse_batch
from tncc.diagnostics.catalog import explain_page
from tncc.diagnostics.diagnostic import CompileError
from tncc.formatting import format_files
from tncc.kernel_files import write_kernel
from tncc.machines import describe, store_machine
from tncc.options import (
    Batch,
    File,
    Files,
    Freeze,
    KernelType,
    MachineFile,
    Memory,
    MessageFormat,
    Messages,
    NetworkOption,
    Output,
    Parameters,
    ReportFormat,
)  # fmt: skip
from tncc.output import write_output
from tncc.planning_options import Options, planning_options
from tncc.progress import progress_bar
from tncc.starters import starter
from tncc.version import VERSION
from tncc.watching import Watch

app = typer.Typer(
    name="tncc", help="A compiler for tensor networks in machine learning.", no_args_is_help=True,
    add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None,
)  # fmt: skip


@app.command()
def check(files: Files, message_format: Messages = MessageFormat.text) -> None:
    """Diagnose programs; nothing is printed when all is well."""
    errors = False
    for name in files:
        diagnostics, sources = driver.check(name)
        printing.print_diagnostics(diagnostics, sources, message_format)
        errors |= any(diagnostic.severity == "error" for diagnostic in diagnostics)
    if errors:
        raise typer.Exit(printing.EXIT_DIAGNOSED)


@app.command("compile")
def compile_command(
    file: File,
    network: NetworkOption = None,
    parameter: Parameters = None,
    batch: Batch = "1,32,1024",
    target: Annotated[str, typer.Option("--target", metavar="torch|numpy|c|triton", help="What to write.")] = "torch",
    machine: MachineFile = None,
    memory: Memory = None,
    freeze: Annotated[
        Freeze, typer.Option("--freeze", help="What inference keeps of what follows from the tensors alone.")
    ] = Freeze.time,
    plan: Annotated[
        str | None, typer.Option("--plan", metavar="FILE", help="Read the plans from there, or write them there.")
    ] = None,
    dtype: Annotated[
        KernelType, typer.Option("--dtype", help="The numbers of a C file; other targets take any.")
    ] = KernelType.float32,
    build: Annotated[
        bool, typer.Option("--build", help="With `--target c`: make a library and a checking program, too.")
    ] = False,
    output: Output = None,
    message_format: Messages = MessageFormat.text,
) -> None:
    """Compile a network into the source code of a module, or of a kernel."""
    if build and (target != "c" or output is None):
        printing.usage("--build goes with --target c and -o PATH")

    def run(watch: Watch) -> str:
        options = planning_options(parse_batch(batch), memory, machine, plan)
        compiled = _compile(file, network, parameter, options, message_format, watch)
        if target != "c":
            return compiled.source(target, freeze.value)
        if output is None:
            return compiled.c_files(dtype.value, freeze.value).code
        return write_kernel(compiled, output, dtype.value, freeze.value, build)

    printing.emit(run, None if target == "c" else output, message_format)


@app.command()
def report(
    file: File,
    network: NetworkOption = None,
    parameter: Parameters = None,
    batch: Batch = "1,32,1024",
    format: Annotated[ReportFormat, typer.Option("--format", help="What to print it as.")] = ReportFormat.text,
    machine: MachineFile = None,
    memory: Memory = None,
    output: Output = None,
    message_format: Messages = MessageFormat.text,
) -> None:
    """Say what a network costs: parameters, FLOPs, memory, and each step of its contraction."""

    def run(watch: Watch) -> str:
        options = planning_options(parse_batch(batch), memory, machine)
        compiled = _compile(file, network, parameter, options, message_format, watch)
        return printing.laid_out(compiled.report(), format, output)

    printing.emit(run, output, message_format)


@app.command()
def bench(
    file: File,
    network: NetworkOption = None,
    parameter: Parameters = None,
    batch: Batch = "1,32,1024",
    format: Annotated[ReportFormat, typer.Option("--format", help="What to print it as.")] = ReportFormat.text,
    machine: MachineFile = None,
    memory: Memory = None,
    output: Output = None,
    message_format: Messages = MessageFormat.text,
) -> None:
    """Measure a network's module on this machine, beside what was predicted and beside a dense layer."""
    # PyTorch is loaded by this command alone.
    measuring = importlib.import_module("tncc.measuring")

    def run(watch: Watch) -> str:
        options = planning_options(parse_batch(batch), memory, machine)
        compiled = _compile(file, network, parameter, options, message_format, watch)
        return printing.laid_out(measuring.measured(compiled, watch), format, output)

    printing.emit(run, output, message_format)


@app.command()
def inspect(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="A safetensors file, or the folder of a saved model.")],
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="FILE", help="Its program; by default the one in the model or beside it."),
    ] = None,
    network: NetworkOption = None,
    parameter: Parameters = None,
    threshold: Annotated[
        float, typer.Option("--threshold", help="What counts as used, as a share of the largest singular value.")
    ] = 0.01,
    format: Annotated[ReportFormat, typer.Option("--format", help="What to print it as.")] = ReportFormat.text,
    output: Output = None,
    message_format: Messages = MessageFormat.text,
) -> None:
    """Look into the bonds of a saved model: singular values, entropies, effective ranks."""
    # PyTorch is loaded by this command alone.
    inspecting = importlib.import_module("tncc.inspecting")

    def run(watch: Watch) -> str:
        values, bonds = parse_assignments(parameter or ())
        program = inspecting.Program(source, network, values, bonds)
        if model.is_dir():
            folders = importlib.import_module("tncc.models.inspecting")
            return printing.laid_out(folders.inspect_folder(model, program, threshold), format, output)
        return printing.laid_out(inspecting.inspect_file(model, program, threshold), format, output)

    printing.emit(run, output, message_format)


@app.command()
def decompose(
    weights: Annotated[Path, typer.Argument(metavar="WEIGHTS", help="A safetensors file that holds the dense weight.")],
    file: File,
    key: Annotated[str, typer.Option("--key", help="The weight's name there: (out_features, in_features).")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="PATH", help="The safetensors file to write.")],
    bias_key: Annotated[str | None, typer.Option("--bias-key", help="The bias's name there.")] = None,
    network: NetworkOption = None,
    parameter: Parameters = None,
    error: Annotated[
        float | None, typer.Option("--error", metavar="0.02", help="Make bonds just large enough for this error.")
    ] = None,
    covariance: Annotated[
        str | None, typer.Option("--covariance-key", help="The name there of the inputs' second moments.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="What random starts are drawn from.")] = 0,
    restarts: Annotated[int, typer.Option("--restarts", help="Starts of least squares, where there are loops.")] = 3,
    sweeps: Annotated[int | None, typer.Option("--sweeps", help="Sweeps of least squares at most.")] = None,
    pad: Annotated[bool, typer.Option("--pad", help="Continue a smaller weight by zeros.")] = False,
    message_format: Messages = MessageFormat.text,
) -> None:
    """Find the tensors of a network that come closest to a dense weight."""
    # PyTorch is loaded by this command alone.
    decomposing = importlib.import_module("tncc.decomposing")

    def run(watch: Watch) -> str:
        compiled = _compile(file, network, parameter, planning_options(), message_format, watch)
        wish = decomposing.Wish(key, bias_key, covariance, error, seed, restarts, sweeps, pad)
        found = decomposing.decompose_file(compiled, weights, wish, output, watch)
        return str(decomposing.table(found, printing.width(), printing.wants_color(sys.stdout)))

    printing.emit(run, None, message_format)


@app.command("plan-ranks")
def plan_ranks(
    weights: Annotated[Path, typer.Argument(metavar="WEIGHTS", help="A safetensors file with a model's weights.")],
    rules: Annotated[str, typer.Argument(metavar="RULES", help="A `.tn` file with a block of rules.")],
    parameters: Annotated[
        str | None, typer.Option("--parameters", metavar="50%", help="The most parameters: a share, or a number.")
    ] = None,
    flops: Annotated[
        str | None, typer.Option("--flops", metavar="70%", help="The most FLOPs for a row: a share, or a number.")
    ] = None,
    error: Annotated[str | None, typer.Option("--error", metavar="0.01", help="The largest relative error.")] = None,
    name: Annotated[str | None, typer.Option("--rules", metavar="NAME", help="The block; the last by default.")] = None,
    rungs: Annotated[int, typer.Option("--rungs", help="Decompositions for a layer, where one is not enough.")] = 16,
    embedding: Annotated[
        list[str] | None, typer.Option("--embedding", metavar="PATTERN", help="Layers that are embeddings.")
    ] = None,
    conv1d: Annotated[
        list[str] | None, typer.Option("--conv1d", metavar="PATTERN", help="Layers that are transformers' Conv1D.")
    ] = None,
    batch: Batch = "1,32,1024",
    machine: MachineFile = None,
    format: Annotated[ReportFormat, typer.Option("--format", help="What to print it as.")] = ReportFormat.text,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="PLAN.json", help="Where the plan is to be written.")
    ] = None,
    message_format: Messages = MessageFormat.text,
) -> None:
    """Choose ranks for a model's layers within one budget for all of them."""
    # PyTorch is loaded by this command alone.
    planning = importlib.import_module("tncc.models.plan_ranks")

    def run(watch: Watch) -> str:
        plan = planning.plan_ranks(
            weights, rules, parameters=parameters, flops=flops, error=error, name=name, rungs=rungs,
            batch=parse_batch(batch), machine=machine, embeddings=embedding or (), conv1d=conv1d or (), progress=watch,
        )  # fmt: skip
        if output is not None:
            plan.save(output)
        return printing.laid_out(plan, format, None)

    printing.emit(run, None, message_format)


@app.command()
def fmt(
    files: Files,
    check_only: Annotated[bool, typer.Option("--check", help="Say which files would change; write nothing.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what would change; write nothing.")] = False,
    message_format: Messages = MessageFormat.text,
) -> None:
    """Lay programs out in the one canonical way; comments are kept."""
    outcome = format_files(files, write=not (check_only or diff), show_diff=diff)
    for text in outcome.printed:
        printing.write(sys.stdout, text)
    for diagnostics, sources in outcome.refused:
        printing.print_diagnostics(diagnostics, sources, message_format)
    if check_only:
        for name in outcome.changed:
            print(f"would reformat {name}", file=sys.stderr)
    if outcome.refused or (outcome.changed and (check_only or diff)):
        raise typer.Exit(printing.EXIT_DIAGNOSED)


@app.command()
def explain(code: Annotated[str, typer.Argument(metavar="CODE", help="A diagnostic's code, such as TN104.")]) -> None:
    """Print the long text of a diagnostic."""
    page = explain_page(code)
    if page is None:
        printing.usage(f"there is no diagnostic `{code}`; codes look like TN104")
    printing.write(sys.stdout, page)


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The network's name, and that of the file: NAME.tn.")],
    topology: Annotated[
        str, typer.Option("--topology", metavar="mpo", help="The standard network to begin with.")
    ] = "mpo",
) -> None:
    """Write a commented starter file."""
    try:
        path, text = starter(name, topology)
        write_output(path, text, overwrite=False)
    except CompileError as error:
        printing.fail(error, MessageFormat.text)
    print(f"wrote {path}; try: tncc report {path}")


@app.command()
def calibrate(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="PATH", help="Where to write; by default the cache folder.")
    ] = None,
) -> None:
    """Measure this machine in half a minute, so that plans are made for it."""
    # Imported only now, since it loads PyTorch.
    measure = importlib.import_module("tncc.calibration").calibrate
    try:
        with progress_bar() as watch:
            machine = measure(watch)
        path = store_machine(machine, output)
    except CompileError as error:
        printing.fail(error, MessageFormat.text)
    printing.write(sys.stdout, f"{describe(machine)}wrote {path}\n")


def _compile(
    file: str,
    network: str | None,
    parameters: Sequence[str] | None,
    options: Options,
    message_format: MessageFormat,
    watch: Watch,
) -> driver.Compiled:
    values, bonds = parse_assignments(parameters or ())
    compiled = driver.compile_file(file, network, options, bonds, values, watch)
    printing.print_diagnostics(compiled.warnings, compiled.sources, message_format)
    return compiled


def _version(asked: bool) -> None:
    if asked:
        print(f"tncc {VERSION}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """A compiler for tensor networks in machine learning."""


def main() -> None:
    """The command line; never shows a traceback for what a user can cause."""
    try:
        app()
    except BrokenPipeError:
        # The reader has gone (`tncc report … | head`): what it did not want is dropped, without a second complaint.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None
    except KeyboardInterrupt:
        print("tncc: interrupted", file=sys.stderr)
        raise SystemExit(130) from None
    except Exception:
        traceback.print_exc()
        print(
            f"\ntncc {VERSION}: internal error. This is a fault of the compiler, not of your program: please report it "
            "with the lines above and the program that caused it.",
            file=sys.stderr,
        )
        raise SystemExit(printing.EXIT_INTERNAL) from None

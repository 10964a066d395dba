"""Where machine profiles come from and go to: a file, the user's cache folder, and the one that comes with tncc."""

import re
from functools import cache
from importlib import resources
from pathlib import Path

import platformdirs
from pydantic import ValidationError

from tncc.diagnostics.diagnostic import CompileError
from tncc.diagnostics.planning_kinds import BadMachine
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.size_kinds import CannotWrite
from tncc.diagnostics.span import Span
from tncc.ir.machine import Machine
from tncc.output import write_output

LIMIT = 2**20
"""The size of a profile, in bytes, past which it is not read; a measured one has about 20 thousand."""

INNERMOST_LIST = re.compile(r"\[\s+([^\[\]{}]*?)\s+\]")


def machine_file() -> Path:
    """Where `tncc calibrate` leaves its profile, and where it is looked for."""
    return Path(platformdirs.user_cache_dir("tncc")) / "machine.json"


def load_machine(path: str | None = None) -> Machine:
    """The profile in a file, else the measured one of this user, else the built-in one.

    Raises CompileError for a profile that is damaged, and for a named file that is missing.
    """
    if path is not None:
        return _read(Path(path), "give a file that `tncc calibrate -o` has written")
    return _read_kept(machine_file()) or builtin_machine()


@cache
def builtin_machine() -> Machine:
    """The profile that comes with tncc: a server core with AVX-512, one thread."""
    return Machine.model_validate_json(resources.files("tncc.planning").joinpath("builtin_machine.json").read_bytes())


def store_machine(machine: Machine, path: Path | None = None) -> Path:
    """Write a profile to a file, or to the cache folder, which is made if need be; raises CompileError.

    Returns where it was written.
    """
    target = path or machine_file()
    if path is None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise compile_error([CannotWrite(_place(str(target)), str(target), _reason(error))]) from None
    write_output(target, machine_text(machine))
    return target


def machine_text(machine: Machine) -> str:
    """A profile as JSON, with a line for each row of a table."""
    text = machine.model_dump_json(indent=1)
    return INNERMOST_LIST.sub(lambda found: "[" + re.sub(r"\s+", " ", found[1]) + "]", text) + "\n"


def describe(machine: Machine) -> str:
    """The figures of a profile that say most, for people, in a few lines."""
    threads = "one thread" if machine.threads == 1 else f"{machine.threads} threads"
    *cached, memory = machine.caches
    farthest = {level.gbps: level.bytes or 0 for level in cached}
    places = [f"{gbps:g} up to {_amount(size)}" for gbps, size in farthest.items()]
    products = (("matrix products", machine.single), ("batched products", machine.batched))
    peaks = [
        f"  {what:<17} {max(rate for plane in table for row in plane for rate in row):g} GFLOP/s at most"
        for what, table in products
    ]
    lines = [
        f"{machine.name}, {threads}, float32",
        *peaks,
        f"  {'bandwidth':<17} {', '.join(places)}, {memory.gbps:g} in memory (GB/s, read and written)",
        f"  {'new arrays':<17} {machine.fresh_gbps:g} GB/s from {_amount(machine.fresh_bytes)} on",
        f"  {'permuting copies':<17} {_copies(machine)}",
        f"  {'calls':<17} {machine.call_us:g} µs computing, {machine.view_us:g} µs for a view, "
        f"{machine.autograd_us:g} µs for an autograd function",
        f"  {'functions':<17} {machine.function_ns:g} ns an element (exp, tanh, gelu)",
    ]
    return "\n".join(lines) + "\n"


def _copies(machine: Machine) -> str:
    """From the worst to the best rates of the nearest working set."""
    rates = machine.permute[0].gbps
    return f"{rates[0]:g} GB/s in runs of {machine.runs[0]}, {rates[-1]:g} in runs of {machine.runs[-1]}"


def _amount(count: int) -> str:
    return f"{count / 2**20:g} MiB" if count >= 2**20 else f"{count / 2**10:g} KiB"


def _read_kept(path: Path) -> Machine | None:
    """The measured profile; None where nothing has been measured, and CompileError for whatever else is wrong."""
    hint = "run `tncc calibrate` again, or remove the file"
    try:
        data = _beginning(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise _bad(path, _reason(error), hint) from None
    return _checked(path, data, hint)


def _read(path: Path, hint: str) -> Machine:
    """The profile in a file; raises CompileError."""
    try:
        data = _beginning(path)
    except (OSError, ValueError) as error:
        raise _bad(path, _reason(error), hint) from None
    return _checked(path, data, hint)


def _beginning(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(LIMIT + 1)


def _checked(path: Path, data: bytes, hint: str) -> Machine:
    """The profile that these bytes are; raises CompileError."""
    if len(data) > LIMIT:
        raise _bad(path, f"it is larger than {LIMIT:,} bytes", hint)
    try:
        return Machine.model_validate_json(data)
    except ValidationError as error:
        raise _bad(path, _nonsense(error), hint) from None


def _bad(path: Path, reason: str, hint: str) -> CompileError:
    return compile_error([BadMachine(_place(str(path)), str(path), reason, hint)])


def _place(path: str) -> Span:
    """A file as a whole."""
    return Span(path, 0, 0, 0, 0)


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) and error.strerror else str(error)).lower()


def _nonsense(error: ValidationError) -> str:
    """The first thing that is wrong with a profile, and where: `batched[0][2]`."""
    first = error.errors(include_url=False, include_input=False)[0]
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).removeprefix(".")
    what = str(first["ctx"]["error"]) if first["type"] == "value_error" else first["msg"][:1].lower() + first["msg"][1:]
    return f"`{where}`: {what}" if where else what

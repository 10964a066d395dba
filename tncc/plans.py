"""Plans in files: written once, read back unchanged, and refused where they belong to another network."""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from tncc.diagnostics.diagnostic import CompileError
from tncc.diagnostics.planning_kinds import BadPlan
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.span import Span
from tncc.ir.network import Network, Record
from tncc.ir.plan import Plan
from tncc.ir.verify_program import Unfit, verify_plan
from tncc.output import write_output
from tncc.version import VERSION

LIMIT = 2**28
"""The size of a plan file, in bytes, past which it is not read."""


class PlanKey(Record):
    """What a plan was made for; a plan is taken only where all of it agrees."""

    network: str
    fingerprint: str
    batch: tuple[int, ...]
    memory: int | None
    freeze: str
    version: str


class PlanFile(Record):
    """A plan with what it was made for."""

    format: Literal["tncc plan 1"] = "tncc plan 1"
    made_for: PlanKey
    plan: Plan


def plan_key(network: Network, batch: Sequence[int], memory: int | None, freeze: str) -> PlanKey:
    """What a plan of this network has to be made for. Where the program stands in its file makes no difference."""
    text = json.dumps(_without_spans(network.model_dump(mode="json", exclude={"file", "doc"})), sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return PlanKey(
        network=network.name, fingerprint=digest, batch=tuple(batch), memory=memory, freeze=freeze, version=VERSION
    )


def _without_spans(value: object) -> object:
    if isinstance(value, dict):
        return {key: _without_spans(part) for key, part in value.items() if key not in ("span", "doc")}
    return [_without_spans(part) for part in value] if isinstance(value, list) else value


def is_there(path: Path) -> bool:
    """Whether there is a file; one that cannot even be looked for is left to whoever writes it."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def read_plan(path: Path, key: PlanKey, network: Network) -> Plan:
    """The plan in a file; raises CompileError for a damaged one, and for one that was made for something else."""
    try:
        with path.open("rb") as stream:
            data = stream.read(LIMIT + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _bad(path, reason.lower()) from None
    if len(data) > LIMIT:
        raise _bad(path, f"it is larger than {LIMIT:,} bytes")
    try:
        found = PlanFile.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"]))
        message = first["msg"][:1].lower() + first["msg"][1:]
        raise _bad(path, f"`{where}`: {message}" if where else message) from None
    for name in PlanKey.model_fields:
        wanted, has = getattr(key, name), getattr(found.made_for, name)
        if wanted != has:
            what = "sizes or equations" if name == "fingerprint" else f"{name} `{has}` instead of `{wanted}`"
            raise _bad(path, f"it was made for other {what}" if name == "fingerprint" else f"it was made for {what}")
    try:
        verify_plan(found.plan, network)
    except Unfit as unfit:
        raise _bad(path, str(unfit)) from None
    return found.plan


def write_plan(path: Path, key: PlanKey, plan: Plan) -> None:
    """Writes a plan; the same plan gives the same bytes."""
    write_output(path, PlanFile(made_for=key, plan=plan).model_dump_json() + "\n")


def _bad(path: Path, reason: str) -> CompileError:
    return compile_error([BadPlan(Span(str(path), 0, 0, 0, 0), str(path), reason)])

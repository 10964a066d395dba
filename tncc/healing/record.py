"""What a run knows of itself, and its checkpoints: one file of tensors, and a JSON file that names it."""

import os
import time
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Literal

import torch
from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load_file

from tncc.diagnostics.render import compile_error
from tncc.diagnostics.size_kinds import CannotWrite
from tncc.diagnostics.span import Span
from tncc.healing.data import Spot
from tncc.healing.faults import damaged, foreign
from tncc.models.manifest import digest_of
from tncc.output import write_output
from tncc.weights import write_tensors

STATE = "healing.json"
LARGEST = 64 * 2**20
"""The size of a state file, in bytes, past which it is not read."""


class Record(BaseModel):
    """Where a run stands.

    `identity` is what must agree for a run to go on, `data` a digest of the first epoch and `batches` its length.
    `scales` are mean squares of what is wanted of each layer, `before` and `after` relative errors. `stage`, `step` and
    `spot` say how far it got, and `rates` at which rate each tensor of the stage is trained.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    identity: dict[str, str]
    data: str
    batches: int
    scales: dict[str, float]
    before: dict[str, float | None]
    after: dict[str, float | None] | None = None
    joint_before: float | None = None
    joint_after: float | None = None
    stage: int = 0
    step: int = 0
    spot: Spot = Spot()
    rates: dict[str, float] = {}

    def next_stage(self) -> "Record":
        """The record at the beginning of the next stage."""
        return self.model_copy(update={"stage": self.stage + 1, "step": 0, "spot": Spot(), "rates": {}})


class State(BaseModel):
    """The file `healing.json`: a record, the number of its file of tensors, and the SHA-256 of both."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["tncc healing"] = "tncc healing"
    version: Literal[1] = 1
    record: Record
    number: int
    digest: str


class Keeper:
    """The checkpoints in a folder: written when `every` seconds have passed since the last one."""

    def __init__(self, folder: Path, every: float) -> None:
        self.folder, self._every = folder, every
        self._last = time.monotonic()
        self._number = 0

    def read(self, identity: Mapping[str, str]) -> tuple[Record, dict[str, torch.Tensor]] | None:
        """The checkpoint in the folder; None where there is none. Raises CompileError where it is not of this run."""
        path = self.folder / STATE
        try:
            if not path.exists():
                self._prepare()
                return None
            with path.open("rb") as stream:
                text = stream.read(LARGEST + 1)
            if len(text) > LARGEST:
                raise damaged(str(path), f"it has more than {LARGEST:,} bytes")
            state = State.model_validate_json(text)
            _compare(self.folder, state.record.identity, identity)
            return state.record, self._tensors(state)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            raise damaged(str(path), f"`{where}`: {first['msg'].lower()}" if where else "it is no JSON") from None
        except OSError as error:
            raise damaged(str(error.filename or path), (error.strerror or str(error)).lower()) from None

    def is_due(self) -> bool:
        """Whether it is time for another checkpoint."""
        return time.monotonic() - self._last >= self._every

    def write(self, record: Record, tensors: Mapping[str, torch.Tensor]) -> None:
        """Write a checkpoint; at any moment the folder holds this one or the one before. Raises CompileError."""
        self._number += 1
        path = self._tensors_path(self._number)
        write_tensors(path, tensors, {})
        with path.open("rb") as stream:
            os.fsync(stream.fileno())
        state = State(record=record, number=self._number, digest=_digest(record, path))
        write_output(self.folder / STATE, state.model_dump_json(indent=1) + "\n")
        self._sweep(path.name)
        self._last = time.monotonic()

    def _prepare(self) -> None:
        """Make the folder, and see that it is ours; raises CompileError."""
        place = Span(str(self.folder), 0, 0, 0, 0)
        try:
            self.folder.mkdir(exist_ok=True)
            strange = [entry.name for entry in self.folder.iterdir() if not _is_ours(entry.name)]
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise compile_error([CannotWrite(place, str(self.folder), reason)]) from None
        if strange:
            reason, hint = f"the folder has `{min(strange)}` in it, and no checkpoint", "name a folder of its own"
            raise compile_error([CannotWrite(place, str(self.folder), reason, hint)])

    def _tensors(self, state: State) -> dict[str, torch.Tensor]:
        path, self._number = self._tensors_path(state.number), state.number
        if _digest(state.record, path) != state.digest:
            raise damaged(str(path), f"it and `{STATE}` are not those that were written together")
        try:
            return load_file(path)
        except (SafetensorError, ValueError) as error:
            raise damaged(str(path), str(error).splitlines()[0].lower()) from None

    def _tensors_path(self, number: int) -> Path:
        """Each checkpoint has another one: the one before stays whole until this one is."""
        return self.folder / f"tensors-{number}.safetensors"

    def _sweep(self, name: str) -> None:
        """Remove what earlier checkpoints, and a kill in the middle of one, have left."""
        for entry in self.folder.iterdir():
            if _is_ours(entry.name) and entry.name not in (STATE, name):
                entry.unlink(missing_ok=True)


def _is_ours(name: str) -> bool:
    plain = name.startswith("tensors-") and name.endswith(".safetensors")
    beside = name.startswith((".tensors-", f".{STATE}")) and name.endswith(".tmp")
    return plain or beside or name == STATE


def _digest(record: Record, path: Path) -> str:
    return sha256(f"{record.model_dump_json()}\n{digest_of(path)}".encode()).hexdigest()


def _compare(folder: Path, found: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    for name in dict.fromkeys((*wanted, *found)):  # networks come before what follows from them
        one, other = found.get(name, "missing"), wanted.get(name, "missing")
        if one == other:
            continue
        if max(len(one), len(other)) > 40:
            raise foreign(str(folder), f"{name} is another one")
        raise foreign(str(folder), f"{name} was {one}, and is {other}")

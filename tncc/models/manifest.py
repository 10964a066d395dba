"""What a folder with a tensorized model holds, and that its files are those that were written together."""

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from tncc.diagnostics.diagnostic import CompileError
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.rule_kinds import BadCheckpoint
from tncc.diagnostics.span import Span
from tncc.ir.dump import dump_network
from tncc.ir.network import Network, Value
from tncc.models.table import Replacement

MANIFEST = "manifest.json"
TENSORS = "model.safetensors"
LARGEST = 64 * 2**20
"""The size of a manifest, in bytes, past which it is not read."""


class Entry(BaseModel):
    """A replaced layer: its paths, its rule's number, and the network with its values and the sizes of its bonds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    paths: tuple[str, ...]
    rule: int
    values: tuple[tuple[str, Value], ...]
    bonds: dict[str, int]
    network: str
    code: str
    row: Replacement


class Manifest(BaseModel):
    """`files` are all other files with their SHA-256, `tied` the names of tensors that are stored under another one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["tncc tensorized model"] = "tncc tensorized model"
    version: Literal[1] = 1
    written_by: str
    rules: str
    block: str
    files: dict[str, str]
    tied: dict[str, str]
    layers: tuple[Entry, ...]


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder, once all files are there and are those that were written; raises CompileError."""
    try:
        if not folder.is_dir():
            raise bad_checkpoint(folder, "there is no such folder", "name the folder that `save` wrote")
        data = _read(folder / MANIFEST)
        if len(data) > LARGEST:
            raise bad_checkpoint(folder / MANIFEST, f"it has more than {LARGEST:,} bytes")
        manifest = Manifest.model_validate_json(data)
        for name, digest in manifest.files.items():
            _check_file(folder, name, digest)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise bad_checkpoint(
            folder / MANIFEST, f"`{where}`: {first['msg'].lower()}" if where else "it is no JSON"
        ) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise bad_checkpoint(error.filename or folder, reason, "save the model again") from None
    for needed in (manifest.rules, TENSORS):
        if needed not in manifest.files:
            raise bad_checkpoint(folder / MANIFEST, f"it does not list `{needed}`")
    return manifest


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    found = sha256()
    with path.open("rb") as stream:
        while part := stream.read(2**20):
            found.update(part)
    return found.hexdigest()


def digest_of_network(network: Network) -> str:
    """What two networks agree in that compute the same with the same tensors, wherever their text stands."""
    return sha256(dump_network(network).encode()).hexdigest()


def bond_sizes(network: Network) -> dict[str, int]:
    """The sizes of a network's bonds."""
    return {index.name: index.size for index in network.indices if index.kind == "bond"}


def bad_checkpoint(path: Path | str, reason: str, hint: str | None = None) -> CompileError:
    """What to raise for a file or folder that cannot be loaded."""
    return compile_error([BadCheckpoint(Span(str(path), 0, 0, 0, 0), str(path), reason, hint)])


def relative_names(keys: Mapping[str, object]) -> dict[str, str]:
    """Names below one folder for files given by their full paths, which stand to one another as these do."""
    common = os.path.commonpath([os.path.dirname(key) for key in keys])
    return {key: PurePosixPath("rules", *Path(os.path.relpath(key, common)).parts).as_posix() for key in keys}


def _check_file(folder: Path, name: str, digest: str) -> None:
    pure = PurePosixPath(name)
    if pure.is_absolute() or ".." in pure.parts or "\0" in name:
        raise bad_checkpoint(folder / MANIFEST, f"`{name}` lies outside of the folder")
    if digest_of(folder / name) != digest:
        raise bad_checkpoint(folder / name, "it is not the file that was saved with the others", "save the model again")


def _read(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(LARGEST + 1)

"""Writes a tensorized model to a folder: its tensors, its rules, the code of its networks, and a manifest of them."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import cast

import torch
from safetensors.torch import save_file
from torch import nn

from tncc.diagnostics.diagnostic import CompileError
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.size_kinds import CannotWrite
from tncc.diagnostics.span import Span
from tncc.driver import Compiled
from tncc.models.building import Built
from tncc.models.manifest import (
    MANIFEST,
    TENSORS,
    Entry,
    Manifest,
    bond_sizes,
    digest_of,
    digest_of_network,
    relative_names,
)
from tncc.reading import STANDARD
from tncc.rule_files import RuleFile, read_rule_file
from tncc.version import VERSION


@dataclass(frozen=True, eq=False)
class Saved:
    """What is saved: the model as it is, the rules that it was tensorized by, and what they made."""

    model: nn.Module
    rules: RuleFile
    built: tuple[Built, ...]


def write_checkpoint(path: str | PathLike[str], saved: Saved) -> None:
    """Write the whole folder or nothing; raises CompileError where that cannot be done."""
    target = Path(os.path.realpath(fspath(path)))
    if target.exists() and not (target / MANIFEST).is_file() and not (target.is_dir() and not any(target.iterdir())):
        raise _cannot(path, "something else stands there", "choose another name, or remove it")
    try:
        folder = Path(tempfile.mkdtemp(prefix=f".{target.name[:40]}.", suffix=".tmp", dir=target.parent))
    except OSError as error:
        raise _cannot(path, (error.strerror or str(error)).lower()) from None
    try:
        _write(folder, path, saved)
        folder.chmod(0o777 & ~_umask())
        _put(folder, target)
    except OSError as error:
        raise _cannot(path, (error.strerror or str(error)).lower()) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(folder: Path, path: str | PathLike[str], saved: Saved) -> None:
    tensors, tied = _tensors(path, saved.model)
    save_file(tensors, folder / TENSORS)
    names = _write_rules(folder, path, saved.rules)
    entries = tuple(_entry(folder, entry, saved.rules) for entry in saved.built)
    written = sorted(each for each in folder.rglob("*") if each.is_file())
    manifest = Manifest(
        written_by=f"tncc {VERSION}", rules=names, block=saved.rules.block.name.text, tied=tied, layers=entries,
        files={each.relative_to(folder).as_posix(): digest_of(each) for each in written},
    )  # fmt: skip
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1) + "\n", encoding="utf-8")


def _tensors(path: str | PathLike[str], model: nn.Module) -> tuple[dict[str, torch.Tensor], dict[str, str]]:
    """All tensors of a model's state, each once, and the names of those that are others."""
    first: dict[tuple[object, ...], str] = {}
    storages: set[int] = set()
    tensors: dict[str, torch.Tensor] = {}
    tied: dict[str, str] = {}
    for name, value in model.state_dict().items():
        if not isinstance(value, torch.Tensor) or value.is_meta or value.layout is not torch.strided:
            raise _cannot(path, f"`{name}` of the model is no tensor with numbers")
        key = (value.data_ptr(), value.shape, value.stride(), value.dtype, value.device)
        if value.numel() and key in first:
            tied[name] = first[key]
            continue
        first[key] = name
        shared = value.untyped_storage().data_ptr() in storages
        storages.add(value.untyped_storage().data_ptr())
        tensors[name] = value.clone(memory_format=torch.contiguous_format) if shared else value.contiguous()
    return tensors, tied


def _write_rules(folder: Path, path: str | PathLike[str], rules: RuleFile) -> str:
    """Write the rule file and what it imports but the standard library; the rule file's name in the folder."""
    texts = {key: source.text for key, source in rules.files.texts.items() if not key.startswith(STANDARD)}
    if not texts:
        raise _cannot(path, "the rules come from no file of their own")
    names = relative_names(texts)
    for key, text in texts.items():
        place = folder / names[key]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode())
    try:
        read_rule_file(str(folder / names[rules.key]), rules.block.name.text, rules.options)
    except CompileError:
        hint = "write what `use` asks for as paths relative to the rule file, without links"
        raise _cannot(path, "the files that the rules import cannot be moved along", hint) from None
    return names[rules.key]


def _entry(folder: Path, built: Built, rules: RuleFile) -> Entry:
    compiled = cast(Compiled, built.module.layer._origin)
    network = compiled.network
    digest = digest_of_network(network)
    code = f"code/{network.name}_{digest[:12]}.py"
    if not (folder / code).exists():
        (folder / code).parent.mkdir(exist_ok=True)
        (folder / code).write_text(compiled.source("torch"), encoding="utf-8")
    return Entry(
        paths=built.place.paths, rule=rules.block.rules.index(built.rule), values=network.values,
        bonds=bond_sizes(network), network=digest, code=code, row=built.row,
    )  # fmt: skip


def _put(folder: Path, target: Path) -> None:
    """Let a folder take the place of what is there; that is taken away only when the new one stands."""
    if not target.exists():
        os.replace(folder, target)
        return
    before = Path(tempfile.mkdtemp(prefix=f".{target.name[:40]}.", suffix=".old", dir=target.parent))
    os.replace(target, before)
    try:
        os.replace(folder, target)
    except OSError:
        os.replace(before, target)
        raise
    shutil.rmtree(before, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def _cannot(path: str | PathLike[str], reason: str, hint: str | None = None) -> CompileError:
    return compile_error([CannotWrite(Span(fspath(path), 0, 0, 0, 0), fspath(path), reason, hint)])

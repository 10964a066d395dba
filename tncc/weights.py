"""Tensors in safetensors files: what can't be read says why, and what is written appears whole or not at all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.span import Span
from tncc.diagnostics.weight_kinds import BadWeights, UnknownKey
from tncc.elaborate.nearest import rename_hint
from tncc.output import replaced


def read_tensors(path: Path, keys: tuple[str, ...]) -> dict[str, torch.Tensor]:
    """Some tensors of a file, the others not being read; raises Failure (TN405, TN406). Nothing is ever unpickled."""
    with _opened(path) as stream:
        known = sorted(stream.keys())
        for key in keys:
            if key not in known:
                place = Span(str(path), 0, 0, 0, 0)
                raise Failure(UnknownKey(place, str(path), key, len(known), _hint(key, known)))
        return {key: stream.get_tensor(key) for key in keys}


def read_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """The shapes of all tensors of a file, none of which is read; raises Failure (TN405)."""
    with _opened(path) as stream:
        return {key: tuple(stream.get_slice(key).get_shape()) for key in sorted(stream.keys())}


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """A file to read tensors of; raises Failure (TN405)."""
    place = Span(str(path), 0, 0, 0, 0)
    try:
        with safe_open(path, framework="pt") as stream:
            yield stream
    except FileNotFoundError:
        raise Failure(BadWeights(place, str(path), "there is no such file")) from None
    except (SafetensorError, OSError, ValueError, OverflowError) as error:
        hint = "only safetensors files are read: save the weights with `safetensors.torch.save_file`"
        raise Failure(BadWeights(place, str(path), _reason(path, error), hint)) from None


def write_tensors(path: Path, tensors: Mapping[str, torch.Tensor], metadata: Mapping[str, str]) -> None:
    """Write a file, whole or not at all; raises CompileError."""
    with replaced(path) as beside:
        whole = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
        save_file(whole, beside, metadata=dict(metadata))


def _hint(key: str, known: list[str]) -> str:
    near = rename_hint(key, known)
    if near is not None:
        return near
    ending = [name for name in known if name.endswith(key.rsplit(".", 1)[-1])] or known
    shown = ", ".join(f"`{name}`" for name in ending[:6])
    return f"it has {shown}{' and others' if len(ending) > 6 else ''}" if known else "it has none at all"


def _reason(path: Path, error: Exception) -> str:
    if path.is_dir():
        return "it is a folder"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    size = path.stat().st_size
    text = str(error).lower().removeprefix("error while deserializing header: ").rstrip(".")
    if "incomplete" in text or "too small" in text or "invalidheaderlength" in text:
        return f"it is cut short, or something else, at {size:,} bytes ({text})"
    return text

"""What `tncc decompose` does: a dense weight out of one safetensors file, a network's tensors into another."""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table

from tncc.decompose.result import Decomposition
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.render import compile_error
from tncc.driver import Compiled
from tncc.inspecting import BONDS, NETWORK, SOURCE, VALUES
from tncc.layers.layer import Layer
from tncc.watching import Watch, unwatched
from tncc.weights import read_tensors, write_tensors

DECOMPOSITION = "tncc.decomposition"
"""How close the tensors came, as a JSON object."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: names of tensors in the file, and what `from_dense_` takes."""

    key: str
    bias_key: str | None = None
    covariance_key: str | None = None
    error: float | None = None
    seed: int = 0
    restarts: int = 3
    sweeps: int | None = None
    pad: bool = False


@dataclass(frozen=True, slots=True)
class Decomposed:
    """The outcome, with how many numbers there are before and after."""

    network: str
    result: Decomposition
    before: int
    after: int


def decompose_file(compiled: Compiled, weights: Path, wish: Wish, output: Path, watch: Watch = unwatched) -> Decomposed:
    """Write the tensors of a network that come closest to a weight; raises CompileError, nothing being written then.

    The file's metadata says what `tncc inspect` looks for: the program's text, the network's name and values, and the
    `tncc.bonds` that `tncc.compile(..., bonds=...)` takes; `tncc.decomposition` is the outcome as a JSON object.
    """
    keys = (wish.key, wish.bias_key, wish.covariance_key)
    try:
        found = read_tensors(weights, tuple(key for key in keys if key is not None))
    except Failure as failure:
        raise compile_error([failure.diagnostic]) from None
    weight, bias, covariance = (None if key is None else found[key] for key in keys)
    assert weight is not None
    dtype = weight.dtype if weight.is_floating_point() and weight.element_size() > 1 else torch.float32
    layer = compiled.module(dtype=dtype)
    result = layer.from_dense_(  # type: ignore[operator]
        weight, bias, covariance=covariance, error=wish.error, seed=wish.seed, restarts=wish.restarts,
        sweeps=wish.sweeps, pad=wish.pad, progress=watch,
    )  # fmt: skip
    state = layer.state_dict()
    write_tensors(output, state, _metadata(compiled, layer, result))
    before = sum(one.numel() for one in (weight, bias) if one is not None)
    return Decomposed(compiled.network.name, result, before, sum(tensor.numel() for tensor in state.values()))


def _metadata(compiled: Compiled, layer: Layer, result: Decomposition) -> dict[str, str]:
    network = layer.network
    sizes = {index.name: index.size for index in network.indices if index.kind == "bond"}
    return {
        SOURCE: compiled.origin.source.text,
        NETWORK: network.name,
        VALUES: json.dumps(dict(network.values)),
        BONDS: json.dumps(sizes),
        DECOMPOSITION: result.model_dump_json(),
    }


def table(found: Decomposed, width: int, color: bool) -> str:
    """The outcome for people: each bond that was cut, then the whole."""
    result = found.result
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=color, no_color=not color, highlight=False)
    if result.bonds:
        bonds = Table(title=f"Bonds of {found.network}", title_justify="left", box=None, pad_edge=False)
        bonds.add_column("bond")
        bonds.add_column("size", justify="right")
        bonds.add_column("relative error", justify="right")
        for name, bond in result.bonds.items():
            bonds.add_row(name, f"{bond.size:,}", f"{bond.error:.3e}")
        console.print(bonds, markup=False)
        console.print()
    whole = Table(title=f"{found.network} from a dense weight", title_justify="left", box=None, pad_edge=False)
    whole.add_column("")
    whole.add_column("", justify="right")
    whole.show_header = False
    for name, value in _rows(found):
        whole.add_row(name, value)
    console.print(whole)
    return "\n".join(line.rstrip() for line in stream.getvalue().splitlines()) + "\n"


def _rows(found: Decomposed) -> list[tuple[str, str]]:
    result = found.result
    rows = [("weight", f"{result.shape[0]:,} × {result.shape[1]:,}")]
    ways = {"sequential": "sequential SVD", "alternating": f"least squares, {result.sweeps} sweeps"}
    rows.append(("method", ways[result.method]))
    rows += [(f"size of {name}", f"{size:,}") for name, size in result.sizes.items() if name not in result.bonds]
    rows.append(("relative error", f"{result.error:.3e}"))
    if result.weighted_error is not None:
        rows.append(("under the covariance", f"{result.weighted_error:.3e}"))
    if result.bound is not None:
        rows.append(("bound, √Σε²", f"{result.bound:.3e}"))
    if result.bias_error:
        rows.append(("relative error of the bias", f"{result.bias_error:.3e}"))
    rows.append(("parameters", f"{found.after:,} of {found.before:,} ({found.after / found.before:.1%})"))
    return rows

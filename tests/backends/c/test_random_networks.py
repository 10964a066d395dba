"""Kernels of random networks agree with the oracle, and touch no memory but their own, at every width of vectors.

Together the chunks check at least `WANTED` kernels, forward from packed and from plain weights, and backward.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.backends.c.building import (
    APART,
    SANITIZERS,
    WIDTHS,
    check,
    files_of,
    has_backward,
    needs_compiler,
    width_flags,
)
from tests.backends.c.oracle_examples import example, has_rows, values_of
from tests.closeness import is_tame
from tests.random_networks import networks
from tncc.backends.c import entries
from tncc.diagnostics.diagnostic import Failure
from tncc.ir.network import Network
from tncc.passes import run_passes

WANTED = 300
CHUNKS = 15
EACH = WANTED // CHUNKS
"""The kernels that every chunk builds and checks."""

ROWS = {0: 3, 1: 1, 7: 3, 16: 2, 17: 5, 33: 4}
"""The row counts, each with the size that dynamic indices have then; 3 is the planned one."""

SAVING = 3
"""Each third chunk saves between the passes whatever that gains, and is checked with and without."""

LIMIT = 2
"""So many networks of a chunk at most have no kernel."""


@dataclass
class Tally:
    """What has become of a chunk's networks."""

    checked: int = 0
    backward: int = 0
    without: list[str] = field(default_factory=list)


@needs_compiler
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_kernels_agree_with_the_oracle(chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tally = Tally()
    if chunk % SAVING == 0:
        monkeypatch.setattr(entries, "PAYING", 0.0)

    @seed(chunk)
    @settings(
        max_examples=3 * EACH,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(networks())
    def every(network: Network) -> None:
        if tally.checked < EACH and is_real(network):
            one(network, tmp_path / f"{chunk}-{tally.checked}", tally)

    every()
    assert tally.checked == EACH
    assert tally.backward >= 0.7 * EACH, "only what has `max` in it has no gradients"
    assert len(tally.without) <= LIMIT, tally.without


def is_real(network: Network) -> bool:
    """Whether a network has a kernel's types of numbers, and no value that makes rounding errors large."""
    if any(tensor.complex for tensor in network.tensors):
        return False
    return all(
        is_tame(network, values_of(network, rows, {"q": size, "t": size})) for rows, size in ROWS.items() if rows
    )


def one(network: Network, folder: Path, tally: Tally) -> None:
    """One network, every other one behind the passes; vectors change from each to the next."""
    number = tally.checked
    planned = run_passes(network) if number % 2 else network
    try:
        files = files_of(planned)
    except Failure as failure:
        tally.without.append(failure.diagnostic.message)
        return
    backward = has_backward(files)
    unwanted = frozenset([tensor.name for tensor in network.tensors if tensor.role == "parameter"][:1])
    counts = ROWS if has_rows(network) else {1: 3}
    examples = [
        example(network, rows, backward, {"q": size, "t": size}, unwanted if rows == 7 else frozenset())
        for rows, size in counts.items()
    ]
    optimized = ("-O1",) if number % 5 == 0 else ("-O0",)
    threaded = ("-fopenmp",) if number % 3 == 0 else ()
    width = width_flags(WIDTHS[number % len(WIDTHS)])
    check(
        folder, planned, files, examples, "float64",
        APART, *optimized, *threaded, *width, *SANITIZERS,
    )  # fmt: skip
    tally.checked += 1
    tally.backward += backward

"""Kernels cut for small caches agree with the oracle: several tiles, blocks of sums, streamed operands, copied blocks.

The caches that kernels are laid out for are made so small that small networks show what large ones do.
"""

from pathlib import Path

import pytest

from tests.backends import samples
from tests.backends.c.building import APART, SANITIZERS, check, files_of, needs_compiler, width_flags
from tests.backends.c.oracle_examples import example
from tests.small_networks import tensor_train
from tncc.backends.c import arranging, kernel, panels, tiling
from tncc.backends.c.emit import CFiles
from tncc.backends.c.steps import Product, Step

SMALL = {
    kernel: {"TILE_BYTES": 2**11},
    arranging: {"THIRD": 2**6},
    tiling: {"BLOCK": 2**12, "FEWEST": 2},
    panels: {"TURNED": 1},
}
"""Sizes of caches, by the modules that go by them."""


NETWORKS = {
    "two sites": tensor_train((6, 8), (9, 12), 20),
    "three sites": tensor_train((4, 3, 5), (3, 4, 6), 7),
    "attention": samples.ATTENTION,
}


@pytest.fixture
def small_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, sizes in SMALL.items():
        for name, size in sizes.items():
            monkeypatch.setattr(module, name, size)


def steps_of(files: CFiles) -> list[Step]:
    return [
        step
        for entry in files.entries
        for one in entry.kernels
        for steps in (one.kernel.pack, one.kernel.once, one.kernel.each, one.kernel.last)
        for step in steps
    ]


@needs_compiler
@pytest.mark.usefixtures("small_caches")
@pytest.mark.parametrize("name", NETWORKS)
def test_small_caches_change_nothing(name: str, tmp_path: Path) -> None:
    network = NETWORKS[name]
    files = files_of(network)
    examples = [example(network, rows, True) for rows in (0, 1, 7, 33)]
    check(tmp_path, network, files, examples, "float64", "-O1", APART, *width_flags(32), *SANITIZERS)


@pytest.mark.usefixtures("small_caches")
def test_large_operands_are_streamed_and_blocked() -> None:
    files = files_of(NETWORKS["two sites"])
    products = [step for step in steps_of(files) if isinstance(step, Product)]
    assert any(step.streamed for step in products)
    assert any(len(step.sums) > 2 for step in products)
    assert "tncc_turn(row" in files.code
    heights = [one.kernel.capacity for entry in files.entries for one in entry.kernels]
    assert min(height for height in heights if height is not None) < 33

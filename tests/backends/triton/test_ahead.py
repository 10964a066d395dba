"""Kernels compile for real GPUs, with none present, and keep within registers and shared memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import tncc
from tncc.backends.triton.tiles import SHARED_LIMIT
from tncc.driver import Compiled

pytest.importorskip("triton")

ROOT = Path(__file__).parents[3]


def figures(source: str, folder: Path, element: str, *capabilities: int) -> list[dict[str, int]]:
    """What each kernel takes on each compute capability."""
    path = folder / "generated.py"
    path.write_text(source)
    environment = {name: value for name, value in os.environ.items() if name != "TRITON_INTERPRET"}
    environment["TRITON_CACHE_DIR"] = str(folder / "cache")
    command = [sys.executable, "-m", "tests.backends.triton.ahead", str(path), element, *map(str, capabilities)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, int]] = json.loads(done.stdout)
    return found


def two_sites() -> Compiled:
    return tncc.compile("std.mpo", batch=(1024,), ins=(32, 32), outs=(32, 32), chi=16)


def three_sites() -> Compiled:
    return tncc.compile("std.mpo", batch=(1024,), ins=(8, 8, 12), outs=(12, 16, 16), chi=16)


@pytest.mark.parametrize(
    ("made", "element", "capabilities"), [(two_sites, "*bf16", (80, 90)), (three_sites, "*fp32", (80,))]
)
def test_kernels_fit(made, element: str, capabilities: tuple[int, ...], tmp_path: Path) -> None:
    found = figures(made().source("triton"), tmp_path, element, *capabilities)
    assert {one["capability"] for one in found} == set(capabilities)
    for one in found:
        assert one["registers"] <= 255
        assert one["spilled"] <= 64, one
        assert one["shared"] <= SHARED_LIMIT, one
    # Products of narrow types run on tensor cores; those in single precision are exact, and do not.
    assert any(one["tensor_cores"] for one in found if one["capability"] == 80) == (element == "*bf16")

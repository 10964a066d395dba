from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from tests.models.small_transformer import SmallTransformer
from tncc import rule_files
from tncc.diagnostics.source import Source
from tncc.driver import Compiled, compile_program
from tncc.ir.network import Value
from tncc.planning_options import Options

HEAD = """use std.mpo: MPO
use std.low_rank: LowRank
use std.btt: BTT
use std.cp: CP

"""

Rules = Callable[[str], Path]


@pytest.fixture(autouse=True, scope="session")
def _plans_made_once() -> Iterator[None]:
    """The same networks stand in many tests here, and planning them takes longer than all else."""
    made: dict[tuple[object, ...], Compiled] = {}

    def compiled(
        key: str, source: Source, wanted: str, options: Options, bonds: dict[str, int], values: dict[str, Value]
    ) -> Compiled:
        known = (key, source.text, wanted, options.batch, tuple(values.items()))
        if known not in made:
            made[known] = compile_program(key, source, wanted, options, bonds, values)
        return made[known]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rule_files, "compile_program", compiled)
        yield


@pytest.fixture
def rules(tmp_path: Path) -> Rules:
    """`rules(text)` writes a file with a block of these rules, the standard library's networks imported."""

    def write(text: str) -> Path:
        path = tmp_path / "rules.tn"
        path.write_text(f"{HEAD}tensorize Small {{\n{text}\n}}\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def model() -> SmallTransformer:
    torch.manual_seed(0)
    return SmallTransformer().eval()


@pytest.fixture
def ids() -> torch.Tensor:
    return torch.randint(0, 30, (3, 7), generator=torch.Generator().manual_seed(1))

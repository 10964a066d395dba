"""What `tncc check` prints for each faulty program in `cases/`, and that every kind of diagnostic is among them."""

import re
from pathlib import Path

import pytest

from tests.conftest import Golden
from tests.diagnostics.outside import (
    BOND_KINDS,
    HEALING_KINDS,
    KERNEL_KINDS,
    MODEL_KINDS,
    OUTSIDE_FILES,
    RANK_KINDS,
)
from tncc.diagnostics.catalog import KINDS
from tncc.diagnostics.render import render
from tncc.driver import check

CASES = Path(__file__).parent / "cases"
PROGRAMS = sorted(CASES.glob("*.tn"))


@pytest.mark.parametrize("program", PROGRAMS, ids=[program.stem for program in PROGRAMS])
def test_what_is_printed(program: Path, golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)
    diagnostics, sources = check(program.name)
    golden(program.with_suffix(".err"), render(diagnostics, sources))
    assert diagnostics


def test_every_kind_has_a_case() -> None:
    printed = "".join(path.read_text(encoding="utf-8") for path in CASES.glob("*.err"))
    found = set(re.findall(r"^(?:error|warning)\[(TN\d+)\]: ", printed, re.MULTILINE))
    elsewhere = OUTSIDE_FILES | BOND_KINDS | MODEL_KINDS | KERNEL_KINDS | RANK_KINDS | HEALING_KINDS
    assert sorted(set(KINDS) - found - elsewhere) == []
    assert sorted(found & OUTSIDE_FILES) == []


def test_warnings_are_no_errors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CASES)
    for name in ("lonely_index.tn", "unused_names.tn"):
        diagnostics, _ = check(name)
        assert {diagnostic.severity for diagnostic in diagnostics} == {"warning"}

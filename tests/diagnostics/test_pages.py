"""The pages of `tncc explain`: one for each kind, whose wrong program causes it and whose right one nothing."""

import re
from pathlib import Path

import pytest

import tncc.diagnostics
from tncc.diagnostics.catalog import KINDS, explain_page
from tncc.diagnostics.diagnostic import Diagnostic
from tncc.driver import check

PAGES = Path(tncc.diagnostics.__file__).parent / "pages"
BLOCK = re.compile(r"^```tn\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def programs(code: str) -> list[str]:
    """The complete programs of a page: the wrong one first."""
    blocks = BLOCK.findall((PAGES / f"{code}.md").read_text(encoding="utf-8"))
    return [block for block in blocks if block.startswith(("network", "use"))]


def found(text: str, folder: Path) -> list[str]:
    program = folder / "program.tn"
    program.write_text(text, encoding="utf-8")
    return [diagnostic.code for diagnostic in check(str(program))[0]]


def test_each_kind_has_a_page_and_each_page_a_kind() -> None:
    assert sorted(path.stem for path in PAGES.iterdir()) == sorted(KINDS)


@pytest.mark.parametrize("code", KINDS)
def test_a_page(code: str, tmp_path: Path) -> None:
    page = explain_page(code)
    assert page is not None
    assert page.startswith(f"# {code}: ")
    assert page.endswith("\n")
    assert max(map(len, page.splitlines())) <= 120
    assert page.count("```") % 2 == 0
    shown = programs(code)
    assert len(shown) in (0, 2)
    if shown:
        assert found(shown[0], tmp_path) == [code]
        assert found(shown[1], tmp_path) == []


def test_the_codes_of_a_page_may_be_written_in_any_case() -> None:
    assert explain_page(" tn104\n") == explain_page("TN104")
    assert explain_page("TN999") is None
    assert explain_page("../TN104") is None


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_the_words_of_a_kind(kind: type[Diagnostic]) -> None:
    assert re.fullmatch(r"TN\d\d\d", kind.code)
    assert kind.severity in ("error", "warning")
    for text in (kind.template, kind.advice):
        assert not text.endswith((".", "!"))
        assert not text[:1].isupper()
        assert text.count("`") % 2 == 0

import ast
import re
import sys
from pathlib import Path

import pytest

import tncc.report
from tests.ir.hand_built import Sizes, auto, contract
from tests.report.networks import feed_forward, report_on, three_sites
from tncc.ir.network import Network
from tncc.report.document import Cell, Column, Section
from tncc.report.markdown import render_markdown
from tncc.report.terminal import render_text


@pytest.mark.parametrize("width", [40, 80, 100, 120])
@pytest.mark.parametrize("network", [three_sites(), feed_forward()], ids=lambda network: network.name)
def test_text_keeps_to_its_width_and_has_no_trailing_spaces(network: Network, width: int) -> None:
    lines = report_on(network).text(width).split("\n")
    assert max(map(len, lines)) <= width
    assert all(line == line.rstrip() for line in lines)


def test_colour_is_there_only_when_asked_for_whatever_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    report = report_on(three_sites())
    plain = report.text()
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "50")
    assert report.text() == plain
    monkeypatch.setenv("NO_COLOR", "1")
    coloured = report.text(colour=True)
    assert "\x1b[" in coloured
    assert "\x1b[" not in plain
    stripped = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert [line.rstrip() for line in stripped.splitlines()] == plain.splitlines()


def chain(length: int) -> Network:
    sizes = Sizes({f"r[{site}]": 2 + (site % 1000 == 7) for site in range(length + 1)})
    cores = [sizes.tensor(f"A[{site}]", f"r[{site}] r[{site + 1}]", auto(0.7)) for site in range(length)]
    views = [f"A[{site}]: r[{site}] r[{site + 1}]" for site in range(length)]
    return sizes.network([sizes.input("... r[0]"), *cores], [contract("y", f"... r[{length}]", "x: ... r[0]", *views)])


def test_of_a_long_plan_only_the_costliest_steps_are_shown() -> None:
    report = report_on(chain(5000), rows=(32,))
    assert len(report.plans[0].steps) == 5000
    for shown in (report.text(100), report.markdown()):
        assert len(shown.splitlines()) < 140
        assert "These are the 20 costliest of 5,000 steps; 4,980 steps left out." in shown
        assert "4,981 more left out." in shown
        assert all(f"A[{site + offset}]" in shown for site in range(7, 5000, 1000) for offset in (-1, 0))


def test_orders_that_differ_are_told_apart() -> None:
    report = report_on(three_sites(), rows=(1, 2, 4))
    other = report.plans[1].model_copy(update={"steps": report.plans[1].steps[:-1]})
    mixed = report.model_copy(update={"plans": (report.plans[0], other, report.plans[2])})
    titles = [line for line in mixed.text().splitlines() if line.startswith("Steps at")]
    assert titles == ["Steps at 1 and 4 rows", "Steps at 2 rows"]


def test_what_markdown_reads_as_marks_is_escaped() -> None:
    section = Section(
        "a_b",
        columns=(Column("#", number=True), Column()),
        rows=((Cell("<1 %"), Cell("x|y ``z``", detail="a | b", code=True)), (Cell("*"), Cell("2", tone="strong"))),
        points=("`A[*]` is *not* `b_c`",),
        notes=("[1]",),
    )
    assert render_markdown((section,)) == (
        "# A\\_b\n\n"
        "| \\# |  |\n"
        "| ---: | :--- |\n"
        "| \\<1 % | ``` x\\|y ``z`` ```<br>`a \\| b` |\n"
        "| \\* | **2** |\n\n"
        "- `A[*]` is \\*not\\* `b_c`\n\n"
        "\\[1\\]\n"
    )


def test_text_takes_brackets_and_control_characters_as_they_are() -> None:
    section = Section("t", columns=(Column("[bold]c[/]"),), rows=((Cell("A[0] :smile:"),),), notes=("[red]n",))
    text = render_text((section,), width=40)
    assert "[bold]c[/]" in text
    assert "A[0] :smile:" in text
    assert "[red]n" in text


def test_the_report_imports_only_pydantic_and_in_one_file_rich() -> None:
    folder = Path(tncc.report.__file__).parent
    for path in folder.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        outside = {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"tncc", "pydantic"}
        assert outside == ({"rich"} if path.name == "terminal.py" else set()), path

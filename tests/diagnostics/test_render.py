"""Diagnostics as text and as JSON, beside what the golden cases show."""

import json

from tncc.diagnostics.axis_kinds import SizeMismatch
from tncc.diagnostics.diagnostic import CompileError, Label, in_order
from tncc.diagnostics.name_kinds import UnknownName
from tncc.diagnostics.render import as_json, compile_error, render
from tncc.diagnostics.size_kinds import BadOption, PositionOutOfRange
from tncc.diagnostics.source import Source
from tncc.diagnostics.span import Span

TEXT = "network N() {\n  output y = chu\n}\n"
SOURCES = {"n.tn": Source("n.tn", TEXT)}
PLACE = Span("n.tn", 2, 14, 2, 17)


def test_a_diagnostic_as_text() -> None:
    assert render([UnknownName(PLACE, "chu", "rename to `chi`")], SOURCES) == (
        "error[TN101]: unknown name `chu`\n --> n.tn:2:14\n  |\n2 |   output y = chu\n  |              ^^^\n"
        "  = help: rename to `chi`\n"
    )


def test_an_advice_with_nothing_in_it_is_left_out() -> None:
    assert "help" not in render([UnknownName(PLACE, "chu")], SOURCES)
    assert UnknownName(PLACE, "chu").help is None


def test_colour_changes_nothing_but_colours() -> None:
    found = [UnknownName(PLACE, "chu", "rename to `chi`", labels=(Label(PLACE, "here"),))]
    colored = render(found, SOURCES, color=True)
    plain = colored
    for code in ("\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m", "\x1b[1m", "\x1b[1;34m", "\x1b[0m"):
        plain = plain.replace(code, "")
    assert plain == render(found, SOURCES)
    assert "\x1b[1;31merror[TN101]\x1b[0m" in colored


def test_what_stands_in_no_file_has_its_place_alone() -> None:
    shown = render([BadOption(Span("--batch", 0, 0, 0, 0), "no row counts are given")], {})
    assert shown == "error[TN137]: no row counts are given\n --> --batch\n"


def test_a_diagnostic_as_json() -> None:
    labels = (Label(Span("m.tn", 1, 2, 1, 3), "declared with size 2 here"),)
    entry = json.loads(as_json(SizeMismatch(PLACE, 1, "A", 2, "b", 3, labels=labels)))
    assert entry == {
        "code": "TN140", "severity": "error", "message": "axis 1 of `A` has size 2, but `b` has size 3",
        "file": "n.tn", "line": 2, "column": 14, "end_line": 2, "end_column": 17,
        "labels": [
            {
                "file": "m.tn", "line": 1, "column": 2, "end_line": 1, "end_column": 3,
                "message": "declared with size 2 here",
            }
        ],
        "help": "give both the same size, or name another index",
    }  # fmt: skip
    assert json.loads(as_json(UnknownName(PLACE, "chu")))["help"] is None
    assert "\n" not in as_json(BadOption(PLACE, "two\nlines"))


def test_enormous_values_are_not_written_out() -> None:
    assert PositionOutOfRange(PLACE, "`a`", 10**50_000, "2 elements").message == (
        "position an int of 166097 bits is out of range: `a` has 2 elements"
    )
    assert len(UnknownName(PLACE, "x" * 10**6).message) < 500


def test_a_wide_character_takes_two_columns() -> None:
    sources = {"n.tn": Source("n.tn", "核 * x\n")}
    shown = render([UnknownName(Span("n.tn", 1, 5, 1, 6), "x")], sources)
    assert shown.splitlines()[3:5] == ["1 | 核 * x", "  |      ^"]
    shown = render([UnknownName(Span("n.tn", 1, 1, 1, 2), "核")], sources)
    assert shown.splitlines()[4] == "  | ^^"


def test_spans_that_lie_outside_of_the_text() -> None:
    for span in (Span("n.tn", 9, 1, 9, 2), Span("n.tn", 2, 90, 2, 95), Span("n.tn", 1, 5, 3, 2)):
        assert render([UnknownName(span, "chu")], SOURCES).startswith("error[TN101]")


def test_the_order_is_that_of_the_files_and_their_lines() -> None:
    sources = {"b.tn": SOURCES["n.tn"], "a.tn": SOURCES["n.tn"]}
    places = [Span("a.tn", 1, 1, 1, 2), Span("b.tn", 2, 5, 2, 6), Span("b.tn", 2, 1, 2, 2), Span("c.tn", 1, 1, 1, 2)]
    ordered = in_order([UnknownName(place, "x") for place in places], sources)
    assert [entry.span for entry in ordered] == [places[2], places[1], places[0], places[3]]


def test_the_exception_says_what_the_command_line_prints() -> None:
    error = compile_error([UnknownName(PLACE, "chu")], SOURCES)
    assert isinstance(error, CompileError)
    assert str(error) == render(error.diagnostics, SOURCES)

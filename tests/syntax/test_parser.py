import itertools
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.syntax.programs import EXAMPLES, programs
from tncc.diagnostics.source import Source
from tncc.syntax import tree
from tncc.syntax.format import format_source
from tncc.syntax.machine import Machine
from tncc.syntax.parser import Parsed, parse
from tncc.syntax.same import same
from tncc.syntax.tokens import DEPTH_LIMIT


def read(text: str) -> Parsed:
    return parse(Source("case.tn", text))


def inside(text: str) -> str:
    return f"network N {{\n{text}\n}}\n"


def statements(text: str) -> tuple[tree.Statement, ...]:
    """The statements of a network with that body, which must be right."""
    parsed = read(inside(text))
    assert not parsed.diagnostics, (text, parsed.diagnostics)
    (network,) = parsed.module.items
    assert isinstance(network, tree.Network)
    return network.block.statements


def faults(text: str) -> list[tuple[str, int, int]]:
    return [(entry.code, entry.span.line, entry.span.column) for entry in read(text).diagnostics]


def names(parsed: Parsed) -> list[str]:
    """What the statements that could be read declare."""
    return [
        statement.name.text
        for item in parsed.module.items
        if isinstance(item, tree.Network)
        for statement in item.block.statements
        if not isinstance(statement, tree.Require | tree.ForBlock | tree.IfBlock)
    ]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_examples_parse(path: Path) -> None:
    assert not read(path.read_text(encoding="utf-8")).diagnostics


@pytest.mark.parametrize(
    "text",
    [
        "let a = 1\nlet b = 2",
        "let a = 1; let b = 2",
        "let a = 1;\n\n;\n;; let b = 2;",
        "let a = 1 # one\n# two\nlet b = 2",
        "tensor a[x]\n\n\ntensor b",
        "let a = (\n1\n)\nlet b = x[\n0\n]",
        "let a =\n\n1\nlet b = 2",
        "let a = f(\n1,\n2\n,)\nlet b = 2",
        "let a = 1 +\n2 *\n3 //\n4 %\n5 **\n6\nlet b = 2",
        "let a = 1\n+ 2\n- 3\n* 4\n/ 5\n// 6\n% 7\n** 8\nlet b = 2",
        "let a = 1\n# behind\n\n+ 2 # more\n+ 3\nlet b = 2",
        "let a = x ==\n1 and\ny\nor z\n<= 2\nlet b = 0\n..\n4",
        "let a = 1 if c\nelse 2\nlet b = 3 if d else\n4",
        'require a,\n"message"\nlet b = 2',
        "if a {}\nelse {}\nlet b = 2",
        "if a {}\n\n# before else\nelse if b {\n}\nelse\n{}\nlet b = 2",
        "for k in 0..n,\nj in 0..k {}; let b = 2",
    ],
)
def test_line_ends_and_semicolons_end_statements(text: str) -> None:
    assert len(statements(text)) == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("let a = 1;\n+ 2", 3),
        ("let a = 1 let b = 2", 2),
        ("let a\n= 1", 2),
        ("tensor A\n[x]", 3),
        ("let a = 1 if c\n else 2;\nelse 3", 4),
        ("index i\n: 3", 2),
        ("if a {} let b = 2", 2),
    ],
)
def test_statements_end_where_nothing_goes_on(text: str, line: int) -> None:
    assert [fault[:2] for fault in faults(inside(text))] == [("TN001", line)]


@settings(deadline=None)
@given(st.integers(0, 2**20))
def test_line_ends_inside_brackets_mean_nothing(seed: int) -> None:
    parts = re.findall(r"\w+|[^\w ]", "x[(a b), 2*k + 1, :n] * f(x, (1, 2))")
    depth, text = 0, ""
    for place, part in enumerate(parts):
        text += ("\n" if depth and seed >> place & 1 else " ") + part
        depth += (part in "([") - (part in ")]")
    (one,), (other,) = statements(f"y ={text}"), statements("y = " + " ".join(parts))
    assert same(one, other)


def test_each_fault_is_reported_and_what_is_between_is_read() -> None:
    parsed = read(
        "use std.mpo MPO\n"
        "network A {\n"
        "  let a = 1 +* 2\n"
        "  let good = 1\n"
        "  tensor [x]\n"
        "  index as: 3\n"
        "  for 5 { let lost = 1; if x { let lost = 2 } }\n"
        "  let fine = (1, 2)\n"
        "  output y[c] = x * ) A\n"
        "}\n"
        "network B { let last = 1 }\n"
    )
    assert [(entry.code, entry.span.line) for entry in parsed.diagnostics] == [
        ("TN001", 1), ("TN001", 3), ("TN001", 5), ("TN010", 6), ("TN001", 7), ("TN004", 9),
    ]  # fmt: skip
    assert names(parsed) == ["good", "fine", "last"]


@pytest.mark.parametrize(
    ("text", "lines", "kept"),
    [
        ("let = 1\nlet a = 1\n", [2], ["a"]),
        ("let a = 1\nlet = 1", [3], ["a"]),
        ("let = 1\n5\nlet = 3", [2, 4], []),
        ("let = 1; let a = 2; let = 3; let b = 3", [2, 2], ["a", "b"]),
        ("if a {} let b = 1\nlet c = 1", [2], ["c"]),
        ("if { let a = 1 } else { let a = 2 }\nlet b = 1", [2], ["b"]),
        ("if a { let = 1 }\nlet b = 1", [2], ["b"]),
        ("if a { let = 1 } else { let = 2 }", [2, 2], []),
        ("£\nlet a = 1\n£", [2, 4], ["a"]),
    ],
)
def test_a_broken_statement_takes_no_other_with_it(text: str, lines: list[int], kept: list[str]) -> None:
    parsed = read(inside(text) + "network M { let last = 1 }")
    assert [entry.span.line for entry in parsed.diagnostics] == lines
    assert names(parsed) == [*kept, "last"]


ITEMS = ["network A {}\nuse", "use\nnetwork A {}", "network B {}\n£", "1\nnetwork A {}\nlet a = 1"]


@pytest.mark.parametrize("text", ITEMS)
def test_a_broken_item_takes_no_other_with_it(text: str) -> None:
    parsed = read(text)
    assert len(parsed.module.items) == 1 and parsed.diagnostics


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (inside("let a = (1 +\nlet b = 2"), [("TN003", 2, 9)]),
        (inside("let a = f(x[1, 2)\nlet b = 2"), [("TN005", 2, 17)]),
        (inside("tensor A[x\ntensor B[x\n"), [("TN003", 2, 9), ("TN003", 3, 9)]),
        ("network A {\n  let a = 1\n\nnetwork B {\n  let b = 1\n}\n", [("TN003", 1, 11)]),
        ("network A {\n  if a {\n    let a = 1\n}\n", [("TN003", 2, 8)]),
        ("network A {\n  let a = 1\n}\n}\n", [("TN004", 4, 1)]),
        ("network A(a: int {\n}\n", [("TN003", 1, 10)]),
        (inside("let a = )"), [("TN004", 2, 9)]),
    ],
)
def test_brackets_are_reported_where_they_open(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert faults(text) == expected


MANY = 50_000
DEEP = {
    "parentheses": "let a = " + "(" * MANY + "1" + ")" * MANY,
    "brackets never closed": "let a = " + "[" * MANY,
    "calls": "let a = " + "f(" * MANY + ")" * MANY,
    "minus": "let a = " + "-" * MANY + "1",
    "not": "let a = " + "not " * MANY + "b",
    "powers": "let a = 1" + "**1" * MANY,
    "conditionals": "let a = " + "1 if b else " * MANY + "1",
    "choices": "if a {}" + " else if a {}" * MANY,
    "blocks": "for k in 0..2 { " * MANY + "}" * MANY,
    "blocks never closed": "if a {\n" * MANY,
}


@pytest.mark.parametrize("kind", DEEP)
def test_depth_is_limited(kind: str) -> None:
    assert [code for code, _, _ in faults(inside(DEEP[kind]))] == ["TN006"]


def test_depth_up_to_the_limit_is_fine() -> None:
    deep = DEPTH_LIMIT - 2
    for text in (
        "let a = " + "(" * deep + "1" + ")" * deep,
        "let a = " + "f(a or b and 1 == 2 + 3 * " * deep + "1" + ")" * deep,
        "for k in 0..2 { " * deep + "}" * deep,
    ):
        statements(text)
        assert format_source(Source("case.tn", inside(text)))


LONG = ["let a = 1" + " + 1" * MANY, "let a = (" + "1, " * MANY + ")", "\n" * MANY, "#" * MANY]


@pytest.mark.parametrize("text", LONG, ids=["sum", "tuple", "lines", "comment"])
def test_length_is_not_limited(text: str) -> None:
    read(inside(text))
    assert not faults(inside(text))


LINES = {
    "right": "tensor A{k}[i[{k}], r[{k}+1]] init normal(0.1)",
    "wrong": "tensor A{k}[i[{k}] let = = {{ }}",
    "factor": "",
}


@pytest.mark.parametrize("kind", LINES)
def test_work_is_linear_in_the_length(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    work = 0

    def counted(method: str) -> None:
        original = getattr(Machine, method)

        def call(self: Machine, *arguments: object) -> object:
            nonlocal work
            work += len(self.states)
            return original(self, *arguments)

        monkeypatch.setattr(Machine, method, call)

    for method in ("feed", "_reduce", "accepts", "snapshot", "restore"):
        counted(method)
    costs = []
    for length in (200, 400, 800):
        work = 0
        read(inside("\n".join(LINES[kind].format(k=k) for k in range(length)) + "\ny = " + "x * " * length + "x"))
        costs.append(work)
    assert costs[2] - costs[1] <= 2.01 * (costs[1] - costs[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("let a = 1 £ 2", [("TN002", 2, 11)]),
        ("let a = 'x'", [("TN002", 2, 9), ("TN002", 2, 11)]),
        ("let a = 1\0", [("TN002", 2, 10)]),
        ("let a\ufeff = 1", [("TN002", 2, 6)]),
        ('let a = "never closed', [("TN007", 2, 9)]),
        ('require f("never closed)\nlet a = 2', [("TN007", 2, 11)]),
        ('let a = "x\\', [("TN007", 2, 9)]),
        ('let a = "\\q"', []),
        ("let χ_1 = ñ", []),
        ("let a = 2x", [("TN001", 2, 10)]),
    ],
)
def test_strange_characters(text: str, expected: list[tuple[str, int, int]]) -> None:
    assert faults(inside(text)) == expected


def test_strange_characters_are_named() -> None:
    messages = [entry.message for entry in read(inside("let a = £ \0")).diagnostics]
    assert messages == [
        "the character `£` has no meaning in a .tn file",
        "the character U+0000 has no meaning in a .tn file",
    ]


def test_a_file_of_strange_characters_is_not_reported_for_ever() -> None:
    assert len(faults("£" * MANY)) == len(faults("£\n" * MANY)) == 20


def test_huge_integers_stay_text() -> None:
    (statement,) = statements(f"let a = {'9' * MANY}")
    assert isinstance(statement, tree.Let)
    assert isinstance(statement.value, tree.Integer)
    assert statement.value.digits == "9" * MANY


@pytest.mark.parametrize("text", ["", "\n", "# only a comment", " \t\r\n\f", ";;;\n;"])
def test_empty_files(text: str) -> None:
    parsed = read(text)
    assert parsed.module.items == () and not parsed.diagnostics


def test_line_ends_of_windows() -> None:
    unix = inside("let a = 1\nlet b = (1,\n2) # tail\n")
    one, other = read(unix), read(unix.replace("\n", "\r\n"))
    assert same(one.module, other.module) and one.comments == other.comments


def test_nodes_know_where_they_stand() -> None:
    (statement,) = statements("  let abc = (1 + 2) * x[0]")
    assert isinstance(statement, tree.Let)
    spans = [statement.span, statement.name.span, statement.value.span]
    assert [(span.line, span.column, span.end_line, span.end_column) for span in spans] == [
        (2, 3, 2, 27), (2, 7, 2, 10), (2, 13, 2, 27),
    ]  # fmt: skip


def test_comments_know_whether_they_stand_alone() -> None:
    parsed = read("# a\nnetwork N { # b  \n  ## c\n}")
    assert [(comment.text, comment.own_line) for comment in parsed.comments] == [
        ("# a", True), ("# b", False), ("## c", True),
    ]  # fmt: skip


@settings(deadline=None)
@given(programs, st.data())
def test_no_text_is_too_strange(text: str, data: st.DataObject) -> None:
    """Cuts, doubles and swaps pieces of programs: each fault has a place in the text, and nothing is raised."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6)))
    pieces = [text[one:other] for one, other in itertools.pairwise([0, *cuts, len(text)])]
    order = data.draw(st.lists(st.sampled_from(range(len(pieces))), max_size=8))
    mutated = data.draw(st.sampled_from(["", " ", "(", "]", "}", "{", '"', "\n", "£"])).join(pieces[k] for k in order)
    lines = mutated.split("\n")
    for entry in read(mutated).diagnostics:
        assert 1 <= entry.span.line <= len(lines)
        assert 1 <= entry.span.column <= len(lines[entry.span.line - 1]) + 1
        assert entry.message and entry.code


@settings(deadline=None)
@given(st.text(alphabet='ab1.*/=<>!"\\ \n#[](){}:,+-%éχ_e5;', max_size=60))
def test_any_text_is_read(text: str) -> None:
    read(text)

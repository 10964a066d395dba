"""Lines are broken as formatters break them."""

import ast

from hypothesis import given
from hypothesis import strategies as st

from tncc.backends.wrapping import WIDTH, assignment, bracketed, comment, split_items, statement


def test_short_lines_stay() -> None:
    assert assignment("y", "f(x)", "    ") == ["    y = f(x)"]
    assert bracketed("f(", ["a", "b"], ")", "") == ["f(a, b)"]


def test_long_arguments_go_on_a_line_of_their_own_and_then_one_on_each() -> None:
    one = [f"argument{number}" for number in range(8)]
    many = [f"argument{number}" for number in range(12)]
    assert statement("", f"some_function({', '.join(one)})", "")[1] == "    " + ", ".join(one)
    assert statement("return ", f"function({', '.join(many)})", "") == [
        "return function(", *(f"    {item}," for item in many), ")",
    ]  # fmt: skip


def test_items_are_split_outside_brackets_and_strings() -> None:
    assert split_items('f(a, b), [c, d], "e, f(", (g,)') == ["f(a, b)", "[c, d]", '"e, f("', "(g,)"]


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60), st.sampled_from(["", "    ", "        "]))
def test_wrapping_changes_no_meaning(numbers: list[int], indent: str) -> None:
    expression = f"g(f({', '.join(map(str, numbers))}), x.reshape({', '.join(map(str, numbers))}))"
    lines = assignment("y", expression, indent)
    assert max(map(len, lines)) <= WIDTH
    assert ast.dump(ast.parse("\n".join(lines).strip())) == ast.dump(ast.parse(f"y = {expression}"))


@given(st.text(alphabet="ab []().#", min_size=1))
def test_comments_stay_comments(text: str) -> None:
    assert all(line.lstrip().startswith("#") and len(line) <= WIDTH for line in comment(text, "    "))

"""Random programs that parse, and random layouts of a program, with comments wherever they may stand."""

import random
from pathlib import Path

from hypothesis import strategies as st

import tncc
from tncc.diagnostics.source import Source
from tncc.syntax.lexer import lex
from tncc.syntax.tokens import CLOSERS, END, OPENERS, OPERATORS, settle

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted([*Path(tncc.__file__).parent.glob("std/*.tn"), *ROOT.glob("examples/**/*.tn")])

_NAMES = st.sampled_from(["a", "b", "x", "chi", "ins", "r", "χ_1", "a_name_that_is_rather_long", "Tensor", "init"])
_NUMBERS = st.sampled_from(["0", "1", "2", "64", "0.5", "1e-3", "2.5E+10", "true", "false", '"text"', '"a # \\" b"'])


def _joined(
    parts: st.SearchStrategy[str], minimum: int = 0, maximum: int = 4, by: str = ", "
) -> st.SearchStrategy[str]:
    return st.lists(parts, min_size=minimum, max_size=maximum).map(by.join)


def _made(template: str, **parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda **values: template.format(**values), **parts)


def _deeper(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["+", "-", "*", "/", "//", "%"])
    links = st.lists(st.tuples(operators, inner), min_size=1, max_size=6)
    atoms = _made("({a})", a=inner)
    slots = st.one_of(
        inner, st.just("..."), st.just("*"), _made("{a}:{b}", a=inner | st.just(""), b=inner | st.just("")),
        _made("({a} {b}[*] 2)", a=_NAMES, b=_NAMES), _made("{k} in {a}..{b}", k=_NAMES, a=atoms, b=atoms),
    )  # fmt: skip
    return st.one_of(
        st.builds(lambda first, rest: first + "".join(f" {sign} {one}" for sign, one in rest), atoms, links),
        _made("{a}[{s}]", a=_NAMES, s=_joined(slots)),
        _made("{f}[{s}]({a})[{t}]", f=_NAMES, s=_joined(slots, 1), a=_joined(inner), t=_joined(slots, 1)),
        _made("{f}({a}).out", f=_NAMES, a=_joined(inner)),
        _made("sum({k} in {a}..{b}, j in 0..k: {c})", k=_NAMES, a=atoms, b=atoms, c=inner),
        _made("({a})", a=_joined(inner, 2)),
        _made("({a},)[{b}]", a=inner, b=inner),
        _made("-{a}**-{b}", a=atoms, b=atoms),
        _made("(not {a} and {b} or {c} {o} {d})", a=atoms, b=atoms, c=atoms, d=atoms,
              o=st.sampled_from(["==", "!=", "<", "<=", ">", ">="])),
        _made("({a} if {b} else {c} if {b} else {a})", a=atoms, b=atoms, c=atoms),
    )  # fmt: skip


expressions = st.recursive(_NAMES | _NUMBERS, _deeper, max_leaves=12)
"""The text of an expression."""

_BRACKETS = _made("[{a}]", a=_joined(expressions | st.just("..."), 0, 6))
_ATTRIBUTES = st.sampled_from(["", " frozen", " init normal(0.1, 2)", " init zeros complex", " copy"])
_SIMPLE = st.one_of(
    _made("let {n} = {a}", n=_NAMES, a=expressions),
    _made('require {a}, "message"', a=expressions),
    _made("index {n}[k in 0..{m}]: {a}", n=_NAMES, m=_NAMES, a=expressions),
    _made("bond {n} open: {a}", n=_NAMES, a=expressions),
    _made("input {n}{b}", n=_NAMES, b=_BRACKETS),
    _made("tensor {n}{b}{c}{w}", n=_NAMES, b=_BRACKETS, c=_BRACKETS, w=_ATTRIBUTES),
    _made("{n}{b} = {a}", n=_NAMES, b=_BRACKETS, a=expressions),
    _made("output {n}{b} = {a} * {c} - {a}", n=_NAMES, b=_BRACKETS, a=expressions, c=expressions),
    _made("layer {n} = {m}({p} = {a}, {n} = {c})", n=_NAMES, m=_NAMES, p=_NAMES, a=expressions, c=expressions),
)
_statements = st.recursive(
    _SIMPLE,
    lambda inner: st.one_of(
        _made("for k in 0..{n}, j in {n} {{ {s} }}", n=_NAMES, s=_joined(inner, by="\n")),
        _made("if {a} {{ {s} }} else if {b} {{ {s} }} else {{ {t} }}", a=expressions, b=expressions,
              s=_joined(inner, by="\n"), t=_joined(inner, by=";")),
        _made("if {a} {{ {s} }}", a=expressions, s=_joined(inner, by="\n")),
    ),
    max_leaves=5,
)  # fmt: skip
_PATTERNS = st.sampled_from(['"encoder.*.dense"', '"**.{query,key}"', '".0"', '"# ; }"'])
_RULES = st.one_of(
    _made("{p}: {n}()", p=_PATTERNS, n=_NAMES),
    _made("{p}: {n}({m} = {a}, chi = {b},)", p=_PATTERNS, n=_NAMES, m=_NAMES, a=expressions, b=expressions),
    _made("keep {p}", p=_PATTERNS),
)
_ITEMS = st.one_of(
    _made("tensorize {n} {{ {r} }}", n=_NAMES, r=_joined(_RULES, by="\n")),
    _made("use std.{n}: {m}, {n} as {m}", n=_NAMES, m=_NAMES),
    _made('use "{n}.tn": {m}', n=_NAMES, m=_NAMES),
    _made("network {n} {{ {s} }}", n=_NAMES, s=_joined(_statements, by="\n")),
    _made("network {n}({p}: ints = {a}, {n}: int) {{ {s} }}", n=_NAMES, p=_NAMES, a=expressions,
          s=_joined(_statements, by="\n")),
)  # fmt: skip

programs = _joined(_ITEMS, by="\n")
"""The text of a file, without comments."""

_COMMENTS = ["#", "# note", "## doc", "#\tx = [", '# "', "# é × χ ", "# a ; b }"]


def _blank(dice: random.Random) -> str:
    return dice.choice(["", "", "", " ", "  ", "\t", " \r"])


def _line_end(dice: random.Random, remarks: bool) -> str:
    comment = f"{_blank(dice)}{dice.choice(_COMMENTS)}" if remarks and dice.random() < 0.5 else ""
    return f"{comment}{dice.choice(['', chr(13)])}\n{_blank(dice)}"


def _between(before: str, after: str, depth: list[str]) -> bool:
    """Whether a line end between two tokens ends no statement."""
    return (
        (bool(depth) and depth[-1] != "LBRACE")
        or before in OPERATORS | {"EQUAL", "COMMA", "ELSE", "LBRACE"}
        or after in OPERATORS | {"ELSE", "LBRACE", "RBRACE"}
    )


def scatter(text: str, seed: int, *, remarks: bool) -> str:
    """Another layout of the same program, its comments gone; with `remarks`, others in places of all kinds."""
    dice = random.Random(seed)
    eager = dice.choice([0.02, 0.1, 0.5])
    tokens, _ = lex(Source("", text))
    depth: list[str] = []
    out, before = [_line_end(dice, remarks)], "LBRACE"
    for token in settle(tokens, "").tokens:
        if token.type == END:
            out += [_line_end(dice, remarks) for _ in range(dice.choice([1, 1, 2, 4]))]
            if dice.random() < 0.2:
                out.append(";")
        else:
            out.append(_blank(dice) if before in OPENERS or token.type in CLOSERS else dice.choice([" ", "  ", "\t"]))
            if _between(before, token.type, depth) and dice.random() < eager:
                out += [_line_end(dice, remarks) for _ in range(dice.choice([1, 1, 2]))]
            out.append(token.text)
        if token.type in OPENERS:
            depth.append(token.type)
        elif token.type in CLOSERS:
            depth.pop()
        before = token.type
    out.append(_line_end(dice, remarks) if dice.random() < 0.7 else "")
    return "".join(out)

"""Limits that hold before time or memory is spent: small programs that ask for enormous things."""

from math import prod

import pytest

from tests.elaborate.run import codes, elaborate
from tncc.diagnostics.diagnostic import Diagnostic
from tncc.diagnostics.span import NOWHERE
from tncc.elaborate.elaborate import Elaborator
from tncc.elaborate.factor import factor
from tncc.elaborate.imports import Files
from tncc.elaborate.scope import Work
from tncc.reading import read_import, standard_networks, text_program


def found(body: str, steps: int) -> list[Diagnostic]:
    """What is said of the last network where so many steps may be spent."""
    files = Files(read_import, standard_networks)
    elaborator = Elaborator(files, work=Work(steps))
    *_, definition = files.load(*text_program(body)).values()
    elaborator.network(definition, {}, {}, NOWHERE)
    return [*files.diagnostics, *elaborator.diagnostics]


@pytest.mark.parametrize(
    "body",
    [
        "let a = sum(j in 0..100000: sum(k in 0..100000: 1))",
        "for j in 0..100000 { let a = sum(k in 0..100000: k) }",
        "for j in 0..100000 { for k in 0..100000 { let a = 1 } }",
        "for j in 0..100000 { for k in 0..100000 { } }",
        "let a = 2**32000 + 1\n let b = sum(k in 0..100000: a * a % 7)",
        "let t = 0..100000\n for k in 0..100000 { let u = t[1:] }",
        "let t = 0..100000\n for k in 0..100000 { if t == t { let u = k } }",
        "for k in 0..100000 { let a = factor(2**62 - k, 5) }",
        "\n".join(f"let t{k} = 0..100000" for k in range(1000)),
        "\n".join(f"let n{k} = 1" for k in range(1000)) + "\n index i[k in 0..99999]: 1",
        "bond r[k in 0..1000]: 1\n tensor A[r[*]]\n output z = prod(k in 0..100000: A)",
        "\n".join(f"index i{k}: 1" for k in range(9))
        + "\n tensor A[i0]\n"
        + "\n".join(f"output z{k}[i0] = prod(k in 0..100000: A)" for k in range(20)),
    ],
)
def test_no_program_runs_for_ever(body: str) -> None:
    diagnostics = found(f"network N() {{\n {body}\n output y = 1\n}}", 200_000)
    assert [diagnostic.code for diagnostic in diagnostics] == ["TN127"]
    assert "20,000,000 steps at compile time" in diagnostics[0].message


def test_layers_that_double_at_each_level() -> None:
    text = "network N0() { index i: 2; input x[..., i]; tensor A[i]\n output y[..., i] = x * A }\n"
    for level in range(1, 40):
        text += (
            f"network N{level}() {{ index i: 2; input x[..., i]; layer f = N{level - 1}()\n z[..., i] = f(x)\n"
            " output y[..., i] = f(z) }\n"
        )
    diagnostics = found(text, 200_000)
    assert [diagnostic.code for diagnostic in diagnostics] == ["TN127"]


def test_nothing_is_said_of_networks_behind_the_limit() -> None:
    files = Files(read_import, standard_networks)
    elaborator = Elaborator(files, work=Work(10_000))
    text = "network A() { let a = sum(k in 0..100000: 1)\n output y = 1 }\n" * 2
    for definition in files.load(*text_program(text.replace("A", "B", 1) + "network C() { output y[i] = 1 }")).values():
        elaborator.network(definition, {}, {}, NOWHERE)
    assert [diagnostic.code for diagnostic in elaborator.diagnostics] == ["TN127"]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("let a = 10**10**10", "TN125"),
        ("let a = 2**65536", "TN125"),
        ("let a = 0..10**18", "TN125"),
        ("let a = (1, 2) * 10**9", "TN125"),
        ("let a = sqrt(2**5000)", "TN125"),
        ("let a = 10**400 * 1.5", "TN125"),
        ("let a = prod((10**400, 3)) * 1.5", "TN125"),
        ("let a = " + "9" * 5000, "TN125"),
        ("index i: -(10**5000)", "TN121"),
        ("index i: 10**5000", "TN126"),
        ("let a = (1, 2)[10**5000]", "TN124"),
        ("index i: 2; tensor A[i]\n output z = A[10**5000]", "TN145"),
        ("index i: 2; tensor A[10**5000][i]", "TN125"),
        ("index i[k in 10**5000..10**5000 + 2]: 2", "TN125"),
        ("index i[k in 0..2]: 2; tensor A[i[10**5000]]", "TN125"),
        ("output z[10**5000] = 1", "TN155"),
        ("require 10**5000 == 1, \"no\"", "TN128"),
        ("let a = (10**5000, 1)\n require a == (1,), \"no\"", "TN128"),
        ("index i[k in 0..10**9]: 2", "TN125"),
        ("tensor A[a in 0..400, b in 0..400]", "TN127"),
        ("index i: 2; tensor A[i] init normal(1e200)", "TN161"),
        ("index i: 2; tensor A[i]\n output z[i] = A * 1e200 * 1e200", "TN125"),
    ],
)  # fmt: skip
def test_enormous_values(body: str, code: str) -> None:
    _, diagnostics = elaborate(f"network N() {{\n {body}\n output y = 1\n}}")
    assert [diagnostic.code for diagnostic in diagnostics if diagnostic.severity == "error"] == [code]
    assert all(len(diagnostic.message) < 1000 for diagnostic in diagnostics)


@pytest.mark.parametrize("height", [64, 65])
def test_how_deep_networks_may_be_nested(height: int) -> None:
    text = "network N1() { output y = 1 }\n"
    for level in range(2, height + 1):
        text += f"network N{level}() {{ layer f = N{level - 1}()\n output y = f() }}\n"
    assert codes(text) == ([] if height == 64 else ["TN117"])


def test_each_of_many_faults_is_told() -> None:
    body = "\n".join(f"tensor A{k}[zz{k}]" for k in range(3000))
    assert codes(f"network N() {{\n{body}\n output y = 1\n}}") == ["TN101"] * 3000


def test_a_long_name_is_looked_for_in_vain() -> None:
    name = "a" * 100_000
    _, diagnostics = elaborate(f"network N() {{ index {name}: 2\n tensor A[{name}b]\n output y = 1 }}")
    (diagnostic,) = (entry for entry in diagnostics if entry.severity == "error")
    assert diagnostic.help is None
    assert len(diagnostic.message) < 500


@pytest.mark.parametrize("n", [*range(1, 61), 720, 1000, 2**12, 3600])
@pytest.mark.parametrize("k", range(1, 6))
def test_factors_against_trying_all(n: int, k: int) -> None:
    def tuples(rest: int, count: int, least: int) -> list[tuple[int, ...]]:
        if count == 1:
            return [(rest,)] if rest >= least else []
        return [
            (d, *others)
            for d in range(least, rest + 1)
            if rest % d == 0 and d**count <= rest
            for others in tuples(rest // d, count - 1, d)
        ]

    assert factor(n, k) == min(tuples(n, k, 1), key=lambda entry: (sum(entry), entry[-1]))


def test_factors_of_large_numbers() -> None:
    assert factor(2**62, 31) == (4,) * 31
    many = factor(897612484786617600, 8)  # this number has 103,680 divisors
    assert prod(many) == 897612484786617600
    assert 8 * 897612484786617600 ** (1 / 8) <= sum(many) == 1405
    assert factor(9223372036854775783, 3) == (1, 1, 9223372036854775783)
    assert factor(6, 5) == (1, 1, 1, 2, 3)

"""Whatever users call things and write in comments, it is C that compiles, and says nothing that they wrote."""

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import tncc
from tests.backends import samples
from tests.backends.c.building import COMPILER, STRICT, files_of, needs_compiler
from tests.small_networks import small_network
from tncc.backends.c.emit import CFiles
from tncc.backends.c.header import comment
from tncc.backends.c.naming import RESERVED, Identifiers, caller
from tncc.diagnostics.span import Span
from tncc.ir.network import Network

ATTACKS = [
    "*/ int evil; /*", "*\\\n/ int evil;", "*??/\n/ int evil;", "**// int evil;", "*/*/ int evil; /*/", "\\\nint evil;",
    "x \\", "??/", "*/\n#include <evil.h>\n#define evil 1\n/*", "\n#error evil\n", "// \\\nint evil;", '"; int evil; "',
    "\r*/ int evil;", "\u2028*/ int evil;\u2029", "\v\f*/ int evil;", "\0*/ evil", "\ud800\udfff evil", "\u202e evil",
    "%s%n evil", "{evil}", "\\u002a/ evil", "<:evil:>", "#pragma evil", "'", "*", "/",
]  # fmt: skip
"""Texts that try to end a comment, to go on in the next line, or to begin a directive."""

NAMES = [
    "i0", "k1", "in0", "out1", "part1", "EXP", "LOG", "NAN", "INFINITY", "INT64_MAX", "M_PI", "HUGE_VAL", "NULL", "EOF",
    "TNCC_ROWS", "tncc_tile", "tncc_tncc_x", "tncc_given", "tncc", "x", "d_x", "d_d_x", "x_2", "Small_real", "small_x",
    "Small_forward0", "A[0]", "A[1]", "A_0", "A.0", "é", "ê", "变量", "_", "__x", "x²", "9", "EXP_", "stdin", "exp",
    "tanh", "printf", "assert", "bool", "isnan", "y0", "j1", "offsetof", "gradient", "value", "none", "stored", "rows",
    *sorted(RESERVED),
]  # fmt: skip
"""Names that mean something in C, C++ or their libraries, are alike, or are what generated code calls its own."""


def without_comments(code: str) -> str:
    """C code as the compiler's preprocessor leaves it, which knows trigraphs and lines that are continued."""
    assert COMPILER is not None
    command = [*COMPILER.split(), "-fpreprocessed", "-dD", "-E", "-P", "-trigraphs", "-x", "c", "-"]
    done = subprocess.run(command, input=code, capture_output=True, text=True, check=True)
    return done.stdout


def accepted(folder: Path, files: CFiles) -> None:
    """The C file and its header, which C++ understands, too, compile without a warning."""
    assert COMPILER is not None
    (folder / "kernel.c").write_text(files.code, encoding="ascii")
    (folder / "kernel.h").write_text(files.header, encoding="ascii")
    compilers = [COMPILER.split(), *([one] for one in ("clang",) if shutil.which(one))]  # which warns of other things
    commands = [[*one, *STRICT, "-fsyntax-only", "kernel.c"] for one in compilers]
    commands += [[*COMPILER.split(), "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-xc", "kernel.h"]]
    if shutil.which("g++"):
        commands += [["g++", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-xc++", "kernel.h"]]
    for command in commands:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        assert not done.returncode, done.stderr[:3000]


@needs_compiler
@pytest.mark.parametrize("text", ATTACKS)
def test_texts_stay_in_comments(text: str) -> None:
    span = Span(text, 3, 1, 3, 2)
    network = samples.TRAIN.model_copy(
        update={
            "doc": f"a\n{text}\nb", "file": text, "values": ((text, text),),
            "operations": tuple(one.model_copy(update={"span": span}) for one in samples.TRAIN.operations),
            "tensors": tuple(one.model_copy(update={"span": span, "doc": text}) for one in samples.TRAIN.tensors),
        }
    )  # fmt: skip
    usual, found = files_of(samples.TRAIN), files_of(network)
    for one, other in ((found.code, usual.code), (found.header, usual.header)):
        assert one.isascii() and "\\\n" not in one.replace("%d", "") and "??" not in one
        assert without_comments(one) == without_comments(other)


def renamed(network: Network, names: Mapping[str, str]) -> Network:
    """A network with other names, which may be any texts."""

    def other(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: other(one) for key, one in value.items()}
        if isinstance(value, list | tuple):
            return tuple(other(one) for one in value)
        return names.get(value, value) if isinstance(value, str) else value

    return Network.model_validate(other(network.model_dump()))


@needs_compiler
@pytest.mark.parametrize("text", ATTACKS)
def test_names_become_identifiers(text: str, tmp_path: Path) -> None:
    own = {name: f"{name} {text} {name}" for name in ("x", "A0", "A1", "b", "y", "z", "Small")}
    files = files_of(renamed(samples.TRAIN, own))
    assert re.search(r"\bevil\b", without_comments(files.code)) is None
    assert "\\\n" not in files.code and "??" not in files.code
    accepted(tmp_path, files)


def every(names: Sequence[str], what: str) -> Network:
    """A network in which many things of one kind have these names."""
    parameters = {f"W{n}": "feature" for n in range(len(names))}
    sums = [(f"u{n}", "... feature", f"x{n}{{... q{n} feature}} * W{n}") for n in range(len(names))]
    outputs = " ".join(f"u{n}" for n in range(len(names)))
    network = small_network(
        {"feature": 2, **{f"q{n}": 0 for n in range(len(names))}},
        sums,
        outputs=outputs,
        inputs={f"x{n}": f"... q{n} feature" for n in range(len(names))},
        parameters=parameters,
    )
    return renamed(network, {f"{what}{n}": name for n, name in enumerate(names)})


@needs_compiler
@pytest.mark.parametrize("what", ["x", "W", "u", "q"])
def test_any_names_compile(what: str, tmp_path: Path) -> None:
    # An index's name is a word of the language; other names may have any form here.
    names = [name for name in NAMES if what != "q" or re.fullmatch(r"[^\W\d]\w*(\[\d\])?", name)]
    for first in range(0, len(names), 20):  # planning takes longer than in proportion to the names
        accepted(tmp_path, files_of(every(names[first : first + 20], what)))


@needs_compiler
@pytest.mark.parametrize("name", ["tncc", "TNCC", "real", "vec", "int", "class", "é", "_", "9", "EXP", "tncc_tile"])
def test_the_network_may_be_called_anything(name: str, tmp_path: Path) -> None:
    accepted(tmp_path, files_of(samples.TRAIN.model_copy(update={"name": name})))


@needs_compiler
def test_programs_in_the_language(tmp_path: Path) -> None:
    compiled = tncc.compile_text(
        """## Ends */ int evil; /* and goes on \\
## ??/
network struct(int: int = 3) {
  index while: int; index größe: 2; index q: dynamic
  input double[..., q, while]
  ## */ int evil;
  tensor const[while, größe]
  output return[..., q, größe] = double * const
}
""",
        batch=(1, 8),
    )
    files = compiled.c_files()
    assert files.stem == "struct" and "double_2" in files.header
    assert re.search(r"\bevil\b", without_comments(files.code + files.header)) is None
    accepted(tmp_path, files)


@settings(deadline=None)
@given(st.lists(st.text(max_size=12) | st.sampled_from(NAMES), max_size=20))
def test_identifiers_are_given_out_once(wanted: list[str]) -> None:
    names = Identifiers(RESERVED)
    found = [names.claim(text) for text in wanted]
    both = [*found, *(f"d_{name}" for name in found)]
    assert len({*both}) == len(both)
    for name in both:
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) and name not in RESERVED
        assert not name.lower().startswith("tncc_")
    again = Identifiers(RESERVED)
    assert [again.claim(text) for text in wanted] == found


@settings(deadline=None)
@given(st.text())
def test_comments_end_where_they_are_to_end(text: str) -> None:
    found = comment(text)
    assert found.isascii() and (found.isprintable() or not found)
    assert "*/" not in found and "/*" not in found and "\\" not in found and "?" not in found


def test_plain_names_stay_as_they_are() -> None:
    who = caller(samples.ATTENTION)
    assert who.stem == "Small" and dict(who.inputs) == {"x": "x"} and dict(who.outputs) == {"y": "y"}
    assert dict(who.stored) == {"A": "A", "B": "B"} and set(who.symbols.values()) == {"rows", "q", "t"}
    assert Identifiers(RESERVED).claim("A[0]") == "A_0"

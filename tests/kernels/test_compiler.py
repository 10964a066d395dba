"""Which compiler is used, and what is said where there is none or where it fails."""

import re
import warnings
from pathlib import Path

import pytest
import torch

import tncc
from tests.backends.c.building import needs_compiler
from tests.kernels.conftest import Script
from tests.kernels.small import small
from tncc.backends.c.parts import Function, parted, parts_of
from tncc.kernels import compiler as kernel_compiler
from tncc.kernels.compiler import BASE, find_compiler, first_complaint, has_compiler
from tncc.kernels.writing import write_built
from tncc.layers.kernels import Kernels

COMPLEX = """
network Complex() {
  index i: 3; index o: 4
  input x[..., i]
  tensor A[i, o] complex
  output y[..., o] = x * A
}
"""


def told(error: pytest.ExceptionInfo[tncc.CompileError], code: str) -> str:
    (diagnostic,) = error.value.diagnostics
    assert diagnostic.code == code
    return str(error.value)


@needs_compiler
def test_the_compiler_that_is_named(script: Script, monkeypatch: pytest.MonkeyPatch, fresh_cache: Path) -> None:
    path = script('echo "$@" >> "$0.log"')
    monkeypatch.setenv("CC", f"{path} -DMARK='a b'")
    assert has_compiler()
    found = find_compiler()
    assert found.command == (str(path), "-DMARK=a b")
    assert found.flags[: len(BASE)] == BASE and found.version
    layer = small().module(kernels="c")
    assert layer(torch.ones(2, 3)).shape == (2, 4)
    calls = path.with_name(f"{path.name}.log").read_text().splitlines()
    assert all(call.startswith("-DMARK=a b") for call in calls) and "kernel.c" in calls[-1]


@needs_compiler
def test_flags_are_used_where_the_compiler_has_them(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    path = script('for a in "$@"; do case $a in -march=*|-fopenmp) echo "unknown option" >&2; exit 1;; esac; done')
    monkeypatch.setenv("CC", str(path))
    flags = find_compiler().flags
    assert "-march=native" not in flags and "-fopenmp" not in flags and "-fno-math-errno" in flags


@pytest.mark.parametrize("named", ["/no/such/compiler", "no-such-compiler -O2", "false", "'", '"cc', "''", "/"])
def test_a_compiler_that_is_not_there(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", named)
    with pytest.raises(tncc.CompileError) as error:
        find_compiler()
    assert "error[TN311]: there is no C compiler: `" in told(error, "TN311")
    assert "= help: install gcc or clang, or name a compiler in the environment variable CC" in str(error.value)
    assert has_compiler() == (named == "false")
    with pytest.raises(tncc.CompileError, match="TN311"):
        small().module(kernels="c")
    assert not getattr(small().module(kernels="auto"), "_engines", {})


def test_no_compiler_at_all(no_compiler: None) -> None:
    assert not has_compiler()
    with pytest.raises(tncc.CompileError) as error:
        small().module(kernels="c")
    assert "there is no C compiler: none of cc, gcc, clang is there" in told(error, "TN311")


def test_without_a_compiler_pytorch_runs_and_nothing_is_said(
    no_compiler: None, capfd: pytest.CaptureFixture[str]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        layer = small().module(kernels="auto")
        x = torch.randn(5, 3)
        torch.testing.assert_close(layer(x), x @ layer.get_parameter("A"))
    assert isinstance(layer, Kernels) and not layer._engines
    assert capfd.readouterr() == ("", "")


@needs_compiler
def test_a_compiler_that_fails(script: Script, monkeypatch: pytest.MonkeyPatch, fresh_cache: Path) -> None:
    path = script('case "$*" in *kernel.c*) echo "kernel.c:7:1: Error: no room left" >&2; exit 1;; esac')
    monkeypatch.setenv("CC", str(path))
    with pytest.raises(tncc.CompileError) as error:
        small().module(kernels="c")
    text = told(error, "TN312")
    assert f"error[TN312]: `{path}` did not build the kernel: kernel.c:7:1: Error: no room left\n" in text
    assert "= help: try another compiler by the environment variable CC" in text
    assert list(fresh_cache.iterdir()) == []
    layer = small().module(kernels="auto")
    assert not layer._engines and layer(torch.ones(2, 3)).shape == (2, 4)


BAD = {
    "says what is no text": (r"printf '\377\376: error: no room\n' >&2; exit 1", ": error: no room"),
    "makes nothing": ("exit 0", "it made no library, and says nothing of it"),
    "makes something else": ("echo hello > $out; exit 0", "the library cannot be loaded: "),
}
"""Compilers that do something odd where a kernel is built: what, and what is said then."""


@needs_compiler
@pytest.mark.parametrize("kind", BAD)
def test_compilers_that_go_wrong(kind: str, script: Script, monkeypatch: pytest.MonkeyPatch, fresh_cache: Path) -> None:
    wrong, reason = BAD[kind]
    find = 'for a in "$@"; do case $a in */kernel.so) out=$a;; esac; done'
    monkeypatch.setenv("CC", str(script(f'{find}\ncase "$*" in *kernel.c*) {wrong};; esac')))
    with pytest.raises(tncc.CompileError) as error:
        small().module(kernels="c")
    assert reason in told(error, "TN312")
    layer = small().module(kernels="auto")
    assert not layer._engines and layer(torch.ones(2, 3)).shape == (2, 4)


@needs_compiler
def test_a_version_in_no_encoding(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CC", str(script(r"printf '\377 '")))
    assert "\ufffd" in find_compiler().version


@needs_compiler
@pytest.mark.parametrize("name", ["-x", "@x", "a b", "x;y", "$HOME", "größe"])
def test_names_of_files_are_no_options(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.c").write_text("-nonsense")  # what `@x.c` would name
    compiled = small()
    write_built(compiled.c_files(), compiled.c_test, Path(name))
    made = {f"{name}{ending}" for ending in (".c", ".h", ".so", "_test.c")}
    assert {path.name for path in tmp_path.iterdir()} == {*made, "x.c"}


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short files are compiled in parts, too, on a machine with several processors."""
    monkeypatch.setattr(kernel_compiler, "LONG", 0)
    monkeypatch.setattr(kernel_compiler, "_processors", lambda: 2)


@needs_compiler
def test_parts_make_one_library(
    script: Script, monkeypatch: pytest.MonkeyPatch, fresh_cache: Path, in_parts: None
) -> None:
    path = script('echo "$@" >> "$0.log"')
    monkeypatch.setenv("CC", str(path))
    layer = small().module(kernels="c")
    x = torch.randn(5, 3, requires_grad=True)
    torch.testing.assert_close(layer(x), x @ layer.get_parameter("A"))
    layer(x).sum().backward()
    assert x.grad is not None
    torch.testing.assert_close(x.grad, layer.get_parameter("A").sum(1).expand(5, 3))
    *_, one, two, last = path.with_name(f"{path.name}.log").read_text().splitlines()
    assert {"-DTNCC_PARTS=3" in call for call in (one, two)} == {True, False}
    assert all(" -c " in call and "-shared" not in call for call in (one, two))
    assert "-shared" in last and "kernel.3.o" in last and "kernel.12.o" in last
    assert [found.suffix for found in fresh_cache.rglob("*") if found.is_file()] == [".so"]


@needs_compiler
def test_a_part_that_fails(script: Script, monkeypatch: pytest.MonkeyPatch, fresh_cache: Path, in_parts: None) -> None:
    path = script('case "$*" in *PARTS=12*) echo "kernel.c:7:1: Error: no room left" >&2; exit 1;; esac')
    monkeypatch.setenv("CC", str(path))
    with pytest.raises(tncc.CompileError) as error:
        small().module(kernels="c")
    assert "did not build the kernel: kernel.c:7:1: Error: no room left\n" in told(error, "TN312")
    assert list(fresh_cache.iterdir()) == []


def test_every_function_is_in_one_part() -> None:
    files = small().c_files()
    defined = re.findall(
        r"^\w+ (?:void |)(\w+)\([^;{]*\)\n\{", files.code[files.code.index("#define tncc_given") :], re.M
    )
    declared = re.findall(r"^\w+ (\w+)\([^{;]*\);", files.header, re.MULTILINE)
    assert len(set(defined)) == len(defined) and set(declared) <= set(defined)
    inside = re.findall(r"^#if TNCC_PARTS & (\d+)$(.*?)^#endif", files.code, re.MULTILINE | re.DOTALL)
    found = [name for name in defined for bit, text in inside if re.search(rf"\b{name}\([^;{{]*\)\n\{{", text)]
    assert sorted(found) == sorted(defined) and {bit for bit, _ in inside} <= {"1", "2", "4", "8"}


def test_parts_are_dealt_evenly() -> None:
    functions = [Function((), (f"void f{number}(void)",), ("{", "}")) for number in range(8)]
    code = "\n".join(parted(functions, []))
    assert parts_of(code, 1) == [15] and parts_of(code, 2) == [3, 12]
    assert parts_of(code, 3) == [1, 2, 12] and parts_of(code, 4) == parts_of(code, 9) == [1, 2, 4, 8]
    assert parts_of("\n".join(parted(functions[:1], [])), 2) == [1 << 2]
    assert len(parts_of("int main(void) { return 0; }\n", 4)) < 2


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a.c: In function f:\na.c:1:2: error: what\nnote", "a.c:1:2: error: what"),
        ("\n  ld: cannot find -lm\n", "ld: cannot find -lm"),
        ("ld: no room\ncollect2: error: ld returned 1 exit status\n", "ld: no room"),
        ("collect2: error: ld returned 1 exit status\n", "collect2: error: ld returned 1 exit status"),
        ("", "it says nothing"),
    ],
)
def test_the_first_complaint(text: str, found: str) -> None:
    assert first_complaint(text) == found


def test_a_network_without_a_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = tncc.compile_text(COMPLEX, batch=(1, 8))
    for attempt in (compiled.c_files, lambda: compiled.source("c"), lambda: compiled.module(kernels="c")):
        with pytest.raises(tncc.CompileError) as error:
            attempt()
        assert "`Complex` has no C kernel: it has complex tensors" in told(error, "TN310")
        assert 'help: use `--target torch`, or `kernels="torch"` in Python' in str(error.value)
    layer = compiled.module(kernels="auto")
    assert not layer._engines and layer(torch.ones(2, 3)).dtype == torch.complex64


def test_kernels_that_are_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(tncc.CompileError) as error:
        small().module(kernels="nonsense")  # type: ignore[arg-type]
    text = told(error, "TN137")
    assert "`nonsense` is nothing that a module can run" in text
    assert "--> kernels\n" in text and "help: choose one of auto, c, torch" in text
    with pytest.raises(tncc.CompileError, match="rename to `torch`"):
        small().module(kernels="troch")  # type: ignore[arg-type]
    with pytest.raises(tncc.CompileError, match="`3` is nothing that a module can run"):
        small().module(kernels=3)  # type: ignore[arg-type]
    monkeypatch.setenv("TNCC_KERNELS", "no")
    with pytest.raises(tncc.CompileError, match="--> TNCC_KERNELS\n"):
        small().module()
    monkeypatch.setenv("TNCC_KERNELS", "torch")
    assert not isinstance(small().module(), Kernels)


@needs_compiler
def test_types_that_have_no_kernels_are_left_to_pytorch(fresh_cache: Path) -> None:
    layer = small().module(torch.bfloat16, kernels="c")
    assert not layer._engines and layer(torch.ones(2, 3, dtype=torch.bfloat16)).dtype == torch.bfloat16
    assert not fresh_cache.exists()

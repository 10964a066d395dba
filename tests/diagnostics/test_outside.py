"""Diagnostics that the command line, Python or the file system cause, and no program by itself."""

import os
from pathlib import Path

import pytest

from tests.diagnostics.outside import OUTSIDE_FILES
from tncc import driver
from tncc.arguments import parse_assignments, parse_batch
from tncc.diagnostics.diagnostic import CompileError
from tncc.machines import load_machine
from tncc.output import write_output
from tncc.reading import LIMIT
from tncc.starters import starter

CHAIN = """network Chain(n: int = 3, chi: int, outs: ints = (2, 2)) {
  index f[k in 0..n]: 3
  bond  r[k in 1..n] open: chi
  tensor A[k in 0..n][r[k], f[k], r[k+1]]
  output y[f[*]] = A[*]
}"""


def told(error: pytest.ExceptionInfo[CompileError]) -> str:
    """The only diagnostic of an error as it is printed."""
    (diagnostic,) = error.value.diagnostics
    assert str(error.value).startswith(f"error[{diagnostic.code}]: ")
    return str(error.value)


def codes(name: str) -> list[str]:
    return [diagnostic.code for diagnostic in driver.check(name)[0]]


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    assert codes(str(tmp_path)) == ["TN009"]
    assert codes(str(tmp_path / ("x" * 300))) == ["TN009"]
    assert codes("a\0b") == ["TN009"]
    (tmp_path / "loop.tn").symlink_to("loop.tn")
    assert codes(str(tmp_path / "loop.tn")) == ["TN009"]
    private = tmp_path / "private.tn"
    private.write_text("network N() { output y = 1 }")
    private.chmod(0)
    if not os.access(private, os.R_OK):  # an administrator may read it all the same
        assert codes(str(private)) == ["TN009"]


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "block.tn").write_text("network N() { output y = 1 }")
    (diagnostic,) = driver.check(str(tmp_path / "blocks.tn"))[0]
    assert (diagnostic.code, diagnostic.help) == ("TN111", "rename to `block.tn`")
    (diagnostic,) = driver.check("std.mpoo")[0]
    assert (diagnostic.code, diagnostic.help) == ("TN111", "rename to `std.mpo`")
    (diagnostic,) = driver.check("MPO")[0]
    assert (diagnostic.code, diagnostic.help) == ("TN111", "write `std.mpo`")
    (diagnostic,) = driver.check("std")[0]
    assert diagnostic.help is not None and diagnostic.help.startswith("name one of its files: std.block_term, ")


def test_a_name_as_a_value() -> None:
    with pytest.raises(CompileError) as error:
        parse_assignments(["chi=2 * two"])
    assert "`two` is a name, and stands for nothing here" in told(error)
    assert "--> -p chi=2 * two\n  = help: give a size expression: `4`" in str(error.value)


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    large = tmp_path / "large.tn"
    with large.open("wb") as stream:
        stream.truncate(LIMIT + 1)
    (diagnostic,) = driver.check(str(large))[0]
    assert diagnostic.code == "TN012"
    assert f"{LIMIT:,} bytes" in diagnostic.message
    assert codes("/dev/zero") == ["TN012"]


def test_an_empty_file(tmp_path: Path) -> None:
    assert codes(os.devnull) == ["TN113"]
    (tmp_path / "mark.tn").write_bytes(b"\xef\xbb\xbf")
    assert codes(str(tmp_path / "mark.tn")) == ["TN113"]


def test_a_bond_that_is_not_there() -> None:
    with pytest.raises(CompileError) as error:
        driver.compile_text(CHAIN, chi=2, bonds={"r[3]": 4})
    assert "`Chain` has no bond `r[3]` whose size could be set" in told(error)
    assert "help: rename to `r[" in str(error.value)
    with pytest.raises(CompileError) as error:
        driver.compile_text(CHAIN, chi=2, bonds={"f[0]": 4})
    assert error.value.diagnostics[0].code == "TN134"


def test_parameters_given_from_outside() -> None:
    with pytest.raises(CompileError) as error:
        driver.compile_text(CHAIN)
    assert "`Chain` needs a value for its parameter `chi`" in told(error)
    assert "help: give it: `-p 'chi=8'`" in str(error.value)
    with pytest.raises(CompileError) as error:
        driver.compile_text(CHAIN, chi=2, cho=3)
    assert "--> -p cho\n" in told(error)
    assert "help: rename to `chi`" in str(error.value)
    with pytest.raises(CompileError) as error:
        driver.compile_text(CHAIN, chi=2.5, outs=8, n=object())
    assert [diagnostic.code for diagnostic in error.value.diagnostics] == ["TN133"] * 3
    assert "is declared `int`, but the value is a float" in str(error.value)
    assert "help: write `(8,)`" in str(error.value)


def test_a_network_that_is_not_there() -> None:
    with pytest.raises(CompileError) as error:
        driver.compile_text(CHAIN, network="Chian")
    assert "unknown network `Chian`" in told(error)
    assert "help: rename to `Chain`" in str(error.value)
    with pytest.raises(CompileError) as error:
        driver.compile_text("")
    assert error.value.diagnostics[0].code == "TN113"


@pytest.mark.parametrize(
    "words",
    [["chi"], ["=4"], ["chi="], ["chi=4", "chi=5"], ["chi=*"], ["chi=1 }"], ["r[1]=0"], ["r[1]=2.5"], ["chi=(1"]],
)
def test_an_assignment_that_says_nothing(words: list[str]) -> None:
    with pytest.raises(CompileError) as error:
        parse_assignments(words)
    assert "TN137" in told(error)
    assert f"--> -p {words[-1]}\n" in str(error.value)


@pytest.mark.parametrize(("word", "code"), [("chi=1/0", "TN123"), ("chi=10**10**10", "TN125"), ("chi=max()", "TN129")])
def test_an_assignment_without_a_value(word: str, code: str) -> None:
    with pytest.raises(CompileError) as error:
        parse_assignments([word])
    assert error.value.diagnostics[0].code == code
    assert f"--> -p {word}\n" in str(error.value)


@pytest.mark.parametrize("text", ["", "many", "1,,2", "-1", "1.5", "9" * 40, "٣x"])
def test_row_counts_that_are_none(text: str) -> None:
    with pytest.raises(CompileError) as error:
        parse_batch(text)
    assert "TN137" in told(error)


@pytest.mark.parametrize("batch", [(), (0,), (-1,), (2.5,), (True,), (2**60,)])
def test_row_counts_that_cannot_be_planned_for(batch: tuple[int, ...]) -> None:
    with pytest.raises(CompileError) as error:
        driver.compile_text(CHAIN, chi=2, batch=batch)
    assert "TN137" in told(error)


def test_a_target_and_a_topology_that_are_not_there() -> None:
    with pytest.raises(CompileError) as error:
        driver.compile_text(CHAIN, chi=2).source("troch")
    assert "help: rename to `torch`" in told(error)
    with pytest.raises(CompileError) as error:
        starter("Name", "mpoo")
    assert "help: rename to `mpo`" in told(error)


def test_a_file_that_cannot_be_written(tmp_path: Path) -> None:
    for path in (tmp_path / "missing" / "out.py", tmp_path, tmp_path / ("x" * 300)):
        with pytest.raises(CompileError) as error:
            write_output(path, "text")
        assert "TN138" in told(error)
    there = tmp_path / "there.py"
    there.write_text("before")
    with pytest.raises(CompileError) as error:
        write_output(there, "after", overwrite=False)
    assert "it exists already" in told(error)
    assert there.read_text() == "before"
    assert [entry.name for entry in tmp_path.iterdir()] == ["there.py"]


def test_a_machine_profile_that_cannot_be_used(tmp_path: Path) -> None:
    profile = tmp_path / "machine.json"
    profile.write_text("{}")
    with pytest.raises(CompileError) as error:
        load_machine(str(profile))
    assert str(error.value) == (
        f"error[TN201]: `{profile}` is no machine profile that can be planned with: `name`: field required\n"
        f" --> {profile}\n"
        "  = help: give a file that `tncc calibrate -o` has written\n"
    )


def test_memory_that_no_plan_gets_by_with() -> None:
    compiled = driver.compile_text(CHAIN, chi=2, batch=(1,), memory=16)
    for attempt in (compiled.plan, compiled.source, compiled.report):
        with pytest.raises(CompileError) as error:
            attempt()
        assert str(error.value) == (
            "error[TN202]: no plan of `Chain` gets by with 16 bytes; the least found takes 168 bytes\n"
            " --> --memory\n"
            "  = help: allow at least 168 bytes, or plan for fewer rows\n"
        )


@pytest.mark.parametrize("memory", [0, -1, "", "much", "1.5.2MB", "64 MiBs", True, 2**62, "9999999999G"])
def test_an_amount_of_memory_that_is_none(memory: int | str) -> None:
    with pytest.raises(CompileError) as error:
        driver.compile_text(CHAIN, chi=2, memory=memory)
    assert told(error) == (
        f"error[TN137]: `{memory}` is not an amount of memory\n"
        " --> --memory\n"
        "  = help: give bytes from 1 on, `64MiB` say\n"
    )


def test_a_plan_that_was_made_for_something_else(tmp_path: Path) -> None:
    path = tmp_path / "chain.plan"
    driver.compile_text(CHAIN, chi=2, plan=path).plan()
    with pytest.raises(CompileError) as error:
        driver.compile_text(CHAIN, chi=3, plan=path).plan()
    assert str(error.value) == (
        f"error[TN203]: `{path}` is no plan for this network: it was made for other sizes or equations\n"
        f" --> {path}\n"
        "  = help: remove the file, so that it is written anew, or name another one\n"
    )
    path.write_text("[]")
    with pytest.raises(CompileError) as error:
        driver.compile_text(CHAIN, chi=2, plan=path).plan()
    assert told(error).startswith(f"error[TN203]: `{path}` is no plan for this network: ")


def test_these_are_the_kinds_from_outside() -> None:
    tests = Path(__file__).parents[1]
    beside = [
        tests / "layers" / "test_refusals.py",
        tests / "formats" / "test_tensorly.py",
        tests / "test_decomposing.py",
    ]
    text = "".join(path.read_text(encoding="utf-8").upper() for path in (Path(__file__), *beside))
    assert all(code in text for code in OUTSIDE_FILES)

"""The command line as its users and their scripts meet it: output, streams, exit codes, files written whole."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

MPO = Path(__file__).parents[1] / "examples" / "networks" / "mpo.tn"
SMALL = """network N(chi: int = 2) {
  index i: 4
  index o: 3
  bond r: chi
  input x[..., i]
  tensor A[i, r]
  tensor B[r, o]
  output y[..., o] = x * A * B
}
"""
WRONG = SMALL.replace("A * B", "A * C")


def tncc(*arguments, stdin=None, cwd=None, env=None):
    command = [sys.executable, "-m", "tncc", *(one if isinstance(one, bytes) else str(one) for one in arguments)]
    return subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        cwd=cwd,
        timeout=120,
        env={**os.environ, "COLUMNS": "100", **(env or {})},
    )


def test_check_prints_nothing_when_all_is_well():
    result = tncc("check", MPO, "std.mpo")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


def test_check_loads_neither_torch_nor_numpy():
    code = (
        "import sys; sys.argv = ['tncc', 'check', sys.argv[1]]\n"
        "from tncc.cli import main\n"
        "try: main()\nexcept SystemExit as stop: assert not stop.code\n"
        "print(sorted({'torch', 'numpy', 'networkx', 'cotengra'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code, str(MPO)], capture_output=True, text=True, timeout=60)
    assert result.stdout.strip() == "[]", result.stderr


def test_report_does_not_load_torch():
    code = "import sys, tncc; tncc.compile('std.mpo').report().text(); print('torch' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert result.stdout.strip() == "False", result.stderr


def test_diagnostics_go_to_standard_error_with_exit_status_1(tmp_path):
    (tmp_path / "wrong.tn").write_text(WRONG)
    result = tncc("check", "wrong.tn", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stdout == b""
    assert b"error[TN101]: unknown name `C`\n --> wrong.tn:8:30" in result.stderr
    assert b"\x1b[" not in result.stderr


def test_diagnostics_as_json_lines(tmp_path):
    (tmp_path / "wrong.tn").write_text(WRONG)
    result = tncc("check", "--message-format", "json", "wrong.tn", cwd=tmp_path)
    (entry,) = [json.loads(line) for line in result.stderr.splitlines()]
    expected = ["code", "severity", "message", "file", "line", "column", "end_line", "end_column", "labels", "help"]
    assert list(entry) == expected
    assert (entry["code"], entry["line"], entry["column"]) == ("TN101", 8, 30)


def test_several_files_are_all_checked(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.tn").write_text(WRONG)
    result = tncc("check", "a.tn", "missing.tn", "b.tn", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stderr.count(b"TN101") == 2
    assert b"TN111" in result.stderr


def test_standard_input_and_output():
    result = tncc("compile", "-", "-p", "chi=3", stdin=SMALL.encode())
    assert result.returncode == 0
    assert b"class N(" in result.stdout
    assert b"import tncc" not in result.stdout


def test_the_numpy_target_is_a_script_that_runs(tmp_path):
    assert tncc("compile", MPO, "--target", "numpy", "-o", "script.py", cwd=tmp_path).returncode == 0
    result = subprocess.run([sys.executable, "script.py"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr


def test_the_same_input_gives_the_same_bytes():
    sources = {tncc("compile", MPO, env={"PYTHONHASHSEED": seed}).stdout for seed in ("0", "1", "77")}
    assert len(sources) == 1
    reports = {
        tncc("report", "std.peps", "--format", "json", env={"PYTHONHASHSEED": seed}).stdout for seed in ("0", "5")
    }
    assert len(reports) == 1


def test_values_are_size_expressions():
    result = tncc(
        "report", MPO, "-p", "ins=(2, 2**2)", "-p", "outs=4,2", "-p", "chi=1+1", "--format", "json", "--batch", "7"
    )
    report = json.loads(result.stdout)
    assert report["values"] == {"ins": [2, 4], "outs": [4, 2], "chi": 2}
    assert [plan["rows"] for plan in report["plans"]] == [7]


def test_a_bond_s_size_can_be_set():
    result = tncc("report", MPO, "-p", "r[1]=5", "--format", "json")
    sizes = {index["name"]: index["size"] for index in json.loads(result.stdout)["indices"]}
    assert (sizes["r[1]"], sizes["r[2]"]) == (5, 16)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["report", MPO, "-p", "chi"], 1),
        (["report", MPO, "-p", "chi=(1"], 1),
        (["report", MPO, "-p", "chi=2.5"], 1),
        (["report", MPO, "-p", "chi=0"], 1),
        (["report", MPO, "-p", "chi=10**10**10"], 1),
        (["report", MPO, "-p", "nope=1"], 1),
        (["report", MPO, "-p", "chi=1", "-p", "chi=2"], 1),
        (["report", MPO, "-p", "r[9]=2"], 1),
        (["report", MPO, "-p", "r[1]=0"], 1),
        (["report", MPO, "--batch", "0"], 1),
        (["report", MPO, "--batch", "-3"], 1),
        (["report", MPO, "--batch", "many"], 1),
        (["report", MPO, "--batch", ""], 1),
        (["report", MPO, "--batch", "9" * 400], 1),
        (["report", MPO, "-n", "Nope"], 1),
        (["report", MPO, "--format", "pdf"], 2),
        (["compile", MPO, "--target", "fortran"], 1),
        (["compile", MPO, "-o", "no/such/folder/out.py"], 1),
        (["compile", MPO, "-o", "/"], 1),
        (["compile", MPO, "--target", "c", "-o", "."], 1),
        (["compile", MPO, "--target", "c", "-o", "/"], 1),
        (["compile", MPO, "--target", "c", "--build", "-o", ".."], 1),
        (["compile", MPO, "--target", "c", "--build", "-o", 'a"b'], 1),
        (["compile", MPO, "--target", "c", "--build", "-o", "a\nb"], 1),
        (["compile", MPO, "--target", "c", "--build", "-o", "a\\b.c"], 1),
        (["compile", MPO, "--target", "c", "--build", "-o", b"\xff"], 1),
        (["compile", "."], 1),
        (["check"], 2),
        (["check", "--nonsense", MPO], 2),
        (["check", "nix.tn"], 1),
        (["check", "std.nix"], 1),
        (["check", "a\nb.tn"], 1),
        (["explain", "TN999"], 2),
        (["new", "9lives"], 1),
        (["new", "good", "--topology", "nix"], 1),
        (["nonsense"], 2),
        (["fmt", "nix.tn"], 1),
    ],
)
def test_wrong_arguments_end_in_words_and_never_in_a_traceback(tmp_path, arguments, code):
    result = tncc(*arguments, cwd=tmp_path)
    assert result.returncode == code, result.stderr.decode()
    assert b"Traceback" not in result.stderr
    assert result.stderr.strip()
    assert result.stdout == b""
    assert list(tmp_path.iterdir()) == []


def test_no_arguments_print_the_help():
    result = tncc()
    assert b"check" in result.stdout + result.stderr


def test_a_failed_compile_leaves_the_old_file_alone(tmp_path):
    (tmp_path / "wrong.tn").write_text(WRONG)
    (tmp_path / "out.py").write_text("precious")
    assert tncc("compile", "wrong.tn", "-o", "out.py", cwd=tmp_path).returncode == 1
    assert (tmp_path / "out.py").read_text() == "precious"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.py", "wrong.tn"]


def test_output_replaces_a_file_and_keeps_its_mode(tmp_path):
    (tmp_path / "out.py").write_text("old")
    (tmp_path / "out.py").chmod(0o640)
    assert tncc("compile", MPO, "-o", "out.py", cwd=tmp_path).returncode == 0
    assert "class MPO" in (tmp_path / "out.py").read_text()
    assert stat.S_IMODE((tmp_path / "out.py").stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["out.py"]


def test_fmt_check_diff_and_write(tmp_path):
    path = tmp_path / "ugly.tn"
    path.write_text(SMALL.replace("  index i: 4\n  index o: 3", "  index i:4;index o : 3 # both"))
    assert tncc("fmt", "--check", path).returncode == 1
    shown = tncc("fmt", "--diff", path)
    assert shown.returncode == 1
    assert b"+  index i: 4" in shown.stdout
    assert "index i:4" in path.read_text()
    assert tncc("fmt", path).returncode == 0
    assert "# both" in path.read_text()
    assert tncc("fmt", "--check", path).returncode == 0
    assert tncc("fmt", "-", stdin=path.read_bytes()).stdout == path.read_bytes()


def test_fmt_leaves_a_file_with_syntax_errors_alone(tmp_path):
    path = tmp_path / "broken.tn"
    path.write_text("network N( {")
    assert tncc("fmt", path).returncode == 1
    assert path.read_text() == "network N( {"


def test_new_writes_a_file_that_checks_and_never_overwrites(tmp_path):
    for topology in ("mpo", "tree", "btt"):
        assert tncc("new", f"my_{topology}", "--topology", topology, cwd=tmp_path).returncode == 0
        result = tncc("check", f"my_{topology}.tn", cwd=tmp_path)
        assert (result.returncode, result.stderr) == (0, b"")
    before = (tmp_path / "my_mpo.tn").read_text()
    assert tncc("new", "my_mpo", cwd=tmp_path).returncode == 1
    assert (tmp_path / "my_mpo.tn").read_text() == before


def test_explain_prints_a_page():
    result = tncc("explain", "tn104")
    assert result.returncode == 0
    assert result.stdout.startswith(b"# TN104")


def test_warnings_do_not_fail(tmp_path):
    (tmp_path / "warn.tn").write_text(SMALL.replace("output y", "tensor D[i]\n  output y"))
    result = tncc("check", "warn.tn", cwd=tmp_path)
    assert result.returncode == 0
    assert b"warning[TN165]" in result.stderr


def test_a_closed_pipe_is_not_an_error():
    command = f"{sys.executable} -m tncc report {MPO} | head -1"
    result = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, timeout=60)
    assert b"Traceback" not in result.stderr


def test_an_internal_error_says_so(tmp_path):
    code = (
        "import sys, tncc.cli as cli\n"
        "def broken(name): raise RuntimeError('boom')\n"
        "cli.driver.check = broken\nsys.argv = ['tncc', 'check', 'x']\ncli.main()"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert result.returncode == 70
    assert "please report it" in result.stderr


def test_version():
    assert tncc("--version").stdout.startswith(b"tncc 0.")

"""Networks of odd kinds, written in the language, agree with the references, and touch no memory but their own."""

from pathlib import Path

import pytest

import tncc
from tests.backends.c.building import APART, SANITIZERS, STRICT, compiled, needs_compiler, ran, width_flags, write
from tncc.backends.c.emit import Type

PROGRAMS = {
    "run-time sizes beside weights that are packed": """network Pool {
  index d: 6;  index e: 4;  index t: dynamic(64);  index s: dynamic
  input x[..., t, d]
  input w[..., t, s]
  tensor W[d, e]
  output y[..., s, e] = softmax[t](w) * x * W
}""",
    "no inputs": """network Weights {
  index a: 5;  index b: 3;  index c: 4
  tensor U[a, b]
  tensor V[b, c]
  output y[a, c] = U * V
}""",
    "nothing but a copy tensor": """network Delta {
  index a: 3;  index b: 3
  tensor D[a, b] copy
  output y[a, b] = D
}""",
    "roots and logarithms of negative numbers": """network Root {
  index a: 4
  input x[..., a]
  output y[..., a] = sqrt(x) + log(x)
}""",
    "numbers beyond the largest one": """network Large {
  index a: 4;  index b: 3
  input x[..., a]
  tensor W[a, b]
  output y[..., b] = exp(1000 * x * W)
}""",
    "sizes of one": """network Ones {
  index a: 1;  index b: 1
  bond r: 1
  input x[..., a]
  tensor A[a, r]
  tensor B[r, b]
  output y[..., b] = tanh(x * A * B)
}""",
}


@needs_compiler
@pytest.mark.parametrize("dtype", ["float32", "float64", "bfloat16"])
@pytest.mark.parametrize("kind", PROGRAMS)
def test_odd_networks(kind: str, dtype: Type, tmp_path: Path) -> None:
    made = tncc.compile_text(PROGRAMS[kind], batch=(1, 32))
    files = made.c_files(dtype)
    write(tmp_path, files, made.c_test("kernel.h", dtype))
    compiled(tmp_path, *STRICT, APART, *width_flags(32), *SANITIZERS, "kernel.c", "check.c", "-o", "check")
    assert ran(tmp_path) == "passed\n"


@needs_compiler
@pytest.mark.parametrize("part", [1, 2, 4, 8, 3, 12])
def test_parts_compile_without_a_warning(part: int, tmp_path: Path) -> None:
    made = tncc.compile_text(PROGRAMS["sizes of one"], batch=(1, 32))
    write(tmp_path, made.c_files(), "")
    compiled(tmp_path, *STRICT, f"-DTNCC_PARTS={part}", "-c", "kernel.c", "-o", "kernel.o")


@pytest.mark.parametrize(
    "text",
    [
        "network Big { index a: 50000; index b: 50000\n input x[..., a]\n tensor U[a, b]\n output y[..., b] = x * U }",
        "network Big { index a: 70000; index b: 70000\n input x[..., a, b]\n output y[...] = x * x }",
    ],
    ids=["weights", "rows"],
)
def test_arrays_too_long_to_count_are_refused(text: str) -> None:
    with pytest.raises(tncc.CompileError, match="`Big` has no C kernel: it has arrays of more than 2,147,483,647"):
        tncc.compile_text(text, batch=(1, 32)).c_files()


@needs_compiler
def test_steps_that_threads_share_compile_without_a_warning(tmp_path: Path) -> None:
    text = """network Wide {
  index a: 8;  index b: 60000;  index c: 8
  input x[..., a]
  tensor U[a, b]
  tensor V[b, c]
  output y[..., c] = tanh(x * U) * V
}"""
    files = tncc.compile_text(text, batch=(1, 32)).c_files()
    write(tmp_path, files, "")
    compiled(tmp_path, *STRICT, APART, "-c", "kernel.c", "-o", "kernel.o")

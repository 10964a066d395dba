"""The elementwise functions of kernels beside mpmath's and numpy's, and whether compilers make vectors of them."""

import ctypes
import math
import re
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import mpmath
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.backends.c.building import (
    APART,
    COMPILER,
    SANITIZERS,
    STRICT,
    WIDTHS,
    compiled,
    needs_compiler,
    processor,
    ran,
    width_flags,
)
from tncc.backends.c.anchoring import anchored
from tncc.backends.c.elementwise import map_lines
from tncc.backends.c.emit import LIBRARY as C_LIBRARY
from tncc.backends.c.functions import CALLED, CYCLES, LIBRARY, function_cycles, library_lines
from tncc.backends.c.notation import Names
from tncc.backends.c.prelude import PRELUDE
from tncc.backends.c.printing import step_function
from tncc.backends.c.steps import Call, Load, Map

REALS = ("float", "double")

ULPS = {"float": 2.5, "double": 4.0}
"""How far results may lie from the true ones, in units of the last place."""

OPTIMISED = ("-O3", "-ffp-contract=fast", "-fno-math-errno", "-fno-trapping-math")

Array = npt.NDArray[np.floating]


def sigmoid(x: mpmath.mpf) -> mpmath.mpf:
    return 1 / (1 + mpmath.exp(-x))


def bell(x: mpmath.mpf) -> mpmath.mpf:
    return mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mpmath.pi)


def below(x: mpmath.mpf) -> mpmath.mpf:
    return mpmath.ncdf(x)


TRUE: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    "exp": mpmath.exp,
    "log": mpmath.log,
    "tanh": mpmath.tanh,
    "erf": mpmath.erf,
    "sigmoid": sigmoid,
    "silu": lambda x: x * sigmoid(x),
}
"""The functions that are exact to the last places wherever they are not 0 or infinite."""

NEAR: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    "gelu": lambda x: x * below(x),
    "gelu_slope": lambda x: below(x) + x * bell(x),
    "silu_slope": lambda x: sigmoid(x) * (1 + x * (1 - sigmoid(x))),
}
"""Those that cancel somewhere, so that what counts is how far they are off beside 1 and their argument."""

QUICK: dict[str, Callable[[Array], Array]] = {
    "exp": np.exp,
    "log": np.log,
    "tanh": np.tanh,
    "erf": np.vectorize(math.erf, otypes=[np.float64]),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "silu": lambda x: x / (1 + np.exp(-x)),
}
"""The same in double precision, for many numbers in single precision."""


def code_of(real: str) -> str:
    """A loop over each function."""
    loops = []
    for name in LIBRARY:
        step = Map(Load("out", (), (1,)), ("rows",), Call(name, (Load("in", (), (1,)),)))
        freed, anchors = anchored(step)
        lines = step_function(f"loop_{name}", freed, anchors, {"rows": "n"}).lines
        loops += [line.replace("TNCC_STEP void", "void") for line in lines]
    return "\n".join([*head_of(real, "\n".join(loops)), *loops, ""])


def head_of(real: str, code: str) -> list[str]:
    ending = "f" if real == "float" else ""
    return [
        *(f"#include <{name}.h>" for name in ("stddef", "stdint", "math", "string")),
        f"typedef {real} real;",
        *(f"#define {name} {name.lower()}{ending}" for name in C_LIBRARY),
        PRELUDE,
        *library_lines(code, real),
    ]


@cache
def built(folder: Path, real: str, width: int) -> ctypes.CDLL:
    name = f"{real}{width}"
    (folder / f"{name}.c").write_text(code_of(real), encoding="ascii")
    flags = (*STRICT, *OPTIMISED, *width_flags(width))
    compiled(folder, *flags, "-shared", "-fPIC", f"{name}.c", "-o", f"{name}.so")
    return ctypes.CDLL(str(folder / f"{name}.so"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("functions")


def called(library: ctypes.CDLL, name: str, values: Array) -> Array:
    out = np.empty_like(values)
    pointers = (ctypes.c_void_p(array.ctypes.data) for array in (out, values))
    getattr(library, f"loop_{name}")(*pointers, ctypes.c_ssize_t(values.size))
    return out


def type_of(real: str) -> type[np.floating]:
    return np.float32 if real == "float" else np.float64


def ends(name: str, kind: type[np.floating]) -> tuple[float, float]:
    """Where a function is compared: beyond, sigmoids are 0 as PyTorch's are, which goes by e^-x, too."""
    return (-float(np.log(np.finfo(kind).max)), math.inf) if name in ("sigmoid", "silu") else (-math.inf, math.inf)


def true_value(name: str, x: float) -> mpmath.mpf:
    return (TRUE | NEAR)[name](mpmath.mpf(x))


def ulps(found: float, true: mpmath.mpf, kind: type[np.floating]) -> float:
    """How many units of the last place lie between a number and the true one."""
    with np.errstate(over="ignore"):
        nearest = kind(float(true))
    if not np.isfinite(nearest) or not np.isfinite(found):
        return 0.0 if nearest == found else math.inf
    place = np.spacing(min(abs(nearest), np.finfo(kind).max / 2))
    return float(abs(mpmath.mpf(float(found)) - true) / mpmath.mpf(float(place)))


def grid(kind: type[np.floating]) -> Array:
    """Numbers of all sizes, more of them where functions bend."""
    generator = np.random.default_rng(0)
    limits = np.finfo(kind)
    sizes = np.exp2(
        np.concatenate([generator.uniform(limits.minexp - limits.nmant, 10, 300), generator.uniform(-9, 5, 500)])
    )
    return np.concatenate([sizes, -sizes]).astype(kind)


@needs_compiler
@pytest.mark.parametrize("real", REALS)
@pytest.mark.parametrize("name", [*TRUE, *NEAR])
def test_functions_are_as_exact_as_numbers_are(real: str, name: str, folder: Path) -> None:
    kind = type_of(real)
    low, high = ends(name, kind)
    values = grid(kind)
    values = values[(values > (0 if name == "log" else low)) & (values < high)]
    with mpmath.workdps(40):
        true = [true_value(name, float(x)) for x in values]
        for width in WIDTHS:
            found = called(built(folder, real, width), name, values)
            if name in NEAR:
                most = 4 * float(np.finfo(kind).eps)
                off = [
                    float(abs(mpmath.mpf(float(y)) - z) / max(1, abs(float(x))))
                    for x, y, z in zip(values, found, true, strict=True)
                ]
            else:
                most = ULPS[real]
                off = [ulps(y, z, kind) for y, z in zip(found, true, strict=True)]
            assert max(off) <= most, (width, values[int(np.argmax(off))])


@needs_compiler
@pytest.mark.parametrize("name", QUICK)
def test_single_precision_all_over(name: str, folder: Path) -> None:
    values = (np.arange(2**20, dtype=np.uint32) * np.uint32(4096) + np.uint32(1234)).view(np.float32)
    low, high = ends(name, np.float32)
    values = values[np.isnan(values) | ((values > low) & (values < high))]
    with np.errstate(all="ignore"):
        true = QUICK[name](values.astype(np.float64))
        nearest = true.astype(np.float32)
        for width in WIDTHS:
            found = called(built(folder, "float", width), name, values)
            assert np.array_equal(np.isnan(found), np.isnan(nearest))
            known = np.isfinite(nearest)
            assert np.array_equal(found[~known], nearest[~known], equal_nan=True)
            assert np.array_equal(np.signbit(found[known]), np.signbit(nearest[known]))
            off = np.abs(found[known] - true[known]) / np.spacing(np.abs(nearest[known]))
            assert off.max() <= ULPS["float"], values[known][np.argmax(off)]


@needs_compiler
@pytest.mark.parametrize("real", REALS)
@pytest.mark.parametrize("width", WIDTHS)
def test_functions_at_their_ends(real: str, width: int, folder: Path) -> None:
    library, kind = built(folder, real, width), type_of(real)
    tiny, huge = np.finfo(kind).smallest_subnormal, np.finfo(kind).max
    values = np.array([0.0, -0.0, math.inf, -math.inf, math.nan, tiny, -tiny, huge, -huge], kind)
    nan, inf = math.nan, math.inf
    expected = {
        "exp": [1, 1, inf, 0, nan, 1, 1, inf, 0],
        "log": [-inf, -inf, inf, nan, nan, kind(np.log(tiny)), nan, kind(np.log(huge)), nan],
        "tanh": [0.0, -0.0, 1, -1, nan, tiny, -tiny, 1, -1],
        "erf": [0.0, -0.0, 1, -1, nan, tiny, -tiny, 1, -1],
        "sigmoid": [0.5, 0.5, 1, 0, nan, 0.5, 0.5, 1, 0],
        "relu": [0.0, -0.0, inf, 0, nan, tiny, 0, huge, 0],
        "abs": [0.0, 0.0, inf, inf, nan, tiny, tiny, huge, huge],
    }
    for name, numbers in expected.items():
        found = called(library, name, values)
        np.testing.assert_array_max_ulp(found[np.isfinite(numbers)], np.array(numbers, kind)[np.isfinite(numbers)], 2)
        assert np.array_equal(np.isnan(found), np.isnan(np.array(numbers, kind))), name
        assert np.array_equal(np.isinf(found), np.isinf(np.array(numbers, kind))), name
        if name in ("tanh", "erf"):
            assert np.array_equal(np.signbit(found[:4]), np.signbit(values[:4]))


@needs_compiler
@settings(deadline=None, max_examples=400)
@given(st.sampled_from(sorted(TRUE)), st.sampled_from(REALS), st.data())
def test_any_number(folder: Path, name: str, real: str, data: st.DataObject) -> None:
    kind = type_of(real)
    x = data.draw(st.floats(width=32 if real == "float" else 64))
    found = called(built(folder, real, 32), name, np.array([x], kind))[0]
    low, high = ends(name, kind)
    if math.isnan(x) or (name == "log" and x < 0):
        assert np.isnan(found)
    elif math.isfinite(x) and low < x < high and not (name == "log" and x == 0):
        with mpmath.workdps(60):
            assert ulps(found, true_value(name, x), kind) <= ULPS[real]


@needs_compiler
@pytest.mark.parametrize("real", REALS)
def test_nothing_is_undefined(real: str, tmp_path: Path) -> None:
    check = f"""
int main(void)
{{
    static real in[65536], out[65536];
    for (tncc_bits i = 0; i < 65536; ++i)
        in[i] = tncc_real_of((i << ({32 if real == "float" else 64} - 16)) | (i * 40503 & 1023));
    {" ".join(f"loop_{name}(out, in, 65536);" for name in LIBRARY)}
    return 0;
}}
"""
    (tmp_path / "check.c").write_text(code_of(real) + check, encoding="ascii")
    compiled(tmp_path, *STRICT, "-O1", APART, *SANITIZERS, "-fsanitize=float-cast-overflow", "check.c", "-o", "check")
    assert ran(tmp_path) == ""


@needs_compiler
@pytest.mark.parametrize("real", REALS)
def test_compilers_make_vectors_of_loops(real: str, tmp_path: Path) -> None:
    if not {"avx2", "fma"} <= processor():
        pytest.skip("what it asks of the compiler is known for x86 alone")
    version = subprocess.run([*str(COMPILER).split(), "--version"], capture_output=True, text=True).stdout
    if "clang" in version:
        pytest.skip("the compiler reports in another way")
    (tmp_path / "loops.c").write_text(code_of(real), encoding="ascii")
    command = [*str(COMPILER).split(), "-std=c11", *OPTIMISED, "-mavx2", "-mfma", "-fopt-info-vec-optimized", "-c"]
    done = subprocess.run([*command, "loops.c"], cwd=tmp_path, capture_output=True, text=True, check=True)
    found = {int(line) for line in re.findall(r"loops.c:(\d+):.*loop vectorized", done.stderr)}
    lines = code_of(real).splitlines()
    missing = [
        name
        for name in LIBRARY
        if name not in CALLED
        and not any(
            f"= tncc_{name}(" in line and found & {number, number - 1, number + 1} for number, line in enumerate(lines)
        )
    ]
    assert missing == []


def test_functions_cost_what_they_hold() -> None:
    x = Load("x", (), (1,))
    assert function_cycles(x) == function_cycles(Call("+", (x, 1.0))) == function_cycles(Call("relu", (x,))) == 0
    assert function_cycles(Call("*", (Call("gelu", (x,)), Call("exp", (x,))))) == CYCLES["gelu"] + CYCLES["exp"]
    assert CYCLES.keys() <= LIBRARY.keys()


def test_loops_along_which_all_operands_go_on_are_one() -> None:
    names = Names({"rows": "rows"}, {"out": "out", "in": "in", "by": "by"})
    value = Call("*", (Load("in", (), (96, 24, 1)), Load("by", (), (0, 24, 1))))
    lines = map_lines(Map(Load("out", (), (96, 24, 1)), ("rows", 4, 24), value), names, "")
    assert lines == [
        "for (ptrdiff_t i0 = 0; i0 < rows; ++i0)",
        "    for (ptrdiff_t i1 = 0; i1 < 96; ++i1)",
        "        *(out + i0 * 96 + i1) = (*(in + i0 * 96 + i1) * *(by + i1));",
    ]
    apart = Map(Load("out", (), (96, 24, 1)), ("rows", 4, 24), Load("in", (), (100, 25, 1)))
    assert len(map_lines(apart, names, "")) == 3  # rows and fours are one, and go on with gaps


@needs_compiler
def test_sums_that_are_not_as_written_are_refused(tmp_path: Path) -> None:
    (tmp_path / "fast.c").write_text(code_of("float"), encoding="ascii")
    command = [*str(COMPILER).split(), "-std=c11", "-ffast-math", "-fsyntax-only", "fast.c"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode and "without -ffast-math" in done.stderr

"""A C program that checks a kernel against values that the reference computed: it prints what differs, and how much.

Both sides draw inputs and tensors by the same rule, so that only samples of what is expected stand in the program.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from tncc.backends.c.naming import Caller

TOLERANCE = {"float32": 5e-4, "float64": 1e-9, "bfloat16": 5e-4}
"""The difference that is allowed, as a share of the largest number of an array."""


LARGEST = {"float32": 3.4e38, "float64": 1.79e308, "bfloat16": 3.4e38}
"""About the largest number of the type that is computed with: what is larger becomes infinite, or no number."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """An array of `count` numbers between -`scale` and `scale`: those of stream `stream`, as the program draws them."""

    count: int
    stream: int
    scale: float


@dataclass(frozen=True, slots=True)
class Expected:
    """An array of `count` numbers, known at some positions; `most` is the largest of all, without its sign."""

    count: int
    positions: Sequence[int]
    values: Sequence[float]
    most: float


@dataclass(frozen=True, slots=True)
class Example:
    """One call, its arrays in the order of the functions' parameters.

    What is expected of gradients is empty where there is no backward function, and None for a tensor without gradient.
    """

    sizes: tuple[int, ...]
    inputs: tuple[Drawn, ...]
    weights: tuple[Drawn, ...]
    outputs: tuple[Expected, ...]
    seeds: tuple[Drawn, ...] = ()
    input_gradients: tuple[Expected, ...] = ()
    gradients: tuple[Expected | None, ...] = field(default=())


HEAD = r"""
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "{header}"

typedef {stem}_real real;

static int failures = 0;

/* Memory of just that size, so that tools see whoever reads or writes beside it. */
static void *room(size_t bytes)
{{
    void *memory = malloc(bytes ? bytes : 1);
    if (!memory) {{
        fprintf(stderr, "out of memory\n");
        exit(2);
    }}
    return memset(memory, 255, bytes);
}}

static real *numbers(size_t count)
{{
    return room(count * sizeof(real));
}}

static double number(size_t i, uint64_t stream, double scale)
{{
    uint64_t z = stream * UINT64_C(0x632BE59BD9B4E019) + (i + 1) * UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return scale * ((double)((z ^ (z >> 31)) >> 11) * 0x1p-52 - 1);
}}

static real *drawn(size_t count, uint64_t stream, double scale)
{{
    real *memory = numbers(count);
    for (size_t i = 0; i < count; ++i)
        memory[i] = (real)number(i, stream, scale);
    return memory;
}}

/* Stored tensors may be of another type: of half the bits of a real, the lower half is cut off. */
static {stem}_stored *stored(size_t count, uint64_t stream, double scale)
{{
    {stem}_stored *memory = room(count * sizeof *memory);
    for (size_t i = 0; i < count; ++i) {{
        const real value = (real)number(i, stream, scale);
        if (sizeof *memory == sizeof value) {{
            memcpy(&memory[i], &value, sizeof value);
        }} else {{
            uint32_t bits;
            memcpy(&bits, &value, sizeof bits);
            bits >>= 16;
            const uint16_t upper = (uint16_t)bits;
            memcpy(&memory[i], &upper, sizeof upper);
        }}
    }}
    return memory;
}}

/* Whether a number is another one than expected; beyond the largest one of its type there are none to expect. */
static int differs(double found, double expected, double scale)
{{
    if (isnan(expected))
        return !isnan(found);
    if (fabs(expected) > {largest!r})
        return fabs(found) <= {largest!r};
    return !(fabs(found - expected) <= {tolerance!r} * scale);
}}

static void check(const char *what, int rows, int threads, const real *found, int count, const long *positions,
                  const double *values, double scale)
{{
    for (int i = 0; i < count; ++i)
        if (differs((double)found[positions[i]], values[i], scale)) {{
            printf("FAILED: %s, %d rows, %d threads: %.9g at %ld instead of %.9g\n", what, rows, threads,
                   (double)found[positions[i]], positions[i], values[i]);
            ++failures;
            return;
        }}
}}
"""


def checking_program(who: Caller, examples: Sequence[Example], dtype: str, header: str, saves: bool = False) -> str:
    """The program; `header` is the name of the header's file, `saves` whether it has functions that save."""
    lines = [HEAD.format(header=header, stem=who.stem, tolerance=TOLERANCE[dtype], largest=LARGEST[dtype]).strip("\n")]
    calls = []
    for number, example in enumerate(examples):
        name = f"example{number}"
        lines += ["", *example_lines(name, example, who, saves)]
        calls.append(f"    {name}(1), {name}(2);")
    main = ["    (void)drawn, (void)stored;", *calls, '    printf(failures ? "%d failed\\n" : "passed\\n", failures);']
    return "\n".join([*lines, "", "int main(void)", "{", *main, "    return failures != 0;", "}", ""])


def example_lines(name: str, example: Example, who: Caller, saves: bool) -> list[str]:
    """What is expected of an example, and a function that runs it on a number of threads."""
    given = {"in": example.inputs, "w": example.weights, "seed": example.seeds}
    made = {"out": example.outputs, "din": example.input_gradients, "dw": example.gradients}
    lines = [
        line for group, arrays in made.items() for n, one in enumerate(arrays) for line in _data(name, group, n, one)
    ]
    body = [f"const int rows = {example.sizes[0]};"]
    for group, arrays in given.items():
        for n, array in enumerate(arrays):
            kind, draw = (f"{who.stem}_stored", "stored") if group == "w" else ("real", "drawn")
            body.append(f"{kind} *{group}{n} = {draw}({array.count}, {array.stream}, {_number(array.scale)});")
    for group, results in made.items():
        for n, result in enumerate(results):
            body.append(f"real *{group}{n} = {'0' if result is None else f'numbers({result.count})'};")
    sizes, inputs = ", ".join(map(str, example.sizes)), _listed("in", example.inputs)
    body += [
        f"{who.stem}_weights weights = {{{_listed('w', example.weights) or '0'}}};",
        f"real *packed = room({who.stem}_packed_bytes());",
        f"void *least = room({who.stem}_workspace_bytes({', '.join('0' for _ in example.sizes)}, 1));",
        f"{who.stem}_pack(&weights, packed, least);",
        "free(least);",
        f"void *workspace = room({who.stem}_workspace_bytes({sizes}, threads));",
        _call("forward", who, sizes, inputs, "packed", _listed("out", example.outputs)),
        *_checks("forward", "out", example.outputs, name),
        *_forgotten("out", example.outputs),
        _call("apply", who, sizes, inputs, "&weights", _listed("out", example.outputs)),
        *_checks("apply", "out", example.outputs, name),
    ]
    if example.seeds:
        grads = _listed("din", example.input_gradients)
        body.append(f"{who.stem}_gradients gradients = {{{_listed('dw', example.gradients) or '0'}}};")
        body.append(
            _call("backward", who, sizes, inputs, "&weights", _listed("seed", example.seeds), grads, "&gradients")
        )
        body += _gradient_checks("backward", example, name)
        if saves:
            body += [
                *_forgotten("out", example.outputs),
                *_forgotten("din", example.input_gradients),
                *_forgotten("dw", example.gradients),
                f"real *saved = room({who.stem}_saved_bytes({sizes}));",
                _call("forward_saving", who, sizes, inputs, "&weights", _listed("out", example.outputs), "saved"),
                *_checks("forward_saving", "out", example.outputs, name),
                _call(
                    "backward_saved", who, sizes, inputs, "&weights", "saved", _listed("seed", example.seeds), grads,
                    "&gradients",
                ),
                *_gradient_checks("backward_saved", example, name),
                "free(saved);",
            ]  # fmt: skip
    names = [f"{group}{n}" for group, some in {**given, **made}.items() for n in range(len(some))]
    body += [f"free({one});" for one in (*names, "packed", "workspace")]
    return [*lines, f"static void {name}(int threads)", "{", *(f"    {line}" for line in body), "}"]


def _forgotten(group: str, arrays: Sequence[Expected | None]) -> list[str]:
    """What was computed before is gone, so that nobody takes it for what is computed next."""
    return [f"memset({group}{n}, 255, {one.count} * sizeof(real));" for n, one in enumerate(arrays) if one is not None]


def _gradient_checks(what: str, example: Example, name: str) -> list[str]:
    return [*_checks(what, "din", example.input_gradients, name), *_checks(what, "dw", example.gradients, name)]


def _listed(group: str, arrays: Sequence[object]) -> str:
    return ", ".join(f"{group}{n}" for n in range(len(arrays)))


def _data(name: str, group: str, n: int, one: Expected | None) -> list[str]:
    if one is None:
        return []
    positions = ", ".join(map(str, one.positions)) or "0"
    values = ", ".join(map(_number, one.values)) or "0"
    return [
        f"static const long {name}_{group}{n}_at[] = {{{positions}}};",
        f"static const double {name}_{group}{n}[] = {{{values}}};",
    ]


def _number(value: float) -> str:
    if math.isnan(value):
        return "NAN"
    return repr(float(value)) if math.isfinite(value) else "INFINITY" if value > 0 else "-INFINITY"


def _call(name: str, who: Caller, *arguments: str) -> str:
    return f"{who.stem}_{name}({', '.join(one for one in (*arguments, 'workspace', 'threads') if one)});"


def _checks(what: str, group: str, results: Sequence[Expected | None], name: str) -> list[str]:
    return [
        f'check("{what} {group}{n}", rows, threads, {group}{n}, {len(one.values)}, {name}_{group}{n}_at, '
        f"{name}_{group}{n}, {_number(one.most)});"
        for n, one in enumerate(results)
        if one is not None
    ]

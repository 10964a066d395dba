"""Elementwise functions as C without branches or calls, so that compilers make vectors of the loops around them.

What they are built on: numbers' bits, which give powers of two, and series fitted for each type of numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tncc.backends.c.notation import INDENT
from tncc.backends.c.steps import Call, Expression


@dataclass(frozen=True, slots=True)
class Format:
    """A type of numbers: its parts, how ln 2 is split, where functions end, and the coefficients of series.

    `high` has so few bits that its products with exponents are exact; `low` is the rest of ln 2. `least` and `most` are
    arguments beyond which exp is 0 and infinite, `tanh` and `erf` those from which these functions are 1.
    """

    bits: int
    fraction: int
    high: float
    low: float
    least: float
    most: float
    tanh: float
    erf: float
    series: Mapping[str, tuple[float, ...]]


# Each series is the polynomial whose largest weighted error is least (Remez's exchange in 60 digits, the weights such
# that it is the relative error of the function), the constant first, rounded to the type:
#   exp   (e^r - 1 - r) / r^2                   |r| <= ln 2 / 2          error 1.5e-8, 2.1e-17 of e^r - 1
#   log   (2 atanh s - 2 s) / s^3, in s^2       s <= (sqrt 2 - 1)^2      error 1.1e-9, 2.0e-18 of log
#   erf   -log(1 - erf z) / z - 1               0 <= z <= 4, 6           error 4.2e-10, 5.0e-18 of erf
SINGLE = Format(
    bits=32, fraction=23, high=0.693115234375, low=3.1946183e-05, least=-110.0, most=90.0, tanh=10.0, erf=4.0,
    series={
        "exp": (0.5, 0.16666545, 0.04166629, 0.008366373, 0.0013946042),
        "log": (0.6666675, 0.39979696, 0.29822636),
        "erf": (
            0.12837917, 0.6366198, 0.102771275, -0.019117694, -0.00025306136, 0.0017993549, -0.00074068713,
            0.00016748166, -2.1354786e-05, 1.1933196e-06,
        ),
    },
)  # fmt: skip

DOUBLE = Format(
    bits=64, fraction=52, high=0.693147180559663, low=2.8235290563031577e-13, least=-750.0, most=710.0, tanh=20.0,
    erf=6.0,
    series={
        "exp": (
            0.5000000000000004, 0.16666666666666685, 0.04166666666658179, 0.008333333333315558, 0.0013888888930270694,
            0.00019841269901142995, 2.4801506561332806e-05, 2.7557229488200477e-06, 2.7625600435485167e-07,
            2.511402796254362e-08,
        ),
        "log": (
            0.6666666666666686, 0.39999999999699826, 0.2857142868483523, 0.22222204024213404, 0.1818329976627995,
            0.1532042636079592, 0.14735458344460695,
        ),
        "erf": (
            0.12837916709551256, 0.6366197723675836, 0.10277260330178875, -0.019128447005070198,
            -0.00020919469484374868, 0.0016962063857492342, -0.000590125552883269, 2.5878604115502606e-05,
            6.449186164390071e-05, -2.9724048509870876e-05, 3.407270320550145e-06, 2.8351330718385075e-06,
            -1.7415396293873095e-06,
            3.363581779196131e-07, 1.3718618767001686e-07, -1.4176394326488325e-07, 6.573426003336263e-08,
            -2.096289182884303e-08, 4.9977646211342386e-09, -9.082349716697194e-10, 1.2484295931729985e-10,
            -1.2611240555106092e-11, 8.84578305776016e-13, -3.8506385713381835e-14, 7.834466052595745e-16,
        ),
    },
)  # fmt: skip

FORMATS = {"float": SINGLE, "double": DOUBLE}
"""What numbers are in C, by the type's name."""

BITS = """
#if defined(__FAST_MATH__)
#error "functions need sums as they are written: compile without -ffast-math"
#endif
/* The bits of numbers. Adding TNCC_SHIFT rounds to a whole number, which is then in the lowest bits. */
typedef uint{bits}_t tncc_bits;
#define TNCC_FRACTION {fraction}
#define TNCC_BIAS {bias}
#define TNCC_SHIFT (real){shift}
#define TNCC_SIGN ((tncc_bits)1 << {sign})
#define TNCC_LN2_HIGH (real){high!r}
#define TNCC_LN2_LOW (real){low!r}
#define TNCC_EXP_LEAST (real){least!r}
#define TNCC_EXP_MOST (real){most!r}
#define TNCC_TANH_MOST (real){tanh!r}
#define TNCC_ERF_MOST (real){erf!r}
TNCC_INLINE tncc_bits tncc_bits_of(const real x)
{{
    tncc_bits bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}}
TNCC_INLINE real tncc_real_of(const tncc_bits bits)
{{
    real x;
    memcpy(&x, &bits, sizeof x);
    return x;
}}
/* The size of one number with the sign of another. */
TNCC_INLINE real tncc_signed(const real size, const real sign)
{{
    return tncc_real_of((tncc_bits_of(size) & ~TNCC_SIGN) | (tncc_bits_of(sign) & TNCC_SIGN));
}}"""

LIBRARY = {
    # x = n ln 2 + r; both halves of n are exponents, so that the second product overflows or rounds as the result does.
    "exp": """
    const real low = x < TNCC_EXP_LEAST ? TNCC_EXP_LEAST : x;
    const real y = low > TNCC_EXP_MOST ? TNCC_EXP_MOST : low;
    const real shifted = y * (real)1.44269504088896340736 + TNCC_SHIFT, n = shifted - TNCC_SHIFT;
    const real r = y - n * TNCC_LN2_HIGH - n * TNCC_LN2_LOW;
    const tncc_bits both = tncc_bits_of(shifted) - tncc_bits_of(TNCC_SHIFT) + 2 * TNCC_BIAS, half = both >> 1;
    const real power = 1 + (r + r * r * tncc_exp_series(r));
    return power * tncc_real_of(half << TNCC_FRACTION) * tncc_real_of((both - half) << TNCC_FRACTION);""",
    # For |x| < 2 TNCC_TANH_MOST or |x| < TNCC_ERF_MOST^2: 2^n is then a number like others.
    "expm1": """
    const real shifted = x * (real)1.44269504088896340736 + TNCC_SHIFT, n = shifted - TNCC_SHIFT;
    const real r = x - n * TNCC_LN2_HIGH - n * TNCC_LN2_LOW;
    const real power = tncc_real_of((tncc_bits_of(shifted) + TNCC_BIAS) << TNCC_FRACTION);
    return power * (r + r * r * tncc_exp_series(r)) + (power - 1);""",
    # x = 2^n (1 + f), 1 + f from sqrt(1/2) to sqrt(2); numbers below the least normal one are lifted first.
    "log": """
    const real least = tncc_real_of((tncc_bits)1 << TNCC_FRACTION), infinite = (real)HUGE_VAL;
    const real two = (real)((tncc_bits)1 << TNCC_FRACTION);
    const real lifted = x < least ? x * two : x, up = x < least ? (real)TNCC_FRACTION : 0;
    const tncc_bits root = tncc_bits_of((real)0.70710678118654752440);
    const tncc_bits bits = tncc_bits_of(lifted) - root + ((tncc_bits)TNCC_BIAS << TNCC_FRACTION);
    const real n = tncc_real_of(tncc_bits_of(two) | bits >> TNCC_FRACTION) - two - TNCC_BIAS - up;
    const real f = tncc_real_of((bits & (((tncc_bits)1 << TNCC_FRACTION) - 1)) + root) - 1;
    const real s = f / (2 + f), u = s * s;
    const real sum = n * TNCC_LN2_HIGH + (f - s * (f - u * tncc_log_series(u)) + n * TNCC_LN2_LOW);
    const real beyond = x == 0 ? -infinite : infinite - infinite, known = x > 0 ? sum : beyond;
    return x == infinite ? x : known;""",
    # t = e^(2|x|) - 1 is as exact as numbers are, however small x is.
    "tanh": """
    const real size = FABS(x), most = size > TNCC_TANH_MOST ? TNCC_TANH_MOST : size;
    const real t = tncc_expm1(2 * most);
    return tncc_signed(t / (t + 2), x);""",
    # 1 - erf z = e^(-z (1 + series(z))), z = |x|.
    "erf": """
    const real size = FABS(x), z = size > TNCC_ERF_MOST ? TNCC_ERF_MOST : size;
    return tncc_signed(tncc_expm1(-(z + z * tncc_erf_series(z))), x);""",
    "relu": "return x < 0 ? 0 : x;",
    "relu_slope": "return x > 0;",
    "sign": "return (real)((x > 0) - (x < 0));",
    "abs": "return FABS(x);",
    "sqrt": "return SQRT(x);",
    "sqrt_slope": "return (real)0.5 / x;",
    "sin": "return SIN(x);",
    "cos": "return COS(x);",
    "cos_slope": "return -SIN(x);",
    "tanh_slope": "return 1 - x * x;",
    "reciprocal": "return 1 / x;",
    "reciprocal_slope": "return -x * x;",
    "sigmoid": "return 1 / (1 + tncc_exp(-x));",
    "sigmoid_slope": "return x * (1 - x);",
    "silu": "return x / (1 + tncc_exp(-x));",
    "silu_slope": """
    const real s = 1 / (1 + tncc_exp(-x));
    return s * (1 + x * (1 - s));""",
    "gelu": "return (real)0.5 * x * (1 + tncc_erf(x * (real)0.70710678118654752440));",
    "gelu_slope": """
    const real below = (real)0.5 * (1 + tncc_erf(x * (real)0.70710678118654752440));
    return below + x * tncc_exp((real)-0.5 * x * x) * (real)0.39894228040143267794;""",
}
"""The body of each function of `x`, behind those that it calls; names in capitals are the C library's for the type."""

CYCLES = {
    "exp": 0.9,
    "log": 0.9,
    "tanh": 1.0,
    "erf": 1.4,
    "sqrt": 0.3,
    "reciprocal": 0.1,
    "sqrt_slope": 0.1,
    "sin": 10.0,
    "cos": 10.0,
    "cos_slope": 10.0,
    "sigmoid": 0.9,
    "silu": 1.0,
    "silu_slope": 1.3,
    "gelu": 1.6,
    "gelu_slope": 2.9,
}
"""What each function adds to the cycles of an element, where it is any to speak of: in single precision, in loops over
numbers in the caches."""

CALLED = frozenset({"sin", "cos", "cos_slope"})
"""The functions that are the C library's, number by number: what is left of large numbers after whole turns takes more
than a few lines."""


def library_lines(code: str, real: str) -> list[str]:
    """The functions that some code calls, and those that these call, for the C type of its numbers."""
    form = FORMATS[real]
    bodies = {f"{name}_series": _series(found) for name, found in form.series.items()} | LIBRARY
    needed: list[str] = []
    for name in reversed(bodies):
        if f"tncc_{name}(" in code:
            needed.insert(0, name)
            code += bodies[name]
    lines = _bits_lines(form) if "tncc_bits_of(" in code else []
    for name in needed:
        body = bodies[name].removeprefix("\n").splitlines()
        lines += ["", f"TNCC_INLINE real tncc_{name}(const real x)", "{"]
        lines += [line if line.startswith(INDENT) else INDENT + line for line in body] + ["}"]
    return lines


def functions_in(value: Expression) -> Iterator[str]:
    """The functions in an expression."""
    if isinstance(value, Call):
        yield value.function
        for argument in value.arguments:
            yield from functions_in(argument)


def function_cycles(value: Expression) -> float:
    """What the functions in an expression add to the cycles of an element."""
    return sum(CYCLES.get(function, 0.0) for function in functions_in(value))


def _series(coefficients: Sequence[float]) -> str:
    """The body of a polynomial, by Horner's rule."""
    *others, last = coefficients
    steps = "".join(f"{INDENT}sum = sum * x + (real){value!r};\n" for value in reversed(others))
    return f"{INDENT}real sum = (real){last!r};\n{steps}{INDENT}return sum;"


def _bits_lines(form: Format) -> list[str]:
    """What the functions know of a type of numbers."""
    bias = 2 ** (form.bits - form.fraction - 2) - 1
    known = {"bits": form.bits, "fraction": form.fraction, "bias": bias, "sign": form.bits - 1}
    known["shift"] = 3 * 2 ** (form.fraction - 1)
    numbers = {name: getattr(form, name) for name in ("high", "low", "least", "most", "tanh", "erf")}
    return BITS.format(**known, **numbers).splitlines()

"""Elementwise functions as Triton writes them, on values in single precision."""

from collections.abc import Sequence

from tncc.backends.literals import number

OPERATORS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}

INLINE = {
    "relu": "tl.maximum({0}, 0.0, propagate_nan=tl.PropagateNan.ALL)",
    "exp": "tl.exp({0})",
    "log": "tl.log({0})",
    "sqrt": "tl.sqrt({0})",
    "abs": "tl.abs({0})",
    "sin": "tl.sin({0})",
    "cos": "tl.cos({0})",
    "rsqrt": "tl.rsqrt({0})",
    "reciprocal": "1.0 / {0}",
    "sigmoid": "tl.sigmoid({0})",
    "silu": "{0} * tl.sigmoid({0})",
    "tanh_slope": "1.0 - {0} * {0}",
    "sigmoid_slope": "{0} * (1.0 - {0})",
    "sqrt_slope": "0.5 / {0}",
    "cos_slope": "-tl.sin({0})",
    "reciprocal_slope": "-({0} * {0})",
    "relu_slope": "tl.where({0} > 0.0, 1.0, 0.0)",
    "gelu": "_gelu({0})",
    "gelu_slope": "_gelu_slope({0})",
    "silu_slope": "_silu_slope({0})",
    "tanh": "_tanh({0})",
    "sign": "_sign({0})",
}

ZERO_AT_ZERO = frozenset({"relu", "sqrt", "abs", "sin", "silu", "gelu", "tanh", "sign", "relu_slope", "scale"})
"""The functions that leave zero alone, so that what is beyond an array's end stays zero."""

FUNCTIONS = {
    "_gelu": '''
@triton.jit
def _gelu(value):
    """The exact gelu."""
    return 0.5 * value * (1.0 + tl.erf(value * 0.7071067811865476))
''',
    "_gelu_slope": '''
@triton.jit
def _gelu_slope(value):
    """The slope of the exact gelu."""
    density = 0.3989422804014327 * tl.exp(-0.5 * value * value)
    return 0.5 * (1.0 + tl.erf(value * 0.7071067811865476)) + value * density
''',
    "_silu_slope": '''
@triton.jit
def _silu_slope(value):
    """The slope of silu."""
    sigmoid = tl.sigmoid(value)
    return sigmoid * (1.0 + value * (1.0 - sigmoid))
''',
    "_tanh": '''
@triton.jit
def _tanh(value):
    """The hyperbolic tangent; by its Taylor series near zero, where 1 - exp(-2|x|) loses digits."""
    small = tl.exp(-2.0 * tl.abs(value))
    far = (1.0 - small) / (1.0 + small)
    square = value * value
    near = value * (1.0 - square * (1 / 3 - square * (2 / 15 - square * (17 / 315))))
    return tl.where(square < 0.01, near, tl.where(value < 0.0, -far, far))
''',
    "_sign": '''
@triton.jit
def _sign(value):
    """1, 0 or -1."""
    return tl.where(value > 0.0, 1.0, tl.where(value < 0.0, -1.0, 0.0))
''',
}
"""What kernels call, each defined only where it is called."""


def applied(function: str, operands: Sequence[str], factor: float) -> str:
    """A function of operands that an operator can stand beside."""
    if function in OPERATORS:
        return f"{operands[0]} {OPERATORS[function]} {operands[1]}"
    if function == "scale":
        return f"-{operands[0]}" if factor == -1.0 else f"{number(factor)} * {operands[0]}"
    return INLINE[function].format(*operands)

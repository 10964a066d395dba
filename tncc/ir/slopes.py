"""Functions that occur in gradients only, and have no name in the language."""

SLOPES = frozenset({
    "relu_slope", "gelu_slope", "silu_slope", "tanh_slope", "sigmoid_slope", "sqrt_slope", "sign", "cos_slope",
    "reciprocal_slope",
})  # fmt: skip
"""Elementwise: of `relu`, `tanh`, `sigmoid`, `sqrt` and `reciprocal` as functions of their result, of the others of
their operand. `sign` is that of `abs`; `sqrt_slope` is 1/(2z), `reciprocal_slope` -z², `cos_slope` -sin(x)."""

SCALE = "layernorm_scale"
"""Over indices, which it removes: 1 / sqrt(variance + 1e-5), the biased variance, by which `layernorm` scales."""

# ## Self-attention with low-rank query and key maps: one input under two names, a softmax over a named index.
# network Attention(width: int = 32, heads: int = 4, rank: int = 6) {
#   index d: width
#   index e: width
#   index g: heads
#   index k: width // heads
#   bond  s: rank
#   bond  u: rank
#   index q: dynamic
#   index t: dynamic
#   input x[..., q, d]
#   tensor Qa[d, s];  tensor Qb[s, g, k]
#   tensor Ka[d, u];  tensor Kb[u, g, k]
#   tensor V[d, g, k]
#   tensor O[g, k, e]
#   Q[..., g, q, k] = x * Qa * Qb
#   K[..., g, t, k] = x[..., t, d] * Ka * Kb
#   w[..., g, q, t] = softmax[t](Q * K / sqrt(width // heads))
#   output y[..., q, e] = w * x[..., t, d] * V * O
# }

"""Attention, compiled from attention.tn by tncc 0.1.0.

Parameters: width=32, heads=4, rank=6.
Planned for 1, 32 rows (the product of all leading axes).
"""

import math

import numpy as np


def Attention(x, tensors):
    """Self-attention with low-rank query and key maps: one input under two names, a softmax over a named index.

    Input x: (..., q, 32)
    Output y: (..., q, 32)

    `tensors` maps the names of the tensors, as in `initial_tensors`, to arrays.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.ndim < 2 or x.shape[-1] != 32:
        raise _shape_error(x.shape)
    q = x.shape[-2]
    t = x.shape[-2]
    batch = x.shape[:-2]
    rows = math.prod(batch)
    Qa = tensors["Qa"]
    Qb = tensors["Qb"]
    Ka = tensors["Ka"]
    Kb = tensors["Kb"]
    V = tensors["V"]
    O = tensors["O"]
    # x as rows[..., q, d]: (rows, q, 32)
    h = x.reshape(rows, q, 32)
    # Q:1[s, (... q)]: (6, q*rows), attention.tn:16
    h1 = np.matmul(Qa.transpose(1, 0), x.reshape(-1, 32).transpose(1, 0))
    # Q[(... q), (g k)]: (q*rows, 32), attention.tn:16
    Q = np.matmul(h1.transpose(1, 0), Qb.reshape(6, 32))
    del h1
    # x/4[d, (t ...)]: (32, rows*t), attention.tn:17
    h1 = h.transpose(2, 1, 0).reshape(32, -1)
    # K:1[u, (t ...)]: (6, rows*t), attention.tn:17
    h1 = np.matmul(Ka.transpose(1, 0), h1)
    # K[(t ...), (g k)]: (rows*t, 32), attention.tn:17
    K = np.matmul(h1.transpose(1, 0), Kb.reshape(6, 32))
    del h1
    # w:1:2[(t ...), (g k)]: (rows*t, 32), attention.tn:18
    h1 = 0.35355339059327373 * K
    del K
    # Q/3[(... g), q, k]: (4*rows, q, 8), attention.tn:18
    h2 = Q.reshape(rows, q, 4, 8).transpose(0, 2, 1, 3).reshape(4 * rows, q, 8)
    del Q
    # w:1[(... g), q, t]: (4*rows, q, t), attention.tn:18
    h2 = np.matmul(h2, h1.reshape(t, 4 * rows, 8).transpose(1, 2, 0))
    del h1
    # w[(... g), q, t]: (4*rows, q, t), attention.tn:18
    w = _softmax(h2, (2,))
    del h2
    # x/6[(t ...), d]: (rows*t, 32), attention.tn:19
    h = h.transpose(1, 0, 2).reshape(-1, 32)
    # y:1[(t ...), (g k)]: (rows*t, 32), attention.tn:19
    h = np.matmul(h, V.reshape(32, 32))
    # y:2[(... g), k, q]: (4*rows, 8, q), attention.tn:19
    h = np.matmul(h.reshape(t, 4 * rows, 8).transpose(1, 2, 0), w.transpose(0, 2, 1))
    del w
    # y[..., q, e]: (rows, q, 32), attention.tn:19
    y = np.matmul(h.reshape(rows, 32, q).transpose(0, 2, 1), O.reshape(32, 32))
    return y.reshape(*batch, q, 32)


def initial_tensors(generator):
    """New tensors, drawn from a numpy.random.Generator."""
    tensors = {}
    # Qa[d, s]: (32, 6), attention.tn:12
    tensors["Qa"] = generator.normal(0.0, 0.2686424829558855, (32, 6))
    # Qb[s, g, k]: (6, 4, 8), attention.tn:12
    tensors["Qb"] = generator.normal(0.0, 0.2686424829558855, (6, 4, 8))
    # Ka[d, u]: (32, 6), attention.tn:13
    tensors["Ka"] = generator.normal(0.0, 0.2686424829558855, (32, 6))
    # Kb[u, g, k]: (6, 4, 8), attention.tn:13
    tensors["Kb"] = generator.normal(0.0, 0.2686424829558855, (6, 4, 8))
    # V[d, g, k]: (32, 4, 8), attention.tn:14
    tensors["V"] = generator.normal(0.0, 0.05255602595335716, (32, 4, 8))
    # O[g, k, e]: (4, 8, 32), attention.tn:15
    tensors["O"] = generator.normal(0.0, 0.05255602595335716, (4, 8, 32))
    return tensors


# Of each input: its name, whether leading axes may stand before its own, and the size (None: any)
# and the indices of each of these.
_INPUTS = (("x", True, ((None, "q"), (32, "d"))),)
# Of each run-time size: its index, the input and axis that it comes from, and what the extent
# there is multiplied by and divided by.
_SIZES = (("q", 0, -2, 1, 1), ("t", 0, -2, 1, 1))


def _shape_error(*shapes):
    """What is wrong with the shapes of the inputs, as an exception to raise."""
    for (name, leading, axes), shape in zip(_INPUTS, shapes, strict=True):
        found, wanted, sizes = len(shape), len(axes), tuple(shape)
        if found < wanted or (found > wanted and not leading):
            least = "at least " if leading else ""
            text = f"expected {least}{wanted}, found {found}: the shape {sizes}"
            return ValueError(f"number of axes of input `{name}`: {text}")
        for axis, (size, index) in enumerate(axes, -wanted):
            if size is not None and shape[axis] != size:
                place = f"input `{name}`, axis {axis}" + (f" (index `{index}`)" if index else "")
                return ValueError(f"{place}: expected size {size}, found {shape[axis]}")
    known = {}
    for index, number, axis, times, over in _SIZES:
        name, _, axes = _INPUTS[number]
        place = f"input `{name}`, axis {axis} (index `{axes[axis][1] or index}`)"
        found = shapes[number][axis]
        if found % over:
            return ValueError(f"{place}: expected a multiple of {over}, found {found}")
        size = found * times // over
        if known.setdefault(index, size) != size:
            expected = known[index] * over // times
            return ValueError(f"{place}: expected size {expected} as elsewhere, found {found}")
    leading = []
    for (name, batched, axes), shape in zip(_INPUTS, shapes, strict=True):
        if batched:
            front = tuple(shape[: len(shape) - len(axes)])
            leading.append(f"`{name}` {front}")
    found = ", ".join(leading)
    return ValueError(f"the leading axes of the inputs do not broadcast: {found}")


def _softmax(x, axes):
    """Softmax over all these axes jointly."""
    weights = np.exp(x - x.max(axis=axes, keepdims=True))
    return weights / weights.sum(axis=axes, keepdims=True)


def _main():
    generator = np.random.default_rng(0)
    tensors = initial_tensors(generator)
    x = generator.normal(0.0, 1.0, (1, 128, 32))
    y = Attention(x, tensors)
    print("x", x.shape)
    print("y", y.shape)


if __name__ == "__main__":
    _main()

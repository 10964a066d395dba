# ## Tucker linear layer: a small core between factor matrices, one for each input and output leg.
# network Tucker(ins: ints = (8, 8), outs: ints = (6, 10), rank: int = 4) {
#   let n = len(ins)
#   let m = len(outs)
#   index i[k in 0..n]: ins[k]
#   index o[k in 0..m]: outs[k]
#   bond  s[k in 0..n]: min(rank, ins[k])
#   bond  t[k in 0..m]: min(rank, outs[k])
#   input  x[..., (i[*])]
#   tensor U[k in 0..n][i[k], s[k]]
#   tensor G[s[*], t[*]]
#   tensor V[k in 0..m][t[k], o[k]]
#   output y[..., (o[*])] = x * U[*] * G * V[*]
# }

"""Tucker, compiled from tucker.tn by tncc 0.1.0.

Parameters: ins=(8, 8), outs=(6, 10), rank=4.
Planned for 1, 32 rows (the product of all leading axes).
"""

import numpy as np


def Tucker(x, tensors):
    """Tucker linear layer: a small core between factor matrices, one for each input and output leg.

    Input x: (..., 64)
    Output y: (..., 60)

    `tensors` maps the names of the tensors, as in `initial_tensors`, to arrays.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.shape[-1:] != (64,):
        raise _shape_error(x.shape)
    batch = x.shape[:-1]
    U_1 = tensors["U.1"]
    U_0 = tensors["U.0"]
    G = tensors["G"]
    V_0 = tensors["V.0"]
    V_1 = tensors["V.1"]
    # y:1[s[1], (... i[0])]: (4, 8*rows), tucker.tn:13
    h = np.matmul(U_1.transpose(1, 0), x.reshape(-1, 8).transpose(1, 0))
    # y:2[s[0], (s[1] ...)]: (4, 4*rows), tucker.tn:13
    h = np.matmul(U_0.transpose(1, 0), h.reshape(-1, 8).transpose(1, 0))
    # y:3[(t[0] t[1]), ...]: (16, rows), tucker.tn:13
    h = np.matmul(G.reshape(16, 16).transpose(1, 0), h.reshape(16, -1))
    # y:4[(t[1] ...), o[0]]: (4*rows, 6), tucker.tn:13
    h = np.matmul(h.reshape(4, -1).transpose(1, 0), V_0)
    # y[(... o[0]), o[1]]: (6*rows, 10), tucker.tn:13
    y = np.matmul(h.reshape(4, -1).transpose(1, 0), V_1)
    return y.reshape(*batch, 60)


def initial_tensors(generator):
    """New tensors, drawn from a numpy.random.Generator."""
    tensors = {}
    # U[0][i[0], s[0]]: (8, 4), tucker.tn:10
    tensors["U.0"] = generator.normal(0.0, 0.37892914162759955, (8, 4))
    # U[1][i[1], s[1]]: (8, 4), tucker.tn:10
    tensors["U.1"] = generator.normal(0.0, 0.37892914162759955, (8, 4))
    # G[s[0], s[1], t[0], t[1]]: (4, 4, 4, 4), tucker.tn:11
    tensors["G"] = generator.normal(0.0, 0.37892914162759955, (4, 4, 4, 4))
    # V[0][t[0], o[0]]: (4, 6), tucker.tn:12
    tensors["V.0"] = generator.normal(0.0, 0.37892914162759955, (4, 6))
    # V[1][t[1], o[1]]: (4, 10), tucker.tn:12
    tensors["V.1"] = generator.normal(0.0, 0.37892914162759955, (4, 10))
    return tensors


# Of each input: its name, whether leading axes may stand before its own, and the size (None: any)
# and the indices of each of these.
_INPUTS = (("x", True, ((64, "i[0] i[1]"),)),)


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
    leading = []
    for (name, batched, axes), shape in zip(_INPUTS, shapes, strict=True):
        if batched:
            front = tuple(shape[: len(shape) - len(axes)])
            leading.append(f"`{name}` {front}")
    found = ", ".join(leading)
    return ValueError(f"the leading axes of the inputs do not broadcast: {found}")


def _main():
    generator = np.random.default_rng(0)
    tensors = initial_tensors(generator)
    x = generator.normal(0.0, 1.0, (1, 64))
    y = Tucker(x, tensors)
    print("x", x.shape)
    print("y", y.shape)


if __name__ == "__main__":
    _main()

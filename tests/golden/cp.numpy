# ## Canonical polyadic layer: one rank index r joins every factor (a hyperedge).
# network CP(ins: ints = (8, 8, 8), outs: ints = (8, 8, 8), rank: int = 12) {
#   let n = len(ins)
#   index i[k in 0..n]: ins[k]
#   index o[k in 0..len(outs)]: outs[k]
#   bond  r: rank
#   input  x[..., (i[*])]
#   tensor A[k in 0..n][i[k], r]
#   tensor B[k in 0..len(outs)][o[k], r]
#   output y[..., (o[*])] = x * A[*] * B[*]
# }

"""CP, compiled from cp.tn by tncc 0.1.0.

Parameters: ins=(8, 8, 8), outs=(8, 8, 8), rank=12.
Planned for 1, 32 rows (the product of all leading axes).
"""

import numpy as np


def CP(x, tensors):
    """Canonical polyadic layer: one rank index r joins every factor (a hyperedge).

    Input x: (..., 512)
    Output y: (..., 512)

    `tensors` maps the names of the tensors, as in `initial_tensors`, to arrays.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.shape[-1:] != (512,):
        raise _shape_error(x.shape)
    batch = x.shape[:-1]
    B_1 = tensors["B.1"]
    B_2 = tensors["B.2"]
    B_0 = tensors["B.0"]
    A_1 = tensors["A.1"]
    A_2 = tensors["A.2"]
    A_0 = tensors["A.0"]
    # y:1[o[1], o[2], r]: (8, 8, 12), cp.tn:10
    h = B_1.reshape(8, 1, 12) * B_2
    # y:2[o[0], (o[1] o[2]), r]: (8, 64, 12), cp.tn:10
    h = B_0.reshape(8, 1, 12) * h.reshape(1, 64, 12)
    # y:3[i[1], i[2], r]: (8, 8, 12), cp.tn:10
    h1 = A_1.reshape(8, 1, 12) * A_2
    # y:4[i[0], (i[1] i[2]), r]: (8, 64, 12), cp.tn:10
    h1 = A_0.reshape(8, 1, 12) * h1.reshape(1, 64, 12)
    # y:5[r, ...]: (12, rows), cp.tn:10
    h1 = np.matmul(h1.reshape(512, 12).transpose(1, 0), x.reshape(-1, 512).transpose(1, 0))
    # y[..., (o[0] o[1] o[2])]: (rows, 512), cp.tn:10
    y = np.matmul(h1.transpose(1, 0), h.reshape(512, 12).transpose(1, 0))
    return y.reshape(*batch, 512)


def initial_tensors(generator):
    """New tensors, drawn from a numpy.random.Generator."""
    tensors = {}
    # A[0][i[0], r]: (8, 12), cp.tn:8
    tensors["A.0"] = generator.normal(0.0, 0.48338785286353314, (8, 12))
    # A[1][i[1], r]: (8, 12), cp.tn:8
    tensors["A.1"] = generator.normal(0.0, 0.48338785286353314, (8, 12))
    # A[2][i[2], r]: (8, 12), cp.tn:8
    tensors["A.2"] = generator.normal(0.0, 0.48338785286353314, (8, 12))
    # B[0][o[0], r]: (8, 12), cp.tn:9
    tensors["B.0"] = generator.normal(0.0, 0.48338785286353314, (8, 12))
    # B[1][o[1], r]: (8, 12), cp.tn:9
    tensors["B.1"] = generator.normal(0.0, 0.48338785286353314, (8, 12))
    # B[2][o[2], r]: (8, 12), cp.tn:9
    tensors["B.2"] = generator.normal(0.0, 0.48338785286353314, (8, 12))
    return tensors


# Of each input: its name, whether leading axes may stand before its own, and the size (None: any)
# and the indices of each of these.
_INPUTS = (("x", True, ((512, "i[0] i[1] i[2]"),)),)


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
    x = generator.normal(0.0, 1.0, (1, 512))
    y = CP(x, tensors)
    print("x", x.shape)
    print("y", y.shape)


if __name__ == "__main__":
    _main()

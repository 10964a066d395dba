# ## Tensor ring: the MPO with its ends joined.
# network Ring(ins: ints = (4, 8, 4), outs: ints = (8, 4, 8), chi: int = 5) {
#   let n = len(ins)
#   index i[k in 0..n]: ins[k]
#   index o[k in 0..n]: outs[k]
#   bond  r[k in 0..n] ring: chi
#   input  x[..., (i[*])]
#   tensor A[k in 0..n][r[k], i[k], o[k], r[k+1]]
#   output y[..., (o[*])] = x * A[*]
# }

"""Ring, compiled from ring.tn by tncc 0.1.0.

Parameters: ins=(4, 8, 4), outs=(8, 4, 8), chi=5.
Planned for 1, 32 rows (the product of all leading axes).
"""

import numpy as np


def Ring(x, tensors):
    """Tensor ring: the MPO with its ends joined.

    Input x: (..., 128)
    Output y: (..., 256)

    `tensors` maps the names of the tensors, as in `initial_tensors`, to arrays.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.shape[-1:] != (128,):
        raise _shape_error(x.shape)
    batch = x.shape[:-1]
    A_1 = tensors["A.1"]
    A_2 = tensors["A.2"]
    A_0 = tensors["A.0"]
    # y:1[(r[1] i[1] o[1]), (i[2] o[2] r[0])]: (160, 160), ring.tn:9
    h = np.matmul(A_1.reshape(160, 5), A_2.reshape(5, 160))
    # y:1/3[(r[0] r[1]), (i[1] i[2] o[1] o[2])]: (25, 1024), ring.tn:9
    h = h.reshape(5, 8, 4, 4, 8, 5).transpose(5, 0, 1, 3, 2, 4).reshape(25, 1024)
    # y:2[(o[0] i[0]), (i[1] i[2] o[1] o[2])]: (32, 1024), ring.tn:9
    h = np.matmul(A_0.transpose(2, 1, 0, 3).reshape(32, 25), h)
    # y[o[0], (o[1] o[2]), ...]: (8, 32, rows), ring.tn:9
    y = np.matmul(h.reshape(8, 128, 32).transpose(0, 2, 1), x.reshape(-1, 128).transpose(1, 0))
    del h
    # result 0: (..., 256)
    h = y.reshape(256, -1).transpose(1, 0).reshape(*batch, 256)
    return h


def initial_tensors(generator):
    """New tensors, drawn from a numpy.random.Generator."""
    tensors = {}
    # A[0][r[0], i[0], o[0], r[1]]: (5, 4, 8, 5), ring.tn:8
    tensors["A.0"] = generator.normal(0.0, 0.19921100948292236, (5, 4, 8, 5))
    # A[1][r[1], i[1], o[1], r[2]]: (5, 8, 4, 5), ring.tn:8
    tensors["A.1"] = generator.normal(0.0, 0.19921100948292236, (5, 8, 4, 5))
    # A[2][r[2], i[2], o[2], r[0]]: (5, 4, 8, 5), ring.tn:8
    tensors["A.2"] = generator.normal(0.0, 0.19921100948292236, (5, 4, 8, 5))
    return tensors


# Of each input: its name, whether leading axes may stand before its own, and the size (None: any)
# and the indices of each of these.
_INPUTS = (("x", True, ((128, "i[0] i[1] i[2]"),)),)


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
    x = generator.normal(0.0, 1.0, (1, 128))
    y = Ring(x, tensors)
    print("x", x.shape)
    print("y", y.shape)


if __name__ == "__main__":
    _main()

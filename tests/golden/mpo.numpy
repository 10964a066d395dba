# ## Matrix product operator (tensor-train matrix) in place of a dense linear layer.
# network MPO(ins: ints = (8, 8, 12), outs: ints = (12, 16, 16), chi: int = 16) {
#   let n = len(ins)
#   require len(outs) == n, "one output size per site"
#
#   index i[k in 0..n]: ins[k]
#   index o[k in 0..n]: outs[k]
#   bond  r[k in 1..n] open: chi
#
#   input  x[..., (i[*])]
#   tensor A[k in 0..n][r[k], i[k], o[k], r[k+1]]
#   tensor bias[(o[*])] init zeros
#
#   output y[..., (o[*])] = x * A[*] + bias
# }

"""MPO, compiled from mpo.tn by tncc 0.1.0.

Parameters: ins=(8, 8, 12), outs=(12, 16, 16), chi=16.
Planned for 1, 32 rows (the product of all leading axes).
"""

import numpy as np


def MPO(x, tensors):
    """Matrix product operator (tensor-train matrix) in place of a dense linear layer.

    Input x: (..., 768)
    Output y: (..., 3072)

    `tensors` maps the names of the tensors, as in `initial_tensors`, to arrays.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.shape[-1:] != (768,):
        raise _shape_error(x.shape)
    batch = x.shape[:-1]
    A_0 = tensors["A.0"]
    A_1 = tensors["A.1"]
    A_2 = tensors["A.2"]
    bias = tensors["bias"]
    # y:1:1[(o[0] i[0]), (i[1] o[1] r[2])]: (96, 2048), mpo.tn:14
    h = np.matmul(A_0.transpose(1, 0, 2).reshape(96, 16), A_1.reshape(16, 2048))
    # y:1:2[o[0], (o[1] r[2]), (i[2] ...)]: (12, 256, 12*rows), mpo.tn:14
    h = np.matmul(
        h.reshape(12, 64, 256).transpose(0, 2, 1),
        x.reshape(-1, 64, 12).transpose(1, 2, 0).reshape(64, -1),
    )
    # y:1[(o[0] o[1]), ..., o[2]]: (192, rows, 16), mpo.tn:14
    h = np.matmul(h.reshape(192, 192, -1).transpose(0, 2, 1), A_2.reshape(192, 16))
    # y[(o[0] o[1]), ..., o[2]]: (192, rows, 16), mpo.tn:14
    y = h + bias.reshape(192, 1, 16)
    del h
    # result 0: (..., 3072)
    h = y.transpose(1, 0, 2).reshape(*batch, 3072)
    return h


def initial_tensors(generator):
    """New tensors, drawn from a numpy.random.Generator."""
    tensors = {}
    # A[0][i[0], o[0], r[1]]: (8, 12, 16), mpo.tn:11
    tensors["A.0"] = generator.normal(0.0, 0.13113938292770605, (8, 12, 16))
    # A[1][r[1], i[1], o[1], r[2]]: (16, 8, 16, 16), mpo.tn:11
    tensors["A.1"] = generator.normal(0.0, 0.13113938292770605, (16, 8, 16, 16))
    # A[2][r[2], i[2], o[2]]: (16, 12, 16), mpo.tn:11
    tensors["A.2"] = generator.normal(0.0, 0.13113938292770605, (16, 12, 16))
    # bias[(o[0] o[1] o[2])]: (3072,), mpo.tn:12
    tensors["bias"] = np.zeros((3072,))
    return tensors


# Of each input: its name, whether leading axes may stand before its own, and the size (None: any)
# and the indices of each of these.
_INPUTS = (("x", True, ((768, "i[0] i[1] i[2]"),)),)


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
    x = generator.normal(0.0, 1.0, (32, 768))
    y = MPO(x, tensors)
    print("x", x.shape)
    print("y", y.shape)


if __name__ == "__main__":
    _main()

# ## A rows × cols grid (PEPS) with a feature leg on each site and a class leg in the middle.
# network PEPS(rows: int = 3, cols: int = 3, leaf: int = 2, chi: int = 2, classes: int = 4) {
#   index f[a in 0..rows, b in 0..cols]: leaf
#   index c: classes
#   bond  h[a in 0..rows, b in 1..cols] open: chi
#   bond  v[a in 1..rows, b in 0..cols] open: chi
#   input  x[..., (f[*])]
#   for a in 0..rows { for b in 0..cols {
#     if a == rows // 2 and b == cols // 2 {
#       tensor Centre[h[a, b], h[a, b+1], v[a, b], v[a+1, b], f[a, b], c]
#     } else {
#       tensor T[a, b][h[a, b], h[a, b+1], v[a, b], v[a+1, b], f[a, b]]
#     }
#   } }
#   output y[..., c] = x * Centre * T[*]
# }

"""PEPS, compiled from peps.tn by tncc 0.1.0.

Parameters: rows=3, cols=3, leaf=2, chi=2, classes=4.
Planned for 1, 32 rows (the product of all leading axes).
"""

import numpy as np


def PEPS(x, tensors):
    """A rows × cols grid (PEPS) with a feature leg on each site and a class leg in the middle.

    Input x: (..., 512)
    Output y: (..., 4)

    `tensors` maps the names of the tensors, as in `initial_tensors`, to arrays.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.shape[-1:] != (512,):
        raise _shape_error(x.shape)
    batch = x.shape[:-1]
    T_0_1 = tensors["T.0.1"]
    T_0_2 = tensors["T.0.2"]
    T_0_0 = tensors["T.0.0"]
    T_1_0 = tensors["T.1.0"]
    T_2_0 = tensors["T.2.0"]
    T_2_1 = tensors["T.2.1"]
    T_2_2 = tensors["T.2.2"]
    T_1_2 = tensors["T.1.2"]
    Centre = tensors["Centre"]
    # y:1:1[h[0,1], (v[1,1] f[0,1]), (v[1,2] f[0,2])]: (2, 4, 4), peps.tn:15
    h = np.matmul(T_0_1.reshape(2, 2, 4).transpose(0, 2, 1), T_0_2.reshape(2, 4))
    # y:1:2[(v[1,0] f[0,0]), (v[1,1] f[0,1] v[1,2] f[0,2])]: (4, 16), peps.tn:15
    h = np.matmul(T_0_0.reshape(2, 4).transpose(1, 0), h.reshape(2, 16))
    # y:1:3[h[2,1], (h[1,1] v[1,0] f[1,0]), f[2,0]]: (2, 8, 2), peps.tn:15
    h1 = np.matmul(T_1_0.reshape(4, 2, 2).transpose(0, 2, 1).reshape(8, 2), T_2_0)
    # y:1:4[(v[2,2] f[2,2]), (h[2,1] v[2,1] f[2,1])]: (4, 8), peps.tn:15
    h2 = np.matmul(
        T_2_2.reshape(2, 4).transpose(1, 0), T_2_1.reshape(2, 2, 4).transpose(1, 0, 2).reshape(2, 8)
    )
    # y:1:5[(h[1,2] v[1,2]), f[1,2], (f[2,2] h[2,1] v[2,1] f[2,1])]: (4, 2, 16), peps.tn:15
    h2 = np.matmul(T_1_2.reshape(4, 2, 2).transpose(0, 2, 1), h2.reshape(2, 16))
    # Centre/3[(h[1,2] v[2,1]), (h[1,1] v[1,1] f[1,1] c)]: (4, 32), peps.tn:15
    h3 = Centre.reshape(2, 2, 2, 2, 8).transpose(1, 3, 0, 2, 4).reshape(4, 32)
    # y:1:5/3[(f[1,2] f[2,2] f[2,1] v[1,2] h[2,1]), (h[1,2] v[2,1])]: (32, 4), peps.tn:15
    h2 = h2.reshape(2, 2, 4, 2, 2, 2).transpose(2, 5, 1, 3, 0, 4).reshape(32, 4)
    # y:1:6[(f[1,2] f[2,2] f[2,1] v[1,2] h[2,1]), (h[1,1] v[1,1] f[1,1] c)]: (32, 32), peps.tn:15
    h3 = np.matmul(h2, h3)
    # y:1:7[(f[1,2] f[2,2] f[2,1] v[1,2]), (v[1,0] f[1,0] f[2,0]), (v[1,1] f[1,1] c)]: (16, 8, 16),
    #   peps.tn:15
    h1 = np.matmul(h1.reshape(4, 8).transpose(1, 0), h3.reshape(16, 4, 16))
    # y:1:2/3[(f[0,0] f[0,1] f[0,2]), (v[1,0] v[1,1] v[1,2])]: (8, 8), peps.tn:15
    h = h.reshape(2, 2, 2, 2, 2, 2).transpose(1, 3, 5, 0, 2, 4).reshape(8, 8)
    # y:1:7/3[(v[1,0] v[1,1] v[1,2]), (f[1,2] f[2,2] f[2,1] f[1,0] f[2,0] f[1,1] c)]: (8, 256),
    #   peps.tn:15
    h1 = h1.reshape(8, 2, 2, 4, 2, 8).transpose(2, 4, 1, 0, 3, 5).reshape(8, 256)
    # y:1[(f[0,0] f[0,1] f[0,2]), (f[1,2] f[2,2] f[2,1] f[1,0] f[2,0] f[1,1] c)]: (8, 256),
    #   peps.tn:15
    h = np.matmul(h, h1)
    # y:1/2[c, (f[0,0] f[0,1] f[0,2]), f[1,0], f[1,1], f[1,2], f[2,0], f[2,1], f[2,2]]: (4, 8, 2, 2,
    #   2, 2, 2, 2), peps.tn:15
    h = h.reshape(8, 2, 2, 2, 2, 2, 2, 4).transpose(7, 0, 4, 6, 1, 5, 3, 2)
    # y[c, ...]: (4, rows), peps.tn:15
    y = np.matmul(h.reshape(4, 512), x.reshape(-1, 512).transpose(1, 0))
    # result 0: (..., 4)
    h2 = y.transpose(1, 0).reshape(*batch, 4)
    return h2


def initial_tensors(generator):
    """New tensors, drawn from a numpy.random.Generator."""
    tensors = {}
    # T[0,0][h[0,1], v[1,0], f[0,0]]: (2, 2, 2), peps.tn:12
    tensors["T.0.0"] = generator.normal(0.0, 0.4454493590701697, (2, 2, 2))
    # T[0,1][h[0,1], h[0,2], v[1,1], f[0,1]]: (2, 2, 2, 2), peps.tn:12
    tensors["T.0.1"] = generator.normal(0.0, 0.4454493590701697, (2, 2, 2, 2))
    # T[0,2][h[0,2], v[1,2], f[0,2]]: (2, 2, 2), peps.tn:12
    tensors["T.0.2"] = generator.normal(0.0, 0.4454493590701697, (2, 2, 2))
    # T[1,0][h[1,1], v[1,0], v[2,0], f[1,0]]: (2, 2, 2, 2), peps.tn:12
    tensors["T.1.0"] = generator.normal(0.0, 0.4454493590701697, (2, 2, 2, 2))
    # Centre[h[1,1], h[1,2], v[1,1], v[2,1], f[1,1], c]: (2, 2, 2, 2, 2, 4), peps.tn:10
    tensors["Centre"] = generator.normal(0.0, 0.4454493590701697, (2, 2, 2, 2, 2, 4))
    # T[1,2][h[1,2], v[1,2], v[2,2], f[1,2]]: (2, 2, 2, 2), peps.tn:12
    tensors["T.1.2"] = generator.normal(0.0, 0.4454493590701697, (2, 2, 2, 2))
    # T[2,0][h[2,1], v[2,0], f[2,0]]: (2, 2, 2), peps.tn:12
    tensors["T.2.0"] = generator.normal(0.0, 0.4454493590701697, (2, 2, 2))
    # T[2,1][h[2,1], h[2,2], v[2,1], f[2,1]]: (2, 2, 2, 2), peps.tn:12
    tensors["T.2.1"] = generator.normal(0.0, 0.4454493590701697, (2, 2, 2, 2))
    # T[2,2][h[2,2], v[2,2], f[2,2]]: (2, 2, 2), peps.tn:12
    tensors["T.2.2"] = generator.normal(0.0, 0.4454493590701697, (2, 2, 2))
    return tensors


# Of each input: its name, whether leading axes may stand before its own, and the size (None: any)
# and the indices of each of these.
_INPUTS = (("x", True, ((512, "f[0,0] f[0,1] f[0,2] f[1,0] f[1,1] f[1,2] f[2,0] f[2,1] f[2,2]"),)),)


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
    x = generator.normal(0.0, 1.0, (32, 512))
    y = PEPS(x, tensors)
    print("x", x.shape)
    print("y", y.shape)


if __name__ == "__main__":
    _main()

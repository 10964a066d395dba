# ## A matrix with three input legs and five output legs, as a chain whose ends carry outputs only.
# network Uneven(chi: int = 6) {
#   let m = (4, 6, 5)
#   let w = (2, 3, 4, 3, 2)
#   index i[k in 0..3]: m[k]
#   index o[k in 0..5]: w[k]
#   bond  r[k in 1..5] open: chi
#   input  x[..., (i[*])]
#   tensor First[o[0], r[1]]
#   tensor Mid[k in 1..4][r[k], i[k-1], o[k], r[k+1]]
#   tensor Last[r[4], o[4]]
#   output y[..., (o[*])] = x * First * Mid[*] * Last
# }

"""Uneven, compiled from uneven.tn by tncc 0.1.0.

Parameters: chi=6.
Planned for 1, 32 rows (the product of all leading axes).
"""

import numpy as np


def Uneven(x, tensors):
    """A matrix with three input legs and five output legs, as a chain whose ends carry outputs only.

    Input x: (..., 120)
    Output y: (..., 144)

    `tensors` maps the names of the tensors, as in `initial_tensors`, to arrays.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.shape[-1:] != (120,):
        raise _shape_error(x.shape)
    batch = x.shape[:-1]
    Mid_3 = tensors["Mid.3"]
    Last = tensors["Last"]
    First = tensors["First"]
    Mid_1 = tensors["Mid.1"]
    Mid_2 = tensors["Mid.2"]
    # y:1[(r[3] i[2] o[3]), o[4]]: (90, 2), uneven.tn:12
    h = np.matmul(Mid_3.reshape(90, 6), Last)
    # y:2[o[0], (i[0] o[1] r[2])]: (2, 72), uneven.tn:12
    h1 = np.matmul(First, Mid_1.reshape(6, 72))
    # y:3[(o[0] i[0] o[1]), (i[1] o[2] r[3])]: (24, 144), uneven.tn:12
    h1 = np.matmul(h1.reshape(24, 6), Mid_2.reshape(6, 144))
    # y:4[(o[0] i[0] o[1] i[1] o[2]), (i[2] o[3] o[4])]: (576, 30), uneven.tn:12
    h = np.matmul(h1.reshape(576, 6), h.reshape(6, 30))
    # y:4/3[(i[0] i[1] i[2]), (o[0] o[1] o[2] o[3] o[4])]: (120, 144), uneven.tn:12
    h = h.reshape(2, 4, 3, 6, 4, 5, 6).transpose(1, 3, 5, 0, 2, 4, 6).reshape(120, 144)
    # y[..., (o[0] o[1] o[2] o[3] o[4])]: (rows, 144), uneven.tn:12
    y = np.matmul(x.reshape(-1, 120), h)
    return y.reshape(*batch, 144)


def initial_tensors(generator):
    """New tensors, drawn from a numpy.random.Generator."""
    tensors = {}
    # First[o[0], r[1]]: (2, 6), uneven.tn:9
    tensors["First"] = generator.normal(0.0, 0.30256687185178827, (2, 6))
    # Mid[1][r[1], i[0], o[1], r[2]]: (6, 4, 3, 6), uneven.tn:10
    tensors["Mid.1"] = generator.normal(0.0, 0.30256687185178827, (6, 4, 3, 6))
    # Mid[2][r[2], i[1], o[2], r[3]]: (6, 6, 4, 6), uneven.tn:10
    tensors["Mid.2"] = generator.normal(0.0, 0.30256687185178827, (6, 6, 4, 6))
    # Mid[3][r[3], i[2], o[3], r[4]]: (6, 5, 3, 6), uneven.tn:10
    tensors["Mid.3"] = generator.normal(0.0, 0.30256687185178827, (6, 5, 3, 6))
    # Last[r[4], o[4]]: (6, 2), uneven.tn:11
    tensors["Last"] = generator.normal(0.0, 0.30256687185178827, (6, 2))
    return tensors


# Of each input: its name, whether leading axes may stand before its own, and the size (None: any)
# and the indices of each of these.
_INPUTS = (("x", True, ((120, "i[0] i[1] i[2]"),)),)


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
    x = generator.normal(0.0, 1.0, (32, 120))
    y = Uneven(x, tensors)
    print("x", x.shape)
    print("y", y.shape)


if __name__ == "__main__":
    _main()

# ## Block tensor-train: two block-diagonal maps with a shuffle between them. At chi = 1 and square sizes, Monarch.
# network BTT(a: int = 16, b: int = 32, c: int = 32, d: int = 16, chi: int = 2) {
#   index p: a;  index q: b;  index u: c;  index v: d
#   bond  s: chi
#   input  x[..., (p q)]
#   tensor L[q, p, u, s]
#   tensor R[u, q, s, v]
#   output y[..., (u v)] = x * L * R
# }

"""BTT, compiled from btt.tn by tncc 0.1.0.

Parameters: a=16, b=32, c=32, d=16, chi=2.
Planned for 1, 32 rows (the product of all leading axes).
"""

import numpy as np


def BTT(x, tensors):
    """Block tensor-train: two block-diagonal maps with a shuffle between them. At chi = 1 and square sizes, Monarch.

    Input x: (..., 512)
    Output y: (..., 512)

    `tensors` maps the names of the tensors, as in `initial_tensors`, to arrays.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.shape[-1:] != (512,):
        raise _shape_error(x.shape)
    batch = x.shape[:-1]
    L = tensors["L"]
    R = tensors["R"]
    # x/3[q, p, ...]: (32, 16, rows), btt.tn:8
    h = np.ascontiguousarray(x.reshape(-1, 16, 32).transpose(2, 1, 0))
    # y:1[q, (s u), ...]: (32, 64, rows), btt.tn:8
    h = np.matmul(L.transpose(0, 3, 2, 1).reshape(32, 64, 16), h)
    # y[u, v, ...]: (32, 16, rows), btt.tn:8
    y = np.matmul(
        R.reshape(32, 64, 16).transpose(0, 2, 1), h.reshape(64, 32, -1).transpose(1, 0, 2)
    )
    del h
    # result 0: (..., 512)
    h = y.reshape(512, -1).transpose(1, 0).reshape(*batch, 512)
    return h


def initial_tensors(generator):
    """New tensors, drawn from a numpy.random.Generator."""
    tensors = {}
    # L[q, p, u, s]: (32, 16, 32, 2), btt.tn:6
    tensors["L"] = generator.normal(0.0, 0.1767766952966369, (32, 16, 32, 2))
    # R[u, q, s, v]: (32, 32, 2, 16), btt.tn:7
    tensors["R"] = generator.normal(0.0, 0.1767766952966369, (32, 32, 2, 16))
    return tensors


# Of each input: its name, whether leading axes may stand before its own, and the size (None: any)
# and the indices of each of these.
_INPUTS = (("x", True, ((512, "p q"),)),)


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
    y = BTT(x, tensors)
    print("x", x.shape)
    print("y", y.shape)


if __name__ == "__main__":
    _main()

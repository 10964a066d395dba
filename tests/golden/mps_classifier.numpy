# ## Uniform matrix product state over n pixels: one shared core, each pixel a vector of two features.
# network MPSClassifier(n: int = 16, chi: int = 6, classes: int = 10) {
#   index f[k in 0..n]: 2
#   index c: classes
#   bond  r[k in 1..n]: chi
#   input  x[..., n, 2]
#   tensor First[f[0], r[1]]
#   tensor Core[chi, 2, chi]
#   tensor Last[r[n-1], f[n-1], c]
#   output y[..., c] = x[..., 0, f[0]] * First
#                    * prod(k in 1..n-1: x[..., k, f[k]] * Core[r[k], f[k], r[k+1]])
#                    * x[..., n-1, f[n-1]] * Last
# }

"""MPSClassifier, compiled from mps_classifier.tn by tncc 0.1.0.

Parameters: n=16, chi=6, classes=10.
Planned for 1, 32 rows (the product of all leading axes).
"""

import numpy as np


def MPSClassifier(x, tensors):
    """Uniform matrix product state over n pixels: one shared core, each pixel a vector of two features.

    Input x: (..., 16, 2)
    Output y: (..., 10)

    `tensors` maps the names of the tensors, as in `initial_tensors`, to arrays.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.shape[-2:] != (16, 2):
        raise _shape_error(x.shape)
    batch = x.shape[:-2]
    First = tensors["First"]
    Core = tensors["Core"]
    Last = tensors["Last"]
    # x as rows[..., 1, 1]: (rows, 16, 2)
    h = x.reshape(-1, 16, 2)
    # y:1[..., f[12], f[13]]: (rows, 2, 2), mps_classifier.tn:10
    h1 = h[:, 12].reshape(-1, 2, 1) * h[:, 13].reshape(-1, 1, 2)
    # y:2[..., r[1]]: (rows, 6), mps_classifier.tn:10
    h2 = np.matmul(h[:, 0], First)
    # Core/1[r[1], (f[1] r[2])]: (6, 12), mps_classifier.tn:10
    h3 = Core.reshape(6, 12)
    # y:3[..., (f[1] r[2])]: (rows, 12), mps_classifier.tn:10
    h2 = np.matmul(h2, h3)
    # y:4[..., 1, r[2]]: (rows, 1, 6), mps_classifier.tn:10
    h2 = np.matmul(h[:, 1].reshape(-1, 1, 2), h2.reshape(-1, 2, 6))
    # y:5[..., (f[2] r[3])]: (rows, 12), mps_classifier.tn:10
    h2 = np.matmul(h2.reshape(-1, 6), h3)
    # y:6[..., 1, r[3]]: (rows, 1, 6), mps_classifier.tn:10
    h2 = np.matmul(h[:, 2].reshape(-1, 1, 2), h2.reshape(-1, 2, 6))
    # y:7[..., r[3], f[3]]: (rows, 6, 2), mps_classifier.tn:10
    h2 = h[:, 3].reshape(-1, 1, 2) * h2.reshape(-1, 6, 1)
    # Core/2[(r[3] f[3]), r[4]]: (12, 6), mps_classifier.tn:10
    h4 = Core.reshape(12, 6)
    # Core/3[r[4], (r[3] f[3])]: (6, 12), mps_classifier.tn:10
    h5 = h4.transpose(1, 0)
    # y:8[r[4], ...]: (6, rows), mps_classifier.tn:10
    h2 = np.matmul(h5, h2.reshape(-1, 12).transpose(1, 0))
    # y:9[..., (f[4] r[5])]: (rows, 12), mps_classifier.tn:10
    h2 = np.matmul(h2.transpose(1, 0), h3)
    # y:10[..., 1, r[5]]: (rows, 1, 6), mps_classifier.tn:10
    h2 = np.matmul(h[:, 4].reshape(-1, 1, 2), h2.reshape(-1, 2, 6))
    # y:11[..., r[5], f[5]]: (rows, 6, 2), mps_classifier.tn:10
    h2 = h[:, 5].reshape(-1, 1, 2) * h2.reshape(-1, 6, 1)
    # y:12[r[6], ...]: (6, rows), mps_classifier.tn:10
    h2 = np.matmul(h5, h2.reshape(-1, 12).transpose(1, 0))
    # y:13[..., (f[6] r[7])]: (rows, 12), mps_classifier.tn:10
    h2 = np.matmul(h2.transpose(1, 0), h3)
    # y:14[..., 1, r[7]]: (rows, 1, 6), mps_classifier.tn:10
    h2 = np.matmul(h[:, 6].reshape(-1, 1, 2), h2.reshape(-1, 2, 6))
    # y:15[..., (f[7] r[8])]: (rows, 12), mps_classifier.tn:10
    h2 = np.matmul(h2.reshape(-1, 6), h3)
    # y:16[..., 1, r[8]]: (rows, 1, 6), mps_classifier.tn:10
    h2 = np.matmul(h[:, 7].reshape(-1, 1, 2), h2.reshape(-1, 2, 6))
    # y:17[..., (f[8] r[9])]: (rows, 12), mps_classifier.tn:10
    h2 = np.matmul(h2.reshape(-1, 6), h3)
    # y:18[..., 1, r[9]]: (rows, 1, 6), mps_classifier.tn:10
    h2 = np.matmul(h[:, 8].reshape(-1, 1, 2), h2.reshape(-1, 2, 6))
    # y:19[..., r[9], f[9]]: (rows, 6, 2), mps_classifier.tn:10
    h2 = h[:, 9].reshape(-1, 1, 2) * h2.reshape(-1, 6, 1)
    # y:20[r[10], ...]: (6, rows), mps_classifier.tn:10
    h5 = np.matmul(h5, h2.reshape(-1, 12).transpose(1, 0))
    del h2
    # y:21[..., (f[10] r[11])]: (rows, 12), mps_classifier.tn:10
    h5 = np.matmul(h5.transpose(1, 0), h3)
    # y:22[..., 1, r[11]]: (rows, 1, 6), mps_classifier.tn:10
    h5 = np.matmul(h[:, 10].reshape(-1, 1, 2), h5.reshape(-1, 2, 6))
    # y:23[..., (f[11] r[12])]: (rows, 12), mps_classifier.tn:10
    h5 = np.matmul(h5.reshape(-1, 6), h3)
    # y:24[..., 1, r[12]]: (rows, 1, 6), mps_classifier.tn:10
    h5 = np.matmul(h[:, 11].reshape(-1, 1, 2), h5.reshape(-1, 2, 6))
    # y:25[..., (f[12] r[13])]: (rows, 12), mps_classifier.tn:10
    h3 = np.matmul(h5.reshape(-1, 6), h3)
    del h5
    # y:26[..., r[13], f[13]]: (rows, 6, 2), mps_classifier.tn:10
    h1 = np.matmul(h3.reshape(-1, 2, 6).transpose(0, 2, 1), h1)
    del h3
    # y:27[..., r[14]]: (rows, 6), mps_classifier.tn:10
    h1 = np.matmul(h1.reshape(-1, 12), h4)
    # y:28[..., r[14], f[14]]: (rows, 6, 2), mps_classifier.tn:10
    h1 = h[:, 14].reshape(-1, 1, 2) * h1.reshape(-1, 6, 1)
    # y:29[..., r[15]]: (rows, 6), mps_classifier.tn:10
    h4 = np.matmul(h1.reshape(-1, 12), h4)
    del h1
    # y:30[..., r[15], f[15]]: (rows, 6, 2), mps_classifier.tn:10
    h = h[:, 15].reshape(-1, 1, 2) * h4.reshape(-1, 6, 1)
    del h4
    # y[..., c]: (rows, 10), mps_classifier.tn:10
    y = np.matmul(h.reshape(-1, 12), Last.reshape(12, 10))
    return y.reshape(*batch, 10)


def initial_tensors(generator):
    """New tensors, drawn from a numpy.random.Generator."""
    tensors = {}
    # First[f[0], r[1]]: (2, 6), mps_classifier.tn:7
    tensors["First"] = generator.normal(0.0, 0.30529985887836864, (2, 6))
    # Core[6, 2, 6]: (6, 2, 6), mps_classifier.tn:8
    tensors["Core"] = generator.normal(0.0, 0.30529985887836864, (6, 2, 6))
    # Last[r[15], f[15], c]: (6, 2, 10), mps_classifier.tn:9
    tensors["Last"] = generator.normal(0.0, 0.30529985887836864, (6, 2, 10))
    return tensors


# Of each input: its name, whether leading axes may stand before its own, and the size (None: any)
# and the indices of each of these.
_INPUTS = (("x", True, ((16, ""), (2, ""))),)


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
    x = generator.normal(0.0, 1.0, (1, 16, 2))
    y = MPSClassifier(x, tensors)
    print("x", x.shape)
    print("y", y.shape)


if __name__ == "__main__":
    _main()

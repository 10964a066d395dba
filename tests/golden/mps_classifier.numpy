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
Planned for 32 rows (the product of all leading axes).
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
    # Core/1[r[1], (f[1] r[2])]: (6, 12), mps_classifier.tn:10
    h = Core.reshape(6, 12)
    # y:1[f[0], (f[1] r[2])]: (2, 12), mps_classifier.tn:10
    h1 = np.matmul(First, h)
    # y:2[(f[0] f[1]), (f[2] r[3])]: (4, 12), mps_classifier.tn:10
    h1 = np.matmul(h1.reshape(4, 6), h)
    # y:3[(f[3] r[4]), (f[0] f[1] f[2])]: (12, 8), mps_classifier.tn:10
    h1 = np.matmul(h.transpose(1, 0), h1.reshape(8, 6).transpose(1, 0))
    # x as rows[..., 1, 1]: (rows, 16, 2)
    h2 = x.reshape(-1, 16, 2)
    # y:4[..., f[2], f[3]]: (rows, 2, 2), mps_classifier.tn:10
    h3 = h2[:, 2].reshape(-1, 2, 1) * h2[:, 3].reshape(-1, 1, 2)
    # y:5[..., (f[2] f[3]), f[1]]: (rows, 4, 2), mps_classifier.tn:10
    h3 = h2[:, 1].reshape(-1, 1, 2) * h3.reshape(-1, 4, 1)
    # y:6[..., (r[4] f[0])]: (rows, 12), mps_classifier.tn:10
    h1 = np.matmul(h3.reshape(-1, 8), h1.reshape(2, 12, 2, 2).transpose(3, 0, 2, 1).reshape(8, 12))
    del h3
    # y:7/1[..., r[4], f[0]]: (rows, 6, 2), mps_classifier.tn:10
    h1 = h2[:, 0].reshape(-1, 1, 2) * h1.reshape(-1, 6, 2)
    # y:7[..., r[4]]: (rows, 6), mps_classifier.tn:10
    h1 = h1.sum(axis=2)
    # y:8[..., (f[4] r[5])]: (rows, 12), mps_classifier.tn:10
    h1 = np.matmul(h1, h)
    # y:9/1[..., f[4], r[5]]: (rows, 2, 6), mps_classifier.tn:10
    h1 = h2[:, 4].reshape(-1, 2, 1) * h1.reshape(-1, 2, 6)
    # y:9[..., r[5]]: (rows, 6), mps_classifier.tn:10
    h1 = h1.sum(axis=1)
    # y:10[..., (f[5] r[6])]: (rows, 12), mps_classifier.tn:10
    h1 = np.matmul(h1, h)
    # y:11/1[..., f[5], r[6]]: (rows, 2, 6), mps_classifier.tn:10
    h1 = h2[:, 5].reshape(-1, 2, 1) * h1.reshape(-1, 2, 6)
    # y:11[..., r[6]]: (rows, 6), mps_classifier.tn:10
    h1 = h1.sum(axis=1)
    # y:12[..., (f[6] r[7])]: (rows, 12), mps_classifier.tn:10
    h1 = np.matmul(h1, h)
    # y:13/1[..., f[6], r[7]]: (rows, 2, 6), mps_classifier.tn:10
    h1 = h2[:, 6].reshape(-1, 2, 1) * h1.reshape(-1, 2, 6)
    # y:13[..., r[7]]: (rows, 6), mps_classifier.tn:10
    h1 = h1.sum(axis=1)
    # y:14[..., (f[7] r[8])]: (rows, 12), mps_classifier.tn:10
    h1 = np.matmul(h1, h)
    # y:15/1[..., f[7], r[8]]: (rows, 2, 6), mps_classifier.tn:10
    h1 = h2[:, 7].reshape(-1, 2, 1) * h1.reshape(-1, 2, 6)
    # y:15[..., r[8]]: (rows, 6), mps_classifier.tn:10
    h1 = h1.sum(axis=1)
    # y:16[..., (f[8] r[9])]: (rows, 12), mps_classifier.tn:10
    h1 = np.matmul(h1, h)
    # y:17/1[..., f[8], r[9]]: (rows, 2, 6), mps_classifier.tn:10
    h1 = h2[:, 8].reshape(-1, 2, 1) * h1.reshape(-1, 2, 6)
    # y:17[..., r[9]]: (rows, 6), mps_classifier.tn:10
    h1 = h1.sum(axis=1)
    # y:18[..., (f[9] r[10])]: (rows, 12), mps_classifier.tn:10
    h1 = np.matmul(h1, h)
    # y:19/1[..., f[9], r[10]]: (rows, 2, 6), mps_classifier.tn:10
    h1 = h2[:, 9].reshape(-1, 2, 1) * h1.reshape(-1, 2, 6)
    # y:19[..., r[10]]: (rows, 6), mps_classifier.tn:10
    h1 = h1.sum(axis=1)
    # y:20[..., (f[10] r[11])]: (rows, 12), mps_classifier.tn:10
    h1 = np.matmul(h1, h)
    # y:21/1[..., f[10], r[11]]: (rows, 2, 6), mps_classifier.tn:10
    h1 = h2[:, 10].reshape(-1, 2, 1) * h1.reshape(-1, 2, 6)
    # y:21[..., r[11]]: (rows, 6), mps_classifier.tn:10
    h1 = h1.sum(axis=1)
    # y:22[..., (f[11] r[12])]: (rows, 12), mps_classifier.tn:10
    h1 = np.matmul(h1, h)
    # y:23/1[..., f[11], r[12]]: (rows, 2, 6), mps_classifier.tn:10
    h1 = h2[:, 11].reshape(-1, 2, 1) * h1.reshape(-1, 2, 6)
    # y:23[..., r[12]]: (rows, 6), mps_classifier.tn:10
    h1 = h1.sum(axis=1)
    # y:24[..., r[12], f[12]]: (rows, 6, 2), mps_classifier.tn:10
    h1 = h2[:, 12].reshape(-1, 1, 2) * h1.reshape(-1, 6, 1)
    # y:25[r[13], ...]: (6, rows), mps_classifier.tn:10
    h1 = np.matmul(Core.reshape(12, 6).transpose(1, 0), h1.reshape(-1, 12).transpose(1, 0))
    # y:26[..., (f[13] r[14])]: (rows, 12), mps_classifier.tn:10
    h1 = np.matmul(h1.transpose(1, 0), h)
    # y:27/1[..., f[13], r[14]]: (rows, 2, 6), mps_classifier.tn:10
    h1 = h2[:, 13].reshape(-1, 2, 1) * h1.reshape(-1, 2, 6)
    # y:27[..., r[14]]: (rows, 6), mps_classifier.tn:10
    h1 = h1.sum(axis=1)
    # y:28[..., (f[14] r[15])]: (rows, 12), mps_classifier.tn:10
    h = np.matmul(h1, h)
    del h1
    # y:29/1[..., f[14], r[15]]: (rows, 2, 6), mps_classifier.tn:10
    h = h2[:, 14].reshape(-1, 2, 1) * h.reshape(-1, 2, 6)
    # y:29[..., r[15]]: (rows, 6), mps_classifier.tn:10
    h = h.sum(axis=1)
    # y:30[..., (f[15] c)]: (rows, 20), mps_classifier.tn:10
    h = np.matmul(h, Last.reshape(6, 20))
    # y/1[..., f[15], c]: (rows, 2, 10), mps_classifier.tn:10
    h2 = h2[:, 15].reshape(-1, 2, 1) * h.reshape(-1, 2, 10)
    del h
    # y[..., c]: (rows, 10), mps_classifier.tn:10
    y = h2.sum(axis=1)
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
    x = generator.normal(0.0, 1.0, (32, 16, 2))
    y = MPSClassifier(x, tensors)
    print("x", x.shape)
    print("y", y.shape)


if __name__ == "__main__":
    _main()

# use "mpo.tn": MPO
#
# ## A transformer's feed-forward block with both projections tensorized, and a residual.
# network FeedForward(chi: int = 8) {
#   index d: 64
#   index h: 256
#   input x[..., d]
#   layer up   = MPO(ins = (4, 4, 4), outs = (4, 8, 8), chi = chi)
#   layer down = MPO(ins = (4, 8, 8), outs = (4, 4, 4), chi = chi)
#   tensor gain[d] init ones
#   z[..., d] = layernorm[d](x) * gain
#   a[..., h] = gelu(up(z))
#   output y[..., d] = x + down(a)
# }

"""FeedForward, compiled from mlp_block.tn by tncc 0.1.0.

Parameters: chi=8.
Planned for 1, 32 rows (the product of all leading axes).
"""

import math

import numpy as np


def FeedForward(x, tensors):
    """A transformer's feed-forward block with both projections tensorized, and a residual.

    Input x: (..., 64)
    Output y: (..., 64)

    `tensors` maps the names of the tensors, as in `initial_tensors`, to arrays.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.shape[-1:] != (64,):
        raise _shape_error(x.shape)
    batch = x.shape[:-1]
    gain = tensors["gain"]
    up_A_0 = tensors["up.A.0"]
    up_A_1 = tensors["up.A.1"]
    up_A_2 = tensors["up.A.2"]
    up_bias = tensors["up.bias"]
    down_A_0 = tensors["down.A.0"]
    down_A_1 = tensors["down.A.1"]
    down_A_2 = tensors["down.A.2"]
    down_bias = tensors["down.bias"]
    # x as rows[..., d]: (rows, 64)
    h = x.reshape(-1, 64)
    # z:1[..., d]: (rows, 64), mlp_block.tn:11
    h1 = _layernorm(h, (1,))
    # z[..., d]: (rows, 64), mlp_block.tn:11
    z = h1 * gain
    del h1
    # up.y:1:1[(up.i[0] up.o[0]), (up.i[1] up.o[1] up.r[2])]: (16, 256), mpo.tn:14
    h1 = np.matmul(up_A_0.reshape(16, 8), up_A_1.reshape(8, 256))
    # up.y:1:2[(up.i[0] up.o[0] up.i[1] up.o[1]), (up.i[2] up.o[2])]: (512, 32), mpo.tn:14
    h1 = np.matmul(h1.reshape(512, 8), up_A_2.reshape(8, 32))
    # up.y:1:2/3[(up.i[0] up.i[1] up.i[2]), (up.o[0] up.o[1] up.o[2])]: (64, 256), mpo.tn:14
    h1 = h1.reshape(4, 4, 4, 8, 4, 8).transpose(0, 2, 4, 1, 3, 5).reshape(64, 256)
    # up.y:1[..., (up.o[0] up.o[1] up.o[2])]: (rows, 256), mpo.tn:14
    h1 = np.matmul(z, h1)
    del z
    # up.y[..., (up.o[0] up.o[1] up.o[2])]: (rows, 256), mpo.tn:14
    up_y = h1 + up_bias
    del h1
    # a[..., h]: (rows, 256), mlp_block.tn:12
    a = _gelu(up_y)
    del up_y
    # down.y:1:1[(down.i[0] down.o[0]), (down.i[1] down.o[1] down.r[2])]: (16, 256), mpo.tn:14
    h1 = np.matmul(down_A_0.reshape(16, 8), down_A_1.reshape(8, 256))
    # down.y:1:2[(down.i[0] down.o[0] down.i[1] down.o[1]), (down.i[2] down.o[2])]: (512, 32),
    #   mpo.tn:14
    h1 = np.matmul(h1.reshape(512, 8), down_A_2.reshape(8, 32))
    # down.y:1:2/3[(down.i[0] down.i[1] down.i[2]), (down.o[0] down.o[1] down.o[2])]: (256, 64),
    #   mpo.tn:14
    h1 = h1.reshape(4, 4, 8, 4, 8, 4).transpose(0, 2, 4, 1, 3, 5).reshape(256, 64)
    # down.y:1[..., (down.o[0] down.o[1] down.o[2])]: (rows, 64), mpo.tn:14
    h1 = np.matmul(a, h1)
    del a
    # down.y[..., (down.o[0] down.o[1] down.o[2])]: (rows, 64), mpo.tn:14
    down_y = h1 + down_bias
    del h1
    # y[..., d]: (rows, 64), mlp_block.tn:13
    y = h + down_y
    return y.reshape(*batch, 64)


def initial_tensors(generator):
    """New tensors, drawn from a numpy.random.Generator."""
    tensors = {}
    # up.A[0][up.i[0], up.o[0], up.r[1]]: (4, 4, 8), mpo.tn:11
    tensors["up.A.0"] = generator.normal(0.0, 0.25, (4, 4, 8))
    # up.A[1][up.r[1], up.i[1], up.o[1], up.r[2]]: (8, 4, 8, 8), mpo.tn:11
    tensors["up.A.1"] = generator.normal(0.0, 0.25, (8, 4, 8, 8))
    # up.A[2][up.r[2], up.i[2], up.o[2]]: (8, 4, 8), mpo.tn:11
    tensors["up.A.2"] = generator.normal(0.0, 0.25, (8, 4, 8))
    # up.bias[(up.o[0] up.o[1] up.o[2])]: (256,), mpo.tn:12
    tensors["up.bias"] = np.zeros((256,))
    # down.A[0][down.i[0], down.o[0], down.r[1]]: (4, 4, 8), mpo.tn:11
    tensors["down.A.0"] = generator.normal(0.0, 0.19842513149602495, (4, 4, 8))
    # down.A[1][down.r[1], down.i[1], down.o[1], down.r[2]]: (8, 8, 4, 8), mpo.tn:11
    tensors["down.A.1"] = generator.normal(0.0, 0.19842513149602495, (8, 8, 4, 8))
    # down.A[2][down.r[2], down.i[2], down.o[2]]: (8, 8, 4), mpo.tn:11
    tensors["down.A.2"] = generator.normal(0.0, 0.19842513149602495, (8, 8, 4))
    # down.bias[(down.o[0] down.o[1] down.o[2])]: (64,), mpo.tn:12
    tensors["down.bias"] = np.zeros((64,))
    # gain[d]: (64,), mlp_block.tn:10
    tensors["gain"] = np.ones((64,))
    return tensors


# Of each input: its name, whether leading axes may stand before its own, and the size (None: any)
# and the indices of each of these.
_INPUTS = (("x", True, ((64, "d"),)),)


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


def _gelu(x):
    """The exact GELU."""
    return 0.5 * x * (1.0 + np.vectorize(math.erf, otypes=[np.float64])(x / math.sqrt(2)))


def _layernorm(x, axes):
    """Layer normalisation over all these axes jointly."""
    centred = x - x.mean(axis=axes, keepdims=True)
    return centred / np.sqrt((centred * centred).mean(axis=axes, keepdims=True) + 1e-5)


def _main():
    generator = np.random.default_rng(0)
    tensors = initial_tensors(generator)
    x = generator.normal(0.0, 1.0, (1, 64))
    y = FeedForward(x, tensors)
    print("x", x.shape)
    print("y", y.shape)


if __name__ == "__main__":
    _main()

# ## Binary tree network over 2**levels sites, read out by a class leg at the root.
# network Tree(levels: int = 3, leaf: int = 3, chi: int = 4, classes: int = 10) {
#   index f[p in 0..2**levels]: leaf
#   index c: classes
#   bond  t[l in 1..levels, p in 0..2**l]: chi
#   input  x[..., (f[*])]
#   tensor Root[t[1, 0], t[1, 1], c]
#   tensor Node[l in 1..levels-1, p in 0..2**l][t[l, p], t[l+1, 2*p], t[l+1, 2*p+1]]
#   tensor Leaf[p in 0..2**(levels-1)][t[levels-1, p], f[2*p], f[2*p+1]]
#   output y[..., c] = x * Root * Node[*] * Leaf[*]
# }

"""Tree, compiled from tree.tn by tncc 0.1.0.

Parameters: levels=3, leaf=3, chi=4, classes=10.
Planned for 1, 32 rows (the product of all leading axes).
"""

import numpy as np


def Tree(x, tensors):
    """Binary tree network over 2**levels sites, read out by a class leg at the root.

    Input x: (..., 6561)
    Output y: (..., 10)

    `tensors` maps the names of the tensors, as in `initial_tensors`, to arrays.
    """
    x = np.asarray(x, dtype=np.float64)
    if x.shape[-1:] != (6561,):
        raise _shape_error(x.shape)
    batch = x.shape[:-1]
    Node_1_1 = tensors["Node.1.1"]
    Leaf_3 = tensors["Leaf.3"]
    Leaf_2 = tensors["Leaf.2"]
    Leaf_1 = tensors["Leaf.1"]
    Leaf_0 = tensors["Leaf.0"]
    Node_1_0 = tensors["Node.1.0"]
    Root = tensors["Root"]
    # y:1[(f[6] f[7]), (t[1,1] t[2,2])]: (9, 16), tree.tn:10
    h = np.matmul(Leaf_3.reshape(4, 9).transpose(1, 0), Node_1_1.reshape(16, 4).transpose(1, 0))
    # y:2[(f[4] f[5]), (f[6] f[7] t[1,1])]: (9, 36), tree.tn:10
    h = np.matmul(Leaf_2.reshape(4, 9).transpose(1, 0), h.reshape(36, 4).transpose(1, 0))
    # y:3[t[1,1], (... f[0] f[1] f[2] f[3])]: (4, 81*rows), tree.tn:10
    h = np.matmul(h.reshape(81, 4).transpose(1, 0), x.reshape(-1, 81).transpose(1, 0))
    # y:4[t[2,1], (t[1,1] ... f[0] f[1])]: (4, 36*rows), tree.tn:10
    h = np.matmul(Leaf_1.reshape(4, 9), h.reshape(-1, 9).transpose(1, 0))
    # y:5[t[2,0], (t[2,1] t[1,1] ...)]: (4, 16*rows), tree.tn:10
    h = np.matmul(Leaf_0.reshape(4, 9), h.reshape(-1, 9).transpose(1, 0))
    # y:6[t[1,0], (t[1,1] ...)]: (4, 4*rows), tree.tn:10
    h = np.matmul(Node_1_0.reshape(4, 16), h.reshape(16, -1))
    # y[..., c]: (rows, 10), tree.tn:10
    y = np.matmul(h.reshape(16, -1).transpose(1, 0), Root.reshape(16, 10))
    return y.reshape(*batch, 10)


def initial_tensors(generator):
    """New tensors, drawn from a numpy.random.Generator."""
    tensors = {}
    # Root[t[1,0], t[1,1], c]: (4, 4, 10), tree.tn:7
    tensors["Root"] = generator.normal(0.0, 0.29466840508120434, (4, 4, 10))
    # Node[1,0][t[1,0], t[2,0], t[2,1]]: (4, 4, 4), tree.tn:8
    tensors["Node.1.0"] = generator.normal(0.0, 0.29466840508120434, (4, 4, 4))
    # Node[1,1][t[1,1], t[2,2], t[2,3]]: (4, 4, 4), tree.tn:8
    tensors["Node.1.1"] = generator.normal(0.0, 0.29466840508120434, (4, 4, 4))
    # Leaf[0][t[2,0], f[0], f[1]]: (4, 3, 3), tree.tn:9
    tensors["Leaf.0"] = generator.normal(0.0, 0.29466840508120434, (4, 3, 3))
    # Leaf[1][t[2,1], f[2], f[3]]: (4, 3, 3), tree.tn:9
    tensors["Leaf.1"] = generator.normal(0.0, 0.29466840508120434, (4, 3, 3))
    # Leaf[2][t[2,2], f[4], f[5]]: (4, 3, 3), tree.tn:9
    tensors["Leaf.2"] = generator.normal(0.0, 0.29466840508120434, (4, 3, 3))
    # Leaf[3][t[2,3], f[6], f[7]]: (4, 3, 3), tree.tn:9
    tensors["Leaf.3"] = generator.normal(0.0, 0.29466840508120434, (4, 3, 3))
    return tensors


# Of each input: its name, whether leading axes may stand before its own, and the size (None: any)
# and the indices of each of these.
_INPUTS = (("x", True, ((6561, "f[0] f[1] f[2] f[3] f[4] f[5] f[6] f[7]"),)),)


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
    x = generator.normal(0.0, 1.0, (1, 6561))
    y = Tree(x, tensors)
    print("x", x.shape)
    print("y", y.shape)


if __name__ == "__main__":
    _main()

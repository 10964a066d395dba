"""What an arrangement costs beyond its FLOPs, in elements moved: the model by which axis orders are chosen."""

CALL = 256.0
"""One inner matrix product of a batch costs about as much as moving this many elements."""

LANES = 16
"""Fewer rows or columns than this leave lanes of the matrix kernel empty."""

PRODUCTS = 32.0
"""Multiply-adds of a matrix kernel in the time in which one element is moved."""

COPY = 4096.0
"""Starting a copy that permutes costs about as much as moving this many elements: a few microseconds."""

ELEMENTWISE = 2.0
"""Elements moved for each element of a product that is written, read again and summed."""


def matmul_cost(batch: int, rows: int, columns: int, depth: int) -> float:
    """The cost of `batch` matrix products of rows×depth by depth×columns beyond their FLOPs at full speed.

    A rule of thumb: a call for each, and the lanes that stay empty where a product is narrow. With it a batch of
    products with fewer than about 16 columns loses against one permuting copy and a single large product.
    """
    wasted = (max(rows, LANES) * max(columns, LANES) - rows * columns) * depth
    return batch * (CALL + wasted / PRODUCTS)


def copy_cost(size: int) -> float:
    """The cost of bringing an array of that many elements into another order."""
    return COPY + size

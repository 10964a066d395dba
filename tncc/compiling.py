"""What holds while the compiler works: depth to recurse in, no garbage collection, and failures told as errors."""

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.source import Source


@contextmanager
def diagnosed(sources: Mapping[str, Source] | None = None) -> Iterator[None]:
    """Where plans and code are made: what there can be none for becomes an error for the user."""
    try:
        with uncollected():
            yield
    except Failure as failure:
        raise compile_error([failure.diagnostic], sources or {}) from None


@contextmanager
def compiling() -> Iterator[None]:
    """Room for sub-networks nested as deep as the limits allow, and no garbage collection while values pile up.

    The depth is bounded, so the recursion cannot run away.
    """
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 20_000))
    try:
        with uncollected():
            yield
    finally:
        sys.setrecursionlimit(before)


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for garbage in cycles, of which elaboration and planning make next to none.

    Collecting over and over while values pile up would make large programs take more than linear time.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()

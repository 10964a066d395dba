"""From a plan to an engine: C code, a library in the cache, and what its calls need to know."""

from tncc.backends.c.emit import CFiles
from tncc.ir.network import Network
from tncc.ir.plan import Plan
from tncc.kernels.binding import bind
from tncc.kernels.cache import library
from tncc.kernels.compiler import find_compiler
from tncc.kernels.engine import Engine, engine

CODE_LIMIT = 1_500_000
"""Characters of C from which on a kernel is built only where it is asked for: compilers need half a minute for it."""


def make_engine(
    network: Network, plan: Plan, files: CFiles, serves: tuple[tuple[int, bool], ...], us: float
) -> tuple[str, Engine]:
    """A key and the engine of a network's C files, built where it is not in the cache; raises CompileError.

    `serves` and `us` are those of `Engine`.
    """
    path = library(files.code, find_compiler())
    results = [(result.batched, result.shape) for result in plan.straight.results]
    return path.stem, engine(bind(path, network), network, results, serves, us)

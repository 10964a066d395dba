"""From a plan to an engine: C code, a library in the cache, and what its calls need to know."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tncc.backends.c.emit import CFiles
from tncc.diagnostics.kernel_kinds import NotBuilt
from tncc.diagnostics.render import compile_error
from tncc.ir.network import Network
from tncc.ir.plan import Figures, Plan
from tncc.kernels.binding import Kernel, bind
from tncc.kernels.cache import ELSEWHERE, library
from tncc.kernels.compiler import PLACE, Compiler, find_compiler
from tncc.kernels.engine import Engine, Serves, engine
from tncc.planning.kernels import KernelUs

CODE_LIMIT = 1_500_000
"""Characters of C from which on a kernel is built only where it is asked for: compilers need half a minute for it."""


LATE = 1.2
"""How much longer the PyTorch plan's training steps take beside a kernel's than both predictions say: in the middle of
44 steps of the benchmark's suite."""


def make_engine(
    network: Network, plan: Plan, files: CFiles, serves: tuple[Serves, ...], us: float
) -> tuple[str, Engine]:
    """A key and the engine of a network's C files, built where it is not in the cache; raises CompileError.

    `serves` and `us` are those of `Engine`.
    """
    compiler = find_compiler()
    path = library(files.code, compiler)
    results = [(result.batched, result.shape) for result in plan.straight.results]
    return path.stem, engine(_loaded(path, network, compiler), network, results, serves, us)


def _loaded(path: Path, network: Network, compiler: Compiler) -> Kernel:
    """The functions of a library, which is none of this machine's if the compiler makes code for another one."""
    try:
        return bind(path, network)
    except (OSError, AttributeError) as error:
        raise compile_error(
            [NotBuilt(PLACE, compiler.command[0], f"the library cannot be loaded: {error}", ELSEWHERE)]
        ) from None


def served(
    ours: Mapping[int, KernelUs], theirs: Sequence[Figures], rows: Sequence[int], overhead_us: float
) -> tuple[Serves, ...]:
    """For which of some row counts a kernel is predicted to be faster than the PyTorch plan; `theirs` are its figures.

    `overhead_us` is what autograd takes of a training step.
    """
    found = []
    for count, figures in sorted(zip(rows, theirs, strict=True), key=lambda pair: pair[0]):
        us = ours[count]
        training = figures.training_us is None or us.apply + us.backward + overhead_us <= LATE * figures.training_us
        found.append(Serves(count, us.forward <= figures.inference_us, training, us.saving))
    return tuple(found)

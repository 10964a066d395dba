"""A built kernel with what its calls need to know of the network: which arguments it takes, and for which rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tncc.backends.tensors import stored_tensors
from tncc.ir.extent import extent_at, index_of, symbol
from tncc.ir.network import BATCH, Network, Tensor
from tncc.ir.program import ROWS, Dim
from tncc.kernels.binding import Kernel

REMEMBERED = 64
"""Sizes of calls of which a kernel remembers what they take."""

WORTH_US = 30.0
"""Rows that take so long together are shared by threads: waking them takes some microseconds."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A run-time size that follows from an input's axis: its extent times `times`, divided by `over`."""

    symbol: str
    axis: int
    times: int
    over: int


@dataclass(frozen=True, slots=True)
class Entrance:
    """An input: whether it has leading axes, and the extents of its others, None for one known at run time only."""

    batched: bool
    shape: tuple[int | None, ...]
    bound: tuple[Bound, ...]


@dataclass(frozen=True, slots=True)
class Exit:
    """An output: whether it has leading axes, and the extents of its others."""

    batched: bool
    shape: tuple[Dim, ...]


@dataclass(frozen=True, slots=True)
class Serves:
    """Whether a kernel is predicted to be faster than the PyTorch plan, from a number of rows on.

    `saving` says whether its training steps save what the backward pass needs, or compute it again.
    """

    rows: int
    inference: bool
    training: bool
    saving: bool = False


@dataclass(frozen=True, slots=True)
class Setup:
    """What calls with the same sizes have in common, found once.

    `threads` share the rows; `workspace` and `saved` are the bytes of scratch memory, and of what a training step saves
    between its passes, inputs left out. `shapes` are those of the outputs, leading axes as one.
    """

    threads: int
    workspace: int
    saved: int
    shapes: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Engine:
    """A kernel for one type of numbers.

    `symbols` are the run-time sizes besides the rows, in the order of the kernel's parameters. `serves` says from which
    row counts on the kernel is the faster choice; `us` is about how long a row takes it, which threads are chosen by.
    Where there is one input and one output with leading axes, and no size besides the rows that is known at run time
    only, `plain` is the shape of the input's rows.
    """

    kernel: Kernel
    inputs: tuple[Entrance, ...]
    outputs: tuple[Exit, ...]
    stored: tuple[Tensor, ...]
    symbols: tuple[str, ...]
    serves: tuple[Serves, ...]
    us: float
    plain: tuple[int, ...] | None
    setups: dict[tuple[tuple[int, ...], int], Setup] = field(default_factory=dict)

    def setup(self, sizes: tuple[int, ...], threads: int) -> Setup:
        """What a call takes with some sizes, the rows first, where so many threads may be used."""
        found = self.setups.get((sizes, threads))
        if found is None:
            found = self._setup(sizes, threads)
            if len(self.setups) < REMEMBERED:
                self.setups[sizes, threads] = found
        return found

    def _setup(self, sizes: tuple[int, ...], threads: int) -> Setup:
        rows = sizes[0]
        # A single row is one thread's; what is done for weights alone is shared by all in any case.
        used = threads if rows == 1 or rows * self.us >= WORTH_US else 1
        return Setup(used, self.kernel.workspace_bytes(*sizes, used), self._saved_bytes(sizes), self.shapes(sizes))

    def shapes(self, sizes: Sequence[int]) -> tuple[tuple[int, ...], ...]:
        """The outputs' shapes, leading axes as one."""
        known = {index_of(name): size for name, size in zip((ROWS, *self.symbols), sizes, strict=True)}
        found = []
        for output in self.outputs:
            own = [extent_at(extent, known) for extent in output.shape]
            found.append((sizes[0], *own) if output.batched else tuple(own))
        return tuple(found)

    def is_served(self, rows: int, training: bool = False) -> bool:
        """Whether the kernel is predicted to be the faster choice for so many rows."""
        found = self._serving(rows)
        return found is None or (found.training if training else found.inference)

    def _saved_bytes(self, sizes: tuple[int, ...]) -> int:
        found, count = self._serving(sizes[0]), self.kernel.saved_bytes
        return 0 if found is None or not found.saving or count is None else count(*sizes)

    def _serving(self, rows: int) -> Serves | None:
        """What holds for so many rows; None below all row counts that something is known of."""
        found = None
        for one in self.serves:
            if rows >= one.rows:
                found = one
        return found


def engine(
    kernel: Kernel, network: Network, results: Sequence[tuple[bool, tuple[Dim, ...]]],
    serves: tuple[Serves, ...], us: float,
) -> Engine:  # fmt: skip
    """The engine of a network; `results` says of each output whether it has leading axes, and its others."""
    stored = tuple(stored_tensors(network))
    inputs = tuple(entrance(tensor, network) for tensor in network.inputs)
    plain = None
    if len(inputs) == len(results) == 1 and inputs[0].batched and results[0][0] and len(kernel.who.symbols) == 1:
        plain = tuple(extent for extent in inputs[0].shape if extent is not None)
    return Engine(
        kernel=kernel,
        inputs=inputs,
        outputs=tuple(Exit(batched, shape) for batched, shape in results),
        stored=stored,
        symbols=tuple(name for name in kernel.who.symbols if name != ROWS),
        serves=serves,
        us=us,
        plain=plain,
    )


def entrance(tensor: Tensor, network: Network) -> Entrance:
    """How an input is to be handed over."""
    batched = bool(tensor.axes) and tensor.axes[0].indices == (BATCH,)
    own = tensor.axes[batched:]
    bound = tuple(
        Bound(symbol(one.index), one.axis, one.times, one.over) for one in network.bindings if one.input == tensor.name
    )
    return Entrance(batched, tuple(None if axis.dynamic else axis.size for axis in own), bound)

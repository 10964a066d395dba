"""Network → Network: one file a pass, the function named as the file, each valid before and valid after."""

from collections.abc import Callable

from tncc.ir.network import Network
from tncc.ir.verify import verify
from tncc.passes.absorb_copies import absorb_copies
from tncc.passes.drop_unit_indices import drop_unit_indices
from tncc.passes.fold_frozen_constants import fold_frozen_constants
from tncc.passes.merge_parallel_bonds import merge_parallel_bonds

PASSES: tuple[Callable[[Network], Network], ...] = (
    absorb_copies,
    drop_unit_indices,
    fold_frozen_constants,
    merge_parallel_bonds,
)
"""All passes, in order: merging is last, so that it sees the views that are planned."""


def run_passes(network: Network) -> Network:
    """The network behind every pass; it is verified before the first and after each. Raises InternalError."""
    verify(network)
    for rewrite in PASSES:
        network = rewrite(network)
        verify(network)
    return network

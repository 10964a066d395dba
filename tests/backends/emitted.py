"""Code generated for tests; nothing here needs torch."""

from tests.planning.trivial_order import left_to_right
from tncc.backends import TARGETS
from tncc.ir.network import Network
from tncc.ir.program import Program
from tncc.planning.layout import lower
from tncc.planning.schedule import plan_schedule


def program_of(network: Network, rows: int = 8) -> Program:
    """A program for a network, contracted from left to right."""
    return lower(network, plan_schedule(network, rows, order=left_to_right))


def source_of(network: Network, target: str = "torch", linear: bool = False) -> str:
    """Generated code."""
    return TARGETS[target](network, program_of(network), "1.2.3", linear)

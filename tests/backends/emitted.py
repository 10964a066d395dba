"""Code generated for tests; nothing here needs torch."""

from tests.planning.trivial_order import left_to_right
from tncc.backends import TARGETS
from tncc.ir.network import Network, sizes_at, takes_rows
from tncc.ir.phases import in_one_pass
from tncc.ir.plan import Plan, Variant
from tncc.ir.program import Program
from tncc.machines import builtin_machine
from tncc.planning.candidates import Candidate
from tncc.planning.layout import lower
from tncc.planning.predict import predictor
from tncc.planning.schedule import plan_schedule
from tncc.planning.training import training_options
from tncc.planning.variants import Choice

TILE = 2
"""So few rows a tile that the inputs of tests have several."""


def program_of(network: Network, rows: int = 8) -> Program:
    """A program for a network, contracted from left to right."""
    return lower(network, plan_schedule(network, rows, order=left_to_right))


def plan_of(network: Network) -> Plan:
    """A plan of one order in which every kind of program is there: whole and in tiles, computing again and saving."""
    schedule = plan_schedule(network, 8, order=left_to_right)
    program = lower(network, schedule)
    variants = (Variant(rows=1, program=program),)
    if takes_rows(network) and in_one_pass(program):
        variants += (Variant(rows=3, program=program.model_copy(update={"tile": TILE})),)
    candidate = Candidate((), tuple(step.operation for step in schedule.steps))
    machine = builtin_machine()
    forward = Choice(candidate, predictor(program, machine, sizes_at(network, 1)), 0)
    options = training_options(network, machine, [candidate], (8,), [forward], (TILE,))
    options = options if takes_rows(network) else options[:1]
    training = tuple(option.programs(1 + number) for number, option in enumerate(options))
    return Plan(planned=(8,), straight=program, inference=variants, forward=variants, training=training)


def source_of(network: Network, target: str = "torch", linear: bool = False) -> str:
    """Generated code."""
    return TARGETS[target](network, plan_of(network), "1.2.3", linear)

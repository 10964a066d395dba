"""The text of networks, schedules and programs."""

from hypothesis import given, settings

from tests.planning.trivial_order import left_to_right
from tests.random_networks import networks
from tests.small_networks import small_network
from tncc.ir.dump import dump_network, dump_program, dump_schedule
from tncc.ir.network import Network
from tncc.passes import run_passes
from tncc.planning.layout import lower
from tncc.planning.schedule import plan_schedule

NETWORK = small_network(
    {"i": 3, "j": 4, "k": 4, "q": 0},
    [("h", "... q k", "0.5 * x * A{i j j} * B"), ("s", "... q k", "h + -1 c"), ("y", "... q k", "softmax<k> s")],
    inputs={"x": "... (q i)"},
    parameters={"A": "i j k", "c": "k"},
    frozen={"B": "j k"},
)


def test_network() -> None:
    assert dump_network(NETWORK) == (
        "network Small\n"
        "  index i: 3\n"
        "  index j: 4\n"
        "  index k: 4\n"
        "  index q: dynamic(5)\n"
        "  batch ...: 1\n"
        "  bind q = axis -1 of x // 3\n"
        "  input x[..., (q i)]: 1 × ?\n"
        "  parameter A[i, j, k]: 3 × 4 × 4 auto\n"
        "  parameter c[k]: 4 auto\n"
        "  frozen B[j, k]: 4 × 4 auto\n"
        "  h[..., q, k] = 0.5 * x[..., (q i)] * A[i, j, j] * B[j, k]\n"
        "  s[..., q, k] = h[..., q, k] - c[k]\n"
        "  y[..., q, k] = softmax[k](s[..., q, k])\n"
        "  output y\n"
    )


def test_schedule() -> None:
    text = dump_schedule(plan_schedule(NETWORK, 2, order=left_to_right))
    assert text == (
        "schedule for 2 rows\n"
        "  1. h:3[i, j] = 0.5 * A[i, j, j]\n"
        "     flops 12, backward 12, bytes 96, size 12\n"
        "  2. h:1[..., q, j] = x[..., (q i)] * h:3[i, j]\n"
        "     flops 240, backward 480, bytes 328, size 40\n"
        "  3. h[..., q, k] = h:1[..., q, j] * B[j, k]\n"
        "     flops 320, backward 320, bytes 384, size 40\n"
        "  4. s[..., q, k] = h[..., q, k] - c[k]\n"
        "     flops 40, backward 40, bytes 336, size 40\n"
        "  5. y[..., q, k] = softmax[k](s[..., q, k])\n"
        "     flops 40, backward 40, bytes 320, size 40\n"
        "  output y\n"
    )


def test_program() -> None:
    assert dump_program(lower(NETWORK, plan_schedule(NETWORK, 2, order=left_to_right))) == (
        "program for 2 rows\n"
        "  A: (3, 4, 4) = read A  # [i, j, k]\n"
        "  A/1: (3, 4) = diagonal of axes (1, 2) of A  # [i, j]\n"
        "  h:3: (3, 4) = 0.5 * A/1  # [i, j]\n"
        "  x: (rows, 3*q) = read x  # [..., (q i)]\n"
        "  x/1: (q*rows, 3) = reshape x  # [(... q), i]\n"
        "  h:1: (q*rows, 4) = x/1 @ h:3  # [(... q), j]\n"
        "  B: (4, 4) = read B  # [j, k]\n"
        "  h: (q*rows, 4) = h:1 @ B  # [(... q), k]\n"
        "  c: (4) = read c  # [k]\n"
        "  h/1: (rows, q, 4) = reshape h  # [..., q, k]\n"
        "  c/1: (1, 1, 4) = reshape c  # [(), (), k]\n"
        "  s: (rows, q, 4) = h/1 - c/1  # [..., q, k]\n"
        "  y: (rows, q, 4) = softmax of s over axes (2)  # [..., q, k]\n"
        "  output y: rows, then (q, 4) = y\n"
    )


@settings(max_examples=50, deadline=None)
@given(networks())
def test_every_network_has_a_text_that_stays(network: Network) -> None:
    rewritten = run_passes(network)
    schedule = plan_schedule(rewritten, 4, order=left_to_right)
    first = dump_network(rewritten) + dump_schedule(schedule) + dump_program(lower(rewritten, schedule))
    again = Network.model_validate_json(rewritten.model_dump_json())
    assert again == rewritten
    schedule = plan_schedule(again, 4, order=left_to_right)
    assert dump_network(again) + dump_schedule(schedule) + dump_program(lower(again, schedule)) == first

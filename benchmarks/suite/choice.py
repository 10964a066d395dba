"""What of the suite is to be measured, as asked for on the command line."""

import argparse
from pathlib import Path

from benchmarks.suite.figures import DENSE
from benchmarks.suite.krowch import tensorkrowch
from benchmarks.suite.networks import CASES, QUICK, ROWS, Case
from benchmarks.suite.peers import Peer, compiled_chain, cotengra_expression, dense, factorized, tednet, torch_einsum

PEERS = (
    Peer(DENSE, "dense", dense),
    Peer("FactorizedLinear factorized", "library", factorized("factorized")),
    Peer("FactorizedLinear reconstructed", "library", factorized("reconstructed")),
    Peer("TedNet", "library", tednet),
    Peer("TensorKrowch", "library", tensorkrowch),
    Peer("torch.einsum", "library", torch_einsum),
    Peer("cotengra", "library", cotengra_expression),
    Peer("chain, torch.compile", "compiled", compiled_chain),
)
RESULTS = Path(__file__).parents[1] / "results.md"
CELLS = Path(__file__).parents[2] / "build" / "suite.jsonl"
ABOUT = "Ours and every peer, every network at every row count, forward and forward + backward, in turn."


def numbers(text: str) -> tuple[int, ...]:
    """Whole numbers, separated by commas."""
    return tuple(int(part) for part in text.split(","))


def options() -> argparse.Namespace:
    """What is asked for on the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.suite", description=ABOUT)
    parser.add_argument("--quick", action="store_true", help="few networks and row counts, short samples, one thread")
    parser.add_argument("--threads", type=numbers, help="numbers of threads, 1,2 where nothing is said")
    parser.add_argument("--cases", help="only networks whose name holds one of these texts, separated by commas")
    parser.add_argument("--rows", type=numbers, help=f"row counts, {','.join(map(str, ROWS))} where nothing is said")
    parser.add_argument("--no-compile", action="store_true", help="leave out torch.compile, which takes long")
    parser.add_argument("--no-peers", action="store_true", help="only ours and nn.Linear")
    parser.add_argument("--resume", action="store_true", help="go on with what an earlier run has not measured")
    parser.add_argument("--cells", type=Path, default=CELLS, help="the file in which every measured cell is kept")
    parser.add_argument("--output", type=Path, default=RESULTS, help="the file that the results are written to")
    return parser.parse_args()


def chosen_cases(asked: argparse.Namespace) -> list[Case]:
    """The networks to measure."""
    if asked.cases is not None:
        return [case for case in CASES if any(part in case.name for part in asked.cases.split(","))]
    return [case for case in CASES if not asked.quick or case.name in QUICK]


def chosen_rows(asked: argparse.Namespace) -> tuple[int, ...]:
    """The row counts to measure."""
    return tuple(asked.rows or ((1, 32, 256) if asked.quick else ROWS))


def chosen_threads(asked: argparse.Namespace) -> tuple[int, ...]:
    """The numbers of threads to measure with."""
    return tuple(asked.threads or ((1,) if asked.quick else (1, 2)))


def chosen_peers(asked: argparse.Namespace) -> list[Peer]:
    """The peers to hold ours against."""
    some = [peer for peer in PEERS if peer.role != "library" or not asked.no_peers]
    return [peer for peer in some if peer.role != "compiled" or not (asked.no_compile or asked.no_peers or asked.quick)]


def libraries(asked: argparse.Namespace) -> list[str]:
    """The peers that figures are of."""
    return [peer.name for peer in chosen_peers(asked) if peer.role == "library"]

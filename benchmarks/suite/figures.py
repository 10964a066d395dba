"""The figures that the suite is run for: each a value for some cells, with bounds on their mean and on the worst."""

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.suite.measure import KERNEL, OURS, PLAN, Cell

OVERHEAD_US = 5.0
"""What a call may cost more than one of `nn.Linear`."""

DENSE = "nn.Linear"


@dataclass(frozen=True)
class Figure:
    """Values by cell. Bounds hold from below (`at_least`) or from above; None where there is none.

    The mean is geometric, but a median where `median` says so.
    """

    name: str
    values: tuple[tuple[str, float], ...]
    bound: float | None = None
    each: float | None = None
    at_least: bool = True
    median: bool = False

    @property
    def mean(self) -> float:
        """The mean over all cells."""
        found = [value for _, value in self.values]
        return statistics.median(found) if self.median else math.exp(statistics.fmean(map(math.log, found)))

    def worst(self, count: int = 1) -> list[tuple[str, float]]:
        """The cells that are worst, the very worst first."""
        return sorted(self.values, key=lambda pair: pair[1], reverse=not self.at_least)[:count]

    def within(self, value: float, bound: float | None) -> bool | None:
        """Whether a value meets a bound, None where there is no bound."""
        if bound is None:
            return None
        return value >= bound if self.at_least else value <= bound

    @property
    def beyond(self) -> int:
        """How many cells miss their bound."""
        return sum(self.within(value, self.each) is False for _, value in self.values)


def figures(cells: Sequence[Cell], libraries: Sequence[str]) -> list[tuple[str, list[Figure]]]:
    """All figures by the number of threads, then those that compare numbers of threads."""
    threads = sorted({cell.threads for cell in cells})
    found = [(_plural(count), _figures([c for c in cells if c.threads == count], libraries)) for count in threads]
    if len(threads) > 1:
        found.append(("two threads against one", _gains(cells)))
    return [(title, [figure for figure in some if figure.values]) for title, some in found]


def _plural(threads: int) -> str:
    return "one thread" if threads == 1 else f"{threads} threads"


def _figures(cells: Sequence[Cell], libraries: Sequence[str]) -> list[Figure]:
    forward = [cell for cell in cells if cell.mode == "forward"]
    training = [cell for cell in cells if cell.mode == "training"]

    def lead(name: str) -> Callable[[Cell], float | None]:
        return lambda cell: _ratio(_least(cell.us, libraries), cell.us[name])

    def dense(name: str) -> Callable[[Cell], float | None]:
        return lambda cell: (cell.us[DENSE] + OVERHEAD_US) / cell.us[name] if DENSE in cell.us else None

    def memory(name: str) -> Callable[[Cell], float | None]:
        return lambda cell: _ratio(max(cell.saved[name], 1), _least(cell.saved, libraries))

    def error(cell: Cell) -> float | None:
        return None if cell.predicted_us is None else abs(cell.predicted_us / cell.us[PLAN] - 1)

    def over_peak(name: str) -> Callable[[Cell], float | None]:
        return lambda cell: cell.us[name] / cell.peak_us

    def most(cell: Cell) -> float | None:
        return _ratio(_least(cell.us, libraries), cell.floor_us)

    def gain(cell: Cell) -> float | None:
        return cell.us[PLAN] / cell.us[KERNEL]

    many = [cell for cell in forward if cell.rows >= 32]
    few = [cell for cell in forward if cell.rows <= 32]
    return [
        Figure("best library / ours, forward", _values(forward, lead(OURS)), 3.5, 1.0),
        Figure("best library / ours, forward + backward", _values(training, lead(OURS)), 3.0, 1.0),
        Figure("best library / floor, forward + backward", _values(training, most)),
        Figure("(nn.Linear + 5 µs) / ours, forward", _values(forward, dense(OURS)), None, 0.95),
        Figure("saved bytes, ours / least library", _values(training, memory(OURS)), 0.6, 1.0, at_least=False),
        Figure("PyTorch plan / C kernel, forward, ≤ 32 rows", _values(few, gain), 1.5, None),
        Figure("C kernel / FLOPs at peak, forward, ≥ 32 rows", _values(many, over_peak(KERNEL)), 1.25, at_least=False),
        Figure("best library / PyTorch plan, forward", _values(forward, lead(PLAN)), 2.5, 0.95),
        Figure("best library / PyTorch plan, forward + backward", _values(training, lead(PLAN)), 2.0, 0.95),
        Figure("(nn.Linear + 5 µs) / PyTorch plan, forward", _values(forward, dense(PLAN)), None, 0.95),
        Figure("PyTorch plan / FLOPs at peak, forward, ≥ 32 rows", _values(many, over_peak(PLAN)), 1.8, at_least=False),
        Figure("saved bytes, PyTorch plan / least library", _values(training, memory(PLAN)), 0.6, 1.0, at_least=False),
        Figure("error of predictions, forward", _values(forward, error), 0.35, None, at_least=False, median=True),
        Figure("error of predictions, training", _values(training, error), 0.35, None, at_least=False, median=True),
    ]


def _gains(cells: Sequence[Cell]) -> list[Figure]:
    """How much faster two threads are than one, as a share of what the large matrix product gains, at most rows."""
    most = max(cell.rows for cell in cells)
    alone = {(c.case, c.rows, c.mode): c for c in cells if c.threads == 1}
    both = [(alone[c.case, c.rows, c.mode], c) for c in cells if c.threads == 2 and (c.case, c.rows, c.mode) in alone]
    found = []
    if both:
        found.append(Figure("gain of a 2048³ product", tuple((two.label, two.peak / one.peak) for one, two in both)))
    for mode, name in (("forward", "forward"), ("training", "forward + backward")):
        values = tuple(
            (two.label, one.us[OURS] / two.us[OURS] / (two.peak / one.peak))
            for one, two in both
            if two.mode == mode and two.rows == most
        )
        found.append(Figure(f"our gain / that gain, {name}, {most} rows", values, 0.9, None))
        gains = tuple(
            (two.label, one.us[KERNEL] / two.us[KERNEL]) for one, two in both if two.mode == mode and two.rows >= 256
        )
        found.append(Figure(f"gain of the C kernel, {name}, ≥ 256 rows", gains, 1.7, None))
    return found


def _values(cells: Iterable[Cell], value: Callable[[Cell], float | None]) -> tuple[tuple[str, float], ...]:
    pairs = ((cell.label, value(cell)) for cell in cells)
    return tuple((label, number) for label, number in pairs if number is not None)


def _least(numbers: dict[str, float], libraries: Sequence[str]) -> float | None:
    return min((numbers[name] for name in libraries if name in numbers), default=None)


def _ratio(number: float | None, other: float | None) -> float | None:
    return number / other if number and other else None

"""The order in which the axis orders of steps are decided: those first that ask for no result to be settled."""

from collections import defaultdict
from heapq import heappop, heappush

from tncc.ir.network import views
from tncc.ir.schedule import Schedule
from tncc.planning.flow import Flow


class Agenda:
    """The steps whose operands are known, those before whose borrowed operands are settled ahead of the others.

    A step borrows a result whose order is chosen together with that of another step. `borrowed` holds these by step.
    """

    def __init__(self, schedule: Schedule, flow: Flow) -> None:
        number_of = {step.operation.name: number for number, step in enumerate(schedule.steps)}
        self.borrowed: list[tuple[str, ...]] = []
        self._waiting: list[int] = []
        self._unsettled: list[int] = []
        self._readers: defaultdict[str, list[int]] = defaultdict(list)
        self._borrowers: defaultdict[str, list[int]] = defaultdict(list)
        self._ready: list[int] = []
        self._late: list[int] = []
        for number, step in enumerate(schedule.steps):
            read = tuple(dict.fromkeys(v.value for v in views(step.operation) if v.value in number_of))
            borrowed = tuple(n for n in read if n not in flow.declared and flow.reader.get(n) != number)
            for name in read:
                self._readers[name].append(number)
            for name in borrowed:
                self._borrowers[name].append(number)
            self.borrowed.append(borrowed)
            self._waiting.append(len(read))
            self._unsettled.append(len(borrowed))
            self._enter(number)

    def next(self) -> int | None:
        """The number of the step to decide now; None where all are."""
        if self._ready:
            return heappop(self._ready)
        while self._late:
            number = heappop(self._late)
            if self._unsettled[number]:
                self._unsettled[number] = 0  # settled by whoever asks, and not to be entered again
                return number
        return None

    def done(self, name: str) -> None:
        """The orders in which a result can come are known."""
        for number in self._readers[name]:
            self._waiting[number] -= 1
            self._enter(number)

    def settled(self, name: str) -> None:
        """The order of a result has been settled."""
        for number in self._borrowers.pop(name, ()):
            if self._unsettled[number]:
                self._unsettled[number] -= 1
                if not self._unsettled[number]:
                    self._enter(number)

    def _enter(self, number: int) -> None:
        if not self._waiting[number]:
            heappush(self._late if self._unsettled[number] else self._ready, number)

"""Data as numbered batches that come the same in every run, so that a run can go on where it was killed."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from inspect import signature
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict

from tncc.healing.digests import add_value
from tncc.healing.faults import AGAIN, SINGLE, bad_data

Data = Iterable[Any] | Callable[[int], Iterable[Any]]
"""An iterable of batches that can be run through again and again, or a function from an epoch's number to one."""


SINGLES = (torch.Tensor, Mapping, str, bytes)
"""What can be iterated over, but is a batch rather than batches."""


class Spot(BaseModel):
    """How far data was read: the epoch, the batches read of it, and a digest of these."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epoch: int = 0
    index: int = 0
    seen: str = ""


class OtherData(Exception):
    """The data before a spot is not what was read to get there."""


class Batches:
    """Data whose epochs are the same in every run, as far as torch's global generator decides about them.

    It is seeded from the seed, the epoch and the batch's number before each of them is asked for; so what a loss draws
    is the same too. The caller keeps the generator's state. Digests are only taken where they are `wanted`.
    """

    def __init__(self, data: Data, seed: int, wanted: bool = True) -> None:
        if not _holds_batches(data) and (isinstance(data, SINGLES) or not callable(data)):
            raise bad_data(f"it is a single `{type(data).__name__}`, and no batches", SINGLE)
        if hasattr(data, "__next__"):
            raise bad_data(f"a `{type(data).__name__}` can be run through only once", AGAIN)
        if not _holds_batches(data) and not _takes_a_number(data):
            raise bad_data("the function does not take the number of an epoch as its only argument", AGAIN)
        self._data, self._seed, self._wanted = data, seed, wanted

    def epoch(self, number: int) -> Iterator[tuple[Any, Spot]]:
        """The batches of an epoch, each with the spot behind it."""
        torch.manual_seed(_mixed(self._seed, number))
        data: Any = self._data
        if not _holds_batches(data):
            data = data(number)
            if not _holds_batches(data):
                raise bad_data(f"for epoch {number} the function gives a `{type(data).__name__}`, no batches", SINGLE)
        spot = Spot(epoch=number)
        source = iter(data)
        while True:
            torch.manual_seed(_mixed(self._seed, number, spot.index))
            try:
                batch = next(source)
            except StopIteration:
                break
            spot = self._behind(spot, batch)
            yield batch, spot
        if spot.index == 0:
            raise bad_data(f"there are no batches in epoch {number}")

    def onwards(self, start: Spot) -> Iterator[tuple[Any, Spot]]:
        """The batches from a spot on, epoch after epoch; raises OtherData where what is before it differs."""
        number, left = start.epoch, start.index
        while True:
            for batch, spot in self.epoch(number):
                if spot.index > left:
                    yield batch, spot
                elif spot.index == left and spot.seen != start.seen:
                    raise OtherData
            if spot.index < left:
                raise OtherData
            number, left = number + 1, 0

    def digest(self) -> str:
        """A digest of the first epoch, which is read for it."""
        return [spot for _, spot in self.epoch(0)][-1].seen

    def reach(self, spot: Spot) -> bool:
        """Whether reading an epoch up to a spot gives what was read to get there."""
        for _, found in self.epoch(spot.epoch):
            if found.index >= spot.index:
                return spot.index == 0 or found == spot
        return False

    def _behind(self, spot: Spot, batch: Any) -> Spot:
        seen = ""
        if self._wanted:
            digest = sha256(spot.seen.encode())
            add_value(digest, batch)
            seen = digest.hexdigest()
        return Spot(epoch=spot.epoch, index=spot.index + 1, seen=seen)


def _holds_batches(data: Any) -> bool:
    return not isinstance(data, SINGLES) and (hasattr(data, "__iter__") or hasattr(data, "__getitem__"))


def _takes_a_number(function: Any) -> bool:
    try:
        signature(function).bind(0)
    except ValueError:  # some that are not written in Python do not tell
        return True
    except TypeError:
        return False
    return True


def _mixed(*numbers: int) -> int:
    return int.from_bytes(sha256(repr(numbers).encode()).digest()[:8], "big") >> 1

"""Large results in large pages: what the system is asked for, and that nothing depends on its answer."""

import mmap

import pytest
import torch

from tncc.layers import pages

Asked = list[tuple[int, int, int]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """What the system is asked, all of which it refuses."""
    found: Asked = []

    def refuse(first: int, size: int, advice: int) -> int:
        found.append((first, size, advice))
        return -1

    monkeypatch.setattr(pages, "_advise", refuse)
    monkeypatch.setattr(pages, "HUGE", 14)
    return found


@pytest.mark.parametrize("offset", [0, 1, 1023, 1024])
def test_large_pages_are_asked_for_all_of_a_large_tensor(asked: Asked, offset: int) -> None:
    memory = torch.zeros(pages.LEAST // 4 + offset)
    assert pages.in_large_pages(memory[offset:]).data_ptr() == memory.data_ptr() + 4 * offset
    ((first, size, advice),) = asked
    assert advice == pages.HUGE and first % mmap.PAGESIZE == size % mmap.PAGESIZE == 0
    begin, end = memory.data_ptr() + 4 * offset, memory.data_ptr() + memory.nbytes
    assert begin - mmap.PAGESIZE < first <= begin and end <= first + size < end + mmap.PAGESIZE
    assert not memory.any(), "nothing is written"


def test_small_tensors_are_left_alone(asked: Asked) -> None:
    pages.in_large_pages(torch.empty(pages.LEAST // 4 - 1))
    pages.in_large_pages(torch.empty(0))
    assert asked == []


def test_what_is_in_large_pages_holds_numbers() -> None:
    numbers = pages.in_large_pages(torch.empty(3 * pages.LEAST // 4 + 5))
    torch.arange(numbers.numel(), out=numbers)
    assert numbers[-1] == numbers.numel() - 1 and numbers.sum(dtype=torch.float64) > 0


def test_systems_without_large_pages_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "HUGE", None)
    assert pages._advising() is None
    monkeypatch.setattr(pages, "_advise", None)
    assert pages.in_large_pages(torch.ones(pages.LEAST)).all()

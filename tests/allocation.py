"""What a call allocates, by PyTorch's own trace."""

import gc
from collections.abc import Callable
from itertools import accumulate

import torch


def allocation_peak(call: Callable[[], object]) -> int:
    """The most bytes that a call has allocated at once, its result included."""
    call()
    gc.collect()
    activities = [torch.profiler.ProfilerActivity.CPU]
    with torch.profiler.profile(activities=activities, profile_memory=True, acc_events=True) as profile:
        result = call()
    del result
    results = profile.profiler.kineto_results
    events = [(event.start_ns(), event.nbytes()) for event in results.events() if event.name() == "[memory]"]
    return max(accumulate(size for _, size in sorted(events, key=lambda event: event[0])), default=0)

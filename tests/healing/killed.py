"""Heals in processes that are killed at random moments, and compares with an undisturbed one.

It forks, and so it is a program of its own, which `test_checkpoints` runs.

Prints how many were killed, and how many of those that were started again had something to go on from.
"""

import copy
import os
import random
import signal
import sys
import time
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import nn

import tncc

RULES = 'use std.low_rank: LowRank\ntensorize R { "*": LowRank(rank = 3, sites = 1) }'


def heal(teacher: nn.Module, student: nn.Module, out: Path, checkpoint: Path | None) -> None:
    """What each process does."""
    data = list(torch.randn(6, 16, 12, generator=torch.Generator().manual_seed(2)))
    found = tncc.distill(student, teacher, data, steps=25, joint_steps=15, checkpoint=checkpoint, every=0)
    save_file({**student.state_dict(), "after": torch.tensor([row.after for row in found.layers])}, out)


def ends(child: int, seconds: float) -> bool:
    """Whether a process comes to its end in some time; if not, it is killed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            assert status == 0, status
            return True
        time.sleep(0.002)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def main(folder: Path) -> None:
    """Fork one process after the other, until one gets to the end."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    teacher = nn.Sequential(nn.Linear(12, 12), nn.Tanh(), nn.Linear(12, 12))
    (folder / "rules.tn").write_text(RULES)
    student = copy.deepcopy(teacher)
    tncc.tensorize(student, folder / "rules.tn", batch=(16,))
    heal(teacher, copy.deepcopy(student), folder / "whole.safetensors", None)
    began = time.monotonic()
    heal(teacher, copy.deepcopy(student), folder / "kept.safetensors", folder / "undisturbed")
    took = time.monotonic() - began
    choose, kills, resumed, done = random.Random(0), 0, 0, False
    while not done:
        resumed += (folder / "run" / "healing.json").exists()
        child = os.fork()
        if child == 0:
            heal(teacher, student, folder / "killed.safetensors", folder / "run")
            os._exit(0)
        done = ends(child, choose.uniform(0, 0.2 * took) if kills < 10 else 100.0)
        kills += not done
    one, other = load_file(folder / "whole.safetensors"), load_file(folder / "killed.safetensors")
    assert one.keys() == other.keys()
    for name, value in one.items():
        torch.testing.assert_close(other[name], value, rtol=0.0, atol=1e-6)
    print(kills, resumed - 1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

"""A progress bar for work of more than a second, on a terminal only and gone when the work is done."""

import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from tncc.watching import Watch, unwatched

DELAY = 1.0
"""Seconds of work before anything is shown."""


@contextmanager
def progress_bar() -> Iterator[Watch]:
    """A function to be told what is done now, how many parts are done, and how many there are."""
    console = Console(file=sys.stderr)
    if not console.is_terminal or console.is_dumb_terminal:
        yield unwatched
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with_bar = Progress(*columns, console=console, transient=True)
    task: TaskID = with_bar.add_task("reading", total=None)
    timer = threading.Timer(DELAY, with_bar.start)
    timer.daemon = True
    timer.start()

    def watch(what: str, done: int, total: int) -> None:
        with_bar.update(task, description=what, completed=done, total=total)

    try:
        yield watch
    finally:
        timer.cancel()
        with_bar.stop()


def watched(progress: bool | Watch) -> AbstractContextManager[Watch]:
    """What is to be told of work: a bar where `progress` is true, nobody where it is false, else `progress` itself."""
    if progress is True:
        return progress_bar()
    return nullcontext(unwatched if progress is False else progress)

"""Golden files: texts that tests compare with what the compiler makes, rewritten with `pytest --update-golden`."""

import difflib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

# Tests ask for kernels where they are about kernels: building one takes a second.
os.environ.setdefault("TNCC_KERNELS", "torch")
# Triton decides when it is imported whether kernels are interpreted, which takes no GPU.
os.environ.setdefault("TRITON_INTERPRET", "1")

Golden = Callable[[Path, str], None]

_USED = pytest.StashKey[set[str]]()
_UNUSED = pytest.StashKey[list[str]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files instead of comparing with them")


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_USED] = set()
    config.stash[_UNUSED] = []


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden(path, text)` fails unless the file at `path` holds just `text`; with `--update-golden` it is written.

    A golden file stands beside the case it belongs to, with an ending of its own (`cases/chain.tn`, `cases/chain.fmt`),
    and one test, parametrized over the cases, compares each of them. Once a test has used one file of a
    folder with some ending, all files there with that ending count as golden: a run of the whole test suite fails
    if one of them was compared with nothing, which is how files of deleted cases are found.
    """
    used, update = request.config.stash[_USED], request.config.getoption("--update-golden")

    def compare(path: Path, text: str) -> None:
        used.add(str(path.resolve()))
        if update:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            return
        if not path.exists():
            pytest.fail(f"there is no {path}; write it with --update-golden", pytrace=False)
        stored = path.read_bytes().decode()
        if stored != text:
            lines = difflib.unified_diff(stored.splitlines(), text.splitlines(), str(path), "as it is now", lineterm="")
            pytest.fail("\n".join([*lines, "(rewrite it with --update-golden)"]), pytrace=False)

    return compare


def unused(used: set[str]) -> list[str]:
    """The files that share folder and ending with a golden file that was used, but were not used themselves."""
    kinds = {(Path(path).parent, Path(path).suffix) for path in used}
    beside = {str(path) for folder, suffix in kinds for path in folder.iterdir() if path.suffix == suffix}
    return sorted(beside - used)


def _whole(config: pytest.Config) -> bool:
    """Whether nothing narrows this run: no paths, no `-k` and the like."""
    narrowing = ("keyword", "markexpr", "lf", "deselect", "ignore", "ignore_glob", "stepwise", "collectonly", "maxfail")
    by_default = config.args_source is not pytest.Config.ArgsSource.ARGS
    return by_default and not any(config.getoption(name, None) for name in narrowing)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Gather what a worker of pytest-xdist used."""
    node.config.stash[_USED].update(getattr(node, "workeroutput", {}).get("golden", ()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["golden"] = sorted(config.stash[_USED])
    elif _whole(config) and session.exitstatus == pytest.ExitCode.OK:
        config.stash[_UNUSED] = unused(config.stash[_USED])
        if config.stash[_UNUSED]:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    for path in config.stash[_UNUSED]:
        terminalreporter.write_line(f"golden file that no test uses: {path}", red=True)


@pytest.fixture(autouse=True, scope="session")
def _no_profile_of_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Plans are made for the built-in machine, whatever has been measured on this one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield

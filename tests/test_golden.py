"""What the compiler makes of each example, kept as files to be read: the network, its schedule, the code, the report.

Each file shows the program above the result. `make golden` writes them anew.
"""

from pathlib import Path

import pytest

import tncc
from tests.backends.c.building import APART, COMPILER, STRICT
from tests.backends.c.building import compiled as compiled_c
from tncc.ir.dump import dump_network, dump_schedule

EXAMPLES = Path(__file__).parents[1] / "examples" / "networks"
GOLDEN = Path(__file__).parent / "golden"
KERNELS = ("attention.tn", "btt.tn", "mlp_block.tn", "mpo.tn")
NAMES = sorted(path.name for path in EXAMPLES.glob("*.tn"))


@pytest.fixture
def compiled(request, monkeypatch):
    monkeypatch.chdir(EXAMPLES)
    return tncc.compile(request.param, batch=(1, 32))


def above(name: str, result: str, mark: str = "#") -> str:
    source = (EXAMPLES / name).read_text()
    return "".join(f"{mark} {line}".rstrip() + "\n" for line in source.splitlines()) + f"\n{result.rstrip()}\n"


@pytest.mark.parametrize(("compiled", "name"), [(name, name) for name in NAMES], indirect=["compiled"])
def test_examples(compiled, name, golden):
    stem = name.removesuffix(".tn")
    golden(GOLDEN / f"{stem}.network", above(name, dump_network(compiled.network)))
    golden(GOLDEN / f"{stem}.schedule", above(name, dump_schedule(compiled.planner.schedule(32))))
    golden(GOLDEN / f"{stem}.torch", above(name, compiled.source("torch")))
    golden(GOLDEN / f"{stem}.numpy", above(name, compiled.source("numpy")))
    golden(GOLDEN / f"{stem}.report", above(name, compiled.report().text()))


@pytest.mark.parametrize(("compiled", "name"), [(name, name) for name in KERNELS], indirect=["compiled"])
def test_kernels(compiled, name, golden, tmp_path):
    stem, files = name.removesuffix(".tn"), compiled.c_files()
    golden(GOLDEN / f"{stem}.c", above(name, files.code, "//"))
    golden(GOLDEN / f"{stem}.h", above(name, files.header, "//"))
    if COMPILER is not None:
        text = "".join(f'#include "{GOLDEN / stem}.{ending}"\n' for ending in "hc")
        (tmp_path / "kernel.c").write_text(text)
        compiled_c(tmp_path, *STRICT, "-O1", APART, "-c", "kernel.c", "-o", "kernel.o")

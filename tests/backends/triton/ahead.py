"""Compiles the kernels of a generated file to machine code with no GPU present, and prints what each takes, as JSON.

A program of its own, since Triton decides when it is imported whether kernels are interpreted.
"""

import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from triton.runtime.autotuner import Autotuner

PTXAS = Path(triton.__file__).parent / "backends" / "nvidia" / "bin" / "ptxas"
NUMBERS = ("rows", "span", "bucket")


def figures(kernel: Autotuner, config: Any, capability: int, element: str) -> dict[str, object]:
    """Registers, bytes spilled and bytes of shared memory of one configuration."""
    function = kernel.fn
    types = {
        parameter.name: "constexpr" if parameter.is_constexpr else "i32" if parameter.name in NUMBERS else element
        for parameter in function.params
    }
    made = triton.compile(
        ASTSource(function, types, constexprs=dict(config.kwargs)),
        target=GPUTarget("cuda", capability, 32),
        options={"num_warps": config.num_warps, "num_stages": config.num_stages},
    )
    registers, spilled = assembled(made.asm["ptx"])
    found = {"registers": registers, "spilled": spilled, "shared": made.metadata.shared}
    return found | {"tensor_cores": "mma.sync" in made.asm["ptx"]}


def assembled(ptx: str) -> tuple[int, int]:
    """Registers of a thread and bytes that it spills, as the bundled assembler says."""
    target = re.search(r"^\.target (\w+)", ptx, re.MULTILINE)
    assert target is not None
    with tempfile.NamedTemporaryFile("w", suffix=".ptx") as file:
        file.write(ptx)
        file.flush()
        command = [PTXAS, "-v", "--regAllocOptLevel=2", f"--gpu-name={target[1]}", file.name, "-o", "/dev/null"]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    registers, spilled = re.search(r"Used (\d+) registers", said), re.search(r"(\d+) bytes spill stores", said)
    assert registers is not None and spilled is not None
    return int(registers[1]), int(spilled[1])


def main(path: str, element: str, *capabilities: str) -> None:
    """Prints the figures of the planned configuration of every kernel in a file."""
    spec = importlib.util.spec_from_file_location("generated", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    kernels = {name: value for name, value in vars(module).items() if isinstance(value, Autotuner)}
    found = [
        {"kernel": name, "capability": int(capability)} | figures(kernel, kernel.configs[0], int(capability), element)
        for name, kernel in kernels.items()
        for capability in capabilities
    ]
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])

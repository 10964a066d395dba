"""One symbol for each run-time size of a program, however many indices are bound to it."""

from collections.abc import Mapping

from tncc.ir.extent import factors, product, symbol
from tncc.ir.network import Network
from tncc.ir.program import AnyInstruction, Dim, Loop, Program


def with_one_name(program: Program, network: Network) -> Program:
    """The program with one symbol for every run-time size, where several indices are bound to it."""
    first: dict[tuple[object, ...], str] = {}
    names: dict[str, str] = {}
    for binding in network.bindings:
        key = (binding.input, binding.axis, binding.times, binding.over)
        names[symbol(binding.index)] = first.setdefault(key, symbol(binding.index))
    if all(old == new for old, new in names.items()):
        return program
    return program.model_copy(
        update={
            "instructions": tuple(_renamed(one, names) for one in program.instructions),
            "results": tuple(
                one.model_copy(update={"shape": _renamed_shape(one.shape, names)}) for one in program.results
            ),
        }
    )


def _renamed(instruction: AnyInstruction, names: Mapping[str, str]) -> AnyInstruction:
    update: dict[str, object] = {"shape": _renamed_shape(instruction.shape, names)}
    if isinstance(instruction, Loop):
        update["body"] = tuple(_renamed(one, names) for one in instruction.body)
    return instruction.model_copy(update=update)


def _renamed_shape(shape: tuple[Dim, ...], names: Mapping[str, str]) -> tuple[Dim, ...]:
    found = []
    for extent in shape:
        number, symbols = factors(extent)
        found.append(product(number, *(names.get(name, name) for name in symbols)))
    return tuple(found)

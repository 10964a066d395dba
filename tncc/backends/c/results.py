"""Where a kernel's results go: straight to the caller's memory where that can be, behind a copy where it can't."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from tncc.backends.c.access import View, reshaped, row_major
from tncc.backends.c.steps import Buffer
from tncc.backends.instructions import VIEWS
from tncc.ir.extent import product
from tncc.ir.phases import phases
from tncc.ir.program import AnyInstruction, Constant, Copy, Permute, Program, Read, Reshape, sources


def with_results(program: Program, certain: Collection[str] = ()) -> Program:
    """The program with every result an array of its own, so that it can be written where the caller wants it.

    `certain` names results that callers never do without, so that other steps can read them.
    """
    table = {one.name: one for one in program.instructions}
    early = {one.name for one in phases(program).once}
    bases = Counter(base_of(result.array, table) for result in program.results)
    uses = Counter(name for one in program.instructions for name in sources(one))
    instructions, results = list(program.instructions), []
    for number, result in enumerate(program.results):
        made, base = table[result.array], base_of(result.array, table)
        # What callers may do without, a stored tensor's gradient, is not there for other steps to read.
        sure = result.name in certain
        shared = bases[base] > 1 or (not result.batched and not sure and is_read(result.array, table, uses))
        if (
            (base in early and not sure)
            or isinstance(table[base], Read | Constant)
            or shared
            or not whole_view(made, table)
        ):
            name = f"result {number}"
            common = {"name": name, "shape": made.shape, "legs": made.legs, "complex": made.complex, "span": made.span}
            instructions.append(Copy.model_validate(common | {"source": made.name}))
            result = result.model_copy(update={"array": name})
        results.append(result)
    return program.model_copy(update={"instructions": tuple(instructions), "results": tuple(results)})


def base_of(name: str, table: Mapping[str, AnyInstruction]) -> str:
    """The array that a view shows."""
    while isinstance(table[name], VIEWS):
        name = sources(table[name])[0]
    return name


def is_read(name: str, table: Mapping[str, AnyInstruction], uses: Mapping[str, int]) -> bool:
    """Whether other instructions than views for its own sake read a result."""
    if uses[name]:
        return True
    while isinstance(table[name], VIEWS):
        name = sources(table[name])[0]
        if uses[name] > 1:
            return True
    return False


def whole_view(made: AnyInstruction, table: Mapping[str, AnyInstruction]) -> bool:
    """Whether an array is computed, or shows all of one that is, each element once."""
    while isinstance(made, Reshape | Permute):
        made = table[made.source]
    return not isinstance(made, VIEWS)


def targeted(program: Program, table: Mapping[str, AnyInstruction], totals: Collection[str]) -> dict[str, View]:
    """Where arrays lie that become results: in the caller's memory, or in what is added up for it."""
    found = {}
    for number, result in enumerate(program.results):
        shape = table[result.array].shape
        kind = "total" if base_of(result.array, table) in totals else "result"
        view, name = row_major(f"{kind} {number}", [[extent] for extent in shape]), result.array
        while isinstance(made := table[name], Reshape | Permute):
            back = undone(made, view, table)
            if back is None:
                break
            view, name = back, made.source
        found[name] = view
    return found


def undone(made: Reshape | Permute, view: View, table: Mapping[str, AnyInstruction]) -> View | None:
    """Where the source of a rearranged array lies."""
    if isinstance(made, Reshape):
        return reshaped(view, table[made.source].shape)
    axes = list(view.axes)
    for place, axis in enumerate(made.order):
        axes[axis] = view.axes[place]
    return replace(view, axes=tuple(axes))


def total_buffers(program: Program, sums: Mapping[str, str]) -> list[Buffer]:
    """The arrays that tiles add up for results."""
    return [
        Buffer(f"total {number}", "total", product(*result.shape))
        for number, result in enumerate(program.results)
        if f"total {number}" in sums
    ]

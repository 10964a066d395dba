"""Checks that a network is what every stage takes it to be; run before the first pass and after each."""

import math
from collections.abc import Iterable, Mapping
from typing import NoReturn

from tncc.diagnostics.diagnostic import InternalError
from tncc.ir.cost import REDUCTIONS
from tncc.ir.network import (
    BATCH,
    Assembly,
    Axis,
    Binding,
    Contraction,
    Function,
    Group,
    Index,
    Network,
    Operation,
    Sum,
    Tensor,
    View,
    legs,
    views,
)
from tncc.ir.slopes import SLOPES

ELEMENTWISE = frozenset(
    ["relu", "gelu", "silu", "tanh", "sigmoid", "exp", "log", "sqrt", "abs", "sin", "cos", "reciprocal", *SLOPES]
)
"""The functions that work on each element by itself."""

JOINT = REDUCTIONS | {"softmax", "layernorm"}
"""The functions that work over indices."""


def verify(network: Network) -> None:
    """Raises InternalError for the first invariant that a network breaks; linear in its size."""
    Verifier(network).run()


class Verifier:
    """What is known of a network while it is read from front to back."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.table: dict[str, Index] = {}
        self.whole: dict[str, tuple[str, ...]] = {}
        self.values: dict[str, tuple[Axis, ...]] = {}
        self.roles: dict[str, str] = {}

    def run(self) -> None:
        """Every check, declarations first."""
        for index in self.network.indices:
            self.check_index(index)
        self.check_merged()
        paths: set[tuple[str, ...]] = set()
        for tensor in self.network.tensors:
            if tensor.path in paths:
                fail(f"two tensors have the path `{'.'.join(tensor.path)}`")
            paths.add(tensor.path)
            self.check_tensor(tensor)
        bound = {binding.index for binding in self.network.bindings}
        for binding in self.network.bindings:
            self.check_binding(binding)
        for index in self.network.indices:
            if index.dynamic and index.name not in bound:
                fail(f"nothing says the run-time size of the dynamic index `{index.name}`")
        for operation in self.network.operations:
            self.check_operation(operation)
        self.check_outputs()

    def check_index(self, index: Index) -> None:
        """One entry of the index table."""
        if index.name in self.table:
            fail(f"two indices are called `{index.name}`")
        if index.size < 1:
            fail(f"the index `{index.name}` has size {index.size}")
        if (index.name == BATCH) != (index.kind == "batch"):
            fail(f"the index `{index.name}` is of kind {index.kind}")
        if index.name == BATCH and (index.size != 1 or index.dynamic or index.parts):
            fail(f"the index `{BATCH}` must have size 1, and be neither dynamic nor merged")
        self.table[index.name] = index

    def check_merged(self) -> None:
        """Indices that stand for several: their parts exist, belong to one each, and multiply to their size."""
        for index in self.network.indices:
            for part in index.parts:
                if part not in self.table:
                    fail(f"the index `{index.name}` merges `{part}`, which does not exist")
                if self.table[part].parts or self.table[part].dynamic or part == BATCH:
                    fail(f"the index `{index.name}` merges `{part}`, which is merged, dynamic or the batch itself")
                if part in self.whole:
                    fail(f"the index `{part}` is merged twice")
                self.whole[part] = index.parts
            if index.parts and index.size != math.prod(self.table[part].size for part in index.parts):
                fail(f"the index `{index.name}` has size {index.size}, which is not the product of its parts")

    def check_tensor(self, tensor: Tensor) -> None:
        """A tensor's axes, and what its role allows on them."""
        what = f"the tensor `{tensor.name}`"
        self.check_new(tensor.name)
        for place, axis in enumerate(tensor.axes):
            self.check_known(axis.indices, what)
            if BATCH in axis.indices and (axis.indices != (BATCH,) or place != 0):
                fail(f"{what} has `{BATCH}` elsewhere than alone in its first axis")
            run_time = axis.dynamic or any(self.table[name].dynamic or name == BATCH for name in axis.indices)
            if run_time and tensor.role != "input":
                fail(f"{what} is no input, but axis {place} has a size known at run time only")
            dynamic = sum(self.table[name].dynamic for name in axis.indices)
            if dynamic > 1 or (axis.indices and dynamic != axis.dynamic):
                fail(f"axis {place} of {what} disagrees with its indices about being dynamic")
            if axis.size < 1 or (axis.indices and axis.size != self.planned(axis.indices)):
                fail(f"axis {place} of {what} has size {axis.size}, its indices {self.planned(axis.indices)}")
        self.values[tensor.name] = tensor.axes
        self.roles[tensor.name] = tensor.role

    def check_binding(self, binding: Binding) -> None:
        """Where a dynamic index has its size from."""
        what = f"the binding of `{binding.index}`"
        if binding.index not in self.table or not self.table[binding.index].dynamic:
            fail(f"{what} is for an index that does not exist or is not dynamic")
        if self.roles.get(binding.input) != "input":
            fail(f"{what} is to `{binding.input}`, which is no input")
        axes = self.values[binding.input]
        if not -len(axes) <= binding.axis < 0:
            fail(f"{what} is to axis {binding.axis} of `{binding.input}`, which has {len(axes)} axes")
        if not axes[binding.axis].dynamic:
            fail(f"{what} is to axis {binding.axis} of `{binding.input}`, which is not dynamic")
        if binding.times < 1 or binding.over < 1:
            fail(f"{what} multiplies by {binding.times} and divides by {binding.over}")

    def check_operation(self, operation: Operation) -> None:
        """An operation: its views of earlier values, its axes, and that the one gives the other."""
        what = f"the operation `{operation.name}`"
        self.check_new(operation.name)
        for view in views(operation):
            self.check_view(view, what)
        result = legs(operation.axes)
        self.check_known(result, what)
        self.check_result(operation.axes, result, what)
        carried = {name for view in views(operation) for name in view.indices}
        for name in result:
            if name not in carried and not isinstance(operation, Assembly):
                fail(f"the result of {what} has the index `{name}`, which no operand carries")
        self.check_together(result, f"the result of {what}")
        match operation:
            case Contraction():
                pass
            case Sum():
                if not operation.terms:
                    fail(f"{what} is a sum without terms")
                lost = carried.difference(result)
                if lost:
                    fail(f"{what} is a sum that loses the index `{min(lost)}`")
            case Function():
                self.check_function(operation, carried, what)
            case Assembly():
                self.check_assembly(operation, what)
        self.values[operation.name] = tuple(
            Axis.model_construct(
                indices=group,
                size=self.planned(group),
                dynamic=any(self.table[name].dynamic for name in group),
            )
            for group in operation.axes
        )

    def check_result(self, axes: tuple[Group, ...], result: tuple[str, ...], what: str) -> None:
        """The axes of a result: each index once, the batch alone and first, at most one dynamic index in a group."""
        if len(set(result)) != len(result):
            fail(f"the result of {what} has an index twice")
        if BATCH in result and axes[0] != (BATCH,):
            fail(f"the result of {what} has `{BATCH}` elsewhere than alone in its first axis")
        if any(sum(self.table[name].dynamic for name in group) > 1 for group in axes):
            fail(f"the result of {what} has an axis with more than one dynamic index")

    def check_function(self, operation: Function, carried: set[str], what: str) -> None:
        """A function's name, the indices that it works over, and those that it keeps."""
        over = set(operation.over)
        if operation.function not in ELEMENTWISE | JOINT:
            fail(f"{what} applies the unknown function `{operation.function}`")
        if (operation.function in JOINT) != bool(over) or len(over) != len(operation.over):
            fail(f"{what} applies `{operation.function}` over {len(operation.over)} indices")
        for name in operation.over:
            if name not in carried:
                fail(f"{what} works over `{name}`, which its operand does not carry")
        kept = carried - over if operation.function in REDUCTIONS else carried
        if kept != set(legs(operation.axes)):
            wrong = min(kept.symmetric_difference(legs(operation.axes)))
            fail(f"{what} applies a function, and yet its operand and its result differ in `{wrong}`")

    def check_assembly(self, operation: Assembly, what: str) -> None:
        """An assembly: each part lies within the result, and carries no index but those of its place."""
        if not operation.parts:
            fail(f"{what} is an assembly without parts")
        for part in operation.parts:
            if len(part.place) != len(operation.axes):
                fail(f"{what} gives the place of `{part.operand.value}` {len(part.place)} axes")
            for place, (lies, group) in enumerate(zip(part.place, operation.axes, strict=True)):
                run_time = any(self.table[name].dynamic for name in group)
                if isinstance(lies, int):
                    if BATCH in group or lies < 0 or not (run_time or lies < self.planned(group)):
                        fail(f"{what} places `{part.operand.value}` at {lies} of axis {place}, which does not exist")
                elif not self.fits(lies, group):
                    fail(f"{what} places `{part.operand.value}` along other indices than those of axis {place}")
            names = {name for lies in part.place if not isinstance(lies, int) for name in lies}
            lost = set(part.operand.indices) - names
            if lost:
                fail(f"{what} has no place for the index `{min(lost)}` of `{part.operand.value}`")

    def fits(self, group: Group, other: Group) -> bool:
        """Whether the indices of two axes are alike, one for one."""
        self.check_known(group, "a place")
        one, two = (
            [(self.table[n].size, self.table[n].dynamic, n == BATCH) for n in names] for names in (group, other)
        )
        return one == two

    def check_view(self, view: View, what: str) -> None:
        """A view: of a value made before, with a group that fits or a position that exists for each axis."""
        if view.value not in self.values:
            fail(f"{what} reads `{view.value}`, which does not exist or is made later")
        axes = self.values[view.value]
        if len(view.axes) != len(axes):
            fail(f"{what} gives `{view.value}` {len(view.axes)} axes instead of {len(axes)}")
        names: list[str] = []
        for place, (seen, axis) in enumerate(zip(view.axes, axes, strict=True)):
            where = f"axis {place} of `{view.value}` in {what}"
            if isinstance(seen, int):
                if axis.indices == (BATCH,) or not 0 <= seen < (seen + 1 if axis.dynamic else axis.size):
                    fail(f"{where} is picked at {seen}, and has size {axis.size}")
                continue
            self.check_known(seen, what)
            self.check_group(seen, axis, where)
            names += seen
        self.check_together(names, f"the view of `{view.value}` in {what}")

    def check_group(self, group: Group, axis: Axis, where: str) -> None:
        """One axis of a view."""
        if (BATCH in group or axis.indices == (BATCH,)) and group != axis.indices:
            fail(f"{where} is taken for something else than the leading axes, or is taken for them")
        dynamic = sum(self.table[name].dynamic for name in group)
        if dynamic != axis.dynamic:
            fail(f"{where} has {dynamic} dynamic indices, and must have {int(axis.dynamic)}")
        if not axis.dynamic and axis.size != self.planned(group):
            fail(f"{where} has size {axis.size}, and its indices {self.planned(group)}")

    def check_together(self, names: Iterable[str], where: str) -> None:
        """Parts of a merged index: all of them or none, each once."""
        counts: Mapping[str, int] | None = None
        for name in names if self.whole else ():
            if name not in self.whole:
                continue
            if counts is None:
                counts = counted(names)
            if any(counts.get(part, 0) != 1 for part in self.whole[name]):
                fail(f"{where} does not hold the merged indices {', '.join(self.whole[name])} together, once each")

    def check_outputs(self) -> None:
        """The outputs are operations, each named once."""
        if not self.network.outputs:
            fail("there is no output")
        if len(set(self.network.outputs)) != len(self.network.outputs):
            fail("an output is named twice")
        for name in self.network.outputs:
            if name not in self.values or name in self.roles:
                fail(f"the output `{name}` is no operation")

    def check_new(self, name: str) -> None:
        """A name that no value has yet."""
        if name in self.values:
            fail(f"two values are called `{name}`")

    def check_known(self, names: Iterable[str], what: str) -> None:
        """Indices that are in the table, and are not merged ones."""
        for name in names:
            if name not in self.table:
                fail(f"{what} has the unknown index `{name}`")
            if self.table[name].parts:
                fail(f"{what} has the merged index `{name}` where its parts belong")

    def planned(self, group: Iterable[str]) -> int:
        """The planned size of a group."""
        size = 1
        for name in group:
            size *= self.table[name].size
        return size


def counted(names: Iterable[str]) -> dict[str, int]:
    """How often each name occurs."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def fail(message: str) -> NoReturn:
    """A broken invariant: a fault of the compiler, not of the user's program."""
    raise InternalError(f"invalid network: {message}")

"""An index of size 1 says nothing: it leaves every view and result, whose axes keep their places with no index.

y[a, c] = x[a, u] * A[u, c]     →     y[a, c] = x[a, ()] * A[(), c]     where u has size 1
"""

from tncc.ir.network import Assembly, Contraction, Function, Group, Network, Operation, Placed, Sum, View


def drop_unit_indices(network: Network) -> Network:
    """Drops indices of size 1, except those that a function works over."""
    over = {name for operation in network.operations if isinstance(operation, Function) for name in operation.over}
    unit = {
        index.name
        for index in network.indices
        if index.size == 1 and not index.dynamic and index.kind != "batch" and index.name not in over
    }
    if not unit:
        return network
    operations = tuple(without(operation, unit) for operation in network.operations)
    return network.model_copy(update={"operations": operations})


def without(operation: Operation, unit: set[str]) -> Operation:
    """An operation without some indices."""
    axes = tuple(left(group, unit) for group in operation.axes)
    match operation:
        case Contraction(operands=operands):
            return operation.model_copy(update={"axes": axes, "operands": tuple(seen(view, unit) for view in operands)})
        case Sum(terms=terms):
            narrowed = tuple(term.model_copy(update={"operand": seen(term.operand, unit)}) for term in terms)
            return operation.model_copy(update={"axes": axes, "terms": narrowed})
        case Function(operand=operand):
            return operation.model_copy(update={"axes": axes, "operand": seen(operand, unit)})
        case Assembly(parts=parts):
            narrower = tuple(
                Placed(
                    operand=seen(part.operand, unit),
                    place=tuple(lies if isinstance(lies, int) else left(lies, unit) for lies in part.place),
                )
                for part in parts
            )
            return operation.model_copy(update={"axes": axes, "parts": narrower})


def seen(view: View, unit: set[str]) -> View:
    """A view without some indices."""
    if not unit.intersection(view.indices):
        return view
    axes = tuple(axis if isinstance(axis, int) else left(axis, unit) for axis in view.axes)
    return view.model_copy(update={"axes": axes})


def left(group: Group, unit: set[str]) -> Group:
    """A group without some indices."""
    return tuple(name for name in group if name not in unit)

"""A step written out with the indices of its operands: `... i[0] i[1], i[0] o[0] r[1] -> ... i[1] o[0] r[1]`."""

from tncc.ir.network import Assembly, Contraction, Function, Operation, Sum, View, legs

NO_INDICES = "()"


def expression(operation: Operation) -> str:
    """Operands and result of one operation; a picked position stands as its number, a scalar as `()`.

    A product joins its operands with commas, a sum with signs, and a function is written around its operand.
    """
    result = " ".join(legs(operation.axes)) or NO_INDICES
    match operation:
        case Contraction():
            return f"{_product(operation)} -> {result}"
        case Sum():
            return f"{_sum(operation)} -> {result}"
        case Function():
            over = f"[{', '.join(operation.over)}]" if operation.over else ""
            return f"{operation.function}{over}({_labels(operation.operand)}) -> {result}"
        case Assembly():
            return f"{' + '.join(_labels(part.operand) for part in operation.parts)} -> {result}"


def _labels(view: View) -> str:
    names = [(str(axis),) if isinstance(axis, int) else axis for axis in view.axes]
    return " ".join(name for group in names for name in group) or NO_INDICES


def _product(operation: Contraction) -> str:
    operands = ", ".join(map(_labels, operation.operands))
    if operation.scale == 1.0 and operands:
        return operands
    return f"{operation.scale:g} * {operands}" if operands else f"{operation.scale:g}"


def _sum(operation: Sum) -> str:
    words = []
    for number, term in enumerate(operation.terms):
        sign = "-" if term.coefficient < 0 else "+"
        factor = "" if abs(term.coefficient) == 1.0 else f"{abs(term.coefficient):g} * "
        lead = [sign] if number or sign == "-" else []
        words += [*lead, factor + _labels(term.operand)]
    return " ".join(words)

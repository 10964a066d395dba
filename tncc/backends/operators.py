"""Operators between arrays, which all array libraries write alike."""

from tncc.backends.literals import number
from tncc.backends.statements import Operand, Text
from tncc.ir.program import Add, Constant, Multiply, Scale


def elementwise(instruction: Multiply | Add, left: Operand, right: Operand) -> Text:
    """A product, sum or difference; a number stands in it as it is, unless both operands are numbers."""
    second = literal(right)
    first = "" if second else literal(left)
    if isinstance(instruction, Multiply):
        return Text(f"{first or left.text.tight} * {second or right.text.tight}", loose=True)
    sign = "-" if instruction.negative else "+"
    return Text(f"{first or left.text.tight} {sign} {second or right.text.tight}", loose=True)


def scaled(instruction: Scale, operand: Operand) -> Text:
    """A multiple."""
    if instruction.factor == -1.0:
        return Text(f"-{operand.text.tight}", loose=True)
    return Text(f"{number(instruction.factor)} * {operand.text.tight}", loose=True)


def literal(operand: Operand) -> str:
    """A constant as a literal, or nothing where the operand is none."""
    return number(operand.made_by.value) if isinstance(operand.made_by, Constant) else ""

"""What a user allows a model's networks to cost, read from texts such as `50%`, `3M` and `0.01`."""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from tncc.diagnostics.diagnostic import CompileError
from tncc.diagnostics.rank_kinds import BadBudget
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.span import Span

Kind: TypeAlias = Literal["parameters", "flops", "error"]

Amount: TypeAlias = str | int | float

UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}

_AMOUNT = re.compile(r"(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\s*([^\d\s.]*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Budget:
    """A bound of one kind: a number, or with `share` a part of what the dense layers have."""

    kind: Kind
    amount: float
    share: bool
    text: str

    def limit(self, dense: float) -> float:
        """The bound as a number, where the dense layers have `dense` of its kind."""
        return self.amount * dense if self.share else self.amount

    @property
    def called(self) -> str:
        """The budget as diagnostics and tables name it."""
        return f"`{self.kind} {self.text}`"


def read_budget(parameters: Amount | None, flops: Amount | None, error: Amount | None) -> Budget:
    """The one budget that is given; raises CompileError (TN471) for none, several, and what makes no sense."""
    given: list[tuple[Kind, Amount]] = []
    pairs: tuple[tuple[Kind, Amount | None], ...] = (("parameters", parameters), ("flops", flops), ("error", error))
    given += [(kind, amount) for kind, amount in pairs if amount is not None]
    if len(given) != 1:
        named = " and ".join(f"`{kind}`" for kind, _ in given)
        text = f"{named} are given, and there can be one budget only" if given else "no budget is given"
        raise _refused("budget", text, "give one of `parameters`, `flops` and `error`")
    kind, amount = given[0]
    return _error(amount) if kind == "error" else _amount(kind, amount)


def _amount(kind: Kind, given: Amount) -> Budget:
    number, unit = _parts(kind, given)
    if unit == "%":
        if not 0 < number <= 100:
            raise _refused(kind, f"`{given}` is no share of the {kind}", "give more than 0 and at most 100 percent")
        return Budget(kind, number / 100, True, str(given).strip())
    if unit.lower() not in UNITS:
        raise _refused(kind, f"`{unit}` is no unit of {kind}", "write a share as `50%`, or a number as `300k` or `3M`")
    whole = number * UNITS[unit.lower()]
    if whole < 1:
        raise _refused(kind, f"`{given}` is no number of {kind}", f"write a share with a percent sign: `{number:.4%}`")
    return Budget(kind, whole, False, str(given).strip())


def _error(given: Amount) -> Budget:
    number, unit = _parts("error", given)
    if unit not in ("", "%"):
        raise _refused("error", f"`{unit}` is no unit of a relative error", "write `0.01` or `1%`")
    value = number / 100 if unit else number
    if not value < 1:
        raise _refused("error", f"`{given}` is no relative error", "give a number from 0 on and below 1, 0.01 say")
    return Budget("error", value, False, str(given).strip())


def _parts(kind: Kind, given: Amount) -> tuple[float, str]:
    """A number and its unit."""
    found = None if isinstance(given, bool) else _AMOUNT.fullmatch(str(given).strip().replace("_", ""))
    if found is None:
        hint = "write `0.01` or `1%`" if kind == "error" else "write a share as `50%`, or a number as `300k` or `3M`"
        raise _refused(kind, f"`{given}` is no amount of {kind}", hint)
    return float(found[1]), found[2]


def _refused(place: str, text: str, hint: str) -> CompileError:
    return compile_error([BadBudget(Span(place, 0, 0, 0, 0), text, hint)])

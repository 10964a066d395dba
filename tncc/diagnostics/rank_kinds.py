"""TN47x: budgets for a model's ranks, and plans of them."""

from dataclasses import dataclass
from typing import ClassVar

from tncc.diagnostics.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class BudgetNotMet(Diagnostic):
    code: ClassVar[str] = "TN470"
    template: ClassVar[str] = "the budget {budget} can't be met: these rules reach from {least} to {most}"
    advice: ClassVar[str] = "{hint}"
    budget: str
    least: str
    most: str
    hint: str


@dataclass(frozen=True, slots=True)
class BadBudget(Diagnostic):
    code: ClassVar[str] = "TN471"
    template: ClassVar[str] = "{text}"
    advice: ClassVar[str] = "{hint}"
    text: str
    hint: str


@dataclass(frozen=True, slots=True)
class BadRankPlan(Diagnostic):
    code: ClassVar[str] = "TN472"
    template: ClassVar[str] = "the plan of ranks in `{path}` cannot be used: {reason}"
    advice: ClassVar[str] = "{hint}"
    path: str
    reason: str
    hint: str = "make it anew with `tncc plan-ranks` for these rules and this model"

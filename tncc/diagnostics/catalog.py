"""Every kind of diagnostic by its code, and the page that explains it."""

from importlib import resources

from tncc.diagnostics import (
    axis_kinds,
    bond_kinds,
    healing_kinds,
    kernel_kinds,
    name_kinds,
    planning_kinds,
    rank_kinds,
    rule_kinds,
    size_kinds,
    syntax_kinds,
    triton_kinds,
    weight_kinds,
)
from tncc.diagnostics.diagnostic import Diagnostic

KINDS: dict[str, type[Diagnostic]] = {
    kind.code: kind
    for module in (
        syntax_kinds,
        name_kinds,
        size_kinds,
        axis_kinds,
        planning_kinds,
        kernel_kinds,
        triton_kinds,
        weight_kinds,
        bond_kinds,
        rule_kinds,
        rank_kinds,
        healing_kinds,
    )
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Diagnostic) and kind.code
}
"""The kinds by code, in the order in which they are declared."""


def explain_page(code: str) -> str | None:
    """The long text of a diagnostic as Markdown; None for a code that no kind has."""
    wanted = code.strip().upper()
    if wanted not in KINDS:
        return None
    return resources.files("tncc.diagnostics").joinpath("pages", f"{wanted}.md").read_text(encoding="utf-8")

"""Which rule decides what becomes of each layer of a model, and which rules decide nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from tncc.diagnostics.diagnostic import Diagnostic, Label
from tncc.diagnostics.rule_kinds import PartlyShadowedRule, ShadowedRule, TiedWeight, UnmatchedRule
from tncc.elaborate.patterns import BadPattern, read_pattern
from tncc.models.places import Place
from tncc.rule_files import Rule


@dataclass(frozen=True)
class Matches:
    """The layers that become networks, each with the rule that decides it, and what is odd about the rules."""

    decided: tuple[tuple[Place, Rule], ...]
    diagnostics: tuple[Diagnostic, ...]


def match_rules(rules: Sequence[Rule], places: Sequence[Place]) -> Matches:
    """Let the first rule that matches a layer (by any of its paths) decide it."""
    matched = {rule: [place for place in places if any(map(rule.pattern.matches, place.paths))] for rule in rules}
    decided: dict[Place, Rule] = {}
    found: list[Diagnostic] = []
    for rule in rules:
        mine = [place for place in matched[rule] if place not in decided]
        others = [place for place in matched[rule] if place in decided]
        if not matched[rule]:
            found.append(UnmatchedRule(rule.span, rule.pattern.text, len(places), _hint(rule, places)))
        elif not mine:
            label = Label(decided[others[0]].span, f"`{others[0].path}` is decided here")
            reason = f"rules above it decide all of its {len(others)} layers"
            if len(others) == 1:
                reason = "a rule above it decides its only layer"
            found.append(ShadowedRule(rule.span, rule.pattern.text, reason, labels=(label,)))
        elif replaced := [place for place in others if decided[place].definition is not None]:
            label = Label(decided[replaced[0]].span, "by this rule")
            text = rule.pattern.text
            found.append(PartlyShadowedRule(rule.span, text, len(replaced), replaced[0].path, labels=(label,)))
        decided.update(dict.fromkeys(mine, rule))
    replaced_places = tuple((place, decided[place]) for place in places if place in decided)
    return Matches(tuple(entry for entry in replaced_places if entry[1].definition is not None), tuple(found))


def tied_weights(model: nn.Module, decided: Sequence[tuple[Place, Rule]]) -> list[Diagnostic]:
    """Layers to be replaced whose weight another module of the model holds too."""
    owners: dict[int, list[tuple[nn.Module, str]]] = {}
    for path, module in model.named_modules():
        for name, parameter in module.named_parameters(recurse=False, remove_duplicate=False):
            owners.setdefault(id(parameter), []).append((module, f"{path}.{name}".removeprefix(".")))
    found: list[Diagnostic] = []
    for place, rule in decided:
        for parameter in place.layer.parameters(recurse=False):
            others = [name for module, name in owners[id(parameter)] if module is not place.layer]
            if others:
                other = others[0].removesuffix(".weight")
                found.append(TiedWeight(rule.span, place.path, other))
                break
    return found


def _hint(rule: Rule, places: Sequence[Place]) -> str | None:
    """What pattern was perhaps meant: one whose `*` goes past dots, or one that goes on below."""
    pattern = rule.pattern.text
    for text in (pattern.replace("**", "*").replace("*", "**"), f"{pattern}.**"):
        if _matches_some(text, places):
            return f'write `"{text}"`: `*` stands for one component, and a pattern for the layers themselves'
    shown = ", ".join(f"`{place.path}`" for place in places[:3])
    return (
        f"the layers are called {shown}{', …' if len(places) > 3 else ''}" if places else "there is nothing to replace"
    )


def _matches_some(text: str, places: Sequence[Place]) -> bool:
    try:
        pattern = read_pattern(text)
    except BadPattern:
        return False
    return any(pattern.matches(path) for place in places for path in place.paths)

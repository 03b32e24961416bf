"""Circumstances (情节): which are found, which might be, and how they move a fine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from engine.facts import Values
from engine.grading import Worked, band
from engine.model import Circumstance, Item, Policy
from engine.money import ceil_fen
from engine.proving import ProvenCircumstance
from engine.result import Alternative, Applied, Money


@dataclass(frozen=True, slots=True)
class Found:
    """The circumstances found, and the facts that would complete one somebody began to claim."""

    exempt: tuple[Circumstance, ...]
    moving: tuple[Circumstance, ...]
    half_claimed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """A fine after its circumstances; `direction` picks the band of a suggestion."""

    money: Money
    direction: str
    applied: tuple[Applied, ...]
    alternatives: tuple[Alternative, ...]
    warnings: tuple[tuple[str, str], ...]
    mitigated: bool


def find(
    candidates: Iterable[ProvenCircumstance], item: Item, role: str, firm: Values
) -> Found:
    """Ask every circumstance of this item and role on the stated facts alone."""
    exempt: list[Circumstance] = []
    moving: list[Circumstance] = []
    half: dict[str, None] = {}
    for proven in candidates:
        circumstance = proven.circumstance
        if circumstance.items and item.id not in circumstance.items:
            continue
        if circumstance.roles and role not in circumstance.roles:
            continue
        truth = proven.holds(firm)
        if truth is True and proven.excluded is not None:
            out = proven.excluded(firm)
            if out is None:
                half.update(dict.fromkeys(proven.exclusions))
            truth = out is False
        if truth is True:
            (exempt if "exempt" in circumstance.effects else moving).append(circumstance)
        elif truth is None and any(ask(firm) is True for _, ask in proven.tests):
            half.update((test.fact, None) for test, ask in proven.tests if ask(firm) is None)
    return Found(tuple(exempt), tuple(moving), tuple(half))


def move(
    worked: Worked, statutory: Money, moving: tuple[Circumstance, ...], policies: dict[str, Policy]
) -> Moved:
    """Apply the circumstances found to a fine.

    从轻 and 从重 move inside the range by the written bands; 减轻 goes below the statutory
    minimum. One direction is one step however many circumstances point to it; a duty beats an
    option; opposite directions follow the written policy, else a person decides.
    """
    money = worked.money
    warnings: list[tuple[str, str]] = []
    alternatives: list[Alternative] = []
    down = [each for each in moving if {"lighten", "mitigate"} & set(each.effects)]
    up = [each for each in moving if "aggravate" in each.effects]
    shall_down = [each for each in down if each.obligation == "shall"]
    shall_up = [each for each in up if each.obligation == "shall"]
    direction, mitigated = "normal", False
    if shall_down and shall_up:
        opposite = policies.get("directions")
        if opposite is None or opposite.values["opposite"] == "person":
            warnings.append(("opposite_directions", ""))
    elif shall_up:
        money, direction = _within(worked, "aggravate", policies, warnings), "aggravate"
    elif shall_down:
        below = _below(statutory, policies)
        can_lighten = any("lighten" in each.effects for each in shall_down)
        if can_lighten:
            money, direction = _within(worked, "lighten", policies, warnings), "lighten"
        if any("mitigate" in each.effects for each in shall_down):
            because = "、".join(each.id for each in shall_down if "mitigate" in each.effects)
            if below is None:
                warnings.append(("mitigation_without_minimum", because))
            elif can_lighten:
                alternatives.append(Alternative("mitigate", below, because))
            else:
                money, direction, mitigated = below, "mitigate", True
    for each in (*down, *up):
        if each.obligation == "may":
            alternatives.extend(_options(each, worked, statutory, policies))
    applied = tuple(
        Applied(each.id, each.effects, each.obligation, _outcome(each, direction)) for each in moving
    )
    return Moved(money, direction, applied, tuple(alternatives), tuple(warnings), mitigated)


def _outcome(circumstance: Circumstance, direction: str) -> str:
    if circumstance.obligation == "may":
        return "option"
    return direction if direction in circumstance.effects else "weighed"


def _within(
    worked: Worked, name: str, policies: dict[str, Policy], warnings: list[tuple[str, str]]
) -> Money:
    """The band of the range, where there is a policy and a range to move in."""
    money = worked.money
    if worked.fixed:
        warnings.append(("fixed_amount", name))
    elif "bands" not in policies:
        warnings.append(("no_band_policy", name))
    elif money.hi is not None and not worked.waits:
        return band(money, policies["bands"], name)
    return money


def _below(statutory: Money, policies: dict[str, Policy]) -> Money | None:
    """Below the statutory minimum: above the policy's floor (else above 0), under the minimum."""
    if statutory.lo is None or statutory.lo <= 1:
        return None
    floor = None
    if "mitigation_floor" in policies:
        percent = policies["mitigation_floor"].values["percent_of_minimum"]
        floor = ceil_fen(Fraction(str(percent)) * statutory.lo / 100)
    highest = statutory.lo - 1
    return Money(min(floor, highest) if floor else None, highest)


def _options(
    each: Circumstance, worked: Worked, statutory: Money, policies: dict[str, Policy]
) -> Iterable[Alternative]:
    for effect in each.effects:
        if effect == "mitigate":
            below = _below(statutory, policies)
            if below is not None:
                yield Alternative(effect, below, each.id)
        elif effect in ("lighten", "aggravate") and not worked.fixed and "bands" in policies:
            if worked.money.hi is not None and not worked.waits:
                yield Alternative(effect, band(worked.money, policies["bands"], effect), each.id)

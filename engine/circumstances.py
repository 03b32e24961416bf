"""Circumstances (情节): which are found, which might be, and how they move a fine."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple

from engine.grading import Worked, band
from engine.model import Circumstance, Policy
from engine.money import ceil_fen
from engine.proving import ProvenCircumstance
from engine.result import Alternative, Applied, Money
from engine.world import Undecided, World


class Found(NamedTuple):
    """The circumstances found, and the facts that would complete one somebody began to claim."""

    exempt: tuple[Circumstance, ...]
    moving: tuple[Circumstance, ...]
    half_claimed: tuple[str, ...]


class Moved(NamedTuple):
    """A fine after its circumstances; `direction` picks the band of a suggestion."""

    money: Money
    direction: str
    applied: tuple[Applied, ...]
    alternatives: tuple[Alternative, ...]
    warnings: tuple[tuple[str, str], ...]
    mitigated: bool


def find(world: World, role: str) -> Found:
    """The circumstances of the item and role that hold on stated facts.

    One that somebody began to claim and that hangs on an unknown fact raises Undecided; one that
    only an assumption keeps from holding is left out, and its open facts are half_claimed.
    """
    exempt: list[Circumstance] = []
    moving: list[Circumstance] = []
    half: dict[str, None] = {}
    for proven in world.proven.circumstances:
        if proven.reads.isdisjoint(world.firm):
            continue  # nobody said anything of it
        circumstance = proven.circumstance
        if circumstance.roles and role not in circumstance.roles:
            continue
        if _holds(proven, world, half):
            (exempt if "exempt" in circumstance.effects else moving).append(circumstance)
    return Found(tuple(exempt), tuple(moving), tuple(half))


def _holds(proven: ProvenCircumstance, world: World, half: dict[str, None]) -> bool:
    firm, values = world.firm, world.values
    truth = proven.holds(firm)
    if truth is None:
        claimed = any(ask(firm) is True for _, ask in proven.tests)
        open_facts = [test.fact for test, ask in proven.tests if ask(firm) is None]
        if claimed and proven.holds(values) is None:
            raise Undecided(next(test.fact for test, ask in proven.tests if ask(values) is None))
        if claimed:
            half.update(dict.fromkeys(open_facts))
    if truth is not True or proven.excluded is None:
        return truth is True
    excluded = proven.excluded(firm)
    if excluded is None:
        if proven.excluded(values) is None:
            raise Undecided(next(name for name in proven.exclusions if name not in values))
        half.update(dict.fromkeys(name for name in proven.exclusions if name not in firm))
    return excluded is False


def move(
    worked: Worked, statutory: Money, moving: tuple[Circumstance, ...], policies: dict[str, Policy]
) -> Moved:
    """Apply the circumstances found to a fine.

    从轻 and 从重 move inside the range by the written bands; 减轻 goes below the statutory
    minimum. One direction is one step however many circumstances point to it; a duty beats an
    option; opposite directions follow the written policy, else a person decides.
    """
    if not moving:
        return Moved(worked.money, "normal", (), (), (), False)
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
        Applied(each.id, each.effects, each.obligation, _outcome(each, direction))
        for each in moving
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
    elif worked.splittable:
        policy = policies["bands"]
        if policy.status != "verified":
            warnings.append((f"{policy.status}_policy", policy.ref.set))
        return band(money, policy, name)
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
        elif "bands" in policies and worked.splittable:
            yield Alternative(effect, band(worked.money, policies["bands"], effect), each.id)

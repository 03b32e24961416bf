"""Circumstances (情节): which are found, which might be, and how they move a fine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import NamedTuple

from engine.facts import Values
from engine.general_rules import Circumstance
from engine.grading import Worked, band
from engine.manifest import Policy
from engine.money import ceil_fen
from engine.proving import ProvenCircumstance
from engine.result import Alternative, Applied, Money
from engine.world import Undecided, World


class Found(NamedTuple):
    """The circumstances found, and the facts that would complete one somebody began to claim.

    `exempt` let the party off, `moving` move the fine, `barring` forbid a fine, `adding` only add
    measures.
    """

    exempt: tuple[Circumstance, ...]
    moving: tuple[Circumstance, ...]
    barring: tuple[Circumstance, ...]
    adding: tuple[Circumstance, ...]
    half_claimed: tuple[str, ...]


class Moved(NamedTuple):
    """A fine after its circumstances; `direction` picks the band of a suggestion."""

    money: Money
    direction: str
    applied: tuple[Applied, ...]
    alternatives: tuple[Alternative, ...]
    warnings: tuple[tuple[str, str], ...]
    mitigated: bool


def find(world: World, role: str, *, gates: bool = False) -> Found:
    """The circumstances of the item and role that hold on stated facts: with `gates` those asked
    before the violation, else the others.

    One that somebody began to claim and that hangs on an unknown fact raises Undecided; one that
    only an assumption keeps from holding is left out, and its open facts are half_claimed.
    """
    listed = world.proven.gates if gates else world.proven.circumstances
    relevant = [each for each in listed.read_by(world.firm) if _concerns(each, world, role)]
    if not relevant:
        return NOTHING
    certain = [each.circumstance for each in relevant if _certain(each, world.firm)]
    exempt = [each for each in certain if "exempt" in each.effects]
    half: dict[str, None] = {}
    if not any(each.obligation == "shall" for each in exempt):
        for each in relevant:
            half.update(dict.fromkeys(_half_claimed(each, world)))
    return Found(
        tuple(exempt),
        tuple(each for each in certain if _MOVING.intersection(each.effects)),
        tuple(each for each in certain if "bar_fine" in each.effects),
        tuple(each for each in certain if "add_measures" in each.effects),
        tuple(half),
    )


NOTHING = Found((), (), (), (), ())
_MOVING = frozenset({"lighten", "mitigate", "aggravate"})


def _concerns(proven: ProvenCircumstance, world: World, role: str) -> bool:
    """Whether it is for this role and day, and somebody said anything of it."""
    circumstance = proven.circumstance
    if not circumstance.scope.covers(role, world.rule_set.roles[role][1]):
        return False
    period = circumstance.period
    return period is None or period.in_force(world.setting.act)


def _certain(proven: ProvenCircumstance, firm: Values) -> bool:
    excluded = proven.excluded
    return proven.holds(firm) is True and (excluded is None or excluded(firm) is False)


def _half_claimed(proven: ProvenCircumstance, world: World) -> list[str]:
    """The facts that would complete a claim somebody began; raises Undecided where nothing but
    unknown facts keeps it from being certain."""
    firm, values = world.firm, world.values
    truth = proven.holds(firm)
    excluded = proven.excluded(firm) if proven.excluded is not None else False
    if truth is False or excluded is True or (truth is None and not _begun(proven, world)):
        return []
    open_tests = [
        *(proven.tests if truth is None else ()),
        *(proven.exclusions if excluded is None else ()),
    ]
    open_tests = [(test, ask) for test, ask in open_tests if ask(firm) is None]
    if open_tests and all(ask(values) is None for _, ask in open_tests):
        raise Undecided(open_tests[0][0].fact)
    claim = firm | {
        test.fact: test.operand
        for test, ask in proven.tests
        if ask(firm) is None and test.op == "is" and isinstance(test.operand, bool)
    }
    if any(each.ask(claim) is True for each in world.rule_set.conflicts):
        return []  # what is stated rules the claim out
    return [test.fact for test, _ in open_tests]


def _begun(proven: ProvenCircumstance, world: World) -> bool:
    """Whether something stated speaks for the claim, or half for it (a number that may reach)."""
    derived = world.rule_set.derived
    return any(
        ask(world.firm) is True
        or (ask(world.firm) is None and test.fact in world.firm and test.fact not in derived)
        for test, ask in proven.tests
    )


def move(
    worked: Worked,
    statutory: Worked,
    moving: tuple[Circumstance, ...],
    policies: Mapping[str, Policy],
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
        mitigating = [each for each in shall_down if "mitigate" in each.effects]
        because = "、".join(each.id for each in mitigating)
        # 应当减轻 leaves no choice; 应当从轻或者减轻 does, and the lighter step is the answer.
        must = any("lighten" not in each.effects for each in mitigating)
        below = _below(statutory, policies)
        if mitigating and statutory.waits:
            # The minimum itself is not known yet; what lies below it can only be bounded.
            warnings.append(("mitigation_waits", because))
        elif mitigating and below is None:
            warnings.append(("mitigation_without_minimum", because))
        if must and statutory.waits:
            money, direction, mitigated = Money(None, money.hi), "mitigate", True
        elif must and below is not None:
            money, direction, mitigated = below, "mitigate", True
        elif any("lighten" in each.effects for each in shall_down):
            money, direction = _within(worked, "lighten", policies, warnings), "lighten"
            if mitigating and below is not None:
                alternatives.append(Alternative("mitigate", below, because))
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
    worked: Worked, name: str, policies: Mapping[str, Policy], warnings: list[tuple[str, str]]
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


def _below(worked: Worked, policies: Mapping[str, Policy]) -> Money | None:
    """Below the statutory minimum: above the policy's floor (else above 0), under the minimum."""
    statutory = worked.money
    if worked.waits or statutory.lo is None or statutory.lo <= 1:
        return None
    floor = None
    if "mitigation_floor" in policies:
        percent = policies["mitigation_floor"].values["percent_of_minimum"]
        floor = ceil_fen(Fraction(str(percent)) * statutory.lo / 100)
    highest = statutory.lo - 1
    return Money(min(floor, highest) if floor else None, highest)


def _options(
    each: Circumstance, worked: Worked, statutory: Worked, policies: Mapping[str, Policy]
) -> Iterable[Alternative]:
    for effect in each.effects:
        if effect == "mitigate":
            below = _below(statutory, policies)
            if below is not None:
                yield Alternative(effect, below, each.id)
        elif "bands" in policies and worked.splittable:
            yield Alternative(effect, band(worked.money, policies["bands"], effect), each.id)

"""Whose business a penalty is: the organ, the level of government, powers handed down."""

from __future__ import annotations

from typing import NamedTuple

from engine.case import Authority
from engine.item import Penalty
from engine.manifest import Delegate
from engine.model import RuleSet
from engine.result import Office, Reason
from engine.world import World

LEVELS = ("township", "county", "city", "province", "state")


class Competence(NamedTuple):
    """Whether the authority may impose a penalty: `outside` names the (organ, level) that may."""

    outside: Office | None
    reason: Reason | None
    warnings: tuple[tuple[str, str], ...]


_FREE = Competence(None, None, ())


def deciding_authority(stated: Authority, rule_set: RuleSet) -> Authority:
    """Who decides: as the case says, else as the nearest layer of the rule set that is an
    authority's own (it names a region) says; the organ is that of the nearest layer with one.

    Without a region in the case the layer's level is taken only where it is the lowest that may
    punish at all, so that nothing is permitted by default.
    """
    own = next((each for each in rule_set.layers[::-1] if each.region is not None), None)
    organ = next((each.organ for each in rule_set.layers[::-1] if each.organ is not None), None)
    level = stated.level
    if level is None and own is not None:
        general = rule_set.jurisdiction
        lowest = general is not None and general.lowest_level == own.level
        if stated.region == own.region or (stated.region is None and lowest):
            level = own.level
    return Authority(stated.region, level, stated.organ or organ, stated.name)


def elsewhere(stated: Authority, rule_set: RuleSet) -> bool:
    """Whether the authority lies outside the region whose own rules these are. A region code is
    three pairs of digits, province, city, county; pairs of zeros at its end mean all of them."""
    own = next((each.region for each in rule_set.layers[::-1] if each.region is not None), None)
    if own is None or stated.region is None:
        return False
    while own.endswith("00"):
        own = own[:-2]
    return not stated.region.startswith(own)


def competence(world: World, penalty: Penalty) -> Competence:
    """Whether the deciding authority may impose the penalty, as far as it is known."""
    rule_set, authority = world.rule_set, world.setting.authority
    imposed, general = penalty.imposed_by, rule_set.jurisdiction
    if imposed is not None and authority.organ not in (None, imposed.organ):
        basis = (imposed.basis or penalty.basis,)
        slots = (("organ", imposed.organ), ("own", authority.organ or ""))
        reason = Reason("jurisdiction", "other_organ", penalty.ref, basis, (), slots)
        return Competence((imposed.organ, imposed.level), reason, _unsure(imposed.status, penalty))
    if authority.level is None:
        return _FREE
    if imposed is not None and imposed.level is not None:
        needed, basis = imposed.level, (imposed.basis or penalty.basis,)
        ref, warnings = penalty.ref, _unsure(imposed.status, penalty)
    elif general is not None:
        needed, basis = general.lowest_level, (general.basis,)
        ref, warnings = general.ref, ()
    else:
        return _FREE
    if LEVELS.index(authority.level) >= LEVELS.index(needed):
        return _FREE
    if authority.level == LEVELS[0] and needed == LEVELS[1]:
        handed = _handed_down(world, penalty)
        if handed is not None:
            slots = (("to", handed.to), ("document", handed.document))
            code = f"{handed.kind}_power"
            reason = Reason("jurisdiction", code, handed.ref, basis, (), slots)
            named = authority.name is not None
            warning = (code, handed.to) if named else ("township_not_named", handed.to)
            return Competence(None, reason, (warning,))
    slots = (("level", needed), ("own", authority.level))
    reason = Reason("jurisdiction", "level_too_low", ref, basis, (), slots)
    organ = imposed.organ if imposed is not None else authority.organ
    return Competence((organ, needed), reason, warnings)


def _handed_down(world: World, penalty: Penalty) -> Delegate | None:
    """The entrustment or transfer under which a township may act on the item."""
    name, day = world.setting.authority.name, world.setting.decision
    for each in world.rule_set.delegates:
        fits = world.proven.item.id in each.items and name in (None, each.to)
        if fits and (each.until is None or day is None or day <= each.until):
            return each
    return None


def _unsure(status: str, penalty: Penalty) -> tuple[tuple[str, str], ...]:
    return () if status == "verified" else ((f"{status}_jurisdiction", penalty.ref.id),)

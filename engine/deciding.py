"""The decision on one party under one violation, in one world: stage, exemption, fine, measures."""

from __future__ import annotations

from engine.circumstances import Found, find
from engine.faults import Finding, RuleFault
from engine.fining import set_fine
from engine.gates import time_barred, unsure_of_time
from engine.general_rules import Circumstance
from engine.imposing import adds, impose, unknown_amounts, with_added
from engine.item import Item, Measure, Penalty
from engine.jurisdiction import competence
from engine.reasons import conclusion, establishment, not_liable, of_circumstance, reached
from engine.result import (
    NO_FINE,
    NO_MONEY,
    Alternative,
    Applied,
    Decision,
    Imposed,
    Office,
    Reason,
)
from engine.world import World

Note = tuple[str, str]


def decide(world: World, role: str) -> Decision:
    """The decision; raises Undecided where a condition it needs is unknown."""
    item = world.proven.item
    closed = _gate(world, role)
    if closed is not None:
        return closed
    if not world.true(item.established_when):
        return Decision("not_established", item, reasons=(establishment(world, "not_established"),))
    reasons = [establishment(world, "established")]
    applicable = [
        penalty for penalty in item.penalties if role in penalty.roles and world.true(penalty.when)
    ]
    if not applicable:
        stage = _stage_reached(world)
        reasons.append(not_liable(world, role, stage))
        return Decision("not_liable_at_stage", item, stage, reasons=tuple(reasons))
    standing, replaced = _standing(applicable)
    able = competence(world, standing[0])
    if able.reason is not None:
        reasons.append(able.reason)
    reasons.extend(reached(world, penalty) for penalty in standing)
    decision = _on_the_merits(world, role, standing, replaced, reasons)
    elsewhere: tuple[Office, ...] = ()
    parts: list[Note] = []
    if able.outside is None:
        for each in standing[1:]:
            outside = competence(world, each).outside
            if outside is not None:
                elsewhere = (*elsewhere, outside)
                parts.append(("part_out_of_jurisdiction", each.ref.id))
    warnings = (*able.warnings, *parts, *unsure_of_time(world))
    if warnings:
        decision = decision._replace(warnings=(*decision.warnings, *warnings), elsewhere=elsewhere)
    if able.outside is None:
        return decision
    fine = decision.fine
    if fine.state != "none_in_law":
        fine = fine._replace(suggested=None, suggested_why="other_authority")
    return decision._replace(disposition="out_of_jurisdiction", outside=able.outside, fine=fine)


def _gate(world: World, role: str) -> Decision | None:
    """The decision where a gate is closed: the time has run out, or the party cannot answer."""
    item = world.proven.item
    barred = time_barred(world)
    if barred is not None:
        reason, rule = barred
        warnings = () if rule.status == "verified" else ((f"{rule.status}_rule", rule.id),)
        measures = tuple(impose(each, world) for each in rule.measures if world.true(each.when))
        return Decision(
            "time_barred",
            item,
            measures=measures,
            basis=(rule.basis,),
            warnings=warnings,
            reasons=(reason,),
        )
    if not world.proven.gates:
        return None
    found = find(world, role, gates=True)
    if not found.exempt:
        return None
    reasons = tuple(of_circumstance(world, each, "gate_exempt") for each in found.exempt)
    return _exempt(world, [], list(found.exempt), reasons)


def _on_the_merits(
    world: World,
    role: str,
    standing: list[Penalty],
    replaced: list[Penalty],
    reasons: list[Reason],
) -> Decision:
    found = find(world, role)
    must = [each for each in found.exempt if each.obligation == "shall"]
    if must:
        reasons.extend(of_circumstance(world, each, "exempt") for each in must)
        return _exempt(world, standing, must, tuple(reasons))
    may = [each for each in found.exempt if each.obligation == "may"]
    reasons.extend(of_circumstance(world, each, "may_exempt") for each in may)
    return _penalize(world, standing, replaced, found, reasons)


def _standing(applicable: list[Penalty]) -> tuple[list[Penalty], list[Penalty]]:
    """The penalties that stand, the one with the fine first, and those that are replaced."""
    ids = {id for penalty in applicable for id in penalty.replaces}
    standing = [penalty for penalty in applicable if penalty.id not in ids]
    fined = [penalty for penalty in standing if penalty.fine is not None]
    if len(fined) > 1:
        first, second = fined[0].ref, fined[1].ref
        raise RuleFault(
            [
                Finding(
                    "penalties_overlap",
                    second.place,
                    f"“{first.id}”和“{second.id}”同时成立，都有罚款",
                    f"请让两者的 when 互斥，或写 replaces；另一处见 {first.place}",
                )
            ]
        )
    standing.sort(key=lambda penalty: (penalty.fine is None, penalty.stage == "any"))
    return standing, [penalty for penalty in applicable if penalty.id in ids]


def _stage_reached(world: World) -> str | None:
    """The stage the facts have reached for the other parties, as far as it is known."""
    for penalty in world.proven.item.penalties:
        if penalty.stage != "any" and world.proven.ask(penalty.when)(world.values) is True:
            return penalty.stage
    return None


def _exempt(
    world: World, standing: list[Penalty], must: list[Circumstance], reasons: tuple[Reason, ...]
) -> Decision:
    """不予处罚: no penalty; the order to put things right and civil duties stay."""
    orders = [
        impose(measure, world)
        for penalty in standing
        for measure in penalty.measures
        if measure.nature in ("order", "civil") and world.true(measure.when)
    ]
    return Decision(
        disposition="exempt",
        item=world.proven.item,
        stage=standing[0].stage if standing else None,
        penalty=standing[0] if standing else None,
        obligation="shall",
        measures=with_added(orders, must, world),
        basis=tuple(dict.fromkeys(each.basis for each in must)),
        circumstances=tuple(Applied(each.id, each.effects, "shall", "exempt") for each in must),
        warnings=_status_notes(world.proven.item, standing, must),
        reasons=reasons,
    )


def _penalize(
    world: World,
    standing: list[Penalty],
    replaced: list[Penalty],
    found: Found,
    reasons: list[Reason],
) -> Decision:
    item, moving = world.proven.item, found.moving
    if found.barring and item.beside_others:
        found = found._replace(barring=())  # what the law adds to any fine is no second fine
    may = [each for each in found.exempt if each.obligation == "may"]
    main = standing[0]
    own: list[Imposed] = []
    imposing: list[Measure] = []
    for penalty in standing:
        for measure in penalty.measures:
            if world.true(measure.when):
                imposing.append(measure)
                own.append(impose(measure, world, penalty.obligation))
    beside = [each for each in found.adding if adds(each, own)] if found.adding else []
    imposing += [measure for each in beside for measure in each.measures]
    added = [*moving, *found.barring, *beside]
    measures = with_added(own, added, world) if added else tuple(own)
    warnings = _status_notes(item, standing, [*may, *added])
    applied = [Applied(each.id, each.effects, "may", "option") for each in may]
    alternatives: tuple[Alternative, ...] = ()
    tier, statutory, fine = None, NO_MONEY, NO_FINE
    waits: tuple[str, ...] = ()
    if main.fine is not None:
        optional = bool(may) or (main.obligation == "may" and not replaced)
        fined = set_fine(world, main, moving, state="optional" if optional else "imposed")
        tier, statutory, fine, waits = fined.tier, fined.statutory, fined.fine, fined.waits
        if found.barring:
            fine = fine._replace(state="barred", suggested=None, suggested_why="fine_barred")
            waits = ()
        reasons += fined.reasons
        if added:
            reasons += [of_circumstance(world, each, "moves") for each in moving]
            reasons += [of_circumstance(world, each, "bars_fine") for each in found.barring]
        reasons.append(conclusion(main, fine))
        warnings += fined.warnings
        if replaced and main.obligation == "may":
            warnings += (("may_replace", main.ref.id),)
        applied += fined.moved.applied
        alternatives = fined.moved.alternatives
    if replaced:
        alternatives += tuple(_instead(world, penalty) for penalty in replaced if penalty.fine)
    if beside:
        reasons += [of_circumstance(world, each, "adds") for each in beside]
    for each in (*found.barring, *beside):
        applied += [Applied(each.id, each.effects, each.obligation, one) for one in each.effects]
    unknown = unknown_amounts(world, imposing)
    if unknown:
        waits = tuple(dict.fromkeys((*waits, *unknown)))
    return Decision(
        disposition=_disposition(main, measures, bool(may), bool(found.barring)),
        item=item,
        stage=main.stage,
        penalty=main,
        tier=tier,
        obligation=main.obligation,
        statutory=statutory,
        fine=fine,
        measures=measures,
        basis=tuple(dict.fromkeys(penalty.basis for penalty in standing)),
        circumstances=tuple(applied),
        alternatives=alternatives,
        waits=waits,
        half_claimed=found.half_claimed,
        warnings=tuple(dict.fromkeys(warnings)) if len(warnings) > 1 else warnings,
        reasons=tuple(reasons),
    )


def _disposition(
    main: Penalty, measures: tuple[Imposed, ...], may_exempt: bool, barred: bool
) -> str:
    if may_exempt:
        return "may_exempt"
    punishes = any(each.punishes for each in measures)
    fined = main.fine is not None and not barred
    return "penalize" if fined or punishes else "order_only"


def _instead(world: World, penalty: Penalty) -> Alternative:
    """The replaced penalty's own fine: what stands if the replacing one is not used."""
    worked = world.worked(penalty, world.pick_tier(penalty).tier)
    return Alternative("not_replaced", worked.money, penalty.ref.id)


def _status_notes(
    item: Item, standing: list[Penalty], circumstances: list[Circumstance]
) -> tuple[Note, ...]:
    """A warning for every rule in use that is not verified."""
    used = [
        (item.status, item.id),
        *((penalty.status, penalty.ref.id) for penalty in standing),
        *((each.status, each.id) for each in circumstances),
    ]
    return tuple((f"{status}_rule", id) for status, id in used if status != "verified")

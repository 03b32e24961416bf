"""Old law or new: the law of the act governs, unless the law of the decision is lighter."""

from __future__ import annotations

from engine.deciding import decide
from engine.result import (
    NO_MONEY,
    Alternative,
    Compared,
    Decision,
    FineResult,
    Money,
    Reason,
    around,
)
from engine.world import World

PUNISHING = frozenset({"penalize", "may_exempt", "out_of_jurisdiction"})


def decide_in_time(world: World, role: str) -> Decision:
    """The decision under the law of the act, or under that of the decision where it is lighter or
    no longer punishes; raises Undecided as `decide` does."""
    old = decide(world, role)
    if world.later is None:
        if world.later_unknown is None or old.disposition not in PUNISHING:
            return old
        return _unknown_later(world, old, *world.later_unknown)
    later = world.later
    if old.disposition not in PUNISHING:
        return _of(old, (_compared(old, True),), _reason(world, "old_not_punished", old, old))
    if role in later.proven.roles:
        new = decide(later, role)
    else:
        new = Decision("not_liable_at_stage", later.proven.item)
    verdict = lighter(old, new)
    applies = new if verdict == "new" else old
    compared = (_compared(old, verdict == "old"), _compared(new, verdict == "new"))
    code = {"old": "old_applies", "new": "new_lighter", "person": "person_decides"}[verdict]
    if verdict == "new" and new.disposition not in PUNISHING:
        code = "new_not_punished"
    decision = _of(applies, compared, _reason(world, code, old, new))
    return decision if verdict != "person" else _left_to_a_person(decision, old, new)


def lighter(old: Decision, new: Decision) -> str:
    """Which of two laws is to be applied, "old" or "new": by the kinds of penalty, then the
    maximum, then the minimum of the statutory fine; "person" where that does not settle it."""
    if new.disposition not in PUNISHING:
        return "new"
    kinds, new_kinds = _kinds(old), _kinds(new)
    if kinds != new_kinds:
        if new_kinds < kinds:
            return "new"
        return "old" if kinds < new_kinds else "person"
    if "fine" not in kinds:
        return "old"
    highs = old.statutory.hi, new.statutory.hi
    if None in highs or old.waits or new.waits:
        return "old" if old.statutory == new.statutory and not old.waits else "person"
    mine = (old.statutory.hi or 0, old.statutory.lo or 0)
    other = (new.statutory.hi or 0, new.statutory.lo or 0)
    return "new" if other < mine else "old"


def _kinds(decision: Decision) -> frozenset[str]:
    """The kinds of penalty a decision imposes (orders and duties are none)."""
    kinds = {kind for each in decision.measures if each.punishes for kind in each.kinds}
    return frozenset(kinds if decision.fine.state == "none_in_law" else kinds | {"fine"})


def _compared(decision: Decision, applies: bool) -> Compared:
    return Compared(
        decision.item,
        decision.disposition,
        decision.stage,
        decision.statutory,
        decision.fine.money,
        applies,
    )


def _of(decision: Decision, compared: tuple[Compared, ...], reason: Reason) -> Decision:
    return decision._replace(compared=compared, reasons=(reason, *decision.reasons))


def _reason(world: World, code: str, old: Decision, new: Decision) -> Reason:
    principle = world.rule_set.principles["old_and_new"]
    slots = (("old", old.item.edition), ("new", new.item.edition))
    return Reason("edition", code, principle.ref, (principle.basis,), (), slots)


def _left_to_a_person(decision: Decision, old: Decision, new: Decision) -> Decision:
    """Neither law is lighter by the measure of the law: both are shown, a person chooses."""
    other = Alternative("new_law", new.fine.money, new.item.edition)
    none = Money(0, 0)
    both = [
        none if each.fine.state in ("none_in_law", "barred") else each.fine.money
        for each in (old, new)
    ]
    fine = FineResult("open", around(both), None, "old_or_new_by_person", decision.fine.layer)
    return decision._replace(
        fine=fine,
        alternatives=(*decision.alternatives, other),
        warnings=(*decision.warnings, ("old_or_new_by_person", "")),
    )


def _unknown_later(world: World, old: Decision, code: str, name: str) -> Decision:
    """The law of the decision is not at hand or not certain: it could only help the party, so the
    old law's maximum is the most there can be; nothing more is known."""
    principle = world.rule_set.principles["old_and_new"]
    slots = (("old", old.item.edition), ("name", name))
    reason = Reason("edition", code, principle.ref, (principle.basis,), (), slots)
    barred = old.fine.state in ("none_in_law", "barred")
    money = NO_MONEY if barred else Money(0, old.fine.money.hi)
    warning = "text_missing" if code == "later_text_missing" else code
    return old._replace(
        disposition="open",
        fine=FineResult("open", money, None, code, old.fine.layer),
        alternatives=(
            *old.alternatives,
            Alternative("old_law", old.fine.money, old.item.edition),
        ),
        warnings=(*old.warnings, (warning, name)),
        reasons=(reason, *old.reasons),
    )

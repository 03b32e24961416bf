"""Several violations: one act is fined once, by the heavier norm; different acts are added up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.case import Case
from engine.item import Displaced
from engine.model import RuleSet
from engine.money import kept
from engine.result import Decision, FineResult, Money, Outcome, Reason, around

Note = tuple[str, str]
# A fine in one of these states is one the party may come to pay.
_DUE = ("imposed", "optional", "open")


class Combined(NamedTuple):
    """The outcomes with their fines absorbed where another norm takes their place, and
    warnings."""

    outcomes: tuple[Outcome, ...]
    warnings: tuple[Note, ...]


def combine(outcomes: tuple[Outcome, ...], case: Case, rule_set: RuleSet) -> Combined:
    """One fine for one act, by party."""
    warnings: list[Note] = []
    if len(case.violations) > 1 and any(each.act is None for each in case.violations):
        warnings.append(("acts_taken_as_different", ""))
    alone = len({each.party for each in outcomes}) == len(outcomes)
    if alone or "one_fine" not in rule_set.principles:
        return Combined(outcomes, tuple(warnings))
    changed: dict[int, Outcome] = {}
    for group in _groups(outcomes, case).values():
        rivals = [index for index in group if _rival(outcomes[index])]
        if len(rivals) > 1:
            changed.update(_absorb(rivals, outcomes, rule_set, warnings))
        away = [outcomes[index] for index in group if outcomes[index].outside is not None]
        if rivals and any(each.fine.state in _DUE for each in away):
            warnings.append(("heavier_elsewhere", outcomes[group[0]].party))
    told = tuple(changed.get(index, each) for index, each in enumerate(outcomes))
    return Combined(told, tuple(warnings))


def _groups(
    outcomes: tuple[Outcome, ...], case: Case
) -> dict[tuple[str, tuple[str, str]], list[int]]:
    """The outcomes of each party under each act, in a party's own order."""
    acts = {each.id: _act(each.act, each.id) for each in case.violations}
    found: dict[tuple[str, tuple[str, str]], list[int]] = {}
    for index, each in enumerate(outcomes):
        found.setdefault((each.party, acts[each.violation]), []).append(index)
    return found


def _act(act: str | None, violation: str) -> tuple[str, str]:
    return ("violation", violation) if act is None else ("act", act)


def _rival(outcome: Outcome) -> bool:
    """Whether its fine stands for the same act as others, and none is simply added."""
    return outcome.fine.state in _DUE and _punishes(outcome) and not outcome.item.beside_others


def _punishes(answer: Outcome | Decision) -> bool:
    return answer.disposition in ("penalize", "may_exempt", "open")


def _absorb(
    rivals: list[int],
    outcomes: tuple[Outcome, ...],
    rule_set: RuleSet,
    warnings: list[Note],
) -> Iterator[tuple[int, Outcome]]:
    """The fines that another norm takes the place of, and those that a person must choose from."""
    party = outcomes[rivals[0]].party
    standing = sorted(rivals, key=lambda index: _rank(outcomes[index]))
    for index in tuple(standing):
        by = _displacer(outcomes[index], [outcomes[each] for each in standing])
        if by is None:
            continue
        winner, displaced = by
        if not _firm(outcomes[index]) or not _firm(winner):
            continue
        about = f"{winner.item.id} > {outcomes[index].item.id}"
        if _exceeds(outcomes[index].fine, winner.fine):
            warnings.append(("displaced_heavier", about))
            continue
        standing.remove(index)
        yield index, _absorbed(outcomes[index], winner, "displaced", rule_set)
        if displaced.status != "verified":
            warnings.append((f"{displaced.status}_displacement", about))
    if any(not _firm(outcomes[index]) for index in standing):
        if len(standing) > 1:
            warnings.append(("concurrence_open", party))
        return
    heaviest = max(standing, key=lambda index: _rank(outcomes[index]))
    winner = outcomes[heaviest]
    lighter = [index for index in standing if index != heaviest]
    reversed_ = [index for index in lighter if _exceeds(outcomes[index].fine, winner.fine)]
    for index in lighter:
        if index in reversed_:
            yield index, _to_choose(outcomes[index], winner, rule_set)
        else:
            equal = _weight(outcomes[index]) == _weight(winner)
            code = "absorbed_equal" if equal else "absorbed"
            yield index, _absorbed(outcomes[index], winner, code, rule_set)
    if reversed_:
        warnings.append(("norms_reversed", party))
        yield heaviest, _to_choose(winner, outcomes[reversed_[0]], rule_set)


def _displacer(outcome: Outcome, others: list[Outcome]) -> tuple[Outcome, Displaced] | None:
    """The special norm that takes the place of this general one, if it is among the others."""
    found = [
        (other, displaced)
        for other in others
        if other.disposition != "open"
        for displaced in other.item.displaces
        if displaced.item == outcome.item.id
    ]
    return min(found, key=lambda each: each[0].item.edition) if found else None


def _firm(outcome: Outcome) -> bool:
    """Whether its statutory fine is known for certain."""
    return not outcome.possible and not outcome.waits and outcome.statutory.hi is not None


def _weight(outcome: Outcome) -> tuple[int, int, int, int]:
    statutory, fine = outcome.statutory, outcome.fine.money
    return statutory.hi or 0, statutory.lo or 0, fine.hi or 0, fine.lo or 0


def _rank(outcome: Outcome) -> tuple[object, ...]:
    """How heavy a norm is: the maximum, then the minimum of its statutory fine; then the fine
    itself, the later law, and the name, so that the order of violations does not matter."""
    return (
        *_weight(outcome),
        outcome.item.period.start,
        outcome.item.edition,
        outcome.role,
        outcome.violation,
    )


def _exceeds(one: FineResult, other: FineResult) -> bool:
    """Whether a fine goes beyond another at either end, so that the other norm may come out
    lighter; one that must be imposed is not taken over by one that need not be."""
    if other.state == "optional" and one.state != "optional":
        return True
    return (one.money.hi or 0) > (other.money.hi or 0) or _low(one) > _low(other)


def _low(fine: FineResult) -> int:
    if fine.state == "optional":
        return 0
    return 1 if fine.money.lo is None else fine.money.lo  # "more than 0" is a fen at least


def _absorbed(loser: Outcome, winner: Outcome, code: str, rule_set: RuleSet) -> Outcome:
    why = "fine_displaced" if code == "displaced" else "fine_absorbed"
    fine = loser.fine._replace(state="absorbed", suggested=None, suggested_why=why)
    return loser._replace(fine=fine, reasons=(*loser.reasons, _because(code, winner, rule_set)))


def _to_choose(outcome: Outcome, other: Outcome, rule_set: RuleSet) -> Outcome:
    fine = outcome.fine._replace(state="open", suggested=None, suggested_why="norms_reversed")
    reason = _because("norms_reversed", other, rule_set)
    return outcome._replace(fine=fine, reasons=(*outcome.reasons, reason))


def _because(code: str, winner: Outcome, rule_set: RuleSet) -> Reason:
    principle = rule_set.principles["one_fine"]
    slots = (("item", winner.item.id), ("title", winner.item.title))
    return Reason("concurrence", code, principle.ref, (principle.basis,), (), slots)


# Sums -------------------------------------------------------------------------------------


def totals(outcomes: tuple[Outcome, ...], case: Case) -> Iterator[tuple[str, Money]]:
    """What each party is to pay: the heaviest fine of every act, end by end, so that no further
    norm ever lowers it; and what is always added."""
    sums: dict[str, list[Money]] = {each.party: [] for each in outcomes}
    for (party, _), group in _groups(outcomes, case).items():
        counted = [_counted(outcomes[index]) for index in group]
        beside = [
            money
            for index, money in zip(group, counted, strict=True)
            if outcomes[index].item.beside_others
        ]
        rivals = [
            money
            for index, money in zip(group, counted, strict=True)
            if not outcomes[index].item.beside_others
        ]
        if rivals:
            sums[party].append(_heaviest(rivals))
        sums[party].extend(beside)
    for party, parts in sums.items():
        yield party, _sum(parts)


def _heaviest(parts: list[Money]) -> Money:
    """The greater of several ranges, end by end."""
    lows = [each.lo for each in parts if each.lo is not None]
    more = any(each.lo is None for each in parts)
    low = max(lows, default=0)
    highs = [each.hi for each in parts if each.hi is not None]
    high = max(highs) if len(highs) == len(parts) else None
    return Money(None if low == 0 and more else low, high)


def _sum(parts: list[Money]) -> Money:
    """The sum of ranges; more than 0 and nothing else known stays so."""
    low = sum(each.lo for each in parts if each.lo is not None)
    more = any(each.lo is None for each in parts)
    highs = [each.hi for each in parts if each.hi is not None]
    return Money(
        None if low == 0 and more else low,
        kept(sum(highs)) if len(highs) == len(parts) else None,
    )


def _counted(outcome: Outcome) -> Money:
    """What an outcome adds to a total, over all it may still come to."""
    answers: list[Outcome | Decision] = [each.decision for each in outcome.possible]
    counted = [_counted_one(each) for each in answers or [outcome]]
    return around(counted)


def _counted_one(answer: Outcome | Decision) -> Money:
    """One answer's fine: none where it is not due, from 0 where it need not be imposed, from a
    smaller one where that may stand in its place."""
    fine = answer.fine
    if fine.state not in (*_DUE, "absorbed") or not _punishes(answer):
        return Money(0, 0)
    floors = [each.money.lo for each in answer.alternatives if each.effect in _INSTEAD]
    if answer.disposition == "may_exempt" or (answer.obligation == "may" and not floors):
        return Money(0, fine.money.hi)
    lows = [low for low in (fine.money.lo, *floors) if low is not None]
    return Money(min(lows) if len(lows) == 1 + len(floors) else None, fine.money.hi)


_INSTEAD = frozenset({"not_replaced", "new_law"})


def none_above_notified(outcomes: tuple[Outcome, ...], case: Case) -> tuple[Outcome, ...]:
    """The outcomes without the suggestions that together are more than was announced to a party."""
    suggested: dict[str, int] = {}
    for each in outcomes:
        suggested[each.party] = suggested.get(each.party, 0) + (each.fine.suggested or 0)
    above = {party for party, most in case.notified.items() if suggested.get(party, 0) > most}
    return tuple(
        each._replace(fine=each.fine._replace(suggested=None, suggested_why="above_notified"))
        if each.party in above and each.fine.suggested is not None
        else each
        for each in outcomes
    )


def heavier_than_notified(outcomes: tuple[Outcome, ...], case: Case) -> Iterator[Note]:
    """A warning for each party whose fine is, or may be, more than was announced to it."""
    if not case.notified:
        return
    owed = dict(totals(outcomes, case))
    for party in sorted(case.notified.keys() - owed.keys()):
        yield "notified_unknown", party
    for party, money in owed.items():
        announced = case.notified.get(party)
        if announced is None:
            continue
        if money.lo is not None and money.lo > announced:
            yield "heavier_than_notified", party
        elif money.hi is None or money.hi > announced:
            yield "may_exceed_notified", party

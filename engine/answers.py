"""What a case comes to, as far as two rule sets can be held side by side; and what differs."""

from __future__ import annotations

import dataclasses
import datetime
from typing import NamedTuple

from engine.case import Case, Dates, Violation
from engine.concurrence import totals
from engine.faults import LiangfaError
from engine.general_rules import Procedure
from engine.keeping import kept
from engine.procedure import examine
from engine.result import Decision, Money, Outcome, Result, Step

# What a case of B may be beside that of A; the first that applies.
DIRECTIONS = (
    "error",
    "unreachable",
    "covered",
    "opened",
    "closed",
    "higher",
    "lower",
    "mixed",
    "other",
)

Key = tuple[str, str, str, str]
FIELDS = (
    "disposition",
    "stage",
    "tier",
    "obligation",
    "statutory",
    "fine",
    "suggested",
    "measures",
    "circumstances",
    "alternatives",
    "basis",
    "authority",
    "possible",
)


class Failed(NamedTuple):
    """A case that a side cannot evaluate: the code and the words of the first fault."""

    code: str
    message: str


class Party(NamedTuple):
    """What a party is to pay under A and under B; None where the side does not know the party."""

    id: str
    roles: tuple[str, ...]
    before: Money | None
    after: Money | None


class Effect(NamedTuple):
    """How the answer to one case changes: its direction (DIRECTIONS), the fields that differ, the
    parties whose total changes, and the fault where there is one."""

    direction: str
    differs: tuple[str, ...]
    parties: tuple[Party, ...]
    fault: Failed | None = None

    @property
    def size(self) -> tuple[int, int]:
        """By how many fen the upper and the lower ends of the totals change in all."""
        ends = [ends_of(each) for each in self.parties]
        lower, upper = (
            sum(abs(new - old) for pairs in ends for old, new in pairs[at : at + 1])
            for at in range(2)
        )
        return upper, lower


_NONE = Money(0, 0)


def ends_of(party: Party) -> list[tuple[int, int]]:
    """The lower and the upper end of a party's total before and after, in fen; without the upper
    where either answer leaves it open."""
    old, new = party.before or _NONE, party.after or _NONE
    lower = (old.lo or 0, new.lo or 0)
    return [lower] if old.hi is None or new.hi is None else [lower, (old.hi, new.hi)]


_GONE = ("unknown_item",)


def effect(
    before: Result | Failed, after: Result | Failed, procedures: frozenset[str] | None
) -> Effect | None:
    """How two answers to one case differ; None where they do not, or where neither side can
    evaluate it. Where the answers are the same, only `procedures` are looked at (None: all)."""
    if isinstance(after, Failed):
        if isinstance(before, Failed):
            return None
        return Effect("unreachable" if after.code in _GONE else "error", (), (), after)
    if isinstance(before, Failed):
        return Effect("covered", (), ())
    differs = _differing(before, after)
    looked_at = None if differs else procedures
    if looked_at != frozenset() and _steps(before, looked_at) != _steps(after, looked_at):
        differs = (*differs, "procedures")
    if not differs:
        return None
    return Effect(_direction(before, after), differs, _parties(before, after))


def _direction(before: Result, after: Result) -> str:
    if before.status != after.status:
        if after.status == "no_rule":
            return "unreachable"
        if before.status == "no_rule":
            return "covered"
        return "opened" if after.status == "open" else "closed"
    moves = {_moved(each) for each in _parties(before, after)}
    moves.discard("other")
    if len(moves) == 1:
        return moves.pop()
    return "mixed" if moves else "other"


def _moved(party: Party) -> str:
    """Whether a total rose, fell, did both, or neither."""
    pairs = ends_of(party)
    up, down = any(b > a for a, b in pairs), any(b < a for a, b in pairs)
    if up and down:
        return "mixed"
    return "higher" if up else "lower" if down else "other"


def _parties(before: Result, after: Result) -> tuple[Party, ...]:
    """The parties whose total changes, in the order of A and then of B."""
    old, new = (dict(totals(each.outcomes, each.case)) for each in (before, after))
    roles: dict[str, dict[str, None]] = {}
    for outcome in (*before.outcomes, *after.outcomes):
        roles.setdefault(outcome.party, {})[outcome.role] = None
    return tuple(
        Party(id, tuple(roles[id]), old.get(id), new.get(id))
        for id in dict.fromkeys((*old, *new))
        if old.get(id) != new.get(id)
    )


def _differing(before: Result, after: Result) -> tuple[str, ...]:
    found: dict[str, None] = {}
    if before.status != after.status:
        found["status"] = None
    old, new = (_by_key(each) for each in (before, after))
    if old.keys() != new.keys():
        found["outcomes"] = None
    for key in old.keys() & new.keys():
        one, other = _compared(old[key]), _compared(new[key])
        if one != other:
            found |= {name: None for name, a, b in zip(FIELDS, one, other, strict=True) if a != b}
    for name in ("missing", "assumptions", "not_examined"):
        if getattr(before, name) != getattr(after, name):
            found[name] = None
    if {each.code for each in before.warnings} != {each.code for each in after.warnings}:
        found["warnings"] = None
    return tuple(name for name in ALL_FIELDS if name in found)


ALL_FIELDS = (
    "status",
    "outcomes",
    *FIELDS,
    "missing",
    "assumptions",
    "not_examined",
    "warnings",
    "procedures",
)


def _by_key(result: Result) -> dict[Key, Outcome]:
    return {(each.violation, each.item.id, each.party, each.role): each for each in result.outcomes}


def _compared(outcome: Outcome) -> tuple[object, ...]:
    """The fields of an outcome in the order of FIELDS, without names and days of editions."""
    possible = {_common(each.decision) for each in outcome.possible}
    handed = (outcome.outside, outcome.elsewhere)
    cited = (outcome.basis, outcome.violates)
    return (*_common(outcome), cited, handed, frozenset(possible))


def _common(answer: Outcome | Decision) -> tuple[object, ...]:
    tier, fine = answer.tier, answer.fine
    return (
        answer.disposition,
        answer.stage,
        None if tier is None else (tier.ref.set, tier.id),
        answer.obligation,
        answer.statutory,
        (fine.state, fine.money, fine.alone, fine.layer, answer.item.beside_others),
        fine.suggested,
        answer.measures,
        answer.circumstances,
        answer.alternatives,
    )


def _steps(result: Result, procedures: frozenset[str] | None) -> list[tuple[object, ...]]:
    """The steps of some procedures as far as they are no words."""
    if procedures is not None:
        chosen = _chosen(result.rule_set.procedures, procedures)
        narrow = dataclasses.replace(result.rule_set, procedures=chosen)
        result = dataclasses.replace(result, rule_set=narrow)
    return [
        (
            *_kept_of(step),
            *(step.party, step.violation, step.state, step.to),
            *(step.from_amount, step.up_to_amount, step.daily, step.cap),
        )
        for step in examine(result).steps
    ]


@kept
def _chosen(all: tuple[Procedure, ...], ids: frozenset[str]) -> tuple[Procedure, ...]:
    return tuple(each for each in all if each.id in ids)


def _kept_of(step: Step) -> tuple[object, ...]:
    """What a step shows of its procedure, beside words."""
    procedure = step.procedure
    if procedure is None:
        return (step.title,)
    return procedure.id, procedure.obligation, procedure.deadline, procedure.basis, procedure.status


def failed(error: LiangfaError) -> Failed:
    """Why a side cannot evaluate a case."""
    first = error.findings[0]
    return Failed(first.code, first.message)


# Another day ------------------------------------------------------------------------------


_FIRST_DAY, _LAST_DAY = (day.toordinal() for day in (datetime.date.min, datetime.date.max))


def as_of(case: Case, day: int) -> Case:
    """The case as if each violation were done on another day: all its days move together, so that
    what lies between them stays; without any day it is done and decided on that day."""
    violations = tuple(_done_on(each, day) for each in case.violations)
    return dataclasses.replace(case, violations=violations)


def _done_on(violation: Violation, day: int) -> Violation:
    dates = violation.dates
    if dates.law_day is None:
        moved = dataclasses.replace(dates, acted_on=day, decided_on=day)
    else:
        moved = _shifted(dates, day - dates.law_day)
    return dataclasses.replace(violation, dates=moved)


def _shifted(dates: Dates, days: int) -> Dates:
    def later(day: int | None) -> int | None:
        """The day moved, but not off the calendar."""
        return None if day is None else min(max(day + days, _FIRST_DAY), _LAST_DAY)

    return dataclasses.replace(
        dates,
        acted_on=later(dates.acted_on),
        ended_on=later(dates.ended_on),
        found_on=later(dates.found_on),
        filed_on=later(dates.filed_on),
        decided_on=later(dates.decided_on),
    )

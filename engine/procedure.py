"""What has to be done besides: procedures, referrals to others, listings, each with its state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from engine.limbs import Found, imposes, try_limb
from engine.model import Procedure, RuleSet, Scope
from engine.money import floor_fen
from engine.result import Decision, Money, Outcome, Reason, Result, Warning
from engine.subjects import Subject, answers_of, decision_day, subjects
from engine.truth import Truth, any_of

CALLED = ("required", "depends", "undetermined")


class Step(NamedTuple):
    """One procedure, referral or listing for a party or a violation.

    `state`: required | depends | undetermined | not_required; `from_amount` and `up_to_amount` in
    fen, where a range straddles a threshold; `grounds` are the titles of the limbs that call, or
    may call, for it; `daily` and `cap` of a surcharge in fen.
    """

    procedure: Procedure | None
    kind: str
    title: str
    party: str | None
    violation: str | None
    state: str
    from_amount: int | None
    up_to_amount: int | None
    grounds: tuple[str, ...]
    to: tuple[str | None, str | None] | None
    daily: Money | None
    cap: Money | None
    reason: Reason | None


class Examined(NamedTuple):
    """All the steps, the procedures about which nothing was stated, and warnings of deadlines that
    the stated days do not keep."""

    steps: tuple[Step, ...]
    silent: tuple[Procedure, ...]
    warnings: tuple[Warning, ...]


def examine(result: Result) -> Examined:
    """Every procedure of the rule set against the result, in the rule set's order."""
    rule_set: RuleSet = result.rule_set
    steps: list[Step] = []
    silent: dict[str, Procedure] = {}
    for subject in subjects(result):
        states: dict[str, str] = {}
        for procedure in rule_set.procedures:
            if (procedure.about == "party") is (subject.party is None):
                continue
            step, quiet = _examine(procedure, subject, states, result)
            if step is not None:
                steps.append(step)
                states[procedure.id] = step.state
            if quiet:
                silent[procedure.id] = procedure
    steps.extend(_elsewhere(result))
    called = {each.procedure.id for each in steps if each.procedure and each.state in CALLED}
    return Examined(
        tuple(steps),
        tuple(each for id, each in silent.items() if id not in called),
        tuple(dict.fromkeys(_late(steps, result))),
    )


def _late(steps: list[Step], result: Result) -> Iterator[Warning]:
    """The deadlines in natural days between two stated days of the case that were not kept."""
    for step in steps:
        procedure = step.procedure
        if procedure is None or procedure.between is None or procedure.deadline is None:
            continue
        count, unit, _ = procedure.deadline
        first, last = procedure.between
        for violation in result.case.violations:
            start, end = getattr(violation.dates, first), getattr(violation.dates, last)
            if unit == "days" and None not in (start, end) and end - start > count:
                yield Warning("deadline_passed", f"{procedure.title}，{end - start}日")


# One procedure ----------------------------------------------------------------------------


def _examine(
    procedure: Procedure, subject: Subject, states: dict[str, str], result: Result
) -> tuple[Step | None, bool]:
    """The step for one subject (None where the procedure is not about it), and whether nothing
    was stated that it asks."""
    if not _in_scope(procedure.scope, subject) or not _on_day(procedure, result):
        return None, False
    concerned = subject.suspected if procedure.kind == "referral" else subject.punished
    if not concerned:
        return None, False
    if procedure.follows is not None and states.get(procedure.follows) not in CALLED:
        return None, False
    found = [try_limb(limb, subject, result) for limb in procedure.limbs]
    truth = any_of(each.truth for each in found)
    if truth is None:
        # One of several measures is chosen, and each of them would do under some limb.
        plain = [limb for limb in procedure.limbs if not limb.reads and limb.amount is None]
        union = frozenset().union(*(limb.imposes for limb in plain))
        if union and imposes(union, subject) is True:
            truth = True
            found = [
                each._replace(truth=True) if limb in plain and each.truth is None else each
                for limb, each in zip(procedure.limbs, found, strict=True)
            ]
    if procedure.follows is not None:
        # What comes after a step that is called for is never out of the question.
        found = [each._replace(silent=False) for each in found]
    silent = any(each.silent for each in found)
    state, calling = _state(truth, found)
    if procedure.follows is not None and state == "required":
        state = states[procedure.follows]
    duty = procedure.obligation == "shall" and procedure.kind != "referral"
    if state == "required" and duty and not subject.certain:
        state = "depends"  # a duty that comes with a penalty is as certain as the penalty
    grounds = tuple(
        limb.title for limb, each in zip(procedure.limbs, found, strict=True) if each in calling
    )
    if not calling and silent:
        return None, True
    starts = [each.start for each in calling if each.start is not None]
    ends = [each.end for each in calling if each.end is not None]
    reason = None
    if state in CALLED:
        facts = tuple(dict.fromkeys(pair for each in calling for pair in each.facts))
        cites = tuple(
            dict.fromkeys(
                limb.basis
                for limb, each in zip(procedure.limbs, found, strict=True)
                if each in calling
            )
        )
        slots = (("title", procedure.title), ("grounds", "、".join(grounds)))
        code = f"{procedure.kind}_{state}"
        reason = Reason("procedure", code, procedure.ref, cites, facts, slots)
    daily, cap = _surcharge(procedure, subject.fine) if state in CALLED else (None, None)
    step = Step(
        procedure,
        procedure.kind,
        procedure.title,
        subject.party,
        subject.violation,
        state,
        min(starts) if state == "depends" and starts else None,
        max(ends) if state == "depends" and ends else None,
        grounds if state in CALLED else (),
        (procedure.to, None) if procedure.to is not None else None,
        daily,
        cap,
        reason,
    )
    return step, silent and state == "not_required"


def _in_scope(scope: Scope, subject: Subject) -> bool:
    if scope.kinds and scope.kinds.isdisjoint(subject.kinds):
        return False
    if scope.items and not any(each.item.id in scope.items for each in subject.outcomes):
        return False
    return not scope.roles or any(each.role in scope.roles for each in subject.outcomes)


def _on_day(procedure: Procedure, result: Result) -> bool:
    """Whether it is in force at the decision (the latest, where the case has no day)."""
    if procedure.period is None:
        return True
    day = decision_day(result)
    return procedure.period.end is None if day is None else procedure.period.holds(day)


def _state(truth: Truth, found: list[Found]) -> tuple[str, list[Found]]:
    """The state, and the limbs it comes from."""
    if truth is True:
        return "required", [each for each in found if each.truth is True]
    open_limbs = [each for each in found if each.truth is None and not each.silent]
    depending = [each for each in open_limbs if not each.undetermined]
    if depending:
        return "depends", depending
    return ("undetermined", open_limbs) if open_limbs else ("not_required", [])


def _surcharge(procedure: Procedure, fine: Money) -> tuple[Money | None, Money | None]:
    """What is added for every day of delay, and the most it may come to; cut to the fen."""
    if procedure.surcharge is None:
        return None, None
    daily, cap = procedure.surcharge
    return _share(fine, daily), _share(fine, cap)


def _share(fine: Money, share: Fraction) -> Money:
    low = None if fine.lo is None else floor_fen(share * fine.lo)
    return Money(low, None if fine.hi is None else floor_fen(share * fine.hi))


# What is another authority's business -----------------------------------------------------


def _elsewhere(result: Result) -> Iterator[Step]:
    """Referrals that the outcomes themselves call for: penalties that are not the authority's,
    and measures that another organ decides; required where every answer calls for them."""
    for outcome in result.outcomes:
        answers = answers_of(outcome)
        called: dict[tuple[str, tuple[str | None, str | None]], int] = {}
        for answer in answers:
            for each in _handed(answer, result):
                called[each] = called.get(each, 0) + 1
        for (code, to), count in called.items():
            maybe = code == "measure_by_other" and _only_gravest(outcome, to[0])
            state = "required" if count == len(answers) and not maybe else "depends"
            yield _referral(code, outcome, to, state)


def _handed(
    answer: Outcome | Decision, result: Result
) -> Iterator[tuple[str, tuple[str | None, str | None]]]:
    if answer.outside is not None:
        yield "case_handed_over", answer.outside
        return
    for other in dict.fromkeys(answer.elsewhere):
        yield "case_handed_over", other
    for organ in _organs(answer, result):
        yield "measure_by_other", (organ, None)


def _organs(answer: Outcome | Decision, result: Result) -> Iterable[str]:
    own = {each.organ for each in result.rule_set.layers} | {result.case.authority.organ}
    named = [each.by for each in answer.measures if each.by is not None and each.by not in own]
    return dict.fromkeys(named)


def _only_gravest(outcome: Outcome, organ: str | None) -> bool:
    """Whether an organ decides nothing but the gravest step of a measure that may stop short."""
    own = [one for each in answers_of(outcome) for one in each.measures if one.by == organ]
    return bool(own) and all(each.form == "up_to" for each in own)


def _referral(code: str, outcome: Outcome, to: tuple[str | None, str | None], state: str) -> Step:
    return Step(
        None,
        "referral",
        code,
        outcome.party,
        outcome.violation,
        state,
        None,
        None,
        (),
        to,
        None,
        None,
        None,
    )

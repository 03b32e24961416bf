"""What has to be done besides: procedures, referrals to others, listings, each with its state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from engine.calling import SILENT, Call, Group, Ready, call_for, made_ready
from engine.concurrence import totals
from engine.general_rules import Procedure, Scope
from engine.handing_over import handed_over
from engine.model import RuleSet
from engine.result import CALLED, Examined, Money, Result, Step, Warning
from engine.subjects import Subject, decision_day, subjects


def examine(result: Result) -> Examined:
    """Every procedure of the rule set against the result, in the rule set's order."""
    rule_set: RuleSet = result.rule_set
    day = decision_day(result)
    ready = made_ready(rule_set.procedures)
    steps: list[Step] = []
    silent: dict[str, Procedure] = {}
    sums = tuple(totals(result.outcomes, result.case))
    for subject in subjects(result, sums):
        states: dict[str, str] = {}
        group = ready["violation" if subject.party is None else "party"]
        asked = group.all
        if subject.punishable and subject.stated.isdisjoint(group.heard):
            asked = group.loud
            silent.update(group.quiet)
        for each in asked:
            procedure = each.procedure
            if not _concerns(each, subject, day, states):
                continue
            step = _examine(each, subject, states, rule_set)
            if step is None:
                silent[procedure.id] = procedure
            else:
                steps.append(step)
                states[procedure.id] = step.state
    steps.extend(handed_over(result))
    called = {each.procedure.id for each in steps if each.procedure and each.state in CALLED}
    return Examined(
        tuple(steps),
        tuple(_never_called(silent, called, ready)),
        tuple(dict.fromkeys(_late(steps, result))),
        sums,
    )


def _never_called(
    silent: Iterable[str], called: set[str], ready: Mapping[str, Group]
) -> Iterator[Procedure]:
    """The silent procedures that nobody's case calls for, in their order."""
    left = set(silent) - called
    for group in ready.values():
        for each in group.all:
            if each.procedure.id in left:
                yield each.procedure


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


def _examine(
    ready: Ready, subject: Subject, states: dict[str, str], rule_set: RuleSet
) -> Step | None:
    """The step for one subject; None where nothing was stated that the procedure asks."""
    procedure, call = ready.procedure, call_for(ready, subject, rule_set)
    if call is SILENT:
        return None
    state = call.state
    if procedure.follows is not None and state == "required":
        state = states[procedure.follows]
    if state == "required" and ready.duty and not subject.certain:
        state = "depends"  # a duty that comes with a penalty is as certain as the penalty
    return _step(procedure, subject, state, call)


def _step(procedure: Procedure, subject: Subject, state: str, call: Call) -> Step:
    reason, daily, cap = None, None, None
    if call.limbs:
        reason = call.reason(procedure, state)
        if procedure.surcharge is not None:
            daily, cap = (_share(subject.fine, each) for each in procedure.surcharge)
    return Step(
        procedure,
        procedure.kind,
        procedure.title,
        subject.party,
        subject.violation,
        state,
        call.start,
        call.end,
        call.grounds,
        (procedure.to, None) if procedure.to is not None else None,
        daily,
        cap,
        reason,
    )


def _concerns(ready: Ready, subject: Subject, day: int | None, states: dict[str, str]) -> bool:
    """Whether a procedure is about a subject: after a step that is called for, suspected or to be
    punished, in scope, and in force."""
    procedure = ready.procedure
    if procedure.follows is not None and states.get(procedure.follows) not in CALLED:
        return False
    if not (subject.suspected if procedure.kind == "referral" else subject.punishable):
        return False
    if ready.scope is not None and not _in_scope(ready.scope, subject):
        return False
    return procedure.period is None or procedure.period.in_force(day)


def _in_scope(scope: Scope, subject: Subject) -> bool:
    if scope.kinds and scope.kinds.isdisjoint(subject.kinds):
        return False
    if scope.items and not any(each.item.id in scope.items for each in subject.outcomes):
        return False
    return not scope.roles or any(each.role in scope.roles for each in subject.outcomes)


def _share(fine: Money, share: Fraction) -> Money:
    """A share of a fine, cut to the fen."""
    up, down = share.numerator, share.denominator
    low = None if fine.lo is None else up * fine.lo // down
    return Money(low, None if fine.hi is None else up * fine.hi // down)

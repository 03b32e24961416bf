"""What has to be done besides: procedures, referrals to others, listings, each with its state."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from engine.concurrence import totals
from engine.dates import Period
from engine.keeping import kept
from engine.limbs import Found, imposes, try_limb, unstated
from engine.model import Limb, Procedure, RuleSet, Scope
from engine.result import Decision, Money, Outcome, Reason, Result, Warning
from engine.subjects import Subject, answers_of, decision_day, subjects
from engine.truth import any_of

Limbs = Sequence[tuple[Limb, Found]]
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
    """All the steps, the procedures about which nothing was stated, warnings of deadlines that
    the stated days do not keep, and what each party is to pay in all."""

    steps: tuple[Step, ...]
    silent: tuple[Procedure, ...]
    warnings: tuple[Warning, ...]
    totals: tuple[tuple[str, Money], ...]


def examine(result: Result) -> Examined:
    """Every procedure of the rule set against the result, in the rule set's order."""
    rule_set: RuleSet = result.rule_set
    day = decision_day(result)
    ready = _ready(rule_set.procedures)
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
    steps.extend(_elsewhere(result))
    called = {each.procedure.id for each in steps if each.procedure and each.state in CALLED}
    return Examined(
        tuple(steps),
        tuple(_never_called(silent, called, ready)),
        tuple(dict.fromkeys(_late(steps, result))),
        sums,
    )


def _never_called(
    silent: Iterable[str], called: set[str], ready: Mapping[str, _Group]
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


# One procedure ----------------------------------------------------------------------------


class _Call(NamedTuple):
    """How the limbs of a procedure call for it: the state by themselves, the limbs that call, or
    may call, for it, with their titles and the amounts from which and up to which they do, and the
    reasons by state as far as they are the same in every case."""

    state: str
    limbs: Limbs
    grounds: tuple[str, ...]
    start: int | None
    end: int | None
    reasons: Mapping[str, Reason]


# No limb calls for a procedure, or nothing was stated that any of them asks.
_NOT_REQUIRED = _Call("not_required", (), (), None, None, {})
_SILENT = _Call("silent", (), (), None, None, {})


class _Ready(NamedTuple):
    """A procedure made ready: whom it concerns (None: everyone), whether it is a duty, the facts
    its limbs ask; each limb with what it comes to where nobody stated what it asks, and how they
    call for it then (None where they ask the answer, too)."""

    procedure: Procedure
    scope: Scope | None
    duty: bool
    asks: frozenset[str]
    limbs: tuple[tuple[Limb, Found | None], ...]
    unstated: _Call | None


class _Group(NamedTuple):
    """The procedures about a party, or about a violation, in their order. The `quiet` ones, which
    concern everybody, are silent unless one of the facts in `heard` is stated."""

    all: tuple[_Ready, ...]
    loud: tuple[_Ready, ...]
    quiet: dict[str, Procedure]
    heard: frozenset[str]


@kept
def _ready(procedures: tuple[Procedure, ...]) -> dict[str, _Group]:
    """The procedures made ready, by what they are about."""
    found: dict[str, list[_Ready]] = {"party": [], "violation": []}
    for each in procedures:
        limbs = tuple([(limb, unstated(limb)) for limb in each.limbs])
        ready = _Ready(
            each,
            each.scope if any((each.scope.kinds, each.scope.roles, each.scope.items)) else None,
            each.obligation == "shall" and each.kind != "referral",
            frozenset().union(*[limb.reads for limb in each.limbs]),
            limbs,
            _unstated(each, limbs),
        )
        found[each.about].append(ready)
    return {about: _group(each) for about, each in found.items()}


def _group(listed: list[_Ready]) -> _Group:
    quiet = [each for each in listed if _is_quiet(each)]
    return _Group(
        tuple(listed),
        tuple([each for each in listed if not _is_quiet(each)]),
        {each.procedure.id: each.procedure for each in quiet},
        frozenset().union(*[each.asks for each in quiet]),
    )


def _is_quiet(ready: _Ready) -> bool:
    procedure = ready.procedure
    free = procedure.follows is None and procedure.period is None and ready.scope is None
    return free and ready.unstated is _SILENT and procedure.kind != "referral"


def _unstated(procedure: Procedure, found: tuple[tuple[Limb, Found | None], ...]) -> _Call | None:
    limbs = [(limb, each) for limb, each in found if each is not None]
    if len(limbs) < len(found):
        return None
    call = _call(procedure, limbs)
    if not call.limbs:
        return call
    return call._replace(reasons={each: _reason(procedure, each, call) for each in CALLED})


def _examine(
    ready: _Ready, subject: Subject, states: dict[str, str], rule_set: RuleSet
) -> Step | None:
    """The step for one subject; None where nothing was stated that the procedure asks."""
    procedure, call = ready.procedure, ready.unstated
    if call is None or not subject.stated.isdisjoint(ready.asks):
        call = _call(procedure, _limbs(ready, subject, rule_set))
    if call is _SILENT:
        return None
    state = call.state
    if procedure.follows is not None and state == "required":
        state = states[procedure.follows]
    if state == "required" and ready.duty and not subject.certain:
        state = "depends"  # a duty that comes with a penalty is as certain as the penalty
    return _step(procedure, subject, state, call)


def _limbs(ready: _Ready, subject: Subject, rule_set: RuleSet) -> Limbs:
    """The limbs, each with what it comes to."""
    stated = subject.stated
    limbs = [
        (limb, quiet)
        if quiet is not None and stated.isdisjoint(limb.reads)
        else (limb, try_limb(limb, subject, rule_set))
        for limb, quiet in ready.limbs
    ]
    if any_of([found.truth for _, found in limbs]) is not None:
        return limbs
    # One of several measures is chosen, and each of them would do under some limb.
    listed = [limb.imposes for limb, _ in ready.limbs if limb.imposes and _plain(limb)]
    if not listed or imposes(frozenset().union(*listed), subject) is not True:
        return limbs
    return [
        (limb, found._replace(truth=True) if found.truth is None and _plain(limb) else found)
        for limb, found in limbs
    ]


def _plain(limb: Limb) -> bool:
    """Whether a limb hangs on nothing but the measures imposed."""
    return not limb.reads and limb.amount is None


def _call(procedure: Procedure, limbs: Limbs) -> _Call:
    """How the limbs call for the procedure."""
    calling = [each for each in limbs if each[1].truth is True]
    if calling:
        return _called("required", calling)
    # What comes after a step that is called for is never out of the question.
    after = procedure.follows is not None
    calling = [each for each in limbs if each[1].truth is None and (after or not each[1].silent)]
    depending = [each for each in calling if not each[1].undetermined]
    if depending:
        return _called("depends", depending)
    if calling:
        return _called("undetermined", calling)
    silent = not after and any([each.silent for _, each in limbs])
    return _SILENT if silent else _NOT_REQUIRED


def _called(state: str, limbs: Limbs) -> _Call:
    grounds = tuple([limb.title for limb, _ in limbs])
    if state != "depends":
        return _Call(state, limbs, grounds, None, None, {})
    starts = [found.start for _, found in limbs if found.start is not None]
    ends = [found.end for _, found in limbs if found.end is not None]
    return _Call(state, limbs, grounds, min(starts, default=None), max(ends, default=None), {})


def _reason(procedure: Procedure, state: str, call: _Call) -> Reason:
    return Reason(
        "procedure",
        f"{procedure.kind}_{state}",
        procedure.ref,
        tuple(dict.fromkeys([limb.basis for limb, _ in call.limbs])),
        tuple(dict.fromkeys([pair for _, found in call.limbs for pair in found.facts])),
        (("title", procedure.title), ("grounds", "、".join(call.grounds))),
    )


def _step(procedure: Procedure, subject: Subject, state: str, call: _Call) -> Step:
    reason, daily, cap = None, None, None
    if call.limbs:
        reason = call.reasons.get(state) or _reason(procedure, state, call)
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


def _concerns(ready: _Ready, subject: Subject, day: int | None, states: dict[str, str]) -> bool:
    """Whether a procedure is about a subject: after a step that is called for, suspected or to be
    punished, in scope, and in force."""
    procedure = ready.procedure
    if procedure.follows is not None and states.get(procedure.follows) not in CALLED:
        return False
    if not (subject.suspected if procedure.kind == "referral" else subject.punishable):
        return False
    if ready.scope is not None and not _in_scope(ready.scope, subject):
        return False
    return procedure.period is None or _on_day(procedure.period, day)


def _in_scope(scope: Scope, subject: Subject) -> bool:
    if scope.kinds and scope.kinds.isdisjoint(subject.kinds):
        return False
    if scope.items and not any(each.item.id in scope.items for each in subject.outcomes):
        return False
    return not scope.roles or any(each.role in scope.roles for each in subject.outcomes)


def _on_day(period: Period, day: int | None) -> bool:
    """Whether the decision lies in a period (the latest one, where the case has no day)."""
    return period.end is None if day is None else period.holds(day)


def _share(fine: Money, share: Fraction) -> Money:
    """A share of a fine, cut to the fen."""
    up, down = share.numerator, share.denominator
    low = None if fine.lo is None else up * fine.lo // down
    return Money(low, None if fine.hi is None else up * fine.hi // down)


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
    named = dict.fromkeys([each.by for each in answer.measures if each.by is not None])
    if not named:
        return ()
    own = {each.organ for each in result.rule_set.layers} | {result.case.authority.organ}
    return [each for each in named if each not in own]


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

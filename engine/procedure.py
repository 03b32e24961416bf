"""What has to be done besides: procedures, referrals to others, listings, each with its state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from engine.case import Party, Violation
from engine.concurrence import totals
from engine.conditions import compile_condition, tests_of
from engine.facts import Span, Value, Values
from engine.model import AmountTest, Limb, Procedure, RuleSet, Scope
from engine.money import floor_fen
from engine.result import Decision, Imposed, Money, Outcome, Reason, Result, Warning
from engine.truth import Truth, all_of, any_of, negate

CALLED = ("required", "depends", "undetermined")
# What procedures may read of the outcome, besides the facts stated.
PSEUDO = frozenset({"fine", "confiscated", "party_kind"})
_COMPARE: dict[str, Callable[[int, int], bool]] = {
    "at_least": lambda amount, bound: amount >= bound,
    "above": lambda amount, bound: amount > bound,
    "at_most": lambda amount, bound: amount <= bound,
    "below": lambda amount, bound: amount < bound,
}


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


class _Subject(NamedTuple):
    """A party under all violations, or one violation with all its parties."""

    party: str | None
    violation: str | None
    kinds: frozenset[str]
    outcomes: tuple[Outcome, ...]
    suspected: bool
    punished: bool
    certain: bool
    worlds: tuple[Values, ...]
    stated: frozenset[str]
    fine: Money
    confiscated: Money


class _Found(NamedTuple):
    truth: Truth
    undetermined: bool
    silent: bool
    start: int | None
    end: int | None
    facts: tuple[tuple[str, Value | None], ...]


def examine(result: Result) -> Examined:
    """Every procedure of the rule set against the result, in the rule set's order."""
    rule_set: RuleSet = result.rule_set
    steps: list[Step] = []
    silent: dict[str, Procedure] = {}
    for subject in (*_parties(result), *_violations(result)):
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


# Whom and what it is about ----------------------------------------------------------------


def _parties(result: Result) -> Iterator[_Subject]:
    for party, total in totals(result.outcomes, result.case):
        outcomes = tuple(each for each in result.outcomes if each.party == party)
        named = next((each for each in result.case.parties if each.id == party), None)
        violations = _of(outcomes, result)
        worlds = [_stated(result, each, named) for each in violations]
        yield _subject(party, None, outcomes, worlds, total, _confiscated(outcomes, result), result)


def _violations(result: Result) -> Iterator[_Subject]:
    for violation in result.case.violations:
        outcomes = tuple(each for each in result.outcomes if each.violation == violation.id)
        if not outcomes:
            continue
        worlds = [_stated(result, violation, None)]
        worlds += [_stated(result, violation, each) for each in result.case.parties if each.facts]
        unknown = Money(0, None)
        yield _subject(None, violation.id, outcomes, worlds, unknown, unknown, result)


def _subject(
    party: str | None,
    violation: str | None,
    outcomes: tuple[Outcome, ...],
    worlds: list[Values],
    fine: Money,
    confiscated: Money,
    result: Result,
) -> _Subject:
    kinds = frozenset(result.rule_set.roles[each.role][1] for each in outcomes)
    stated = frozenset(name for values in worlds for name in values)
    pseudo: Values = {
        "fine": _span(fine),
        "confiscated": _span(confiscated),
        "party_kind": kinds,
    }
    for values in worlds:
        values |= pseudo
    return _Subject(
        party,
        violation,
        kinds,
        outcomes,
        any(each.disposition != "not_established" for each in outcomes),
        any(_may_punish(each) for each in outcomes),
        any(_must_punish(each) for each in outcomes),
        tuple(worlds),
        stated,
        fine,
        confiscated,
    )


def _of(outcomes: tuple[Outcome, ...], result: Result) -> list[Violation]:
    ids = {each.violation for each in outcomes}
    return [each for each in result.case.violations if each.id in ids]


def _stated(result: Result, violation: Violation, party: Party | None) -> Values:
    """What is stated of a violation and a party, and what follows from it."""
    values = dict(result.case.facts | violation.facts)
    if party is not None:
        values |= party.facts
    for name, derived in result.rule_set.derived.items():
        value = derived.compute(values)
        if value is not None:
            values[name] = value
    return values


def _confiscated(outcomes: tuple[Outcome, ...], result: Result) -> Money:
    """What is confiscated from a party in all; the same thing under several norms once."""
    acts = {each.id: each.act or f"violation {each.id}" for each in result.case.violations}
    lows: dict[object, int] = {}
    highs: dict[object, int | None] = {}
    for outcome in outcomes:
        for answer in _answers(outcome):
            if answer.disposition not in ("penalize", "may_exempt", "open"):
                continue
            for measure in answer.measures:
                if measure.amount is not None:
                    key = (acts[outcome.violation], measure.kinds)
                    lows[key] = max(lows.get(key, 0), measure.amount.lo or 0)
                    high = measure.amount.hi
                    before = highs.get(key, 0)
                    highs[key] = None if high is None or before is None else max(before, high)
    known = [each for each in highs.values() if each is not None]
    sure = not any(outcome.possible for outcome in outcomes)
    return Money(
        sum(lows.values()) if sure else 0, sum(known) if len(known) == len(highs) else None
    )


def _answers(outcome: Outcome) -> list[Outcome | Decision]:
    found: list[Outcome | Decision] = [each.decision for each in outcome.possible]
    return found or [outcome]


# One procedure ----------------------------------------------------------------------------


def _examine(
    procedure: Procedure, subject: _Subject, states: dict[str, str], result: Result
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
    found = [_try(limb, subject, result) for limb in procedure.limbs]
    truth = any_of(each.truth for each in found)
    if truth is None:
        # One of several measures is chosen, and each of them would do under some limb.
        plain = [limb for limb in procedure.limbs if not limb.reads and limb.amount is None]
        union = frozenset().union(*(limb.imposes for limb in plain))
        if union and _imposes(union, subject) is True:
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


def _in_scope(scope: Scope, subject: _Subject) -> bool:
    if scope.kinds and scope.kinds.isdisjoint(subject.kinds):
        return False
    if scope.items and not any(each.item.id in scope.items for each in subject.outcomes):
        return False
    return not scope.roles or any(each.role in scope.roles for each in subject.outcomes)


def _on_day(procedure: Procedure, result: Result) -> bool:
    """Whether it is in force at the decision (the latest, where the case has no day)."""
    if procedure.period is None:
        return True
    day = _decision_day(result)
    return procedure.period.end is None if day is None else procedure.period.holds(day)


def _decision_day(result: Result) -> int | None:
    days = [each.dates.decided_on for each in result.case.violations if each.dates.decided_on]
    return max(days, default=None)


def _may_punish(outcome: Outcome) -> bool:
    return any(each.disposition in ("penalize", "may_exempt", "open") for each in _answers(outcome))


def _must_punish(outcome: Outcome) -> bool:
    """Whether a penalty is certain, whatever is still open."""
    return all(each.disposition == "penalize" for each in _answers(outcome)) and (
        outcome.obligation == "shall"
        or any(each.effect == "not_replaced" for each in outcome.alternatives)
        or any(each.obligation == "shall" and _punishing(each) for each in outcome.measures)
    )


def _punishing(measure: Imposed) -> bool:
    return measure.nature in ("penalty", "discipline")


def _state(truth: Truth, found: list[_Found]) -> tuple[str, list[_Found]]:
    """The state, and the limbs it comes from."""
    if truth is True:
        return "required", [each for each in found if each.truth is True]
    open_limbs = [each for each in found if each.truth is None and not each.silent]
    depending = [each for each in open_limbs if not each.undetermined]
    if depending:
        return "depends", depending
    return ("undetermined", open_limbs) if open_limbs else ("not_required", [])


def _try(limb: Limb, subject: _Subject, result: Result) -> _Found:
    truths: list[Truth] = []
    reach = _Reach(True)
    if limb.amount is not None:
        reach = _reaches(limb.amount, subject, result)
        truths.append(reach.truth)
    if limb.imposes:
        truths.append(_imposes(limb.imposes, subject))
    if limb.imposes_only is not None:
        truths.append(_imposes_only(limb.imposes_only, subject))
    rest = all_of(truths)
    asked = _ask(limb, subject)
    truth = all_of((rest, asked.truth))
    # What hangs on facts that nobody stated is reported as not examined.
    silent = asked.silent and rest is not False
    undetermined = truth is None and not reach.known and not silent
    if truth is not None:
        return _Found(truth, False, silent, None, None, asked.facts)
    start = reach.start if reach.start is not None else asked.start
    return _Found(truth, undetermined, silent, start, reach.end, asked.facts)


def _ask(limb: Limb, subject: _Subject) -> _Found:
    """The limb's condition on stated facts, for any of the violations it may rest on."""
    if not limb.reads:
        return _Found(True, False, False, None, None, ())
    stated = [name for name in limb.reads if name in subject.stated]
    own = [name for name in limb.reads if name not in PSEUDO]
    if not stated and len(own) == len(limb.reads):
        return _Found(limb.unstated, False, limb.unstated is not True, None, None, ())
    worlds = [{**limb.taken, **values} for values in subject.worlds]
    truth = any_of(limb.ask(values) for values in worlds)
    telling = [values for values in worlds if limb.ask(values) is truth]
    facts = min(
        (tuple((name, values[name]) for name in stated if name in values) for values in telling),
        key=repr,
        default=(),
    )
    silent = truth is not True and bool(own) and not stated
    bound = _bound(limb, worlds) if truth is None else None
    return _Found(truth, False, silent, bound, None, facts)


def _bound(limb: Limb, worlds: list[Values]) -> int | None:
    """The fine from which a condition on it would hold, where that is what leaves it open."""
    for test in tests_of(limb.when):
        if test.fact == "fine" and isinstance(test.operand, int):
            ask = compile_condition(test)
            if test.operand > 0 and any(ask(values) is None for values in worlds):
                return test.operand
    return None


def _span(money: Money) -> Span:
    high = money.hi if money.hi is not None else 10**15
    return Span(1 if money.lo is None else money.lo, high)


class _Reach(NamedTuple):
    """Whether an amount meets its bound; where the range straddles it, from which amount on, or up
    to which; `known` is False where the bound has no verified value."""

    truth: Truth
    start: int | None = None
    end: int | None = None
    known: bool = True


def _reaches(test: AmountTest, subject: _Subject, result: Result) -> _Reach:
    bound = test.fen if test.parameter is None else _parameter(test.parameter, result)
    money = subject.fine if test.of == "fine" else subject.confiscated
    if money.hi == 0:
        return _Reach(False)
    if bound is None:
        return _Reach(None, known=False)
    compare, rising = _COMPARE[test.op], test.op in ("at_least", "above")
    low = compare(1 if money.lo is None else money.lo, bound)
    high = rising if money.hi is None else compare(money.hi, bound)
    if low is high:
        return _Reach(low)
    if rising:
        return _Reach(None, start=bound + (test.op == "above"))
    return _Reach(None, end=bound - (test.op == "below"))


def _parameter(name: str, result: Result) -> int | None:
    """The verified value in force at the decision (the latest, where the case has no day)."""
    day = _decision_day(result)
    known = [
        (period.start, fen)
        for period, fen, status in result.rule_set.parameters[name].values
        if status == "verified" and (period.end is None if day is None else period.holds(day))
    ]
    return max(known)[1] if known else None


def _imposes(kinds: frozenset[str], subject: _Subject) -> Truth:
    """Whether one of the measures is imposed: for certain, possibly, or not."""
    return any_of(
        _has(outcome, lambda one: bool(kinds.intersection(one.kinds)), kinds.issuperset)
        for outcome in subject.outcomes
        if _may_punish(outcome)
    )


def _imposes_only(kinds: frozenset[str], subject: _Subject) -> Truth:
    """Whether no measure that punishes lies outside the list."""
    return negate(
        any_of(
            _has(
                outcome,
                lambda one: _punishing(one) and not kinds.issuperset(one.kinds),
                kinds.isdisjoint,
            )
            for outcome in subject.outcomes
            if _may_punish(outcome)
        )
    )


def _has(
    outcome: Outcome,
    wanted: Callable[[Imposed], bool],
    surely: Callable[[Iterable[str]], bool],
) -> Truth:
    """Whether an outcome has a wanted measure: in every answer, in some, or in none. One of
    several kinds is sure only where all the kinds are (`surely`)."""
    has = [[one for one in each.measures if wanted(one)] for each in _answers(outcome)]
    if not any(has):
        return False
    firm = outcome.disposition == "penalize" and all(
        any(one.obligation == "shall" and surely(one.kinds) for one in each) for each in has
    )
    return True if firm else None


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
        answers = _answers(outcome)
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
    own = [one for each in _answers(outcome) for one in each.measures if one.by == organ]
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

"""What a case states against itself: twice and not alike, of nobody in particular, or of facts that
cannot hold together."""

from __future__ import annotations

from collections.abc import Iterator

from engine.case import Party, Violation
from engine.conditions import tests_of
from engine.derived import with_derived
from engine.facts import Values
from engine.faults import Finding
from engine.model import RuleSet
from engine.source import Pointer, Source


def contradictions(
    facts: Values,
    at: Pointer,
    parties: tuple[Party, ...],
    charged: tuple[Violation, ...],
    rule_set: RuleSet,
    source: Source,
) -> Iterator[Finding]:
    """The faults in what is stated of the case (`facts`, which stand `at`), of its parties, and of
    the violations charged."""
    if len(parties) > 1:
        yield from _shared_money(facts, at, rule_set, source)
        for violation in charged:
            yield from _shared_money(violation.facts, _facts_of(violation), rule_set, source)
    for violation in charged:
        yield from _stated_twice(violation.facts, facts, _facts_of(violation), rule_set, source)
        outer = facts | violation.facts
        for party in parties:
            yield from _stated_twice(party.facts, outer, _facts_of(party), rule_set, source)
        yield from _against_each_other(violation, outer, parties, rule_set, source)


def _facts_of(stating: Violation | Party) -> Pointer:
    return (*stating.pointer, "facts")


def _shared_money(
    facts: Values, at: Pointer, rule_set: RuleSet, source: Source
) -> Iterator[Finding]:
    """One person's money must not silently become everybody's."""
    for name in facts:
        fact = rule_set.facts[name]
        if fact.about == "party" and fact.type == "amount":
            yield source.finding(
                "whose_amount",
                (*at, name),
                f"有几个当事人，看不出“{fact.label}”是谁的",
                "请写到该当事人自己的 facts 里",
                key=True,
            )


def _stated_twice(
    own: Values, outer: Values, at: Pointer, rule_set: RuleSet, source: Source
) -> Iterator[Finding]:
    """A fact stated twice must agree."""
    for name, value in own.items():
        if outer.get(name, value) != value:
            yield source.finding(
                "fact_stated_twice",
                (*at, name),
                f"“{rule_set.facts[name].label}”在两处填得不同",
                "同一事实只在一处填写",
                key=True,
            )


def _against_each_other(
    violation: Violation,
    outer: Values,
    parties: tuple[Party, ...],
    rule_set: RuleSet,
    source: Source,
) -> Iterator[Finding]:
    """The stated facts, with those of each party in turn, must be able to hold together."""
    at = _facts_of(violation)
    told: set[str] = set()
    for stated in [party.facts for party in parties] or [{}]:
        values = with_derived(outer | stated, rule_set.derived)
        for conflict in rule_set.conflicts:
            if conflict.because in told or conflict.ask(values) is not True:
                continue
            told.add(conflict.because)
            names = dict.fromkeys(test.fact for test in tests_of(conflict.when))
            labels = "”“".join(rule_set.facts[name].label for name in names)
            where = next((name for name in names if name in violation.facts), None)
            yield source.finding(
                "facts_contradict",
                (*at, where) if where else at,
                f"“{labels}”的填写互相矛盾：{conflict.because}",
                "请核对案卷后改正",
                key=where is not None,
            )

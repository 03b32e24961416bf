"""Which facts of the vocabulary does some rule read?"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from engine.conditions import Condition, tests_of
from engine.facts import Fact
from engine.faults import Finding, Place
from engine.fine import Fine, PerDay, Scaled
from engine.item import Item, Measure
from engine.model import RuleSet


def never_read(rule_sets: Iterable[RuleSet]) -> Iterator[Finding]:
    """The facts that no rule of any of the rule sets reads: a layer may define what only a nearer
    one reads, so every rule set of a folder has to be known."""
    unread: dict[Place, Fact] = {}
    read: set[Place] = set()
    for rule_set in rule_sets:
        names = _read(rule_set)
        for name, fact in rule_set.facts.items():
            if name in names:
                read.add(fact.place)
            else:
                unread.setdefault(fact.place, fact)
    for place, fact in unread.items():
        if place not in read:
            yield Finding(
                "fact_never_read",
                place,
                f"没有任何规则用到事实“{fact.name}”（{fact.label}）",
                "请用上它或者删去；留给以后的基准的，照旧即可"
                if fact.derived
                else "请在条件里用上它，或者把它删去",
                # A computed fact asks nobody for anything.
                "note" if fact.derived else "warning",
            )


def _read(rule_set: RuleSet) -> frozenset[str]:
    """The facts read, with those that they are computed from."""
    names = {test.fact for when in _conditions(rule_set) for test in tests_of(when)}
    names.update(_amounts(rule_set))
    waiting = list(names)
    while waiting:
        derived = rule_set.derived.get(waiting.pop())
        if derived is not None:
            new = [name for name in derived.inputs if name not in names]
            names.update(new)
            waiting += new
    return frozenset(names)


def _items(rule_set: RuleSet) -> Iterator[Item]:
    return itertools.chain.from_iterable(rule_set.items.values())


def _conditions(rule_set: RuleSet) -> Iterator[Condition]:
    for item in _items(rule_set):
        yield item.established_when
        for penalty in item.penalties:
            yield penalty.when
            yield from (tier.when for table in penalty.tables for tier in table.tiers)
    for fine in _fines(rule_set):
        if isinstance(fine.amount, Scaled) and fine.amount.substitute is not None:
            yield fine.amount.substitute.when
    yield from (measure.when for measure in _measures(rule_set))
    for circumstance in rule_set.circumstances:
        yield circumstance.when
        if circumstance.excluded_when is not None:
            yield circumstance.excluded_when
    yield from (limitation.when for limitation in rule_set.limitations)
    yield from (limb.when for each in rule_set.procedures for limb in each.limbs)


def _fines(rule_set: RuleSet) -> Iterator[Fine]:
    for item in _items(rule_set):
        for penalty in item.penalties:
            if penalty.fine is not None:
                yield penalty.fine
            yield from (tier.fine for table in penalty.tables for tier in table.tiers)


def _measures(rule_set: RuleSet) -> Iterator[Measure]:
    for item in _items(rule_set):
        for penalty in item.penalties:
            yield from penalty.measures
    yield from (measure for each in rule_set.circumstances for measure in each.measures)
    yield from (measure for each in rule_set.limitations for measure in each.measures)


def _amounts(rule_set: RuleSet) -> Iterator[str]:
    """The facts that amounts are computed from."""
    for fine in _fines(rule_set):
        amount = fine.amount
        if isinstance(amount, PerDay):
            yield from (amount.base, amount.days)
        while isinstance(amount, Scaled):
            yield amount.base
            if amount.substitute is None:
                break
            amount = amount.substitute.amount
    yield from (each.amount_of for each in _measures(rule_set) if each.amount_of is not None)

"""Can some conditions hold together, and does one hold whenever another does?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from engine.checks.sources import Undecidable
from engine.checks.trying import Space, TooMany
from engine.conditions import AllOf, AnyOf, Condition, Not, simplify, tests_of
from engine.item import Item
from engine.model import RuleSet

# So many ways of establishing an item are told apart.
MAX_WAYS = 64


def impossible(conditions: list[Condition], rule_set: RuleSet, day: int) -> bool:
    """Whether it is certain that no facts make all the conditions hold together; dates are looked
    for from `day` on."""
    space = Space(conditions, [], rule_set, day)
    try:
        return all(space.example(point) is None for point in space.points())
    except (TooMany, Undecidable):
        return False


def _possible(conditions: list[Condition], rule_set: RuleSet, day: int) -> bool:
    """Whether it is certain that some facts do."""
    space = Space(conditions, [], rule_set, day)
    try:
        return any(space.example(point) is not None for point in space.points())
    except (TooMany, Undecidable):
        return False


def implies(item: Item, other: Item, rule_set: RuleSet) -> bool:
    """Whether one of the ways that establish an item is certain to establish the other too."""
    if not _roots(item, rule_set) & _roots(other, rule_set):
        return False
    day = max(item.period.start, other.period.start)
    beyond = Not(other.established_when)
    return any(
        _possible([way], rule_set, day) and impossible([way, beyond], rule_set, day)
        for way in itertools.islice(_ways(item.established_when), MAX_WAYS)
    )


def _roots(item: Item, rule_set: RuleSet) -> frozenset[str]:
    named = (rule_set.roots(test.fact) for test in tests_of(item.established_when))
    return frozenset[str]().union(*named)


def _ways(condition: Condition) -> Iterator[Condition]:
    """The parts of which one suffices."""
    if isinstance(condition, AnyOf):
        for part in condition.parts:
            yield from _ways(part)
    elif isinstance(condition, AllOf):
        for parts in itertools.product(*(tuple(_ways(part)) for part in condition.parts)):
            yield simplify(list(parts))
    else:
        yield condition

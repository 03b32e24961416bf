"""One item and role in which a rule is set up: which facts a case may state there, under which of
them the rule comes out as wanted, and the case that states them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any, NamedTuple

from engine.borders import GivenUp, Goal, Search, border_values, every_case
from engine.conditions import Condition, Test, tests_of
from engine.dates import day_text
from engine.encoding import tiers_of
from engine.evaluate import Engine
from engine.facts import STEPS, Number, Span, Value, Values
from engine.general_rules import Circumstance, Limitation, Procedure
from engine.item import Item, Penalty, Tier, TierTable
from engine.limbs import PSEUDO
from engine.model import RuleSet
from engine.proving import ProvenItem

# Among how many answers the nearest to the border is looked for.
MAX_ANSWERS = 200
# An amount that only multiplies something, in whole units.
_SOME = 1000

Beside = Circumstance | Limitation | Procedure


class Home(NamedTuple):
    """Where a condition is asked: an item, and the penalty and tier it belongs to, if any."""

    item: Item
    penalty: Penalty | None = None
    table: TierTable | None = None
    tier: Tier | None = None


def others_of(condition: Condition, test: Test) -> list[Goal]:
    """The other tests of a condition, all true."""
    return [
        Goal(each, True)
        for each in tests_of(condition)
        if each.place != test.place and each.fact != test.fact and each.fact not in PSEUDO
    ]


class Scene:
    """One item and role, with a rule to be set up in it: the facts that may be stated, and the
    goals that make its penalty apply; `exact` where facts not found are certain not to be. The case
    is set on `day` where there is one; conditions `beside` the rule's own are stated, too."""

    def __init__(
        self,
        engine: Engine,
        home: Home,
        condition: Condition,
        rule: Beside | None = None,
        beside: Iterable[Condition] = (),
    ) -> None:
        self._engine, self._rule_set = engine, engine.rule_set
        self.home, self._rule = home, rule
        proven: ProvenItem = engine.prove(home.item)
        self._proven = proven
        self._penalty = home.penalty or proven.item.penalties[0]
        self.role = self._penalty.roles[0]
        own = [each for each in proven.item.penalties if self.role in each.roles]
        read = [home.item.established_when, *(each.when for each in own)]
        read += [each.when for one in own if one.id == self._penalty.id for each in tiers_of(one)]
        read += [each.when for one in own if one.id == self._penalty.id for each in one.measures]
        asked = [test for each in (condition, *beside) for test in tests_of(each)]
        told = [test for test in asked if test.fact not in PSEUDO]
        tests = [*told, *(test for each in read for test in tests_of(each))]
        self._told = self._roots(told)
        self._candidates = border_values(tests, self._rule_set)
        self.day: int | None = None
        self.exact = every_case(tests, self._rule_set)

    def _roots(self, tests: Iterable[Test]) -> dict[str, None]:
        rule_set = self._rule_set
        return {root: None for each in tests for root in sorted(rule_set.roots(each.fact))}

    def applies(self) -> list[Goal]:
        """The goals under which the item is established and the penalty applies."""
        conditions = (self.home.item.established_when, self._penalty.when)
        return [Goal(each, True) for each in conditions]

    def ladder(self, condition: Condition, test: Test, *, wanted: bool) -> Iterator[list[Goal]]:
        """The goals beside a test of the item's own, the most telling first: that nothing but the
        test decides, that the penalty applies, that the item is established, or nothing."""
        established, applies = self.applies()
        others = others_of(condition, test)
        if condition is self.home.item.established_when:
            yield [established, applies] if wanted else others
            yield [established] if wanted else []
        elif condition is self._penalty.when:
            yield [established, *([applies] if wanted else others)]
            yield [established]
        else:
            yield [established, applies, *others]
            yield [established, applies]
        yield []

    def facts(self, goals: list[Goal], test: Test | None) -> Values | None:
        """Stated facts that meet the goals, the nearest to the border of a test; None where there
        are none."""
        order = _Order(self._rule_set, test)
        candidates = {
            name: sorted(values, key=partial(order.of, name))
            for name, values in self._candidates.items()
        }
        names = [*self._told, *(each for each in candidates if each not in self._told)]
        search = Search(candidates, self._rule_set)
        found = search.solutions(goals, names)
        if test is None or not self._computed(test.fact):
            return next(found, None)
        answers: list[Values] = []
        try:
            answers.extend(itertools.islice(found, MAX_ANSWERS))
        except GivenUp:
            if not answers:
                raise
        return min(
            answers,
            key=lambda each: _distance(search.complete(each)[test.fact], test),
            default=None,
        )

    def _computed(self, name: str) -> bool:
        """Whether a fact is a number worked out from others."""
        return name in self._rule_set.derived and self._rule_set.facts[name].numeric

    def case(self, found: Values) -> dict[str, Any]:
        """The case that states the facts found, and those that amounts are worked out from."""
        facts = self._rule_set.facts
        stated = {**self._amounts(found), **found}
        kept = {
            name: value
            for name, value in stated.items()
            if name in self._told or value != facts[name].taken(charged=True)
        }
        plain = {name: facts[name].plain(value) for name, value in kept.items()}
        own = {name: value for name, value in plain.items() if facts[name].about == "party"}
        case: dict[str, Any] = {"item": self.home.item.id}
        dates = self._dates()
        if dates:
            case["dates"] = dates
        case["facts"] = {name: value for name, value in plain.items() if name not in own}
        if own or isinstance(self._rule, Circumstance):
            case["parties"] = [
                {"id": self.role, "kind": self.role, **({"facts": own} if own else {})}
            ]
        return case

    def _amounts(self, found: Values) -> Values:
        """Some amount for each fact that a fine is a share or a multiple of."""
        read = self._proven.amounts[self._penalty.id]
        names = [name for name in read if name in self._rule_set.facts]
        roots = [root for name in names for root in sorted(self._rule_set.roots(name))]
        some: Values = {}
        for name in roots:
            fact = self._rule_set.facts[name]
            if name not in found and fact.numeric and fact.type != "date":
                number = max(fact.lo, min(_SOME * STEPS[fact.type], fact.hi))
                some[name] = Span(number, number)
        return some

    def _dates(self) -> dict[str, str]:
        """The days that choose the edition and the table, where the latest would not do, and those
        that a limitation needs."""
        if self.day is not None:
            return {"acted_on": day_text(self.day), "decided_on": day_text(self.day)}
        item, table = self.home.item, self.home.table
        start, end = item.period.start, item.period.end
        if table is not None:
            start = max(start, table.period.start)
            ends = [each for each in (end, table.period.end) if each is not None]
            end = min(ends, default=None)
        if isinstance(self._rule, Limitation):
            return {"acted_on": day_text(start), "found_on": day_text(start)}
        if end is None:
            return {}
        return {"acted_on": day_text(start), "decided_on": day_text(start)}


def _distance(value: Value, test: Test) -> Number:
    """How far a number lies from the border of a test."""
    assert isinstance(value, Span) and isinstance(test.operand, int)
    distance = value.lo - test.operand
    return distance if distance >= 0 else -distance


class _Order(NamedTuple):
    """In what order the values of facts are tried: beside the border of the test, else as they
    are, but what is taken where nobody states it first."""

    rule_set: RuleSet
    test: Test | None

    def of(self, name: str, value: Value) -> tuple[Number, ...]:
        """The place of a value of a fact in the order."""
        if not isinstance(value, Span):
            return (int(value != self.rule_set.facts[name].taken(charged=True)),)
        if self.test is not None and self.test.fact == name:
            return _distance(value, self.test), value.lo
        return ()

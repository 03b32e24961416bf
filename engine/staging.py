"""Setting up a rule in a case: the item it stands in, the party it is about, and facts under which
a tier or a test comes out as wanted."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any, NamedTuple

from engine.asking import Asked
from engine.borders import GivenUp, Goal
from engine.conditions import Condition, Test, either, tests_of
from engine.encoding import tiers_of
from engine.evaluate import Engine
from engine.faults import Place
from engine.general_rules import Limitation, Procedure
from engine.item import Item, Penalty
from engine.limbs import PSEUDO
from engine.proving import substitutes
from engine.scene import Beside, Home, Scene, others_of

# On how many items a rule that stands in none is tried.
MAX_HOSTS = 30
_NEVER = {
    "hit": "处罚适用时，没有任何事实落在这一档",
    "missed": "处罚一适用，这一档就适用",
    "true": "没有任何事实能让它为“是”",
    "false": "没有任何事实能让它为“否”",
}
_NOT_FOUND = "在各个界限附近没有找到这样的事实，请人工编写"
_SHADOWED = "找到的事实走不到这条规则，多半先被别的规则挡住，请人工编写"
_OUTCOME = "看的是处罚结果，不是事实，请人工编写"
_TOO_MANY = "事实的组合太多，没有逐一试完，请人工编写"


class Staged(NamedTuple):
    """A case in its short form that sets a rule up, and the item it is about."""

    item: Item
    case: dict[str, Any]


class Stages:
    """The ways to set up every rule of a rule set. `why_not` says why the last one asked for came
    to no case, or to none that did."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._rule_set = engine.rule_set
        self._homes: dict[Place, Home] = {}
        self._tiers: dict[Place, Home] = {}
        self._beside: dict[Place, tuple[Beside, Condition]] = {}
        self.why_not = ""
        for editions in engine.rule_set.items.values():
            for item in editions:
                self._settle(item)
        for rule, condition in self._standing_beside():
            for test in tests_of(condition):
                if test.place is not None:
                    self._beside[test.place] = rule, condition

    def _settle(self, item: Item) -> None:
        self._lodge(item.established_when, Home(item))
        for penalty in item.penalties:
            home = Home(item, penalty)
            for measure in penalty.measures:
                self._lodge(measure.when, home)
            for substitute in substitutes(penalty):
                self._lodge(substitute.when, home)
            self._lodge(penalty.when, home)
            for table in penalty.tables:
                for tier in table.tiers:
                    self._tiers[tier.ref.place] = Home(item, penalty, table, tier)
                    self._lodge(tier.when, self._tiers[tier.ref.place])

    def _lodge(self, condition: Condition, home: Home) -> None:
        for test in tests_of(condition):
            if test.place is not None:
                self._homes.setdefault(test.place, home)

    def _standing_beside(self) -> Iterator[tuple[Beside, Condition]]:
        for circumstance in self._rule_set.circumstances:
            yield circumstance, circumstance.when
            if circumstance.excluded_when is not None:
                yield circumstance, circumstance.excluded_when
        for limitation in self._rule_set.limitations:
            yield limitation, limitation.when
        for procedure in self._rule_set.procedures:
            for limb in procedure.limbs:
                yield procedure, limb.when

    # What is wanted -------------------------------------------------------------------

    def of_tier(self, place: Place, *, hit: bool) -> Iterator[Staged]:
        """Cases in which the penalty of a tier applies and the tier does, or does not, hold, at
        every border of the tier."""
        home = self._tiers[place]
        assert home.tier is not None and home.penalty is not None
        when = home.tier.when
        others = [each for each in tiers_of(home.penalty) if each is not home.tier]
        scene = Scene(self._engine, home, when)
        self.why_not = _NEVER["hit" if hit else "missed"] if scene.exact else _NOT_FOUND
        goals = [*scene.applies(), Goal(when, hit)]
        alone = [Goal(each.when, False) for each in others] if hit else []
        borders = [each for each in tests_of(when) if self._rule_set.facts[each.fact].numeric]
        for day in (None, *_earlier(home)):
            scene.day = day
            for beside in (alone, []):
                if not borders:
                    yield from self._staged(scene, [*goals, *beside], None)
                for test in borders:
                    yield from self._staged(scene, [*goals, *beside], test)

    def of_test(self, asked: Asked, *, wanted: bool) -> Iterator[Staged]:
        """Cases in which a test comes out as wanted, at its border where it has one; the rest of
        its rule as near to holding as can be."""
        self.why_not = _NOT_FOUND
        test = asked.test
        goal = Goal(test, wanted)
        home = self._homes.get(asked.place)
        if home is not None:
            condition = _condition_of(home, test)
            scene = Scene(self._engine, home, condition)
            self.why_not = _NEVER["true" if wanted else "false"] if scene.exact else _NOT_FOUND
            for goals in scene.ladder(condition, test, wanted=wanted):
                yield from self._staged(scene, [*goals, goal], test)
            return
        rule, condition = self._beside[asked.place]
        sought, after = [goal], self._after(rule)
        beside = [each.condition for each in after]
        if isinstance(rule, Procedure):
            beside += [limb.when for limb in rule.limbs]
        if test.fact in PSEUDO:
            self.why_not, sought = _OUTCOME, []
        for host in itertools.islice(self._hosts(rule), MAX_HOSTS):
            scene = Scene(self._engine, host, condition, rule, beside)
            applies = [*scene.applies(), *after]
            for goals in ([*applies, *others_of(condition, test)], applies):
                yield from self._staged(scene, [*goals, *sought], test if sought else None)

    def _after(self, rule: Beside) -> list[Goal]:
        """The goals under which what a procedure follows is called for."""
        named = rule.follows if isinstance(rule, Procedure) else None
        followed = next((each for each in self._rule_set.procedures if each.id == named), None)
        if followed is None:
            return []
        grounds = [limb.when for limb in followed.limbs if PSEUDO.isdisjoint(limb.reads)]
        if not grounds:
            return self._after(followed)
        return [Goal(either(grounds), True), *self._after(followed)]

    def _hosts(self, rule: Beside) -> Iterator[Home]:
        """The penalties of standing items that a rule may concern."""
        for editions in self._rule_set.items.values():
            item = editions[-1]
            for penalty in item.penalties:
                if item.period.end is None and self._concerned(rule, item, penalty):
                    yield Home(item, penalty)

    def _concerned(self, rule: Beside, item: Item, penalty: Penalty) -> bool:
        if isinstance(rule, Limitation):
            return True
        scope, role = rule.scope, penalty.roles[0]
        named = not scope.items or item.id in scope.items
        return named and scope.covers(role, self._rule_set.roles[role][1])

    # From facts to cases --------------------------------------------------------------

    def _staged(self, scene: Scene, goals: list[Goal], test: Test | None) -> Iterator[Staged]:
        try:
            found = scene.facts(goals, test)
        except GivenUp:
            self.why_not = _TOO_MANY
            return
        if found is not None:
            if self.why_not != _OUTCOME:
                self.why_not = _SHADOWED
            yield Staged(scene.home.item, scene.case(found))


def _earlier(home: Home) -> list[int]:
    """The last days before other tables of a penalty came into force, on which a tier may still
    count that they stand before now."""
    assert home.penalty is not None and home.table is not None
    days = {each.period.start - 1 for each in home.penalty.tables if each is not home.table}
    periods = home.item.period, home.table.period
    return sorted((day for day in days if all(each.holds(day) for each in periods)), reverse=True)


def _condition_of(home: Home, test: Test) -> Condition:
    """The condition of a home that a test stands in."""
    listed = [home.item.established_when]
    if home.tier is not None:
        listed.append(home.tier.when)
    elif home.penalty is not None:
        listed.append(home.penalty.when)
        listed += [each.when for each in home.penalty.measures]
        listed += [each.when for each in substitutes(home.penalty)]
    return next(each for each in listed if any(one.place == test.place for one in tests_of(each)))

"""Which tests of conditions worked cases put to the question: seen true, and seen false."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from engine.case import Violation
from engine.citation import RuleRef
from engine.conditions import Ask, Condition, Test, compile_condition, tests_of
from engine.describing import condition_text
from engine.encoding import tiers_of
from engine.evaluate import Engine
from engine.facts import Values
from engine.faults import Place
from engine.general_rules import OUTCOME_FACTS, Circumstance
from engine.item import Item
from engine.knowing import know
from engine.model import RuleSet
from engine.proving import ProvenItem, substitutes
from engine.result import Examined, Outcome, Result
from engine.subjects import subjects
from engine.truth import Truth

GROUPS = (
    "established",
    "penalties",
    "tiers",
    "measures",
    "substitutes",
    "circumstances",
    "exclusions",
    "limitations",
    "procedures",
)


@dataclass(slots=True)
class Asked:
    """One test of a rule's condition: whether some worked case saw it true, and false (one that
    is unknown was seen neither)."""

    group: str
    rule: RuleRef
    title: str
    test: Test
    says: str
    true: bool = False
    false: bool = False

    @property
    def place(self) -> Place:
        """Where the test is written."""
        return self.test.place or self.rule.place

    @property
    def settled(self) -> bool:
        """Whether it was seen both ways."""
        return self.true and self.false

    def see(self, truth: Truth) -> None:
        """Note how it came out."""
        if truth is True:
            self.true = True
        elif truth is False:
            self.false = True


class View(NamedTuple):
    """One party of a case under one edition: the role it answers in and its kind, what is known of
    it, and what is stated of it."""

    violation: Violation
    role: str
    kind: str
    proven: ProvenItem
    values: Values
    firm: Values


def without_text(outcome: Outcome) -> bool:
    """Whether the law that applies is not at hand, so that no rule was asked."""
    return any(each.code == "text_missing" for each in outcome.reasons)


def views(engine: Engine, result: Result) -> Iterator[View]:
    """Every party under every edition that a result was worked out from; none where the text of
    the law is missing."""
    violations = {each.id: each for each in result.case.violations}
    parties = {each.id: each for each in result.case.parties}
    for outcome in result.outcomes:
        if without_text(outcome):
            continue
        violation, party = violations[outcome.violation], parties.get(outcome.party)
        items = {each.edition: each for each in (outcome.item, *(c.item for c in outcome.compared))}
        for item in items.values():
            proven = engine.prove(item)
            charged = violation.item is not None
            values, firm = know(proven, result.case, violation, party, charged=charged)
            kind = engine.rule_set.roles[outcome.role][1]
            yield View(violation, outcome.role, kind, proven, values, firm)


class Tests:
    """Every test of some rule sets' conditions, by the place where it is written."""

    __test__ = False  # not a pytest class

    def __init__(self) -> None:
        self.asked: dict[Place, Asked] = {}
        self._open: dict[tuple[str, str, str], list[tuple[Asked, Ask, bool]]] = {}
        self._asks: dict[Place, Ask] = {}

    def add(self, rule_set: RuleSet) -> None:
        """Begin to watch the tests of a rule set and its layers."""
        words = dataclasses.replace(rule_set, facts={**rule_set.facts, **OUTCOME_FACTS})
        for group, rule, title, condition in _conditions(rule_set):
            for test in tests_of(condition):
                asked = Asked(group, rule, title, test, condition_text(test, words))
                if self.asked.setdefault(asked.place, asked) is asked:
                    self._asks[asked.place] = compile_condition(test)

    def forget(self) -> None:
        """Begin anew, with the same tests."""
        self._open.clear()
        for each in self.asked.values():
            each.true = each.false = False

    def groups(self) -> dict[str, list[Asked]]:
        """The tests by group, in the order of a decision."""
        return {
            group: [each for each in self.asked.values() if each.group == group] for group in GROUPS
        }

    def see_view(self, digest: str, view: View) -> None:
        """Ask every test that one party under one edition puts to the question; `digest` is that
        of the rule set."""
        key = (digest, view.proven.item.edition, view.role)
        asking = self._open.get(key)
        if asking is None:
            asking = list(self._of(view))
        for asked, ask, stated in asking:
            asked.see(ask(view.firm if stated else view.values))
        self._open[key] = [each for each in asking if not each[0].settled]

    def _of(self, view: View) -> Iterator[tuple[Asked, Ask, bool]]:
        """The tests of an item and of the circumstances around it that concern a party; `True` for
        those that are asked of what is stated alone."""
        for _, _, _, condition, roles in _of_item(view.proven.item):
            if roles is None or view.role in roles:
                yield from self._with(condition, stated=False)
        for each in (*view.proven.gates, *view.proven.circumstances):
            if each.circumstance.scope.covers(view.role, view.kind):
                for _, _, _, condition in _of_circumstance(each.circumstance):
                    yield from self._with(condition, stated=True)

    def _with(self, condition: Condition, *, stated: bool) -> Iterator[tuple[Asked, Ask, bool]]:
        for test in tests_of(condition):
            if test.place is not None:
                yield self.asked[test.place], self._asks[test.place], stated

    def see_beside(self, result: Result, examined: Examined) -> None:
        """Ask the tests of the procedures that a result called into question."""
        about = {(each.party, each.violation): each for each in subjects(result, examined.totals)}
        for step in examined.steps:
            if step.procedure is None:
                continue
            worlds = about[step.party, step.violation].worlds
            for limb in step.procedure.limbs:
                self.see_all(limb.when, ({**limb.taken, **values} for values in worlds))

    def see_all(self, condition: Condition, worlds: Iterable[Values]) -> None:
        """Ask the tests of a condition in each of some worlds."""
        asking = [each for each in self._with(condition, stated=True) if not each[0].settled]
        if asking:
            for values in worlds:
                for asked, ask, _ in asking:
                    asked.see(ask(values))


_Named = tuple[str, RuleRef, str, Condition]


def _conditions(rule_set: RuleSet) -> Iterator[_Named]:
    """Every condition of a rule set: its group, the rule it belongs to, the rule's title."""
    for editions in rule_set.items.values():
        for item in editions:
            for group, rule, title, condition, _ in _of_item(item):
                yield group, rule, title, condition
    for circumstance in rule_set.circumstances:
        yield from _of_circumstance(circumstance)
    for limitation in rule_set.limitations:
        yield "limitations", limitation.ref, limitation.title, limitation.when
    for procedure in rule_set.procedures:
        for limb in procedure.limbs:
            yield "procedures", procedure.ref, limb.title, limb.when


def _of_item(item: Item) -> Iterator[tuple[str, RuleRef, str, Condition, tuple[str, ...] | None]]:
    """The conditions of an item, each with the roles it is about (None: all)."""
    yield "established", item.ref, item.title, item.established_when, None
    for penalty in item.penalties:
        yield "penalties", penalty.ref, item.title, penalty.when, penalty.roles
        for tier in tiers_of(penalty):
            yield "tiers", tier.ref, tier.title, tier.when, penalty.roles
        for measure in penalty.measures:
            yield "measures", penalty.ref, item.title, measure.when, penalty.roles
        for substitute in substitutes(penalty):
            yield "substitutes", penalty.ref, item.title, substitute.when, penalty.roles


def _of_circumstance(circumstance: Circumstance) -> Iterator[_Named]:
    yield "circumstances", circumstance.ref, circumstance.title, circumstance.when
    if circumstance.excluded_when is not None:
        yield "exclusions", circumstance.ref, circumstance.title, circumstance.excluded_when

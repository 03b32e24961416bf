"""Which rules the worked cases reach, fired and tried without firing, and which tests of their
conditions came out true and false."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.asking import Asked, Tests, View, views, without_text
from engine.citation import RuleRef
from engine.conditions import tests_of
from engine.encoding import tiers_of
from engine.evaluate import Engine
from engine.faults import Place
from engine.general_rules import Circumstance, Limitation, Procedure
from engine.model import RuleSet
from engine.procedure import examine
from engine.result import CALLED, Decision, Examined, Outcome, Result

GROUPS = ("items", "penalties", "tiers", "limitations", "circumstances", "procedures")
_Key = tuple[str, Place]


@dataclass(slots=True)
class Count:
    """In how many worked cases a rule fired, and in how many it was tried and did not."""

    group: str
    rule: RuleRef
    title: str
    fired: int = 0
    not_fired: int = 0


@dataclass(slots=True)
class Coverage:
    """The counts of every rule and the tests seen, over the worked cases of one or more rule
    sets."""

    counts: dict[_Key, Count] = field(default_factory=dict)
    tests: Tests = field(default_factory=Tests)

    def add_rules(self, rule_set: RuleSet) -> None:
        """Begin to count the rules of a rule set and its layers."""
        self.tests.add(rule_set)
        for editions in rule_set.items.values():
            for item in editions:
                self._add("items", item.ref, item.title)
                for penalty in item.penalties:
                    self._add("penalties", penalty.ref, item.title)
                    for tier in tiers_of(penalty):
                        self._add("tiers", tier.ref, tier.title)
        rules: tuple[tuple[str, tuple[Limitation | Circumstance | Procedure, ...]], ...] = (
            ("limitations", rule_set.limitations),
            ("circumstances", rule_set.circumstances),
            ("procedures", rule_set.procedures),
        )
        for group, listed in rules:
            for each in listed:
                self._add(group, each.ref, each.title)

    def _add(self, group: str, ref: RuleRef, title: str) -> None:
        self.counts.setdefault((group, ref.place), Count(group, ref, title))

    def add_case(self, engine: Engine, result: Result) -> None:
        """Count one worked case, which the engine gave the result of."""
        examined = examine(result)
        seen = list(views(engine, result))
        for view in seen:
            self.tests.see_view(engine.rule_set.digest, view)
        self.tests.see_beside(result, examined)
        for view in seen:
            if view.violation.dates.found_on is not None:
                for rule in engine.rule_set.limitations:
                    self.tests.see_all(rule.when, [view.firm])
        fired = set(_fired(result, examined))
        spared = (set(_tried(result, examined)) - fired).union(*map(_missed, seen))
        for key in fired:
            self.counts[key].fired += 1
        for key in spared:
            self.counts[key].not_fired += 1

    def forget(self) -> None:
        """Begin anew, with the same rules."""
        for each in self.counts.values():
            each.fired = each.not_fired = 0
        self.tests.forget()

    def groups(self) -> Mapping[str, list[Count]]:
        """The counts by group, in the order of a decision."""
        return {
            group: [each for each in self.counts.values() if each.group == group]
            for group in GROUPS
        }

    def document(self) -> dict[str, Any]:
        """The counts as JSON-ready data, group by group, then the tests of conditions."""
        counted = {
            group: {
                "total": len(listed),
                "fired": sum(each.fired > 0 for each in listed),
                "not_fired": sum(each.not_fired > 0 for each in listed),
                "rules": [
                    {
                        **_where(each.rule, each.rule.place),
                        "title": each.title,
                        "fired": each.fired,
                        "not_fired": each.not_fired,
                    }
                    for each in listed
                ],
            }
            for group, listed in self.groups().items()
        }
        tests = {
            group: {
                "total": len(listed),
                "true": sum(each.true for each in listed),
                "false": sum(each.false for each in listed),
                "tests": [_test(each) for each in listed],
            }
            for group, listed in self.tests.groups().items()
        }
        return {**counted, "conditions": tests}


def _where(rule: RuleRef, place: Place) -> dict[str, Any]:
    return {"rule_set": rule.set, "id": rule.id, "file": place.file, "line": place.line}


def _test(asked: Asked) -> dict[str, Any]:
    return {
        **_where(asked.rule, asked.place),
        "column": asked.place.column,
        "title": asked.title,
        "fact": asked.test.fact,
        "op": asked.test.op,
        "says": asked.says,
        "true": asked.true,
        "false": asked.false,
    }


_GROUP_OF = {
    "established": "items",
    "stage_shall": "penalties",
    "stage_may": "penalties",
    "tier_hit": "tiers",
    "time_barred": "limitations",
    "exempt": "circumstances",
    "may_exempt": "circumstances",
    "gate_exempt": "circumstances",
    "moves": "circumstances",
    "bars_fine": "circumstances",
    "adds": "circumstances",
}


def _fired(result: Result, examined: Examined) -> Iterator[_Key]:
    """The rules that took part in the answer, or, but for tiers, in one that is still possible."""
    for outcome in result.outcomes:
        answers: list[Outcome | Decision] = [outcome, *(each.decision for each in outcome.possible)]
        for reason in (reason for answer in answers for reason in answer.reasons):
            group = _GROUP_OF.get(reason.code)
            if group is not None and not (group == "tiers" and outcome.possible):
                yield group, reason.ref.place
    for step in examined.steps:
        if step.procedure is not None and step.state in CALLED:
            yield "procedures", step.procedure.ref.place


def _tried(result: Result, examined: Examined) -> Iterator[_Key]:
    """The rules that the case put to the test, but for tiers: the editions judged by, and what its
    stated facts speak of."""
    rule_set: RuleSet = result.rule_set
    judged = [each.item for each in result.outcomes if not without_text(each)]
    for item in {each.edition: each for each in judged}.values():
        yield "items", item.ref.place
        for penalty in item.penalties:
            yield "penalties", penalty.ref.place
    stated = set(result.case.facts)
    for violation in result.case.violations:
        stated |= violation.facts.keys()
        if violation.dates.found_on is not None:
            for rule in rule_set.limitations:
                yield "limitations", rule.ref.place
    for party in result.case.parties:
        stated |= party.facts.keys()
    for each in rule_set.circumstances:
        reads = {test.fact for test in tests_of(each.when)}
        if not reads or reads & stated:
            yield "circumstances", each.ref.place
    for step in examined.steps:
        if step.procedure is not None:
            yield "procedures", step.procedure.ref.place


def _missed(view: View) -> set[_Key]:
    """The tiers whose penalty applies to a party, and whose own condition fails."""
    proven = view.proven
    if proven.ask(proven.item.established_when)(view.values) is not True:
        return set()
    return {
        ("tiers", tier.ref.place)
        for penalty in proven.item.penalties
        if view.role in penalty.roles and proven.ask(penalty.when)(view.values) is True
        for tier in tiers_of(penalty)
        if proven.ask(tier.when)(view.values) is False
    }

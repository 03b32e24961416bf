"""Which rules the worked cases reach: fired, and tried without firing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.conditions import tests_of
from engine.model import Circumstance, Item, Limitation, Procedure, RuleRef, RuleSet
from engine.procedure import CALLED, examine
from engine.result import Decision, Outcome, Reason, Result

GROUPS = ("items", "penalties", "tiers", "limitations", "circumstances", "procedures")
_Key = tuple[str, str]


@dataclass(slots=True)
class Count:
    """In how many worked cases a rule fired, and in how many it was tried and did not."""

    group: str
    set: str
    id: str
    title: str
    fired: int = 0
    not_fired: int = 0


@dataclass(slots=True)
class Coverage:
    """The counts of every rule, over the worked cases of one or more rule sets."""

    counts: dict[tuple[str, _Key], Count] = field(default_factory=dict)

    def add_rules(self, rule_set: RuleSet) -> None:
        """Begin to count the rules of a rule set and its layers."""
        for editions in rule_set.items.values():
            for item in editions:
                self._add("items", item.ref, item.title)
                for penalty in item.penalties:
                    self._add("penalties", penalty.ref, item.title)
                    for table in penalty.tables:
                        for tier in table.tiers:
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
        self.counts.setdefault((group, (ref.set, ref.id)), Count(group, ref.set, ref.id, title))

    def add_case(self, result: Result) -> None:
        """Count one worked case."""
        fired = set(_fired(result))
        tried = set(_tried(result))
        for key, count in self.counts.items():
            count.fired += key in fired
            count.not_fired += key in tried and key not in fired

    def document(self) -> dict[str, Any]:
        """The counts as JSON-ready data, group by group."""
        return {
            group: {
                "total": len(listed),
                "fired": sum(each.fired > 0 for each in listed),
                "not_fired": sum(each.not_fired > 0 for each in listed),
                "rules": [
                    {
                        "rule_set": each.set,
                        "id": each.id,
                        "title": each.title,
                        "fired": each.fired,
                        "not_fired": each.not_fired,
                    }
                    for each in listed
                ],
            }
            for group, listed in self.groups().items()
        }

    def groups(self) -> Mapping[str, list[Count]]:
        """The counts by group, in the order of a decision."""
        return {
            group: [each for each in self.counts.values() if each.group == group]
            for group in GROUPS
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


def _fired(result: Result) -> Iterator[tuple[str, _Key]]:
    """The rules that took part in the answer, or in one that is still possible."""
    for reason in _reasons(result):
        group = _GROUP_OF.get(reason.code)
        if group is not None:
            yield group, (reason.ref.set, reason.ref.id)
    for step in examine(result).steps:
        if step.procedure is not None and step.state in CALLED:
            yield "procedures", (step.procedure.ref.set, step.procedure.ref.id)


def _reasons(result: Result) -> Iterator[Reason]:
    for outcome in result.outcomes:
        answers: list[Outcome | Decision] = [outcome, *(each.decision for each in outcome.possible)]
        for answer in answers:
            yield from answer.reasons


def _tried(result: Result) -> Iterator[tuple[str, _Key]]:
    """The rules that the case put to the test: the editions judged by, and what its stated facts
    speak of."""
    rule_set: RuleSet = result.rule_set
    for item in {each.item.edition: each.item for each in result.outcomes}.values():
        yield from _of_item(item)
    stated = set(result.case.facts)
    for violation in result.case.violations:
        stated |= violation.facts.keys()
        if violation.dates.found_on is not None:
            for rule in rule_set.limitations:
                yield "limitations", (rule.ref.set, rule.ref.id)
    for party in result.case.parties:
        stated |= party.facts.keys()
    for each in rule_set.circumstances:
        reads = {test.fact for test in tests_of(each.when)}
        if not reads or reads & stated:
            yield "circumstances", (each.ref.set, each.ref.id)
    for step in examine(result).steps:
        if step.procedure is not None:
            yield "procedures", (step.procedure.ref.set, step.procedure.ref.id)


def _of_item(item: Item) -> Iterator[tuple[str, _Key]]:
    yield "items", (item.ref.set, item.ref.id)
    for penalty in item.penalties:
        yield "penalties", (penalty.ref.set, penalty.ref.id)
        for table in penalty.tables:
            for tier in table.tiers:
                yield "tiers", (tier.ref.set, tier.ref.id)

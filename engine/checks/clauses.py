"""Single tests of an item: facts that may not decide, bounds written against the law's words."""

from __future__ import annotations

from collections.abc import Iterator

from engine.conditions import Condition, Test, tests_of
from engine.faults import Finding, Place
from engine.item import Item
from engine.model import RuleSet


def check_clauses(item: Item, rule_set: RuleSet) -> Iterator[Finding]:
    """The findings on the tests of an item edition, one by one."""
    yield from _assumed(item, rule_set)
    yield from _endpoints(item, rule_set)


def _placed(condition: Condition, otherwise: Place) -> Iterator[tuple[Test, Place]]:
    for test in tests_of(condition):
        yield test, test.place or otherwise


def _assumed(item: Item, rule_set: RuleSet) -> Iterator[Finding]:
    """What establishes a violation or picks a tier must be found out, never assumed."""
    conditions = [(item.established_when, item.ref.place, "违法行为的成立")]
    conditions += [
        (tier.when, tier.ref.place, "阶次")
        for penalty in item.penalties
        for table in penalty.tables
        for tier in table.tiers
    ]
    for condition, otherwise, what in conditions:
        for test, place in _placed(condition, otherwise):
            for root in sorted(rule_set.roots(test.fact)):
                if rule_set.facts[root].if_absent == "assume":
                    by = "而它" if root == test.fact else f"它由“{root}”算出，而“{root}”"
                    yield Finding(
                        "assumed_fact_decides",
                        place,
                        f"{what}取决于“{test.fact}”，{by}缺省时按假定处理",
                        "请把该事实的 if_absent 改成 ask 或 charged",
                    )


def _endpoints(item: Item, rule_set: RuleSet) -> Iterator[Finding]:
    """A bound must be written as the instrument it comes from counts its 以上 and 以下."""
    conditions = [(item.established_when, item.ref.place)]
    conditions += [(penalty.when, penalty.ref.place) for penalty in item.penalties]
    for condition, otherwise in conditions:
        for test, place in _placed(condition, otherwise):
            word = {"at_least": "以上", "at_most": "以下"}.get(test.op)
            if word and not rule_set.laws[item.law].included[word]:
                other = {"at_least": "above", "at_most": "below"}[test.op]
                yield Finding(
                    "endpoint_excluded",
                    place,
                    f"“{test.fact}”用了 {test.op}，而该法的“{word}”不含本数",
                    f"原文是“{word}”的请改用 {other}；原文写明含本数的可以保留",
                    "warning",
                )

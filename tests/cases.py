"""Random cases around every border of a rule set, for the property tests."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from helpers import FICTION, RULES, engine_for
from hypothesis import strategies as st

from engine.conditions import Condition, tests_of
from engine.dates import day_text
from engine.evaluate import Engine
from engine.facts import STEPS, Fact

SETS = {
    "cn-mem": RULES,
    "moon": FICTION,
    "moon-bench": FICTION,
    "moon-proposal": FICTION,
    "moon-round": FICTION,
}
Case = dict[str, Any]
# Beside the borders that the rules name: ratios around 10 %, sums that do not come out even.
_COUNTS = [0, 1, 2, 3, 9, 10, 11, 30, 31, 99, 100, 101, 1000, 10**12]
_AMOUNTS = [
    0,
    1,
    3,
    10_000,
    4_999_999,
    9_999_999,
    10_000_001,
    10_000_003,
    45_335_615,
    10**9,
    10**14,
]
_DATES = ["2024-02-29", "2025-12-31", "2026-01-01", "2026-01-31", "2026-02-28", "2026-07-01"]


def engine_of(rule_set: str) -> Engine:
    """The shared engine of one of the rule sets tested."""
    return engine_for(SETS[rule_set], rule_set)


@dataclass(frozen=True)
class Vocabulary:
    """What a case under one item may say: its own facts, those of circumstances, the roles."""

    own: tuple[Fact, ...]
    claims: tuple[Fact, ...]
    roles: tuple[tuple[str, str], ...]


@cache
def vocabulary(rule_set: str, item: str) -> Vocabulary:
    """The facts and roles of an item, over all its editions."""
    engine = engine_of(rule_set)
    rules = engine.rule_set
    proven = [engine.prove(edition) for edition in rules.items[item]]
    own = {name for each in proven for name in each.facts if not rules.facts[name].derived}
    read = {
        test.fact
        for each in rules.circumstances
        if not each.scope.items or item in each.scope.items
        for condition in (each.when, each.excluded_when)
        if condition is not None
        for test in tests_of(condition)
    }
    roles = dict.fromkeys(role for each in proven for role in each.roles)
    return Vocabulary(
        tuple(rules.facts[name] for name in sorted(own)),
        tuple(rules.facts[name] for name in sorted(read - own) if not rules.facts[name].derived),
        tuple((role, rules.roles[role][1]) for role in roles),
    )


@cache
def items_with(rule_set: str, roles: int) -> tuple[str, ...]:
    """The items that fine at least so many roles."""
    items = sorted(engine_of(rule_set).rule_set.items)
    return tuple(item for item in items if len(vocabulary(rule_set, item).roles) >= roles)


@cache
def borders(rule_set: str, fact: str) -> tuple[Any, ...]:
    """The exact values of a fact, as a case writes them, on and beside every threshold."""
    definition = engine_of(rule_set).rule_set.facts[fact]
    if definition.type == "flag":
        return (False, True)
    if definition.choices:
        return tuple(definition.choices)
    if definition.type == "date":
        return tuple(_DATES)
    near = {
        test.operand + offset
        for condition in _conditions(rule_set)
        for test in tests_of(condition)
        if test.fact == fact and isinstance(test.operand, int)
        for offset in (-1, 0, 1)
    }
    near.update(_AMOUNTS if definition.type == "amount" else _COUNTS)
    inside = sorted(each for each in near if definition.lo <= each <= definition.hi)
    return tuple(written(definition, each) for each in inside)


@cache
def _conditions(rule_set: str) -> tuple[Condition, ...]:
    rules = engine_of(rule_set).rule_set
    engine = engine_of(rule_set)
    found = [
        condition
        for editions in rules.items.values()
        for item in editions
        for condition, _ in engine.prove(item).rules.values()
    ]
    return (*found, *(each.when for each in rules.circumstances))


def written(fact: Fact, steps: int) -> Any:
    """Whole steps of a fact as a case writes them."""
    if fact.type == "date":
        return day_text(steps)
    step = STEPS[fact.type]
    return steps // step if steps % step == 0 else steps / step


@cache
def _exact(rule_set: str, fact: str) -> st.SearchStrategy[Any]:
    return st.sampled_from(borders(rule_set, fact))


@cache
def _partial(rule_set: str, fact: str) -> st.SearchStrategy[Any]:
    """A value known exactly, or only between two borders."""
    exact = _exact(rule_set, fact)
    if not engine_of(rule_set).rule_set.facts[fact].numeric:
        return exact
    between = st.tuples(exact, exact).map(sorted).map(lambda pair: {"from": pair[0], "to": pair[1]})
    return st.one_of(exact, between)


@st.composite
def cases(
    draw: st.DrawFn, rule_set: str, *, known: bool = False, dated: bool = True, roles: int = 0
) -> Case:
    """A case under one item; with `known`, every fact of its own that must be asked is exact and
    every role is named, as with `roles`, for items that fine at least so many."""
    item = draw(st.sampled_from(items_with(rule_set, roles)))
    words = vocabulary(rule_set, item)
    case: Case = {"item": item, "facts": {}, "parties": []}
    for fact in words.own:
        if fact.about != "party" and (known or draw(st.integers(0, 9)) > 1):
            value = _exact if known else _partial
            if fact.if_absent == "ask" or draw(st.booleans()):
                case["facts"][fact.name] = draw(value(rule_set, fact.name))
    for fact in _some(draw, [each for each in words.claims if each.about != "party"]):
        case["facts"][fact.name] = draw(_exact(rule_set, fact.name))
    for role, kind in words.roles:
        if draw(st.booleans()) or known or roles:
            facts: dict[str, Any] = {}
            for fact in words.own:
                if fact.about == "party" and (known or draw(st.booleans())):
                    facts[fact.name] = draw(_exact(rule_set, fact.name))
            for fact in _some(draw, [each for each in words.claims if each.about == "party"]):
                facts[fact.name] = draw(_exact(rule_set, fact.name))
            case["parties"].append(
                {"id": f"the-{role}", "kind": kind, "roles": [role], "facts": facts}
            )
    if dated and draw(st.integers(0, 3)) == 0:
        case["dates"] = {
            "acted_on": draw(st.sampled_from(["2025-12-31", "2026-01-01"])),
            "decided_on": draw(st.sampled_from(["2026-01-01", "2026-06-30"])),
        }
    return case


def _some(draw: st.DrawFn, facts: list[Fact]) -> Iterator[Fact]:
    """None, one or two of them: circumstances are rare."""
    if facts:
        for index in draw(st.sets(st.integers(0, len(facts) - 1), max_size=2)):
            yield facts[index]


def with_fact(case: Case, pointer: str, value: Any) -> Case:
    """The case with a value written at a JSON pointer; intermediate mappings are made."""
    changed = copy.deepcopy(case)
    *way, last = [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]
    node: Any = changed
    for part in way:
        node = node[int(part)] if isinstance(node, list) else node.setdefault(part, {})
    node[last] = value
    return changed


def value_at(case: Case, pointer: str) -> Any:
    """What stands at a JSON pointer, None where nothing does."""
    node: Any = case
    for part in pointer.split("/")[1:]:
        node = node[int(part)] if isinstance(node, list) else node.get(part)
        if node is None:
            return None
    return node


def shown(case: Case) -> str:
    """The case as text, for messages."""
    return json.dumps(case, ensure_ascii=False)

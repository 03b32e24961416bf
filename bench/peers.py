"""The peers: a zen-engine decision table and a closure, both made from the loaded rule set."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import zen

from bench.cases import ITEM, STAGE, WORKERS, Data
from engine.conditions import Test
from engine.fine import Range
from engine.item import Item, Penalty
from engine.model import RuleSet
from engine.result import Result

PARTIES = {"unit": "unit", "persons": "responsible"}
TRACED = {"trace": True}


class Figures(NamedTuple):
    """What one party is told: stage reached, tier, and the fine in fen."""

    stage: str | None
    tier: str | None
    min: int | None
    max: int | None


Answer = tuple[Figures, ...]  # in the order of PARTIES
Peer = Callable[[Data], Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the first-hit table; `workers` None = any number."""

    late: bool
    workers: Test | None
    answer: Answer


class Unreadable(Exception):
    """The item has taken a shape that this table cannot hold."""


# The table, from the rules ----------------------------------------------------------------


def rows(rule_set: RuleSet) -> list[Row]:
    """The item as a first-hit table, every figure read from its penalties and tiers."""
    item = rule_set.items[ITEM][-1]
    return [row for late in (False, True) for row in _stage_rows(item, late)]


def _stage_rows(item: Item, late: bool) -> Iterator[Row]:
    applying = {name: _applying(item, role, late) for name, role in PARTIES.items()}
    stages = {each.stage for each in applying.values() if each is not None}
    if len(stages) != 1:
        raise Unreadable(f"{ITEM}: stages {sorted(stages)} at once")
    stage = stages.pop()
    tests: dict[Test, None] = {}
    for penalty in applying.values():
        tests.update(dict.fromkeys(_tiers(penalty)))
    for test in (*tests, None):
        yield Row(late, test, tuple(_figures(each, stage, test) for each in applying.values()))


def _applying(item: Item, role: str, late: bool) -> Penalty | None:
    wanted = Test(STAGE, "is", late)
    found = [each for each in item.penalties if role in each.roles and each.when == wanted]
    if len(found) > 1:
        raise Unreadable(f"{ITEM}: several penalties for {role}")
    return found[0] if found else None


def _tiers(penalty: Penalty | None) -> dict[Test, tuple[str, Range]]:
    """The tiers in force now by their condition, nearest layer first."""
    found: dict[Test, tuple[str, Range]] = {}
    for table in penalty.tables if penalty is not None else ():
        for tier in table.tiers if table.period.end is None else ():
            if not isinstance(tier.when, Test) or tier.when.fact != WORKERS:
                raise Unreadable(f"{tier.ref.id}: not a test of {WORKERS}")
            found.setdefault(tier.when, (tier.id, _range(tier.fine.amount)))
    return found


def _figures(penalty: Penalty | None, stage: str, test: Test | None) -> Figures:
    if penalty is None or penalty.fine is None:
        return Figures(stage, None, None, None)
    tiers = _tiers(penalty)
    tier, amount = tiers[test] if test in tiers else (None, _range(penalty.fine.amount))
    return Figures(stage, tier, amount.lo, amount.hi)


def _range(amount: object) -> Range:
    if not isinstance(amount, Range):
        raise Unreadable(f"{ITEM}: an amount that is not a range")
    return amount


# The engine's own answer ------------------------------------------------------------------


def told(result: Result) -> Answer:
    """The same figures out of a result of the engine."""
    by_role = {each.role: each for each in result.outcomes}
    return tuple(
        Figures(
            each.stage, each.tier.id if each.tier else None, each.fine.money.lo, each.fine.money.hi
        )
        for each in (by_role[role] for role in PARTIES.values())
    )


# A closure --------------------------------------------------------------------------------

_OPERATORS = {
    "is": operator.eq,
    "is_not": operator.ne,
    "at_least": operator.ge,
    "above": operator.gt,
    "at_most": operator.le,
    "below": operator.lt,
}


def closure(table: list[Row]) -> Callable[[Data], Answer]:
    """What one would write by hand for this item alone: no reasons, no unknowns, no checks."""
    early = [_branch(row) for row in table if not row.late]
    late = [_branch(row) for row in table if row.late]

    def answer(case: Data) -> Answer:
        workers = case[WORKERS]
        for compare, threshold, figures in late if case[STAGE] else early:
            if compare is None or compare(workers, threshold):
                return figures
        raise Unreadable(f"no row for {case}")

    return answer


def _branch(row: Row) -> tuple[Callable[[Any, Any], bool] | None, Any, Answer]:
    if row.workers is None:
        return None, None, row.answer
    return _OPERATORS[row.workers.op], row.workers.operand, row.answer


# zen-engine -------------------------------------------------------------------------------

_UNARY = {
    "is": "== {}",
    "is_not": "!= {}",
    "at_least": ">= {}",
    "above": "> {}",
    "at_most": "<= {}",
    "below": "< {}",
}


def zen_ready(table: list[Row]) -> Peer:
    """zen the way its documentation calls fastest: a loader that hands out compiled content."""
    content = zen.ZenDecisionContent(json.dumps(_graph(table)))
    engine = zen.ZenEngine({"loader": lambda _: content})
    return lambda case: engine.evaluate(ITEM, case, TRACED)


def zen_basic(table: list[Row]) -> Peer:
    """zen the way its documentation begins: create_decision once, evaluate often.

    Slower and unsteady, whatever the size of the table; shown, but no target is held against it.
    """
    decision = zen.ZenEngine().create_decision(json.dumps(_graph(table)))
    return lambda case: decision.evaluate(case, TRACED)


def zen_told(response: Any) -> Answer:
    """The figures out of a response of zen."""
    return tuple(Figures(**response["result"][name]) for name in PARTIES)


def _graph(table: list[Row]) -> Data:
    outputs = [f"{name}.{field}" for name in PARTIES for field in Figures._fields]
    content = {
        "hitPolicy": "first",
        "inputs": [
            {"id": f"i{at}", "name": fact, "field": fact}
            for at, fact in enumerate((STAGE, WORKERS))
        ],
        "outputs": [
            {"id": f"o{at}", "name": each, "field": each} for at, each in enumerate(outputs)
        ],
        "rules": [_rule(number, row) for number, row in enumerate(table)],
    }
    return {
        "nodes": [
            _node("in", "inputNode", {}),
            _node("table", "decisionTableNode", content),
            _node("out", "outputNode", {}),
        ],
        "edges": [
            {"id": f"{source}-{target}", "sourceId": source, "targetId": target, "type": "edge"}
            for source, target in (("in", "table"), ("table", "out"))
        ],
    }


def _node(id: str, type: str, content: Data) -> Data:
    return {"id": id, "type": type, "name": id, "position": {"x": 0, "y": 0}, "content": content}


def _rule(number: int, row: Row) -> Data:
    test = row.workers
    unary = "" if test is None else _UNARY[test.op].format(test.operand)
    values = [value for figures in row.answer for value in figures]
    return {
        "_id": f"row{number}",
        "i0": json.dumps(row.late),
        "i1": unary,
        **{f"o{at}": json.dumps(value) for at, value in enumerate(values)},
    }

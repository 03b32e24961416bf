"""Rules as whole-number expressions: what the matcher is given, without the matcher itself.

Only whole numbers reach it, under short attribute names; negation is pushed to the leaves and
unknown facts are left out, so that a rule fires exactly when it is certainly true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from engine.cells import code
from engine.conditions import AllOf, Condition, Not, Test
from engine.facts import Span, Values
from engine.faults import Finding, Place, RuleFault
from engine.item import Item, Penalty, Tier

Expression = dict[str, Any]

# durable-rules fails beyond 64 satisfied conditions a message, and beyond 15 joints a rule.
MAX_CONDITIONS = 60
MAX_JOINTS = 15
BOUND = 2**61
ESTABLISHED = "established"
SID = "0"
ALWAYS = "a"

_OPPOSITE = {
    "is": "is_not",
    "is_not": "is",
    "in": "not_in",
    "at_least": "below",
    "below": "at_least",
    "above": "at_most",
    "at_most": "above",
}


def rules_of(item: Item) -> Iterator[tuple[str, Condition]]:
    """The conditions that the matcher decides too, by rule id."""
    yield ESTABLISHED, item.established_when
    for penalty in item.penalties:
        yield f"penalty/{penalty.id}", penalty.when
        for tier in tiers_of(penalty):
            yield f"tier/{tier.key}", tier.when


def referred(penalty: Penalty, target: Penalty) -> bool:
    """Whether a penalty's reference to another article means this penalty of it."""
    assert penalty.refers_to is not None
    wanted = penalty.refers_to[1]
    if wanted is not None:
        return target.id == wanted
    return target.stage == penalty.stage and bool(set(target.roles) & set(penalty.roles))


def tiers_of(penalty: Penalty) -> Iterator[Tier]:
    """Every tier of every table of a penalty."""
    for table in penalty.tables:
        yield from table.tiers


class Encoding:
    """How one item's facts become whole-number attributes."""

    def __init__(self) -> None:
        self.names: dict[tuple[str, str | frozenset[str]], str] = {}

    def attribute(self, fact: str, part: str | frozenset[str]) -> str:
        """The attribute of a fact's part: flag, lo, hi, or "is one of these choices"."""
        key = (fact, part)
        if key not in self.names:
            self.names[key] = f"f{len(self.names)}"
        return self.names[key]

    def message(self, values: Values) -> dict[str, Any]:
        """The flat message of what is known."""
        message: dict[str, Any] = {"sid": SID, ALWAYS: 1}
        for (fact, part), name in self.names.items():
            value = values.get(fact)
            if value is None:
                continue
            if isinstance(value, bool):
                message[name] = int(value)
            elif isinstance(value, Span):
                number = code(value.lo if part == "lo" else value.hi)
                message[name] = max(-BOUND, min(BOUND, number))
            elif isinstance(part, frozenset) and value <= part:
                message[name] = 1
            elif isinstance(part, frozenset) and not value & part:
                message[name] = 0
        return message


def expression(condition: Condition, encoding: Encoding, *, positive: bool = True) -> Expression:
    """A condition (or its negation) as a durable-rules expression in negation-normal form."""
    if isinstance(condition, Test):
        return _leaf(condition, encoding, positive=positive)
    if isinstance(condition, Not):
        return expression(condition.part, encoding, positive=not positive)
    parts = [expression(part, encoding, positive=positive) for part in condition.parts]
    if not parts:
        return {ALWAYS: 1 if isinstance(condition, AllOf) is positive else 0}
    return _joined("$and" if isinstance(condition, AllOf) is positive else "$or", parts)


def _joined(joint: str, parts: list[Expression]) -> Expression:
    """Parts under one joint; what a part already joins in the same way is taken up flat."""
    flat = [one for part in parts for one in part.get(joint, [part])]
    return flat[0] if len(flat) == 1 else {joint: flat}


def _leaf(test: Test, encoding: Encoding, *, positive: bool) -> Expression:
    op = test.op if positive else _OPPOSITE[test.op]
    if isinstance(test.operand, bool):
        wanted = test.operand if op == "is" else not test.operand
        return {encoding.attribute(test.fact, "flag"): int(wanted)}
    if isinstance(test.operand, str | frozenset):
        choices = frozenset({test.operand}) if isinstance(test.operand, str) else test.operand
        return {encoding.attribute(test.fact, choices): int(op in ("is", "in"))}
    at = 2 * test.operand
    if abs(at) >= BOUND:
        raise ValueError("a threshold beyond what the matcher can hold")
    lo, hi = encoding.attribute(test.fact, "lo"), encoding.attribute(test.fact, "hi")
    single = {
        "at_least": {"$gte": {lo: at}},
        "above": {"$gt": {lo: at}},
        "at_most": {"$lte": {hi: at}},
        "below": {"$lt": {hi: at}},
    }
    if op == "is":
        return {"$and": [single["at_least"], single["at_most"]]}
    if op == "is_not":
        return {"$or": [single["above"], single["below"]]}
    return single[op]


def _size(expression: Expression) -> tuple[int, int]:
    """How many conditions and how many joints an expression has."""
    parts = expression.get("$and") or expression.get("$or")
    if not parts:
        return 1, 0
    sizes = [_size(part) for part in parts]
    return sum(leaves for leaves, _ in sizes), 1 + sum(joints for _, joints in sizes)


def _place(item: Item, rule: str) -> Place:
    """Where the condition of one of `rules_of` stands."""
    for penalty in item.penalties:
        if rule == f"penalty/{penalty.id}":
            return penalty.ref.at("when")
        for tier in tiers_of(penalty):
            if rule == f"tier/{tier.key}":
                return tier.ref.at("when")
    return item.ref.at("established_when")


def chunks(
    item: Item, rules: Iterable[tuple[str, Condition]], encoding: Encoding
) -> Iterator[list[tuple[str, Expression]]]:
    """The rules in groups small enough for durable-rules to hold soundly."""
    chunk: list[tuple[str, Expression]] = []
    size = 0
    for rule, condition in rules:
        each = expression(condition, encoding)
        weight, joints = _size(each)
        if weight > MAX_CONDITIONS or joints > MAX_JOINTS:
            raise RuleFault(
                [
                    Finding(
                        "too_many_conditions",
                        _place(item, rule),
                        f"这里的条件展开后有 {weight} 个比较、{joints} 组括号，"
                        f"超过 {MAX_CONDITIONS} 个或 {MAX_JOINTS} 组",
                        "请用派生事实把条件并成几级",
                    )
                ]
            )
        if size + weight > MAX_CONDITIONS:
            yield chunk
            chunk, size = [], 0
        chunk.append((rule, each))
        size += weight
    if chunk:
        yield chunk

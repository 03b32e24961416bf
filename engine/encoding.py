"""Rules as whole-number expressions: what the matcher is given, without the matcher itself.

Only whole numbers reach it, under short attribute names; negation is pushed to the leaves and
unknown facts are left out, so that a rule fires exactly when it is certainly true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from engine.cells import code
from engine.facts import Span, Values
from engine.faults import Finding, RuleFault
from engine.model import AllOf, Condition, Item, Not, Test

Expression = dict[str, Any]

# durable-rules fails beyond 64 satisfied conditions a message.
MAX_CONDITIONS = 60
BOUND = 2**61
SID = "0"
ALWAYS = "a"

_OPPOSITE = {
    "is": "is_not",
    "is_not": "is",
    "at_least": "below",
    "below": "at_least",
    "above": "at_most",
    "at_most": "above",
}


class Encoding:
    """How one item's facts become whole-number attributes."""

    def __init__(self) -> None:
        self.names: dict[tuple[str, str], str] = {}

    def attribute(self, fact: str, part: str) -> str:
        """The attribute of a fact's part: flag, lo, hi, or one choice."""
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
            elif part not in value:
                message[name] = 0
            elif len(value) == 1:
                message[name] = 1
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
    if len(parts) == 1:
        return parts[0]
    return {"$and" if isinstance(condition, AllOf) is positive else "$or": parts}


def _leaf(test: Test, encoding: Encoding, *, positive: bool) -> Expression:
    op = test.op if positive else _OPPOSITE[test.op]
    if isinstance(test.operand, bool):
        wanted = test.operand if op == "is" else not test.operand
        return {encoding.attribute(test.fact, "flag"): int(wanted)}
    if isinstance(test.operand, str):
        return {encoding.attribute(test.fact, test.operand): int(op == "is")}
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


def _leaves(expression: Expression) -> int:
    parts = expression.get("$and") or expression.get("$or")
    return sum(_leaves(part) for part in parts) if parts else 1


def chunks(
    item: Item, rules: Iterable[tuple[str, Condition]], encoding: Encoding
) -> Iterator[list[tuple[str, Expression]]]:
    """The rules in groups small enough for durable-rules to hold soundly."""
    chunk: list[tuple[str, Expression]] = []
    size = 0
    for rule, condition in rules:
        each = expression(condition, encoding)
        weight = _leaves(each)
        if weight > MAX_CONDITIONS:
            raise RuleFault(
                [
                    Finding(
                        "too_many_conditions",
                        item.ref.place,
                        f"规则“{rule}”有 {weight} 个条件，超过 {MAX_CONDITIONS} 个",
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

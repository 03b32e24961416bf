"""Clauses that recur in rule files: periods, citations, conditions, amounts, every reference
resolved."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.citation import Citation, RuleRef
from engine.conditions import ALWAYS, Condition, Not, Test, either, simplify
from engine.dates import Period, day_number
from engine.facts import MAGNITUDE, BadValue, Fact
from engine.faults import or_add
from engine.loading import Folder, Node
from engine.model import Conflict, Derived, Law, Parameter
from engine.money import FEN


@dataclasses.dataclass(slots=True)
class Words:
    """What the layers read so far know: the vocabulary that references resolve against."""

    laws: dict[str, Law] = dataclasses.field(default_factory=dict)
    roles: dict[str, tuple[str, str]] = dataclasses.field(default_factory=dict)
    measures: dict[str, str] = dataclasses.field(default_factory=dict)
    organs: dict[str, str] = dataclasses.field(default_factory=dict)
    facts: dict[str, Fact] = dataclasses.field(default_factory=dict)
    derived: dict[str, Derived] = dataclasses.field(default_factory=dict)
    parameters: dict[str, Parameter] = dataclasses.field(default_factory=dict)
    conflicts: list[Conflict] = dataclasses.field(default_factory=list)
    # Facts that are defined, but wrongly: told once, where they are defined.
    broken: set[str] = dataclasses.field(default_factory=set)


def build_period(node: Node) -> Period:
    """A period of validity; a day not on the calendar or a reversed period is a fault."""
    days: dict[str, int | None] = {"from": 1, "until": None}
    for key, each in node.items():
        days[key] = day_of(each)
    start, end = days["from"] or 1, days["until"]
    if end is not None and end < start:
        node.fault("reversed_period", "until 早于 from", "请核对起止日期")
        end = start
    return Period(start, end)


def day_of(node: Node) -> int | None:
    """The ordinal of a day; a fault and None where it is not on the calendar."""
    try:
        return day_number(node.value)
    except ValueError:
        node.fault("not_a_date", f"“{node.value}”不是日历上的日子", "请写成 2026-03-02 的样子")
        return None


def build_citation(node: Node, words: Words) -> Citation:
    """A citation whose instrument must be known."""
    is_known(node["law"], words.laws, "unknown_law", "法律文件", "laws.yaml")
    return Citation(
        node.value["law"], node.value["article"], node.get("paragraph"), node.get("item")
    )


def is_known(node: Node, known: Any, code: str, what: str, where: str) -> bool:
    """Whether a name is defined; a fault with the nearest names where it is not."""
    if node.value in known:
        return True
    node.fault(
        code,
        f"{what}“{node.value}”没有定义",
        or_add(node.value, known, where),
    )
    return False


def build_condition(node: Node, words: Words) -> Condition:
    """A condition over known facts, its operands in each fact's own steps."""
    parts: list[Condition] = []
    for key, each in node.items():
        if key in ("all", "any"):
            inner = [build_condition(part, words) for part in each.each()]
            parts.append(simplify(inner) if key == "all" else either(inner))
        elif key == "not":
            parts.append(Not(build_condition(each, words)))
        elif key in words.facts:
            parts.extend(_build_tests(words.facts[key], each))
        elif key not in words.broken:
            each.findings.append(
                each.source.finding(
                    "unknown_fact",
                    each.pointer,
                    f"事实“{key}”没有定义",
                    or_add(key, words.facts, "facts.yaml"),
                    key=True,
                )
            )
    return simplify(parts) if parts else ALWAYS


def build_when(node: Node, words: Words) -> Condition:
    """The condition under which a rule applies: always, where it states none."""
    return build_condition(node["when"], words) if "when" in node else ALWAYS


def _build_tests(fact: Fact, node: Node) -> Iterator[Condition]:
    for op, each in node.items():
        if op not in _allowed_ops(fact):
            each.fault(
                "wrong_test",
                f"“{fact.name}”是 {fact.type}，不能用 {op}",
                f"可用：{'、'.join(_allowed_ops(fact))}",
            )
        elif op == "in" and fact.type == "choice":
            choices = [_build_test(fact, "is", option) for option in each.each()]
            operand = frozenset(str(test.operand) for test in choices if test is not None)
            yield Test(fact.name, op, operand, each.place())
        elif op == "in":
            options = [_build_test(fact, "is", option) for option in each.each()]
            yield either([option for option in options if option is not None])
        else:
            test = _build_test(fact, op, each)
            if test is not None:
                yield test


def _allowed_ops(fact: Fact) -> tuple[str, ...]:
    if fact.type == "flag":
        return ("is", "is_not")
    if fact.type == "choice":
        return ("is", "is_not", "in")
    return ("is", "is_not", "in", "at_least", "above", "at_most", "below")


def _build_test(fact: Fact, op: str, node: Node) -> Test | None:
    try:
        if fact.numeric:
            return Test(fact.name, op, fact.threshold(node.value), node.place())
        value = fact.value(node.value)
    except BadValue as bad:
        node.fault(bad.code, bad.message, bad.help)
        return None
    if isinstance(value, frozenset):
        return Test(fact.name, op, next(iter(value)), node.place())
    assert isinstance(value, bool)
    return Test(fact.name, op, value, node.place())


def fen_of(node: Node) -> int | None:
    """A positive amount of yuan in fen; a fault and None otherwise."""
    written: int | Decimal = node.value
    fen = Fraction(written) * FEN
    if fen.denominator != 1 or fen <= 0 or written > MAGNITUDE:
        node.fault(
            "bad_amount",
            f"“{written}”不是合法的罚款数额",
            "应大于 0、不超过一万亿，最多两位小数；没有下限就不写 min",
        )
        return None
    return int(fen)


def amount_fact(node: Node, words: Words, type: str, *, parameters: bool = False) -> str | None:
    """The name of a fact of a type (or of a parameter); a fault and None otherwise."""
    name = str(node.value)
    if parameters and name in words.parameters:
        return name
    if name in words.broken:
        return None
    if not is_known(node, words.facts, "unknown_fact", "事实", "facts.yaml"):
        return None
    if words.facts[name].type != type:
        node.fault("wrong_type", f"“{name}”的类型应是 {type}", "请换一个事实，或者改它的类型")
        return None
    return name


def ref_of(folder: Folder, id: str, node: Node) -> RuleRef:
    """The place of a rule in its rule set."""
    return RuleRef(folder.id, id, node.place(), node.marks())

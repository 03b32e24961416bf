"""Clauses of rule files: periods, citations, conditions and amounts, every reference resolved."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from engine.citation import Citation
from engine.conditions import either, simplify
from engine.dates import Period, day_number
from engine.facts import MAGNITUDE, BadValue, Fact
from engine.faults import or_add
from engine.loading import Folder, Node
from engine.model import (
    ALWAYS,
    Amount,
    Condition,
    Derived,
    Fine,
    Law,
    Not,
    Parameter,
    PerDay,
    Range,
    RuleRef,
    Scaled,
    Substitute,
    Test,
    TimesFine,
)
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
    # Facts that are defined, but wrongly: told once, where they are defined.
    broken: set[str] = dataclasses.field(default_factory=set)


# Small pieces -----------------------------------------------------------------------------


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


# Amounts ----------------------------------------------------------------------------------

_FORMS: dict[str, tuple[set[str], set[str]]] = {
    # form: (keys it must have, keys it may have)
    "percent_of": ({"percent_of"}, {"min", "max", "fixed", "cap", "substitute"}),
    "times": ({"times"}, {"min", "max", "fixed", "cap", "substitute"}),
    "times_fine": ({"times_fine"}, {"min", "max", "fixed"}),
    "per_day": ({"per_day", "days"}, set()),
    "fixed": ({"fixed"}, set()),
    "range": ({"max"}, {"min"}),
}


def build_fine(node: Node, words: Words) -> Fine | None:
    """The fine of a penalty or tier in one of its forms."""
    amount = _build_amount(node, words)
    if amount is None:
        return None
    return Fine(amount, node.get("with_measures") == "alone_or_together", node.place())


def _build_amount(node: Node, words: Words) -> Amount | None:
    keys = set(node.value) - {"with_measures"}
    form = next((name for name in _FORMS if name in keys), "range")
    must, may = _FORMS[form]
    if not must <= keys or keys - must - may:
        node.fault(
            "fine_form",
            f"罚款的写法不成一种：{'、'.join(sorted(keys))}",
            _form_help(form, must, may),
        )
        return None
    if form in ("range", "fixed"):
        return _build_range(node)
    if form == "per_day":
        base = amount_fact(node["per_day"], words, "amount")
        days = amount_fact(node["days"], words, "count")
        return PerDay(base, days) if base and days else None
    bounds = _factors(node, percent=form == "percent_of")
    if bounds is None:
        return None
    lo, hi = bounds
    if form == "times_fine":
        return TimesFine(node.value["times_fine"], lo, hi)
    base = amount_fact(node[form], words, "amount", parameters=True)
    if base is None:
        return None
    cap = fen_of(node["cap"]) if "cap" in node else None
    substitute = _build_substitute(node["substitute"], words) if "substitute" in node else None
    return Scaled(base, lo, hi, "fixed" in keys, cap, substitute, form == "percent_of")


def _form_help(form: str, must: set[str], may: set[str]) -> str:
    if form == "range":
        return "上限写 max，有下限的再写 min"
    others = must - {form}
    more = f"还要写 {'、'.join(sorted(others))}，" if others else ""
    rest = f"只能再写 {'、'.join(sorted(may))}" if may else "不能再写别的"
    return f"写了 {form} 的，{more}{rest}"


def _build_substitute(node: Node, words: Words) -> Substitute | None:
    bounds = _factors(node, percent=False)
    base = amount_fact(node["times"], words, "amount", parameters=True)
    when = build_condition(node["when"], words)
    if bounds is None or base is None:
        return None
    amount = Scaled(base, *bounds, "fixed" in node, None, None, False)
    return Substitute(when, amount, node.get("status", "verified"), node.place())


def _factors(node: Node, *, percent: bool) -> tuple[Fraction, Fraction] | None:
    scale = 100 if percent else 1
    if "fixed" in node and not {"min", "max"} & set(node.value):
        fixed = Fraction(node.value["fixed"]) / scale
        return fixed, fixed
    if "fixed" in node or "min" not in node or "max" not in node:
        node.fault("fine_form", "比例或倍数要写 fixed，或者 min 和 max", "请二选一写全")
        return None
    lo, hi = Fraction(node.value["min"]) / scale, Fraction(node.value["max"]) / scale
    if not 0 < lo <= hi:
        node.fault("reversed_range", "min 要大于 0 且不大于 max", "请核对")
        return None
    return lo, hi


def _build_range(node: Node) -> Range | None:
    if "fixed" in node:
        fixed = fen_of(node["fixed"])
        return Range(fixed, fixed) if fixed else None
    lo = fen_of(node["min"]) if "min" in node else None
    hi = fen_of(node["max"])
    if hi is None or ("min" in node and lo is None):
        return None
    if lo is not None and lo > hi:
        node.fault("reversed_range", "min 大于 max", "请核对两个数额")
        return None
    return Range(lo, hi)


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

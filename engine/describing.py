"""A rule in plain zh-CN: what an item asks, what it does to whom, and where it says so."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from engine.facts import Fact, Span
from engine.faults import Finding, InputFault, Place, did_you_mean
from engine.model import (
    AllOf,
    Amount,
    Condition,
    Item,
    Not,
    Penalty,
    PerDay,
    Range,
    RuleSet,
    Scaled,
    Test,
    Tier,
)
from engine.proving import ProvenItem, prove_item
from engine.result import Imposed
from engine.wording import STAGES, STATUS, fen_range, measure_text

_OPS = {
    "is": "为{}",
    "is_not": "不是{}",
    "in": "为{}",
    "at_least": "{}以上（含）",
    "above": "超过{}",
    "at_most": "{}以下（含）",
    "below": "不满{}",
}


def editions_of(id: str, rule_set: RuleSet) -> tuple[Item, ...]:
    """The editions of an item; raises InputFault with the nearest ids for an unknown one."""
    if id in rule_set.items:
        return rule_set.items[id]
    help = did_you_mean(id, rule_set.items) + "（liangfa items 可列出全部）"
    message = f"规则集 {rule_set.id} 里没有事项“{id}”"
    raise InputFault([Finding("unknown_item", Place("<item>"), message, help)])


def describe(id: str, rule_set: RuleSet) -> dict[str, Any]:
    """Every edition of an item as JSON-ready data; raises InputFault for an unknown id."""
    return {
        "id": id,
        "rule_set": {"id": rule_set.id, "version": rule_set.version, "digest": rule_set.digest},
        "editions": [_edition(item, rule_set) for item in editions_of(id, rule_set)],
    }


def _edition(item: Item, rule_set: RuleSet) -> dict[str, Any]:
    proven = prove_item(item, rule_set)
    return {
        "id": item.id,
        "title": item.title,
        "status": item.status,
        "status_says": STATUS[item.status],
        "effective": item.period.document(),
        "sources": [source.document for source in item.sources],
        "checked_on": max((source.on for source in item.sources), default="") or None,
        "endpoints": "，".join(
            f"“{word}”{'含' if included else '不含'}本数"
            for word, included in rule_set.laws[item.law].included.items()
        ),
        "violates": [rule_set.cite(each) for each in item.violates],
        "established_when": condition_text(item.established_when, rule_set),
        "penalties": [_penalty(each, rule_set) for each in proven.item.penalties],
        "facts": [_fact(fact) for fact in asked_facts(proven)],
        "crime_clause": item.crime_clause,
        "note": item.note,
    }


def asked_facts(proven: ProvenItem) -> list[Fact]:
    """The facts an officer may state for an item (computed ones left out)."""
    return [fact for fact in proven.facts.values() if not fact.derived]


def _penalty(penalty: Penalty, rule_set: RuleSet) -> dict[str, Any]:
    roles = "、".join(rule_set.roles[role][0] for role in penalty.roles)
    verb = {"shall": "应当", "may": "可以"}[penalty.obligation]
    parts = [
        measure_text(Imposed(each.form, each.kinds, each.nature, each.by, None), rule_set)
        for each in penalty.measures
    ]
    if penalty.fine is not None:
        parts.append(f"罚款{amount_text(penalty.fine.amount, rule_set)}")
    return {
        "id": penalty.id,
        "party": list(penalty.roles),
        "stage": penalty.stage,
        "obligation": penalty.obligation,
        "basis": rule_set.cite(penalty.basis),
        "when": condition_text(penalty.when, rule_set),
        "says": f"{STAGES[penalty.stage]}，{verb}对{roles}：{'，'.join(parts)}",
        "rule": str(penalty.ref.place),
        "tiers": [
            _tier(tier, rule_set, partial=table.partial)
            for table in penalty.tables
            for tier in table.tiers
        ],
    }


def _tier(tier: Tier, rule_set: RuleSet, *, partial: bool) -> dict[str, Any]:
    return {
        "id": tier.id,
        "title": tier.title,
        "layer": tier.ref.set,
        "status": tier.status,
        "status_says": STATUS[tier.status],
        "source": tier.source,
        "because": tier.because,
        "partial_table": partial,
        "when": condition_text(tier.when, rule_set),
        "says": f"罚款{amount_text(tier.fine.amount, rule_set)}",
        "rule": str(tier.ref.place),
    }


def _fact(fact: Fact) -> dict[str, Any]:
    return {
        "name": fact.name,
        "type": fact.type,
        "label": fact.label,
        "ask": fact.ask,
        "unit": fact.unit,
        "about": fact.about,
        "if_absent": fact.if_absent,
        "choices": dict(fact.choices),
    }


def condition_text(condition: Condition, rule_set: RuleSet) -> str:
    """A condition in zh-CN; empty when it always holds."""
    if isinstance(condition, Test):
        return _test_text(condition, rule_set.facts[condition.fact])
    if isinstance(condition, Not):
        return f"并非（{condition_text(condition.part, rule_set)}）"
    joint = "，且" if isinstance(condition, AllOf) else "，或"
    texts = [condition_text(part, rule_set) for part in condition.parts]
    nested = [
        f"（{text}）" if not isinstance(part, Test) else text
        for part, text in zip(condition.parts, texts, strict=True)
    ]
    return joint.join(nested)


def _test_text(test: Test, fact: Fact) -> str:
    if isinstance(test.operand, bool):
        yes = test.operand if test.op == "is" else not test.operand
        return f"{fact.label}：{'是' if yes else '否'}"
    if isinstance(test.operand, str):
        shown = fact.choices[test.operand]
    elif isinstance(test.operand, frozenset):
        shown = "或者".join(text for key, text in fact.choices.items() if key in test.operand)
    else:
        shown = fact.show(Span(test.operand, test.operand))
    return f"{fact.label}{_OPS[test.op].format(shown)}"


def _times(number: Fraction) -> str:
    return str(number.numerator) if number.denominator == 1 else f"{float(number):g}"


def amount_text(amount: Amount, rule_set: RuleSet) -> str:
    """A form of fine in zh-CN."""
    if isinstance(amount, Range):
        return fen_range(amount.lo, amount.hi)
    if isinstance(amount, PerDay):
        base, days = rule_set.facts[amount.base], rule_set.facts[amount.days]
        return f"每日按{base.label}，乘以{days.label}"
    if isinstance(amount, Scaled):
        known = rule_set.facts.get(amount.base)
        base_label = known.label if known else rule_set.parameters[amount.base].label
        scale = 100 if amount.percent else 1
        unit = "%" if amount.percent else "倍"
        lo, hi = _times(amount.lo * scale), _times(amount.hi * scale)
        share = f"{lo}{unit}" if amount.lo == amount.hi else f"{lo}{unit}至{hi}{unit}"
        cap = f"，最高{fen_range(amount.cap, amount.cap)}" if amount.cap else ""
        return f"{base_label}的{share}{cap}"
    return f"“{amount.penalty}”罚款的{_times(amount.lo)}倍至{_times(amount.hi)}倍"

"""A rule in plain zh-CN: what an item asks, what it does to whom, and where it says so."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from engine.conditions import AllOf, Condition, Not, Test, tests_of
from engine.facts import Fact, Span
from engine.faults import Finding, InputFault, Place, did_you_mean
from engine.fine import Amount, PerDay, Range, Scaled
from engine.item import Item, Measure, Penalty, Tier, graded
from engine.model import RuleSet
from engine.money import fen_range
from engine.phrases import LEVELS, OBLIGATIONS, STAGES, STATUS
from engine.proving import ProvenItem, amount_facts, prove_item
from engine.result import Imposed
from engine.wording import measure_text

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
        "editions": [describe_edition(item, rule_set) for item in editions_of(id, rule_set)],
    }


def describe_edition(item: Item, rule_set: RuleSet, on: int | None = None) -> dict[str, Any]:
    """One edition of an item as JSON-ready data; with a day, only the tiers in force on it."""
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
        "penalties": [_penalty(each, rule_set, on) for each in proven.item.penalties],
        "facts": [_fact(fact) for fact in asked_facts(proven)],
        "crime_clause": item.crime_clause,
        "note": item.note,
    }


def asked_facts(proven: ProvenItem) -> list[Fact]:
    """The facts an officer may state for an item (computed ones left out)."""
    return [fact for fact in proven.facts.values() if not fact.derived]


def _penalty(penalty: Penalty, rule_set: RuleSet, on: int | None) -> dict[str, Any]:
    roles = "、".join(rule_set.roles[role][0] for role in penalty.roles)
    verb = OBLIGATIONS[penalty.obligation]
    measures = [_measure(each, rule_set) for each in penalty.measures]
    fine = amount_text(penalty.fine.amount, rule_set) if penalty.fine is not None else None
    parts = [*measures, *([f"罚款{fine}"] if fine else [])]
    return {
        "id": penalty.id,
        "party": list(penalty.roles),
        "party_says": roles,
        "stage": penalty.stage,
        "stage_says": STAGES[penalty.stage],
        "obligation": penalty.obligation,
        "obligation_says": verb,
        "status_says": STATUS[penalty.status],
        "status": penalty.status,
        "basis": rule_set.cite(penalty.basis),
        "imposed_by": imposed_by(penalty, rule_set),
        "measures": measures,
        "fine": fine,
        "graded": graded(penalty),
        "when": condition_text(penalty.when, rule_set),
        "says": f"{STAGES[penalty.stage]}，{verb}对{roles}：{'，'.join(parts)}",
        "rule": str(penalty.ref.place),
        "tiers": [
            _tier(tier, rule_set, partial=table.partial)
            for table in penalty.tables
            if on is None or table.period.holds(on)
            for tier in table.tiers
        ],
    }


def _measure(measure: Measure, rule_set: RuleSet) -> str:
    words = measure_text(
        Imposed(measure.form, measure.kinds, measure.nature, measure.by, None), rule_set
    )
    condition = condition_text(measure.when, rule_set)
    return f"{words}（{condition}）" if condition else words


def imposed_by(penalty: Penalty, rule_set: RuleSet) -> str:
    """Who imposes a penalty: 省级以上应急管理部门; who decides a measure that others take."""
    if penalty.fine is None and penalty.measures:
        if all(each.nature == "civil" for each in penalty.measures):
            return "民事责任，不由机关处罚"
        others = {each.by for each in penalty.measures}
        if None not in others:
            return "、".join(rule_set.organs[str(each)] for each in sorted(map(str, others)))
    own = next((each.organ for each in rule_set.layers[::-1] if each.organ is not None), None)
    organ, level = own, None
    if penalty.imposed_by is not None:
        organ, level = penalty.imposed_by.organ, penalty.imposed_by.level
    if level is None and rule_set.jurisdiction is not None:
        level = rule_set.jurisdiction.lowest_level
    where = f"{LEVELS[level]}以上" if level is not None else ""
    return where + (rule_set.organs[organ] if organ is not None else "机关")


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
        "fine": amount_text(tier.fine.amount, rule_set),
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


def describe_facts(rule_set: RuleSet) -> list[dict[str, Any]]:
    """The whole vocabulary as JSON-ready data, by name: each fact with its question, how it is
    computed where nobody states it, and the items that read it."""
    read: dict[str, set[str]] = {}
    for id, editions in rule_set.items.items():
        for item in editions:
            conditions = [item.established_when]
            for penalty in item.penalties:
                conditions += [penalty.when, *(each.when for each in penalty.measures)]
                conditions += [tier.when for table in penalty.tables for tier in table.tiers]
            names = {test.fact for condition in conditions for test in tests_of(condition)}
            for penalty in item.penalties:
                names.update(name for name in amount_facts(penalty) if name in rule_set.facts)
            for name in names:
                for root in {name, *rule_set.roots(name)}:
                    read.setdefault(root, set()).add(id)
    return [
        {
            **_fact(fact),
            "assumed": fact.plain(fact.assumed),
            "computed_from": list(rule_set.derived[name].inputs) if fact.derived else [],
            "how": rule_set.derived[name].kind if fact.derived else None,
            "items": [id for id in rule_set.items if id in read.get(name, ())],
            "rule": str(fact.place),
        }
        for name, fact in sorted(rule_set.facts.items())
    ]


def condition_text(condition: Condition, rule_set: RuleSet) -> str:
    """A condition in zh-CN; empty when it always holds."""
    if isinstance(condition, Test):
        return _test_text(condition, rule_set.facts[condition.fact])
    if isinstance(condition, Not):
        return f"并非（{condition_text(condition.part, rule_set)}）"
    if isinstance(condition, AllOf):
        return _all_text(condition, rule_set)
    return "，或".join(_part_text(part, rule_set) for part in condition.parts)


def _all_text(condition: AllOf, rule_set: RuleSet) -> str:
    """What must all hold; a fact that is tested twice is named once: 12人以上（含）、不满40人."""
    texts: list[str] = []
    tested: dict[str, int] = {}
    for part in condition.parts:
        if not isinstance(part, Test):
            texts.append(_part_text(part, rule_set))
            continue
        fact = rule_set.facts[part.fact]
        if part.fact in tested and fact.numeric:
            texts[tested[part.fact]] += f"、{_compared(part, fact)}"
        else:
            tested[part.fact] = len(texts)
            texts.append(_test_text(part, fact))
    return "，且".join(texts)


def _part_text(part: Condition, rule_set: RuleSet) -> str:
    text = condition_text(part, rule_set)
    return text if isinstance(part, Test) or not text else f"（{text}）"


def _test_text(test: Test, fact: Fact) -> str:
    if isinstance(test.operand, bool):
        yes = test.operand if test.op == "is" else not test.operand
        return f"{fact.label}：{'是' if yes else '否'}"
    return f"{fact.label}{_compared(test, fact)}"


def _compared(test: Test, fact: Fact) -> str:
    if isinstance(test.operand, str):
        shown = fact.choices[test.operand]
    elif isinstance(test.operand, frozenset):
        shown = "或者".join(text for key, text in fact.choices.items() if key in test.operand)
    else:
        shown = fact.show(Span(test.operand, test.operand))
    return _OPS[test.op].format(shown)


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

"""The catalogue of a rule set: every item by law, what is known of it, and what is awaited."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.awaiting import lacks_tiers, waiting_items
from engine.dates import day_text
from engine.describing import describe_edition
from engine.item import Item, Penalty, graded
from engine.model import RuleSet
from engine.phrases import STATUS


def catalogue(rule_set: RuleSet, on: int | None = None) -> dict[str, Any]:
    """The items of a rule set by law as JSON-ready data, with counts and the papers awaited.

    `on` is a day: only the editions in force on it, and the tier tables in force on it; without
    it every edition stands there with its period.
    """
    by_law: dict[str, list[Item]] = {}
    for editions in rule_set.items.values():
        for item in editions:
            if on is None or item.period.holds(on):
                by_law.setdefault(item.law, []).append(item)
    # The laws in the order in which the rule files name them.
    laws = [(rule_set.laws[law], by_law[law]) for law in rule_set.laws if law in by_law]
    return {
        "rule_set": {
            "id": rule_set.id,
            "version": rule_set.version,
            "digest": rule_set.digest,
            "published_only": rule_set.published_only,
            "layers": [
                {
                    "id": each.id,
                    "title": each.title,
                    "issuer": each.issuer,
                    "document": each.document,
                    "status": each.status,
                    "status_says": STATUS[each.status],
                }
                for each in rule_set.layers
            ],
        },
        "on": day_text(on) if on is not None else None,
        "counts": [_counts(law.title, items) for law, items in laws],
        "total": _counts("合计", [item for _, items in laws for item in items]),
        "laws": [
            {
                "id": law.id,
                "title": law.title,
                "items": [describe_edition(item, rule_set, on) for item in items],
            }
            for law, items in laws
        ],
        "awaits": _awaits(rule_set),
        "missing": [
            {"layer": layer.id, "says": says} for layer in rule_set.layers for says in layer.missing
        ],
    }


def _counts(title: str, items: list[Item]) -> dict[str, Any]:
    """How many items and penalties of each status, and what splits their fines."""
    penalties = [each for item in items for each in item.penalties]
    ranges = [each for each in penalties if graded(each)]
    return {
        "law": title,
        "items": len(items),
        **{status: sum(each.status == status for each in items) for status in STATUS},
        "penalties": len(penalties),
        "graded": len(ranges),
        "published": sum(map(_published, ranges)),
        "proposed": sum(map(_proposed, ranges)),
        "bare": sum(not each.tables for each in ranges),
    }


def _published(penalty: Penalty) -> bool:
    """Whether a complete table whose every row is verified splits the fine."""
    return not lacks_tiers(penalty)


def _proposed(penalty: Penalty) -> bool:
    return any(each.proposed for each in penalty.tables)


def _awaits(rule_set: RuleSet) -> list[dict[str, Any]]:
    """The papers to be got, those that most items wait for first."""
    rules = {each.id: each.title for each in rule_set.circumstances}
    rules |= {each.id: each.title for each in rule_set.procedures}
    found = [
        {
            "layer": layer.id,
            "document": each.document,
            "lacks": each.lacks,
            "items": _titled(waiting_items(each, rule_set), rule_set),
            "parameters": [
                {"id": name, "title": rule_set.parameters[name].label}
                for name in each.parameters
                if name in rule_set.parameters
            ],
            "rules": [{"id": id, "title": rules[id]} for id in each.rules if id in rules],
            "note": each.note,
            "rule": str(each.ref.place),
        }
        for layer in rule_set.layers
        for each in layer.awaits
    ]
    return sorted(found, key=lambda each: -len(each["items"]))


def _titled(ids: Iterable[str], rule_set: RuleSet) -> list[dict[str, str]]:
    return [{"id": id, "title": rule_set.items[id][-1].title} for id in ids]

"""A fictional law of Venus, small enough that a test writes the part it is about itself."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.checking import check_item
from engine.faults import Finding
from engine.layering import load_rule_set
from engine.model import RuleSet

Data = dict[str, Any]

ID = "ven-001"
START = "2020-01-01"
SOURCE = {"document": "金星云层条例（虚构）", "checked": "text", "on": START}


def count(label: str, lo: int = 0, hi: int | None = None, **more: Any) -> Data:
    """A count that is asked for."""
    bounds = {"min": lo, **({} if hi is None else {"max": hi})}
    asked = {"ask": f"云层里的{label}一共有多少？", "about": "violation", "if_absent": "ask"}
    return {"type": "count", "label": label, "unit": "个", **asked, **bounds, **more}


def flag(label: str) -> Data:
    """A flag that is asked for."""
    asked = {"ask": f"案卷里{label}是不是属实？", "about": "violation", "if_absent": "ask"}
    return {"type": "flag", "label": label, **asked}


def day(label: str) -> Data:
    """A date that is asked for."""
    asked = {"ask": f"{label}是哪一天？", "about": "violation", "if_absent": "ask"}
    return {"type": "date", "label": label, **asked}


def tiers(*conditions: Data, status: str = "verified", **more: Any) -> Data:
    """A table with a tier (A, B, C …) for each condition; together they fill the penalty's fine."""
    count = len(conditions)
    edges = [1000 + 8000 * number // max(count, 1) // 100 * 100 for number in range(count)] + [9000]
    rows = [
        {
            "id": chr(ord("A") + number),
            "when": when,
            "fine": {"min": edges[number], "max": edges[number + 1]},
            "status": status,
            "because": "虚构",
        }
        for number, when in enumerate(conditions)
    ]
    return {"tiers": rows, **more}


def penalty(id: str = "unit", **more: Any) -> Data:
    """A fine of 1,000 to 9,000 yuan for the unit, at any stage."""
    return {
        "id": id,
        "party": "unit",
        "stage": "any",
        "basis": {"law": "ven", "article": 1},
        "obligation": "shall",
        "fine": {"min": 1000, "max": 9000},
        **more,
    }


def statute(
    facts: Data,
    established: Data,
    *penalties: Data,
    derived: Data | None = None,
    conflicts: list[Data] | None = None,
    **more: Any,
) -> dict[str, Data]:
    """The files of a statute with one item."""
    item = {
        "id": ID,
        "title": "虚构事项",
        "effective": {"from": START},
        "status": "verified",
        "sources": [SOURCE],
        "violates": [{"law": "ven", "article": 2}],
        "established_when": established,
        "penalties": list(penalties),
        **more,
    }
    law = {
        "title": "金星云层条例（虚构）",
        "kind": "administrative-regulation",
        "editions": [{"version": "2020年", "effective": {"from": START}, "text": "checked"}],
        "endpoints": {"以上": "included", "以下": "included"},
    }
    found: dict[str, Data] = {
        "laws.yaml": {"laws": {"ven": law}},
        "terms.yaml": {
            "roles": {"unit": {"label": "单位", "kind": "unit"}},
            "measures": {"order": "责令改正"},
        },
        "facts.yaml": {"facts": facts, **({"conflicts": conflicts} if conflicts else {})},
        f"items/ven/{ID}.yaml": item,
    }
    if derived:
        found["derived.yaml"] = {"derived": derived}
    return found


def overlay(table: Data, since: str = START, until: str | None = None) -> dict[str, Data]:
    """The file of a layer that lays one table over the item's penalty `unit`."""
    period = {"from": since, **({} if until is None else {"until": until})}
    name = f"items/{ID}@{since}.yaml"
    return {name: {"overlays": ID, "effective": period, "penalties": {"unit": table}}}


def write(rules: Path, *layers: dict[str, Data], **manifests: Data) -> str:
    """Write layers, the farthest first, as rule sets v0, v1 …; the id of the nearest.
    `v1={...}` adds to a manifest."""
    shutil.rmtree(rules, ignore_errors=True)
    for number, files in enumerate(layers):
        id = f"v{number}"
        manifest = {
            "id": id,
            "version": "2026.1.0",
            "title": "虚构",
            "issuer": "虚构",
            "effective": {"from": START},
            "status": "verified",
            **({"extends": f"v{number - 1}"} if number else {}),
            **manifests.get(id, {}),
        }
        for name, data in {"ruleset.yaml": manifest, **files}.items():
            path = rules / id / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")
    (rules / "default.yaml").write_text(f"rule_set: {id}\n", "utf-8")
    return id


def findings(rules: Path, id: str) -> list[Finding]:
    """What is said of the items of a rule set, one by one."""
    return list(_of(load_rule_set(rules, id)))


def _of(rule_set: RuleSet) -> Iterator[Finding]:
    for editions in rule_set.items.values():
        for item in editions:
            yield from check_item(item, rule_set)

"""liangfa items: which penalty items a rule set knows."""

from __future__ import annotations

from api.cli.common import (
    RULES,
    Format,
    FormatOption,
    PublishedOption,
    RuleSetOption,
    RulesOption,
    choose_rule_set,
    console,
    print_json,
)
from api.layout import line
from engine.item import Item
from engine.phrases import STATUS

NAME = "items"
HELP = "列出规则集里的处罚事项。"


def run(
    rules: RulesOption = RULES,
    rule_set: RuleSetOption = None,
    published_only: PublishedOption = False,
    format: FormatOption = Format.text,
) -> None:
    """List every item edition: id, title, status, nearest layer, period."""
    chosen = choose_rule_set(rules, rule_set, None, published_only)
    listed = [item for editions in chosen.items.values() for item in editions]
    if format is Format.json:
        print_json([_row(item) for item in listed])
        return
    out = console()
    line(out, 0, f"{chosen.id} {chosen.version}：{len(listed)} 个事项版本", "bold")
    for item in listed:
        row = _row(item)
        line(out, 0, f"{item.id}  {item.title}")
        line(out, 4, f"{_period(item)} · {STATUS[item.status]} · 最近一层 {row['layer']}", "dim")
    for layer in chosen.layers:
        for missing in layer.missing:
            line(out, 0, f"{layer.id}：{missing}", "yellow")


def _period(item: Item) -> str:
    period = item.period.document()
    return f"{period['from']} 起" + (f"，至 {period['until']}" if period["until"] else "施行")


def _row(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "title": item.title,
        "status": item.status,
        "layer": nearest_layer(item),
        "effective": item.period.document(),
    }


def nearest_layer(item: Item) -> str:
    """The nearest layer that says something of the item: that of its tiers, else its own."""
    for penalty in item.penalties:
        for table in penalty.tables:
            return table.layer
    return item.ref.set

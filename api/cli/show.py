"""liangfa show: one item as the rules have it, with the facts it asks for."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import Console

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
from engine.describing import describe

NAME = "show"
HELP = "显示一个事项：依据、处罚、阶次、要问的事实。"


def run(
    item: Annotated[str, typer.Argument(help="事项编号，例如 wsl-097-7。")],
    rules: RulesOption = RULES,
    rule_set: RuleSetOption = None,
    published_only: PublishedOption = False,
    format: FormatOption = Format.text,
) -> None:
    """Show every edition of an item."""
    chosen = choose_rule_set(rules, rule_set, None, published_only)
    data = describe(item, chosen)
    if format is Format.json:
        print_json(data)
        return
    out = console()
    for edition in data["editions"]:
        _edition(out, edition)


def _edition(out: Console, edition: dict[str, Any]) -> None:
    line(out, 0, f"{edition['id']} {edition['title']}", "bold")
    line(out, 2, f"{edition['effective']['from']} 起施行 · {edition['status_says']}")
    if edition["violates"]:
        line(out, 2, "违反：" + "、".join(edition["violates"]), hang=6)
    line(out, 2, f"本法{edition['endpoints']}", "dim")
    line(out, 2, f"成立：{edition['established_when']}", hang=6)
    for penalty in edition["penalties"]:
        line(out, 2, f"{penalty['id']}：{penalty['says']}", "green", hang=2)
        line(out, 4, f"依据：{penalty['basis']}（{penalty['rule']}）", "dim", hang=6)
        if penalty["when"]:
            line(out, 4, f"条件：{penalty['when']}", hang=6)
        for tier in penalty["tiers"]:
            line(
                out, 6, f"{tier['title']}（{tier['layer']}，{tier['status_says']}）：{tier['says']}"
            )
            line(out, 8, f"条件：{tier['when']}", "dim", hang=6)
        for because in dict.fromkeys(tier["because"] for tier in penalty["tiers"]):
            if because:
                line(out, 6, f"建议理由：{because}", "dim", hang=10)
    line(out, 2, "要问的事实：")
    for fact in edition["facts"]:
        line(out, 4, f"{fact['name']}  {fact['ask']}", hang=2)
    if edition["note"]:
        line(out, 2, f"注：{edition['note']}", "dim", hang=4)

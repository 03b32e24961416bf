"""liangfa new-item: the file of a new item, to be filled in after the law."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.common import RULES, Format, FormatOption, RuleSetOption, RulesOption, choose_rule_set
from api.cli.writing import DryRunOption, carry_out
from api.scaffolding.items import new_item, places_to_fill

NAME = "new-item"
HELP = "新建一个处罚事项的文件，编号跟着法条，照注释填写。"


def run(
    item: Annotated[str, typer.Argument(help="事项编号，例如 wsl-097-8。")],
    title: Annotated[str | None, typer.Option("--title", help="违法行为的名称。")] = None,
    rules: RulesOption = RULES,
    rule_set: RuleSetOption = None,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.text,
) -> None:
    """Write the file of a new item into the named rule set, else into the one that knows its law;
    the places still to be filled in are listed."""
    rules = rules.resolve()
    chosen = choose_rule_set(rules, rule_set, None, False)
    change = new_item(item, title, rules, rule_set, chosen)
    notes = [f"待填：{place}" for place in places_to_fill(change, rules)]
    notes.append("填完以前规则集不能加载，liangfa check 会报出没有填的地方")
    carry_out(rules, [change], [], notes, dry_run=dry_run, format=format)

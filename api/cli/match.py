"""liangfa match: which items the facts of a case meet, or may still meet."""

from __future__ import annotations

from typing import Annotated

import typer

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
    read_case,
)
from api.layout import line
from engine.parsing import parse_case, region_of

NAME = "match"
HELP = "按所填事实找出可能成立的处罚事项，不看案件里写的事项编号。"


def run(
    case: Annotated[str, typer.Argument(help="案件文件（YAML 或 JSON）；- 为标准输入。")],
    rules: RulesOption = RULES,
    rule_set: RuleSetOption = None,
    published_only: PublishedOption = False,
    format: FormatOption = Format.text,
) -> None:
    """List the items established by the facts, then those that hang on missing facts."""
    from engine.evaluate import Engine  # loads the matcher, which other commands do without

    source = read_case(case)
    chosen = choose_rule_set(rules, rule_set, region_of(source), published_only)
    found = Engine(chosen).match(parse_case(source, chosen))
    if format is Format.json:
        print_json(
            {
                "items": [
                    {
                        "id": each.item.id,
                        "title": each.item.title,
                        "edition": each.item.edition,
                        "established": each.established is True,
                        "missing": list(each.missing),
                    }
                    for each in found
                ]
            }
        )
        return
    out = console()
    if not found:
        line(out, 0, "所填事实不足以成立任何已收录的事项。", "bold")
    for each in found:
        line(out, 0, f"{each.item.id}  {each.item.title}", "bold")
        if each.established:
            line(out, 4, "事实符合构成")
        for name in each.missing:
            line(out, 4, f"还要查明：{chosen.facts[name].ask}（{name}）", hang=2)

"""liangfa catalogue: every item with its tiers, to publish, and the papers still awaited."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from api.catalogue import COUNTS, as_csv, as_html, as_markdown, as_xlsx
from api.cli.common import (
    RULES,
    PublishedOption,
    RuleSetOption,
    RulesOption,
    choose_rule_set,
    console,
    parse_day,
    write_bytes,
)
from api.layout import line
from engine.cataloguing import catalogue

NAME = "catalogue"
HELP = "生成处罚事项目录：依据、阶次、当事人、决定机关、状态，和待取得的文件。"


class Format(StrEnum):
    """The forms of a catalogue."""

    text = "text"
    json = "json"
    markdown = "markdown"
    html = "html"
    csv = "csv"
    xlsx = "xlsx"


_WRITERS = {
    Format.json: lambda data: json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n",
    Format.markdown: lambda data: as_markdown(data).encode(),
    Format.html: lambda data: as_html(data).encode(),
    Format.csv: as_csv,
    Format.xlsx: as_xlsx,
}


def run(
    rules: RulesOption = RULES,
    rule_set: RuleSetOption = None,
    published_only: PublishedOption = False,
    format: Annotated[
        Format,
        typer.Option("--format", help="text 是一览；目录用 markdown、html、csv、xlsx、json。"),
    ] = Format.text,
    on: Annotated[
        str | None, typer.Option("--on", help="只列这一天施行的版本和阶次，例如 2026-12-01。")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="写到文件；不写则输出到屏幕。")
    ] = None,
) -> None:
    """Print or write the catalogue of a rule set."""
    day = parse_day(on, "--on") if on is not None else None
    data = catalogue(choose_rule_set(rules, rule_set, None, published_only), day)
    if format is Format.text:
        _summary(data)
        return
    write_bytes(_WRITERS[format](data), output, binary=format is Format.xlsx)


def _summary(data: dict[str, Any]) -> None:
    out = console()
    rule_set = data["rule_set"]
    line(out, 0, f"{rule_set['id']} {rule_set['version']}", "bold")
    for each in (*data["counts"], data["total"]):
        numbers = "，".join(
            f"{name} {each[key]}" for key, name in COUNTS.items() if key != "law" and each[key]
        )
        line(out, 0, f"{each['law']}：{numbers}", hang=2)
    line(out, 0, "【待取得的文件】", "bold")
    for each in data["awaits"]:
        waiting = [f"{len(each['items'])} 个事项"] if each["items"] else []
        waiting += [other["title"] for other in (*each["parameters"], *each["rules"])]
        more = f"〔{'、'.join(waiting)}〕" if waiting else ""
        line(out, 2, f"· {each['document']}：{each['lacks']}{more}", hang=2)

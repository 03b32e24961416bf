"""A comparison of rules for people: on a terminal, and as one page."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.console import Console

from api.diff.report import (
    DIRECTION_SAYS,
    FIELD_SAYS,
    GROUP_SAYS,
    ends_say,
    heading,
    money_says,
    version_says,
)
from api.layout import line
from engine.difference import WEIGHT_SAYS

Data = dict[str, Any]

_STYLES = {"substantive": "red", "correction": "yellow", "wording": "dim"}


def as_html(data: Data) -> str:
    """The report as one page that needs nothing from outside and runs no script."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        heading=heading,
        version_says=version_says,
        money_says=money_says,
        ends_say=ends_say,
        counts_say=counts_say,
        rules_of=rules_of,
        place_says=place_says,
        weight_says=WEIGHT_SAYS,
        direction_says=DIRECTION_SAYS,
        field_says=FIELD_SAYS,
        group_says=GROUP_SAYS,
    )
    return environment.get_template("diff.html").render(data)


def rules_of(data: Data, layer: str) -> list[tuple[str, list[Data]]]:
    """The changes of a layer, rule by rule in their order."""
    changes = [each for each in data["changes"] if each["layer"] == layer]
    return [(name, list(group)) for name, group in groupby(changes, lambda each: each["heading"])]


def place_says(place: Data | None) -> str:
    """Where a change stands: file and line."""
    return "（没有）" if place is None else f"{place['file']}:{place['line']}"


def print_report(data: Data, out: Console) -> None:
    """Print the report."""
    for side, name in (("A", "before"), ("B", "after")):
        each = data[name]
        line(out, 0, f"{side} {each['name']}：{each['id']} {each['version']}", hang=2)
    line(out, 0, heading(data), "bold")
    for version in data["versions"]:
        rules = rules_of(data, version["layer"])
        if rules or not version["follows"]:
            line(out, 0, f"【{version['layer']} {version_says(version)}】", "bold", hang=2)
        for title, changes in rules:
            line(out, 0, title, hang=2)
            for change in changes:
                _print_change(change, out)
    if data["impact"] is not None:
        _print_impact(data["impact"], out)


def _print_change(change: Data, out: Console) -> None:
    part = f"{change['part']}：" if change["part"] else ""
    words = f"{WEIGHT_SAYS[change['weight']]} {part}{change['what']}"
    line(out, 2, words, _STYLES[change["weight"]], hang=5)
    before, after = (place_says(change[side]) for side in ("before", "after"))
    line(out, 7, before if before == after else f"{before} → {after}", "dim")


def _print_impact(impact: Data, out: Console) -> None:
    line(out, 0, f"【影响：{impact['basket']}】", "bold")
    if impact["assumed"]:
        line(out, 0, f"{impact['assumed']}。", hang=2)
    line(out, 0, counts_say(impact), hang=2)
    for name, count in impact["directions"].items():
        if count:
            line(out, 2, f"{DIRECTION_SAYS[name]} {count:,} 件")
    if impact["fields"]:
        said = "，".join(
            f"{FIELD_SAYS[name]} {count:,}" for name, count in impact["fields"].items()
        )
        line(out, 0, f"哪里变了：{said}", hang=2)
    for each in impact["parties"]:
        line(out, 0, _party(each), hang=2)
    if impact["largest"]:
        line(out, 0, "变化最大的：", "bold")
    for number, each in enumerate(impact["largest"], 1):
        line(out, 2, f"{number}. {each['name']}：{DIRECTION_SAYS[each['direction']]}", hang=3)
        for party in each["parties"]:
            before, after = money_says(party["before"]), money_says(party["after"])
            line(out, 5, f"{party['id']}（{party['says']}） {before} → {after}", hang=2)
    for group, listed in impact["named"].items():
        if listed:
            line(out, 0, f"{GROUP_SAYS[group]}：", "bold")
        for each in listed:
            why = f"：{each['code']}：{each['message']}" if each["code"] else ""
            line(out, 2, f"· {each['name']}{why}", hang=2)


def counts_say(impact: Data) -> str:
    """How many cases were tried, and how many change."""
    if not impact["cases"]:
        return "没有案件可试：规则包和摘要不带算例，请用 --cases 或者 --store 给出案件。"
    words = f"试了 {impact['cases']:,} 个案件，结果改变的 {impact['changed']:,} 个"
    if impact["untouched"]:
        words += f"；{impact['untouched']:,} 个只涉及没有改动的事项，不必重算"
    if impact["unreadable"]:
        words += f"；{impact['unreadable']:,} 个两边都读不了"
    return f"{words}。"


def _party(each: Data) -> str:
    change = each["change"]
    return (
        f"{each['says']}：{each['parties']:,} 处罚款改变"
        f"（升高 {each['higher']:,}，降低 {each['lower']:,}），"
        f"下限变动 {ends_say(change['min'])}，上限变动 {ends_say(change['max'])}；"
        f"合计 {money_says(each['before'])} → {money_says(each['after'])}"
    )

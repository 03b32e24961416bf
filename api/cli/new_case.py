"""liangfa new-case: a case file to fill in, every question beside its fact."""

from __future__ import annotations

import sys
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
    print_json,
)
from engine.describing import asked_facts, editions_of
from engine.facts import Fact
from engine.model import RuleSet
from engine.proving import ProvenItem, prove_item

NAME = "new-case"
HELP = "为一个事项生成待填的案件文件。"


def run(
    item: Annotated[str, typer.Argument(help="事项编号，例如 wsl-097-7。")],
    rules: RulesOption = RULES,
    rule_set: RuleSetOption = None,
    published_only: PublishedOption = False,
    format: FormatOption = Format.text,
) -> None:
    """Print a case for the latest edition of an item; unanswered facts stay unknown."""
    chosen = choose_rule_set(rules, rule_set, None, published_only)
    proven = prove_item(editions_of(item, chosen)[-1], chosen)
    if format is Format.json:
        print_json(case_data(proven))
    else:
        sys.stdout.buffer.write("\n".join(case_lines(proven, chosen)).encode() + b"\n")


def case_data(proven: ProvenItem) -> dict[str, object]:
    """A case to fill in as plain data, every fact still unknown."""
    own = [fact for fact in asked_facts(proven) if fact.about != "party"]
    personal = [fact for fact in asked_facts(proven) if fact.about == "party"]
    parties = [
        {"id": role, "kind": role, "facts": dict.fromkeys(fact.name for fact in personal)}
        for role in proven.roles
    ]
    return {
        "item": proven.item.id,
        "facts": dict.fromkeys(fact.name for fact in own),
        "parties": parties,
    }


def case_lines(proven: ProvenItem, rule_set: RuleSet) -> list[str]:
    """A case to fill in as the lines of a YAML file, each question beside its fact."""
    facts = asked_facts(proven)
    lines = [
        f"# {proven.item.id} {proven.item.title}",
        "# 不知道的留空（等于未查明）；只知道范围的写 {from: …, to: …}。",
        f"item: {proven.item.id}",
        'dates: {}  # acted_on、found_on、filed_on、decided_on，例如 {acted_on: "2026-03-02"}',
        "facts:",
    ]
    lines += [_question(fact, "  ") for fact in facts if fact.about != "party"]
    lines.append("  # 以下情节没有就不必填")
    lines += [
        _question(fact, "  ", prefix="# ") for fact in proven.claims.values() if not fact.derived
    ]
    personal = [fact for fact in facts if fact.about == "party"]
    lines.append("parties:")
    for role in proven.roles:
        lines.append(f"  - id: {role}")
        lines.append(f"    kind: {role}  # {rule_set.roles[role][0]}")
        if personal and rule_set.roles[role][1] == "person":
            lines.append("    facts:")
            lines += [_question(fact, "      ") for fact in personal]
    return lines


def _question(fact: Fact, indent: str, prefix: str = "") -> str:
    answers = {"flag": "true/false", "choice": "、".join(fact.choices), "date": "日期"}
    answer = answers.get(fact.type, fact.unit or "数")
    default = {"assume": "，不填按没有", "charged": "，不填按指控"}.get(fact.if_absent, "")
    return f"{indent}{prefix}{fact.name}:  # {fact.ask}（{answer}{default}）"

"""liangfa facts: the vocabulary, every fact with its question."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from api.cli.common import (
    RULES,
    PublishedOption,
    RuleSetOption,
    RulesOption,
    choose_rule_set,
    console,
    print_json,
    write_bytes,
)
from api.layout import line
from api.vocabulary import as_markdown
from engine.describing import describe_facts

NAME = "facts"
HELP = "列出事实词汇：名字、问题、单位、不填时怎样处理。"


class Format(StrEnum):
    """The forms of the vocabulary."""

    text = "text"
    json = "json"
    markdown = "markdown"


def run(
    rules: RulesOption = RULES,
    rule_set: RuleSetOption = None,
    published_only: PublishedOption = False,
    format: Annotated[
        Format, typer.Option("--format", help="输出格式：text、json 或 markdown。")
    ] = Format.text,
) -> None:
    """List every fact of a rule set."""
    facts = describe_facts(choose_rule_set(rules, rule_set, None, published_only))
    if format is Format.json:
        print_json(facts)
    elif format is Format.markdown:
        write_bytes(as_markdown(facts).encode(), None, binary=False)
    else:
        out = console()
        for fact in facts:
            line(out, 0, f"{fact['name']}  {fact['label']}", "bold" if not fact["how"] else "dim")
            if fact["ask"]:
                line(out, 4, fact["ask"], "dim")

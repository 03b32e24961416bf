"""liangfa new-edition: a new edition of an item, copied from the one in force."""

from __future__ import annotations

from typing import Annotated

import typer

from api.cli.common import (
    RULES,
    Format,
    FormatOption,
    RuleSetOption,
    RulesOption,
    choose_rule_set,
    parse_day,
)
from api.cli.working import working
from api.cli.writing import DryRunOption, carry_out
from api.scaffolding.changes import findings_after
from api.scaffolding.editions import new_edition
from engine.describing import editions_of

NAME = "new-edition"
HELP = "为一个事项开新版本：旧版本到前一天为止，新版本照抄一份再改。"


def run(
    item: Annotated[str, typer.Argument(help="事项编号，例如 wsl-097-7。")],
    begins: Annotated[str, typer.Option("--from", help="新版本施行的第一天，例如 2027-01-01。")],
    rules: RulesOption = RULES,
    rule_set: RuleSetOption = None,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.text,
) -> None:
    """End the edition in force the day before and write a copy that opens on the day; both files
    or none, and neither where the rules would not load with them."""
    rules = rules.resolve()
    day = parse_day(begins, "--from")
    chosen = choose_rule_set(rules, rule_set, None, False)
    made = new_edition(editions_of(item, chosen), day, rules, chosen)
    with working("检查"):
        findings = findings_after(rules, made.changes)
    carry_out(rules, made.changes, findings, made.notes, dry_run=dry_run, format=format)

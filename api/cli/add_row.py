"""liangfa add-row: one row of a benchmark into the tiers of a layer."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Annotated, Any

import typer

from api.cli.common import (
    RULES,
    Format,
    FormatOption,
    RulesOption,
    bad_option,
    choose_rule_set,
    parse_day,
)
from api.cli.working import working
from api.cli.writing import DryRunOption, carry_out
from api.scaffolding.changes import findings_after
from api.scaffolding.rows import Row, add_row
from engine.dates import day_text
from engine.describing import editions_of
from engine.faults import InputFault
from engine.source import parse

NAME = "add-row"
HELP = "把裁量基准的一行加进一层的阶次，由轻到重排列，检查通过才写。"


class Status(StrEnum):
    """How sure a row is."""

    verified = "verified"
    draft = "draft"
    proposal = "proposal"


def run(
    item: Annotated[str, typer.Argument(help="事项编号，例如 wsl-097-7。")],
    penalty: Annotated[str, typer.Argument(help="处罚的 id，例如 unit-first，见 liangfa show。")],
    rule_set: Annotated[str, typer.Option("--rule-set", help="加在哪一层（规则集）。")],
    tier: Annotated[str, typer.Option("--tier", help="阶次的 id，例如 A。")],
    when: Annotated[str, typer.Option("--when", help="条件，例如 “workers: {at_least: 3}”。")],
    max: Annotated[str, typer.Option("--max", help="上限：元；法律按比例、倍数的，同法律。")],
    document: Annotated[str, typer.Option("--document", help="基准的文号或者名称。")],
    row: Annotated[str, typer.Option("--row", help="基准里的行号，例如 26-A。")],
    min: Annotated[
        str | None, typer.Option("--min", help="下限；不写就是没有下限（“以下”）。")
    ] = None,
    title: Annotated[str | None, typer.Option("--title", help="阶次的名称。")] = None,
    status: Annotated[
        Status, typer.Option("--status", help="逐字核对过文件的才写 verified。")
    ] = Status.draft,
    begins: Annotated[
        str | None, typer.Option("--from", help="基准施行的第一天；这一层还没有阶次时要写。")
    ] = None,
    last: Annotated[
        bool, typer.Option("--complete", help="这是最后一行：整张表齐了，应当铺满法定幅度。")
    ] = False,
    rules: RulesOption = RULES,
    dry_run: DryRunOption = False,
    format: FormatOption = Format.text,
) -> None:
    """Add one tier to the overlay of an item, making the overlay where there is none; nothing is
    written while the checks find an error."""
    rules = rules.resolve()
    day = None if begins is None else day_text(parse_day(begins, "--from"))
    chosen = choose_rule_set(rules, rule_set, None, False)
    editions_of(item, chosen)
    entered = Row(
        tier,
        title,
        _condition(when),
        None if min is None else _number(min, "--min"),
        _number(max, "--max"),
        status.value,
        document,
        row,
        last,
    )
    change = add_row(entered, item, penalty, day, rules, chosen)
    with working("检查"):
        findings = findings_after(rules, [change])
    carry_out(rules, [change], findings, [], dry_run=dry_run, format=format)


def _condition(written: str) -> dict[str, Any]:
    """A condition in the words of the rule files; what it means is for the checks to say."""
    try:
        data = parse(written.encode(), "--when").data
    except InputFault as fault:
        raise bad_option("--when", f"“{written}”不是条件", fault.findings[0].help) from None
    if not isinstance(data, dict):
        help = "请写成“事实: {比较: 数}”，例如“workers: {at_least: 3}”"
        raise bad_option("--when", f"“{written}”不是条件", help)
    return data


def _number(written: str, option: str) -> int | Decimal:
    try:
        number = Decimal(written)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or max(len(written), number.adjusted()) > 20:
        raise bad_option(option, f"“{written}”不是数额", "请只写数字，例如 3000") from None
    return int(number) if number == number.to_integral_value() else number

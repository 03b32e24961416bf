"""liangfa check: look for faults in the rules before they are used."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
import yaml
from rich.console import Console
from rich.text import Text

from api.cli.common import (
    EXIT_FINDING,
    RULES,
    Format,
    FormatOption,
    console,
    parse_day,
    print_json,
)
from api.clock import now
from api.layout import line
from engine.checking import UNFINISHED, check
from engine.faults import Finding

NAME = "check"
HELP = "检查规则：格式、引用、阶次的缺口和重叠、法定幅度、时间、目录；有反例的给出反例。"

_STYLES = {"error": "red", "warning": "yellow", "note": "dim"}


def run(
    folder: Annotated[Path, typer.Argument(help="规则目录。", show_default=False)] = RULES,
    format: FormatOption = Format.text,
    drafts: Annotated[
        bool, typer.Option("--drafts", help="逐条列出未核实的和建议稿；不写只报条数。")
    ] = False,
    notes: Annotated[
        bool, typer.Option("--notes", help="逐条列出信息（不是错误）；不写只报条数。")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="有未核实的规则或者建议稿，也算不通过。")
    ] = False,
    on: Annotated[
        str | None, typer.Option("--on", help="按哪一天查失效和久未核对；不写是今天。")
    ] = None,
) -> None:
    """Print every finding; exit 1 when there is an error or a warning (with `--strict` also for a
    draft or a proposal)."""
    day = date.fromordinal(parse_day(on, "--on")) if on is not None else _today()
    findings = check(folder.resolve(), on=day)
    unfinished = [each for each in findings if each.code in UNFINISHED]
    faulty = [each for each in findings if each.severity != "note"]
    if format is Format.json:
        print_json({"findings": [each.document() for each in findings]})
    else:
        told = [e for e in findings if e.severity == "note" and e.code not in UNFINISHED]
        _print(faulty, told, unfinished, drafts=drafts, notes=notes, strict=strict)
    if faulty or (strict and unfinished):
        raise typer.Exit(EXIT_FINDING)


def _today() -> date:
    return date.fromisoformat(now()[:10])


def _print(
    faulty: list[Finding],
    told: list[Finding],
    unfinished: list[Finding],
    *,
    drafts: bool,
    notes: bool,
    strict: bool,
) -> None:
    """Faults in full and what could not be looked at for them, then information and what is
    unfinished where asked for, then the counts."""
    out = console()
    for each in faulty:
        print_fault(out, each)
    for each in told:
        if each.code == "not_checked":
            line(out, 0, str(each), _STYLES["warning"], hang=2)
    told = [each for each in told if each.code != "not_checked"]
    for title, listed in (
        ("信息", told if notes else []),
        ("未核实", unfinished if drafts else []),
    ):
        if listed:
            line(out, 0, f"【{title}】", "bold")
        for each in listed:
            line(out, 0, str(each), _STYLES["note"], hang=2)
            if each.says:
                line(out, 2, f"例如 {each.says}", _STYLES["note"], hang=2)
    errors = sum(each.severity == "error" for each in faulty)
    words = [
        f"发现 {len(faulty)} 处问题（错误 {errors}，警告 {len(faulty) - errors}）"
        if faulty
        else "没有发现问题"
    ]
    if told:
        words.append(f"信息 {len(told)} 条" + ("" if notes else "（--notes 列出）"))
    if unfinished:
        waiting = sum(each.code == "draft" for each in unfinished)
        words.append(
            f"未核实 {waiting} 处、建议稿 {len(unfinished) - waiting} 处"
            + ("" if drafts else "（--drafts 列出）")
            + ("，按 --strict 不通过" if strict else "")
        )
    line(out, 0, "；".join(words) + "。", "bold")


def print_fault(out: Console, finding: Finding) -> None:
    """A fault with the line it is about, and the case that shows it, to be evaluated."""
    style = _STYLES[finding.severity]
    line(out, 0, str(finding), style, hang=2)
    if finding.excerpt:
        _print_lines(out, finding.excerpt.splitlines(), "dim")
    if finding.says:
        line(out, 2, f"反例：{finding.says}", style, hang=2)
    if finding.case:
        line(
            out,
            2,
            f"写成案件（liangfa evaluate 案件.yaml --rule-set {finding.rule_set}）：",
            hang=2,
        )
        text: str = yaml.safe_dump(
            finding.case, allow_unicode=True, sort_keys=False, width=sys.maxsize
        )
        _print_lines(out, text.splitlines(), "")


def _print_lines(out: Console, lines: Iterable[str], style: str) -> None:
    for each in lines:
        out.print(Text(f"    {each}", style=style), soft_wrap=True)

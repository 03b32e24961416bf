"""liangfa test: run the worked cases beside the rules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from api.cli.common import (
    EXIT_FINDING,
    RULES,
    Format,
    FormatOption,
    RuleSetOption,
    console,
    print_json,
)
from api.layout import line

if TYPE_CHECKING:
    from engine.coverage import Count

NAME = "test"
HELP = "运行规则旁的算例，逐一核对预期结果。"


def run(
    folder: Annotated[Path, typer.Argument(help="规则目录。", show_default=False)] = RULES,
    rule_set: RuleSetOption = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="另报每条规则在几个算例里适用、几个里不适用。")
    ] = False,
    format: FormatOption = Format.text,
) -> None:
    """Run every worked case; exit 1 when one comes out otherwise than it should."""
    from engine.coverage import Coverage
    from engine.testing import try_all

    counts = Coverage() if coverage else None
    tried = list(try_all(folder.resolve(), rule_set, counts))
    failed = [each for each in tried if each.faults]
    if format is Format.json:
        covered = {"coverage": counts.document()} if counts is not None else {}
        print_json(
            {
                "passed": len(tried) - len(failed),
                "failed": len(failed),
                "cases": [
                    {
                        "rule_set": each.rule_set,
                        "name": each.name,
                        "file": each.place.file,
                        "line": each.place.line,
                        "findings": [finding.document() for finding in each.faults],
                    }
                    for each in tried
                ],
                **covered,
            }
        )
    else:
        out = console()
        for each in failed:
            line(out, 0, f"{each.place} {each.name}", "red")
            for finding in each.faults:
                line(out, 2, str(finding), hang=2)
        line(out, 0, f"{len(tried) - len(failed)} 个算例通过，{len(failed)} 个不符。", "bold")
        if counts is not None:
            _print_coverage(out, counts.groups())
    if failed:
        raise typer.Exit(EXIT_FINDING)


_LABELS = {
    "items": "事项",
    "penalties": "处罚",
    "tiers": "裁量阶次",
    "limitations": "追诉期限",
    "circumstances": "情节",
    "procedures": "程序、移送、名单",
}


def _print_coverage(out: Console, groups: Mapping[str, list[Count]]) -> None:
    """How many worked cases each rule fired in; circumstances and procedures one by one."""
    for group, listed in groups.items():
        fired = sum(each.fired > 0 for each in listed)
        spared = sum(each.not_fired > 0 for each in listed)
        words = f"{_LABELS[group]}：{len(listed)} 条，适用过 {fired} 条，试过而不适用 {spared} 条"
        line(out, 0, words, "bold")
        for each in listed:
            both = each.fired and each.not_fired
            if group in ("limitations", "circumstances", "procedures") or not each.fired:
                told = (
                    f"{each.set} {each.id} {each.title}：适用 {each.fired}，不适用 {each.not_fired}"
                )
                line(out, 2, told, "" if both else "yellow", hang=2)

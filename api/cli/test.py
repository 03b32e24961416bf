"""liangfa test: run the worked cases beside the rules."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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

NAME = "test"
HELP = "运行规则旁的算例，逐一核对预期结果。"


def run(
    folder: Annotated[Path, typer.Argument(help="规则目录。", show_default=False)] = RULES,
    rule_set: RuleSetOption = None,
    format: FormatOption = Format.text,
) -> None:
    """Run every worked case; exit 1 when one comes out otherwise than it should."""
    from engine.testing import try_all

    tried = list(try_all(folder.resolve(), rule_set))
    failed = [each for each in tried if each.faults]
    if format is Format.json:
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
            }
        )
    else:
        out = console()
        for each in failed:
            line(out, 0, f"{each.place} {each.name}", "red")
            for finding in each.faults:
                line(out, 2, str(finding), hang=2)
        line(out, 0, f"{len(tried) - len(failed)} 个算例通过，{len(failed)} 个不符。", "bold")
    if failed:
        raise typer.Exit(EXIT_FINDING)

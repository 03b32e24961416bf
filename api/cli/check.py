"""liangfa check: look for faults in the rules before they are used."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.common import EXIT_FINDING, RULES, Format, FormatOption, console, print_json
from api.layout import line
from engine.checking import check

NAME = "check"
HELP = "检查规则：格式、引用、法定幅度、阶次的缺口和重叠。"


def run(
    folder: Annotated[Path, typer.Argument(help="规则目录。", show_default=False)] = RULES,
    format: FormatOption = Format.text,
) -> None:
    """Print every finding; exit 1 when there is an error or a warning (notes are a list to do)."""
    findings = check(folder.resolve())
    faulty = [finding for finding in findings if finding.severity != "note"]
    if format is Format.json:
        print_json({"findings": [finding.document() for finding in findings]})
    else:
        out = console()
        for finding in findings:
            style = {"error": "red", "warning": "yellow", "note": "dim"}[finding.severity]
            line(out, 0, str(finding), style, hang=2)
            if finding.counterexample:
                facts = "，".join(
                    f"{name}: {each}" for name, each in finding.counterexample.items()
                )
                line(out, 2, f"例如 {{{facts}}}", style, hang=2)
        notes = len(findings) - len(faulty)
        words = f"发现 {len(faulty)} 处问题" if faulty else "没有发现问题"
        line(out, 0, f"{words}；另有 {notes} 处未核实或建议稿。", "bold")
    if faulty:
        raise typer.Exit(EXIT_FINDING)

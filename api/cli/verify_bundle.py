"""liangfa verify-bundle: is a bundle what it claims to be, and may it be relied on."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from api.cli.common import (
    EXIT_FINDING,
    Format,
    FormatOption,
    bad_option,
    console,
    print_json,
)
from api.cli.working import working
from api.layout import line
from engine.loading import rule_set_ids
from engine.source import read_bytes

if TYPE_CHECKING:
    from api.verification import Verification

NAME = "verify-bundle"
HELP = "核对规则包：规范文本、摘要、加载、检查、算例、批准发布。"

_SHOWN = 20


def run(
    file: Annotated[Path, typer.Argument(help="规则包，由 liangfa bundle 生成；- 为标准输入。")],
    against: Annotated[
        Path | None,
        typer.Option("--against", help="它应当由哪个规则目录生成；也在它上面跑那里的算例。"),
    ] = None,
    release: Annotated[
        bool, typer.Option("--release", help="必须已经批准发布，没有批准就算不通过。")
    ] = False,
    format: FormatOption = Format.text,
) -> None:
    """Answer every question about a bundle; exit 1 when one fails."""
    from api.verification import verify  # loads the matcher, which other commands do without

    stdin = str(file) == "-"
    name = "<stdin>" if stdin else str(file)
    content = sys.stdin.buffer.read() if stdin else read_bytes(file, name)
    if against is not None:
        against = against.resolve()
        if not rule_set_ids(against):
            raise bad_option("--against", "这个目录里没有规则集", "请指明规则目录")
    with working("核对规则包"):
        found = verify(content, name, against, release=release)
    if format is Format.json:
        print_json(document(found))
    else:
        print_verification(console(), found)
    if not found.holds:
        raise typer.Exit(EXIT_FINDING)


def document(found: Verification) -> dict[str, Any]:
    """A verification as JSON-ready data."""
    rule_set = found.rule_set
    return {
        "holds": found.holds,
        "digest": found.digest,
        "rule_set": None if rule_set is None else {"id": rule_set.id, "version": rule_set.version},
        "verdicts": [each.document() for each in found.verdicts],
    }


_MARKS = {
    "passed": ("通过", "green"),
    "failed": ("不通过", "red"),
    "not_done": ("未做", "yellow"),
}


def print_verification(out: Console, found: Verification) -> None:
    """Each question with its answer, then the whole."""
    line(out, 0, found.digest)
    for verdict in found.verdicts:
        mark, style = _MARKS[verdict.state]
        line(out, 0, f"【{mark}】{verdict.says}", style, hang=2)
        for finding in verdict.findings[:_SHOWN]:
            line(out, 2, str(finding), hang=2)
        if len(verdict.findings) > _SHOWN:
            line(out, 2, f"……另有 {len(verdict.findings) - _SHOWN} 处，见 --format json")
    failed, undone = (
        sum(each.state == state for each in found.verdicts) for state in ("failed", "not_done")
    )
    words = "规则包没有问题" if not failed else f"规则包有 {failed} 项不通过"
    line(out, 0, words + (f"；{undone} 项没有做。" if undone else "。"), "bold")

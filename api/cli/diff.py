"""liangfa diff: what changes from one rule set to another, and what that does to cases."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from contextlib import ExitStack
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from api.cli.common import (
    EXIT_FINDING,
    WIDTH,
    PublishedOption,
    StateOption,
    bad_option,
    console,
    opened_store,
    parse_day,
    print_findings,
    settings_of,
    write_bytes,
)
from api.diff.report import Report
from api.diff.sources import Origin, Stored, opened, side_of
from api.diff.views import as_html, print_report
from engine.difference import Difference
from engine.differencing import Side, difference
from engine.reach import reach_of

if TYPE_CHECKING:
    from api.diff.baskets import Basket
    from engine.impact import Impact

NAME = "diff"
HELP = "比较两套规则：条文上改了什么、版本够不够、对案件有什么影响。"


class Format(StrEnum):
    """The forms of a comparison."""

    text = "text"
    json = "json"
    html = "html"


def run(
    before: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="原来的规则：目录、git 版本（HEAD~1、main:rules）、规则包、sha256:摘要。",
        ),
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="改后的规则，写法同 A。")],
    rule_set: Annotated[
        str | None, typer.Option("--rule-set", help="规则集；不写则按规则包，再按 default.yaml。")
    ] = None,
    published_only: PublishedOption = False,
    cases: Annotated[
        Path | None,
        typer.Option(
            "--cases",
            help="用这些案件看影响：JSONL（- 是标准输入）、算例文件、目录；不写则用两边的算例。",
        ),
    ] = None,
    store: Annotated[bool, typer.Option("--store", help="用记录里的案件看影响。")] = False,
    no_cases: Annotated[bool, typer.Option("--no-cases", help="只比较规则，不看影响。")] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="假定行为发生在这一天，预看那天施行的规定。")
    ] = None,
    processes: Annotated[
        int | None, typer.Option("--processes", min=1, help="用几个进程试算；不写按处理器。")
    ] = None,
    format: Annotated[
        Format, typer.Option("--format", help="text、json 或者 html。")
    ] = Format.text,
    output: Annotated[
        Path | None, typer.Option("--output", help="写到文件；不写则输出到屏幕。")
    ] = None,
    state: StateOption = None,
) -> None:
    """Compare two rule sets; exit 1 when the version of a layer does not follow its changes."""
    if sum((cases is not None, store, no_cases)) > 1:
        message = "--cases、--store、--no-cases 只能写一个"
        raise bad_option("--cases", message, "请删去多余的")
    if as_of is not None and no_cases:
        raise bad_option(
            "--as-of", "不看影响，--as-of 就没有用处", "请删去 --no-cases 或者 --as-of"
        )
    day = parse_day(as_of, "--as-of") if as_of is not None else None
    with ExitStack() as stack:
        origins = [
            stack.enter_context(opened(name, stored_rules(state))) for name in (before, after)
        ]
        published = _published(origins, published_only)
        sides = [
            _side(letter, origin, origins, rule_set, published)
            for letter, origin in zip("AB", origins, strict=True)
        ]
        found = difference(*sides)
        report = Report(before, after, found)
        if not no_cases:
            basket = _basket(stack, origins, sides, cases, store, state)
            impact = _tried(basket, origins, found, day, processes)
            report = Report(before, after, found, basket.title, impact, day)
    _show(report, format, output)
    findings = found.findings()
    if findings:
        print_findings(findings)
        raise typer.Exit(EXIT_FINDING)


def stored_rules(state: Path | None) -> Stored:
    """How rules that the records have kept are found by their digest."""

    def find(digest: str) -> bytes | None:
        with opened_store(settings_of(state_dir=state)) as records:
            return records.bundle(digest)

    return find


def _published(origins: Sequence[Origin], wanted: bool) -> bool:
    """Whether only verified rules are compared: as asked, or as a bundle was made."""
    return wanted or any(each.bundle and each.bundle.published_only for each in origins)


def _side(
    letter: str, origin: Origin, origins: Sequence[Origin], named: str | None, published: bool
) -> Side:
    """The rule set of a side; where neither it nor the command names one, that of a bundle on the
    other side."""
    bundled = next((each.bundle.rule_set for each in origins if each.bundle is not None), None)
    chosen = named or (origin.bundle.rule_set if origin.bundle is not None else bundled)
    id = origin.rule_set(chosen)
    return side_of(origin, id, f"{letter} {origin.name}", published_only=published)


def _basket(
    stack: ExitStack,
    origins: Sequence[Origin],
    sides: Sequence[Side],
    cases: Path | None,
    store: bool,
    state: Path | None,
) -> Basket:
    from api.diff.baskets import from_files, from_store, worked_cases  # evaluating: not all do

    if cases is not None:
        return from_files(cases)
    if store:
        records = stack.enter_context(opened_store(settings_of(state_dir=state)))
        return from_store(records, sides[0].rule_set.id)
    newest_first = list(zip(origins, sides, strict=True))[::-1]
    return worked_cases(
        [
            (origin.rules, [layer.id for layer in side.rule_set.layers])
            for origin, side in newest_first
        ]
    )


def _tried(
    basket: Basket,
    origins: Sequence[Origin],
    found: Difference,
    day: int | None,
    processes: int | None,
) -> Impact:
    """Try the basket, with a bar on a terminal."""
    from api.diff.trying import Pair, try_basket

    pair = Pair(
        (origins[0].rules, found.before.id),
        (origins[1].rules, found.after.id),
        found.before.published_only,
        (found.before, found.after),
    )
    err = Console(stderr=True)
    columns = (TextColumn("试算"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("", total=basket.size)
        return try_basket(
            basket.given,
            pair,
            reach_of(found),
            day,
            processes=processes,
            done=lambda count: progress.advance(task, count),
        )


def _show(report: Report, format: Format, output: Path | None) -> None:
    data = report.document()
    if format is Format.json:
        text = json.dumps(data, ensure_ascii=False, indent=2)
        write_bytes(text.encode() + b"\n", output, binary=False)
    elif format is Format.html:
        write_bytes(as_html(data).encode(), output, binary=False)
    elif output is None:
        print_report(data, console())
    else:
        out = Console(file=io.StringIO(), highlight=False, width=WIDTH)
        print_report(data, out)
        write_bytes(out.file.getvalue().encode(), output, binary=False)

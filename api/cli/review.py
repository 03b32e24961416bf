"""liangfa review: like cases beside each other, and past decisions read from a file."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.progress import Progress

from api.cli import imports
from api.cli.common import (
    EXIT_FINDING,
    RULES,
    RuleSetOption,
    RulesOption,
    StateOption,
    bad_option,
    choose_rule_set,
    console,
    has_store,
    opened_store,
    parse_day,
    print_json,
    settings_of,
    write_bytes,
)
from api.cli.common import Format as Plain
from api.layout import line
from engine.dates import day_text
from engine.model import RuleSet

if TYPE_CHECKING:
    from api.consistency.answering import Examined
    from api.consistency.names import Names
    from api.consistency.rows import Read
    from api.store import Import, Store

NAME = "review"
HELP = "比较同类案件的处罚；从表格导入以往的决定。"
_STRIP = 60
_MARKS = " ·:*#"

app = typer.Typer(help=HELP, add_completion=False)


class Format(StrEnum):
    """The forms of a review."""

    text = "text"
    json = "json"
    csv = "csv"
    xlsx = "xlsx"


class By(StrEnum):
    """What a period is."""

    year = "year"
    month = "month"


@app.callback(invoke_without_command=True, help=HELP)
def review(
    context: typer.Context,
    item: Annotated[str | None, typer.Option("--item", help="只看这个事项。")] = None,
    law: Annotated[str | None, typer.Option("--law", help="只看这部法的事项，例如 wsl。")] = None,
    office: Annotated[str | None, typer.Option("--office", help="只看这个机关。")] = None,
    since: Annotated[str | None, typer.Option("--from", help="这一天起作出的决定。")] = None,
    until: Annotated[str | None, typer.Option("--to", help="到这一天为止。")] = None,
    by: Annotated[By, typer.Option("--by", help="按年或者按月比较。")] = By.year,
    rules: RulesOption = RULES,
    rule_set: RuleSetOption = None,
    state: StateOption = None,
    format: Annotated[
        Format, typer.Option("--format", help="text 是一览；csv、xlsx 一件一行；json 给程序。")
    ] = Format.text,
    output: Annotated[
        Path | None, typer.Option("--output", help="写到文件；不写则输出到屏幕。")
    ] = None,
) -> None:
    """Show like cases beside each other."""
    if context.invoked_subcommand is not None:
        return
    from api.consistency.answering import document, examined
    from api.consistency.export import as_csv, as_xlsx
    from api.consistency.names import names_of
    from api.store import Wanted

    wanted = Wanted(item, law, office, _day(since, "--from"), _day(until, "--to"))
    names = names_of(choose_rule_set(rules, rule_set, None, False))
    with opened_store(settings_of(state_dir=state)) as store:
        standing = store.standing(wanted)
    found = examined(standing.points, standing.same, standing.perhaps)
    if format is Format.json:
        print_json(document(found, names, by.value))
    elif format is Format.text:
        _print(found, names)
    else:
        content = (as_csv if format is Format.csv else as_xlsx)(found, names)
        write_bytes(content, output, binary=format is Format.xlsx)


def _day(text: str | None, option: str) -> str | None:
    return None if text is None else day_text(parse_day(text, option))


def _print(found: list[Examined], names: Names) -> None:
    from api.consistency.judging import ENOUGH

    out = console()
    for each in found:
        said = names.likeness(each.group.likeness)
        head = f"{each.group.likeness.item} {said['item']}"
        parts = (said["role"], said["stage"], said["tier"], said["circumstances"])
        line(out, 0, head.strip(), "bold")
        line(out, 2, "，".join(part for part in parts if part) + f"；{_count(each)}")
        _print_spread(each)
        if not each.judged:
            line(out, 2, f"可比较的不足 {ENOUGH} 件，只列出，不评判", "dim")
        for title, points in (("明显不同", each.outliers), ("未写理由", each.unexplained)):
            for point in points[:10]:
                line(out, 2, f"{title}：{_told(point)}", "yellow", hang=2)
            if len(points) > 10:
                line(out, 2, f"{title}：另有 {len(points) - 10} 件（--format csv 可列出全部）")
        for title, doubles in (("登记又导入，只算一次", each.same), ("可能是同一件", each.perhaps)):
            for double in doubles[:10]:
                line(out, 2, f"{title}：{_told(double.recorded)}；{_told(double.imported)}", hang=2)
            if len(doubles) > 10:
                line(out, 2, f"{title}：另有 {len(doubles) - 10} 件（--format csv 可列出全部）")
        out.print()
    if not found:
        line(out, 0, "没有可以比较的决定。")


def _count(found: Examined) -> str:
    others = len(found.group.others)
    return f"{len(found.group.points)} 件" + (f"，另有 {others} 件不能比较" if others else "")


def _print_spread(found: Examined) -> None:
    from api.consistency.position import bin_of, percent

    spread = found.group.spread
    if spread is None:
        return
    bins = [0] * _STRIP
    for at in found.group.order:
        bins[min(max(bin_of(at, _STRIP), 0), _STRIP - 1)] += 1
    strip = "".join(_MARKS[min(count, len(_MARKS) - 1)] for count in bins)
    out = console()
    out.print(f"  0%|{strip}|100%", soft_wrap=True, markup=False)
    quartiles = f"{percent(spread.lower)}%～{percent(spread.upper)}%"
    line(out, 2, f"中位数 {percent(spread.median)}%，中间一半 {quartiles}")


def _told(point: Any) -> str:
    from api.consistency.names import WHERE
    from api.consistency.position import percent, position, where
    from engine.money import yuan_text

    at = position(point)
    placed = "" if at is None else f"，{percent(at)}%"
    of = point.evaluation_id or f"导入 {point.record_id} 第 {point.row} 行"
    fine = yuan_text(point.fine_fen or 0)
    return f"{point.decided_on} {point.office} {fine}（{WHERE[where(point)]}{placed}）{of}"


# Import -------------------------------------------------------------------------------------


@app.command("import", help="从 CSV 或 XLSX 导入以往的决定；不能读的行逐一列出。")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV 或 XLSX 文件。", show_default=False)],
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="哪一列是什么（YAML 或 JSON）；不写则按表头。")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只读不写。")] = False,
    office: Annotated[str, typer.Option("--office", help="文件没有写机关时，是谁的决定。")] = "",
    by: Annotated[str, typer.Option("--by", help="谁导入；不写则是本机的用户名。")] = "",
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="不能读的行连同原因写到这个 CSV 文件。")
    ] = None,
    rules: RulesOption = RULES,
    rule_set: RuleSetOption = None,
    state: StateOption = None,
    format: Annotated[Plain, typer.Option("--format", help="text 或 json。")] = Plain.text,
) -> None:
    """Read a file of past decisions and record the rows that can be read; exit 1 where any
    cannot."""
    from api.consistency.mapping import Mapping, read_mapping
    from api.consistency.rows import rejects_csv
    from api.store import Actor

    content = _content(file)
    how = read_mapping(mapping) if mapping is not None else Mapping()
    chosen = choose_rule_set(rules, rule_set, None, False)
    read = _read(file, content, how, chosen, office)
    settings = settings_of(state_dir=state)
    made: Import | None = None
    known: tuple[int, ...] = ()
    recorded: tuple[int, ...] = ()
    if not dry_run:
        with opened_store(settings, begin=True) as store:
            actor = Actor(None, by or getpass.getuser(), "maintainer", office)
            recorded = store.recorded_rows(read.accepted)
            made = _write(store, read, actor, file.name)
            known = made.known
    elif has_store(settings):
        with opened_store(settings) as store:
            known = store.known_rows(read.accepted)
            recorded = store.recorded_rows(read.accepted)
    if rejects is not None:
        write_bytes(rejects_csv(read), rejects, binary=False)
    if format is Plain.json:
        print_json(_report(read, known, recorded, made))
    else:
        _print_report(read, known, recorded, made)
    if read.rejected:
        raise typer.Exit(EXIT_FINDING)


def _content(file: Path) -> bytes:
    from api.consistency.sheets import MAX_BYTES

    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)  # more is refused anyway
    except OSError:
        raise bad_option("FILE", f"不能读“{file}”", "请检查文件名和权限") from None


def _read(file: Path, content: bytes, how: Any, rules: RuleSet, office: str) -> Read:
    from api.consistency.rows import read_decisions

    with _stoppable("读取", None) as advance:
        return read_decisions(str(file), content, how, rules, office, advance)


def _write(store: Store, read: Read, actor: Any, name: str) -> Import:
    with _stoppable("写入", len(read.accepted)) as advance:
        made = store.add_import(read.accepted, read.file_hash, actor, name=name)
        advance(len(read.accepted))
        return made


@contextmanager
def _stoppable(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal; Ctrl-C stops before anything is written."""
    from rich.console import Console

    out = Console(stderr=True)
    try:
        with Progress(console=out, disable=not out.is_terminal, transient=True) as bar:
            task = bar.add_task(what, total=total)
            yield lambda done: bar.update(task, completed=done)
    except KeyboardInterrupt:
        raise bad_option("FILE", "已经停止，没有导入任何一行", "可以再次执行") from None


def _report(
    read: Read, known: tuple[int, ...], recorded: tuple[int, ...], made: Import | None
) -> dict[str, Any]:
    return {
        "import": made.id if made is not None else None,
        "dry_run": made is None,
        "added": made.added if made is not None else 0,
        "readable": len(read.accepted),
        "known": list(known),
        "recorded": list(recorded),
        "head": {
            "sheet": read.sheet,
            "other_sheets": list(read.other_sheets),
            "line": read.head.line,
            "columns": {name: read.head.headings[at] for name, at in read.head.places.items()},
            "ten_thousands": sorted(read.head.ten_thousands),
            "unused": list(read.head.unused),
        },
        "rejected": [
            {
                "row": each.row,
                "reasons": [
                    {"column": reason.column, "code": reason.code, "says": reason.says}
                    for reason in each.reasons
                ],
            }
            for each in read.rejected
        ],
    }


def _print_report(
    read: Read, known: tuple[int, ...], recorded: tuple[int, ...], made: Import | None
) -> None:
    from api.consistency.mapping import LABELS

    out = console()
    told = "，".join(
        f"{LABELS[name]}←{read.head.headings[at]}" for name, at in read.head.places.items()
    )
    line(out, 0, f"表头在第 {read.head.line} 行：{told}", hang=2)
    if read.other_sheets:
        others = "、".join(read.other_sheets)
        said = f"只读了工作表“{read.sheet}”，没有读：{others}（映射里的 sheet 可以指定）"
        line(out, 0, said, "yellow", hang=2)
    if read.head.unused:
        line(out, 0, f"不导入的列：{'、'.join(read.head.unused)}", "dim", hang=2)
    for each in read.rejected:
        for reason in each.reasons:
            said = f"第 {each.row} 行 {LABELS[reason.column]}：{reason.code}：{reason.says}"
            line(out, 0, said, "yellow", hang=2)
    line(out, 0, f"能读的 {len(read.accepted)} 行，不能读的 {len(read.rejected)} 行。", "bold")
    if known:
        line(out, 0, f"其中 {len(known)} 行以前导入过，不再重复导入。")
    if recorded:
        line(out, 0, f"其中 {len(recorded)} 行是已经登记的决定，导入以后只算登记的。")
    if made is None:
        line(out, 0, "这是试读，没有写入。")
    elif made.id is None:
        line(out, 0, "没有新的行，没有写入。")
    else:
        line(out, 0, f"已导入 {made.added} 行，批次 {made.id}。")


app.command("imports", help="列出导入过的批次，撤回的也在内。")(imports.list_)
app.command("withdraw", help="撤回一批导入：不再计入统计，记录仍然保留。")(imports.withdraw)

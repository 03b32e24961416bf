"""A review as a sheet: one line a fine, and one a group; CSV or XLSX, text never a formula."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from api.consistency.answering import Examined
from api.consistency.grouping import Spread
from api.consistency.names import KINDS, WHERE, Names
from api.consistency.position import off_suggested, percent, position, where
from api.store import Point
from engine.money import yuan_number

Value = str | int | float | None

FINES = (
    "组别",
    "事项编号",
    "事项",
    "条文版本",
    "当事人类型",
    "阶段",
    "阶次",
    "情节",
    "机关",
    "决定日期",
    "罚款（元）",
    "下限（元）",
    "上限（元）",
    "建议（元）",
    "幅度内位置（%）",
    "位置",
    "偏离建议",
    "写明理由",
    "明显不同",
    "未比较的原因",
    "案件记录",
    "导入批次",
    "导入行号",
    "登记和导入",
)
GROUPS = (
    "组别",
    "事项编号",
    "事项",
    "条文版本",
    "当事人类型",
    "阶段",
    "阶次",
    "情节",
    "可比较",
    "未比较",
    "是否评判",
    "最低（%）",
    "下四分位（%）",
    "中位数（%）",
    "上四分位（%）",
    "最高（%）",
    "离差中位数（%）",
    "明显不同",
    "幅度之外",
    "未写理由",
    "登记又导入（只算一次）",
    "可能登记又导入",
)
_RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def plain_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula: an apostrophe goes before what might be."""
    return f"'{text}" if text.startswith(_RUNS) else text


def as_csv(found: Iterable[Examined], names: Names) -> bytes:
    """One line a fine; UTF-8 with the mark that spreadsheets want."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(FINES)
    for row in fine_rows(found, names):
        writer.writerow([plain_cell(each) if isinstance(each, str) else each for each in row])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(found: Sequence[Examined], names: Names) -> bytes:
    """A workbook of two sheets: the groups, and the fines one by one."""
    book = Workbook(write_only=True)
    for title, head, body in (
        ("分组", GROUPS, group_rows(found, names)),
        ("逐件", FINES, fine_rows(found, names)),
    ):
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        sheet.append([_text(sheet, name, bold=True) for name in head])
        for row in body:
            sheet.append(
                [_text(sheet, each) if isinstance(each, str) and each else each for each in row]
            )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _text(sheet: Any, value: str, *, bold: bool = False) -> Any:
    """Text as text; only what might run costs a cell of its own."""
    if not bold and not value.startswith(_RUNS):
        return value
    cell = WriteOnlyCell(sheet, value=plain_cell(value))
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell


def fine_rows(found: Iterable[Examined], names: Names) -> Iterator[tuple[Value, ...]]:
    """The lines of the sheet of fines, in the order of FINES."""
    for each in found:
        head = _head(each, names)
        apart = {(point.record_id, point.position) for point in each.outliers}
        doubles = _doubles(each)
        for compared, points in ((True, each.group.points), (False, each.group.others)):
            for point in points:
                far = (point.record_id, point.position) in apart
                yield (
                    *head,
                    *_fine(point, far, each.judged),
                    *_identity(point, compared),
                    "；".join(doubles.get((point.record_id, point.position), ())),
                )


def group_rows(found: Iterable[Examined], names: Names) -> Iterator[tuple[Value, ...]]:
    """The lines of the sheet of groups, in the order of GROUPS."""
    for each in found:
        yield (
            *_head(each, names),
            len(each.group.points),
            len(each.group.others),
            _yes(each.judged),
            *_spread(each.group.spread),
            len(each.outliers),
            len(each.off_range),
            len(each.unexplained),
            len(each.same),
            len(each.perhaps),
        )


def _doubles(found: Examined) -> dict[tuple[str, int], list[str]]:
    """What is said of the fines that are, or may be, both recorded and imported."""
    said: dict[tuple[str, int], list[str]] = defaultdict(list)
    for word, doubles in (("只算一次", found.same), ("可能同一", found.perhaps)):
        for recorded, imported in ((each.recorded, each.imported) for each in doubles):
            line = f"{word}：导入 {imported.record_id} 第 {imported.row} 行"
            said[recorded.record_id, recorded.position].append(line)
            line = f"{word}：案件 {recorded.evaluation_id}"
            said[imported.record_id, imported.position].append(line)
    return said


def _spread(spread: Spread | None) -> tuple[Value, ...]:
    if spread is None:
        return (None,) * 6
    return tuple(
        percent(part)
        for part in (
            spread.lowest,
            spread.lower,
            spread.median,
            spread.upper,
            spread.highest,
            spread.deviation,
        )
    )


def _head(found: Examined, names: Names) -> tuple[str, ...]:
    likeness = found.group.likeness
    said = names.likeness(likeness)
    return (
        likeness.id,
        likeness.item,
        said["item"],
        likeness.edition,
        said["role"],
        said["stage"],
        said["tier"],
        said["circumstances"],
    )


def _fine(point: Point, far: bool, judged: bool) -> tuple[Value, ...]:
    at, off = position(point), off_suggested(point)
    return (
        point.office,
        point.decided_on,
        yuan_number(point.fine_fen),
        yuan_number(point.lo_fen),
        yuan_number(point.hi_fen),
        yuan_number(point.suggested_fen),
        None if at is None else percent(at),
        WHERE[where(point)],
        "" if off is None else _yes(off),
        _yes(bool(point.reasoned)),
        _yes(far) if judged else "不评判",
    )


def _identity(point: Point, compared: bool) -> tuple[Value, ...]:
    return (
        "" if compared else KINDS[point.kind],
        point.evaluation_id or "",
        point.record_id if point.row is not None else "",
        point.row,
    )


def _yes(flag: bool) -> str:
    return "是" if flag else "否"

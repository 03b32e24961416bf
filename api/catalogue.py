"""The catalogue for people and spreadsheets: Markdown, HTML, CSV, XLSX, all of one table."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font

Data = dict[str, Any]

COUNTS = {
    "law": "法律、法规、规章",
    "items": "事项",
    "verified": "已核实",
    "draft": "未核实",
    "penalties": "处罚",
    "graded": "有罚款幅度的",
    "published": "已公布的阶次完整",
    "proposed": "有建议稿阶次",
    "bare": "没有阶次",
}
COLUMNS = (
    "事项编号",
    "事项",
    "事项状态",
    "施行",
    "失效",
    "最后核对",
    "违反",
    "处罚依据",
    "阶段",
    "当事人",
    "应当或者可以",
    "处罚措施",
    "法定罚款",
    "阶次",
    "适用条件",
    "阶次罚款",
    "阶次状态",
    "阶次出处",
    "建议理由",
    "决定机关",
    "规则位置",
)
AWAITED = ("文件", "缺什么", "哪一层", "等它的事项数", "等它的事项", "等它的参数和规则", "说明")
_PLACES = ("事项和阶次", "待取得的文件")


def as_markdown(data: Data) -> str:
    """The catalogue as one Markdown document."""
    return _environment(html=False).get_template("catalogue.md").render(_context(data))


def as_html(data: Data) -> str:
    """The catalogue as one page that needs nothing from outside, on the screen and in print."""
    return _environment(html=True).get_template("catalogue.html").render(_context(data))


def as_csv(data: Data) -> bytes:
    """One line a tier (or a penalty without tiers); UTF-8 with the mark that spreadsheets want."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    writer.writerows(rows(data))
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(data: Data) -> bytes:
    """A workbook of two sheets: the items with their tiers, and the papers awaited."""
    book = Workbook(write_only=True)
    for title, head, body in (
        (_PLACES[0], COLUMNS, rows(data)),
        (_PLACES[1], AWAITED, _awaited_rows(data)),
    ):
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        for number, name in enumerate(head):
            letter = chr(ord("A") + number)
            sheet.column_dimensions[letter].width = max(10, min(40, 4 * len(name)))
        sheet.append([_cell(sheet, name, bold=True) for name in head])
        for row in body:
            sheet.append([_cell(sheet, each) for each in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _cell(sheet: Any, value: str, *, bold: bool = False) -> WriteOnlyCell:
    """Text as text: what begins with = is no formula."""
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    cell.font = Font(bold=bold)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def rows(data: Data) -> Iterator[tuple[str, ...]]:
    """The lines of the table, in the order of COLUMNS."""
    for law in data["laws"]:
        for item in law["items"]:
            for penalty in item["penalties"]:
                for tier in penalty["tiers"] or [None]:
                    yield _row(item, penalty, tier)


def _row(item: Data, penalty: Data, tier: Data | None) -> tuple[str, ...]:
    tiered = ("", "", "", "", "", "")
    if tier is not None:
        tiered = (
            tier["title"],
            tier["when"],
            tier["fine"],
            tier["status_says"],
            tier["source"],
            tier["because"],
        )
    elif penalty["graded"]:
        tiered = ("没有已知的阶次", "", "", "", "", "")
    return (
        item["id"],
        item["title"],
        item["status_says"],
        item["effective"]["from"],
        item["effective"]["until"] or "",
        item["checked_on"] or "",
        "；".join(item["violates"]),
        penalty["basis"],
        penalty["stage_says"],
        penalty["party_says"],
        penalty["obligation_says"],
        "；".join(penalty["measures"]),
        penalty["fine"] or "",
        *tiered,
        penalty["imposed_by"],
        (tier or penalty)["rule"],
    )


def _awaited_rows(data: Data) -> Iterator[tuple[str, ...]]:
    for each in data["awaits"]:
        yield (
            each["document"],
            each["lacks"],
            each["layer"],
            str(len(each["items"])),
            "、".join(item["id"] for item in each["items"]),
            "、".join(other["title"] for other in (*each["parameters"], *each["rules"])),
            each["note"],
        )


def counts_table(data: Data) -> str:
    """The counts by law and status as a Markdown table."""
    lines = [_line(COUNTS.values()), _line(["---"] + ["--:"] * (len(COUNTS) - 1))]
    lines += [
        _line([str(each[name]) for name in COUNTS]) for each in (*data["counts"], data["total"])
    ]
    return "\n".join(lines)


def _line(cells: Any) -> str:
    return "| " + " | ".join(cells) + " |"


def _context(data: Data) -> Data:
    return {**data, "count_names": COUNTS, "counts_table": counts_table(data)}


def _environment(*, html: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=html,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

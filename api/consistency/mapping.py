"""Which column of a file means what: stated in a mapping, or guessed from headings and shown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.consistency.cells import word
from api.consistency.sheets import Row
from engine.faults import Finding, InputFault, Place, did_you_mean
from engine.source import read_source


@dataclass(frozen=True, slots=True)
class Column:
    """Something that can be read: its name in a mapping, its label, the headings it goes by."""

    name: str
    label: str
    needed: bool
    headings: tuple[str, ...]


COLUMNS = (
    Column("reference", "文书号", False, ("处罚决定书文号", "决定书文号", "文号", "案号")),
    Column("office", "机关", False, ("处罚机关", "执法机关", "办案机关", "决定机关")),
    Column("decided_on", "决定日期", True, ("处罚决定日期", "决定时间", "处罚日期", "处罚时间")),
    Column("acted_on", "违法日期", False, ("违法行为发生日期", "违法时间")),
    Column("item", "事项", True, ("事项编号", "处罚事项", "违法行为", "案由")),
    Column("role", "当事人类型", False, ("当事人身份", "处罚对象类型", "当事人类别")),
    Column("stage", "阶段", False, ("处罚阶段", "违法阶段")),
    Column("tier", "阶次", False, ("裁量阶次", "裁量档次", "档次")),
    Column("circumstances", "情节", False, ("裁量情节", "从轻从重情节")),
    Column("fine", "罚款", True, ("罚款金额", "罚款数额", "处罚金额")),
    Column("min", "幅度下限", False, ("下限", "罚款下限")),
    Column("max", "幅度上限", False, ("上限", "罚款上限")),
    Column("suggested", "建议数额", False, ("建议罚款", "建议罚款数额")),
    Column("reason", "理由", False, ("裁量理由", "说明理由")),
)
NAMES = tuple(column.name for column in COLUMNS)
LABELS = {column.name: column.label for column in COLUMNS}
_HEAD_ROWS = 20

Name = Literal[
    "reference",
    "office",
    "decided_on",
    "acted_on",
    "item",
    "role",
    "stage",
    "tier",
    "circumstances",
    "fine",
    "min",
    "max",
    "suggested",
    "reason",
]


class Mapping(BaseModel):
    """How to read a file: `columns` says which heading means what (null: none), `defaults` what
    holds where a cell is empty, `values` what the words of the file mean, `ten_thousands` which
    amounts count in ten thousand yuan; all but `columns` may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    columns: dict[Name, str | None] = Field(default={})
    defaults: dict[Literal["office", "role", "stage"], str] = Field(default={})
    values: dict[
        Literal["office", "item", "role", "stage", "tier", "circumstances"], dict[str, str]
    ] = Field(default={})
    ten_thousands: list[Literal["fine", "min", "max", "suggested"]] = Field(default=[])
    header_row: int | None = Field(default=None, ge=1, le=_HEAD_ROWS)
    sheet: str | None = None
    encoding: Literal["utf-8", "gb18030", "utf-16"] | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """The heading row of a file as read: its line, its headings, which of them means what by
    position, which amounts count in ten thousands, and the headings nobody uses."""

    line: int
    headings: tuple[str, ...]
    places: dict[str, int]
    ten_thousands: frozenset[str]
    unused: tuple[str, ...]


def read_mapping(path: Path) -> Mapping:
    """A mapping from a YAML or JSON file; raises InputFault with everything wrong with it."""
    return mapping_of(read_source(path).data, str(path))


def mapping_of(data: Any, place: str) -> Mapping:
    """A mapping from plain data; raises InputFault."""
    try:
        return Mapping.model_validate(data)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        raise InputFault([_finding(each, place) for each in faults]) from None


def _finding(fault: Any, place: str) -> Finding:
    where = "/".join(str(part) for part in fault["loc"] if part != "[key]")
    help = "列的名字有：" + "、".join(NAMES)
    return Finding("bad_mapping", Place(place), f"“{where[:80]}”的写法不对", help)


def find_head(rows: Sequence[Row], mapping: Mapping, name: str) -> Head:
    """The headings among the first rows of a file; raises InputFault where a column that is stated
    is not there, or one that is needed is neither stated nor found."""
    line = mapping.header_row or _likely(rows, mapping)
    headings = tuple(word(cell) for cell in rows[line - 1]) if line <= len(rows) else ()
    places: dict[str, int] = {}
    findings: list[Finding] = []
    wrong: set[str] = set()
    normal = [_normal(each) for each in headings]
    for column in COLUMNS:
        if column.name in mapping.columns:
            stated = mapping.columns[column.name]
            if stated is None:
                continue
            if word(stated) in headings:
                places[column.name] = headings.index(word(stated))
            else:
                wrong.add(column.name)
                known = did_you_mean(word(stated), [each for each in headings if each])
                said = f"第 {line} 行没有列“{stated[:60]}”（{column.label}）"
                findings.append(Finding("unknown_column", Place(name, line), said, known))
            continue
        for heading in (column.name, column.label, *column.headings):
            if heading in normal and normal.index(heading) not in places.values():
                places[column.name] = normal.index(heading)
                break
    for column in COLUMNS:
        if column.needed and column.name not in {*places, *wrong}:
            said = f"找不到“{column.label}”这一列"
            help = f"请在映射里写明 {column.name} 是哪一列"
            findings.append(Finding("missing_column", Place(name, line), said, help))
    if findings:
        raise InputFault(findings)
    used = set(places.values())
    unused = tuple(each for index, each in enumerate(headings) if each and index not in used)
    return Head(line, headings, places, _ten_thousands(headings, places, mapping), unused)


def _likely(rows: Sequence[Row], mapping: Mapping) -> int:
    """The row with the most headings that are known; the first where none has any."""
    stated = {word(each) for each in mapping.columns.values() if each}
    known = {_normal(each) for each in stated}
    for column in COLUMNS:
        known.update((column.name, column.label, *column.headings))

    def count(row: Row) -> int:
        return len({_normal(word(cell)) for cell in row} & known)

    counts = [count(row) for row in rows[:_HEAD_ROWS]]
    return counts.index(max(counts)) + 1 if counts else 1


def _normal(heading: str) -> str:
    """A heading without what is in brackets, blanks and marks of being needed."""
    text = unicodedata.normalize("NFKC", heading)
    return re.sub(r"\([^)]*\)|[\s*:]", "", text)


def _ten_thousands(
    headings: Sequence[str], places: dict[str, int], mapping: Mapping
) -> frozenset[str]:
    """The amounts that count in ten thousands: stated, or so their heading says in brackets."""
    said = re.compile(r"\([^)]*万")
    amounts = ("fine", "min", "max", "suggested")
    found = {
        name for name in amounts if name in places and said.search(_wide(headings[places[name]]))
    }
    return frozenset({*mapping.ten_thousands, *found})


def _wide(text: str) -> str:
    return unicodedata.normalize("NFKC", text)

"""A table out of a file that somebody sends: CSV or XLSX, nothing in it is ever run.

A formula stays the text it is written as. What unpacks to more than it may, declares entities, or
is no table at all is refused before any of it is parsed.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook

from engine.faults import Finding, InputFault, Place

MAX_BYTES = 20 * 2**20
MAX_UNPACKED = 200 * 2**20
MAX_PARTS = 2_000
MAX_COLUMNS = 100
MAX_CELL = 10_000

_AGAIN = "请重新另存为 XLSX 或 CSV"

Cell = str | int | float | bool | datetime.date | None
Row = Sequence[Cell]


class Formula(str):
    """A formula, as text; what it would come to is not known."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file that can be read: the names of its sheets, those shown first (none for CSV), and the
    rows of one of them as they stand, empty ones too."""

    sheets: tuple[str, ...]
    rows: Callable[[str], Iterator[Row]]


def read_table(name: str, content: bytes, encoding: str | None) -> Table:
    """A file as a table; raises InputFault, also while its rows are read, for one that is none.

    `encoding` is that of a CSV file, else UTF-8 or GB18030 by what its bytes are.
    """
    if len(content) > MAX_BYTES:
        raise _fault(name, "too_large", f"文件超过 {MAX_BYTES} 字节", "请分成几个文件")
    if content[:2] != b"PK":
        return Table((), lambda _: _text(name, content, encoding))
    with _workbook_or_none(name):
        _check_parts(name, content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False)
        shown = sorted(book.worksheets, key=lambda each: each.sheet_state != "visible")
        return Table(tuple(each.title for each in shown), lambda one: _rows(name, book, one))


def _text(name: str, content: bytes, encoding: str | None) -> Iterator[Row]:
    text = _decoded(name, content, encoding)
    head = text[: 2**16].splitlines()[:20]
    mark = max(",\t;", key=lambda each: sum(line.count(each) for line in head))
    # Not strict, a quotation mark that nobody closes would swallow every row after it.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        for row in reader:
            yield [cell[:MAX_CELL] for cell in row[:MAX_COLUMNS]]
    except csv.Error:
        said = f"第 {reader.line_num} 行不是 CSV"
        raise _fault(name, "bad_csv", said, "请检查引号，或者另存为 XLSX") from None


def _decoded(name: str, content: bytes, encoding: str | None) -> str:
    if encoding is not None:
        candidates = ["utf-8-sig" if encoding == "utf-8" else encoding]
    elif content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif content.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8-sig", "gb18030"]
    for candidate in candidates:
        try:
            return content.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
    message = "不是 UTF-8，也不是 GB18030 编码" if encoding is None else f"不是 {encoding} 编码"
    raise _fault(name, "bad_encoding", message, "请另存为 UTF-8 的 CSV，或者 XLSX")


def _rows(name: str, book: Any, sheet: str) -> Iterator[Row]:
    with _workbook_or_none(name):
        blank = None  # the one object that stands for every row that is left out
        for row in book[sheet].iter_rows(max_col=MAX_COLUMNS):
            if row is blank:
                yield ()
                continue
            yield [_cell(each, book.epoch) for each in row]
            if all(each.value is None for each in row):
                blank = row


@contextmanager
def _workbook_or_none(name: str) -> Iterator[None]:
    """Whatever a library stumbles over in a file that is none becomes InputFault."""
    try:
        yield
    except InputFault:
        raise
    except Exception:
        raise _fault(name, "bad_workbook", "不是可以读的 XLSX 文件", _AGAIN) from None


def _check_parts(name: str, content: bytes) -> None:
    """Refuse what unpacks to too much, by what it says and by what it is; and entities."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
            raise _fault(name, "too_large", "解开以后太大", "请只留下要导入的工作表，或者存为 CSV")
        left = MAX_UNPACKED
        for part in parts:
            with archive.open(part) as stream:
                before = b""
                while piece := stream.read(2**20):
                    left -= len(piece)
                    if left < 0:
                        raise _fault(name, "too_large", "解开以后太大", "请存为 CSV")
                    # A part may be XML under any name.
                    binary = not part.filename.endswith((".xml", ".rels"))
                    _check_xml(name, before + piece, binary)
                    before = piece[-20:]


def _check_xml(name: str, piece: bytes, binary: bool) -> None:
    if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece or (not binary and b"\0" in piece):
        raise _fault(name, "bad_workbook", "含有不允许的 XML 声明", _AGAIN)


def _cell(cell: Any, epoch: datetime.datetime) -> Cell:
    value = cell.value
    if cell.data_type == "f":
        return Formula(str(getattr(value, "text", value) or "=")[:MAX_CELL])
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, bool | int | float | datetime.date) or value is None:
        return value
    return str(value)[:MAX_CELL]


def _fault(name: str, code: str, message: str, help: str) -> InputFault:
    return InputFault([Finding(code, Place(name), message, help)])

"""What is written in a cell, exactly: an amount, a day, a word; or why it cannot be read."""

from __future__ import annotations

import datetime
import re
import unicodedata
from decimal import Decimal, InvalidOperation

import cn2an
from openpyxl.utils.datetime import from_excel

from api.consistency.sheets import Cell, Formula
from engine.money import FEN, LIMIT

_MULTIPLES = {"": 1, "百": 10**2, "千": 10**3, "万": 10**4, "亿": 10**8}
_FIGURES = re.compile(r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?([百千万亿]?)[元圆]?[整正]?")
_DIGITS = "零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖两"
_NUMERALS = re.compile(rf"([{_DIGITS}十百千万亿拾佰仟]+)[元圆]?[整正]?")
# 元, 角 and 分, in this order, one of them at least; each of 角 and 分 is one digit.
_COINS = re.compile(
    rf"(?:([0-9,]+|[{_DIGITS}十百千万亿拾佰仟]+)[元圆])?"
    rf"(?:[零〇]?([0-9{_DIGITS}])角)?(?:[零〇]?([0-9{_DIGITS}])分)?[整正]?"
)
# Two amounts in one cell are none: a blank stands beside a mark of money only.
_BLANK_WITHIN = re.compile(r"[^¥币] [^元圆万整正]")
_HAS_UNIT = re.compile(r"[百千万亿佰仟元圆角分整正]")
_DAY = re.compile(r"([0-9]{4})(?:年|-|/|\.)([0-9]{1,2})(?:月|-|/|\.)([0-9]{1,2})日?")
_TIME = re.compile(r"[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?Z?$")
_PLAIN_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
# Serial days of spreadsheets that are taken for days: from 1982 until 2063.
_SERIAL = range(3 * 10**4, 6 * 10**4)


class Unreadable(Exception):
    """A cell that cannot be read: a stable code, and what is wrong and how to mend it."""

    def __init__(self, code: str, says: str) -> None:
        self.code, self.says = code, says
        super().__init__(says)


def word(cell: Cell) -> str:
    """A cell as plain text: full-width forms, blanks and line ends made ordinary; "" for empty."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = cell.isoformat() if isinstance(cell, datetime.date) else str(cell)
    return " ".join(unicodedata.normalize("NFKC", text).replace("\0", "").split())


def written(cell: Cell) -> str:
    """A cell as it is written, full-width forms too: for names that are kept as they are."""
    if not isinstance(cell, str):
        return word(cell)
    return " ".join(unicodedata.normalize("NFC", cell).replace("\0", "").split())


def says_nothing(text: str) -> bool:
    """Whether a plain word stands for nothing at all."""
    return text in ("", "无", "没有", "否", "-", "—", "/")


def amount(cell: Cell, *, multiple: int = 1) -> int | None:
    """An amount in fen, None for an empty cell, 0 where it says that there is none; `multiple` is
    what the column counts in.

    Figures with thousands marks, with 元 and 万, and Chinese numerals, with 角 and 分, are read;
    more than two decimals, other marks and formulas are not.
    """
    no_formula(cell)
    text = word(cell)
    if _BLANK_WITHIN.search(text):
        raise _no_amount(text)
    text = text.replace(" ", "").removeprefix("人民币").lstrip("¥")
    if text in ("", "-", "—", "/"):
        return None
    if text in ("无", "不予罚款", "未罚款"):
        return 0
    if isinstance(cell, bool | datetime.date):
        raise _no_amount(text)
    yuan = _number(text)
    if not _HAS_UNIT.search(text):
        yuan *= multiple
    fen = yuan * FEN
    if fen != fen.to_integral_value():
        raise Unreadable("too_fine", f"“{_shown(text)}”多于两位小数；金额写到分为止")
    if not 0 <= fen <= LIMIT:
        raise Unreadable("out_of_bounds", f"“{_shown(text)}”不能小于零，也不能这样大")
    return int(fen)


def _number(text: str) -> Decimal:
    if len(text) > 40:
        raise _no_amount(text)
    if found := _FIGURES.fullmatch(text):
        try:
            figures = Decimal(found[1].replace(",", "") + (found[2] or ""))
        except InvalidOperation:
            raise _no_amount(text) from None
        return figures * _MULTIPLES[found[3]]
    if found := _NUMERALS.fullmatch(text):
        return Decimal(_numerals(found[1], text))
    if (found := _COINS.fullmatch(text)) and any(found.groups()):
        jiao, fen = (_numerals(each, text) if each else 0 for each in found.groups()[1:])
        try:
            return (_number(found[1]) if found[1] else 0) + Decimal(jiao * 10 + fen) / FEN
        except Unreadable:
            raise _no_amount(text) from None
    raise _no_amount(text)


def _numerals(words: str, text: str) -> int:
    """A whole number in Chinese numerals, or one digit; `text` is where it stands."""
    try:
        return int(cn2an.cn2an(words.replace("两", "二"), "smart"))
    except (ValueError, KeyError):
        raise _no_amount(text) from None


def day(cell: Cell) -> str | None:
    """A day as YYYY-MM-DD, None for an empty cell; 2026年3月5日, 2026/3/5, 2026-03-05, the same
    without marks, and the serial numbers of spreadsheets are read, days without a year or in
    another order are not."""
    no_formula(cell)
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    text = _TIME.sub("", word(cell))
    if not text:
        return None
    written = text.replace(" ", "")
    found = _DAY.fullmatch(written) or _PLAIN_DAY.fullmatch(written)
    try:
        if found:
            return datetime.date(*(int(part) for part in found.groups())).isoformat()
        if not isinstance(cell, bool) and re.fullmatch(r"[0-9]+(\.[0-9]+)?", written):
            serial = int(Decimal(written))
            if serial in _SERIAL:
                on: datetime.datetime = from_excel(serial)
                return on.date().isoformat()
    except ValueError:
        raise Unreadable("bad_date", f"“{_shown(text)}”不是日历上的日子") from None
    raise Unreadable("bad_date", f"“{_shown(text)}”不是日期；请写成 2026-03-05 或 2026年3月5日")


def no_formula(cell: Cell) -> None:
    """Raise Unreadable for a formula: nobody knows what it would come to."""
    if isinstance(cell, Formula):
        raise Unreadable("formula", "这里是公式，公式不计算；请改成数值以后再导入")


def _no_amount(text: str) -> Unreadable:
    return Unreadable("bad_amount", f"“{_shown(text)}”不是金额；请写成 5000 或 5,000元")


def _shown(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"

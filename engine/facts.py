"""Facts: their definitions, and their values as exact, possibly partly known quantities.

A numeric value is a Span of whole smallest steps (a person, a fen, a ten-thousandth of a percent,
a day); a derived ratio may be a Fraction between two steps. A flag is True or False; a choice is
the set of values still possible. A fact without a value is unknown and simply absent.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from engine.dates import day_number, day_text
from engine.faults import Place, did_you_mean
from engine.money import yuan_text

Number = int | Fraction

STEPS = {"count": 1, "amount": 100, "percent": 10_000, "date": 1}
NUMERIC = frozenset(STEPS)
# All of something as a share of it, in steps of a percent.
WHOLE = 100 * STEPS["percent"]
# Beyond this nothing in this field is meant: ten to the twelfth persons or yuan.
MAGNITUDE = 10**12


class Span(NamedTuple):
    """All values from lo to hi, both included, in smallest steps; lo == hi is a known value."""

    lo: Number
    hi: Number


Value = bool | frozenset[str] | Span
Values = dict[str, Value]


def exact(value: Value | None) -> bool:
    """Whether it is known what a fact is, to the last step."""
    if isinstance(value, Span):
        return value.lo == value.hi
    return value is not None and (not isinstance(value, frozenset) or len(value) == 1)


class BadValue(Exception):
    """A stated value that the fact cannot take: code, zh-CN message, help."""

    def __init__(self, code: str, message: str, help: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.help = help


@dataclass(frozen=True, slots=True)
class Fact:
    """One word of the vocabulary; `if_absent` is "ask", "charged" or "assume"; `earlier`
    says that earlier decisions against the party may answer it."""

    name: str
    type: str
    label: str
    ask: str
    unit: str
    about: str
    if_absent: str
    assumed: Value | None
    choices: dict[str, str]
    lo: int
    hi: int
    derived: bool
    place: Place
    earlier: bool = False

    def taken(self, *, charged: bool) -> Value | None:
        """The value taken where none is stated; what is charged only once an item is charged."""
        if self.if_absent == "assume" or (self.if_absent == "charged" and charged):
            return self.assumed
        return None

    @property
    def numeric(self) -> bool:
        """Whether its values are spans."""
        return self.type in NUMERIC

    @property
    def fractional(self) -> bool:
        """Whether its values may lie between two steps (computed shares)."""
        return self.derived and self.type == "percent"

    def everything(self) -> Value | None:
        """The value that says nothing: every possible value (None for a flag)."""
        if self.type == "flag":
            return None
        return Span(self.lo, self.hi) if self.numeric else frozenset(self.choices)

    def threshold(self, written: Any) -> int:
        """A threshold in smallest steps; raises BadValue if wrongly typed or finer than a step."""
        return _steps(self, written)

    def value(self, written: Any) -> Value | None:
        """A stated value (scalar, {from, to} or {value}) as a Value; None when unknown."""
        if written is None:
            return None
        if isinstance(written, dict):
            return self._from_mapping(written)
        if isinstance(written, list):
            raise BadValue("wrong_type", f"“{self.label}”不能是列表", "请写一个值")
        if self.type == "flag":
            if not isinstance(written, bool):
                raise BadValue(
                    "wrong_type", f"“{self.label}”要填 true 或 false", "是写 true，否写 false"
                )
            return written
        if self.type == "choice":
            if not isinstance(written, str) or written not in self.choices:
                known = "、".join(f"{key}（{text}）" for key, text in self.choices.items())
                raise BadValue(
                    "not_a_choice",
                    f"“{self.label}”没有“{_short(written)}”这个选项",
                    f"可填：{known}",
                )
            return frozenset({written})
        steps = self._bounded(written)
        return Span(steps, steps)

    def _from_mapping(self, written: dict[str, Any]) -> Value | None:
        for key in written:
            if key not in ("value", "from", "to", "evidence"):
                raise BadValue(
                    "unknown_key",
                    f"“{self.label}”里不能写“{_short(key)}”",
                    did_you_mean(key, ("value", "from", "to", "evidence")),
                )
        evidence = written.get("evidence")
        if evidence is not None and not isinstance(evidence, str):
            raise BadValue("wrong_type", f"“{self.label}”的证据要写成文字", "例如：现场检查记录")
        if "from" not in written and "to" not in written:
            inner = written.get("value")
            if isinstance(inner, dict):
                raise BadValue("wrong_type", f"“{self.label}”的 value 只能是一个值", "请写一个值")
            return self.value(inner)
        if not self.numeric:
            raise BadValue("no_interval", f"“{self.label}”不能写成 from、to", "请写一个值")
        if "value" in written:
            message = f"“{self.label}”同时写了 value 和 from、to"
            raise BadValue("no_interval", message, "确定的写 value，不确定的写 from、to")
        lo = self.lo if written.get("from") is None else self._bounded(written["from"])
        hi = self.hi if written.get("to") is None else self._bounded(written["to"])
        if lo > hi:
            raise BadValue("empty_interval", f"“{self.label}”的 from 大于 to", "请把小的写在 from")
        return None if (lo, hi) == (self.lo, self.hi) else Span(lo, hi)

    def _bounded(self, written: Any) -> int:
        steps = _steps(self, written)
        if steps < self.lo:
            least = self.show(Span(self.lo, self.lo))
            raise BadValue(
                "too_small", f"“{self.label}”不能小于{least}", f"现写为 {written}，请核对"
            )
        if steps > self.hi:
            most = self.show(Span(self.hi, self.hi))
            raise BadValue(
                "too_large_value", f"“{self.label}”不能大于{most}", f"现写为 {written}，请核对"
            )
        return steps

    def show(self, value: Value | None) -> str:
        """The value in zh-CN, with its unit."""
        if value is None:
            return "未查明"
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, frozenset):
            return "或者".join(text for key, text in self.choices.items() if key in value)
        if value.lo == value.hi:
            return self._show_number(value.lo)
        if value.hi >= self.hi:
            return f"{self._show_number(value.lo)}以上"
        if value.lo <= self.lo:
            return f"{self._show_number(value.hi)}以下"
        return f"{self._show_number(value.lo)}至{self._show_number(value.hi)}"

    def _show_number(self, number: Number) -> str:
        if self.type == "date":
            return day_text(int(number))
        if self.type == "amount":
            return yuan_text(int(number))
        if self.type == "count":
            return f"{int(number)}{self.unit}"
        percent = Fraction(number) / STEPS["percent"]
        if (percent * 100).denominator == 1:
            hundredths = int(percent * 100)
            return f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".") + "%"
        return f"约{float(percent):.2f}%"

    def plain(self, value: Value | None) -> Any:
        """The value as JSON-ready data, the way a case file writes it."""
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, frozenset):
            return next(iter(value)) if len(value) == 1 else sorted(value)
        if value.lo == value.hi:
            return self._plain_number(value.lo)
        return {"from": self._plain_number(value.lo), "to": self._plain_number(value.hi)}

    def _plain_number(self, number: Number) -> int | float | str:
        if self.type == "date":
            return day_text(int(number))
        whole, rest = divmod(number, STEPS[self.type])
        if not rest:
            return whole
        return float(round(Fraction(number) / STEPS[self.type], 6))


def _short(written: Any) -> str:
    text = str(written)
    return text if len(text) <= 40 else text[:40] + "…"


def _steps(fact: Fact, written: Any) -> int:
    if fact.type == "date":
        try:
            if not isinstance(written, str):
                raise ValueError
            return day_number(written)
        except ValueError:
            raise BadValue(
                "not_a_date",
                f"“{fact.label}”的“{_short(written)}”不是日历上的日子",
                "请写成 2026-03-02 这样的日期",
            ) from None
    number: Any = written if isinstance(written, int | Decimal) else None
    if number is None or isinstance(written, bool):
        raise BadValue(
            "wrong_type",
            f"“{fact.label}”要填数，写的是{_kind(written)}",
            "请直接写阿拉伯数字，不加引号和单位",
        )
    if abs(number) > MAGNITUDE:
        raise BadValue("number_too_large", f"“{fact.label}”的数太大", "请核对位数和单位")
    if isinstance(number, int):
        return number * STEPS[fact.type]
    steps = Fraction(number) * STEPS[fact.type]
    if steps.denominator != 1:
        finest = {"count": "整数", "amount": "分（两位小数）", "percent": "万分之一个百分点"}
        raise BadValue(
            "too_fine", f"“{fact.label}”只能精确到{finest[fact.type]}", f"现写为 {written}，请核对"
        )
    return int(steps)


def _kind(written: Any) -> str:
    if isinstance(written, bool):
        return "true/false"
    return f"文字“{_short(written)}”" if isinstance(written, str) else "别的东西"

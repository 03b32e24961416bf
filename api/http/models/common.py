"""What the models share: forms of texts, days and amounts; what is sent and what is answered."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from engine.dates import day_number

ID = "3f5g7h9j1k3m5n7p9q1r3s5t7v"
DIGEST = "sha256:" + "0" * 64
AT = "2026-11-25T08:30:00.123Z"
ID_PATTERN = "^[0-9a-hjkmnp-tv-z]{26}$"
DIGEST_PATTERN = "^sha256:[0-9a-f]{64}$"

Verdict = Literal["agree", "amend", "return"]
Position = Literal["inside", "below", "above", "no_range"]


def day(text: str) -> str:
    """The text of a day; raises ValueError for one that is not on the calendar."""
    try:
        day_number(text)
    except ValueError:
        raise ValueError("不是日历上的日子；请写成 2026-03-02 这样的日期") from None
    return text


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("不能只有空白")
    if "\0" in text:
        raise ValueError("不能有空字符")
    return text


def _number(value: Any) -> Any:
    # JSON numbers only: 1 is not "1", and true is no sum of money.
    if isinstance(value, bool | str):
        raise ValueError("应是数，不加引号")
    return value


def named(schema: str, *, null: bool = False) -> WithJsonSchema:
    """A value described by a contract schema; contract.py puts the reference in."""
    return WithJsonSchema({"x-contract": schema, "x-null": null})


Text = Annotated[
    str, StringConstraints(min_length=1, max_length=2000, strict=True), AfterValidator(_said)
]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=200, strict=True), AfterValidator(_said)
]
Day = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$", strict=True),
    AfterValidator(day),
    Field(json_schema_extra={"format": "date"}),
]
Fine = Annotated[
    Decimal,
    BeforeValidator(_number),
    Field(ge=0, le=10**12, decimal_places=2),
    WithJsonSchema({"type": "number", "minimum": 0, "maximum": 10**12}),
]
Case = Annotated[Any, named("Case")]
CaseOrNull = Annotated[Any, named("Case", null=True)]
Result = Annotated[Any, named("Result")]
ResultOrNull = Annotated[Any, named("Result", null=True)]
Yuan = int | float | None


class Sent(BaseModel):
    """A body that a client sends: nothing in it is ignored."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """A body that the server answers with."""

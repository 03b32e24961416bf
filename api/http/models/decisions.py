"""Decisions as they are sent, and placed beside the range."""

from __future__ import annotations

from typing import Annotated

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

from api.http.models.common import AT, ID, Answer, Day, Fine, Name, Position, Sent, Text, Yuan
from api.http.models.evaluations import Record

LONGEST_NUMBER = 60


def _visible(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise ValueError("不能只有空白，也不能有看不见的字符")
    return text


DocumentNumber = Annotated[
    str,
    StringConstraints(min_length=1, max_length=LONGEST_NUMBER, strict=True),
    AfterValidator(_visible),
]


class OfficerIn(Sent):
    """An officer with the number of the certificate (行政处罚法 42)."""

    name: Name = Field(examples=["王一"])
    certificate: str = Field(
        pattern="^[A-Za-z0-9]{6,20}$",
        strict=True,
        description="Letters and digits",
        examples=["AH0117A"],
    )


class PartyIn(Sent):
    """What was decided for one party of the result."""

    party: Name = Field(description="As in `totals` of the result", examples=["plant"])
    fine: Fine | None = Field(
        description="Yuan, at most two decimals; null for no fine", examples=[9000]
    )
    measures: list[Name] = Field(
        default=[], max_length=50, description="Measures imposed, in words"
    )
    number: DocumentNumber | None = Field(
        default=None,
        description="The number of this party's decision document (决定书文号); what was also"
        " imported under it counts once",
        examples=["叶应急罚〔2026〕12号"],
    )


class DecisionIn(Sent):
    """A decision as it was made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "decided_on": "2026-04-20",
                    "parties": [{"party": "plant", "fine": 9000, "number": "叶应急罚〔2026〕12号"}],
                    "reason": "经集体讨论，当事人已全部整改",
                    "officers": [
                        {"name": "王一", "certificate": "AH0117A"},
                        {"name": "李二", "certificate": "AH0118A"},
                    ],
                }
            ]
        }
    )

    decided_on: Day
    parties: list[PartyIn] = Field(min_length=1, max_length=200)
    reason: Text | None = Field(
        default=None,
        description="Required where a fine lies outside the range or is not the suggested one",
    )
    officers: list[OfficerIn] = Field(min_length=2, max_length=20)


class Placed(Answer):
    """A fine beside the range that the result gave; `off_suggested` is null without a suggestion.

    `no_range` means that the result gave no bounds to place it against.
    """

    party: str
    number: str | None = None
    fine: Yuan
    measures: list[str]
    min: Yuan
    max: Yuan
    suggested: Yuan
    position: Position
    off_suggested: bool | None


class Officer(Answer):
    """An officer of a decision."""

    name: str
    certificate: str


class Decision(Answer):
    """A decision on record."""

    id: str = Field(examples=[ID])
    created_at: str = Field(examples=[AT])
    actor: str
    record: Record
    decided_on: str
    parties: list[Placed]
    reason: str | None
    officers: list[Officer]

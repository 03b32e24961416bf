"""Reviews: the checklist and the verdict."""

from __future__ import annotations

from pydantic import (
    ConfigDict,
    Field,
)

from api.http.models.common import AT, ID, Answer, Sent, Text, Verdict
from api.http.models.evaluations import Record


class PointIn(Sent):
    """One point of the checklist; a point that does not hold needs a note."""

    ok: bool = Field(strict=True)
    note: Text | None = None


class ChecklistIn(Sent):
    """主体、管辖、事实、证据、法律适用、裁量、程序."""

    subject: PointIn
    jurisdiction: PointIn
    facts: PointIn
    evidence: PointIn
    law: PointIn
    discretion: PointIn
    procedure: PointIn


_OK = {"ok": True}


class ReviewIn(Sent):
    """A review: every point of the checklist, and 同意 agree, 修改 amend or 退回 return."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "checklist": {
                        **dict.fromkeys(ChecklistIn.model_fields, _OK),
                        "evidence": {"ok": False, "note": "培训记录缺少签名页"},
                    },
                    "verdict": "return",
                    "note": "补证后再报",
                }
            ]
        }
    )

    checklist: ChecklistIn
    verdict: Verdict
    note: Text | None = Field(default=None, description="Required unless the verdict is agree")


class Point(Answer):
    """One point as reviewed, with the reasons of the result that it rests on."""

    ok: bool
    note: str | None
    reasons: list[str] = Field(examples=[["r1", "r4"]])


class Checklist(Answer):
    """The reviewed points."""

    subject: Point
    jurisdiction: Point
    facts: Point
    evidence: Point
    law: Point
    discretion: Point
    procedure: Point


class Review(Answer):
    """A review on record."""

    id: str = Field(examples=[ID])
    created_at: str = Field(examples=[AT])
    actor: str
    record: Record
    checklist: Checklist
    verdict: Verdict
    note: str | None


class Points(Answer):
    """For each point of the checklist, the ids of the reasons it rests on."""

    subject: list[str]
    jurisdiction: list[str]
    facts: list[str]
    evidence: list[str]
    law: list[str]
    discretion: list[str]
    procedure: list[str]

"""Evaluations: tried, on record, listed, replayed, erased."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import (
    ConfigDict,
    Field,
)

from api.http.models.common import AT, DIGEST, DIGEST_PATTERN, ID, Answer, Result, Sent, Text, Yuan


class Record(Answer):
    """Where a record stands in the linked audit log."""

    seq: int = Field(examples=[17])
    hash: str = Field(examples=["0" * 64])


class Fined(Answer):
    """What a party of an earlier case was fined."""

    party: str = Field(description="As that case called it", examples=["plant"])
    fine: Yuan = Field(description="Yuan; null where no fine was imposed", examples=[9000])


class Earlier(Answer):
    """An earlier decision in a case with the same identifier: offered, never filled in."""

    party: str = Field(description="Whose identifier it is, in this case", examples=["plant"])
    evaluation: str = Field(examples=[ID])
    decided_on: str = Field(examples=["2026-04-20"])
    items: list[str] = Field(examples=[["wsl-097-7"]])
    fines: list[Fined]


class Tried(Answer):
    """An evaluation that was not recorded."""

    history: list[Earlier]
    result: Result


class Recorded(Answer):
    """An evaluation on record."""

    id: str = Field(examples=[ID])
    created_at: str = Field(examples=[AT])
    record: Record
    replaces: str | None = Field(description="The evaluation that this one corrects")
    history: list[Earlier]
    result: Result


class Summary(Answer):
    """An evaluation in a list."""

    id: str = Field(examples=[ID])
    created_at: str = Field(examples=[AT])
    office: str = Field(examples=["yeji"])
    actor: str = Field(examples=["case-system"])
    rule_set: str = Field(examples=["yeji"])
    digest: str = Field(pattern=DIGEST_PATTERN, examples=[DIGEST])
    published_only: bool
    engine_version: str = Field(examples=["0.1.0"])
    case_digest: str | None = Field(
        pattern=DIGEST_PATTERN, description="null once erased", examples=[DIGEST]
    )
    status: Literal["settled", "open", "no_rule"]
    items: list[str] = Field(examples=[["wsl-097-7"]])
    replaces: str | None
    erased: bool
    record: Record


class Evaluations(Answer):
    """A page of evaluations, newest first; `next` is the cursor of the page after it."""

    evaluations: list[Summary]
    next: str | None


class Difference(Answer):
    """Where the results differ, and what stands there; null where it was or is not there."""

    pointer: str = Field(
        description="JSON pointer into the result", examples=["/outcomes/0/fine/max"]
    )
    then: Any
    now: Any


class Replayed(Answer):
    """Whether the rules and the case of then give the same bytes today."""

    same: bool
    engine_version_then: str = Field(examples=["0.1.0"])
    engine_version_now: str = Field(examples=["0.1.0"])
    differences: list[Difference] = Field(description="At most 200")


class Reason(Sent):
    """Why a record is erased."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"reason": "依法删除：保存期限届满"}]}
    )

    reason: Text


class Erased(Answer):
    """A record whose case, result, decisions and reviews can no longer be read by anybody."""

    id: str = Field(examples=[ID])
    erased: Literal[True]

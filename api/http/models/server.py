"""The state of the server, the audit log, and problems."""

from __future__ import annotations

from typing import Literal

from pydantic import (
    Field,
)

from api.http.models.common import ID, Answer


class State(Answer):
    """How the server is."""

    status: Literal["alive", "ready"]


class Ready(State):
    """That the server can work; and why it serves older rules than its folder holds, if it does."""

    rules_refused: str | None


class FirstFault(Answer):
    """The first record that is not as it was written."""

    kind: Literal["altered", "missing", "inserted", "reordered"]
    table: str
    id: str
    says: str


class Verification(Answer):
    """Whether every record is as it was written."""

    ok: bool
    seq: int
    head: str
    fault: FirstFault | None


class FaultOut(Answer):
    """One thing that is wrong."""

    pointer: str = Field(
        description="JSON pointer into the body, or the name of a parameter or header",
        examples=["/facts/uncertified_workers"],
    )
    code: str = Field(examples=["unknown_fact"])
    detail: str


class ProblemOut(Answer):
    """RFC 9457 problem details; every error has this shape."""

    type: str = Field(examples=["urn:liangfa:problem:invalid_input"])
    title: str = Field(examples=["内容有误"])
    status: int = Field(examples=[422])
    detail: str
    instance: str = Field(examples=[f"urn:liangfa:request:{ID}"])
    errors: list[FaultOut]

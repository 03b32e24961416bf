"""The log: one line a request, with ids and codes, never with what anybody wrote."""

from __future__ import annotations

import sys
import traceback
from dataclasses import dataclass, fields
from typing import Any, TextIO

import structlog

from api.clock import now


@dataclass(slots=True)
class Note:
    """What is known of a request while it runs; all of it may be logged. `peer` is the address of
    somebody who was not let in, `cause` what the database said by its code."""

    request_id: str
    status: int = 0
    key: str | None = None
    role: str | None = None
    office: str | None = None
    digest: str | None = None
    code: str | None = None
    faults: tuple[str, ...] = ()
    record: str | None = None
    peer: str | None = None
    cause: str | None = None


NAMES = tuple(each.name for each in fields(Note))


class _Stream:
    """Standard error as it is when a line is written, so that tests may look at it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stderr, name)


def logger(form: str = "json", stream: TextIO | None = None) -> Any:
    """A logger of its own: lines of JSON, or plain text for people."""
    last: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        else structlog.processors.KeyValueRenderer(key_order=["at", "level", "event"])
    )
    return structlog.wrap_logger(
        structlog.WriteLogger(stream or _Stream()),  # type: ignore[arg-type]
        processors=[_stamp, structlog.processors.add_log_level, last],
    )


def _stamp(_: Any, __: str, event: dict[str, Any]) -> dict[str, Any]:
    return {"at": now(), **event}


def frames(error: BaseException) -> list[str]:
    """Where an error came from, without its message: that may quote what somebody wrote."""
    return [
        f"{frame.filename.rpartition('/')[2]}:{frame.lineno}:{frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-8:]
    ]

"""What the store keeps and gives back, as plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

ROLES = ("officer", "reviewer", "maintainer")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks; `key_id` is None for the loopback without keys and for the program itself."""

    key_id: str | None
    name: str
    role: str
    office: str

    @property
    def identity(self) -> str:
        """What tells one asker from another: names may repeat, keys do not."""
        return self.key_id or self.name


PROGRAM = Actor(None, "liangfa", "maintainer", "")


@dataclass(frozen=True, slots=True)
class NewEvaluation:
    """An evaluation to record: `case` exactly as evaluated, `result` the exact bytes answered.
    `case_digest` is sealed like them: whoever knows most of a case could find the rest by it."""

    rule_set: str
    digest: str
    published_only: bool
    engine_version: str
    case_digest: str
    status: str
    items: tuple[str, ...]
    case: bytes
    result: bytes
    identifiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation(NewEvaluation):
    """A recorded evaluation. Bodies are empty in lists and when `erased`, `case_digest` when
    `erased`; `identifiers` are never given back, only looked up by `Store.history`."""

    id: str
    office: str
    actor: str
    key_id: str | None
    created_at: str
    seq: int
    hash: str
    erased: bool
    replaces: str | None


@dataclass(frozen=True, slots=True)
class Fine:
    """What was decided for one party beside what was suggested, all in fen; `party` is empty once
    the record is erased."""

    party: str
    fine_fen: int | None
    lo_fen: int | None
    hi_fen: int | None
    suggested_fen: int | None

    @classmethod
    def read(cls, party: Mapping[str, Any]) -> Fine:
        """One of a decision's `parties`: {party, fine, min, max, suggested}, amounts in yuan."""
        amounts = (fen(party.get(name)) for name in ("fine", "min", "max", "suggested"))
        return cls(plain(str(party["party"])), *amounts)


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided on an evaluation; `document` is None when erased."""

    id: str
    evaluation_id: str
    seq: int
    hash: str
    created_at: str
    office: str
    actor: str
    key_id: str | None
    decided_on: str
    document: dict[str, Any] | None
    fines: tuple[Fine, ...]


@dataclass(frozen=True, slots=True)
class Review:
    """What a reviewer found; `document` is None when erased."""

    id: str
    evaluation_id: str
    seq: int
    hash: str
    created_at: str
    office: str
    actor: str
    key_id: str | None
    document: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """An earlier decision in which the same identifier was a party."""

    evaluation_id: str
    decision_id: str
    office: str
    decided_at: str
    items: tuple[str, ...]
    fines: tuple[Fine, ...]


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it may be listed: never its secret."""

    id: str
    name: str
    role: str
    office: str
    created_at: str
    revoked_at: str | None


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where the records are not what the audit log says."""

    kind: str  # altered | missing | inserted | reordered
    table: str
    id: str
    says: str


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether every record is as it was written; `seq` and `hash` are the last sound link."""

    ok: bool
    seq: int
    hash: str
    fault: Fault | None = None


def fen(yuan: Any) -> int | None:
    """An amount in yuan (JSON number or text) as fen; None stays None."""
    if yuan is None:
        return None
    return int((Decimal(str(yuan)) * 100).to_integral_value(ROUND_HALF_UP))


def plain(text: str) -> str:
    """Text that both databases can hold: without NUL and lone surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()

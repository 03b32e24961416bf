"""The code by which a printed document is checked against the record it says it is of."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from api.store import Decision, Evaluation

_GROUP, _LENGTH = 4, 16


def code_of(record: Evaluation, decisions: Sequence[Decision]) -> str:
    """Sixteen letters and digits out of the hashes that the audit log keeps of a record and of the
    decision that stands, in groups of four.

    base32(SHA-256("<id> <hash of the record> <hash of the last decision, or nothing>")): whoever
    may read the record can compute it, nobody else can guess it, and it is another one as soon as
    the record is not what it was or another decision is recorded.
    """
    last = decisions[-1].hash if decisions else ""
    hashed = hashlib.sha256(f"{record.id} {record.hash} {last}".encode()).digest()
    letters = base64.b32encode(hashed).decode()[:_LENGTH]
    return "-".join(letters[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))


def same_code(one: str, other: str) -> bool:
    """Whether two codes are the same but for how they were copied."""
    return _bare(one) == _bare(other)


def _bare(code: str) -> str:
    return "".join(filter(str.isalnum, code)).upper()

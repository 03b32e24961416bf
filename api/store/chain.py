"""The arithmetic of the audit log: what is hashed, and how a link holds on to the one before."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

START = "0" * 64
LINKED = ("seq", "at", "actor", "office", "action", "kind", "record_id", "record_hash")

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def canonical(value: Any) -> bytes:
    """RFC 8785 for what rows hold: text, whole numbers, null; bytes as {"base64": text}."""
    written = json.dumps(
        value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, default=_bytes
    )
    # A damaged text may have been read with lone surrogates: it shall differ, not raise.
    return written.encode("utf-8", "surrogatepass")


def record_hash(rows: Rows) -> str:
    """The hash of all rows of one record, whatever order they are read in."""
    ordered = {table: sorted(rows[table], key=canonical) for table in rows if rows[table]}
    return hashlib.sha256(canonical(ordered)).hexdigest()


def link_hash(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of an audit row that follows `previous`."""
    linked = {name: row[name] for name in LINKED}
    return hashlib.sha256(previous.encode("utf-8", "surrogatepass") + canonical(linked)).hexdigest()


def _bytes(value: Any) -> dict[str, str]:
    return {"base64": base64.b64encode(value).decode()}

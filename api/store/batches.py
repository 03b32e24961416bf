"""Imports one by one, and their withdrawal: what was withdrawn stays on record and counts no more.

An import seals what its file was called, its hash and what it calls each case, under a key of its
own: whoever knows most of a file could find the rest by a hash in clear.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from api.store import seal as sealing
from api.store.errors import NotFound
from api.store.ledger import Entry
from api.store.points import Point
from api.store.records import Actor, plain
from api.store.tables import import_withdrawals, imports, record_keys, review_points

# The one member of what an import seals that is no line of the file.
_FILE = "file"


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Who withdrew an import, when and why."""

    at: str
    actor: str
    office: str
    reason: str


@dataclass(frozen=True, slots=True)
class Batch:
    """An import as a list tells it; `name` is what the file was called, "" where that was not kept
    and None once it was erased, as `file_hash` is "" then; `withdrawn` is None while it counts."""

    id: str
    at: str
    actor: str
    office: str
    rows: int
    file_hash: str
    name: str | None
    withdrawn: Withdrawal | None


def withdrawal(import_id: str, actor: Actor, reason: str) -> Callable[[Entry], bool]:
    """What withdraws an import and says whether it was not withdrawn before; raises NotFound."""

    def write(entry: Entry) -> bool:
        if not entry.connection.execute(select(imports.c.id).where(_is(import_id))).first():
            raise NotFound("这一批导入")
        done = select(import_withdrawals.c.import_id)
        done = done.where(import_withdrawals.c.import_id == import_id)
        if entry.connection.execute(done).first():
            return False
        entry.add(import_withdrawals, import_id=import_id, **entry.who(actor), reason=plain(reason))
        entry.sign(actor, "withdraw", "withdrawal", import_id)
        return True

    return write


def withdrawn(connection: Connection) -> frozenset[str]:
    """The ids of the imports that count no more."""
    return frozenset(connection.execute(select(import_withdrawals.c.import_id)).scalars())


def batch(
    connection: Connection, seal: sealing.Seal, id: str
) -> tuple[Batch, dict[int, str] | None]:
    """One import, and by line what its file calls a case, None once erased; raises NotFound."""
    row = connection.execute(_batches().where(_is(id))).first()
    if row is None:
        raise NotFound("这一批导入")
    read = _opened(seal, row)
    return _batch(seal, row, read), None if read is None else read[1]


def batches(
    connection: Connection, seal: sealing.Seal, skip: int, limit: int | None
) -> tuple[list[Batch], int]:
    """Imports, the newest first, and how many there are."""
    query = _batches().order_by(imports.c.seq.desc()).offset(skip).limit(limit)
    found = [_batch(seal, row, _opened(seal, row)) for row in connection.execute(query)]
    return found, connection.execute(select(func.count()).select_from(imports)).scalar() or 0


def batch_points(connection: Connection, id: str, limit: int) -> list[Point]:
    """The first rows of an import, withdrawn or not."""
    table = review_points.c
    query = select(*(table[name] for name in Point._fields)).where(table.record_id == id)
    return [Point(*row) for row in connection.execute(query.order_by(table.position).limit(limit))]


def sealed_names(key: bytes, id: str, file: str, references: Mapping[int, str]) -> bytes:
    """What the file was called and, by line, what it calls a case, as an import keeps it."""
    told = {_FILE: file, **{str(line): text for line, text in references.items()}}
    return sealing.seal(key, json.dumps(told).encode(), _place(id))


def sealed_hash(key: bytes, id: str, file_hash: str) -> str:
    """The hash of the file, as an import keeps it."""
    return sealing.seal_text(key, file_hash, _place_of_hash(id))


def _opened(seal: sealing.Seal, row: Row[Any]) -> tuple[str, dict[int, str]] | None:
    if row.wrapped is None:
        return None
    told = json.loads(sealing.unseal(seal.unwrap(row.wrapped, row.id), row.sealed, _place(row.id)))
    file = told.pop(_FILE, "")
    return file, {int(line): text for line, text in told.items()}


def _place(id: str) -> str:
    return f"{id} references"


def _place_of_hash(id: str) -> str:
    return f"{id} file_hash"


def _is(id: str) -> Any:
    return imports.c.id == id


def _batches() -> Select[Any]:
    gone = import_withdrawals.c
    return (
        select(
            imports,
            record_keys.c.wrapped,
            gone.created_at.label("gone_at"),
            gone.actor.label("gone_actor"),
            gone.office.label("gone_office"),
            gone.reason.label("gone_reason"),
        )
        .outerjoin(record_keys, record_keys.c.evaluation_id == imports.c.id)
        .outerjoin(import_withdrawals, gone.import_id == imports.c.id)
    )


def _batch(seal: sealing.Seal, row: Row[Any], read: tuple[str, dict[int, str]] | None) -> Batch:
    file_hash = ""
    if row.wrapped is not None:
        key = seal.unwrap(row.wrapped, row.id)
        file_hash = sealing.unseal_text(key, row.file_hash, _place_of_hash(row.id))
    return Batch(
        row.id,
        row.created_at,
        row.actor,
        row.office,
        row.rows,
        file_hash,
        None if read is None else read[0],
        None
        if row.gone_at is None
        else Withdrawal(row.gone_at, row.gone_actor, row.gone_office, row.gone_reason),
    )

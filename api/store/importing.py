"""Past decisions from a file: one record a batch, every row known again by what it says."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from api.clock import new_id
from api.store import seal as sealing
from api.store.batches import Batch, batch, sealed_hash, sealed_names
from api.store.doubles import key_of, recorded_keys
from api.store.errors import NotFound
from api.store.ledger import Entry
from api.store.numbers import number_tag
from api.store.points import Point
from api.store.records import Actor, plain
from api.store.tables import (
    document_numbers,
    import_withdrawals,
    imports,
    record_keys,
    review_points,
)
from api.store.verifying import tags_hash

_STEP = 500


@dataclass(frozen=True, slots=True)
class PastDecision:
    """One row to import: its line in the file, what stays readable, and what the file calls the
    case (sealed). Amounts in fen."""

    row: int
    office: str
    decided_on: str
    item: str
    edition: str
    role: str
    stage: str
    tier: str
    circumstances: str
    fine_fen: int | None
    lo_fen: int | None
    hi_fen: int | None
    suggested_fen: int | None
    reasoned: bool
    reference: str = ""

    def says(self) -> str:
        """The row as one text, without its place in the file."""
        told = [getattr(self, name) for name in self.__slots__ if name != "row"]
        return json.dumps(told, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Import:
    """An import on record; `id` is None where every row was there already."""

    id: str | None
    added: int
    known: tuple[int, ...]  # the lines that had been imported before


@dataclass(frozen=True, slots=True)
class Imported:
    """One imported row with the import it came by; `reference` is None once erased."""

    batch: Batch
    point: Point
    reference: str | None


def importing(
    seal: sealing.Seal,
    rows: Sequence[PastDecision],
    name: str,
    file_hash: str,
    actor: Actor,
    check: Callable[[], None],
) -> Callable[[Entry], Import]:
    """What writes the rows that are not there yet, all or none; `check` may raise to stop it."""
    id, key = new_id(), sealing.new_key()
    tagged = list(zip(_tags(seal, rows), rows, strict=True))
    numbers = {row.row: number_tag(seal, row.reference) for row in rows}

    def write(entry: Entry) -> Import:
        check()
        there = _there(entry.connection, [tag for tag, _ in tagged])
        new = [(tag, row) for tag, row in tagged if tag not in there]
        known = tuple(row.row for tag, row in tagged if tag in there)
        if not new:
            return Import(None, 0, known)
        references = {row.row: row.reference for _, row in new if row.reference}
        entry.add(
            imports,
            id=id,
            **entry.who(actor),
            file_hash=sealed_hash(key, id, file_hash),
            rows=len(new),
            tags_hash=tags_hash(key, []),
            sealed=sealed_names(key, id, plain(name), references),
        )
        entry.add(record_keys, evaluation_id=id, wrapped=seal.wrap(key, id))
        for position, (tag, row) in enumerate(new):
            entry.add(review_points, **_point(id, position, row)._asdict(), row_tag=tag)
            if (number := numbers[row.row]) is not None:
                entry.add(document_numbers, record_id=id, position=position, tag=number)
        check()
        entry.sign(actor, "import", "import", id)
        return Import(id, len(new), known)

    return write


def known_rows(
    connection: Connection, seal: sealing.Seal, rows: Sequence[PastDecision]
) -> tuple[int, ...]:
    """The lines that have been imported before."""
    tags = _tags(seal, rows)
    there = _there(connection, tags)
    return tuple(row.row for tag, row in zip(tags, rows, strict=True) if tag in there)


def recorded_rows(
    connection: Connection, seal: sealing.Seal, rows: Sequence[PastDecision]
) -> tuple[int, ...]:
    """The lines that are certainly decisions on record here."""
    tags = {row.row: number_tag(seal, row.reference) for row in rows}
    there = set(recorded_keys(connection, [tag for tag in tags.values() if tag is not None]))
    return tuple(row.row for row in rows if (tags[row.row], key_of(_point("", 0, row))) in there)


def imported(connection: Connection, seal: sealing.Seal, id: str, row: int) -> Imported:
    """One imported row; raises NotFound."""
    columns = [review_points.c[name] for name in Point._fields]
    query = select(*columns).where(review_points.c.record_id == id, review_points.c.row == row)
    found = connection.execute(query).first()
    if found is None:
        raise NotFound("这条导入的记录")
    of, references = batch(connection, seal, id)
    return Imported(of, Point(*found), None if references is None else references.get(row, ""))


def _tags(seal: sealing.Seal, rows: Sequence[PastDecision]) -> list[str]:
    """What each row is known again by; rows that say the same are counted."""
    seen: Counter[str] = Counter()
    tags = []
    for row in rows:
        says = row.says()
        seen[says] += 1
        tags.append(seal.tag(f"{seen[says]}\n{says}", "imported row"))
    return tags


def _there(connection: Connection, tags: Sequence[str]) -> set[str]:
    return {tag for tag in _found(connection, tags)}


def _found(connection: Connection, tags: Sequence[str]) -> Iterator[str]:
    """Those of the tags that stand: what was withdrawn may be imported again."""
    table, gone = review_points.c, select(import_withdrawals.c.import_id)
    for start in range(0, len(tags), _STEP):  # both databases limit the length of a list
        query = select(table.row_tag).where(table.row_tag.in_(tags[start : start + _STEP]))
        yield from connection.execute(query.where(table.record_id.not_in(gone))).scalars()


def _point(id: str, position: int, row: PastDecision) -> Point:
    return Point(
        record_id=id,
        position=position,
        evaluation_id=None,
        row=row.row,
        office=plain(row.office),
        decided_on=row.decided_on,
        kind="single",
        item=row.item,
        edition=row.edition,
        role=row.role,
        stage=row.stage,
        tier=row.tier,
        circumstances=row.circumstances,
        fine_fen=row.fine_fen,
        lo_fen=row.lo_fen,
        hi_fen=row.hi_fen,
        suggested_fen=row.suggested_fen,
        reasoned=int(row.reasoned),
    )

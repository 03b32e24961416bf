"""Questions to the records: queries, and rows made into records."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, Row, Table, func, select

from api.store.errors import Damaged
from api.store.records import Decision, Evaluation, Fine, HistoryEntry, Review, plain
from api.store.seal import Seal, unseal, unseal_text
from api.store.tables import (
    audit,
    decision_parties,
    evaluation_items,
    record_keys,
    record_tags,
)
from api.store.tables import (
    decisions as decided_on_them,
)
from api.store.tables import (
    evaluations as recorded,
)
from api.store.tables import (
    reviews as reviewed,
)

_SEALED = (recorded.c.sealed_case, recorded.c.sealed_result)
_PLAIN = [column for column in recorded.c if column not in set(_SEALED)]


def evaluation(connection: Connection, seal: Seal, id: str) -> Evaluation | None:
    """One evaluation with its bodies."""
    query = _evaluations(*_SEALED).where(recorded.c.id == id)
    row = connection.execute(query).first()
    if row is None:
        return None
    digest, case, result = "", b"", b""
    if row.wrapped is not None:
        key = seal.unwrap(row.wrapped, id)
        case = unseal(key, row.sealed_case, f"{id} case")
        result = unseal(key, row.sealed_result, f"{id} result")
        digest = _case_digest(key, row)
    return _evaluation(row, _items(connection, [id])[id], digest, case, result)


def evaluations(
    connection: Connection,
    seal: Seal,
    wanted: Mapping[str, str | None],
    item: str | None,
    after: str | None,
    limit: int,
) -> tuple[list[Evaluation], str | None]:
    """A page without bodies, newest first, and the cursor of the next."""
    query = _evaluations().order_by(recorded.c.seq.desc()).limit(limit + 1)
    for name, value in wanted.items():
        if value is not None:
            query = query.where(recorded.c[name] == plain(value))
    if item is not None:
        query = query.where(recorded.c.id.in_(_about(item)))
    if after is not None:
        place = select(recorded.c.seq).where(recorded.c.id == plain(after)).scalar_subquery()
        query = query.where(recorded.c.seq < place)
    rows = connection.execute(query).all()
    items = _items(connection, [row.id for row in rows])
    page = [_evaluation(row, items[row.id], _listed_digest(seal, row)) for row in rows[:limit]]
    return page, page[-1].id if len(rows) > limit else None


def replaced(connection: Connection, ids: Iterable[str]) -> dict[str, str]:
    """Of some evaluations, those that another corrects, each with the last one that does."""
    query = (
        select(recorded.c.replaces, recorded.c.id)
        .where(recorded.c.replaces.in_(list(ids)))
        .order_by(recorded.c.seq)
    )
    return {row.replaces: row.id for row in connection.execute(query)}


def followed(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[int, int]]:
    """How many decisions and how many reviews some evaluations have."""
    listed = list(ids)
    counts = []
    for table in (decided_on_them, reviewed):
        query = (
            select(table.c.evaluation_id, func.count())
            .where(table.c.evaluation_id.in_(listed))
            .group_by(table.c.evaluation_id)
        )
        counts.append({id: count for id, count in connection.execute(query)})
    return {id: (counts[0].get(id, 0), counts[1].get(id, 0)) for id in listed}


def decisions(connection: Connection, seal: Seal, evaluation_id: str) -> list[Decision]:
    """All decisions on an evaluation, oldest first."""
    rows = _following(connection, decided_on_them, evaluation_id)
    documents = {row.id: _document(row, seal) for row in rows}
    fines = _fines(connection, documents)
    return [
        Decision(
            row.id,
            evaluation_id,
            row.seq,
            row.hash,
            row.created_at,
            row.office,
            row.actor,
            row.key_id,
            row.decided_on,
            documents[row.id],
            fines[row.id],
        )
        for row in rows
    ]


def reviews(connection: Connection, seal: Seal, evaluation_id: str) -> list[Review]:
    """All reviews of an evaluation, oldest first."""
    return [
        Review(
            row.id,
            evaluation_id,
            row.seq,
            row.hash,
            row.created_at,
            row.office,
            row.actor,
            row.key_id,
            _document(row, seal),
        )
        for row in _following(connection, reviewed, evaluation_id)
    ]


def history(
    connection: Connection, seal: Seal, tag: str, office: str | None, before: str | None
) -> list[HistoryEntry]:
    """The decisions that stand in cases with a tag, newest first."""
    tagged = select(record_tags.c.evaluation_id).where(record_tags.c.tag == tag)
    rows = _standing(connection, recorded.c.id.in_(tagged), office)
    if before is not None:
        rows = [row for row in rows if row.decided_on < before]
    items = _items(connection, [row.evaluation_id for row in rows])
    fines = _fines(connection, {row.id: _readable(row, seal) for row in rows})
    return [
        HistoryEntry(
            row.evaluation_id,
            row.id,
            row.office,
            row.decided_on,
            items[row.evaluation_id],
            fines[row.id],
        )
        for row in sorted(rows, key=lambda row: (row.decided_on, row.seq), reverse=True)
    ]


def _readable(row: Row[Any], seal: Seal) -> dict[str, Any] | None:
    """The document of a decision; None also for a damaged one, which must not stop another case."""
    with suppress(Damaged):
        return _document(row, seal)
    return None


def _standing(connection: Connection, which: Any, office: str | None) -> list[Any]:
    """The last decision on each evaluation that no later, decided evaluation replaces."""
    query = (
        select(
            decided_on_them.c.id,
            decided_on_them.c.seq,
            decided_on_them.c.evaluation_id,
            decided_on_them.c.decided_on,
            decided_on_them.c.sealed,
            recorded.c.office,
            recorded.c.replaces,
            record_keys.c.wrapped,
        )
        .join(recorded, recorded.c.id == decided_on_them.c.evaluation_id)
        .outerjoin(record_keys, record_keys.c.evaluation_id == recorded.c.id)
        .where(which)
        .order_by(decided_on_them.c.seq)
    )
    if office is not None:
        query = query.where(recorded.c.office == plain(office))
    last = {row.evaluation_id: row for row in connection.execute(query)}
    replaced = {row.replaces for row in last.values()}
    return [row for row in last.values() if row.evaluation_id not in replaced]


def _evaluations(*more: Any) -> Any:
    return (
        select(*_PLAIN, *more, audit.c.hash, record_keys.c.wrapped)
        .join(audit, audit.c.seq == recorded.c.seq)
        .outerjoin(record_keys, record_keys.c.evaluation_id == recorded.c.id)
    )


def _case_digest(key: bytes, row: Row[Any]) -> str:
    return unseal_text(key, row.case_digest, f"{row.id} case_digest")


def _listed_digest(seal: Seal, row: Row[Any]) -> str:
    """As in a list, which one damaged record must not keep from being shown."""
    if row.wrapped is None:
        return ""
    with suppress(Damaged):
        return _case_digest(seal.unwrap(row.wrapped, row.id), row)
    return ""


def _evaluation(
    row: Row[Any], items: tuple[str, ...], digest: str, case: bytes = b"", result: bytes = b""
) -> Evaluation:
    return Evaluation(
        rule_set=row.rule_set,
        digest=row.digest,
        published_only=bool(row.published_only),
        engine_version=row.engine_version,
        case_digest=digest,
        status=row.status,
        items=items,
        case=case,
        result=result,
        id=row.id,
        office=row.office,
        actor=row.actor,
        key_id=row.key_id,
        created_at=row.created_at,
        seq=row.seq,
        hash=row.hash,
        erased=row.wrapped is None,
        replaces=row.replaces,
    )


def _following(connection: Connection, table: Table, evaluation_id: str) -> list[Row[Any]]:
    query = (
        select(table, audit.c.hash, record_keys.c.wrapped)
        .join(audit, audit.c.seq == table.c.seq)
        .outerjoin(record_keys, record_keys.c.evaluation_id == table.c.evaluation_id)
        .where(table.c.evaluation_id == evaluation_id)
        .order_by(table.c.seq)
    )
    return list(connection.execute(query))


def _document(row: Row[Any], seal: Seal) -> dict[str, Any] | None:
    if row.wrapped is None:
        return None
    key = seal.unwrap(row.wrapped, row.evaluation_id)
    document: dict[str, Any] = json.loads(unseal(key, row.sealed, f"{row.id} document"))
    return document


def _about(item: str) -> Any:
    return select(evaluation_items.c.evaluation_id).where(evaluation_items.c.item == plain(item))


def _items(connection: Connection, ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    rows = _children(connection, evaluation_items, evaluation_items.c.evaluation_id, ids)
    return defaultdict(tuple, {id: tuple(row.item for row in each) for id, each in rows.items()})


def _fines(
    connection: Connection, documents: Mapping[str, dict[str, Any] | None]
) -> dict[str, tuple[Fine, ...]]:
    """The fines of decisions, whose party only the sealed document names."""
    rows = _children(connection, decision_parties, decision_parties.c.decision_id, documents)
    return defaultdict(
        tuple,
        {
            id: tuple(
                Fine(
                    _party(documents[id], row.position),
                    row.fine_fen,
                    row.lo_fen,
                    row.hi_fen,
                    row.suggested_fen,
                )
                for row in each
            )
            for id, each in rows.items()
        },
    )


def _party(document: dict[str, Any] | None, position: int) -> str:
    return "" if document is None else plain(str(document["parties"][position]["party"]))


def _children(
    connection: Connection, table: Table, key: Any, ids: Iterable[str]
) -> dict[str, list[Row[Any]]]:
    found: dict[str, list[Row[Any]]] = defaultdict(list)
    wanted = sorted(set(ids))
    for start in range(0, len(wanted), 500):  # both databases limit the length of a list
        query = select(table).where(key.in_(wanted[start : start + 500]))
        for row in connection.execute(query.order_by(key, table.c.position)):
            found[getattr(row, key.name)].append(row)
    return found

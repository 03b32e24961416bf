"""The points that stand, for the review of like cases; and the points of decisions of before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from api.clock import new_id
from api.store import seal as sealing
from api.store.batches import withdrawn
from api.store.database import Database
from api.store.doubles import Standing, told_apart
from api.store.ledger import Entry
from api.store.points import Point, points_of, read_result
from api.store.reading import decisions as decisions_of
from api.store.reading import evaluation as evaluation_of
from api.store.records import PROGRAM, plain
from api.store.tables import (
    decision_parties,
    decisions,
    evaluation_items,
    evaluations,
    import_withdrawals,
    point_fills,
    review_points,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which points: of an item, a law (prefix), an office, decided from a day until a day."""

    item: str | None = None
    law: str | None = None
    office: str | None = None
    since: str | None = None
    until: str | None = None


def standing(connection: Connection, wanted: Wanted) -> Standing:
    """The points of every last decision that no later, decided evaluation replaces, and those
    imported and not withdrawn; in the order in which they were recorded."""
    gone = _superseded(connection) | withdrawn(connection)
    found = list(map(Point._make, connection.execute(_query(wanted)).all()))
    return told_apart(connection, found, gone)


def offices(connection: Connection) -> list[str]:
    """The offices that have points that count, in order."""
    known = select(review_points.c.office).distinct().subquery()
    counts = select(review_points.c.seq).where(
        review_points.c.office == known.c.office,
        review_points.c.record_id.not_in(select(import_withdrawals.c.import_id)),
    )
    return sorted(connection.execute(select(known.c.office).where(counts.exists())).scalars())


def _query(wanted: Wanted) -> Any:
    table = review_points.c
    query = select(*(table[name] for name in Point._fields)).order_by(table.seq, table.position)
    if wanted.item is not None:
        query = query.where(table.item == plain(wanted.item))
    if wanted.law is not None:
        # LIKE would not tell large letters from small ones on SQLite.
        begins = f"{plain(wanted.law)}-"
        query = query.where(func.substr(table.item, 1, len(begins)) == begins)
    if wanted.office is not None:
        query = query.where(table.office == plain(wanted.office))
    if wanted.since is not None:
        query = query.where(table.decided_on >= plain(wanted.since))
    if wanted.until is not None:
        query = query.where(table.decided_on <= plain(wanted.until))
    return query


def _superseded(connection: Connection) -> set[str]:
    """The decisions that a later one on the same evaluation, or a decided correction, replaces."""
    several = select(decisions.c.evaluation_id).group_by(decisions.c.evaluation_id)
    several = several.having(func.count() > 1)
    query = select(decisions.c.evaluation_id, decisions.c.id)
    query = query.where(decisions.c.evaluation_id.in_(several)).order_by(decisions.c.seq)
    gone: set[str] = set()
    last: dict[str, str] = {}
    for row in connection.execute(query):
        if row.evaluation_id in last:
            gone.add(last[row.evaluation_id])
        last[row.evaluation_id] = row.id
    corrected = (
        select(evaluations.c.replaces)
        .where(
            evaluations.c.replaces.is_not(None),
            evaluations.c.id.in_(select(decisions.c.evaluation_id)),
        )
        .cte("corrected", recursive=True)
    )
    # What a decided correction replaces may itself be a correction that nobody decided.
    corrected = corrected.union(
        select(evaluations.c.replaces).where(
            evaluations.c.replaces.is_not(None), evaluations.c.id == corrected.c.replaces
        )
    )
    replaced = select(decisions.c.id).where(
        decisions.c.evaluation_id.in_(select(corrected.c.replaces))
    )
    return gone.union(connection.execute(replaced).scalars())


# Decisions of before there were points ------------------------------------------------------


def unfilled(connection: Connection) -> bool:
    """Whether there are decisions of before there were points, not yet looked at."""
    if connection.execute(select(point_fills.c.id).limit(1)).first():
        return False
    first = connection.execute(select(decisions.c.id).order_by(decisions.c.seq).limit(1)).scalar()
    if first is None:
        return False
    has = select(review_points.c.seq).where(review_points.c.record_id == first).limit(1)
    return connection.execute(has).first() is None


def filling(database: Database, seal: sealing.Seal) -> Callable[[Entry], None]:
    """What gives older decisions their points, once, as a record of its own."""
    with database.read() as connection:
        found = list(_of_before(connection, seal))

    def write(entry: Entry) -> None:
        if not unfilled(entry.connection):
            return
        id = new_id()
        entry.add(point_fills, id=id, created_at=entry.at)
        for point in found:
            entry.add(review_points, **point._asdict(), row_tag=None)
        entry.sign(PROGRAM, "fill_points", "point_fill", id)

    return write


def _of_before(connection: Connection, seal: sealing.Seal) -> Iterator[Point]:
    has = select(review_points.c.seq).where(review_points.c.record_id == decisions.c.id)
    query = select(decisions.c.evaluation_id).where(~has.exists()).distinct()
    for id in sorted(connection.execute(query).scalars()):
        record = evaluation_of(connection, seal, id)
        if record is None:
            continue
        if record.erased:
            yield from _erased(connection, id, record.office)
            continue
        result = read_result(record.result)
        for decision in decisions_of(connection, seal, id):
            yield from points_of(
                decision.id,
                id,
                record.office,
                decision.decided_on,
                result,
                decision.document or {},
            )


def _erased(connection: Connection, evaluation_id: str, office: str) -> Iterator[Point]:
    """What the columns alone still say of decisions whose content is gone."""
    first = select(evaluation_items.c.item).where(
        evaluation_items.c.evaluation_id == evaluation_id, evaluation_items.c.position == 0
    )
    item = connection.execute(first).scalar() or ""
    fines = (
        select(decisions.c.decided_on, decision_parties)
        .join(decision_parties, decision_parties.c.decision_id == decisions.c.id)
        .where(decisions.c.evaluation_id == evaluation_id)
    )
    for row in connection.execute(fines):
        yield Point(
            record_id=row.decision_id,
            position=row.position,
            evaluation_id=evaluation_id,
            row=None,
            office=office,
            decided_on=row.decided_on,
            kind="erased",
            item=item,
            edition="",
            role="",
            stage="",
            tier="",
            circumstances="",
            fine_fen=row.fine_fen,
            lo_fen=row.lo_fen,
            hi_fen=row.hi_fen,
            suggested_fen=row.suggested_fen,
            reasoned=0,
        )

"""Additions to the records: what each writes, and the audit line that speaks of it."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Connection, delete, select

from api.clock import new_id
from api.store import seal as sealing
from api.store.errors import Erased, NotFound
from api.store.ledger import Entry
from api.store.numbers import number_tag
from api.store.points import numbered_points, read_result
from api.store.records import PROGRAM, Actor, Fine, NewEvaluation, plain
from api.store.repeats import Idempotency, Repeat
from api.store.tables import (
    bundles,
    decision_parties,
    decisions,
    document_numbers,
    erasures,
    evaluation_items,
    evaluations,
    imports,
    record_keys,
    record_tags,
    review_points,
    reviews,
)
from api.store.verifying import tags_hash

Writer = Callable[[Entry], str]  # gives the id of the record: the first, where it was asked before


def evaluation(
    seal: sealing.Seal,
    new: NewEvaluation,
    actor: Actor,
    idempotency: Idempotency | None,
    replaces: str | None,
) -> tuple[str, Writer]:
    """The id of a new evaluation and what writes it; sealing is done before anybody waits."""
    id, key = new_id(), sealing.new_key()
    repeat = Repeat(seal, actor, idempotency, f"evaluation {replaces or ''}")
    sealed_case = sealing.seal(key, new.case, f"{id} case")
    sealed_result = sealing.seal(key, new.result, f"{id} result")
    case_digest = sealing.seal_text(key, new.case_digest, f"{id} case_digest")
    wrapped = seal.wrap(key, id)
    # A blank identifier is none: it must not make strangers one.
    tags = sorted(map(seal.tag, {sealing.normal(each) for each in new.identifiers} - {""}))

    def write(entry: Entry) -> str:
        first = repeat.first(entry, partial(_key, entry.connection, seal))
        if first:
            return first
        if replaces is not None:
            _known(entry.connection, replaces)
        repeat.remember(entry, id, key)
        entry.add(
            evaluations,
            id=id,
            **entry.who(actor),
            rule_set=new.rule_set,
            digest=new.digest,
            published_only=int(new.published_only),
            engine_version=new.engine_version,
            case_digest=case_digest,
            status=new.status,
            tags_hash=tags_hash(key, tags),
            replaces=replaces,
            sealed_case=sealed_case,
            sealed_result=sealed_result,
        )
        for position, item in enumerate(new.items):
            entry.add(evaluation_items, evaluation_id=id, position=position, item=item)
        entry.add(record_keys, evaluation_id=id, wrapped=wrapped)
        for tag in tags:
            entry.add(record_tags, tag=tag, evaluation_id=id)
        entry.sign(actor, "evaluate", "evaluation", id)
        return id

    return id, write


def decision(
    seal: sealing.Seal,
    evaluation_id: str,
    document: dict[str, Any],
    actor: Actor,
    idempotency: Idempotency | None,
) -> Writer:
    """What writes a decision, with the rows that stay readable."""
    id = new_id()
    repeat = Repeat(seal, actor, idempotency, f"decision {evaluation_id}")
    fines = [Fine.read(party) for party in document.get("parties", ())]

    def write(entry: Entry) -> str:
        first = repeat.first(entry, partial(_key, entry.connection, seal))
        if first:
            return first
        key = _key(entry.connection, seal, evaluation_id)
        repeat.remember(entry, id, key)
        decided_on = plain(str(document.get("decided_on") or entry.at[:10]))
        entry.add(
            decisions,
            id=id,
            evaluation_id=evaluation_id,
            **entry.who(actor),
            decided_on=decided_on,
            sealed=_sealed(key, id, document),
        )
        for position, fine in enumerate(fines):
            entry.add(
                decision_parties,
                decision_id=id,
                position=position,
                party="",  # whose it is stands in the sealed document, at this position
                fine_fen=fine.fine_fen,
                lo_fen=fine.lo_fen,
                hi_fen=fine.hi_fen,
                suggested_fen=fine.suggested_fen,
            )
        query = select(evaluations.c.office, evaluations.c.sealed_result)
        of = entry.connection.execute(query.where(evaluations.c.id == evaluation_id)).one()
        result = read_result(sealing.unseal(key, of.sealed_result, f"{evaluation_id} result"))
        for point, number in numbered_points(
            id, evaluation_id, of.office, decided_on, result, document
        ):
            entry.add(review_points, **point._asdict(), row_tag=None)
            if (tag := number_tag(seal, number)) is not None:
                entry.add(document_numbers, record_id=id, position=point.position, tag=tag)
        entry.sign(actor, "decide", "decision", id)
        return id

    return write


def review(
    seal: sealing.Seal,
    evaluation_id: str,
    document: dict[str, Any],
    actor: Actor,
    idempotency: Idempotency | None,
) -> Writer:
    """What writes a review."""
    id = new_id()
    repeat = Repeat(seal, actor, idempotency, f"review {evaluation_id}")

    def write(entry: Entry) -> str:
        first = repeat.first(entry, partial(_key, entry.connection, seal))
        if first:
            return first
        key = _key(entry.connection, seal, evaluation_id)
        repeat.remember(entry, id, key)
        entry.add(
            reviews,
            id=id,
            evaluation_id=evaluation_id,
            **entry.who(actor),
            sealed=_sealed(key, id, document),
        )
        entry.sign(actor, "review", "review", id)
        return id

    return write


def erasure(evaluation_id: str, actor: Actor, reason: str) -> Callable[[Entry], None]:
    """What destroys a data key that is still there: of an evaluation, or of an import."""

    def write(entry: Entry) -> None:
        imported = select(imports.c.id).where(imports.c.id == evaluation_id)
        if not entry.connection.execute(imported).first():
            _known(entry.connection, evaluation_id)
        if not _wrapped(entry.connection, evaluation_id):
            return
        entry.add(erasures, evaluation_id=evaluation_id, **entry.who(actor), reason=plain(reason))
        for table in (record_keys, record_tags):
            entry.delete(delete(table).where(table.c.evaluation_id == evaluation_id))
        entry.sign(actor, "erase", "erasure", evaluation_id)

    return write


def bundle(
    digest: str, rule_set: str, version: str, published_only: bool, content: bytes
) -> Callable[[Entry], None]:
    """What keeps a rule bundle that is not there yet."""
    packed = zlib.compress(content)

    def write(entry: Entry) -> None:
        there = select(bundles.c.digest).where(bundles.c.digest == digest)
        if entry.connection.execute(there).first():
            return
        entry.add(
            bundles,
            digest=digest,
            created_at=entry.at,
            rule_set=rule_set,
            version=version,
            published_only=int(published_only),
            content=packed,
        )
        entry.sign(PROGRAM, "put_bundle", "bundle", digest)

    return write


def _key(connection: Connection, seal: sealing.Seal, evaluation_id: str) -> bytes:
    """The data key of an evaluation; raises NotFound, or Erased where it is gone."""
    _known(connection, evaluation_id)
    wrapped = _wrapped(connection, evaluation_id)
    if not wrapped:
        raise Erased
    return seal.unwrap(wrapped, evaluation_id)


def _sealed(key: bytes, id: str, document: dict[str, Any]) -> bytes:
    return sealing.seal(key, json.dumps(document).encode(), f"{id} document")


def _known(connection: Connection, evaluation_id: str) -> None:
    query = select(evaluations.c.id).where(evaluations.c.id == evaluation_id)
    if not connection.execute(query).first():
        raise NotFound("这条评估记录")


def _wrapped(connection: Connection, evaluation_id: str) -> bytes | None:
    query = select(record_keys.c.wrapped).where(record_keys.c.evaluation_id == evaluation_id)
    return connection.execute(query).scalar()

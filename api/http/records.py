"""Records as answers: whole for the office that handles the case, masked copies for others."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from api.http.access import needs_names, visible
from api.http.masking import Mask, mask_of
from api.http.reviewing import points
from api.http.services import Services
from api.problems import Problem
from api.serving.answers import compact
from api.store import Actor, Decision, Evaluation, Review
from engine.bundle import read_bundle
from engine.faults import InputFault, LiangfaError
from engine.layering import load_rule_set
from engine.model import RuleSet


def joined(data: dict[str, Any], **raw: bytes) -> bytes:
    """A JSON object whose last members are JSON bytes already, put in as they are."""
    parts = [compact(data)[:-1], *(b'"%s":%s' % (key.encode(), raw[key]) for key in raw)]
    return b",".join(part for part in parts if part != b"{") + b"}"


def summary(record: Evaluation) -> dict[str, Any]:
    """What a list says of an evaluation."""
    return {
        "id": record.id,
        "created_at": record.created_at,
        "office": record.office,
        "actor": record.actor,
        "rule_set": record.rule_set,
        "digest": record.digest,
        "published_only": record.published_only,
        "engine_version": record.engine_version,
        "case_digest": record.case_digest or None,
        "status": record.status,
        "items": list(record.items),
        "replaces": record.replaces,
        "erased": record.erased,
        "record": place(record),
    }


def place(record: Evaluation | Decision | Review) -> dict[str, Any]:
    """Where a record stands in the audit log."""
    return {"seq": record.seq, "hash": record.hash}


def attached(each: Decision | Review, document: dict[str, Any] | None = None) -> dict[str, Any]:
    """A decision or review, with its document or a copy of it."""
    return {
        "id": each.id,
        "created_at": each.created_at,
        "actor": each.actor,
        "record": place(each),
        **(document if document is not None else each.document or {}),
    }


def found(services: Services, id: str, actor: Actor) -> Evaluation:
    """A record that somebody may see; raises Problem for all others alike."""
    return visible(services.store.evaluation(id), actor)


def unerased(record: Evaluation) -> Evaluation:
    """A record whose case can still be read."""
    if record.erased:
        raise Problem("not_found", "这个记录的内容已经依法删除")
    return record


def mask_for(services: Services, record: Evaluation, actor: Actor) -> Mask | None:
    """What somebody must not see of a record; None where nothing is hidden."""
    if needs_names(actor):
        return None
    return mask_of(json.loads(record.case), rules_of(services, record))


def rules_of(services: Services, record: Evaluation) -> RuleSet | None:
    """The rules of a record, to call things by their names: those it was judged by; if they cannot
    be read any more, those served today; None without either."""
    served = None
    with suppress(InputFault):
        served = services.rules.engine(record.rule_set, None, record.published_only).rule_set
    if served is not None and served.digest == record.digest:
        return served
    bundle = services.store.bundle(record.digest)
    return (_loaded(bundle) if bundle else None) or served


@lru_cache(4)
def _loaded(bundle: bytes) -> RuleSet | None:
    try:
        read = read_bundle(bundle)
        with tempfile.TemporaryDirectory(prefix="liangfa-record-") as folder:
            rules = read.unpack(Path(folder))
            return load_rule_set(rules, read.rule_set, published_only=read.published_only)
    except LiangfaError:
        return None


def whole(services: Services, id: str, actor: Actor) -> tuple[Evaluation, bytes]:
    """A record with all that hangs on it, as an answer."""
    record = found(services, id, actor)
    decisions, reviews = services.store.decisions(id), services.store.reviews(id)
    masked = not needs_names(actor)
    told = {**summary(record), "masked": masked}
    if record.erased:
        empty = {"points": None, "decisions": [], "reviews": [], "case": None, "result": None}
        return record, compact({**told, **empty})
    result = json.loads(record.result)
    told["points"] = points(result)
    mask = mask_for(services, record, actor)
    told["decisions"] = list(_attached(decisions, mask))
    told["reviews"] = list(_attached(reviews, mask))
    if mask is None:
        return record, joined(told, case=record.case, result=record.result)
    case = mask.case(json.loads(record.case))
    return record, compact({**told, "case": case, "result": mask.result(result)})


def _attached(
    documents: Iterable[Decision | Review], mask: Mask | None
) -> Iterable[dict[str, Any]]:
    for each in documents:
        yield attached(each, mask.document(each.document) if mask else each.document)

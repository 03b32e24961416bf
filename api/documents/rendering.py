"""A record in a format, for whoever asks."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from api.documents.checking import form_at
from api.documents.content import fill
from api.documents.fields import Document
from api.documents.text import markdown, page
from api.documents.word import written
from api.http.records import mask_for
from api.store import Actor, Evaluation
from engine.bundle import read_bundle
from engine.faults import InputFault, LiangfaError
from engine.layering import load_rule_set
from engine.model import RuleSet

if TYPE_CHECKING:
    from api.http.services import Services

# In the order in which they are offered.
FORMATS = {"docx": "Word 文档", "html": "网页", "md": "Markdown"}
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A document ready to be sent or kept."""

    content: bytes
    media_type: str
    filename: str


def render(services: Services, record: Evaluation, actor: Actor, format: str) -> Made:
    """The document of a record in one of FORMATS; raises Problem where a bureau's form fails."""
    document = document_of(services, record, actor)
    if format == "docx":
        form = form_at(services.settings.document_template)
        content = written(form, document, record.created_at)
    else:
        content = (page if format == "html" else markdown)(document).encode()
    return Made(content, MEDIA_TYPES[format], f"裁量说明-{record.id}.{format}")


def document_of(services: Services, record: Evaluation, actor: Actor) -> Document:
    """The fields of a record for somebody; what the audit log holds beside it included."""
    decisions = services.store.decisions(record.id)
    return fill(record, decisions, _rules_of(services, record), mask_for(services, record, actor))


def _rules_of(services: Services, record: Evaluation) -> RuleSet | None:
    """The rules of a record, to call things by their names: those it was judged by; if they cannot
    be read any more, those served today."""
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
        with tempfile.TemporaryDirectory(prefix="liangfa-document-") as folder:
            rules = read.unpack(Path(folder))
            return load_rule_set(rules, read.rule_set, published_only=read.published_only)
    except LiangfaError:
        return None

"""The document of a record as a download: the one place that says how it is made."""

from __future__ import annotations

from dataclasses import dataclass

from api.documents import FORMATS
from api.http.routes.documents import document_of
from api.http.services import Services
from api.store import Actor

__all__ = ["FORMATS", "Download", "document"]


@dataclass(frozen=True, slots=True)
class Download:
    """A document ready to be kept: bytes, kind, name of the file, the rules' digest."""

    content: bytes
    media: str
    name: str
    digest: str


def document(the: Services, id: str, actor: Actor, format: str) -> Download:
    """The document of a record, masked for who needs no names; raises Problem for a record that
    the actor may not know of."""
    made, digest = document_of(the, id, actor, format)
    return Download(made.content, made.media_type, made.filename, digest)

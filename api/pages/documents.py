"""The document of a record as a download: the one place that says how it is made."""

from __future__ import annotations

from dataclasses import dataclass

from api.http.routes.documents import rendered
from api.http.services import Services
from api.store import Actor

_MEDIA = {"md": "text/markdown; charset=utf-8", "html": "text/html; charset=utf-8"}
# In the order in which they are offered.
FORMATS = {"html": "网页", "md": "Markdown"}


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
    text, digest = rendered(the, id, actor, format)
    return Download(text.encode(), _MEDIA[format], f"裁量说明-{id}.{format}", digest)

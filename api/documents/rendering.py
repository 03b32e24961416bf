"""A record in a format, for whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from api.documents.checking import form_at
from api.documents.content import fill
from api.documents.fields import Document
from api.documents.text import markdown, page
from api.documents.word import written
from api.http.records import found, mask_for, rules_of, unerased
from api.store import Actor, Evaluation

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
    """A document ready to be sent or kept; `digest` is that of the rules of its record."""

    content: bytes
    media_type: str
    filename: str
    digest: str

    @property
    def attachment(self) -> str:
        """The Content-Disposition of a file to keep: its name in full, and one for old clients."""
        plain = self.filename.encode("ascii", "ignore").decode().strip("-")
        return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(self.filename)}"


def render(services: Services, id: str, actor: Actor, format: str) -> Made:
    """The document of a record in one of FORMATS, masked for who needs no names; raises Problem
    for a record that the actor may not know of or that is erased, and where a bureau's form
    fails."""
    record = unerased(found(services, id, actor))
    document = document_of(services, record, actor)
    if format == "docx":
        form = form_at(services.settings.document_template)
        content = written(form, document, record.created_at)
    else:
        content = (page if format == "html" else markdown)(document).encode()
    return Made(content, MEDIA_TYPES[format], f"裁量说明-{record.id}.{format}", record.digest)


def document_of(services: Services, record: Evaluation, actor: Actor) -> Document:
    """The fields of a record for somebody; what the audit log holds beside it included."""
    decisions = services.store.decisions(record.id)
    return fill(record, decisions, rules_of(services, record), mask_for(services, record, actor))

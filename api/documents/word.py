"""A document as a Word file: the same document and form give the same bytes."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

from api.documents.fields import Document
from api.documents.form import Form
from api.problems import Problem

_DAY = (1980, 1, 1, 0, 0, 0)  # the first that a zip archive can tell
_FIRST = "[Content_Types].xml"
_LONGEST = 255


def written(form: Form, document: Document, created_at: str) -> bytes:
    """The form filled in; `created_at` is when the record was made, the only time in the file.
    Raises Problem where a bureau's form cannot take this record."""
    try:
        made = form.filled(document)
    except Exception as error:  # a form is a program: it may do anything wrong
        said = " ".join(str(error).split())[:200]
        detail = f"文书模板 {form.name} 填不了这个记录：{said}；请改模板，或者先用网页格式"
        raise Problem("internal_fault", detail) from error
    at = datetime.fromisoformat(created_at).astimezone(UTC).replace(tzinfo=None, microsecond=0)
    properties = made.docx.core_properties
    properties.title = document.title
    properties.author = properties.last_modified_by = "Liangfa"
    properties.subject = document.case_number[:_LONGEST]
    properties.identifier = document.record.id
    properties.comments = document.record.code
    properties.created = properties.modified = at
    properties.revision = 1
    content = io.BytesIO()
    made.save(content)
    return packed(content.getvalue())


def packed(content: bytes) -> bytes:
    """A Word file again, its parts in one order and without the times at which they were put in."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        names = sorted(given.namelist(), key=lambda name: (name != _FIRST, name))
        for name in names:
            part = zipfile.ZipInfo(name, _DAY)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.external_attr = 0o644 << 16
            made.writestr(part, given.read(name))
    return out.getvalue()

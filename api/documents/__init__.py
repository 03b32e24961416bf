"""The document of a record: one set of fields, shown as a Word file, a page or Markdown.

    made = render(services, record, actor, "docx")    # in a thread beside the event loop
    made.content, made.media_type, made.filename

`record` is one that the actor may see and that is not erased (`api.http.records`); what he may not
see of it is covered. docs/guide/templates.md tells a bureau how to put its own form in.
"""

from __future__ import annotations

from api.documents.rendering import FORMATS, MEDIA_TYPES, Made, render

__all__ = ["FORMATS", "MEDIA_TYPES", "Made", "render"]

"""The document of a record: one set of fields, shown as a Word file, a page or Markdown.

    made = render(services, id, actor, "docx")    # in a thread beside the event loop
    made.content, made.media_type, made.attachment

What the actor may not see of the record is covered; a record that is none of his is not found.
docs/guide/templates.md tells a bureau how to put its own form in.
"""

from __future__ import annotations

from api.documents.rendering import FORMATS, MEDIA_TYPES, Made, document_of, render

__all__ = ["FORMATS", "MEDIA_TYPES", "Made", "document_of", "render"]

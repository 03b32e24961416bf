"""A record as a document for the file: 裁量说明."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api.documents import MEDIA_TYPES, render
from api.http.access import Who
from api.http.contract import problems
from api.http.parameters import EvaluationId
from api.http.services import The, note_of

router = APIRouter(prefix="/evaluations", tags=["evaluations"])
# Nothing in the page runs, loads or sends anything.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_SCHEMAS = {
    "md": {"type": "string"},
    "html": {"type": "string"},
    "docx": {"type": "string", "format": "binary"},
}


@router.get(
    "/{evaluation_id}/document",
    operation_id="getDocument",
    response_class=Response,
    responses={
        200: {
            "description": "裁量说明",
            "content": {
                MEDIA_TYPES[format].partition(";")[0]: {"schema": schema}
                for format, schema in _SCHEMAS.items()
            },
        },
        **problems(404),
    },
)
async def document(
    request: Request,
    the: The,
    actor: Who,
    evaluation_id: EvaluationId,
    format: Annotated[
        Literal["md", "html", "docx"], Query(description="Markdown, a page, or a Word file")
    ] = "md",
) -> Response:
    """Facts, law, tier, conclusion, procedures and the draft paragraphs, what is still open, and by
    which rules, for a person to finish."""
    made = await the.aside.store(render, the, evaluation_id, actor, format)
    note_of(request).digest = made.digest
    headers = {"Content-Security-Policy": _POLICY} if format == "html" else {}
    if format == "docx":
        headers["Content-Disposition"] = made.attachment
    return Response(made.content, headers=headers, media_type=made.media_type)

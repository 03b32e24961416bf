"""A record as a document for the file: 裁量说明."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from api.documents import MEDIA_TYPES, Made, render
from api.http.access import Who
from api.http.contract import problems
from api.http.parameters import EvaluationId
from api.http.records import found, unerased
from api.http.services import Services, The, note_of
from api.store import Actor

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
    made, digest = await the.aside.store(document_of, the, evaluation_id, actor, format)
    note_of(request).digest = digest
    headers = {"Content-Security-Policy": _POLICY} if format == "html" else {}
    if format == "docx":
        headers["Content-Disposition"] = attachment(made.filename)
    return Response(made.content, headers=headers, media_type=made.media_type)


def document_of(the: Services, id: str, actor: Actor, format: str) -> tuple[Made, str]:
    """The document of a record in a format, masked for who needs no names; the digest of its
    rules."""
    record = unerased(found(the, id, actor))
    return render(the, record, actor, format), record.digest


def attachment(name: str) -> str:
    """The Content-Disposition of a file to keep: its name in full, and one for old clients."""
    plain = name.encode("ascii", "ignore").decode().strip("-")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"

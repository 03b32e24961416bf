"""A record as a plain document for the file: 裁量说明."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import api
from api.http.access import Who
from api.http.contract import problems
from api.http.parameters import EvaluationId
from api.http.records import found, mask_for, unerased
from api.http.services import Services, The, note_of
from api.store import Actor

router = APIRouter(prefix="/evaluations", tags=["evaluations"])
_MEDIA = {"md": "text/markdown", "html": "text/html"}
# Nothing in the page runs, loads or sends anything.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&])")
_templates = Environment(
    loader=FileSystemLoader(Path(api.__file__).parent / "templates"),
    autoescape=lambda name: name is not None and name.endswith(".html"),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_templates.filters["plain"] = lambda text: _SPECIAL.sub(r"\\\1", " ".join(text.split()))


@router.get(
    "/{evaluation_id}/document",
    operation_id="getDocument",
    response_class=Response,
    responses={
        200: {
            "description": "裁量说明",
            "content": {kind: {"schema": {"type": "string"}} for kind in _MEDIA.values()},
        },
        **problems(404),
    },
)
async def document(
    request: Request,
    the: The,
    actor: Who,
    evaluation_id: EvaluationId,
    format: Annotated[Literal["md", "html"], Query(description="Markdown or a page")] = "md",
) -> Response:
    """The draft paragraphs, what is still open, and by which rules, for a person to finish."""
    text, digest = await the.aside.store(rendered, the, evaluation_id, actor, format)
    note_of(request).digest = digest
    headers = {"Content-Security-Policy": _POLICY} if format == "html" else {}
    return Response(text, headers=headers, media_type=f"{_MEDIA[format]}; charset=utf-8")


def rendered(the: Services, id: str, actor: Actor, format: str) -> tuple[str, str]:
    """The document of a record in a format, masked for who needs no names; the digest of its
    rules."""
    record = unerased(found(the, id, actor))
    result = json.loads(record.result)
    mask = mask_for(the, record, actor)
    data: dict[str, Any] = {
        "record": record,
        "result": mask.result(result) if mask else result,
        "masked": mask is not None,
    }
    return _templates.get_template(f"document.{format}").render(data), record.digest

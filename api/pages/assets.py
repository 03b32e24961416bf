"""The few files that pages load: one style sheet, one script of ours, htmx."""

from __future__ import annotations

import hashlib
from pathlib import Path

from fastapi import APIRouter, Response

import api
from api.problems import Problem

router = APIRouter(include_in_schema=False)
_WEEK = 7 * 24 * 60 * 60
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_FILES = {
    path.name: (path.read_bytes(), _TYPES[path.suffix])
    for path in sorted((Path(api.__file__).parent / "static").iterdir())
    if path.suffix in _TYPES
}
_VERSIONS = {name: hashlib.sha256(text).hexdigest()[:12] for name, (text, _) in _FILES.items()}


def address(name: str) -> str:
    """Where a file is loaded from; another text has another address."""
    return f"/static/{name}?v={_VERSIONS[name]}"


@router.get("/static/{name}")
async def static(name: str) -> Response:
    """One file, kept by the browser for as long as it likes."""
    if name not in _FILES:
        raise Problem("not_found", "没有这个文件")
    text, kind = _FILES[name]
    return Response(text, media_type=kind, headers={"Cache-Control": f"max-age={_WEEK}, immutable"})

"""The peers of the HTTP bench: FastAPI answering with one fixed document."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Response

_CONTENT = Path(os.environ["LIANGFA_BENCH_ANSWER"]).read_bytes()
_DOCUMENT = json.loads(_CONTENT)

app = FastAPI()


@app.get("/plain")
async def plain():  # type: ignore[no-untyped-def]  # as in FastAPI's first steps
    """The document as data from a route that says nothing of what it returns."""
    return _DOCUMENT


@app.get("/data")
async def data() -> dict[str, Any]:
    """The document as data from a route that says it returns a mapping, which is quicker."""
    return _DOCUMENT


@app.get("/bytes")
async def content() -> Response:
    """The document as bytes that were written beforehand: nothing but the way of a request."""
    return Response(_CONTENT, media_type="application/json")

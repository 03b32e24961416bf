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


@app.get("/data")
def data() -> dict[str, Any]:
    """The document as data, as a route usually returns it: FastAPI writes the JSON."""
    return _DOCUMENT


@app.get("/bytes")
async def content() -> Response:
    """The document as bytes that were written beforehand: nothing but the way of a request."""
    return Response(_CONTENT, media_type="application/json")

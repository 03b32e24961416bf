"""The peer of the HTTP bench: FastAPI answering with a fixed document of a wanted size."""

from __future__ import annotations

from functools import cache

from fastapi import FastAPI, Response

app = FastAPI()


@cache
def _document(size: int) -> bytes:
    return b'{"text":"' + b"x" * (size - 11) + b'"}'


@app.get("/answer")
async def answer(size: int) -> Response:
    """So many bytes of JSON."""
    return Response(_document(size), media_type="application/json")

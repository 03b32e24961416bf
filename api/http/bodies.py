"""Typed bodies: strict JSON into a model, every fault with its pointer."""

from __future__ import annotations

from typing import TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError

from api.http.errors import body_faults
from api.http.limits import plain_json, read_body
from api.settings import Settings

M = TypeVar("M", bound=BaseModel)


async def read_as(model: type[M], request: Request, settings: Settings) -> M:
    """The body as a model; raises Problem."""
    body = await read_body(request, settings)
    try:
        return model.model_validate(plain_json(body, settings))
    except ValidationError as error:
        raise body_faults(error) from None

"""Signing in with an API key, and out again."""

from __future__ import annotations

import time
from typing import Annotated

from fastapi import Query, Request, Response

from api.http.access import Keys, holder_of
from api.http.services import The, note_of
from api.pages.frame import page, see_other
from api.pages.visitors import (
    AnySession,
    Fields,
    keep_session,
    page_router,
    sessions_of,
    visitor_of,
)
from api.store import Actor

router = page_router()
_NOBODY = Actor(None, "", "", "")


@router.get("/sign-in")
async def sign_in_page(
    request: Request,
    the: The,
    session: AnySession,
    next: Annotated[str, Query(max_length=2000)] = "/",
) -> Response:
    """The form that asks for a key; where no key was ever made there is nothing to ask."""
    keys: Keys = request.app.state.keys
    if not await the.aside.store(keys.any):
        return see_other(request, _inside(next))
    visitor = visitor_of(request, _NOBODY, session)
    return page(request, visitor, "sign_in.html", next=_inside(next), wrong="")


@router.post("/sign-in")
async def sign_in(request: Request, the: The, session: AnySession, fields: Fields) -> Response:
    """Begin a session for whoever holds the key."""
    form = dict(fields)
    where = _inside(form.get("next", "/"))
    peer = request.client.host if request.client else ""
    actor = await holder_of(form.get("key", "").strip(), the, peer)
    if actor is None:
        note_of(request).code = "unauthorized"
        visitor = visitor_of(request, _NOBODY, session)
        wrong = "密钥不对，或者已经撤销；请核对后重新输入，或者请管理员发放"
        return page(request, visitor, "sign_in.html", 401, next=where, wrong=wrong)
    note_of(request).key = actor.key_id
    begun = sessions_of(request).begin(str(actor.key_id), int(time.time()), session)
    keep_session(request, begun)
    return see_other(request, where)


@router.post("/sign-out")
async def sign_out(request: Request, _: Fields) -> Response:
    """End the session in this browser."""
    keep_session(request, None)
    return see_other(request, "/sign-in")


def _inside(where: str) -> str:
    """An address of ours to go on to; nothing that leads elsewhere."""
    inside = where.startswith("/") and not where.startswith(("//", "/\\")) and where.isprintable()
    return where if inside else "/"

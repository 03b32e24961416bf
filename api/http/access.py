"""Who asks, and what they may: keys, roles, offices; without keys, this machine only."""

from __future__ import annotations

import hashlib
import ipaddress
import json
import re
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import Annotated

from fastapi import Depends, Request

from api.http.services import Services, note_of, services_of
from api.problems import Problem
from api.store import Actor, Evaluation, Store

LOOPBACK = Actor(None, "loopback", "maintainer", "local")
ROLES = ("officer", "reviewer", "maintainer")
_SECONDS = 1.0


class Keys:
    """Whether the store has any key: a yes is for ever, a no is asked again every second."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._any = False
        self._asked = float("-inf")

    def known_empty(self) -> bool:
        """Whether there was none a moment ago, without asking the store."""
        return not self._any and monotonic() - self._asked < _SECONDS

    def any(self) -> bool:
        """Whether there is any key, revoked ones too."""
        if not self._any:
            self._any = self._store.has_keys()
            self._asked = monotonic()
        return self._any


async def admit(request: Request) -> Actor:
    """Who asks; raises Problem for a missing, wrong or revoked key, and when it asks too often."""
    the = services_of(request)
    peer = request.client.host if request.client else ""
    note = note_of(request)
    try:
        actor = await _known(request, the, peer)
        note.key, note.role, note.office = actor.key_id, actor.role, actor.office
        the.rates.take(actor.key_id or f"peer {peer}")
    except Problem:
        note.peer = peer
        raise
    request.state.actor = actor
    return actor


async def _known(request: Request, the: Services, peer: str) -> Actor:
    keys: Keys = request.app.state.keys
    named = "authorization" in request.headers
    if (named or not keys.known_empty()) and await the.aside.store(keys.any):
        secret = _secret(request)
        if secret is not None:
            actor = await holder_of(secret, the, peer)
            if actor is not None:
                return actor
        else:
            the.rates.take(f"wrong {peer}")
        raise _unauthorized("请用 Authorization: Bearer 给出有效的密钥")
    if named:
        raise _unauthorized(
            "服务器还没有任何密钥；用 liangfa keys add 发放，或者不带密钥从本机访问"
        )
    if not on_this_machine(request, peer):
        raise _unauthorized("服务器还没有任何密钥，只回答本机；请用 liangfa keys add 发放密钥")
    return LOOPBACK


async def holder_of(secret: str, the: Services, peer: str) -> Actor | None:
    """Who holds a secret; None for a wrong one, which counts against the peer; raises Problem for
    a peer that has guessed too often."""
    if the.rates.blocked(f"wrong {peer}"):
        the.rates.take(f"wrong {peer}")
    actor = await the.aside.keys(the.store.actor_for, secret)
    if actor is None:
        the.rates.take(f"wrong {peer}")
    return actor


def _secret(request: Request) -> str | None:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" and secret.strip() else None


def _unauthorized(detail: str) -> Problem:
    return Problem("unauthorized", detail, headers={"WWW-Authenticate": "Bearer"})


def on_this_machine(request: Request, peer: str) -> bool:
    """Neither through a proxy, nor through a name that a foreign page made point here."""
    if "x-forwarded-for" in request.headers or "forwarded" in request.headers:
        return False
    name = re.sub(":[0-9]*$", "", request.headers.get("host", ""))
    return _loopback(peer) and (name == "localhost" or _loopback(name.strip("[]")))


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def actor_of(request: Request) -> Actor:
    """Who was let in; every address under /v1 asks before anything else."""
    actor: Actor = request.state.actor
    return actor


async def _admitted(request: Request) -> Actor:
    return actor_of(request)


Who = Annotated[Actor, Depends(_admitted)]


def only(*roles: str) -> Callable[[Actor], Awaitable[Actor]]:
    """A dependency: somebody in one of the roles; the machine itself may do everything."""

    async def check(actor: Who) -> Actor:
        if not may(actor, *roles):
            raise Problem("forbidden", f"需要角色：{'、'.join(roles)}")
        return actor

    return check


def may(actor: Actor, *roles: str) -> bool:
    """Whether somebody has one of the roles."""
    return actor.key_id is None or actor.role in roles


def office_of(actor: Actor) -> str | None:
    """The office whose records somebody sees; None for all of them."""
    return actor.office if actor.key_id is not None and actor.role == "officer" else None


def needs_names(actor: Actor) -> bool:
    """Whether somebody sees names, identifiers and incomes: the office that handles the case."""
    return actor.key_id is None or actor.role == "officer"


def visible(found: Evaluation | None, actor: Actor) -> Evaluation:
    """A record, if there is one that somebody may know of; another office's is not found."""
    if found is None or office_of(actor) not in (None, found.office):
        raise Problem("not_found", "没有这个记录")
    return found


def once(key: str | None, *content: str) -> tuple[str, str] | None:
    """An Idempotency-Key with what stands for the content of its request."""
    if key is None:
        return None
    return key, hashlib.sha256(json.dumps(content).encode()).hexdigest()


Officer = Annotated[Actor, Depends(only("officer"))]
Reviewer = Annotated[Actor, Depends(only("reviewer"))]
Maintainer = Annotated[Actor, Depends(only("maintainer"))]
Auditor = Annotated[Actor, Depends(only("reviewer", "maintainer"))]

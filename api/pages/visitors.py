"""Who looks at a page: the session behind the cookie, the token of a form, errors as pages."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import parse_qsl, quote, urlsplit

from fastapi import APIRouter, Depends, Request, Response
from fastapi.routing import APIRoute

from api.http.access import LOOPBACK, Keys, may, on_this_machine
from api.http.door import APOLOGY
from api.http.errors import problem_of
from api.http.limits import RETRY
from api.http.services import The, note_of
from api.http.sessions import COOKIE, KEPT, Session, Sessions
from api.pages.frame import HEADERS, ROLES, again, fault_page, see_other
from api.problems import Problem
from api.settings import Settings
from api.store import Actor

# More fields than the largest case that is taken can have.
MOST_FIELDS = 20_000


_AS_IT_IS = object()


class SignInFirst(Exception):
    """Nobody is signed in."""


@dataclass(slots=True)
class Visitor:
    """Somebody looking at a page, in a session; `token` is what the forms of the page carry."""

    actor: Actor
    session: Session
    token: str
    htmx: bool

    def may(self, *roles: str) -> bool:
        """Whether the visitor has one of the roles; the machine itself may do everything."""
        return may(self.actor, *roles)

    def need(self, *roles: str) -> None:
        """Raise Problem unless the visitor has one of the roles."""
        if not self.may(*roles):
            words = "、".join(ROLES[role] for role in roles)
            raise Problem("forbidden", f"这一步由{words}办理；请换用相应的密钥登录")


@dataclass(slots=True)
class Form:
    """A form as it was sent, its token checked."""

    visitor: Visitor
    pairs: list[tuple[str, str]]
    _last: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._last = dict(self.pairs)

    def get(self, name: str) -> str:
        """The value of a field without blanks around it; empty where it was not sent."""
        return self._last.get(name, "").strip()

    @property
    def once(self) -> str | None:
        """What stands for an Idempotency-Key: the same however often a page is sent."""
        key = self.get("once")
        return f"page {key}" if key else None


def sessions_of(request: Request) -> Sessions:
    """The sessions of the application."""
    state = request.app.state
    if not hasattr(state, "sessions"):
        state.sessions = Sessions(state.services.store.secret("sessions"))
    found: Sessions = state.sessions
    return found


def keep_session(request: Request, session: Session | None) -> None:
    """Have the answer set the cookie of a session, or with None take it away."""
    request.state.session = session


async def _session(request: Request) -> Session:
    """The session of the cookie; a new one for a browser without."""
    sessions, now = sessions_of(request), int(time.time())
    session = sessions.read(request.cookies.get(COOKIE))
    if session is None:
        session = sessions.begin("", now)
        keep_session(request, session)
    else:
        renewed = sessions.renewed(session, now)
        if renewed is not None:
            session = renewed
            keep_session(request, renewed)
    return session


AnySession = Annotated[Session, Depends(_session)]


async def _visitor(request: Request, the: The, session: AnySession) -> Visitor:
    peer = request.client.host if request.client else ""
    actor = await _actor(request, the, session, peer)
    note = note_of(request)
    note.key, note.role, note.office = actor.key_id, actor.role, actor.office
    visitor = visitor_of(request, actor, session)
    request.state.visitor = visitor
    the.rates.take(actor.key_id or f"peer {peer}")
    return visitor


async def _actor(request: Request, the: The, session: Session, peer: str) -> Actor:
    keys: Keys = request.app.state.keys
    if await the.aside.store(keys.any):
        over = sessions_of(request).over(session, int(time.time()))
        actor = None if over else await the.aside.store(the.store.holder_of, session.key_id)
        if actor is None:
            raise SignInFirst
        return actor
    if not on_this_machine(request, peer):
        raise Problem(
            "unauthorized", "服务器还没有任何密钥，只回答本机；请用 liangfa keys add 发放密钥"
        )
    return LOOPBACK


def visitor_of(request: Request, actor: Actor, session: Session) -> Visitor:
    """Somebody in a session, as templates know them."""
    token = sessions_of(request).token(session)
    return Visitor(actor, session, token, "hx-request" in request.headers)


Visit = Annotated[Visitor, Depends(_visitor)]


def check_token(request: Request, session: Session, token: str) -> None:
    """Raise Problem for a form that no page of this session has made."""
    if _foreign(request) or not sessions_of(request).holds(session, token):
        raise Problem("forbidden", "页面已经过期，或者请求来自别的网站；请回到原页面刷新以后再提交")


def _foreign(request: Request) -> bool:
    """Whether the browser says that another site sent the form. Where it does not say so itself
    (without TLS), the origin must be the host: a proxy there has to pass the host on."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host")


async def read_form(request: Request, settings: Settings) -> list[tuple[str, str]]:
    """The fields of an urlencoded form in their order; raises Problem for one that is too large."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise Problem("unsupported_media_type", "请用页面上的表单提交")
    body = bytearray()
    # The same limit as for a case, but a form writes a letter of Chinese as nine bytes.
    most = 3 * settings.max_body
    try:
        async with asyncio.timeout(settings.timeout_seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise Problem(
                        "too_large", f"内容不能超过 {most} 字节", headers={"Connection": "close"}
                    )
    except TimeoutError:
        raise Problem("timed_out", "没有在规定时间内收完内容", headers=RETRY) from None
    try:
        return parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise Problem("bad_request", "表单的内容不能读；请刷新页面以后再提交") from None


async def _form(request: Request, the: The, session: AnySession) -> list[tuple[str, str]]:
    pairs = await read_form(request, the.settings)
    sent = request.headers.get("x-csrf-token") or dict(pairs).get("csrf", "")
    check_token(request, session, sent)
    return pairs


Fields = Annotated[list[tuple[str, str]], Depends(_form)]


async def _posted(visitor: Visit, pairs: Fields) -> Form:
    return Form(visitor, pairs)


Posted = Annotated[Form, Depends(_posted)]


class PageRoute(APIRoute):
    """A route whose answers, errors too, are pages, and that keeps the cookie of the session."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler with what is common to all pages around it."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                answer = await inner(request)
            except SignInFirst:
                answer = _to_sign_in(request)
            except Exception as error:
                problem = problem_of(request, error)
                if problem is None:
                    # The door logs it; what it answers with is a page here too.
                    request.scope[APOLOGY] = apology(request)
                    raise
                answer = fault_page(request, getattr(request.state, "visitor", None), problem)
            return finished(request, answer)

        return handler


def apology(request: Request) -> Response:
    """The page for an error that nobody expected."""
    answer = fault_page(request, None, Problem("internal_fault"))
    answer.headers.update(HEADERS)
    return answer


def finished(request: Request, answer: Response) -> Response:
    """An answer with the headers of every page, and the cookie where it changed."""
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    session: Any = getattr(request.state, "session", _AS_IT_IS)
    if session is not _AS_IT_IS:
        answer.set_cookie(
            COOKIE,
            "" if session is None else sessions_of(request).cookie(session),
            max_age=0 if session is None else KEPT,
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
    return answer


def _to_sign_in(request: Request) -> Response:
    note_of(request).code = "unauthorized"
    if request.headers.get("sec-fetch-site") == "cross-site" and request.method == "GET":
        # A link from elsewhere brings no cookie; the page asks once more by itself, which does.
        request.state.session = _AS_IT_IS
        return again(request)
    if "hx-request" in request.headers:
        # The page stays as it is: what was filled in can be sent once more after signing in.
        return _over(request, "请在新窗口登录，再回到这里继续，填写的内容还在")
    if request.method != "GET":
        # What was filled in is with the browser, which sends it once more when this is reloaded.
        return _over(
            request,
            "刚才的内容没有提交，还在这个窗口里；请在新窗口登录，再回到这里刷新，"
            "浏览器问是否重新提交时选“是”",
        )
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return see_other(request, f"/sign-in?next={quote(asked, safe='')}")


def _over(request: Request, detail: str) -> Response:
    return fault_page(request, None, Problem("unauthorized", detail), over=True)


def page_router() -> APIRouter:
    """A router for pages."""
    return APIRouter(route_class=PageRoute, include_in_schema=False)


def wants_page(request: Request) -> bool:
    """Whether an unknown address was asked for by a browser, not under the API."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(
        "/v1"
    )

"""Templates into answers: the one environment, its filters, the headers of every page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

import api
from api.http.access import LOOPBACK
from api.pages.assets import address
from api.problems import CODES, Problem
from api.showing.words import local, seen
from api.store.records import fen
from engine.money import yuan_text
from engine.phrases import STATUS

if TYPE_CHECKING:
    from api.pages.visitors import Visitor

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
# What is said otherwise, and what to do next, where somebody looks at a page and not at the API.
_TITLES = {
    "idempotency_mismatch": "这张表已经提交过，内容和这一次不同",
    "unsupported_media_type": "提交的内容不能读",
}
_NEXT = {
    "not_found": "请核对地址；保存过的案件在“记录”里，事项在“目录”里。",
    "idempotency_mismatch": "已经登记的没有改动，请在“记录”里打开看；要更正，在那里重新填一张。",
    "too_many_requests": "请过一会儿再试。",
    "timed_out": "什么都没有保存；请过几秒再试一次，一直不行就告诉管理员。",
    "store_unavailable": "请过几秒再试一次，一直不行就告诉管理员。",
    "not_ready": "请过几秒再试一次，一直不行就告诉管理员。",
    "internal_fault": "请把时间和刚才的操作告诉管理员。",
    "record_damaged": "请马上告诉管理员，由管理员核对全部记录（liangfa audit verify）。",
    "rule_fault": "请把事项编号和所填的事实告诉规则维护人员。",
    "engine_disagreement": "请把事项编号和所填的事实告诉规则维护人员。",
}
ROLES = {"officer": "办案人员", "reviewer": "审核人员", "maintainer": "规则维护人员"}
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "HX-Request",
}
# What an address may hold as it is; the rest is quoted, as a header takes no letters of Chinese.
_ADDRESS = ":/%#?=@[]!$&'()*+,;"


def said(text: object) -> Markup:
    """What somebody wrote, as text: isolated from its surroundings, unseen characters as □."""
    return Markup('<bdi class="said">{}</bdi>').format(escape(seen(text)))


def money(yuan: object) -> str:
    """An amount as people write it: 30,000元; a dash where there is none."""
    found = fen(yuan)
    return "—" if found is None else yuan_text(found)


def actor_name(name: str) -> Markup:
    """Who recorded something: a key by its name, or this machine where it needed none."""
    return said("本机" if name == LOOPBACK.name else name)


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(api.__file__).parent / "templates" / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["said"] = said
    made.filters["seen"] = seen
    made.filters["money"] = money
    made.filters["local"] = local
    made.filters["actor"] = actor_name
    made.globals["asset"] = address
    made.globals["roles"] = ROLES
    made.globals["standing_words"] = STATUS
    return made


templates = _environment()


def page(
    request: Request, visitor: Visitor | None, name: str, status: int = 200, /, **data: Any
) -> HTMLResponse:
    """A whole page; `visitor` is None only where nobody is known."""
    return HTMLResponse(
        templates.get_template(name).render(_known(request, visitor), **data), status
    )


def part(
    request: Request, visitor: Visitor, name: str, macro: str, *given: Any, status: int = 200
) -> HTMLResponse:
    """What one macro of a template makes, for htmx to put in place."""
    module = templates.get_template(name).make_module(_known(request, visitor))
    return HTMLResponse(str(getattr(module, macro)(*given)), status)


def _known(request: Request, visitor: Visitor | None) -> dict[str, Any]:
    def csrf() -> Markup:
        token = visitor.token if visitor else ""
        return Markup('<input type="hidden" name="csrf" value="{}">').format(token)

    return {"visitor": visitor, "csrf": csrf, "path": request.url.path}


def again(request: Request) -> HTMLResponse:
    """A page that asks for its own address once more, now from here."""
    where = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return HTMLResponse(templates.get_template("again.html").render(where=where), 401)


def see_other(request: Request, where: str) -> Response:
    """Go to another page, with a GET; htmx goes there with the whole window."""
    if "hx-request" in request.headers:
        return Response(status_code=200, headers={"HX-Redirect": quote(where, safe=_ADDRESS)})
    return RedirectResponse(where, 303)


def fault_page(
    request: Request, visitor: Visitor | None, problem: Problem, *, over: bool = False
) -> Response:
    """A problem as a page; `over` where a session is, and signing in again is what helps."""
    known = {
        "title": "登录已经过期" if over else _TITLES.get(problem.code) or CODES[problem.code][1],
        "next": _NEXT.get(problem.code, ""),
        "over": over,
    }
    answer = page(request, visitor, "fault.html", problem.status, problem=problem, **known)
    answer.headers.update(problem.headers)
    return answer

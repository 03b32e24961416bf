"""How much a request may hold: bytes, nesting, violations and parties; and JSON read strictly."""

from __future__ import annotations

import asyncio
import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, NoReturn

from starlette.requests import Request

from api.problems import Fault, Problem, invalid
from api.settings import Settings
from engine.faults import InputFault
from engine.source import Source, parse

NAME = "<body>"
# A string, or the rest of the text where one is left open; never read twice.
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"|\\?\Z)', re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
# Line breaks and marks of YAML that are letters like any other in JSON.
_YAML_ONLY = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


async def read_body(request: Request, settings: Settings) -> bytes:
    """The bytes of a JSON body, refused when too many, too slow or of another media type."""
    kind, _, parameters = request.headers.get("content-type", "").lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "")
    if kind.strip() != "application/json" or charset not in ("", "charset=utf-8"):
        raise Problem("unsupported_media_type", "请用 Content-Type: application/json，UTF-8 编码")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem("unsupported_media_type", "不接受压缩的内容")
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > settings.max_body:
        _too_large(settings)
    body = bytearray()
    try:
        async with asyncio.timeout(settings.timeout_seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > settings.max_body:
                    _too_large(settings)
    except TimeoutError:
        raise Problem("timed_out", "没有在规定时间内收完内容", headers=RETRY) from None
    return bytes(body)


RETRY = {"Retry-After": "5"}


def _too_large(settings: Settings) -> NoReturn:
    # The rest is not read, so the connection cannot be used again.
    detail = f"内容不能超过 {settings.max_body} 字节"
    raise Problem("too_large", detail, headers={"Connection": "close"})


def case_source(body: bytes, settings: Settings) -> Source:
    """A case as the engine reads it; raises Problem or InputFault."""
    text = _text(body, settings)
    try:
        json.loads(text, parse_constant=_no_constant, parse_float=str, parse_int=str)
    except ValueError as error:
        _not_json(error)
    source = _parsed(_for_engine(text))
    _count(source.data, settings)
    return source


def _parsed(text: str) -> Source:
    try:
        return parse(text.encode(), NAME)
    except InputFault as fault:
        if fault.findings[0].code != "not_yaml":
            raise
        # It is JSON, so this is one of the few things that YAML does not share.
        at = fault.findings[0].place
        where = f"（第 {at.line} 行第 {at.column} 列附近）"
        raise Problem("bad_request", f"有一个键过长，或者有读不了的字符{where}") from None


def plain_json(body: bytes, settings: Settings) -> Any:
    """Any other body as plain data: decimals exact, no key twice."""
    try:
        return json.loads(
            _text(body, settings),
            parse_constant=_no_constant,
            parse_float=_decimal,
            parse_int=_integer,
            object_pairs_hook=_once,
        )
    except ValueError as error:
        _not_json(error)


def _text(body: bytes, settings: Settings) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem("bad_request", "内容不是 UTF-8 编码") from None
    if body.count(b"[") + body.count(b"{") > settings.max_depth:
        depth = 0
        for character in _STRING.sub(b"", body):
            depth += (character in b"[{") - (character in b"]}")
            if depth > settings.max_depth:
                detail = f"嵌套超过 {settings.max_depth} 层；请减少嵌套"
                raise invalid([Fault("", "too_deep", detail)])
    return text


def _for_engine(text: str) -> str:
    """The same JSON without what YAML does not share: tabs between tokens, surrogate pairs, what
    YAML takes for the end of a line."""
    text = _YAML_ONLY.sub(_escaped, text.replace("\t", " "))
    return _ESCAPE.sub(_joined, text) if "\\u" in text else text


def _escaped(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def _joined(found: re.Match[str]) -> str:
    if found[3] is not None:
        raise Problem("bad_request", f"\\{found[3]} 只是半个字符；请把整个字符写全")
    if found[1] is None:
        return found[0]
    high, low = int(found[1], 16), int(found[2], 16)
    return chr(((high - 0xD800) << 10) + (low - 0xDC00) + (1 << 16))


def _count(data: Any, settings: Settings) -> None:
    inner = data.get("case", data) if isinstance(data, dict) else None
    if not isinstance(inner, dict):
        return
    top = "/case" if inner is not data else ""
    at, most = f"{top}/violations", settings.max_violations
    _at_most(inner.get("violations"), most, "too_many_violations", "个违法行为", at)
    at, most = f"{top}/parties", settings.max_parties
    _at_most(inner.get("parties"), most, "too_many_parties", "个当事人", at)


def _at_most(listed: Any, most: int, code: str, word: str, at: str) -> None:
    if isinstance(listed, list) and len(listed) > most:
        detail = f"一次最多 {most} {word}，这里有 {len(listed)} 个；请分几次提交"
        raise invalid([Fault(at, code, detail)])


def _not_json(error: ValueError) -> NoReturn:
    where = ""
    if isinstance(error, json.JSONDecodeError):
        where = f"（第 {error.lineno} 行第 {error.colno} 列）"
    known = error.args[0] if isinstance(error, _Refused) else "内容不是合法的 JSON"
    raise Problem("bad_request", f"{known}{where}") from None


class _Refused(ValueError):
    pass


def _no_constant(word: str) -> NoReturn:
    raise _Refused(f"{word} 不是 JSON 的数；不知道就写 null")


def _decimal(written: str) -> Decimal:
    try:
        return Decimal(written)
    except InvalidOperation:
        raise _Refused("数太大或者太长") from None


def _integer(written: str) -> int:
    if len(written) > 100:
        raise _Refused("数太大或者太长")
    return int(written)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Refused("同一层里有重复的键；每个键只写一次")
    return found

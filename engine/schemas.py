"""Checking data against the JSON Schemas: fast where it fits, readable where it does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from referencing import Registry, Resource

from engine.faults import Finding, did_you_mean
from engine.source import Pointer, Source

FOLDER = Path(__file__).resolve().parent.parent / "schemas"

_TYPES = {
    "object": "一组“键: 值”",
    "array": "列表",
    "string": "文字",
    "number": "数",
    "integer": "整数",
    "boolean": "true 或 false",
    "null": "空",
}


@cache
def schemas() -> dict[str, Any]:
    """Every schema by its $id."""
    loaded = (json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.schema.json")))
    return {schema["$id"]: schema for schema in loaded}


@cache
def _fast(kind: str) -> Any:
    registry = jsonschema_rs.Registry(list(schemas().items()))
    return jsonschema_rs.validator_for(schemas()[f"liangfa:{kind}"], registry=registry)


@cache
def _readable(kind: str) -> Validator:
    registry: Registry[Any] = Registry().with_resources(
        (name, Resource.from_contents(schema)) for name, schema in schemas().items()
    )
    schema = schemas()[f"liangfa:{kind}"]
    return validator_for(schema)(schema, registry=registry)


def violations(source: Source, kind: str) -> list[Finding]:
    """Every way in which a text departs from the schema of its kind, in file order."""
    if _fast(kind).is_valid(source.data):
        return []
    errors = _readable(kind).iter_errors(source.data)
    found = {finding for error in errors for finding in _findings(source, error)}
    return sorted(found, key=lambda each: (each.place, each.code, each.message))


def _findings(source: Source, error: ValidationError) -> Iterator[Finding]:
    pointer: Pointer = tuple(error.absolute_path)
    explain = _EXPLAINERS.get(str(error.validator))
    if explain is None:
        yield source.finding("not_allowed", pointer, "这里的写法不合格式", "请对照同类文件")
    else:
        yield from explain(source, pointer, error)


def _name(pointer: Pointer) -> str:
    words = [str(part) for part in pointer if isinstance(part, str)]
    return f"“{words[-1]}”" if words else "整个文件"


def _unknown_key(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    schema: Any = error.schema
    known = schema.get("properties", {})
    instance: Any = error.instance
    for key in instance:
        if key not in known:
            yield source.finding(
                "unknown_key",
                (*at, key),
                f"不认识的键“{key}”",
                did_you_mean(key, known),
                key=True,
            )


def _missing_key(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    required: Any = error.validator_value
    instance: Any = error.instance
    for key in required:
        if key not in instance:
            yield source.finding("missing_key", at, f"{_name(at)}缺少“{key}”", "请补上")


def _wrong_type(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    wanted: Any = error.validator_value
    names = [wanted] if isinstance(wanted, str) else wanted
    words = "或者".join(_TYPES[name] for name in names)
    yield source.finding("wrong_type", at, f"{_name(at)}应是{words}", "请改成这种写法")


def _not_listed(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    allowed: Any = error.validator_value
    words = "、".join(str(each) for each in allowed)
    yield source.finding(
        "not_allowed", at, f"{_name(at)}不能写“{error.instance}”", f"只能写：{words}"
    )


def _pattern(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    written = str(error.instance)
    if "propertyNames" in error.absolute_schema_path:
        help = "名字只用小写英文和数字，编号用“-”、事实用“_”连接"
        yield source.finding("bad_name", (*at, written), f"名字“{written}”不对", help, key=True)
    else:
        help = f"应符合 {error.validator_value}"
        yield source.finding("bad_form", at, f"{_name(at)}不能写“{written}”", help)


def _count(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    yield source.finding("out_of_bounds", at, f"{_name(at)}的大小或者数目不合格式", "请核对")


def _one_of(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    options: Any = error.validator_value
    keys = [option["required"][0] for option in options if "required" in option]
    words = "、".join(keys) if keys else "允许的写法"
    yield source.finding("one_of", at, f"{_name(at)}要恰好用一种写法", f"从中选一种：{words}")


_EXPLAINERS: dict[str, Callable[[Source, Pointer, ValidationError], Iterator[Finding]]] = {
    "additionalProperties": _unknown_key,
    "required": _missing_key,
    "type": _wrong_type,
    "enum": _not_listed,
    "pattern": _pattern,
    "minimum": _count,
    "maximum": _count,
    "exclusiveMinimum": _count,
    "minItems": _count,
    "maxItems": _count,
    "minLength": _count,
    "maxLength": _count,
    "minProperties": _count,
    "maxProperties": _count,
    "uniqueItems": _count,
    "oneOf": _one_of,
}

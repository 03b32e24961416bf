"""Checking data against the JSON Schemas: fast where it fits, readable where it does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for
from referencing import Registry, Resource

from engine.faults import Finding, did_you_mean
from engine.source import FULL_WIDTH_HELP, Pointer, Source

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
    words = [part for part in pointer if isinstance(part, str)]
    last = pointer[-1] if pointer else ""
    element = f"第 {last + 1} 项" if isinstance(last, int) else ""
    return (f"“{words[-1]}”" if words else "整个文件") + element


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
                _instead_of_key(key, known),
                key=True,
            )


def _instead_of_key(key: str, known: Iterable[str]) -> str:
    """What to write instead of an unknown key; the three digits of {max: 5,000} are no key."""
    if "：" in key:
        return FULL_WIDTH_HELP["colon"]
    if key.isdecimal() and len(key) == 3:
        return "数里面不要写千位分隔的逗号，例如 5000"
    return did_you_mean(key, known)


def _missing_key(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    required: Any = error.validator_value
    instance: Any = error.instance
    for key in required:
        if key not in instance:
            yield source.finding("missing_key", at, f"{_name(at)}缺少“{key}”", "请补上")


def _required_beside(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    beside: Any = error.validator_value
    instance: Any = error.instance
    for key in beside:
        for other in beside[key] if key in instance else ():
            if other not in instance:
                message = f"{_name(at)}写了“{key}”，就要写“{other}”"
                yield source.finding("missing_key", at, message, "请补上")


def _wrong_type(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    wanted: Any = error.validator_value
    names = [wanted] if isinstance(wanted, str) else wanted
    words = "或者".join(_TYPES[name] for name in names)
    number = {"number", "integer"}.intersection(names)
    bare = "string" in names and isinstance(error.instance, bool | int | Decimal)
    if number and "string" not in names:
        help = "请直接写阿拉伯数字，不加引号和单位"
    else:
        help = "请加上引号" if bare and not number else "请改成这种写法"
    yield source.finding("wrong_type", at, f"{_name(at)}应是{words}", help)


def _not_listed(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    allowed: Any = error.validator_value
    words = "、".join(str(each) for each in allowed)
    message = f"{_name(at)}不能写{_written(error.instance)}"
    named = "propertyNames" in error.absolute_schema_path
    where = (*at, str(error.instance)) if named else at
    yield source.finding("not_allowed", where, message, f"只能写：{words}", key=named)


def _written(instance: Any) -> str:
    """A value in a message, as it stands in the file."""
    if isinstance(instance, dict | list):
        return _TYPES["object" if isinstance(instance, dict) else "array"]
    if isinstance(instance, bool):
        return f"“{str(instance).lower()}”"
    return _TYPES["null"] if instance is None else f"“{instance}”"


def _pattern(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    """A schema with a pattern says in its description how to write what fits."""
    schema: Any = error.schema
    help = schema.get("description", f"应符合 {error.validator_value}")
    written = str(error.instance)
    if "propertyNames" in error.absolute_schema_path:
        yield source.finding("bad_name", (*at, written), f"名字“{written}”不对", help, key=True)
    else:
        yield source.finding("bad_form", at, f"{_name(at)}不能写“{written}”", help)


def _count(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    message, help = _BOUNDS[str(error.validator)]
    schema: Any = error.schema
    keys = f"可用：{'、'.join(schema.get('properties', {})) or '见同类文件'}"
    words = {"bound": error.validator_value, "now": error.instance, "keys": keys}
    yield source.finding(
        "out_of_bounds", at, _name(at) + message.format(**words), help.format(**words)
    )


def _one_of(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    options: Any = error.validator_value
    words = "、".join(map(_option, options))
    yield source.finding("one_of", at, f"{_name(at)}要恰好用一种写法", f"从中选一种：{words}")


def _option(option: dict[str, Any]) -> str:
    """One of several ways to write something."""
    if "enum" in option:
        return "、".join(map(str, option["enum"]))
    if "required" in option:
        keys = "、".join(option["required"])
        return f"{{{keys}: …}}" if "type" in option else keys
    return _TYPES[option["type"]] if "type" in option else "一个编号"


def _not_both(source: Source, at: Pointer, error: ValidationError) -> Iterator[Finding]:
    forbidden: Any = error.validator_value
    words = "”和“".join(forbidden["required"])
    yield source.finding("one_of", at, f"{_name(at)}里不能同时写“{words}”", "请只留一种")


_BOUNDS = {
    # validator: (what is wrong, how to mend it)
    "minimum": ("不能小于 {bound}", "现写为 {now}，请核对"),
    "maximum": ("不能大于 {bound}", "现写为 {now}，请核对"),
    "exclusiveMinimum": ("要大于 {bound}", "现写为 {now}，请核对"),
    "minItems": ("至少要有 {bound} 项", "请补上，没有就整个删去"),
    "maxItems": ("最多 {bound} 项", "请删减"),
    "uniqueItems": ("里有重复的项", "每项只写一次"),
    "minLength": ("至少 {bound} 个字", "请写上内容"),
    "maxLength": ("最多 {bound} 个字", "请缩短"),
    "minProperties": ("至少要写 {bound} 个键", "{keys}"),
    "maxProperties": ("最多写 {bound} 个键", "{keys}"),
}

_EXPLAINERS: dict[str, Callable[[Source, Pointer, ValidationError], Iterator[Finding]]] = {
    "additionalProperties": _unknown_key,
    "required": _missing_key,
    "dependentRequired": _required_beside,
    "type": _wrong_type,
    "enum": _not_listed,
    "pattern": _pattern,
    "oneOf": _one_of,
    "not": _not_both,
    **dict.fromkeys(_BOUNDS, _count),
}

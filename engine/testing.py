"""Worked cases: a case beside what the law makes of it, run against the rule set they live in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from engine.coverage import Coverage
from engine.evaluate import Engine
from engine.faults import Finding, InputFault, LiangfaError, Place
from engine.layering import load_rule_set
from engine.loading import rule_set_ids, shown
from engine.rendering import document
from engine.schemas import violations
from engine.source import Pointer, Source, read_source


@dataclass(frozen=True, slots=True)
class Tried:
    """One worked case and how it came out: `faults` empty when it holds."""

    rule_set: str
    name: str
    place: Place
    faults: tuple[Finding, ...]


def try_all(
    rules: Path, rule_set: str | None = None, coverage: Coverage | None = None
) -> Iterator[Tried]:
    """Run every worked case under a rules folder, counting into `coverage`; rule sets that do not
    load, and one that is named and not there, raise RuleFault."""
    for id in rule_set_ids(rules) if rule_set is None else [rule_set]:
        files = sorted((rules / id / "cases").rglob("*.yaml"))
        if files or coverage is not None or id == rule_set:
            engines = {False: Engine(load_rule_set(rules, id))}
            if coverage is not None:
                coverage.add_rules(engines[False].rule_set)
            for path in files:
                yield from _try_file(rules, id, path, engines, coverage)


def _try_file(
    rules: Path,
    id: str,
    path: Path,
    engines: dict[bool, Engine],
    coverage: Coverage | None,
) -> Iterator[Tried]:
    name = shown(rules, path)
    try:
        source = read_source(path, name)
        faults = violations(source, "worked-cases")
    except InputFault as fault:
        yield Tried(id, name, Place(name), fault.findings)
        return
    if faults:
        yield Tried(id, name, Place(name), tuple(faults))
        return
    for index, worked in enumerate(source.data["cases"]):
        published = worked.get("published_only", False)
        if published not in engines:
            engines[published] = Engine(load_rule_set(rules, id, published_only=published))
        at: Pointer = ("cases", index)
        place = source.place((*at, "name"), key=True)
        found = tuple(_try(source, at, worked, engines[published], coverage))
        yield Tried(id, worked["name"], place, found)


def try_one(source: Source, number: int, engine: Engine) -> tuple[Finding, ...]:
    """How one worked case of a file comes out: empty when it holds, or what is wrong with the
    file."""
    faults = violations(source, "worked-cases")
    if faults:
        return tuple(faults)
    worked = source.data["cases"][number]
    return tuple(_try(source, ("cases", number), worked, engine, None))


def _try(
    source: Source,
    at: Pointer,
    worked: dict[str, Any],
    engine: Engine,
    coverage: Coverage | None,
) -> Iterator[Finding]:
    try:
        answered = engine.evaluate_source(source.part((*at, "case")))
    except LiangfaError as error:
        yield from error.findings
        return
    if coverage is not None:
        coverage.add_case(engine, answered)
    result = document(answered)
    expect = _numbers(worked["expect"])
    here = (*at, "expect")
    for key, actual in _summary(result).items():
        wanted = expect.get(key)
        if wanted is None:
            continue
        if isinstance(wanted, list):
            absent = [each for each in wanted if each not in actual]
            if absent:
                yield _differs(source, (*here, key), absent, actual)
        elif wanted != actual:
            yield _differs(source, (*here, key), wanted, actual)
    for number, wanted in enumerate(expect.get("outcomes", ())):
        yield from _outcome(source, (*here, "outcomes", number), wanted, result)
    for key in ("totals", "procedures", "referrals"):
        for number, wanted in enumerate(expect.get(key, ())):
            yield from _listed(source, (*here, key, number), wanted, result[key])
    warned = {each["code"] for each in result["warnings"]} & set(expect.get("not_warned", ()))
    if warned:
        yield _differs(source, (*here, "not_warned"), [], sorted(warned))


def _summary(result: dict[str, Any]) -> dict[str, Any]:
    return {
        "status": result["status"],
        "missing": [each["fact"] for each in result["missing"]],
        "assumed": [each["fact"] for each in result["assumptions"]],
        "warnings": [each["code"] for each in result["warnings"]],
        "not_examined": [each["code"] for each in result["not_examined"]],
    }


def _listed(
    source: Source, at: Pointer, wanted: dict[str, Any], actual: list[dict[str, Any]]
) -> Iterator[Finding]:
    """Look for an entry that has all the wanted values; `state: absent` wants none with the id."""
    key = "id" if "id" in wanted else "party"
    same = [each for each in actual if each[key] == wanted[key]]
    if wanted.get("state") == "absent":
        if same:
            yield _differs(source, at, "absent", [each["state"] for each in same])
    elif not any(_holds(wanted, each) for each in same):
        shown = [{name: each[name] for name in wanted} for each in same]
        yield _differs(source, at, wanted, shown)


def _outcome(
    source: Source, at: Pointer, wanted: dict[str, Any], result: dict[str, Any]
) -> Iterator[Finding]:
    """Compare an expected outcome, found by its party, key by key."""
    found = [
        each
        for each in result["outcomes"]
        if each["party"]["id"] == wanted["party"]
        and wanted.get("violation") in (None, each["violation"])
    ]
    if len(found) != 1:
        parties = [each["party"]["id"] for each in result["outcomes"]]
        yield _differs(source, (*at, "party"), wanted["party"], parties)
        return
    flat = flatten(found[0])
    for key, value in wanted.items():
        if key in ("party", "violation"):
            continue
        actual = flat[key]
        if isinstance(value, dict):
            actual = {name: actual[name] for name in value}
        if key == "possible":
            absent = [each for each in value if not any(_holds(each, one) for one in actual)]
            if absent:
                yield _differs(source, (*at, key), absent, actual)
        elif actual != value:
            yield _differs(source, (*at, key), value, actual)


def _holds(wanted: dict[str, Any], actual: dict[str, Any]) -> bool:
    return all(
        {name: actual[key].get(name) for name in value} == value
        if isinstance(value, dict) and isinstance(actual.get(key), dict)
        else actual.get(key) == value
        for key, value in wanted.items()
    )


def flatten(outcome: dict[str, Any]) -> dict[str, Any]:
    """An outcome as worked cases write it: ids instead of objects."""
    return {
        **outcome,
        "tier": outcome["tier"]["id"] if outcome["tier"] else None,
        "measures": ["|".join(each["kinds"]) for each in outcome["measures"]],
        "basis": [each["text"] for each in outcome["basis"]],
        "circumstances": [each["id"] for each in outcome["circumstances"]],
        "alternatives": [
            {"effect": each["effect"], **each["fine"]} for each in outcome["alternatives"]
        ],
        "possible": [
            {
                **each,
                "tier": each["tier"]["id"] if each["tier"] else None,
                "measures": ["|".join(one["kinds"]) for one in each["measures"]],
            }
            for each in outcome["possible"]
        ],
    }


def _differs(source: Source, at: Pointer, wanted: Any, actual: Any) -> Finding:
    return source.finding(
        "case_differs",
        at,
        f"应为 {_plain(wanted)}，实为 {_plain(actual)}",
        "请先对照法条核算，再改规则或者改算例",
    )


def _numbers(value: Any) -> Any:
    """Exact decimals as the JSON numbers a result shows."""
    if isinstance(value, dict):
        return {key: _numbers(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_numbers(each) for each in value]
    return float(value) if isinstance(value, Decimal) else value


def _plain(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else text[:200] + "…"

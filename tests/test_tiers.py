"""Published and proposed tiers beside a second, simple reading of the YAML (tests/borders.py)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from borders import FARTHER, HEAD, LAYER, RULES, Bench, Data
from helpers import engine_for, evaluate

BENCH = Bench()
OVERLAYS = {overlay["overlays"]: overlay for overlay in BENCH.overlays()}
KNOWN = Bench(FARTHER[0], ())


def graded(item: Data) -> Iterator[Data]:
    """The penalties whose fine leaves something to choose."""
    for penalty in item["penalties"]:
        fine = penalty.get("fine", {})
        if "max" in fine and penalty.get("status", item["status"]) == "verified":
            yield penalty


def tables() -> Iterator[tuple[str, Data, Data]]:
    for id, overlay in OVERLAYS.items():
        for penalty in BENCH.items[id]["penalties"]:
            if penalty["id"] in overlay["penalties"]:
                yield id, penalty, overlay["penalties"][penalty["id"]]


ALL = list(tables())


def test_the_worked_cases_at_the_borders_are_current() -> None:
    """To renew them: `python -m tests.borders`."""
    wanted = dict(BENCH.files())
    listed = (RULES / LAYER / "cases").rglob("*.yaml")
    assert {path for path in listed if path.read_text("utf-8").startswith(HEAD)} == set(wanted)
    for path, text in wanted.items():
        assert path.read_text("utf-8") == text, path


@pytest.mark.parametrize("overlay", [*KNOWN.overlays()], ids=lambda each: each["overlays"])
def test_published_rows_answer_at_both_borders(overlay: Data) -> None:
    engine = engine_for(RULES, FARTHER[0])
    for case in KNOWN.cases(overlay):
        outcomes = evaluate(_json(case["case"]), engine)["outcomes"]
        for wanted in map(_json, case["outcomes"]):
            found = next(each for each in outcomes if each["party"]["id"] == wanted["party"])
            assert found["tier"]["id"] == wanted["tier"], case
            for end in ("min", "max"):
                assert found["fine"][end] == wanted["fine"][end], case
                assert found["statutory"][end] == wanted["statutory"][end], case


def _json(value: Any) -> Any:
    """Fractions as the numbers of a case file or a result."""
    if isinstance(value, dict):
        return {key: _json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_json(each) for each in value]
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else float(value)
    return value


def test_every_range_of_every_verified_item_is_split() -> None:
    bare = []
    for id, item in BENCH.items.items():
        if item["status"] != "verified":
            continue
        for penalty in graded(item):
            proposed = penalty["id"] in OVERLAYS.get(id, {}).get("penalties", {})
            complete = any(
                table.get("rows", "complete") == "complete"
                for _, table in BENCH.published.get((id, penalty["id"]), ())
            )
            if not proposed and not complete:
                bare.append(f"{id}/{penalty['id']}")
    assert bare == []


@pytest.mark.parametrize(("id", "penalty", "table"), ALL, ids=[f"{i}/{p['id']}" for i, p, _ in ALL])
def test_the_tiers_fill_the_statute_and_rise(id: str, penalty: Data, table: Data) -> None:
    fines: list[Any] = [tier["fine"] for tier in table["tiers"]]
    law = penalty["fine"]
    assert 2 <= len(fines) <= 4
    assert fines[0].get("min") == law.get("min") and fines[-1]["max"] == law["max"]
    for lower, higher in itertools.pairwise(fines):
        assert lower.get("min", 0) < lower["max"] == higher["min"] < higher["max"]
    for fine in fines:
        base = ("times", "percent_of", "times_fine", "cap")
        assert {key: fine.get(key) for key in base} == {key: law.get(key) for key in base}
    assert all(tier["status"] == "proposal" for tier in table["tiers"])
    assert table.get("because") or OVERLAYS[id].get("because")

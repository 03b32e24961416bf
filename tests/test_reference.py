"""The tables under docs/reference agree with the rules."""

from __future__ import annotations

import csv
from pathlib import Path

from helpers import RULES, engine_for

COVERAGE = Path(__file__).parents[1] / "docs" / "reference" / "coverage.csv"


def test_every_line_of_the_coverage_leads_to_a_penalty() -> None:
    items = engine_for(RULES, "cn-mem").rule_set.items
    with COVERAGE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["source_id"] for row in rows}) >= 211
    for row in rows:
        if not row["item"]:
            assert row["status"] == "not encoded" and row["note"], row
            continue
        known = {penalty.id for item in items[row["item"]] for penalty in item.penalties}
        assert row["penalty"] in known, row

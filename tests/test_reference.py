"""The tables under docs/reference agree with the rules."""

from __future__ import annotations

import csv
from pathlib import Path

from helpers import RULES, engine_for

COVERAGE = Path(__file__).parents[1] / "docs" / "reference" / "coverage.csv"

# So many entries of the list of sources were compared with the full text of their law.
COMPARED = 138


def rows() -> list[dict[str, str]]:
    with COVERAGE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_line_of_the_coverage_leads_to_a_penalty_of_its_status() -> None:
    items = engine_for(RULES, "yeji").rule_set.items
    found = rows()
    assert len({row["source_id"] for row in found}) >= 211
    for row in found:
        if not row["item"]:
            assert row["status"] == "not encoded" and row["note"], row
            continue
        known = {penalty.id: penalty for item in items[row["item"]] for penalty in item.penalties}
        tiers = {
            tier.id: tier.status
            for penalty in known.values()
            for table in penalty.tables
            for tier in table.tiers
        }
        assert row["penalty"] in known, row
        statuses = {known[row["penalty"]].status, *(item.status for item in items[row["item"]])}
        if row["source_id"].startswith("FK-"):  # its bands are tiers
            assert row["status"] in {*statuses, *tiers.values()}, row
        else:
            assert row["status"] == ("verified" if statuses == {"verified"} else "draft"), row


def test_what_was_compared_with_the_text_is_reached_as_verified() -> None:
    verified = {row["source_id"] for row in rows() if row["status"] == "verified"}
    assert len(verified) >= COMPARED
    published = engine_for(RULES, "yeji", published_only=True).rule_set.items
    for row in rows():
        if row["status"] == "verified":
            assert row["item"] in published, row

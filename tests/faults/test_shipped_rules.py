"""The rules we ship: `check` has nothing to say of them but what is still to be done."""

from __future__ import annotations

from datetime import date

from engine.checking import check

from .codes import ROOT


def test_check_says_nothing_of_the_shipped_rules_but_notes() -> None:
    findings = check(ROOT / "rules", on=date(2026, 12, 1))
    assert [str(each) for each in findings if each.severity != "note"] == []

"""Tier tables and stages, one law of Venus each: what `check` finds, and what it must not claim."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import venus
from helpers import evaluate

from engine.checks.excerpts import excerpt
from engine.evaluate import Engine
from engine.faults import Finding, Place
from engine.layering import load_rule_set

Data = dict[str, Any]

N = {"n": venus.count("数目", 1)}
ONE: Data = {"n": {"at_least": 1}}
DAYS = {"began": venus.day("开始日"), "ended": venus.day("结束日")}
TIMES: Data = {
    "days": {"label": "天数", "days_between": {"from": "began", "to": "ended"}},
    "months": {"label": "月数", "months_between": {"from": "began", "to": "ended"}},
}
LATER: Data = {"days": {"at_least": 0}}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return tmp_path / "rules"


def told(
    rules: Path, *layers: dict[str, Data], notes: bool = False, **manifests: Data
) -> list[Finding]:
    id = venus.write(rules, *layers, **manifests)
    return [each for each in venus.findings(rules, id) if notes or each.severity != "note"]


def codes(found: list[Finding]) -> list[str]:
    return [each.code for each in found]


def table(facts: Data, established: Data, *conditions: Data, **more: Any) -> dict[str, Data]:
    return venus.statute(facts, established, venus.penalty(**venus.tiers(*conditions)), **more)


def outcome(rules: Path, finding: Finding) -> Data:
    assert finding.case is not None and finding.rule_set is not None
    result = evaluate(finding.case, Engine(load_rule_set(rules, finding.rule_set)))
    return {"warnings": [each["code"] for each in result["warnings"]], **result["outcomes"][0]}


# Computed facts -----------------------------------------------------------------------------


def test_days_and_months_that_cannot_be_together_are_no_fault(rules: Path) -> None:
    few, many = {"months": {"below": 12}}, {"months": {"at_least": 12}}
    split = {"all": [many, {"days": {"at_least": 365}}]}
    assert told(rules, table(DAYS, LATER, few, split, derived=TIMES)) == []


def test_a_year_of_366_days_is_found(rules: Path) -> None:
    """Less than 366 days and twelve full months hold together in a common year only."""
    less, year = {"days": {"below": 366}}, {"months": {"at_least": 12}}
    (found,) = told(rules, table(DAYS, LATER, less, year, derived=TIMES))
    assert found.code == "tier_overlap"
    assert found.counterexample == {"began": "2020-03-01", "ended": "2021-03-01"}
    assert found.says == (
        "开始日 2020-03-01、结束日 2021-03-01（天数 365日、月数 12个月）：“A”档和“B”档都适用"
    )


def test_a_gap_of_one_day_in_leap_years_is_found(rules: Path) -> None:
    few, most = {"months": {"below": 12}}, {"days": {"at_least": 367}}
    other = {"all": [{"months": {"at_least": 12}}, {"days": {"below": 366}}]}
    (found,) = told(rules, table(DAYS, LATER, few, other, most, derived=TIMES))
    assert found.code == "tier_gap"
    assert found.counterexample == {"began": "2020-01-01", "ended": "2021-01-01"}
    assert "tier_gap" in outcome(rules, found)["warnings"]


def test_what_cannot_be_decided_is_said_and_not_claimed(rules: Path) -> None:
    """Two in three of large numbers: narrowing alone does not show that they cannot be."""
    facts = {name: venus.count(name, 0) for name in ("a", "b", "c")}
    sums: Data = {
        "two": {"label": "两项", "sum": ["a", "b"]},
        "three": {"label": "三项", "sum": ["a", "b", "c"]},
    }
    low, high = {"two": {"at_most": 10**6}}, {"all": [{"two": {"above": 10**6}}]}
    high["all"].append({"three": {"above": 10**6}})
    (found,) = told(rules, table(facts, {"two": {"at_least": 1}}, low, high, derived=sums))
    assert (found.code, found.severity) == ("table_undecided", "warning")
    assert found.counterexample is None and "“两项”、“三项”" in found.message


def test_a_gap_between_two_sums(rules: Path) -> None:
    facts = {name: venus.count(name, 0, 5) for name in ("a", "b", "c")}
    sums: Data = {
        "two": {"label": "两项", "sum": ["a", "b"]},
        "three": {"label": "三项", "sum": ["two", "c"]},
    }
    low, high = {"two": {"at_most": 4}}, {"three": {"at_least": 7}}
    found = told(rules, table(facts, {"three": {"at_least": 1}}, low, high, derived=sums))
    (gap,) = [each for each in found if each.code == "tier_gap"]
    values = gap.counterexample
    assert values is not None
    two = int(str(values["a"])) + int(str(values["b"]))
    assert two > 4 and two + int(str(values["c"])) < 7


def test_sums_that_cannot_be_together_are_no_fault(rules: Path) -> None:
    facts = {name: venus.count(name, 0) for name in ("a", "b")}
    sums: Data = {
        "one": {"label": "一倍", "sum": ["a", "b"]},
        "more": {"label": "再加", "sum": ["one", "b"]},
    }
    low, high = {"one": {"at_most": 4}}, {"all": [{"one": {"above": 4}}, {"more": {"above": 4}}]}
    assert told(rules, table(facts, {"one": {"at_least": 1}}, low, high, derived=sums)) == []


def test_a_share_of_nothing_is_no_gap(rules: Path) -> None:
    """Where the whole may be 0 the share is unknown there: a question, not a hole in the table."""
    facts = {"part": venus.count("部分", 0), "whole": venus.count("全部", 0)}
    share: Data = {"share": {"label": "比例", "ratio": {"of": "part", "to": "whole"}}}
    low, high = {"share": {"below": 50}}, {"share": {"at_least": 50}}
    files = table(facts, {"part": {"at_least": 1}}, low, high, derived=share)
    assert told(rules, files) == []


def test_a_share_that_needs_a_large_whole(rules: Path) -> None:
    """Between 33.3333% and 33.3334%, and not a third: no small numbers do it."""
    facts = {"part": venus.count("部分", 1), "whole": venus.count("全部", 4)}
    share: Data = {"share": {"label": "比例", "ratio": {"of": "part", "to": "whole"}}}
    low, high = {"share": {"at_most": 12.3456}}, {"share": {"at_least": 12.3457}}
    (gap,) = told(rules, table(facts, {"part": {"at_least": 1}}, low, high, derived=share))
    assert gap.code == "tier_gap" and gap.counterexample == {"part": 10, "whole": 81}


# What cannot be together --------------------------------------------------------------------


def test_facts_that_contradict_each_other_leave_no_gap(rules: Path) -> None:
    facts = {**N, "late": venus.flag("逾期"), "early": venus.flag("提前")}
    low = {"late": {"is": True}, "early": {"is": False}}
    rows = [low, {"late": {"is": False}}]
    both = {"when": {"late": {"is": True}, "early": {"is": True}}, "because": "虚构"}
    assert codes(told(rules, table(facts, ONE, *rows))) == ["tier_gap"]
    assert told(rules, table(facts, ONE, *rows, conflicts=[both])) == []


def test_numbers_beyond_their_bounds_are_not_tried(rules: Path) -> None:
    facts = {"n": venus.count("数目", 1, 5)}
    assert told(rules, table(facts, ONE, {"n": {"at_most": 3}}, {"n": {"in": [4, 5]}})) == []


def test_an_overlap_of_published_rows_is_told_although_a_proposal_holds_too(rules: Path) -> None:
    known = venus.tiers({"n": {"at_most": 3}}, {"n": {"at_least": 3, "at_most": 9}}, rows="partial")
    ours = venus.tiers({"n": {"at_least": 3}}, status="proposal", rows="partial")
    for row in ours["tiers"]:
        row["id"] = "P"
    found = told(
        rules,
        venus.statute(N, ONE, venus.penalty()),
        venus.overlay(known),
        venus.overlay(ours),
    )
    assert [(each.code, each.counterexample) for each in found] == [("tier_overlap", {"n": 3})]


# In time and between layers -----------------------------------------------------------------


def test_a_table_of_the_past_is_tried_in_its_time(rules: Path) -> None:
    old = venus.tiers({"n": {"at_most": 3}}, {"n": {"above": 4}})
    new = venus.tiers({"n": {"at_most": 3}}, {"n": {"above": 3}})
    (found,) = told(
        rules,
        venus.statute(N, ONE, venus.penalty()),
        {
            **venus.overlay(old, until="2022-12-31"),
            **venus.overlay(new, since="2023-01-01"),
        },
    )
    assert found.code == "tier_gap" and "@2020-01-01" in found.place.file
    assert found.case is not None
    assert found.case["dates"] == {"acted_on": "2020-01-01", "decided_on": "2020-01-01"}
    answered = outcome(rules, found)
    assert answered["tier"] is None and "tier_gap" in answered["warnings"]


def test_a_table_in_force_needs_no_days_in_its_case(rules: Path) -> None:
    (found,) = told(rules, table(N, ONE, {"n": {"at_most": 3}}, {"n": {"above": 4}}))
    assert found.case == {
        "item": venus.ID,
        "parties": [{"id": "p", "kind": "unit"}],
        "facts": {"n": 4},
    }
    assert found.says == "数目 4个：没有任何档次适用"
    assert "tier_gap" in outcome(rules, found)["warnings"]


def test_an_independent_layer_may_widen(rules: Path) -> None:
    far = venus.overlay(venus.tiers({"n": {"at_most": 3}}, {"n": {"above": 3}}))
    near = venus.overlay(venus.tiers({"n": {"at_most": 5}}, {"n": {"above": 5}}))
    law = venus.statute(N, ONE, venus.penalty())
    found = told(rules, law, far, near)
    assert [(each.code, each.counterexample) for each in found] == [
        ("wider_than_farther", {"n": 4})
    ]
    assert told(rules, law, far, near, v2={"independent": True}) == []


def test_the_highest_of_several_is_no_overlap(rules: Path) -> None:
    rows = venus.tiers({"n": {"at_least": 1}}, {"n": {"at_least": 5}}, hit="highest")
    assert told(rules, venus.statute(N, ONE, venus.penalty(**rows))) == []


def test_the_table_of_another_article_is_tried_on_who_refers_to_it(rules: Path) -> None:
    """Complete for its own item, which begins at one; the other item begins at none."""
    facts = {"n": venus.count("数目", 0)}
    files = table(facts, ONE, {"n": {"in": [1, 2]}}, {"n": {"above": 2}})
    other = venus.penalty("other", refers_to={"item": venus.ID, "penalty": "unit"})
    del other["fine"]
    item = files[f"items/ven/{venus.ID}.yaml"]
    second = {**item, "id": "ven-002", "established_when": {"n": {"below": 9}}}
    files["items/ven/ven-002.yaml"] = {**second, "penalties": [other]}
    (found,) = told(rules, files)
    assert (found.code, found.counterexample) == ("tier_gap", {"n": 0})
    assert found.message == "“ven-002/other”的阶次没有覆盖全部事实"
    assert "tier_gap" in outcome(rules, found)["warnings"]


# Amounts ------------------------------------------------------------------------------------


def test_shares_of_an_income_are_compared_like_amounts(rules: Path) -> None:
    facts: Data = {
        **N,
        "income": {
            "type": "amount",
            "label": "收入",
            "ask": "去年一共收入多少元？",
            "unit": "元",
            "about": "party",
            "if_absent": "ask",
        },
    }

    def rows(*ends: tuple[int, int]) -> Data:
        conditions = [{"n": {"is": number}} for number in range(1, len(ends))]
        conditions.append({"n": {"at_least": len(ends)}})
        found = venus.tiers(*conditions)
        for row, (low, high) in zip(found["tiers"], ends, strict=True):
            row["fine"] = {"percent_of": "income", "min": low, "max": high}
        return found

    def fined(*ends: tuple[int, int]) -> list[str]:
        whole = {"percent_of": "income", "min": 20, "max": 60}
        penalty = venus.penalty(fine=whole, **rows(*ends))
        return codes(told(rules, venus.statute(facts, ONE, penalty)))

    assert fined((20, 40), (40, 60)) == []
    assert fined((20, 35), (40, 60)) == ["amount_gap"]
    assert fined((20, 45), (40, 60)) == ["amount_overlap"]
    assert fined((25, 40), (40, 60)) == ["statute_not_filled"]
    assert fined((20, 40), (40, 60), (40, 60)) == ["tiers_same_range"]
    assert fined((30, 40), (20, 60)) == ["tiers_not_ascending", "statute_not_filled"]


# Stages -------------------------------------------------------------------------------------

LATE = {**N, "late": venus.flag("逾期"), "hurt": venus.flag("伤人")}


def stages(rules: Path, **conditions: Data) -> list[Finding]:
    penalties = [
        venus.penalty(id, stage=id, when=when, fine={"max": 1000 * (number + 1)})
        for number, (id, when) in enumerate(conditions.items())
    ]
    return told(rules, venus.statute(LATE, ONE, *penalties))


def test_a_hole_between_two_stages(rules: Path) -> None:
    late = {"late": {"is": True}, "n": {"at_least": 3}}
    (found,) = stages(rules, first={"late": {"is": False}}, overdue=late)
    assert (found.code, found.counterexample) == ("stage_gap", {"n": 2, "late": True})
    assert outcome(rules, found)["disposition"] == "not_liable_at_stage"


def test_a_hole_at_the_border_of_a_number(rules: Path) -> None:
    (found,) = stages(rules, first={"n": {"below": 5}}, overdue={"n": {"above": 5}})
    assert (found.code, found.counterexample) == ("stage_gap", {"n": 5})


def test_what_the_law_does_not_punish_is_no_hole(rules: Path) -> None:
    """Before the first stage that it punishes, or after the only one."""
    assert stages(rules, first={"late": {"is": False}}) == []
    assert stages(rules, overdue={"late": {"is": True}, "n": {"at_least": 3}}) == []
    late = {"late": {"is": True}, "hurt": {"is": False}}
    assert stages(rules, overdue=late, accident={"hurt": {"is": True}}) == []


def test_two_fines_at_once(rules: Path) -> None:
    late, hurt = {"late": {"is": True}}, {"hurt": {"is": True}}
    (found,) = stages(rules, overdue=late, accident=hurt)
    assert found.code == "penalties_overlap"
    assert found.counterexample == {"n": 1, "late": True, "hurt": True}


def ordered(id: str, stage: str, when: Data | None = None, **more: Any) -> Data:
    """A penalty of a stage that fines nobody."""
    found = venus.penalty(id, stage=stage, measures=[{"kind": "order", "nature": "order"}])
    del found["fine"]
    return {**found, **({} if when is None else {"when": when}), **more}


OVERDUE: Data = {"late": {"is": True}}
REFUSED: Data = {"late": {"is": True}, "hurt": {"is": True}}


def test_two_stages_at_once(rules: Path) -> None:
    fine = venus.penalty("b", stage="overdue", when=OVERDUE)
    files = venus.statute(LATE, ONE, ordered("a", "first"), fine)
    (found,) = told(rules, files)
    assert (found.code, found.severity) == ("stages_overlap", "error")
    assert found.counterexample == {"n": 1, "late": True}
    assert found.says is not None and "既是“首次查处”又是“逾期未改正”" in found.says


def test_stages_that_may_stand_together(rules: Path) -> None:
    """One at any stage, one that excludes the other, one that replaces it, one for others."""
    not_late: Data = {"late": {"is": False}}
    fine = venus.penalty("b", stage="overdue", when=OVERDUE)
    for other, second in (
        (ordered("a", "any"), fine),
        (ordered("a", "first", not_late), fine),
        (ordered("a", "first"), {**fine, "replaces": ["a"]}),
        (ordered("a", "overdue"), fine),
        (ordered("a", "first"), {**fine, "stage": "accident"}),
    ):
        assert told(rules, venus.statute(LATE, ONE, other, second)) == []


@pytest.mark.parametrize("fined", [False, True])
def test_a_third_stage_that_replaces_the_second_leaves_no_two(rules: Path, fined: bool) -> None:
    """The second has replaced the first wherever the third holds."""

    def three(last: Data) -> list[str]:
        more: Data = {"fine": {"max": 1000}} if fined else {}
        penalties = (
            ordered("a", "first", **more),
            ordered("b", "overdue", OVERDUE, replaces=["a"], **more),
            ordered("c", "refused", last, replaces=["b"], **more),
        )
        return codes(told(rules, venus.statute(LATE, ONE, *penalties)))

    assert three(REFUSED) == []
    assert three({"hurt": {"is": True}}) == ["penalties_overlap" if fined else "stages_overlap"]


# Overlays over several editions --------------------------------------------------------------


def two_editions(first: Data, second: Data) -> dict[str, Data]:
    """A statute whose item has another condition from 2025 on."""
    files = venus.statute(N, first, venus.penalty(), effective={"from": venus.START, "until": LAST})
    later = venus.statute(N, second, venus.penalty(), effective={"from": "2025-01-01"})
    newer = f"items/ven/{venus.ID}@2025-01-01.yaml"
    return {**files, newer: later[f"items/ven/{venus.ID}.yaml"]}


LAST = "2024-12-31"


@pytest.mark.parametrize(("since", "unreachable"), [(6, []), (11, ["tier_unreachable"] * 2)])
def test_a_tier_is_reached_where_it_is_in_any_edition(
    rules: Path, since: int, unreachable: list[str]
) -> None:
    """An overlay lies over both editions; its lowest tier is for the first alone."""
    items = two_editions({"n": {"at_least": since - 5}}, {"n": {"at_least": since}})
    table = venus.tiers({"n": {"at_most": 5}}, {"n": {"above": 5}})
    assert codes(told(rules, items, venus.overlay(table))) == unreachable


def test_a_proposed_tier_is_of_use_where_it_is_in_any_edition(rules: Path) -> None:
    """The published table begins with the second edition, so that the first still needs the
    proposal that lies over both."""
    items = two_editions(ONE, ONE)
    published = venus.tiers({"n": {"at_most": 5}}, {"n": {"above": 5}})
    proposed = venus.tiers({"n": {"at_most": 5}}, {"n": {"above": 5}}, status="proposal")
    layers = [venus.overlay(published, "2025-01-01"), venus.overlay(proposed)]
    assert "proposal_covered" not in codes(told(rules, items, *layers, notes=True))
    layers = [venus.overlay(published), venus.overlay(proposed)]
    assert "proposal_covered" in codes(told(rules, items, *layers, notes=True))


# Excerpts -----------------------------------------------------------------------------------

LINE = "      - {id: A, when: {n: {at_most: 3}}, fine: {max: 20000}}"


@pytest.mark.parametrize(
    ("line", "column", "shown"),
    [
        (LINE, 9, "- {id: A, when: {n: {at_most: 3}}, fine: {max: 20000}}\n  " + "^" * 52),
        ("      rows: partial", 7, "rows: partial\n^^^^^^^^^^^^^"),
        ("  unit:", 3, "unit:\n^^^^"),
        ("标题: 大大大 # x", 1, "标题: 大大大 # x\n" + "^" * 12),
        (
            "  " + "长" * 60 + "：{a: 1}",
            64,
            "…" + "长" * 11 + "：{a: 1}\n" + " " * 25 + "^" * 6,
        ),
    ],
)
def test_the_place_is_marked_below_its_line(line: str, column: int, shown: str) -> None:
    assert excerpt(f"first: 1\n{line}\n", Place("x.yaml", 2, column)) == shown


def test_a_place_that_is_not_there_has_no_excerpt() -> None:
    assert excerpt("a: 1\n", Place("x.yaml", 7, 1)) is None
    assert excerpt("", Place("x.yaml")) is None

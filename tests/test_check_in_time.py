"""Rules out of time: what `check` says depends on the days in the rules and on the day it runs."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from typing import Any

import pytest
from faults import SOUND, make
from helpers import RULES

from engine.checking import check
from engine.checks.citing import outdated
from engine.checks.in_time import in_time
from engine.layering import load_rule_set
from engine.loading import rule_set_ids

TOWN = "mars-town"
BENCH = "mars-bench/items/mar/mar-001.yaml"
FIRST, SECOND = (f"mars/items/mar/mar-005@{year}-01-01.yaml" for year in (2020, 2025))
DUST = "mars/items/dus/dus-001.yaml"
LAWS = "mars/laws.yaml"
DUST_LAW = "kind: ministry-rule\n    editions: [{version: 2020年, effective: "
SINCE_2025 = '{from: "2025-01-01"}'


@pytest.fixture
def told(tmp_path: Path) -> Any:
    """`told(change…, on=…)`: the codes on a copy of the sound rules with some changes made."""
    rules = tmp_path / "rules"
    shutil.copytree(SOUND, rules)

    def of(*changes: tuple[str, str, str], on: str | None = None, **options: int) -> list[str]:
        for file, old, new in changes:
            make(rules, {"file": file, "replace": old, "by": new})
        day = None if on is None else datetime.date.fromisoformat(on)
        rule_set = load_rule_set(rules, TOWN)
        found = [*in_time(rule_set, day, **options), *outdated([rule_set], day)]
        return sorted({each.code for each in found})

    return of


def overlay(days: str) -> str:
    return (
        f"overlays: mar-001\neffective: {days}\nsource: {{document: 红沙〔虚构〕9号}}\n"
        "penalties:\n  unit-first:\n    tiers:\n"
        "      - {id: A, when: {dim_lamps: {at_most: 2}}, fine: {max: 20000}, status: verified}\n"
        "      - {id: B, when: {dim_lamps: {at_least: 3}}, fine: {min: 20000, max: 50000}, "
        "status: verified}\n"
    )


@pytest.mark.parametrize("rule_set", rule_set_ids(RULES))
def test_the_shipped_rules_give_nothing_but_information(rule_set: str) -> None:
    found = in_time(load_rule_set(RULES, rule_set), datetime.date(2026, 11, 25))
    assert {each.severity for each in found} == {"note"}


def test_what_is_told_without_a_day_is_told_on_every_day() -> None:
    rule_set = load_rule_set(RULES, "yeji")
    always = list(in_time(rule_set, None))
    assert always
    for day in (datetime.date(2024, 2, 29), datetime.date(2099, 12, 31)):
        told = list(in_time(rule_set, day))
        assert [each for each in told if each in always] == always


# Lapsed -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("benchmark_lapsed", (BENCH, SINCE_2025, '{from: "2025-01-01", until: "2026-06-30"}')),
        ("layer_lapsed", ("mars/ruleset.yaml", '{from: "2020-01-01"}',
                          '{from: "2020-01-01", until: "2026-06-30"}')),
        ("delegation_lapsed", ("mars/ruleset.yaml", "2028-06-30", "2026-06-30")),
        ("parameter_lapsed", ("mars/parameters.yaml", '{from: "2026-01-01"}',
                              '{from: "2026-01-01", until: "2026-06-30"}')),
    ],
)  # fmt: skip
def test_the_last_day_still_counts_and_the_next_does_not(
    told: Any, code: str, change: tuple[str, str, str]
) -> None:
    assert told(change, on="2026-06-30") == []
    assert told(on="2026-07-01") == [code]
    assert told() == []


def test_a_benchmark_that_another_follows_has_not_lapsed(told: Any, tmp_path: Path) -> None:
    old = overlay('{from: "2025-01-01", until: "2026-02-28"}')
    make(tmp_path / "rules", {"file": f"{TOWN}/items/mar/mar-001.yaml", "write": old})
    assert told(on="2026-03-01") == ["benchmark_lapsed"]
    new = overlay('{from: "2026-03-01"}')
    make(tmp_path / "rules", {"file": f"{TOWN}/items/mar/mar-001@2026.yaml", "write": new})
    assert told(on="2026-03-01") == []


def test_a_benchmark_of_an_item_that_has_ended_has_not_lapsed(told: Any) -> None:
    ended = '{from: "2025-01-01", until: "2025-12-31"}'
    changes = [(BENCH, SINCE_2025, ended), ("mars/items/mar/mar-001.yaml", SINCE_2025, ended)]
    link = (SECOND, "refers_to: {item: mar-001, penalty: unit-first}", "fine: {fixed: 1000}")
    assert told(*changes, link, on="2026-03-01") == ["successor_missing"]


# Checked lately ---------------------------------------------------------------------------


def test_a_check_holds_good_for_so_many_whole_months(told: Any) -> None:
    change = (DUST, 'on: "2026-01-05"', 'on: "2025-08-31"')
    assert told(change, on="2026-02-27", months=6) == []
    assert told(on="2026-02-28", months=6) == []
    assert told(on="2026-03-01", months=6) == ["not_checked_lately"]
    assert told(on="2026-03-01") == []


def test_the_newest_source_counts_and_a_draft_is_listed_elsewhere(told: Any) -> None:
    old = '[{document: 旧（虚构）, on: "2020-01-01"}, {document: 新（虚构）, on: "2026-05-31"}]'
    sources = '[{document: 火星沙尘办法（虚构）, checked: text, on: "2026-01-05"}]'
    assert told((DUST, sources, old), on="2026-06-01") == []
    unknown = "[{document: 没有取得（虚构）}]"
    assert told((DUST, old, unknown), on="2026-06-01") == ["not_checked_lately"]
    assert told((DUST, "status: verified", "status: draft"), on="2026-06-01") == []


def test_a_check_on_the_very_day_is_no_check_to_come(told: Any) -> None:
    assert told((DUST, "2026-01-05", "2026-06-01"), on="2026-06-01") == []
    assert told(on="2026-05-31") == ["checked_in_future"]


# Editions and citations -------------------------------------------------------------------


def test_editions_in_any_order_are_compared_by_their_days(told: Any) -> None:
    editions = """\
      - {version: 2020年, effective: {from: "2020-01-01", until: "2024-12-31"}, text: checked}
      - {version: 2025年, effective: {from: "2025-01-01"}, text: checked}
"""
    turned = "".join(f"{line}\n" for line in editions.splitlines()[::-1])
    assert told((LAWS, editions, turned)) == []
    assert told((LAWS, '"2024-12-31"', '"2024-12-30"')) == ["editions_gap"]


def test_a_change_on_the_first_day_of_an_item_is_no_change(told: Any) -> None:
    assert told(("mars/items/mar/mar-002.yaml", SINCE_2025, '{from: "2025-01-02"}')) == []
    assert told(("mars/items/mar/mar-002.yaml", "2025-01-02", "2024-12-31")) == ["citation_changed"]


def test_a_rule_without_days_of_its_own_is_asked_about_the_day_of_the_check(told: Any) -> None:
    law = "kind: administrative-regulation\n    editions: [{version: 2020年, effective: "
    until = law + '{from: "2020-01-01", until: "2026-06-30"}'
    assert told((LAWS, law + '{from: "2020-01-01"}', until)) == []
    assert told(on="2026-06-30") == []
    assert told(on="2026-07-01") == ["citation_repealed"]
    assert told(on="2019-12-31") == ["citation_too_early"]


def test_the_basis_of_one_ground_of_a_procedure_is_asked_too(told: Any) -> None:
    ground = "{title: 吊销守灯证, imposes: [revoke]"
    end = '{from: "2020-01-01", until: "2026-06-30"}'
    changes = [
        ("mars/procedures.yaml", ground, ground + ", basis: {law: dus, article: 7}"),
        (DUST, '{from: "2020-01-01"}', end),
        (LAWS, DUST_LAW + '{from: "2020-01-01"}', DUST_LAW + end),
    ]
    assert told(*changes, on="2026-06-30") == ["successor_missing"]
    assert told(on="2026-07-01") == ["citation_repealed", "successor_missing"]


def test_a_repealed_law_is_told_once_with_every_place_that_cites_it(tmp_path: Path) -> None:
    rules = Path(shutil.copytree(SOUND, tmp_path / "rules"))
    law = "title: 火星处罚程序条例（虚构）\n    kind: administrative-regulation\n    editions: "
    since = '[{version: 2020年, effective: {from: "2020-01-01"'
    make(rules, {"file": LAWS, "replace": law + since, "by": f'{law}{since}, until: "2025-12-31"'})
    (found,) = check(rules, on=datetime.date(2026, 6, 1))
    assert found.code == "citation_repealed"
    assert found.excerpt is not None and "mpr" in found.excerpt
    places = [found.place, *found.also]
    assert places == sorted(set(places))
    for place in places:
        line = (rules.parent / place.file).read_text("utf-8").splitlines()[place.line - 1]
        assert "mpr" in line
    cited = sum(
        path.read_text("utf-8").count("law: mpr")
        for path in rules.rglob("*.yaml")
        if "cases" not in path.parts and path.name != "derived.yaml"
    )
    assert len(places) == cited
    assert [each["line"] for each in found.document()["also"]] == [each.line for each in found.also]


def test_a_penalty_leans_on_an_item_on_all_its_days_or_is_told(told: Any, tmp_path: Path) -> None:
    ended = '{from: "2025-01-01", until: "2027-12-31"}'
    changes = [("mars/items/mar/mar-001.yaml", SINCE_2025, ended), (BENCH, SINCE_2025, ended)]
    assert told(*changes) == ["reference_lapsed", "successor_missing"]
    assert told((SECOND, SINCE_2025, ended)) == ["successor_missing"]


def test_a_tier_is_asked_on_the_days_of_its_own_table_alone(told: Any) -> None:
    row = "fine: {max: 20000}, status: verified"
    end = '{from: "2020-01-01", until: "2026-06-30"}'
    changes = [
        ("mars/items/mar/mar-001.yaml", SINCE_2025, '{from: "2025-01-01", until: "2027-12-31"}'),
        (BENCH, SINCE_2025, '{from: "2025-01-01", until: "2026-06-30"}'),
        (BENCH, row, f"{row}, basis: {{law: dus, article: 7}}"),
        (DUST, '{from: "2020-01-01"}', end),
        (LAWS, DUST_LAW + '{from: "2020-01-01"}', DUST_LAW + end),
        (SECOND, "refers_to: {item: mar-001, penalty: unit-first}", "fine: {fixed: 1000}"),
    ]
    assert told(*changes) == ["successor_missing"]


# Successors -------------------------------------------------------------------------------


DUST_DAYS = '{from: "2020-01-01"}'


def heir(rules: Path, days: str, *, id: str = "dus-002", more: str = "", when: str = "") -> None:
    """Write an item for dust, from some day on."""
    text = (SOUND / DUST).read_text("utf-8").replace("dus-001", id).replace(DUST_DAYS, days)
    text = text.replace("{above: 5}", when or "{above: 5}")
    make(rules, {"file": f"mars/items/dus/{id}.yaml", "write": text + more})


def test_a_successor_that_begins_the_next_day_is_right(told: Any, tmp_path: Path) -> None:
    assert told((DUST, DUST_DAYS, '{from: "2020-01-01", until: "2025-12-31"}')) == [
        "successor_missing"
    ]
    heir(tmp_path / "rules", '{from: "2026-01-01"}')
    assert told() == ["succession_unlinked"]
    heir(tmp_path / "rules", '{from: "2026-01-01"}', more="succeeds: [dus-001]\n")
    assert told() == []


@pytest.mark.parametrize(
    ("days", "more", "when"),
    [
        ('{from: "2026-01-01"}', "", "{at_most: 5}"),
        ('{from: "2026-01-02"}', "", ""),
        ('{from: "2026-01-01"}', "succeeds: [mar-005]\n", ""),
    ],
    ids=["never the same facts", "not the next day", "successor of another"],
)
def test_no_link_is_missed_that_is_not_shown(
    told: Any, tmp_path: Path, days: str, more: str, when: str
) -> None:
    told((DUST, DUST_DAYS, '{from: "2020-01-01", until: "2025-12-31"}'))
    heir(tmp_path / "rules", days, more=more, when=when)
    assert [each for each in told() if each != "succession_overlap"] == ["successor_missing"]


def test_of_several_successors_the_first_closes_the_gap(told: Any, tmp_path: Path) -> None:
    told((DUST, DUST_DAYS, '{from: "2020-01-01", until: "2025-12-31"}'))
    for id, year in (("dus-001a", 2027), ("dus-001b", 2026)):
        days = f'{{from: "{year}-01-01"}}'
        heir(tmp_path / "rules", days, id=id, more="succeeds: [dus-001]\n")
    assert told() == []


def test_two_items_of_one_first_day_are_both_in_force(told: Any, tmp_path: Path) -> None:
    heir(tmp_path / "rules", DUST_DAYS, more="succeeds: [dus-001]\n")
    assert "succession_overlap" in told() and "succession_reversed" not in told()


# Overlays that never are ------------------------------------------------------------------


def test_an_overlay_must_meet_the_penalty_on_some_day(told: Any, tmp_path: Path) -> None:
    for days, codes in (
        ('{from: "2024-01-01", until: "2024-12-31"}', ["overlay_outside_item"]),
        ('{from: "2024-01-01", until: "2025-01-01"}', ["benchmark_outside_item"]),
    ):
        rules = tmp_path / f"rules-{codes[0]}"
        shutil.copytree(SOUND, rules)
        make(rules, {"file": BENCH, "replace": SINCE_2025, "by": days})
        assert {each.code for each in check(rules) if each.code != "not_checked"} == set(codes)

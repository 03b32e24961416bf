"""What a change of rules does to cases: which way, by how much, and what need not be tried."""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.diff.baskets import worked_cases
from api.diff.report import ends_say
from api.diff.trying import Pair, try_basket
from engine.answers import Effect, Party
from engine.dates import day_number
from engine.difference import Difference
from engine.differencing import difference, read_side
from engine.evaluate import Engine
from engine.faults import RuleFault
from engine.impact import Ends, Given, Impact, Trial
from engine.reach import Reach, reach_of
from engine.result import Money
from tests.changed_rules import Edit, changed_copy, compared
from tests.helpers import FICTION
from tests.test_differencing import SAID

ITEM = "moon/items/moon/moon-005.yaml"
TIERS = "moon-bench/items/moon/moon-005.yaml"
EVERYTHING = Reach(None, reading=True, answers=True, procedures=None)
FIRST = {"item": "moon-005", "facts": {"untethered_workers": 1, "overdue": False}}


def tried(found: Difference, *cases: dict[str, Any], day: int | None = None) -> Impact:
    engines = Engine(found.before), Engine(found.after)
    given = [
        Given(number, f"案件{number}", json.dumps(case, ensure_ascii=False).encode())
        for number, case in enumerate(cases, 1)
    ]
    return Trial(lambda published: engines, reach_of(found), day).run(given)


def test_a_raised_tier_raises_the_fine_of_the_unit(tmp_path: Path) -> None:
    found = compared(tmp_path, (TIERS, "max: 10000}", "max: 12000}"))
    data = tried(
        found, FIRST, {**FIRST, "facts": {"untethered_workers": 5, "overdue": False}}
    ).document()

    assert (data["cases"], data["changed"], data["untouched"]) == (2, 1, 0)
    assert data["directions"]["higher"] == 1
    assert data["fields"] == {"fine": 1, "suggested": 1}
    assert data["parties"] == [
        {
            "roles": ["unit"],
            "parties": 1,
            "higher": 1,
            "lower": 0,
            "change": {"min": {"least": 0, "most": 0}, "max": {"least": 2000, "most": 2000}},
            "before": {"min": 0, "max": 10000},
            "after": {"min": 0, "max": 12000},
        }
    ]
    assert data["largest"] == [
        {
            "number": 1,
            "name": "案件1",
            "direction": "higher",
            "fields": ["fine", "suggested"],
            "parties": [
                {
                    "id": "unit",
                    "roles": ["unit"],
                    "before": {"min": None, "max": 10000},
                    "after": {"min": None, "max": 12000},
                }
            ],
        }
    ]


FACTS = "moon/facts.yaml"
GAINS = "moon/items/moon/moon-008.yaml"
OPEN = {"item": "moon-005", "facts": {"untethered_workers": 1}}
LATE = {"item": "moon-005", "facts": {"untethered_workers": 1, "overdue": True}}
ONE = "{untethered_workers: {at_least: 1}}"

DIRECTIONS: list[tuple[str, list[Edit], dict[str, Any]]] = [
    ("higher", [(TIERS, "max: 10000}", "max: 12000}")], FIRST),
    ("lower", [(TIERS, "max: 10000}", "max: 9000}"), (TIERS, "min: 10000", "min: 9000")], FIRST),
    ("mixed", [(TIERS, "{min: 50000, max: 60000}", "{min: 51000, max: 59000}")], LATE),
    ("opened", [(ITEM, ONE, ONE[:-1] + ", shelter_missing: {is: true}}")], FIRST),
    ("closed", [(FACTS, "if_absent: ask", "if_absent: {assume: false}")], OPEN),
    ("other", [(ITEM, "rectify-in-time, nature: order", "close-mine, nature: penalty")], FIRST),
    (
        "error",
        [(FACTS, "几人没有系安全绳？, unit: 人,", "几人没有系安全绳？, unit: 人, min: 2,")],
        FIRST,
    ),
    (
        "unreachable",
        [(ITEM, '"2020-01-01"}', '"2020-01-01", until: "2025-12-31"}')],
        {**FIRST, "dates": {"acted_on": "2026-03-01"}},
    ),
]


@pytest.mark.parametrize(
    ("direction", "edits", "case"), DIRECTIONS, ids=[each[0] for each in DIRECTIONS]
)
def test_which_way_a_case_goes(
    tmp_path: Path, direction: str, edits: list[Edit], case: dict[str, Any]
) -> None:
    assert tried(compared(tmp_path, *edits), case).directions == {direction: 1}


def test_an_item_that_is_gone_is_out_of_reach(tmp_path: Path) -> None:
    rules = changed_copy(tmp_path)
    (rules / "moon/items/moon/moon-007.yaml").unlink()
    (rules / "moon-bench/items/moon/moon-007.yaml").unlink()
    found = difference(read_side(FICTION, "moon-bench"), read_side(rules, "moon-bench"))
    case = {"item": "moon-007", "facts": {"shelter_missing": True}}
    data = tried(found, case).document()

    assert data["directions"]["unreachable"] == 1
    assert [(each["number"], each["code"]) for each in data["named"]["unreachable"]] == [
        (1, "unknown_item")
    ]


def test_a_new_item_covers_a_case(tmp_path: Path) -> None:
    text = (FICTION / "moon/items/moon/moon-006.yaml").read_text("utf-8")
    edit = ("moon/items/moon/moon-066.yaml", "", text.replace("moon-006", "moon-066"))
    case = {"item": "moon-066", "facts": {"missing_oxygen": 1}}

    assert tried(compared(tmp_path, edit), case).directions == {"covered": 1}


def test_what_neither_side_can_read_is_no_change(tmp_path: Path) -> None:
    found = compared(tmp_path, (TIERS, "max: 10000}", "max: 12000}"))
    data = tried(found, {"item": "mars-001", "facts": {}}).document()

    assert (data["changed"], data["unreadable"]) == (0, 1)
    assert [each["code"] for each in data["named"]["unreadable"]] == ["unknown_item"]


def test_a_hearing_may_change_where_no_fine_does(tmp_path: Path) -> None:
    edit = ("moon/procedures.yaml", "{fine: {at_least: 100000}}", "{fine: {at_least: 40000}}")
    case = {"item": "moon-006", "facts": {"missing_oxygen": 1, "required_oxygen": 10}}
    impact = tried(compared(tmp_path, edit, rule_set="moon"), case)

    assert (impact.directions, impact.fields) == ({"other": 1}, {"procedures": 1})


def test_the_largest_ten_come_first(tmp_path: Path) -> None:
    found = compared(
        tmp_path,
        (GAINS, "min: 2, max: 5", "min: 2, max: 4"),
        rule_set="moon",
    )
    cases = [
        {
            "item": "moon-008",
            "facts": {"ore_sold_unlicensed": True, "illegal_gains": 100000 + gains},
        }
        for gains in (*range(12), 11)
    ]
    impact = tried(found, *cases)

    assert [each.number for each in impact.largest] == [12, 13, 11, 10, 9, 8, 7, 6, 5, 4]


# Another day ------------------------------------------------------------------------------


def test_a_future_edition_is_tried_beforehand(tmp_path: Path) -> None:
    old = (FICTION / "moon/items/moon/moon-006.yaml").read_text("utf-8")
    ended = old.replace('{from: "2020-01-01"}', '{from: "2020-01-01", until: "2027-12-31"}')
    new = old.replace("2020-01-01", "2028-01-01").replace("max: 100000", "max: 120000")
    found = compared(
        tmp_path,
        ("moon/items/moon/moon-006.yaml", "", ended),
        ("moon/items/moon/moon-006@2028-01-01.yaml", "", new),
        rule_set="moon",
    )
    case = {
        "item": "moon-006",
        "facts": {"missing_oxygen": 1},
        "dates": {"acted_on": "2026-03-01", "decided_on": "2026-05-01"},
    }
    assert tried(found, case).changed == 0
    assert tried(found, case, day=day_number("2027-06-01")).changed == 0
    assert tried(found, case, day=day_number("2028-01-01")).directions == {"higher": 1}
    undated = {key: each for key, each in case.items() if key != "dates"}
    assert tried(found, undated, day=day_number("2027-06-01")).changed == 0
    assert tried(found, undated, day=day_number("2028-01-01")).directions == {"higher": 1}


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_no_day_is_moved_off_the_calendar(tmp_path: Path, day: str) -> None:
    dates = {"acted_on": "2024-03-01", "found_on": "2026-03-01", "decided_on": "2026-05-01"}
    found = compared(tmp_path, (ITEM, '"2020-01-01"', '"0001-01-01"'), rule_set="moon")

    assert tried(found, {**FIRST, "dates": dates}, day=day_number(day)).cases == 1


# What need not be tried -------------------------------------------------------------------

CHANGES: list[Edit] = [
    (TIERS, "max: 10000}", "max: 12000}"),
    ("moon/items/moon/moon-010.yaml", "max: 200000", "max: 250000"),
    ("moon/items/moon/moon-016@2026-01-01.yaml", "max: 30000", "max: 15000"),
    ("moon/items/moon/moon-017.yaml", "displaces: [moon-005, moon-006]", "displaces: [moon-005]"),
    (ITEM, "status: verified", "status: draft"),
    (ITEM, "title: 作业人员未系安全绳", "title: 未系安全绳"),
    ("moon/procedures.yaml", "{fine: {at_least: 100000}}", "{fine: {at_least: 40000}}"),
    ("moon/procedures.yaml", "when: {deaths: {at_least: 1}}", "when: {injuries: {at_least: 1}}"),
    ("moon/parameters.yaml", "value: 90000.50", "value: 91000"),
    ("moon/circumstances.yaml", "rescued_workers: {at_least: 3}", "rescued_workers: {at_least: 5}"),
    ("moon/facts.yaml", "if_absent: charged", "if_absent: ask"),
    ("moon/derived.yaml", "deaths: {at_least: 3}", "deaths: {at_least: 2}"),
    ("moon/terms.yaml", "principal: {label: 站长", "principal: {label: 月站站长"),
    ("moon/laws.yaml", "text: missing", "text: checked"),
]


@pytest.mark.parametrize("rule_set", ["moon", "moon-bench", "moon-round"])
@pytest.mark.parametrize("edit", CHANGES, ids=[each[1][:24] for each in CHANGES])
def test_what_is_spared_would_not_have_changed(tmp_path: Path, edit: Edit, rule_set: str) -> None:
    found = compared(tmp_path, edit, rule_set=rule_set)
    engines = Engine(found.before), Engine(found.after)
    given = list(worked_cases([(FICTION, [layer.id for layer in found.before.layers])]).given)
    given = [each for each in given if not each.published_only]
    short = Trial(lambda published: engines, reach_of(found), None).run(given).document()
    whole = Trial(lambda published: engines, EVERYTHING, None).run(given).document()

    assert whole.pop("untouched") == 0
    short.pop("untouched")
    assert short == whole


LIGHT = [each for each in SAID if each[1] != "substantive"]


@pytest.mark.parametrize(
    ("edit", "weight"), [each[:2] for each in LIGHT], ids=[e[3][:16] for e in LIGHT]
)
def test_a_light_change_moves_no_outcome(tmp_path: Path, edit: Edit, weight: str) -> None:
    found = compared(tmp_path, edit, rule_set="moon")
    engines = Engine(found.before), Engine(found.after)
    given = worked_cases([(FICTION, ["moon"])]).given
    impact = Trial(lambda published: engines, EVERYTHING, None).run(given)

    cited = {"basis", "warnings", "procedures"}
    assert set(impact.fields) <= (cited if weight == "correction" else set())
    assert impact.directions.keys() <= {"other"}


def test_a_change_of_one_item_spares_the_others(tmp_path: Path) -> None:
    reach = reach_of(
        compared(tmp_path, ("moon/items/moon/moon-010.yaml", "max: 200000", "max: 250000"))
    )

    assert reach.items == {"moon-010", "moon-014"}  # the second refers to the first
    assert not (reach.reading or reach.procedures)


def test_a_change_of_the_vocabulary_spares_nothing(tmp_path: Path) -> None:
    reach = reach_of(
        compared(tmp_path, ("moon/facts.yaml", "if_absent: charged", "if_absent: ask"))
    )

    assert reach.items is None and reach.reading and reach.answers


def test_a_threshold_of_a_procedure_leaves_the_answers(tmp_path: Path) -> None:
    edit = ("moon/procedures.yaml", "{fine: {at_least: 100000}}", "{fine: {at_least: 40000}}")
    reach = reach_of(compared(tmp_path, edit))

    assert not reach.answers
    assert reach.procedures == {"lpr-051-hearing"}


# Several processes ------------------------------------------------------------------------


def many(count: int) -> Iterator[Given]:
    for number in range(count):
        case = {
            "item": "moon-005",
            "facts": {"untethered_workers": number % 7, "overdue": False},
        }
        yield Given(number, f"案件{number}", json.dumps(case).encode())


def test_an_upper_end_that_an_answer_leaves_open_has_not_fallen_to_nothing() -> None:
    party = Party("p", ("unit",), Money(100_000, 500_000), Money(200_000, None))
    ends = Ends()
    ends.add(party)
    data = ends.document()

    assert (data["higher"], data["lower"]) == (1, 0)
    assert data["change"]["min"] == {"least": 1000, "most": 1000}
    assert data["change"]["max"] == {"least": None, "most": None}
    assert ends_say(data["change"]["max"]) == "不明"
    assert Effect("higher", (), (party,)).size == (0, 100_000)


def test_several_processes_count_as_one_does(tmp_path: Path) -> None:
    rules = changed_copy(tmp_path, (TIERS, "max: 10000}", "max: 12000}"))
    found = difference(read_side(FICTION, "moon-bench"), read_side(rules, "moon-bench"))
    pair = Pair((FICTION, "moon-bench"), (rules, "moon-bench"), published_only=False)
    heard: list[int] = []
    one = try_basket(many(5200), pair, reach_of(found), processes=1)
    two = try_basket(many(5200), pair, reach_of(found), processes=2, done=heard.append)

    assert one.document() == two.document()
    assert one.changed > 1000
    assert sum(heard) == 5200


def test_rules_that_change_meanwhile_give_nothing(tmp_path: Path) -> None:
    rules = changed_copy(tmp_path, (TIERS, "max: 10000}", "max: 12000}"))
    found = difference(read_side(FICTION, "moon-bench"), read_side(rules, "moon-bench"))
    path = rules / TIERS
    path.write_text(path.read_text("utf-8").replace("max: 12000}", "max: 13000}"), "utf-8")
    sides = (FICTION, "moon-bench"), (rules, "moon-bench")
    pair = Pair(*sides, published_only=False, loaded=(found.before, found.after))

    with pytest.raises(RuleFault, match="rules_changed"):
        try_basket(many(5200), pair, reach_of(found), processes=2)


def test_a_process_that_ends_early_gives_nothing(tmp_path: Path) -> None:
    rules = changed_copy(tmp_path, (TIERS, "max: 10000}", "max: 12000}"))
    found = difference(read_side(FICTION, "moon-bench"), read_side(rules, "moon-bench"))
    pair = Pair((FICTION, "moon-bench"), (rules, "moon-bench"), published_only=False)

    def ended() -> Iterator[Given]:
        yield from many(5200)
        for child in multiprocessing.active_children():
            child.kill()
        yield from many(1000)

    with pytest.raises(RuleFault, match="trial_failed"):
        try_basket(ended(), pair, reach_of(found), processes=2)

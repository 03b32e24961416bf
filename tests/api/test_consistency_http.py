"""GET /v1/reviews/consistency: recorded and imported decisions, who sees which, what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from http_door import CASE, OFFICERS, Caller, Door, codes, problem
from records import past

from api.store import PROGRAM

AT = "/v1/reviews/consistency"


def decided(us: Caller, fine: float | None, case: Any = CASE, query: str = "", **other: Any) -> str:
    id = str(us.record(case, query)["id"])
    body = {
        "decided_on": "2026-04-20",
        "parties": [{"party": "plant", "fine": fine}],
        "reason": "综合裁量",
        "officers": OFFICERS,
        **other,
    }
    answer = us.post(f"/v1/evaluations/{id}/decision", body)
    assert answer.status_code == 201, answer.text
    return id


def told(us: Caller, query: str = "") -> dict[str, Any]:
    answer = us.get(AT + query)
    assert answer.status_code == 200, answer.text
    read: dict[str, Any] = answer.json()
    return read


def groups(us: Caller, query: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told(us, query)["groups"]
    return found


# 26-A of the benchmark: one uncertified operator, up to 30,000 yuan; two or more another tier.
def test_like_cases_stand_in_one_group_with_their_positions(us: Caller) -> None:
    for fine in (6000, 15000, 18000):
        decided(us, fine)
    decided(us, 50000, {**CASE, "facts": {"uncertified_workers": 3, "overdue": False}})
    first, second = sorted(groups(us), key=lambda each: -each["n"])
    assert (first["item"], first["role"], first["stage"]) == ("wsl-097-7", "unit", "first")
    assert (first["tier"], first["edition"]) == ("cn-mem:A", "wsl-097-7@2021-09-01")
    assert first["title"] and first["circumstances"] == []
    spread = first["spread"]
    assert (spread["lowest"], spread["median"], spread["highest"]) == (20, 50, 60)
    assert (first["n"], second["n"]) == (3, 1)
    assert second["tier"] != first["tier"] and second["spread"]["median"] == 50
    assert told(us)["decisions"] == 4


def test_circumstances_that_held_tell_cases_apart(us: Caller) -> None:
    decided(us, 15000)
    worse = {**CASE["facts"], "emergency_measures_breached": True}
    decided(us, 20000, {**CASE, "facts": worse})
    found = {len(each["circumstances"]): each["n"] for each in groups(us)}
    assert found == {0: 1, 1: 1}


def test_what_stands_out_can_be_found_again(us: Caller) -> None:
    for _ in range(5):
        decided(us, 15000)
    low, above = decided(us, 1000), decided(us, 45000)
    (group,) = groups(us)
    assert group["judged"] and group["alike"] == {"by": "quartiles", "from": 40, "to": 60}
    assert [each["evaluation"] for each in group["outliers"]] == [low, above]
    assert [each["evaluation"] for each in group["off_range"]] == [above]
    assert group["unexplained"] == []  # the door asks for a reason
    (pair,) = group["pairs"]
    assert (pair["lower"]["evaluation"], pair["higher"]["evaluation"]) == (low, above)
    assert us.get(f"/v1/evaluations/{low}").status_code == 200


def test_under_five_nothing_is_judged(us: Caller) -> None:
    for fine in (1000, 30000, 30000, 30000):
        decided(us, fine)
    (group,) = groups(us)
    assert (group["judged"], group["outliers"], group["pairs"]) == (False, [], [])
    decided(us, 29000)
    assert groups(us)[0]["outliers_count"] == 1


def test_a_corrected_decision_counts_once(us: Caller) -> None:
    old = decided(us, 1000)
    decided(us, 15000, CASE, f"?replaces={old}")
    (group,) = groups(us)
    assert (group["n"], group["spread"]["median"]) == (1, 50)
    # Also where the correction is left out by what is asked for.
    assert groups(us, "?from=2026-04-21") == []


def test_the_last_decision_on_a_case_stands(us: Caller) -> None:
    id = decided(us, 1000, decided_on="2026-04-01")
    again = {
        "decided_on": "2026-05-01",
        "parties": [{"party": "plant", "fine": 12000}],
        "reason": "复核",
        "officers": OFFICERS,
    }
    us.post(f"/v1/evaluations/{id}/decision", again)
    (group,) = groups(us)
    assert (group["n"], group["spread"]["median"]) == (1, 40)
    assert groups(us, "?to=2026-04-30") == []


def test_several_fines_in_one_amount_are_shown_and_not_compared(us: Caller) -> None:
    case = {
        "case": {
            "dates": {"acted_on": "2026-03-02", "decided_on": "2026-04-20"},
            "parties": CASE["parties"],
            "violations": [
                {"id": f"v{number}", "act": f"a{number}", "item": item, "facts": facts}
                for number, (item, facts) in enumerate(
                    [
                        ("wsl-097-7", CASE["facts"]),
                        ("wsl-097-1", {"overdue": False}),
                    ]
                )
            ],
        }
    }
    decided(us, 40000, case)
    found = groups(us)
    assert {each["item"] for each in found} == {"wsl-097-7", "wsl-097-1"}
    for each in found:
        assert each["n"] == 0 and set(each["not_compared"]) <= {"mixed", "open"}


def test_a_fine_where_the_law_knows_none_is_told(us: Caller) -> None:
    id = us.record()["id"]
    body = {
        "decided_on": "2026-04-20",
        "parties": [{"party": "responsible", "fine": 1}],
        "reason": "有理由",
        "officers": OFFICERS,
    }
    assert us.post(f"/v1/evaluations/{id}/decision", body).status_code == 201
    (group,) = groups(us)
    assert (group["not_compared"], group["off_range_count"]) == ({"none": 1}, 1)
    assert group["off_range"][0]["position"] == "above"


def test_what_was_erased_stays_comparable(us: Caller) -> None:
    ids = [decided(us, 15000) for _ in range(2)]
    before = groups(us)
    us.post(f"/v1/evaluations/{ids[0]}/erase", {"reason": "保存期限届满"})
    assert groups(us) == before
    assert us.get("/v1/audit/verify").json()["ok"] is True


def test_imported_decisions_stand_beside_recorded_ones(door: Door, us: Caller) -> None:
    decided(us, 15000)
    made = door.store.add_import([past(2), past(3, 3_000_000)], "0" * 64, PROGRAM)
    answer = told(us)
    (group,) = answer["groups"]
    assert (answer["decisions"], answer["imported"], group["n"]) == (1, 2, 3)
    assert group["spread"]["median"] == 50
    assert [each["name"] for each in group["offices"]] == ["local", "裕安"]
    assert made.id


def test_filters(door: Door, us: Caller) -> None:
    rows = [
        past(2),
        past(3, office="金安", decided_on="2024-01-01"),
        past(4, item="hcr-078", edition="hcr-078@2020-01-01"),
    ]
    door.store.add_import(rows, "0" * 64, PROGRAM)

    def count(query: str) -> int:
        return sum(each["n"] for each in groups(us, query))

    assert count("") == 3
    assert count("?item=wsl-097-7") == 2
    assert count("?law=wsl") == 2 and count("?law=hcr") == 1 and count("?law=h") == 0
    assert count("?office=%E9%87%91%E5%AE%89") == 1
    assert count("?from=2024-01-02") == 2 and count("?to=2024-01-01") == 1
    assert count("?item=wsl-097-7&law=hcr") == 0
    assert [each["name"] for each in groups(us, "?by=month&to=2024-12-31")[0]["periods"]] == [
        "2024-01"
    ]


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("?from=2026-02-30", ("from", "not_allowed")),
        ("?from=yesterday", ("from", "not_allowed")),
        ("?from=2026-02-02&to=2026-02-01", ("from", "reversed_period")),
        ("?by=week", ("by", "not_allowed")),
        ("?law=%25", ("law", "bad_form")),
        ("?since=2026-02-02", ("since", "unknown_parameter")),
    ],
)
def test_what_is_asked_must_make_sense(us: Caller, query: str, fault: tuple[str, str]) -> None:
    assert codes(us.get(AT + query)) == [fault]


def test_officers_see_their_office_others_all(door: Door) -> None:
    ours, theirs = door.somebody("officer", "叶集"), door.somebody("officer", "金安")
    decided(ours, 15000)
    decided(theirs, 15000)
    for caller in (ours, theirs):
        assert groups(caller)[0]["n"] == 1
    assert groups(ours, "?office=%E5%8F%B6%E9%9B%86")[0]["n"] == 1
    problem(ours.get(f"{AT}?office=%E9%87%91%E5%AE%89"), 403, "forbidden")
    for role in ("reviewer", "maintainer"):
        assert groups(door.somebody(role, "elsewhere"))[0]["n"] == 2


def test_the_answer_names_the_rules_its_titles_are_of(us: Caller) -> None:
    answer = us.get(AT)
    assert answer.headers["liangfa-rule-set-digest"].startswith("sha256:")
    assert answer.json() == {**answer.json(), "groups": [], "decisions": 0, "imported": 0}
    assert answer.json()["rule"] == {
        "enough": 5,
        "threshold": 3.5,
        "factor": 0.6745,
        "reach": 1.5,
        "close": 10,
    }


def test_nothing_personal_is_told(us: Caller) -> None:
    decided(us, 1000)
    text = us.get(AT).text
    for personal in ("望山机械厂", "91340000TESTPLANT1", "综合裁量", "王一"):
        assert personal not in text


# Recorded and imported ----------------------------------------------------------------------

NUMBER = "叶应急罚〔2026〕12号"


def test_a_decision_recorded_and_imported_counts_once(us: Caller, door: Door) -> None:
    for number, fine in ((NUMBER, 15000), (None, 16000)):
        party = {"party": "plant", "fine": fine, "number": number}
        decided(us, fine, parties=[party])
    rows = [
        past(2, 1_500_000, office="local", decided_on="2026-04-20", reference=NUMBER),
        past(3, 1_600_000, office="local", decided_on="2026-04-20"),
        past(4, 1_700_000),
    ]
    made = door.store.add_import(rows, "0" * 64, PROGRAM)
    found = told(us)
    assert (found["decisions"], found["imported"]) == (2, 2)
    assert (found["counted_once"], found["possibly_same"]) == (1, 1)
    (group,) = found["groups"]
    assert group["n"] == 4
    (once,), (maybe,) = group["counted_once"], group["possibly_same"]
    assert (once["imported"]["import"], once["imported"]["row"]) == (made.id, 2)
    assert (once["recorded"]["fine"], maybe["recorded"]["fine"]) == (15000, 16000)
    assert maybe["imported"]["row"] == 3
    door.store.withdraw(str(made.id), PROGRAM, "选错了文件")
    found = told(us)
    assert (found["imported"], found["counted_once"], found["possibly_same"]) == (0, 0, 0)


@pytest.mark.parametrize("number", ["", "  ", "长" * 61, "叶\u202e罚〔2026〕12号", 12, "a\nb"])
def test_what_is_no_number_of_a_document(us: Caller, number: Any) -> None:
    id = us.record()["id"]
    party = {"party": "plant", "fine": 15000, "number": number}
    body = {"decided_on": "2026-04-20", "parties": [party], "officers": OFFICERS}
    answer = us.post(f"/v1/evaluations/{id}/decision", body)
    assert [pointer for pointer, _ in codes(answer)] == ["/parties/0/number"]


def test_the_number_is_sealed_and_given_back_with_the_decision(us: Caller, door: Door) -> None:
    id = decided(us, 15000, parties=[{"party": "plant", "fine": 15000, "number": NUMBER}])
    assert us.get(f"/v1/evaluations/{id}").json()["decisions"][0]["parties"][0]["number"] == NUMBER
    reviewer = door.somebody("reviewer")
    masked = reviewer.get(f"/v1/evaluations/{id}").json()
    assert masked["masked"] and masked["decisions"][0]["parties"][0]["number"] == NUMBER
    assert door.store.verify().ok

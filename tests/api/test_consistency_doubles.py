"""A decision that is recorded and imported too counts once where that is certain; where it is only
likely, both count and it is told."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from on_record import CASE, NUMBER, SEVERAL, decided, document, recorded, the_same
from records import MAINTAINER, NEIGHBOUR, OFFICER, past
from sqlalchemy import create_engine

from api.consistency.answering import document as answer
from api.consistency.answering import examined
from api.consistency.export import FINES, GROUPS, fine_rows, group_rows
from api.consistency.names import Names
from api.store import UNSTATED, Point, Standing, Store, Wanted, tables
from api.store.doubles import told_apart
from api.store.numbers import normal_number


def imported(store: Store, *rows: Any) -> str:
    made = store.add_import(rows, "e" * 64, OFFICER)
    assert made.id
    return made.id


def standing(store: Store, **wanted: str) -> Standing:
    return store.standing(Wanted(**wanted))


def counts(store: Store, **wanted: str) -> tuple[int, int, int]:
    """How many fines count, how many are certainly doubles, how many likely."""
    found = standing(store, **wanted)
    return len(found.points), len(found.same), len(found.perhaps)


# Certain --------------------------------------------------------------------------------------


@pytest.mark.parametrize("first", ["recorded", "imported"])
def test_the_same_number_and_figures_count_once(store: Store, first: str) -> None:
    if first == "imported":
        imported(store, the_same())
    id = decided(store, 15000, number=NUMBER)
    if first == "recorded":
        imported(store, the_same())
    found = standing(store)
    assert [each.evaluation_id for each in found.points] == [id]
    (double,) = found.same
    assert double.recorded.evaluation_id == id and double.imported.row == 2
    assert found.perhaps == () and store.verify().ok


@pytest.mark.parametrize(
    "written",
    [
        "月罚〔2026〕5号",
        "月罚[2026]5号",
        "月罚【２０２６】第００５号",
        "月罚字(2026)第5号",
        " 月罚 〔2026〕 5 号 ",
        "月罚2026-5",
    ],
)
def test_one_number_however_it_is_written(store: Store, written: str) -> None:
    decided(store, 15000, number=written)
    imported(store, the_same())
    assert counts(store) == (1, 1, 0)


def test_what_the_file_does_not_say_makes_no_other_decision(store: Store) -> None:
    decided(store, 15000, number=NUMBER)
    imported(store, the_same(tier=UNSTATED, circumstances=UNSTATED, lo_fen=None, reasoned=True))
    assert counts(store) == (1, 1, 0)


@pytest.mark.parametrize(
    "other",
    [
        {"fine": 1_500_001},
        {"decided_on": "2026-04-21"},
        {"office": "裕安区"},
        {"item": "moon-007"},
        {"role": "principal"},
    ],
)
def test_the_same_number_alone_is_only_likely(store: Store, other: dict[str, Any]) -> None:
    decided(store, 15000, number=NUMBER)
    imported(store, the_same(**other))
    assert counts(store) == (2, 0, 1)


def test_each_row_of_a_file_is_another_fine(store: Store) -> None:
    decided(store, 15000, number=NUMBER)
    imported(store, the_same(2), the_same(3))
    assert counts(store) == (2, 1, 1), "one of the two rows is the recorded fine"


def test_two_files_with_the_same_decision_are_both_the_recorded_one(store: Store) -> None:
    decided(store, 15000, number=NUMBER)
    imported(store, the_same())
    imported(store, the_same(reasoned=True))
    assert counts(store) == (1, 2, 0)


def test_a_withdrawn_import_is_no_double(store: Store) -> None:
    decided(store, 15000, number=NUMBER)
    id = imported(store, the_same())
    store.withdraw(id, MAINTAINER, "错")
    assert counts(store) == (1, 0, 0)


def test_an_import_does_not_bring_back_what_was_corrected(store: Store) -> None:
    first, result = recorded(store)
    store.add_decision(first, document(result, 15000, NUMBER), OFFICER)
    imported(store, the_same())
    store.add_decision(first, document(result, 14000, NUMBER), OFFICER)
    found = standing(store)
    assert [each.fine_fen for each in found.points] == [1_400_000] and len(found.same) == 1
    second, _ = recorded(store, replaces=first)
    store.add_decision(second, document(result, 13000, NUMBER), OFFICER)
    assert [each.fine_fen for each in standing(store).points] == [1_300_000]


def test_an_erasure_leaves_the_review_as_it_was(store: Store) -> None:
    id = decided(store, 15000, number=NUMBER)
    batch = imported(store, the_same())
    before = standing(store)
    store.erase(id, MAINTAINER, "申请")
    store.erase(batch, MAINTAINER, "申请")
    assert standing(store) == before and store.verify().ok


def test_a_sum_for_several_fines_is_not_compared_by_its_import(store: Store) -> None:
    decided(store, 40000, SEVERAL, number=NUMBER)
    imported(store, the_same(fine=4_000_000))
    found = standing(store)
    assert {each.kind for each in found.points} == {"mixed"} and len(found.same) == 1


def test_each_party_has_its_own_number(store: Store) -> None:
    parties = [{"id": "co", "kind": "unit"}, {"id": "other", "kind": "unit"}]
    violation = {"id": "v1", "item": "moon-005", "facts": CASE["facts"]}
    id, result = recorded(store, {"case": {"parties": parties, "violations": [violation]}})
    placed = [
        {"party": total["party"], "fine": 15000, **total["fine"], "suggested": None, "number": one}
        for total, one in zip(result["totals"][:2], (NUMBER, "月罚〔2026〕6号"), strict=True)
    ]
    store.add_decision(id, {**document(result, 0), "parties": placed}, OFFICER)
    imported(store, the_same(2), the_same(3, reference="月罚〔2026〕7号"))
    assert counts(store) == (3, 1, 0)


# Likely ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "reference"), [(None, NUMBER), (NUMBER, ""), (None, ""), ("5号", NUMBER)]
)
def test_without_a_number_the_same_figures_are_only_likely(
    store: Store, number: str | None, reference: str
) -> None:
    id = decided(store, 15000, number=number)
    imported(store, the_same(reference=reference))
    found = standing(store)
    assert len(found.points) == 2 and found.same == ()
    (double,) = found.perhaps
    assert double.recorded.evaluation_id == id and double.imported.row == 2


def test_two_numbers_are_two_decisions(store: Store) -> None:
    decided(store, 15000, number=NUMBER)
    imported(store, the_same(reference="月罚〔2026〕6号"))
    assert counts(store) == (2, 0, 0)


def test_other_figures_without_a_number_are_another_decision(store: Store) -> None:
    decided(store, 15000)
    imported(store, the_same(2, 1_400_000), the_same(3, decided_on="2026-04-19"))
    assert counts(store) == (3, 0, 0)


def test_the_likeliest_recorded_decision_is_told(store: Store) -> None:
    decided(store, 14000, number=NUMBER)
    like = decided(store, 15000)
    imported(store, the_same())
    (double,) = standing(store).perhaps
    assert double.recorded.evaluation_id == like


def test_an_officer_learns_of_the_own_office_only(store: Store) -> None:
    decided(store, 15000, number=NUMBER, actor=NEIGHBOUR)
    imported(store, the_same())
    assert counts(store) == (2, 0, 1)
    assert counts(store, office="裕安") == (1, 0, 0) == counts(store, office="金安")


def test_before_it_is_written_it_is_said_which_rows_are_on_record(store: Store) -> None:
    decided(store, 15000, number=NUMBER)
    rows = [the_same(2), the_same(3, 1_400_000), the_same(4, reference=""), past(5)]
    assert store.recorded_rows(rows) == (2,)
    imported(store, *rows)
    assert store.recorded_rows(rows) == (2,) and store.known_rows(rows) == (2, 3, 4, 5)


def test_many_of_them(store: Store) -> None:
    for number in range(20):
        decided(store, 15000 + number, number=f"月罚〔2026〕{number + 1}号")
    rows = [
        the_same(row, 1_500_000 + 100 * row, reference=f"月罚〔2026〕{row + 1}号")
        for row in range(2, 620)
    ]
    imported(store, *rows)
    assert counts(store) == (20 + 618 - 18, 18, 0)


# What is told ---------------------------------------------------------------------------------


def test_the_group_says_so(store: Store) -> None:
    id = decided(store, 15000, number=NUMBER)
    decided(store, 16000)
    batch = imported(
        store, the_same(2), the_same(3, 1_600_000, reference="", tier=UNSTATED), past(4)
    )
    found = standing(store)
    groups = examined(found.points, found.same, found.perhaps)
    told = answer(groups, Names())
    assert (told["decisions"], told["imported"]) == (2, 2)
    assert (told["counted_once"], told["possibly_same"]) == (1, 1)
    own, unstated = (
        next(each for each in told["groups"] if each["item"] == "moon-005" and each["tier"] == tier)
        for tier in ("moon-bench:B", None)
    )
    (once,) = own["counted_once"]
    assert (once["recorded"]["evaluation"], once["imported"]["import"]) == (id, batch)
    assert own["counted_once_count"] == 1 and own["possibly_same"] == unstated["possibly_same"]
    assert unstated["counted_once"] == [] and unstated["possibly_same_count"] == 1
    lines = [dict(zip(FINES, row, strict=True)) for row in fine_rows(groups, Names())]
    assert sorted(str(line["登记和导入"]).partition("：")[0] for line in lines) == [
        "",
        "只算一次",
        "可能同一",
        "可能同一",
    ]
    heads = [dict(zip(GROUPS, row, strict=True)) for row in group_rows(groups, Names())]
    assert [line["登记又导入（只算一次）"] for line in heads].count(1) == 1
    assert [line["可能登记又导入"] for line in heads].count(1) == 2


# Numbers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["", "5号", "2026年5号", "〔2026〕5号", "月罚〔2026〕号", "无", "案卷17", "月罚2026"]
)
def test_what_is_no_full_number(text: str) -> None:
    assert normal_number(text) == ""


def test_numbers_that_differ_stay_apart() -> None:
    texts = ["月罚〔2026〕15号", "月罚〔2026〕1-5号", "月罚〔2026〕1号", "月罚〔2025〕15号"]
    texts += ["月面罚〔2026〕15号", "月罚〔2026〕150号", "月罚〔2026〕15号之一", "月罚〔20261〕5号"]
    assert len({normal_number(each) for each in texts}) == len(texts)


@given(st.text(max_size=60))
def test_any_text_has_one_spelling(text: str) -> None:
    once = normal_number(text)
    assert normal_number(text) == once and (not once or normal_number(f" {text} ") == once)


# Tried on small worlds ------------------------------------------------------------------------

FINE = st.tuples(
    st.sampled_from([None, "甲罚〔2026〕1号", "甲罚〔2026〕2号"]),
    st.sampled_from(["2026-04-20", "2026-04-21"]),
    st.sampled_from([None, 0, 100]),
    st.sampled_from(["one", "two"]),  # of which decision, or of which file
)


def world(fines: list[Any], kind: str) -> list[tuple[Point, str | None]]:
    """Points of two records of a kind, each with its number."""
    found = []
    for position, (number, day, fine, name) in enumerate(fines):
        row = None if kind == "recorded" else position + 2
        point = Point(
            f"{kind} {name}", position, None, row, "裕安", day, "single", "moon-005", "", "unit",
            "first", "", "", fine, None, None, None, 1,
        )  # fmt: skip
        found.append((point, number))
    return found


@given(st.lists(FINE, max_size=5), st.lists(FINE, max_size=5), st.booleans())
def test_small_worlds_come_out_as_the_rule_says(
    recorded: list[Any], imported: list[Any], corrected: bool
) -> None:
    ours, theirs = world(recorded, "recorded"), world(imported, "imported")
    gone = {"recorded one"} if corrected else set()
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        tables.document_numbers.create(connection)
        for point, number in [*ours, *theirs]:
            if number is not None:
                row = {"record_id": point.record_id, "position": point.position, "tag": number}
                connection.execute(tables.document_numbers.insert().values(seq=1, **row))
        found = told_apart(connection, [point for point, _ in [*ours, *theirs]], gone)
    engine.dispose()
    numbers = {point[:2]: number for point, number in [*ours, *theirs]}
    left: Counter[Any] = Counter()
    alike: dict[Any, list[Any]] = {}
    for point, number in ours:
        alike.setdefault((number, point.decided_on, point.fine_fen or 0), []).append(point)
    for what, points in alike.items():
        stand = [point for point in points if point.record_id not in gone]
        last = [point for point in points if point.record_id == points[-1].record_id]
        left[what] = len(stand or last)
    once: list[Any] = []
    rooms: dict[str, Counter[Any]] = {}
    for point, number in theirs:
        room = rooms.setdefault(point.record_id, Counter(left))
        what = (number, point.decided_on, point.fine_fen or 0)
        if number is not None and room[what]:
            room[what] -= 1
            once.append(point)
    standing_ones = [(point, number) for point, number in ours if point.record_id not in gone]
    maybe = [
        point
        for point, number in theirs
        if point not in once
        and any(
            (number is not None and number == other)
            or (
                None in (number, other)
                and one.decided_on == point.decided_on
                and (one.fine_fen or 0) == (point.fine_fen or 0)
            )
            for one, other in standing_ones
        )
    ]
    assert [each.imported for each in found.same] == once
    assert [each.imported for each in found.perhaps] == maybe
    kept = [point for point, _ in standing_ones]
    assert found.points == kept + [point for point, _ in theirs if point not in once]
    for each in found.same:
        assert numbers[each.recorded[:2]] == numbers[each.imported[:2]]
        assert each.recorded.decided_on == each.imported.decided_on
    assert all(each.recorded in kept for each in found.perhaps)

"""What the review reads: points written with each decision, filled in for older ones, imported."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import old_stores
import pytest
from on_record import CASE, SEVERAL, decided, document, recorded
from records import MAINTAINER, NEIGHBOUR, OFFICER, past
from sqlalchemy import create_engine

from api.settings import Settings
from api.store import NotFound, Point, Store, Wanted, open_store, tables


def points(store: Store, **wanted: Any) -> list[Point]:
    return store.points(Wanted(**wanted))


def test_a_decision_leaves_a_point_without_anything_personal(store: Store) -> None:
    id = decided(store, 15000)
    (point,) = points(store)
    assert (point.evaluation_id, point.office, point.decided_on) == (id, "裕安", "2026-04-20")
    assert (point.kind, point.item, point.role, point.stage) == (
        "single",
        "moon-005",
        "unit",
        "first",
    )
    assert (point.edition, point.tier) == ("moon-005@2020-01-01", "moon-bench:B")
    assert (point.fine_fen, point.lo_fen, point.hi_fen) == (1_500_000, 1_000_000, 3_000_000)
    assert (point.reasoned, point.row) == (1, None)
    assert store.verify().ok


def test_circumstances_that_held_are_kept_by_id(store: Store) -> None:
    decided(store, 12000, {**CASE, "facts": {**CASE["facts"], "cooperative": True}})
    (point,) = points(store)
    assert point.circumstances == "lpr-031"


def test_several_fines_in_one_amount_are_mixed(store: Store) -> None:
    decided(store, 40000, SEVERAL)
    found = points(store)
    assert [(each.kind, each.item) for each in found] == [
        ("mixed", "moon-005"),
        ("mixed", "moon-007"),
    ]
    assert {each.fine_fen for each in found} == {4_000_000}


def test_an_open_result_is_told_apart(store: Store) -> None:
    decided(store, 15000, {"item": "moon-005", "facts": {"overdue": False}})
    assert {each.kind for each in points(store)} == {"open"}


def test_the_last_decision_stands_and_a_decided_correction_replaces(store: Store) -> None:
    first, result = recorded(store)
    store.add_decision(first, document(result, 12000, decided_on="2026-01-05"), OFFICER)
    store.add_decision(first, document(result, 13000, decided_on="2026-02-05"), OFFICER)
    assert [each.fine_fen for each in points(store)] == [1_300_000]
    assert points(store, until="2026-01-31") == [], "an earlier decision does not come back"
    second, _ = recorded(store, replaces=first)
    assert [each.evaluation_id for each in points(store)] == [first], "not decided yet"
    store.add_decision(second, document(result, 14000), OFFICER)
    assert [each.evaluation_id for each in points(store)] == [second]
    other = decided(
        store, 50000, {"item": "moon-007", "facts": {"shelter_defects": 10}}, replaces=second
    )
    assert points(store, item="moon-005") == [], "nor where the correction is about another item"
    assert [each.evaluation_id for each in points(store)] == [other]


def test_a_correction_of_a_correction_that_nobody_decided_replaces_both(store: Store) -> None:
    first = decided(store, 12000)
    second, _ = recorded(store, replaces=first)
    third = decided(store, 13000, replaces=second)
    assert [each.evaluation_id for each in points(store)] == [third]


def test_points_are_found_by_item_law_office_and_day(store: Store) -> None:
    decided(store, 15000)
    decided(store, 30000, {"item": "moon-007", "facts": {"shelter_defects": 4}}, actor=NEIGHBOUR)
    decided(store, 15000, decided_on="2024-01-01")

    def count(**wanted: Any) -> int:
        return len(points(store, **wanted))

    assert count() == 3 and store.offices() == ["裕安", "金安"]
    assert count(item="moon-005") == 2 and count(law="moon") == 3 and count(law="moo") == 0
    assert count(law="%") == count(law="Moon") == 0
    assert count(office="金安") == 1
    assert count(since="2024-01-02") == 2 and count(until="2024-01-01") == 1
    assert count(item="moon-005", office="金安") == 0


def test_erasing_leaves_the_points(store: Store) -> None:
    id = decided(store, 15000)
    before = points(store)
    store.erase(id, MAINTAINER, "申请")
    assert points(store) == before and store.verify().ok


# Older stores -------------------------------------------------------------------------------


@pytest.fixture
def old(tmp_path: Path, new_database_url: str) -> Settings:
    """A store as the first version left it: four decisions, the last of them erased."""
    settings = Settings(state_dir=tmp_path / "old", database_url=new_database_url)
    old_stores.leave(settings, "0001")
    return settings


def test_older_decisions_get_their_points_once(old: Settings) -> None:
    heads = []
    for _ in range(2):
        store = open_store(old)
        found = points(store)
        verified = store.verify()
        assert verified.ok
        heads.append(verified.seq)
        store.close()
        assert [(each.kind, each.fine_fen, each.reasoned) for each in found] == [
            ("single", 1_500_000, 0),
            ("single", 900_000, 1),
            ("erased", 1_200_000, 0),
        ]
        assert [each.tier for each in found] == ["cn-mem:A", "cn-mem:A", ""]
        assert {each.item for each in found} == {"wsl-097-7"}
    assert heads[0] == heads[1] == 10, "nine records of then, and one that filled"


# Imports ------------------------------------------------------------------------------------


def test_an_import_is_one_record_with_who_and_when(store: Store) -> None:
    made = store.add_import([past(2), past(3, 900_000)], "e" * 64, MAINTAINER)
    assert (made.added, made.known) == (2, ()) and made.id
    assert [each.fine_fen for each in points(store)] == [1_500_000, 900_000]
    one = store.imported(made.id, 3)
    assert (one.batch.actor, one.batch.office) == ("维护", "裕安")
    assert (one.reference, one.point.row) == ("裕应急罚〔2025〕3号", 3) and one.batch.at
    verified = store.verify()
    assert verified.ok
    with pytest.raises(NotFound):
        store.imported(made.id, 4)
    with pytest.raises(NotFound):
        store.imported("nothing", 2)


def test_the_same_rows_are_recognised_wherever_they_stand(store: Store) -> None:
    rows = [past(2), past(3, reference="裕应急罚〔2025〕2号"), past(4, 900_000)]
    assert store.add_import(rows, "e" * 64, OFFICER).added == 3, "two rows may say the same"
    before = store.verify().seq
    assert store.known_rows(rows) == (2, 3, 4)
    again = store.add_import(rows, "e" * 64, OFFICER)
    assert (again.id, again.added, again.known) == (None, 0, (2, 3, 4))
    assert store.verify().seq == before, "and nothing is written"
    more = [past(7, 900_000, reference="裕应急罚〔2025〕4号"), past(8, 1_000_000)]
    third = store.add_import(more, "f" * 64, OFFICER)
    assert (third.added, third.known) == (1, (7,))
    assert len(points(store)) == 4


def test_an_import_that_is_stopped_leaves_nothing(store: Store) -> None:
    class Enough(Exception):
        pass

    asked = 0

    def stop() -> None:
        nonlocal asked
        asked += 1
        if asked == 2:
            raise Enough

    before = store.verify().seq
    with pytest.raises(Enough):
        store.add_import([past(2), past(3)], "e" * 64, OFFICER, stop)
    assert points(store) == [] and store.verify().seq == before
    assert store.add_import([past(2), past(3)], "e" * 64, OFFICER).added == 2


def test_what_the_file_calls_a_case_is_sealed_and_can_be_erased(
    store: Store, store_settings: Settings
) -> None:
    made = store.add_import([past(2)], "e" * 64, OFFICER)
    assert made.id
    url = store_settings.store_url.replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(url)
    with engine.connect() as connection:
        everything = "".join(
            str(tuple(row))
            for table in tables.metadata.sorted_tables
            for row in connection.execute(table.select())
        )
    engine.dispose()
    assert made.id in everything and "裕应急罚" not in everything
    store.erase(made.id, MAINTAINER, "申请")
    assert store.imported(made.id, 2).reference is None
    assert len(points(store)) == 1 and store.verify().ok


def test_two_imports_of_the_same_rows_at_once_are_one(store: Store) -> None:
    rows = [past(number, 10_000 * number) for number in range(2, 60)]
    made = []
    threads = [
        threading.Thread(target=lambda: made.append(store.add_import(rows, "e" * 64, OFFICER)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.added for each in made) == [0, 0, 0, 58]
    assert len(points(store)) == 58 and store.verify().ok

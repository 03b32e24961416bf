"""An import that is withdrawn counts no more, stays on record, and can be imported again."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from on_record import decided
from records import MAINTAINER, NEIGHBOUR, OFFICER, past
from sqlalchemy import create_engine

from api.settings import Settings
from api.store import Actor, NotFound, Store, Wanted, open_store, tables

REVIEWER = Actor("k9", "审核", "reviewer", "裕安")


def imported(store: Store, *fines: int, name: str = "以往.xlsx", **other: object) -> str:
    rows = [past(row, fine, **other) for row, fine in enumerate(fines, 2)]
    made = store.add_import(rows, "e" * 64, OFFICER, name=name)
    assert made.id and made.added == len(fines)
    return made.id


def fines(store: Store, **wanted: str) -> list[int | None]:
    return [each.fine_fen for each in store.points(Wanted(**wanted))]


def test_what_is_withdrawn_counts_nowhere_and_stays_on_record(store: Store) -> None:
    decided(store, 15000)
    wrong = imported(store, 100, 200, office="金安")
    right = imported(store, 300)
    before = store.verify().seq
    assert store.withdraw(wrong, REVIEWER, "选错了文件") is True
    assert fines(store) == [1_500_000, 300] and fines(store, office="金安") == []
    assert store.offices() == ["裕安"]
    verified = store.verify()
    assert verified.ok and verified.seq == before + 1
    listed, total = store.batches()
    assert total == 2 and [each.id for each in listed] == [right, wrong]
    gone = listed[1].withdrawn
    assert listed[0].withdrawn is None and gone
    assert (gone.actor, gone.office, gone.reason) == ("审核", "裕安", "选错了文件")
    assert gone.at > listed[1].at and (listed[1].name, listed[1].rows) == ("以往.xlsx", 2)
    one = store.imported(wrong, 3)
    assert one.batch.withdrawn == gone and one.point.fine_fen == 200
    assert [each.row for each in store.batch_points(wrong, 1)] == [2]


def test_withdrawing_twice_is_withdrawing_once(store: Store) -> None:
    id = imported(store, 100)
    assert store.withdraw(id, REVIEWER, "第一次") is True
    before = store.verify().seq
    assert store.withdraw(id, NEIGHBOUR, "第二次") is False
    withdrawn = store.batch(id).withdrawn
    assert withdrawn and withdrawn.reason == "第一次" and store.verify().seq == before


def test_two_who_withdraw_at_once_leave_one_withdrawal(store: Store) -> None:
    id = imported(store, 100)
    done: list[bool] = []
    threads = [
        threading.Thread(target=lambda: done.append(store.withdraw(id, REVIEWER, "同时")))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [False, False, False, True] and store.verify().ok


def test_only_an_import_can_be_withdrawn(store: Store) -> None:
    case = decided(store, 15000)
    before = store.verify().seq
    for id in (case, "nothing", "\0"):
        with pytest.raises(NotFound):
            store.withdraw(id, REVIEWER, "错")
        with pytest.raises(NotFound):
            store.batch(id)
    assert store.verify().seq == before and fines(store) == [1_500_000]


def test_the_same_file_can_be_imported_again(store: Store) -> None:
    rows = [past(2, 100), past(3, 100), past(4, 200)]
    first = store.add_import(rows, "e" * 64, OFFICER)
    store.withdraw(str(first.id), REVIEWER, "选错了机关")
    assert store.known_rows(rows) == ()
    again = store.add_import(rows, "e" * 64, OFFICER)
    assert (again.added, again.known) == (3, ()) and again.id != first.id
    assert fines(store) == [100, 100, 200]
    third = store.add_import(rows, "e" * 64, OFFICER)
    assert (third.id, third.known) == (None, (2, 3, 4)), "what stands is known as ever"
    store.withdraw(str(again.id), REVIEWER, "又错了")
    assert fines(store) == [] and store.add_import(rows, "e" * 64, OFFICER).added == 3
    assert store.verify().ok


def test_rows_that_another_import_left_out_do_not_come_back_by_themselves(store: Store) -> None:
    first = imported(store, 100)
    rows = [past(2, 100), past(3, 200)]
    assert store.add_import(rows, "f" * 64, OFFICER).added == 1
    store.withdraw(first, REVIEWER, "错")
    assert fines(store) == [200]
    assert store.add_import(rows, "f" * 64, OFFICER).known == (3,)
    assert fines(store) == [200, 100]


def test_withdrawing_and_erasing_are_two_things(store: Store) -> None:
    withdrawn, erased, both = (imported(store, fine) for fine in (100, 200, 300))
    store.withdraw(withdrawn, REVIEWER, "错")
    store.erase(erased, MAINTAINER, "申请")
    store.erase(both, MAINTAINER, "申请")
    store.withdraw(both, REVIEWER, "错")
    assert fines(store) == [200]
    assert store.imported(withdrawn, 2).reference and store.batch(withdrawn).name == "以往.xlsx"
    assert store.imported(erased, 2).reference is None and store.batch(erased).name is None
    assert store.batch(erased).withdrawn is None and store.batch(both).withdrawn
    assert store.verify().ok


def test_imports_come_in_pages_newest_first(store: Store) -> None:
    ids = [imported(store, 100 + number) for number in range(5)]
    pages = [store.batches(skip, 2) for skip in (0, 2, 4, 6)]
    assert [[each.id for each in found] for found, _ in pages] == [
        [ids[4], ids[3]],
        [ids[2], ids[1]],
        [ids[0]],
        [],
    ]
    assert {total for _, total in pages} == {5}


def test_a_store_of_before_there_were_withdrawals(tmp_path: Path, new_database_url: str) -> None:
    settings = Settings(state_dir=tmp_path, database_url=new_database_url)
    store = open_store(settings)
    id = imported(store, 100, name="", reference="")
    before = store.verify()
    store.close()
    engine = create_engine(settings.store_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        for table in (tables.import_withdrawals, tables.document_numbers):
            table.drop(connection)
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    engine.dispose()
    store = open_store(settings)
    assert store.verify((before.seq, before.hash)).ok
    assert store.batch(id).name == "" and fines(store) == [100]
    assert store.withdraw(id, REVIEWER, "错") and fines(store) == []
    store.close()

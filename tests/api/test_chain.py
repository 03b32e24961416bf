"""One changed byte, a missing, an added, a moved record, a cut-off tail: each is found."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from databases import EMBEDDED
from hypothesis import given
from hypothesis import strategies as st
from intruder import Intruder
from records import MAINTAINER, OFFICER, a_bit_of_everything, evaluation
from sqlalchemy import Connection, Table, create_engine, delete, insert, select, update
from sqlalchemy.exc import DatabaseError

from api.settings import Settings
from api.store import Damaged, Fault, Store, open_store, tables
from api.store.chain import canonical

TABLES = tables.metadata.sorted_tables


@pytest.fixture
def kept(store: Store) -> str:
    """The id of an evaluation among one record of each kind."""
    return a_bit_of_everything(store)


@pytest.fixture
def intruder(store_settings: Settings, kept: str) -> Iterator[Intruder]:
    """After the records were written."""
    at_work = Intruder(store_settings.store_url)
    yield at_work
    at_work.leave()


def fault(store: Store, expected: tuple[int, str] | None = None) -> Fault:
    """What verification finds."""
    found = store.verify(expected)
    assert not found.ok and found.fault
    return found.fault


def here(table: Table, row: dict[str, Any]) -> Any:
    """The condition that names one row."""
    return [column == row[column.name] for column in table.primary_key.columns]


def other(value: Any) -> Any:
    """A value one byte away."""
    if isinstance(value, int):
        return value ^ 64
    if isinstance(value, bytes):
        middle = len(value) // 2
        return value[:middle] + bytes([value[middle] ^ 1]) + value[middle + 1 :]
    return value[:-1] + chr(ord(value[-1]) ^ 1) if value else "x"


def test_the_store_as_written_verifies(store: Store, kept: str) -> None:
    found = store.verify()
    record = store.evaluation(kept)
    assert found.ok and found.fault is None and record
    assert store.verify((found.seq, found.hash)).ok
    assert store.verify((record.seq, record.hash)).ok


def test_one_changed_byte_in_any_column_of_any_table(store: Store, intruder: Intruder) -> None:
    tried = 0
    for table in TABLES:
        rows = intruder.rows(table)
        assert rows, table.name
        for row in rows:
            for column in table.columns:
                changed = other(row[column.name] if row[column.name] is not None else "")
                if row[column.name] is None and column.type.python_type is int:
                    changed = 0
                after = {**row, column.name: changed}
                intruder.run(update(table).where(*here(table, row)).values({column: changed}))
                found = store.verify()
                assert not found.ok and found.fault, (table.name, column.name)
                intruder.run(
                    update(table).where(*here(table, after)).values({column: row[column.name]})
                )
                tried += 1
    assert store.verify().ok and tried > 150


@pytest.mark.parametrize(
    ("table", "embedded", "served"),
    [
        ("reviews", "reviews_no_delete", "reviews_refuse"),
        ("record_keys", "record_keys_no_delete", "record_keys_erase"),
    ],
)
def test_triggers_that_are_gone(
    store: Store, intruder: Intruder, table: str, embedded: str, served: str
) -> None:
    sqlite = intruder.engine.dialect.name == "sqlite"
    intruder.leave_open(f"DROP TRIGGER {embedded if sqlite else f'{served} ON {table}'}")
    assert (fault(store).kind, fault(store).table) == ("altered", table)


def test_a_decision_with_another_id_is_named_at_the_next_start(
    store: Store, intruder: Intruder, store_settings: Settings
) -> None:
    intruder.run("UPDATE decisions SET id = '3f5g7h9j1k3m5n7p9q1r3s5t7v'")
    intruder.run("DELETE FROM review_points", "DELETE FROM point_fills")
    again = open_store(store_settings)
    assert fault(again).kind == "altered"
    again.close()


def test_a_table_that_is_gone(store: Store, intruder: Intruder) -> None:
    intruder.leave_open("DROP TABLE requests")
    assert fault(store).kind == "altered"
    with pytest.raises(Damaged):
        store.add_evaluation(evaluation(), OFFICER, idempotency=("a", "b"))


def test_any_removed_row(store: Store, intruder: Intruder) -> None:
    for table in TABLES:
        rows = intruder.rows(table)
        for row in rows[:-1] if table is tables.audit else rows:
            intruder.run(delete(table).where(*here(table, row)))
            found = fault(store)
            if table is tables.erasures:  # seen first where its evaluation stands
                assert (found.kind, found.table) == ("missing", "record_keys")
            elif table in [main for main, _ in tables.KINDS.values()]:
                assert (found.kind, found.table) == ("missing", table.name)
            elif table is tables.audit:
                assert (found.kind, found.table, found.id) == ("missing", "audit", str(row["seq"]))
            intruder.run(insert(table).values(row))
    assert store.verify().ok


def test_any_inserted_record(store: Store, intruder: Intruder) -> None:
    for table in TABLES:
        if table is tables.audit:
            continue
        row = intruder.rows(table)[0]
        text = [column for column in table.primary_key.columns if column.type.python_type is str]
        for seq in (row["seq"], 0, 999) if "seq" in row else (None,):
            added = {**row, text[-1].name: "smuggled"}
            if seq is not None:
                added["seq"] = seq
            intruder.run(insert(table).values(added))
            found = fault(store)
            if table in [main for main, _ in tables.KINDS.values()] or table in tables.ERASABLE:
                assert (found.kind, found.table) == ("inserted", table.name)
            intruder.run(delete(table).where(*here(table, added)))
    assert store.verify().ok


def test_a_record_put_in_the_place_of_another(store: Store, intruder: Intruder) -> None:
    first, second = (row["seq"] for row in intruder.rows(tables.audit)[1:3])
    table = tables.audit

    def move(a: int, b: int) -> Any:
        return update(table).where(table.c.seq == a).values(seq=b)

    intruder.run(move(first, 900), move(second, first), move(900, second))
    assert (fault(store).kind, fault(store).id) == ("reordered", str(first))


def test_a_tail_cut_off_is_found_by_a_head_noted_outside(store: Store, intruder: Intruder) -> None:
    head = store.verify()
    audit, revoked = tables.audit, tables.key_revocations
    last = (
        delete(revoked).where(revoked.c.seq == head.seq),
        delete(audit).where(audit.c.seq == head.seq),
    )
    intruder.run(last[1])
    assert (fault(store).kind, fault(store).table) == ("inserted", "key_revocations")
    intruder.run(last[0])
    assert store.verify().ok  # whole in itself
    assert fault(store, (head.seq, head.hash)).kind == "missing"
    assert fault(store, (head.seq - 1, head.hash)).kind == "altered"


def test_a_history_written_anew_is_found_by_a_head_noted_outside(
    store: Store, intruder: Intruder
) -> None:
    head = store.verify()
    intruder.run(*(delete(table) for table in reversed(TABLES) if table is not tables.master_keys))
    begun = intruder.rows(tables.master_keys)
    intruder.run(delete(tables.master_keys))
    assert begun and store.verify().ok
    assert fault(store, (head.seq, head.hash)).kind == "missing"


def test_a_key_that_comes_back_after_erasure(store: Store, intruder: Intruder, kept: str) -> None:
    key = next(row for row in intruder.rows(tables.record_keys) if row["evaluation_id"] == kept)
    store.erase(kept, MAINTAINER, "申请")
    assert store.verify().ok
    intruder.run(insert(tables.record_keys).values(key))
    assert (fault(store).kind, fault(store).table) == ("inserted", "record_keys")


@EMBEDDED  # PostgreSQL itself refuses what is not UTF-8
def test_text_that_is_no_text_any_more(store: Store, intruder: Intruder) -> None:
    intruder.run("UPDATE evaluations SET office = CAST(x'e8a395ff' AS TEXT)")
    assert (fault(store).kind, fault(store).table) == ("altered", "evaluations")


@EMBEDDED  # a column of PostgreSQL has one type
def test_a_value_of_another_type(store: Store, intruder: Intruder) -> None:
    for change in (
        "UPDATE record_tags SET tag = CAST(tag AS BLOB)",
        "UPDATE record_keys SET wrapped = hex(wrapped)",
        "UPDATE evaluations SET status = CAST(status AS BLOB)",
    ):
        intruder.run(change)
        fault(store)


def test_a_damaged_file_is_a_finding(tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path)
    store = open_store(settings)
    for _ in range(60):
        store.add_evaluation(evaluation(), OFFICER)
    store.close()
    file = tmp_path / "liangfa.sqlite3"
    size, whole = 4096, file.read_bytes()
    pages = range(80 * size, len(whole), size)
    assert len(pages) > 20
    for page in pages:
        file.write_bytes(whole[:page] + b"\xff" * 64 + whole[page + 64 :])
        store = open_store(settings)
        assert not store.verify().ok
        store.close()
    file.write_bytes(b"\xff" * len(whole))
    with pytest.raises(Damaged, match="损坏"):
        open_store(settings)


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_the_database_itself_refuses_changes(
    store: Store, store_settings: Settings, table: Table
) -> None:
    a_bit_of_everything(store)
    engine = create_engine(store_settings.store_url.replace("postgresql:", "postgresql+psycopg:"))
    column = next(iter(table.primary_key.columns))
    forbidden: list[Any] = [update(table).values({column: column}), delete(table)]
    if engine.dialect.name == "sqlite":
        forbidden.append(insert(table).prefix_with("OR REPLACE"))
    for statement in forbidden:
        with (
            pytest.raises(DatabaseError, match=r"append only|no erasure"),
            engine.begin() as within,
        ):
            _run(within, table, statement)
    if engine.dialect.name == "postgresql":
        with pytest.raises(DatabaseError, match="append only"), engine.begin() as within:
            within.exec_driver_sql(f"TRUNCATE {table}")
    engine.dispose()
    assert store.verify().ok


def _run(connection: Connection, table: Table, statement: Any) -> None:
    row = dict(connection.execute(select(table)).mappings().first() or {})
    connection.execute(statement, row) if statement.is_insert else connection.execute(statement)


_VALUES = st.one_of(
    st.none(),
    st.integers(-(2**53) + 1, 2**53 - 1),
    st.text(st.characters(exclude_categories=["Cs"])),
)


@given(st.dictionaries(st.from_regex("[a-z_]+", fullmatch=True), _VALUES))
def test_rows_are_hashed_in_the_canonical_form_of_rfc_8785(row: dict[str, Any]) -> None:
    assert canonical({"t": [row]}) == rfc8785.dumps({"t": [row]})


def test_bytes_are_no_text_that_looks_like_them() -> None:
    assert canonical(b"abc") == b'{"base64":"YWJj"}' != canonical("YWJj")

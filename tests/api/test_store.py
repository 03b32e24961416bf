"""What is recorded comes back as it was, to whom it belongs, and only there."""

from __future__ import annotations

import hashlib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from intruder import Intruder
from records import MAINTAINER, NEIGHBOUR, OFFICER, decision, evaluation, write_all, writer
from sqlalchemy import create_engine

from api.settings import Settings
from api.store import (
    Damaged,
    Erased,
    Fine,
    IdempotencyMismatch,
    NotFound,
    Store,
    migrations,
    open_store,
    tables,
)
from engine.faults import InputFault

BODY = "c" * 64


def raw(settings: Settings):
    """The database without the store."""
    url = settings.store_url.replace("postgresql:", "postgresql+psycopg:")
    return create_engine(url)


def test_an_evaluation_comes_back_byte_for_byte(store: Store) -> None:
    new = evaluation(case=b'{"b": 1.0,  "a": "\xc3\xa9"}', result=b'{"x":[1]}')
    written, created = store.add_evaluation(new, OFFICER)
    read = store.evaluation(written.id)
    assert created and read
    assert (read.case, read.result) == (new.case, new.result)
    assert (read.items, read.office, read.actor) == (new.items, "裕安", "王某")
    assert (read.seq, read.hash, read.created_at) == (written.seq, written.hash, written.created_at)
    assert not read.erased and read.identifiers == ()
    assert store.evaluation("nothing") is None


def test_it_is_there_after_a_restart(store: Store, store_settings: Settings) -> None:
    written, _ = store.add_evaluation(evaluation(), OFFICER)
    store.close()
    again = open_store(store_settings)
    read = again.evaluation(written.id)
    assert read and read.result == written.result
    again.close()


def test_nothing_personal_stands_in_the_database(store: Store, store_settings: Settings) -> None:
    written, _ = store.add_evaluation(evaluation(case="某机械厂".encode()), OFFICER)
    store.add_decision(written.id, decision(reason="某机械厂的理由"), OFFICER)
    engine = raw(store_settings)
    with engine.connect() as connection:
        everything = [
            str(tuple(row))
            for table in tables.metadata.sorted_tables
            for row in connection.execute(table.select())
        ]
    engine.dispose()
    text = "".join(everything)
    assert written.id in text
    for personal in ("某机械厂", repr("某机械厂".encode())[2:-1], "91341500MA2ABCDE1X"):
        assert personal not in text and personal.lower() not in text


def test_lists_are_newest_first_by_office_item_status_and_rule_set(store: Store) -> None:
    first, _ = store.add_evaluation(evaluation(), OFFICER)
    other, _ = store.add_evaluation(evaluation(items=("hcl-001",), status="open"), OFFICER)
    foreign, _ = store.add_evaluation(evaluation(rule_set="cn"), NEIGHBOUR)

    def ids(**wanted: str | None) -> list[str]:
        return [each.id for each in store.evaluations(**{"office": None, **wanted})[0]]

    assert ids() == [foreign.id, other.id, first.id]
    assert ids(office="裕安") == [other.id, first.id]
    assert ids(item="hcl-001") == ids(status="open") == [other.id]
    assert ids(rule_set="cn") == ids(office="金安") == [foreign.id]
    assert ids(office="裕安", item="wsl-098-1", rule_set="cn") == []
    assert store.evaluations(office=None)[0][0].case == b""


def test_pages_hold_each_record_once(store: Store) -> None:
    written = [store.add_evaluation(evaluation(), OFFICER)[0].id for _ in range(7)]
    seen, after = [], None
    while True:
        page, after = store.evaluations(office="裕安", after=after, limit=3)
        seen += [each.id for each in page]
        if after is None:
            break
    assert seen == written[::-1]
    assert store.evaluations(office=None, after="not a cursor") == ([], None)


def test_the_same_key_with_the_same_body_gives_the_first_record(store: Store) -> None:
    first, created = store.add_evaluation(evaluation(), OFFICER, idempotency=("k", BODY))
    again, doubled = store.add_evaluation(evaluation(), OFFICER, idempotency=("k", BODY))
    foreign, _ = store.add_evaluation(evaluation(), NEIGHBOUR, idempotency=("k", BODY))
    assert created and not doubled
    assert again.id == first.id != foreign.id and again.result == first.result
    assert len(store.evaluations(office=None)[0]) == 2


def test_the_same_key_with_another_body_is_refused(store: Store) -> None:
    first, _ = store.add_evaluation(evaluation(), OFFICER, idempotency=("k", BODY))
    with pytest.raises(IdempotencyMismatch):
        store.add_evaluation(evaluation(), OFFICER, idempotency=("k", "d" * 64))
    with pytest.raises(IdempotencyMismatch):
        store.add_decision(first.id, decision(), OFFICER, ("k", BODY))
    assert store.verify().ok


def test_decisions_and_reviews_follow_their_evaluation(store: Store) -> None:
    of, _ = store.add_evaluation(evaluation(), OFFICER)
    decided = store.add_decision(of.id, decision(15000.5), OFFICER, ("k", BODY))
    assert store.add_decision(of.id, decision(15000.5), OFFICER, ("k", BODY)) == decided
    review = store.add_review(of.id, {"verdict": "return", "note": "\ud800 \0"}, MAINTAINER)
    assert store.decisions(of.id) == [decided] and store.reviews(of.id) == [review]
    assert decided.document == decision(15000.5)
    assert decided.fines == (Fine("co", 1500050, 0, 3000000, 1500000),)
    assert review.document == {"verdict": "return", "note": "\ud800 \0"}
    with pytest.raises(NotFound):
        store.add_decision("nothing", decision(), OFFICER)
    with pytest.raises(NotFound):
        store.add_review("nothing", {}, OFFICER)
    assert store.verify().ok


def test_a_correction_names_what_it_replaces(store: Store) -> None:
    first, _ = store.add_evaluation(evaluation(), OFFICER)
    second, _ = store.add_evaluation(evaluation(), OFFICER, replaces=first.id)
    read = store.evaluation(second.id)
    assert read and read.replaces == first.id
    with pytest.raises(NotFound):
        store.add_evaluation(evaluation(), OFFICER, replaces="nothing")


def test_history_offers_earlier_decisions_of_the_same_party(store: Store) -> None:
    first, _ = store.add_evaluation(evaluation(), OFFICER)
    store.add_decision(first.id, decision(10000, decided_on="2026-01-05"), OFFICER)
    store.add_decision(first.id, decision(12000, decided_on="2026-01-09"), OFFICER)
    later, _ = store.add_evaluation(evaluation(), NEIGHBOUR)
    store.add_decision(later.id, decision(20000, decided_on="2026-03-01"), NEIGHBOUR)
    store.add_evaluation(evaluation(), OFFICER)  # not decided
    stranger, _ = store.add_evaluation(evaluation(identifiers=("another",)), OFFICER)
    store.add_decision(stranger.id, decision(), OFFICER)

    def fines(office: str | None, before: str | None = None) -> list[tuple[str, int | None]]:
        found = store.history(" ９1341500MA2ABCDE1x ", office=office, before=before)
        return [(each.decided_at, each.fines[0].fine_fen) for each in found]

    assert fines(None) == [("2026-03-01", 2000000), ("2026-01-09", 1200000)]
    assert fines("裕安") == fines(None, "2026-03-01") == [("2026-01-09", 1200000)]
    assert store.history("", office=None) == []


def test_what_a_decided_correction_replaces_is_history_no_more(store: Store) -> None:
    first, _ = store.add_evaluation(evaluation(), OFFICER)
    store.add_decision(first.id, decision(10000), OFFICER)
    second, _ = store.add_evaluation(evaluation(), OFFICER, replaces=first.id)
    identifier = evaluation().identifiers[0]
    assert [each.evaluation_id for each in store.history(identifier, office=None)] == [first.id]
    store.add_decision(second.id, decision(9000), OFFICER)
    assert [each.evaluation_id for each in store.history(identifier, office=None)] == [second.id]


def test_erasing_leaves_nothing_to_read_and_a_sound_chain(
    store: Store, store_settings: Settings
) -> None:
    written, _ = store.add_evaluation(evaluation(), OFFICER, idempotency=("k", BODY))
    store.add_decision(written.id, decision(), OFFICER)
    store.add_review(written.id, {"verdict": "agree"}, MAINTAINER)
    engine = raw(store_settings)
    with engine.connect() as connection:
        key = connection.execute(tables.record_keys.select()).one().wrapped
    engine.dispose()
    store.erase(written.id, MAINTAINER, "当事人申请")
    store.erase(written.id, MAINTAINER, "再来一次")
    read = store.evaluation(written.id)
    assert read and read.erased and read.case == read.result == b""
    assert [each.document for each in store.decisions(written.id)] == [None]
    assert [each.document for each in store.reviews(written.id)] == [None]
    assert store.history(evaluation().identifiers[0], office=None) == []
    with pytest.raises(Erased):  # nobody can tell any more whether it is the same content
        store.add_evaluation(evaluation(), OFFICER, idempotency=("k", BODY))
    with pytest.raises(Erased):
        store.add_decision(written.id, decision(), OFFICER)
    with pytest.raises(NotFound):
        store.erase("nothing", MAINTAINER, "")
    assert store.verify().ok
    if store_settings.store_url.startswith("sqlite"):
        folder = Path(store_settings.store_url.removeprefix("sqlite:///")).parent
        for file in folder.glob("liangfa.sqlite3*"):
            assert key not in file.read_bytes(), file.name


def test_bundles_are_kept_by_what_they_contain(store: Store) -> None:
    content = "规则".encode() * 1000
    digest = "sha256:" + hashlib.sha256(content).hexdigest()
    for _ in range(2):
        store.put_bundle(digest, "yeji", "2026.1.0", False, content)
    assert store.bundle(digest) == content
    assert store.bundle("sha256:nothing") is None
    with pytest.raises(ValueError):
        store.put_bundle(digest, "yeji", "2026.1.0", False, content + b"x")
    assert store.verify().ok


def test_text_that_a_database_cannot_hold_is_written_as_near_as_can_be(store: Store) -> None:
    written, _ = store.add_evaluation(evaluation(identifiers=("\0\ud800",)), OFFICER)
    assert store.evaluation("\0") is None and store.bundle("\ud800") is None
    assert store.evaluations(office=None, item="\0", after="\ud800") == ([], None)
    store.erase(written.id, MAINTAINER, "a\0b\ud800")
    assert store.verify().ok


def test_a_record_that_was_changed_is_not_given_out(store: Store, store_settings: Settings) -> None:
    written, _ = store.add_evaluation(evaluation(), OFFICER)
    intruder = Intruder(store_settings.store_url)
    intruder.run("UPDATE evaluations SET sealed_result = sealed_case")
    intruder.leave()
    with pytest.raises(Damaged):
        store.evaluation(written.id)


@pytest.fixture
def new_settings(new_database_url: str, tmp_path: Path) -> Settings:
    """Settings with a database that nobody ever opened."""
    return Settings(state_dir=tmp_path / "state", database_url=new_database_url)


def test_the_migrated_schema_is_the_one_the_program_knows(new_settings: Settings) -> None:
    open_store(new_settings).close()
    script = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert script.get_current_head() == migrations.HEAD
    engine = raw(new_settings)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert compare_metadata(context, tables.metadata) == []
        assert migrations.revision(connection) == migrations.HEAD
    engine.dispose()


def test_a_database_of_a_newer_program_is_left_alone(new_settings: Settings) -> None:
    open_store(new_settings).close()
    engine = raw(new_settings)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    engine.dispose()
    with pytest.raises(InputFault, match="更新的版本"):
        open_store(new_settings)


def test_eight_threads_and_four_processes_fork_nothing_and_double_nothing(
    store: Store, store_settings: Settings
) -> None:
    own = [writer(store_settings, 40) for _ in range(2)]
    same = [writer(store_settings, 40, "same-") for _ in range(2)]
    alone: list[str] = []
    shared: list[str] = []
    with ThreadPoolExecutor(8) as pool:
        for _ in range(4):
            pool.submit(write_all, store, 40, "", alone.append)
            pool.submit(write_all, store, 40, "same-", shared.append)
    for process in (*own, *same):
        said = process.communicate(timeout=120)[0].split()
        assert process.returncode == 0 and len(said) == 40
        (alone if process in own else shared).extend(said)
    assert len(alone) == len(set(alone)) == 6 * 40
    assert set(Counter(shared).values()) == {6} and len(set(shared)) == 40
    kept, _ = store.evaluations(office=None, limit=1000)
    assert {each.id for each in kept} == {*alone, *shared} and len(kept) == 7 * 40
    assert [each.seq for each in kept] == list(range(7 * 40 + 1, 1, -1))
    assert store.verify().ok


def test_many_processes_may_begin_the_same_store(new_settings: Settings) -> None:
    processes = [writer(new_settings, 3) for _ in range(4)]
    for process in processes:
        assert len(process.communicate(timeout=120)[0].split()) == 3
    store = open_store(new_settings)
    verified = store.verify()
    assert verified.ok and verified.seq == 13
    store.close()

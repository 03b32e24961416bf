"""What anybody writes into a record is sealed with a key of that record; once the key is destroyed,
nothing of it is left in any table, file, log or answer, and the chain still holds."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import random
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import old_stores
import psycopg
import pytest
from http_door import OFFICERS, POINTS, Caller, Door, opened
from records import MAINTAINER, OFFICER, decision, evaluation
from sqlalchemy import Engine, MetaData, create_engine, select, text

from api.consistency.mapping import COLUMNS
from api.consistency.mapping import Mapping as Columns
from api.consistency.rows import read_decisions
from api.http.models.decisions import DecisionIn
from api.http.models.reviews import ReviewIn
from api.settings import Settings
from api.store import (
    Actor,
    Erased,
    IdempotencyMismatch,
    Store,
    StoreUnavailable,
    Wanted,
    open_store,
    tables,
)
from engine.schemas import schemas

# In every text that a client may write: whoever finds it found something of somebody.
MARK = "zq7xk"
# In what is said to stay readable: the search has to find that, or it finds nothing at all.
STAYS = "zq8stays"

CASE = {
    "case": {
        "id": f"叶应急立案{MARK}",
        "authority": {"region": "341504", "organ": "emergency-management", "name": f"机关{MARK}"},
        "dates": {"decided_on": "2026-04-20"},
        "notified": {f"张三{MARK}": 15000},
        "parties": [
            {
                "id": f"张三{MARK}",
                "kind": "unit",
                "name": f"张三的店{MARK}",
                "identifier": f"92340000{MARK}",
            },
            {
                "id": f"李四{MARK}",
                "kind": "person",
                "roles": ["principal"],
                "name": f"李四本人{MARK}",
                "identifier": f"340121{MARK}",
            },
        ],
        "violations": [
            {
                "id": f"张三的事{MARK}",
                "act": f"张三所为{MARK}",
                "item": "wsl-097-7",
                "parties": [f"张三{MARK}", f"李四{MARK}"],
                "dates": {"acted_on": "2026-03-02"},
                "facts": {
                    "uncertified_workers": {"value": 1, "evidence": f"询问张三的笔录{MARK}"},
                    "overdue": False,
                },
            }
        ],
    }
}
DECISION = {
    "decided_on": "2026-04-20",
    "parties": [
        {
            "party": f"张三{MARK}",
            "fine": 14000,
            "measures": [f"责令张三改正{MARK}"],
            "number": f"叶应急罚〔2026〕{MARK}12号",
        }
    ],
    "reason": f"张三已经整改{MARK}",
    "officers": [
        {"name": f"王一{MARK}", "certificate": f"AH01{MARK}"},
        {"name": f"李二{MARK}", "certificate": f"AH02{MARK}"},
    ],
}
REVIEW = {
    "checklist": {point: {"ok": False, "note": f"张三{point}{MARK}"} for point in POINTS},
    "verdict": "return",
    "note": f"退回张三的卷{MARK}",
}
# What the rules, the calendar or the law name, and not who writes.
GIVEN = {
    "case.authority.region",
    "case.authority.organ",
    "case.parties.kind",
    "case.parties.roles",
    "case.violations.item",
}


# What may be written ------------------------------------------------------------------------


def texts(schema: Mapping[str, Any], whole: Mapping[str, Any], at: str = "") -> Iterator[str]:
    """The places of a schema where any text may stand; keys of a free mapping are such a place."""
    if "$ref" in schema:
        if not schema["$ref"].startswith("#"):
            return  # dates
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]]
    for each in schema.get("anyOf", ()):
        yield from texts(each, whole, at)
    if schema.get("type") == "string" and schema.get("format") != "date" and "enum" not in schema:
        yield at
    if schema.get("type") == "array":
        yield from texts(schema["items"], whole, at)
    if schema.get("type") == "object" and "properties" not in schema:
        yield at
    for name, each in schema.get("properties", {}).items():
        yield from texts(each, whole, f"{at}.{name}".removeprefix("."))


def marked(body: Any, at: str = "") -> Iterator[str]:
    """The places of a body where a marked text stands, as a value or as a key."""
    if isinstance(body, list):
        for each in body:
            yield from marked(each, at)
    elif isinstance(body, dict):
        for name, each in body.items():
            if MARK in name:
                yield at
            yield from marked(each, f"{at}.{name}".removeprefix("."))
    elif isinstance(body, str) and MARK in body:
        yield at


def test_every_text_that_may_be_written_is_marked() -> None:
    case = schemas()["liangfa:case"]
    of_case = set(texts({"properties": {"case": case["$defs"]["full"]}}, case))
    written = {at.partition(".facts.")[0] for at in marked(CASE)}
    # Facts are those that the rules name; what may be said of one is its evidence.
    facts = {each for each in of_case if each.endswith("facts")}
    assert of_case - facts - GIVEN == written - {"case.violations"}
    for body, model in ((DECISION, DecisionIn), (REVIEW, ReviewIn)):
        schema = model.model_json_schema()
        assert set(texts(schema, schema)) == set(marked(body)), model.__name__


# What is left -------------------------------------------------------------------------------


class Search:
    """Everything a database holds, in its tables and in the files under them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        url = settings.store_url.replace("postgresql:", "postgresql+psycopg:")
        self._engine: Engine = create_engine(url)
        self.postgresql = self._engine.dialect.name == "postgresql"

    def rows(self) -> Iterator[tuple[str, bytes]]:
        """`table.column` and value of everything in every table that there is."""
        known = MetaData()
        known.reflect(self._engine)
        with self._engine.connect() as connection:
            for table in known.sorted_tables:
                for row in connection.execute(select(table)).mappings():
                    for column, value in row.items():
                        raw = value if isinstance(value, bytes) else str(value).encode()
                        yield f"{table.name}.{column}", raw

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Name and content of every file of the database and of the state folder."""
        for file in self._settings.state_dir.rglob("*"):
            if file.is_file():
                yield file.name, file.read_bytes()
        if self.postgresql:
            yield from self._pages()

    def found(self, *needles: str) -> set[str]:
        """The columns and files where one of some texts stands, in whatever case."""
        sought = [needle.lower().encode() for needle in needles]
        everywhere = ((place, raw.lower()) for place, raw in [*self.rows(), *self.files()])
        return {place for place, raw in everywhere if any(each in raw for each in sought)}

    def holding(self, secrets: list[bytes]) -> set[str]:
        """The files where one of some values stands."""
        return {
            name for name, content in self.files() if any(secret in content for secret in secrets)
        }

    def erasable(self, record_id: str) -> list[bytes]:
        """The wrapped key and the tags of a record, while it has them."""
        with self._engine.connect() as connection:
            keys, tags = tables.record_keys.c, tables.record_tags.c
            wrapped = connection.execute(
                select(keys.wrapped).where(keys.evaluation_id == record_id)
            ).scalars()
            told = connection.execute(
                select(tags.tag).where(tags.evaluation_id == record_id)
            ).scalars()
            return [*map(bytes, wrapped), *(tag.encode() for tag in told)]

    def gather_statistics(self) -> None:
        """What PostgreSQL does by itself every now and then, and SQLite when asked."""
        with self._engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))

    def samples(self) -> set[str]:
        """The columns of which the statistics hold values."""
        query = text("SELECT tablename || '.' || attname FROM pg_stats WHERE schemaname = 'public'")
        with self._engine.connect() as connection:
            return set(connection.execute(query).scalars()) if self.postgresql else set()

    def close(self) -> None:
        """Give the connections back."""
        self._engine.dispose()

    def _pages(self) -> Iterator[tuple[str, bytes]]:
        names = text(
            "SELECT relname, pg_relation_filepath(c.oid) FROM pg_class c JOIN pg_namespace n"
            " ON n.oid = relnamespace WHERE relkind IN ('r', 'i', 't')"
            " AND (nspname <> 'pg_catalog' OR relname = 'pg_statistic')"
        )
        with self._engine.connect() as connection:
            outside = connection.execution_options(isolation_level="AUTOCOMMIT")
            outside.execute(text("CHECKPOINT"))
            for name, path in outside.execute(names).all():
                read = text("SELECT pg_read_binary_file(:path, 0, 67108864, true)")
                yield str(name), bytes(outside.execute(read, {"path": path}).scalar() or b"")


@pytest.fixture
def fresh(tmp_path: Path, new_database_url: str) -> Iterator[Door]:
    """An application over a database that nobody used before, whose files can be searched."""
    with opened(tmp_path, database_url=new_database_url) as door:
        yield door


@pytest.fixture
def search(fresh: Door) -> Iterator[Search]:
    """Of that database."""
    made = Search(fresh.settings)
    yield made
    made.close()


def imported(door: Door) -> str:
    """A file of past decisions with somebody in every column that is not figures or rules."""
    named = {column.name: column.label for column in COLUMNS}
    row = {
        "decided_on": "2025-03-05",
        "item": "wsl-097-7",
        "role": "unit",
        "stage": "first",
        "fine": "15000",
        "reason": f"张三的理由{MARK}",
        "reference": f"叶应急罚〔2025〕{MARK}张三",
    }
    out = io.StringIO()
    head = [*(named[name] for name in row), "当事人", "证件号"]
    csv.writer(out).writerows([head, [*row.values(), f"张三{MARK}", f"340121{MARK}"]])
    content = out.getvalue().encode()
    rules = door.app.state.services.rules.engine(None, None, False).rule_set
    read = read_decisions(f"张三{MARK}.csv", content, Columns(), rules, "叶集")
    assert len(read.accepted) == 1, read.rejected
    made = door.store.add_import(read.accepted, read.file_hash, OFFICER, name=f"张三{MARK}.csv")
    assert made.id
    return made.id


def recorded(us: Caller) -> str:
    """An evaluation with a decision and a review, marked all over."""
    id: str = us.record(CASE, **{"Idempotency-Key": f"zhangsan-{MARK}"})["id"]
    for path, body in (("decision", DECISION), ("review", REVIEW)):
        key = {"Idempotency-Key": f"zhangsan-{path}-{MARK}"}
        answer = us.post(f"/v1/evaluations/{id}/{path}", body, headers=key)
        assert answer.status_code == 201, answer.text
    return id


def told(us: Caller, id: str, import_id: str) -> str:
    """Everything that is answered about the records."""
    addresses = [
        "/v1/evaluations",
        f"/v1/evaluations/{id}",
        *(f"/v1/evaluations/{id}/document?format={form}" for form in ("md", "html")),
        "/v1/reviews/consistency",
        "/metrics",
        "/cases",
        f"/cases/{id}",
        "/reviews",
        "/reviews/imports",
        f"/reviews/imported/{import_id}",
        f"/reviews/imported/{import_id}/2",
    ]
    return "".join(us.get(address).text for address in addresses)


def test_nothing_of_a_record_is_readable_in_any_column_file_log_or_answer(
    fresh: Door, search: Search
) -> None:
    us = fresh.nobody()
    id, batch = recorded(us), imported(fresh)
    whole = us.get(f"/v1/evaluations/{id}").json()
    assert set(marked({"case": whole["case"]["case"]})) == set(marked(CASE)), "all of it is there"
    assert search.found(MARK) == set(), "sealed while it is kept"
    hashes = [whole["case_digest"], fresh.store.batch(batch).file_hash]
    secrets = search.erasable(id) + search.erasable(batch)
    assert len(secrets) == 4 and search.holding(secrets)

    assert MARK in told(us, id, batch).lower()

    reason = {"reason": f"依申请删除{STAYS}"}
    for each in (id, batch):
        assert us.post(f"/v1/evaluations/{each}/erase", reason).status_code == 200
    assert search.found(MARK) == set()
    assert {"erasures.reason"} <= search.found(STAYS), "and what stays is found"
    assert {place for place, _ in search.rows()} & search.found(STAYS) == {"erasures.reason"}
    assert all(hashes)
    assert search.found(*(each.removeprefix("sha256:") for each in hashes)) == set()
    assert search.holding(secrets) == set(), "nor a key that opens it"
    assert MARK not in told(us, id, batch).lower()
    assert MARK not in fresh.lines.getvalue().lower()

    left = us.get(f"/v1/evaluations/{id}").json()
    assert left["erased"] and left["case_digest"] is None and left["decisions"] == []
    points = fresh.store.points(Wanted())
    assert [each.fine_fen for each in points] == [1_400_000, 1_500_000], "the figures are kept"
    assert us.get("/v1/audit/verify").json()["ok"] is True


def test_no_hash_of_what_was_sent_can_be_tried_out(fresh: Door, search: Search) -> None:
    us = fresh.nobody()
    id = recorded(us)
    body = json.dumps(["decision", id, DecisionIn(**DECISION).model_dump_json()])
    case = us.get(f"/v1/evaluations/{id}").json()["case_digest"]
    of_case = json.dumps(["evaluation", "None&False&None", case])
    sent = [body, of_case, *_all_texts(CASE), *_all_texts(DECISION)]
    digests = [hashlib.sha256(content.encode()) for content in sent]
    forms = [each.hexdigest() for each in digests]
    forms += [base64.b64encode(each.digest()).decode() for each in digests]
    assert search.found(*forms, case.removeprefix("sha256:")) == set()
    assert search.found(id), "while what may be read is found"


def _all_texts(body: Any) -> Iterator[str]:
    if isinstance(body, str):
        yield body
    elif isinstance(body, dict | list):
        for each in body.values() if isinstance(body, dict) else body:
            yield from _all_texts(each)


def test_a_repeated_request_is_known_while_the_record_is_kept(fresh: Door) -> None:
    us = fresh.nobody()
    id = recorded(us)
    assert recorded(us) == id
    assert len(us.get(f"/v1/evaluations/{id}").json()["decisions"]) == 1
    other = {**DECISION, "officers": OFFICERS}
    key = {"Idempotency-Key": f"zhangsan-decision-{MARK}"}
    assert us.post(f"/v1/evaluations/{id}/decision", other, headers=key).status_code == 409
    us.post(f"/v1/evaluations/{id}/erase", {"reason": "依申请删除"})
    for case in (CASE, {**CASE, "case": {**CASE["case"], "id": "另一件"}}):
        key = {"Idempotency-Key": f"zhangsan-{MARK}"}
        assert us.post("/v1/evaluations", case, headers=key).status_code == 404


def test_a_fine_is_given_back_with_its_party_until_it_is_erased(store: Store) -> None:
    id = store.add_evaluation(evaluation(), OFFICER)[0].id
    two = decision()
    two["parties"] = [{**two["parties"][0], "party": name} for name in ("张三", "李四")]
    store.add_decision(id, two, OFFICER)
    (made,) = store.decisions(id)
    assert [each.party for each in made.fines] == ["张三", "李四"]
    (earlier,) = store.history(evaluation().identifiers[0], office=None)
    assert earlier.fines == made.fines
    store.erase(id, MAINTAINER, "申请")
    (left,) = store.decisions(id)
    assert [(each.party, each.fine_fen) for each in left.fines] == [("", 1_500_000)] * 2


# The key ------------------------------------------------------------------------------------


def test_destroyed_keys_are_in_no_page_whatever_was_erased_before(
    tmp_path: Path, new_database_url: str
) -> None:
    store = open_store(Settings(state_dir=tmp_path, database_url=new_database_url))
    search = Search(Settings(state_dir=tmp_path, database_url=new_database_url))
    each_own = [evaluation(result=b"{}", identifiers=(f"own-{number}",)) for number in range(150)]
    ids = [store.add_evaluation(new, OFFICER)[0].id for new in each_own]
    secrets = {id: search.erasable(id) for id in ids}
    search.gather_statistics()
    chosen = random.Random(7).sample(ids, 30)
    for id in chosen:
        store.erase(id, MAINTAINER, "申请")
    for state in ("open", "closed"):
        assert not search.holding([each for id in chosen for each in secrets[id]]), state
        kept = [each for id in ids if id not in chosen for each in secrets[id]]
        assert search.holding(kept)
        store.close()
    search.close()


def test_whoever_reads_along_delays_the_destruction_and_it_is_said(
    tmp_path: Path, new_database_url: str
) -> None:
    settings = Settings(state_dir=tmp_path, database_url=new_database_url)
    store = open_store(settings, wait_seconds=0.2)
    search = Search(settings)
    id = store.add_evaluation(evaluation(), OFFICER)[0].id
    secrets = search.erasable(id)
    reader: Any
    if search.postgresql:
        reader = psycopg.connect(settings.store_url)
    else:
        reader = sqlite3.connect(tmp_path / "liangfa.sqlite3", isolation_level=None)
        reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM record_keys").fetchone()
    with pytest.raises(StoreUnavailable):
        store.erase(id, MAINTAINER, "申请")
    found = store.evaluation(id)
    assert found and found.erased, "it is erased"
    assert search.holding(secrets), "but the key may still be found"
    reader.close()
    store.erase(id, MAINTAINER, "再来一次")
    assert search.holding(secrets) == set()
    assert store.verify().ok
    search.close()
    store.close()


# Databases of before ------------------------------------------------------------------------

# Who recorded in it, and what their Idempotency-Keys came with.
THEN = Actor("01m8agx1tvk28xgye0jmssadsj", "办案系统", "officer", "环形山")


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.fixture
def old(tmp_path: Path, new_database_url: str) -> Settings:
    """A store as revision 0002 left it, with a party called 张三: in the first record (decided,
    reviewed), in the second (decided, erased), in the third, which corrects the first; and an
    import."""
    settings = Settings(state_dir=tmp_path / "old", database_url=new_database_url)
    old_stores.leave(settings, "0002")
    return settings


def test_rows_of_before_stay_as_they_are_and_are_read_like_new_ones(old: Settings) -> None:
    store = open_store(old)
    assert store.verify().ok
    third, second, first = store.evaluations(office=None)[0]
    assert (third.replaces, second.erased) == (first.id, True)
    (made,) = store.decisions(first.id)
    assert [(each.party, each.fine_fen) for each in made.fines] == [("张三", 1_500_000)]
    (earlier,) = store.history("92340000OLDSHOP01X", office=None)
    assert earlier.fines == made.fines
    assert first.case_digest.startswith("sha256:") and second.case_digest == ""
    (gone,) = store.decisions(second.id)
    assert [(each.party, each.fine_fen) for each in gone.fines] == [("", 2_000_000)]
    (batch,), _ = store.batches()
    assert batch.file_hash == _sha("file")
    search = Search(old)
    assert {place for place in search.found("张三") if "." in place} >= {
        "decision_parties.party",
        "requests.request_key",
    }, "as the guide says: the chain keeps what was written"

    store.erase(first.id, MAINTAINER, "申请")
    assert [each.party for each in store.decisions(first.id)[0].fines] == [""]
    assert store.verify().ok
    search.close()
    store.close()


def test_requests_of_before_are_known_again(old: Settings) -> None:
    store = open_store(old)
    first = store.evaluations(office=None)[0][2]
    key, content = "张三-立案-1", _sha("case one")
    again, fresh = store.add_evaluation(evaluation(), THEN, idempotency=(key, content))
    assert (again.id, fresh) == (first.id, False)
    with pytest.raises(IdempotencyMismatch):
        store.add_evaluation(evaluation(), THEN, idempotency=(key, _sha("another")))
    (made,) = store.decisions(first.id)
    same = ("张三-决定-1", _sha("decision one"))
    assert store.add_decision(first.id, decision(), THEN, same) == made
    with pytest.raises(Erased):
        store.add_evaluation(evaluation(), THEN, idempotency=("张三-立案-2", _sha("case two")))
    assert store.verify().ok
    store.close()


def test_what_is_added_to_an_old_database_is_sealed_like_in_a_new_one(old: Settings) -> None:
    store, search = open_store(old), Search(old)
    first = store.evaluations(office=None)[0][2]
    document = decision(parties=[{**decision()["parties"][0], "party": f"李四{MARK}"}])
    store.add_decision(first.id, document, THEN, (f"李四{MARK}", _sha("more")))
    assert [each.party for each in store.decisions(first.id)[-1].fines] == [f"李四{MARK}"]
    assert search.found(MARK) == set()
    assert store.verify().ok
    search.close()
    store.close()


def test_samples_of_keys_that_were_taken_before_are_thrown_away(old: Settings) -> None:
    search = Search(old)
    search.gather_statistics()
    sampled = {"record_keys.wrapped", "record_tags.tag"}
    assert search.samples() >= sampled or not search.postgresql
    store = open_store(old)
    search.gather_statistics()
    assert search.samples().isdisjoint(sampled)
    assert store.verify().ok
    search.close()
    store.close()

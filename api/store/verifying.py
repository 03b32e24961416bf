"""Is every record as it was written? Recomputes the whole audit log from the stored rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from api.store import seal as sealing
from api.store import tables, triggers
from api.store.chain import START, link_hash, record_hash
from api.store.database import Database
from api.store.errors import Damaged
from api.store.records import Fault, Verification

_STEP = 200
# The kinds of record that have a data key of their own.
_KEYED = {"evaluation": tables.evaluations, "import": tables.imports}
Row = Mapping[Any, Any]


def verify(
    database: Database, seal: sealing.Seal, expected: tuple[int, str] | None
) -> Verification:
    """Check all links and records; `expected` is a head noted earlier outside the database."""
    try:
        with database.read(snapshot=True) as connection, _as_it_lies(connection):
            return _Check(connection, seal, expected).run()
    except Damaged:
        says = "数据库文件已经损坏，读不出全部记录"
        return Verification(False, 0, START, Fault("altered", "", "", says))


def verify_records(database: Database, seal: sealing.Seal, seqs: Sequence[int]) -> Fault | None:
    """The first fault of a few records by their numbers: is each what its own line of the log says
    it is? Whether the log is whole, only `verify` can tell."""
    try:
        with database.read(snapshot=True) as connection, _as_it_lies(connection):
            return next(_Check(connection, seal, None).few(seqs), None)
    except Damaged:
        return Fault("altered", "", "", "数据库文件已经损坏，读不出这个记录")


class _as_it_lies:
    """SQLite: read damaged text as it lies, so that it is found and not refused."""

    def __init__(self, connection: Connection) -> None:
        raw = connection.connection.dbapi_connection
        self._raw: Any = raw if hasattr(raw, "text_factory") else None

    def __enter__(self) -> None:
        if self._raw:
            self._raw.text_factory = lambda text: text.decode("utf-8", "surrogateescape")

    def __exit__(self, *_: object) -> None:
        if self._raw:
            self._raw.text_factory = str


class _Check:
    def __init__(
        self, connection: Connection, seal: sealing.Seal, expected: tuple[int, str] | None
    ) -> None:
        self._connection = connection
        self._seal = seal
        self._expected = expected
        self._seq, self._hash = 0, START

    def run(self) -> Verification:
        fault = next(self._faults(), None)
        return Verification(fault is None, self._seq, self._hash, fault)

    def _faults(self) -> Iterator[Fault]:
        """Every fault there is, the first one first."""
        yield from self._unlike_expected()
        while lines := self._lines():
            records = self._records(lines[0]["seq"], lines[-1]["seq"])
            keyed = [each["record_id"] for each in lines if each["kind"] in _KEYED]
            erasable = _Erasable(self._connection, self._seal, keyed)
            for line in lines:
                yield from self._link(line)
                yield from _content(line, records.pop(line["seq"], {}), erasable)
                self._seq, self._hash = line["seq"], line["hash"]
                yield from self._unlike_expected()
        yield from self._beyond()
        if self._expected and self._expected[0] > self._seq:
            says = f"记录只到第{self._seq}条，早先已有第{self._expected[0]}条：末尾被截去"
            yield Fault("missing", "audit", str(self._seq + 1), says)
        if self._connection.dialect.name == "sqlite":  # an index may hide what its table holds
            found = self._connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
            if found != "ok":
                yield Fault("altered", "", "", "数据库文件的索引已经损坏，请从备份恢复")
        append = (tables.audit, *tables.CHAINED.values())
        for name in triggers.unguarded(self._connection, append, tables.ERASABLE):
            says = "记录都如当初写入，但这张表不再拒绝修改和删除；请从备份恢复"
            yield Fault("altered", name, "", says)

    def few(self, seqs: Sequence[int]) -> Iterator[Fault]:
        """The faults of some lines of the log, and of the records they speak of."""
        for seq in seqs:
            query = select(tables.audit).where(tables.audit.c.seq == seq)
            row = self._connection.execute(query).mappings().first()
            if row is None:
                yield Fault("missing", "audit", str(seq), f"第{seq}条审计记录不见了")
                return
            line = dict(row)
            if line["hash"] != link_hash(line["previous"], line):
                yield Fault("altered", "audit", str(seq), f"第{seq}条审计记录被改动过")
            keyed = [line["record_id"]] if line["kind"] in _KEYED else []
            erasable = _Erasable(self._connection, self._seal, keyed)
            yield from _content(line, self._records(seq, seq)[seq], erasable)

    def _unlike_expected(self) -> Iterator[Fault]:
        if self._expected and self._expected[0] == self._seq and self._expected[1] != self._hash:
            says = "这一条和早先在库外记下的不同：此前的记录被整体改写过"
            yield Fault("altered", "audit", str(self._seq), says)

    def _lines(self) -> list[Row]:
        audit = tables.audit
        query = select(audit).where(audit.c.seq > self._seq).order_by(audit.c.seq).limit(_STEP)
        return [dict(row) for row in self._connection.execute(query).mappings()]

    def _records(self, low: int, high: int) -> dict[int, dict[str, list[Row]]]:
        found: dict[int, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
        for name, table in tables.CHAINED.items():
            query = select(table).where(table.c.seq.between(low, high))
            for row in self._connection.execute(query).mappings():
                found[row["seq"]][name].append(dict(row))
        return found

    def _link(self, line: Row) -> Iterator[Fault]:
        seq = line["seq"]
        if seq != self._seq + 1:
            says = f"第{self._seq}条以后缺了{seq - self._seq - 1}条"
            yield Fault("missing", "audit", str(self._seq + 1), says)
        if line["previous"] != self._hash:
            elsewhere = select(tables.audit.c.seq).where(tables.audit.c.hash == line["previous"])
            if self._connection.execute(elsewhere).first():
                yield Fault("reordered", "audit", str(seq), f"第{seq}条原来不在这个位置")
            yield Fault("altered", "audit", str(seq), f"第{seq}条接不上前一条")
        if line["hash"] != link_hash(self._hash, line):
            yield Fault("altered", "audit", str(seq), f"第{seq}条审计记录被改动过")

    def _beyond(self) -> Iterator[Fault]:
        for name, table in tables.CHAINED.items():
            outside = (table.c.seq > self._seq) | (table.c.seq < 1)
            row = self._connection.execute(select(table).where(outside).limit(1)).mappings().first()
            if row:
                yield Fault("inserted", name, _id(name, row), "这条记录没有审计记录")
        audit = tables.audit
        row = self._connection.execute(select(audit).where(audit.c.seq < 1)).mappings().first()
        if row:
            yield Fault("inserted", "audit", str(row["seq"]), "序号应当从1开始")
        for table in tables.ERASABLE:
            query = select(func.min(table.c.evaluation_id)).where(
                *(table.c.evaluation_id.not_in(select(known.c.id)) for known in _KEYED.values())
            )
            stray = self._connection.execute(query).scalar()
            if stray is not None:
                yield Fault("inserted", table.name, str(stray), "没有与之对应的评估记录")


def _content(line: Row, rows: Mapping[str, list[Row]], erasable: _Erasable) -> Iterator[Fault]:
    """Whether a record is what its line says, and its key and tags are its own."""
    yield from _record(line, rows)
    if line["kind"] in _KEYED:
        yield from erasable.check(rows[_KEYED[line["kind"]].name][0])


def _record(line: Row, rows: Mapping[str, list[Row]]) -> Iterator[Fault]:
    """Whether the rows of one record are the ones its line of the audit log speaks of."""
    if record_hash(rows) == line["record_hash"]:
        return
    seq, id = line["seq"], line["record_id"]
    table, key = tables.KINDS[line["kind"]]
    own = [row for row in rows.get(table.name, ()) if row[key] == id]
    if not own:
        if not rows.get(table.name):
            yield Fault("missing", table.name, id, f"第{seq}条审计记录所说的记录不见了")
        yield Fault("altered", table.name, id, f"第{seq}条审计记录所说的记录被改动过")
    for name, each in rows.items():
        if len(each) > 1 and name in {main.name for main, _ in tables.KINDS.values()}:
            extra = next(row for row in each if row not in own)
            yield Fault("inserted", name, _id(name, extra), "这条记录没有审计记录")
    yield Fault("altered", table.name, id, f"第{seq}条审计记录所说的记录被改动过")


def _id(table: str, row: Row) -> str:
    key = next((key for main, key in tables.KINDS.values() if main.name == table), None)
    return str(row[key] if key else next(iter(row.values())))


class _Erasable:
    """The data keys and tags of some records, against the records and the erasures."""

    def __init__(self, connection: Connection, seal: sealing.Seal, ids: list[str]) -> None:
        self._seal = seal
        keys, tags, gone = tables.record_keys, tables.record_tags, tables.erasures
        of = {table: table.c.evaluation_id.in_(ids) for table in (keys, tags, gone)}
        run = connection.execute
        self._wrapped = {
            row.evaluation_id: row.wrapped for row in run(select(keys).where(of[keys]))
        }
        self._erased = set(run(select(gone.c.evaluation_id).where(of[gone])).scalars())
        self._tags: dict[str, list[str]] = defaultdict(list)
        for row in run(select(tags).where(of[tags])):
            self._tags[row.evaluation_id].append(str(row.tag))

    def check(self, record: Row) -> Iterator[Fault]:
        id = record["id"]
        wrapped, tags = self._wrapped.get(id), self._tags.get(id, [])
        if id in self._erased:
            if wrapped is not None or tags:
                yield Fault("inserted", "record_keys", id, "已经删除的内容又有了密钥或者索引")
            return
        if wrapped is None:
            yield Fault("missing", "record_keys", id, "数据密钥不见了，又没有删除的记录")
            return
        try:
            key = self._seal.unwrap(wrapped, id)
        except Damaged:
            yield Fault("altered", "record_keys", id, "数据密钥被改动过")
            return
        if tags_hash(key, tags) != record["tags_hash"]:
            yield Fault("altered", "record_tags", id, "当事人索引被改动过")


def tags_hash(key: bytes, tags: list[str]) -> str:
    """What a record's row says of its tags; means nothing once the data key is gone."""
    return sealing.keyed_hash(key, "\n".join(sorted(tags)))

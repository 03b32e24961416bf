"""Writing: one transaction appends records and their links to the audit log, or nothing.

Writers of one process share transactions: whoever holds the turn writes what has gathered behind
it, so that one sync to the disk serves all who wait for it. Nobody is answered before the commit.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.exc import DBAPIError

from api.clock import now
from api.store import tables
from api.store.chain import START, link_hash, record_hash
from api.store.database import Database
from api.store.errors import StoreUnavailable
from api.store.records import Actor

_HEAD = select(tables.audit.c.seq, tables.audit.c.hash).order_by(tables.audit.c.seq.desc()).limit(1)
_BATCH = 32


class Entry:
    """What one writer adds: rows, and one line of the audit log that speaks of them.

    Nothing reaches the database before the writer is done, so a writer that raises, or that
    never calls `sign`, leaves no trace.
    """

    def __init__(self, connection: Connection, seq: int) -> None:
        self.connection = connection
        self.seq = seq
        self.at = now()
        self.hash = ""
        self.rows: dict[Table, list[dict[str, Any]]] = {}
        self.deleted: list[Any] = []
        self.signed: dict[str, Any] | None = None

    def add(self, table: Table, **row: Any) -> None:
        """A row of a chained or erasable table; `seq` is added where the table has one."""
        if table not in tables.ERASABLE:
            row["seq"] = self.seq
        self.rows.setdefault(table, []).append(row)

    def delete(self, statement: Any) -> None:
        """A deletion, after the rows stand."""
        self.deleted.append(statement)

    def who(self, actor: Actor) -> dict[str, Any]:
        """The columns that say who and when."""
        return {
            "created_at": self.at,
            "office": actor.office,
            "actor": actor.name,
            "key_id": actor.key_id,
        }

    def sign(self, actor: Actor, action: str, kind: str, record_id: str) -> None:
        """The line of the audit log."""
        self.signed = {
            "seq": self.seq,
            "at": self.at,
            "actor": actor.name,
            "office": actor.office,
            "action": action,
            "kind": kind,
            "record_id": record_id,
        }


class _Ticket:
    def __init__(self, writer: Callable[[Entry], Any]) -> None:
        self.writer = writer
        self.done = False
        self.entry: Entry | None = None
        self.value: Any = None
        self.error: BaseException | None = None

    def fail(self, error: BaseException) -> None:
        if not self.done:
            self.error, self.done = error, True


class Ledger:
    """Appends to one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[_Ticket] = deque()
        self._turn = Lock()

    def append(self, writer: Callable[[Entry], Any]) -> tuple[Any, Entry]:
        """What `writer` returned and its entry, after the commit; raises what it raised."""
        ticket = _Ticket(writer)
        self._waiting.append(ticket)
        with self._turn:
            if not ticket.done:
                self._serve(ticket)
        if ticket.error:
            raise ticket.error
        assert ticket.entry
        return ticket.value, ticket.entry

    def _serve(self, own: _Ticket) -> None:
        batch: list[_Ticket] = []
        try:
            while not own.done:  # those before us in the queue come first
                batch = self._next(_BATCH)
                self._write(batch)
        except StoreUnavailable as fault:
            # Whoever waits behind us would only wait as long again for the same database.
            for ticket in [*batch, *self._next(len(self._waiting))]:
                ticket.fail(StoreUnavailable(fault.cause or ""))
        except BaseException:
            for ticket in batch:
                ticket.fail(StoreUnavailable())
            raise

    def _next(self, most: int) -> list[_Ticket]:
        return [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]

    def _write(self, batch: list[_Ticket]) -> None:
        try:
            with self._database.write() as connection:
                head = connection.execute(_HEAD).one_or_none()
                seq, previous = (head.seq, head.hash) if head else (0, START)
                for ticket in batch:
                    entry = ticket.entry = Entry(connection, seq + 1)
                    ticket.error = None
                    try:
                        ticket.value = ticket.writer(entry)
                    except DBAPIError:
                        raise
                    except Exception as fault:  # its own fault: the others are written
                        ticket.error = fault
                        continue
                    if entry.signed:
                        self._put(entry, previous)
                        seq, previous = entry.seq, entry.hash
        except DBAPIError as fault:  # something a row does not allow: find out whose
            if len(batch) == 1:
                batch[0].fail(fault)
            else:
                for ticket in batch:
                    self._write([ticket])
        for ticket in batch:
            ticket.done = True

    def _put(self, entry: Entry, previous: str) -> None:
        chained = {
            table.name: rows for table, rows in entry.rows.items() if table not in tables.ERASABLE
        }
        line: Mapping[str, Any] = {**(entry.signed or {}), "record_hash": record_hash(chained)}
        entry.hash = link_hash(previous, line)
        for table, rows in entry.rows.items():
            self._database.insert(entry.connection, table, rows)
        for statement in entry.deleted:
            entry.connection.execute(statement)
        last = {**line, "previous": previous, "hash": entry.hash}
        self._database.insert(entry.connection, tables.audit, [last])

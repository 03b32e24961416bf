"""One database, embedded or PostgreSQL: connections that are safe to promise on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Table, create_engine, event, make_url, text
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DBAPIError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeout

from api.store.errors import Damaged, StoreUnavailable
from engine.faults import Finding, InputFault, Place

# What is said where a table or a column is not there; SQLite has no closer word.
_INCOMPLETE = {"SQLITE_ERROR", "UndefinedTable", "UndefinedColumn"}
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('liangfa'))")


class Database:
    """Reads and serialised writes; whatever makes the database unusable is StoreUnavailable.

    `wait_seconds` is how long a lock or a server is waited for. Raises InputFault for a URL that is
    no database's.
    """

    def __init__(self, url: str, wait_seconds: float) -> None:
        address = address_of(url)
        self.postgresql = address.get_backend_name() in ("postgresql", "postgres")
        if self.postgresql:
            address = address.set(drivername="postgresql+psycopg")
            arguments = {
                "connect_timeout": max(2, round(wait_seconds)),  # libpq takes no less
                "tcp_user_timeout": round(wait_seconds * 1000),
                "keepalives_idle": 30,
                "client_encoding": "utf8",
            }
        else:
            address = address.set(drivername="sqlite")
            Path(address.database or "").absolute().parent.mkdir(0o700, True, True)
            arguments = {"timeout": wait_seconds, "check_same_thread": False}
        self.engine = create_engine(
            address,
            connect_args=arguments,
            pool_size=8,
            max_overflow=24,
            pool_timeout=wait_seconds,
            pool_pre_ping=self.postgresql,
            # A writer must see what was committed while it waited for its turn.
            **({"isolation_level": "READ COMMITTED"} if self.postgresql else {}),
            # Values are parts of cases: they must not appear in messages and logs.
            hide_parameters=True,
        )
        prepare = _prepare_postgresql if self.postgresql else _prepare_sqlite
        event.listen(self.engine, "connect", prepare(wait_seconds))
        if not self.postgresql:
            event.listen(self.engine, "begin", _begin_sqlite)
        self._insert = cache(self._compile)

    @contextmanager
    def read(self, *, snapshot: bool = False) -> Iterator[Connection]:
        """A transaction that only reads; with `snapshot`, all of it sees one moment."""
        with _guarded(), self.engine.connect() as connection:
            if snapshot and self.postgresql:
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """The one writing transaction of all processes; committed at the end."""
        with (
            _guarded(),
            self.engine.connect() as connection,
            connection.execution_options(writes=True).begin(),
        ):
            if self.postgresql:
                connection.execute(_LOCK)
            yield connection

    def insert(
        self, connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]
    ) -> None:
        """Insert whole rows, without the cost of building the statement again."""
        statement, order = self._insert(table)
        given: list[Any] = [tuple(map(row.__getitem__, order)) if order else row for row in rows]
        connection.exec_driver_sql(statement, given if len(given) > 1 else given[0])

    def forget_deleted(self) -> None:
        """Leave as little as can be of what was just deleted in the files. Raises StoreUnavailable
        where others are reading in them too long: then it is to be done again."""
        with _guarded(), self.engine.connect() as connection:
            outside = connection.execution_options(isolation_level="AUTOCOMMIT")
            if self.postgresql:
                # A plain VACUUM frees the rows and leaves their bytes in the pages.
                outside.execute(text("VACUUM (FULL) record_keys, record_tags"))
            elif outside.execute(text("PRAGMA wal_checkpoint(TRUNCATE)")).scalar():
                raise StoreUnavailable("SQLITE_BUSY")

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def _compile(self, table: Table) -> tuple[str, list[str]]:
        compiled = table.insert().compile(dialect=self.engine.dialect)
        return str(compiled), list(getattr(compiled, "positiontup", None) or ())


@contextmanager
def _guarded() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout) as fault:
        code = _code(fault)
        if not _INCOMPLETE.isdisjoint((code, type(getattr(fault, "orig", fault)).__name__)):
            raise Damaged("数据库缺少本程序的表或者列，请从备份恢复") from fault
        unanswered = isinstance(fault, OperationalError | InterfaceError | PoolTimeout)
        if unanswered or (isinstance(fault, DBAPIError) and fault.connection_invalidated):
            raise StoreUnavailable(code) from fault
        if type(fault) is DatabaseError:  # SQLite: malformed, or no database at all
            raise Damaged("数据库文件已经损坏，请从备份恢复") from fault
        raise


def _code(fault: Exception) -> str:
    """What the database calls a fault: SQLITE_FULL, 57P01, or the kind of the exception."""
    cause = getattr(fault, "orig", None) or fault
    codes = (getattr(cause, name, None) for name in ("sqlite_errorname", "sqlstate"))
    return next((str(code) for code in codes if code), type(cause).__name__)


def address_of(url: str) -> URL:
    """The URL of a database in its parts; raises InputFault where it is none that we can use."""
    try:
        address = make_url(url)
        if address.get_backend_name() in ("sqlite", "postgresql", "postgres"):
            return address
    except (ArgumentError, NoSuchModuleError, ValueError):
        pass  # the URL itself is not told: it may hold a password
    help = "请写 postgresql://用户:密码@主机/数据库，或者不设（用数据目录里的内置数据库）"
    message = "不是能用的数据库地址"
    raise InputFault([Finding("bad_setting", Place("LIANGFA_DATABASE_URL"), message, help)])


def _prepare_sqlite(_: float) -> Any:
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # a commit is on the disk
        connection.execute("PRAGMA secure_delete = ON")

    return prepare


def _prepare_postgresql(wait_seconds: float) -> Any:
    def prepare(connection: Any, _record: Any) -> None:
        wait = round(wait_seconds * 1000)
        before, connection.autocommit = connection.autocommit, True
        connection.execute(f"SET lock_timeout = {wait}")
        connection.execute(
            "SELECT set_config('synchronous_commit', 'on', false)"
            " WHERE current_setting('synchronous_commit') = 'off'"
        )
        connection.autocommit = before

    return prepare


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

"""Databases for tests: the embedded one, and PostgreSQL where a server is named."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from sqlalchemy import create_engine

from api.store import migrations

SERVER = "LIANGFA_TEST_POSTGRES"
KINDS = ("sqlite", "postgresql")
# For a test that is about the embedded database, or not about a database at all.
EMBEDDED = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# For a costly test of what others test on both: it runs on both where there is time.
EMBEDDED_UNLESS_LONG = (
    pytest.mark.parametrize("database_url", KINDS, indirect=True)
    if os.environ.get("LIANGFA_LONG_TESTS") == "1"
    else EMBEDDED
)

# What a test wrote is taken out past the triggers that keep it; they stand again afterwards.
_EMPTY = """
DO $$
DECLARE
    each record;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    FOR each IN SELECT tablename AS name FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('ALTER TABLE %I DISABLE TRIGGER USER', each.name);
        EXECUTE format('DELETE FROM %I', each.name);
    END LOOP;
    FOR each IN SELECT tgrelid::regclass AS place, tgname AS name FROM pg_trigger
        WHERE NOT tgisinternal LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', each.place, each.name);
    END LOOP;
END $$"""

# All of the schema that a test could change.
_SCHEMA = """
SELECT string_agg(line, ';' ORDER BY line) FROM (
    SELECT format('%s.%s %s', table_name, column_name, data_type)
        FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT version_num FROM alembic_version
) AS lines (line)"""

# A server of an office sorts by a language, which is not the order of bytes.
_CHINESE = "TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'zh-Hans-CN'"

_LOCK = (
    "import sqlite3, sys; c = sqlite3.connect(sys.argv[1], isolation_level=None); "
    "c.execute('BEGIN IMMEDIATE'); print('locked', flush=True); sys.stdin.read()"
)


def server_address() -> str:
    """The address of the PostgreSQL server; skips the test where none is named."""
    address = os.environ.get(SERVER)
    if address is None:
        pytest.skip(f"没有设置 {SERVER}，未在 PostgreSQL 上测试（见 .ci/postgres）")
    if not address:
        pytest.fail(f"{SERVER} 是空的：请写 PostgreSQL 服务器的地址（见 .ci/postgres）")
    return address


@contextmanager
def database(kind: str) -> Iterator[str]:
    """The setting of a new database, gone afterwards; for the embedded one nothing is set: it lies
    in the state folder of whoever takes it."""
    if kind == "sqlite":
        yield ""
        return
    address = server_address()
    name = f"liangfa_test_{uuid.uuid4().hex}"
    with psycopg.connect(address, autocommit=True) as connection:
        sorts = _CHINESE if connection.info.server_version >= 150000 else ""
        connection.execute(f"CREATE DATABASE {name} {sorts}")
    url = f"{address.rsplit('/', 1)[0]}/{name}"
    try:
        yield url
    finally:
        remove(url)


def remove(url: str) -> None:
    """Take a PostgreSQL database away, whoever is in it."""
    name = url.rpartition("/")[2]
    with psycopg.connect(server_address(), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class Shared:
    """A PostgreSQL database that one test after another gets without records; another one where a
    test left another schema."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._url, self._schema = "", ""

    def take(self) -> str:
        """The setting of the database, empty but for the schema."""
        if not self._url or _schema(self._url) != self._schema:
            self._url = self._stack.enter_context(database("postgresql"))
            engine = create_engine(self._url.replace("postgresql:", "postgresql+psycopg:"))
            with engine.begin() as connection:
                migrations.upgrade(connection)
            engine.dispose()
            self._schema = _schema(self._url)
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute("SET lock_timeout = '30s'")
            connection.execute(_EMPTY)
        return self._url


def _schema(url: str) -> str:
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute(_SCHEMA).fetchone()
    except psycopg.Error:  # the table of the version is gone, or the whole database
        return ""
    return str(row and row[0])


@contextmanager
def locked(url: str) -> Iterator[None]:
    """While somebody else writes to a database and does not come to an end."""
    if url.startswith("postgresql:"):
        with psycopg.connect(url) as other:
            other.execute("SELECT pg_advisory_xact_lock(hashtext('liangfa'))")
            yield
        return
    process = subprocess.Popen(
        [sys.executable, "-c", _LOCK, url.removeprefix("sqlite:///")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin and process.stdout and process.stdout.readline()
    try:
        yield
    finally:
        process.communicate(timeout=60)

"""Triggers that refuse to change or delete what was written, on SQLite and PostgreSQL.

They stop slips of the hand and of the program; whoever owns the database can drop them. What is
then changed is found by the chain, and that they are gone by `unguarded`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, Table, text

_REFUSE = """
CREATE FUNCTION liangfa_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append only: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$"""

_REFUSE_UNLESS_ERASED = """
CREATE FUNCTION liangfa_refuse_unless_erased() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM erasures WHERE evaluation_id = OLD.evaluation_id) THEN
        RAISE EXCEPTION 'no erasure: %', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$"""


def functions(dialect: str) -> Iterator[str]:
    """What the triggers call; once per database."""
    if dialect == "postgresql":
        yield _REFUSE
        yield _REFUSE_UNLESS_ERASED


def append_only(dialect: str, table: str, key: Sequence[str]) -> Iterator[str]:
    """No update, no delete; `key` are the columns of the primary key."""
    if dialect == "postgresql":
        yield from _postgresql(table, "refuse", "UPDATE OR DELETE OR TRUNCATE")
    else:
        yield _sqlite(table, "update", "BEFORE UPDATE", "")
        yield _sqlite(table, "delete", "BEFORE DELETE", "")
        yield _no_replace(table, key)


def erasable(dialect: str, table: str, key: Sequence[str]) -> Iterator[str]:
    """No update, and a delete only of what an erasure names."""
    if dialect == "postgresql":
        yield from _postgresql(table, "refuse", "UPDATE OR TRUNCATE")
        yield (
            f"CREATE TRIGGER {table}_erase BEFORE DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION liangfa_refuse_unless_erased()"
        )
        yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_erase"
    else:
        erased = "EXISTS (SELECT 1 FROM erasures WHERE evaluation_id = OLD.evaluation_id)"
        yield _sqlite(table, "update", "BEFORE UPDATE", "")
        yield _sqlite(table, "delete", "BEFORE DELETE", f"WHEN NOT {erased}")
        yield _no_replace(table, key)


def _postgresql(table: str, name: str, events: str) -> Iterator[str]:
    yield (
        f"CREATE TRIGGER {table}_{name} BEFORE {events} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION liangfa_refuse()"
    )
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_{name}"


def _no_replace(table: str, key: Sequence[str]) -> str:
    # INSERT OR REPLACE deletes without firing delete triggers.
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    there = f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same})"
    return _sqlite(table, "replace", "BEFORE INSERT", there)


def _sqlite(table: str, name: str, event: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{name} {event} ON {table} {when} "
        f"BEGIN SELECT RAISE(ABORT, 'append only: {table}'); END"
    )


def unguarded(connection: Connection, append: Sequence[Table], erase: Sequence[Table]) -> list[str]:
    """The tables, of those given, whose triggers are not all in force: on SQLite as they were
    made, on PostgreSQL by name and table (who replaces the function behind them is not seen)."""
    dialect = connection.dialect.name
    found = set(connection.scalars(text(_STANDING[dialect])))
    wanted = {table.name: append_only(dialect, table.name, _key(table)) for table in append}
    wanted |= {table.name: erasable(dialect, table.name, _key(table)) for table in erase}
    return [
        table
        for table, statements in wanted.items()
        if not {_known_by(dialect, table, each) for each in statements if "CREATE" in each} <= found
    ]


# SQLite keeps the statement itself; PostgreSQL would write it again in its own words.
_STANDING = {
    "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT 'CREATE TRIGGER ' || tgname || ' ON ' || relname"
    " FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
    " WHERE tgenabled = 'A' AND NOT tgisinternal AND relnamespace = current_schema()::regnamespace",
}


def _known_by(dialect: str, table: str, statement: str) -> str:
    return statement if dialect == "sqlite" else f"{statement.partition(' BEFORE')[0]} ON {table}"


def _key(table: Table) -> list[str]:
    return [column.name for column in table.primary_key.columns]

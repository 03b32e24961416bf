"""Somebody who changes records past the program."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from sqlalchemy import Table, create_engine, select, text


class Intruder:
    """Somebody who owns the database, puts its triggers out of the way and then back."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
        sqlite = self.engine.dialect.name == "sqlite"
        listed = (
            "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'"
            if sqlite
            else "SELECT tgrelid::regclass::text, tgname, '' FROM pg_trigger WHERE NOT tgisinternal"
        )
        self._off: dict[str, list[str]] = defaultdict(list)
        self._on: dict[str, list[str]] = defaultdict(list)
        with self.engine.connect() as connection:
            for table, name, made in connection.exec_driver_sql(listed).all():
                at = f"ALTER TABLE {table}"
                off, on = f"{at} DISABLE TRIGGER {name}", f"{at} ENABLE ALWAYS TRIGGER {name}"
                self._off[table].append(f"DROP TRIGGER {name}" if sqlite else off)
                self._on[table].append(made if sqlite else on)

    def run(self, *statements: Any) -> None:
        """Change the database, by SQL or by statements of SQLAlchemy."""
        words = set(re.findall("[a-z_]+", " ".join(map(str, statements))))
        touched = [table for table in self._off if table in words]
        off = [each for table in touched for each in self._off[table]]
        on = [each for table in touched for each in self._on[table]]
        self.leave_open(*off, *statements, *on)

    def leave_open(self, *statements: Any) -> None:
        """The same with the triggers as they are, or as the statements leave them."""
        with self.engine.begin() as connection:
            for each in statements:
                connection.execute(text(each) if isinstance(each, str) else each)

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """All rows of a table, in the order of its key."""
        ordered = select(table).order_by(*table.primary_key.columns)
        with self.engine.connect() as connection:
            return [dict(row) for row in connection.execute(ordered).mappings()]

    def leave(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

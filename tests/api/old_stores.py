"""Stores as earlier versions of the program left them, in any database."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, create_engine, select

from api.settings import Settings
from api.store import migrations

KEPT = Path(__file__).parents[1] / "fixtures" / "stores"


def leave(settings: Settings, revision: str) -> None:
    """Put the store that is kept of a revision where the settings point. The master key beside it
    was made for it and opens nothing else."""
    settings.state_dir.mkdir(mode=0o700)
    key = settings.state_dir / "master.key"
    key.write_bytes((KEPT / f"{revision}.master").read_bytes())
    key.chmod(0o600)
    embedded = not settings.database_url
    file = settings.state_dir / ("liangfa.sqlite3" if embedded else "then.sqlite3")
    with sqlite3.connect(file) as database:
        database.executescript((KEPT / f"{revision}.sql").read_text("utf-8"))
    database.close()
    if not embedded:
        _copy(file, settings.database_url, revision)


def _copy(file: Path, url: str, revision: str) -> None:
    """The same rows in a PostgreSQL database at the same revision."""
    source = create_engine(f"sqlite:///{file}")
    target = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    there = MetaData()
    with source.connect() as reading, target.begin() as writing:
        config.attributes["connection"] = writing
        command.upgrade(config, revision)
        there.reflect(reading)
        for table in there.sorted_tables:
            rows = [dict(row) for row in reading.execute(select(table)).mappings()]
            if rows and table.name != "alembic_version":
                writing.execute(table.insert(), rows)
    source.dispose()
    target.dispose()

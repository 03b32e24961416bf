"""Opening a store: the database at the schema of this program, with its own master key."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sqlalchemy import inspect, select

from api.settings import Settings
from api.store import migrations
from api.store import seal as sealing
from api.store.database import Database, address_of
from api.store.errors import Damaged
from api.store.ledger import Entry, Ledger
from api.store.records import PROGRAM
from api.store.store import Store
from api.store.tables import master_keys
from engine.faults import Finding, InputFault, Place


def open_store(settings: Settings, *, wait_seconds: float = 5.0) -> Store:
    """The store that the settings name, made on the first start.

    `wait_seconds` is how long a locked or absent database is waited for. Raises InputFault for
    a master key that is missing, readable by others or of another database, and for a database
    of a newer program; StoreUnavailable where the database does not answer.
    """
    database = Database(settings.store_url, wait_seconds)
    try:
        _migrate(database, settings.store_url)
        ledger = Ledger(database)
        seal = _seal(database, ledger, settings.state_dir / "master.key")
        store = Store(database, ledger, seal)
        # One damaged record must keep neither the others from being served, nor verification from
        # naming it; the points wait for the next start.
        with suppress(Damaged):
            store.fill_points()
    except BaseException:
        database.close()
        raise
    return store


def begun(settings: Settings) -> bool:
    """Whether there is a store where the settings point; makes nothing. Raises StoreUnavailable
    where the database does not answer."""
    address = address_of(settings.store_url)
    if address.get_backend_name() == "sqlite":
        return Path(address.database or "").exists()
    database = Database(settings.store_url, 5.0)
    try:
        with database.read() as connection:
            there = inspect(connection).has_table(master_keys.name)
            return there and connection.execute(select(master_keys.c.id)).first() is not None
    finally:
        database.close()


def _migrate(database: Database, url: str) -> None:
    with database.read() as connection:
        found = migrations.revision(connection)
    if found is None or found < migrations.HEAD:
        with database.write() as connection:
            if migrations.revision(connection) != migrations.HEAD:
                migrations.upgrade(connection)
    elif found > migrations.HEAD:
        finding = Finding(
            "newer_database",
            Place("database"),
            f"这个数据库属于更新的版本（{found}）",
            "请升级本程序，或者恢复升级前的备份",
        )
        raise InputFault([finding])


def _seal(database: Database, ledger: Ledger, path: Path) -> sealing.Seal:
    begun = select(master_keys.c.id)
    with database.read() as connection:
        fingerprint = connection.execute(begun).scalar()
    if fingerprint is None:

        def begin(entry: Entry) -> None:
            if entry.connection.execute(begun).first():
                return  # another process was faster
            master = sealing.master_key(path) if path.exists() else sealing.new_master_key(path)
            id = sealing.Seal(master).fingerprint
            entry.add(master_keys, id=id, created_at=entry.at)
            entry.sign(PROGRAM, "begin", "master_key", id)

        ledger.append(begin)
        with database.read() as connection:
            fingerprint = connection.execute(begun).scalar()
    seal = sealing.Seal(sealing.master_key(path))
    sealing.check_master_key(seal, str(fingerprint), path)
    return seal

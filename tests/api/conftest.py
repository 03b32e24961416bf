"""A database of its own for each test, embedded and PostgreSQL, and a store on it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from api.settings import Settings
from api.store import Store, open_store

SERVER = "LIANGFA_TEST_POSTGRES"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'liangfa.sqlite3'}"
        return
    server = os.environ.get(SERVER)
    if not server:
        pytest.skip(f"没有设置 {SERVER}，未在 PostgreSQL 上测试（见 .ci/postgres）")
    name = f"liangfa_test_{uuid.uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield f"{server.rsplit('/', 1)[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def store_settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings with an empty state folder and that database."""
    return Settings(state_dir=tmp_path / "state", database_url=database_url)


@pytest.fixture
def store(store_settings: Settings) -> Iterator[Store]:
    """A fresh store."""
    opened = open_store(store_settings)
    yield opened
    opened.close()

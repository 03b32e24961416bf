"""A store and an application on a database of its own for each test, embedded and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from http_door import Caller, Door, opened

from api.settings import Settings
from api.store import Store, open_store


@pytest.fixture
def store_settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings with an empty state folder and a database without records."""
    return Settings(state_dir=tmp_path / "state", database_url=database_url)


@pytest.fixture
def store(store_settings: Settings) -> Iterator[Store]:
    """A fresh store."""
    opened = open_store(store_settings)
    yield opened
    opened.close()


@pytest.fixture
def door(tmp_path: Path, database_url: str) -> Iterator[Door]:
    """An application over an empty store, without any key."""
    with opened(tmp_path, database_url=database_url) as door:
        yield door


@pytest.fixture(scope="module")
def shared_door(
    tmp_path_factory: pytest.TempPathFactory, shared_database_url: str
) -> Iterator[Door]:
    """An application for all tests of a module that leave no trace in each other."""
    with opened(tmp_path_factory.mktemp("door"), database_url=shared_database_url) as door:
        yield door


@pytest.fixture
def us(door: Door) -> Caller:
    """A caller of the application without a key, on this machine."""
    return door.nobody()

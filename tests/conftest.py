"""Hypothesis profiles, and the engines and databases every test may ask for; plain helpers are in
helpers.py."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from databases import KINDS, Shared, database
from helpers import FICTION, RULES, engine_for
from hypothesis import HealthCheck, settings

from engine.evaluate import Engine

_QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
# Every run of the same tree does the same work: a red test stays red until the code changes.
settings.register_profile(
    "default",
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=False,
    suppress_health_check=_QUIET,
)
settings.register_profile("ci", parent=settings.get_profile("default"))
# HYPOTHESIS_PROFILE=long: other examples every time, and many of them.
settings.register_profile(
    "long",
    parent=settings.get_profile("default"),
    derandomize=False,
    print_blob=True,
    max_examples=5_000,
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def moon() -> Engine:
    """The fictional statute: no tiers, no policies."""
    return engine_for(FICTION, "moon")


@pytest.fixture(scope="session")
def bench() -> Engine:
    """The fictional benchmark: tiers, bands and a suggesting policy."""
    return engine_for(FICTION, "moon-bench")


@pytest.fixture(scope="session")
def proposal() -> Engine:
    """The fictional district: proposals that fill gaps."""
    return engine_for(FICTION, "moon-proposal")


@pytest.fixture(scope="session")
def round_() -> Engine:
    """The fictional crater: old and new law, limitation, capacity, powers, procedures."""
    return engine_for(FICTION, "moon-round")


@pytest.fixture(scope="session")
def mem() -> Engine:
    """The real benchmark rule set."""
    return engine_for(RULES, "cn-mem")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Shared]:
    """What `database_url` gives; never to be asked for directly."""
    with ExitStack() as stack:
        yield Shared(stack)


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """The setting of a database without records, embedded and PostgreSQL; one at a time."""
    return "" if request.param == "sqlite" else request.getfixturevalue("postgresql").take()


@pytest.fixture(params=KINDS)
def new_database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The setting of a database that nobody ever opened, and that a test may spoil."""
    with database(request.param) as url:
        yield url


@pytest.fixture(scope="module", params=KINDS)
def shared_database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The setting of a database for all tests of a module."""
    with database(request.param) as url:
        yield url

"""Killed, locked, full, gone: what was acknowledged is there, and the store comes back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import psycopg
import pytest
from databases import locked, server_address
from records import OFFICER, evaluation, write_all, writer

from api.settings import Settings
from api.store import Store, StoreUnavailable, open_store

SCRIPT = Path(__file__).resolve().parents[2] / ".ci" / "postgres"


def ids(store: Store) -> set[str]:
    """The records there are."""
    return {each.id for each in store.evaluations(office=None, limit=2**20)[0]}


def test_a_writer_killed_twenty_times_loses_nothing_it_acknowledged(
    tmp_path: Path, database_url: str
) -> None:
    settings = Settings(state_dir=tmp_path, database_url=database_url)
    acknowledged: set[str] = set()
    for round_ in range(20):
        process = writer(settings, 2**20)
        assert process.stdout
        for _ in range(1 + 7 * round_ % 40):
            acknowledged.add(process.stdout.readline().strip())
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0]
        acknowledged |= {line.strip() for line in rest.splitlines(True) if line.endswith("\n")}
        assert process.returncode == -signal.SIGKILL
        store = open_store(settings)
        assert store.verify().ok
        assert acknowledged <= ids(store)
        store.close()
    assert len(acknowledged) > 300 and "" not in acknowledged


def test_locked_by_somebody_else(tmp_path: Path, database_url: str) -> None:
    settings = Settings(state_dir=tmp_path, database_url=database_url)
    store = open_store(settings, wait_seconds=0.2)
    record, _ = store.add_evaluation(evaluation(), OFFICER)
    with locked(settings.store_url):
        with ThreadPoolExecutor(8) as pool:
            tried = [pool.submit(store.add_evaluation, evaluation(), OFFICER) for _ in range(40)]
        assert {type(each.exception()) for each in tried} == {StoreUnavailable}
        assert store.evaluation(record.id) and store.verify().ok  # reading goes on
    again, _ = store.add_evaluation(evaluation(), OFFICER)
    assert ids(store) == {record.id, again.id} and store.verify().ok
    store.close()


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A folder with a file system of its own."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("不能挂载小磁盘（需要 root），没有测试磁盘写满")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    with small_disk(disk, "4m"):
        fill(Settings(state_dir=disk), disk, "16m")


def fill(settings: Settings, disk: Path, more: str) -> None:
    """Record until the disk is full, and again once there is more room."""
    store = open_store(settings)
    large = evaluation(result=os.urandom(50_000))
    written = []
    with pytest.raises(StoreUnavailable):
        for _ in range(200):
            written.append(store.add_evaluation(large, OFFICER)[0].id)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            store.add_evaluation(large, OFFICER)
    assert len(written) > 5 and ids(store) == set(written) and store.verify().ok
    subprocess.run(["mount", "-o", f"remount,size={more}", str(disk)], check=True)
    written.append(store.add_evaluation(large, OFFICER)[0].id)
    assert ids(store) == set(written) and store.verify().ok
    store.close()


def test_a_folder_that_cannot_hold_a_database(tmp_path: Path) -> None:
    (tmp_path / "liangfa.sqlite3").mkdir()
    with pytest.raises(StoreUnavailable):
        open_store(Settings(state_dir=tmp_path))


# PostgreSQL


@pytest.fixture
def server() -> Iterator[Path]:
    """The folder of a PostgreSQL server of our own, stopped at the end."""
    server_address()  # where PostgreSQL is not tested, neither is this
    folder = Path(tempfile.mkdtemp(prefix="liangfa-"))
    folder.chmod(0o755)
    yield folder
    subprocess.run([SCRIPT, "stop", folder], capture_output=True)
    shutil.rmtree(folder)


def start(folder: Path) -> str:
    """Start the server; its URL."""
    said = subprocess.run([SCRIPT, "start", folder], check=True, stdout=subprocess.PIPE, text=True)
    return said.stdout.strip()


def stop(folder: Path) -> None:
    """Stop the server under its clients."""
    subprocess.run([SCRIPT, "stop", folder], check=True)


def test_postgresql_stopped_and_started_in_mid_flight(server: Path, tmp_path: Path) -> None:
    settings = Settings(state_dir=tmp_path, database_url=start(server))
    store = open_store(settings)
    _, secret = store.add_key("执法系统", "officer", "裕安")
    assert store.actor_for(secret)
    acknowledged: list[str] = []
    under_way = Event()

    def say(id: str) -> None:
        acknowledged.append(id)
        if len(acknowledged) > 50:
            under_way.set()

    asks: list[Callable[[], object]] = [
        store.ping,
        store.verify,
        lambda: store.add_evaluation(evaluation(), OFFICER),
        lambda: store.actor_for(secret),
    ]
    with ThreadPoolExecutor(8) as pool:
        writers = [pool.submit(write_all, store, 100, f"w{n}-", say) for n in range(8)]
        assert under_way.wait(60)
        for _ in range(2):
            stop(server)
            said = [_answer(ask) for ask in asks]
            start(server)  # in any case, or the writers would ask for ever
            assert said == [StoreUnavailable] * len(asks)
            store.ping()
        for each in writers:
            each.result()
    stop(server)
    start(server)
    assert store.actor_for(secret)  # nobody asked meanwhile, nobody notices
    assert len(set(acknowledged)) == 800
    assert ids(store) == set(acknowledged)  # the unanswered were asked again, and none doubled
    assert store.verify().ok
    store.close()


def test_postgresql_on_a_full_disk(server: Path, tmp_path: Path) -> None:
    url, disk = start(server), server / "disk"
    with small_disk(disk, "12m"):
        shutil.chown(disk, "postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
            connection.execute("CREATE DATABASE full_up TABLESPACE small")
        url = url.rpartition("/")[0] + "/full_up"
        fill(Settings(state_dir=tmp_path, database_url=url), disk, "64m")


def _answer(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except Exception as fault:
        return type(fault)


def test_no_server_at_the_address(tmp_path: Path) -> None:
    url = "postgresql://postgres@127.0.0.1:1/none"
    with pytest.raises(StoreUnavailable):
        open_store(Settings(state_dir=tmp_path, database_url=url), wait_seconds=1)

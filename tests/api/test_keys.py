"""API keys open what they were made for, until they are revoked; and the master key."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from records import MAINTAINER, evaluation
from sqlalchemy import create_engine

from api.settings import Settings
from api.store import Actor, NotFound, Store, open_store, tables
from engine.faults import InputFault


def test_a_key_names_its_holder(store: Store) -> None:
    assert not store.has_keys()
    id, secret = store.add_key("执法系统", "officer", "裕安")
    assert store.has_keys()
    for _ in range(2):
        assert store.actor_for(secret) == Actor(id, "执法系统", "officer", "裕安")
    (listed,) = store.keys()
    assert (listed.id, listed.name, listed.role, listed.office) == (
        id,
        "执法系统",
        "officer",
        "裕安",
    )
    assert listed.revoked_at is None


def test_only_the_hash_is_stored(store: Store, store_settings: Settings) -> None:
    _, secret = store.add_key("执法系统", "officer", "裕安")
    engine = create_engine(store_settings.store_url.replace("postgresql:", "postgresql+psycopg:"))
    with engine.connect() as connection:
        row = connection.execute(tables.api_keys.select()).one()
    engine.dispose()
    assert row.secret_hash.startswith("$argon2id$")
    assert secret.split("_", 2)[2] not in str(tuple(row))


def test_nothing_else_opens(store: Store) -> None:
    id, secret = store.add_key("执法系统", "officer", "裕安")
    other, _ = store.add_key("另一系统", "officer", "金安")
    wrong = (
        "",
        "lf",
        "lf__",
        f"lf_{id}_",
        f"lf_{id}",
        secret[:-1],
        secret + "x",
        secret.upper(),
        secret.replace(id, other),
        secret.replace(id, "0" * 26),
        "\0",
        "\ud800",
        f"lf_{id}_\ud800\0",
    )
    for each in wrong:
        assert store.actor_for(each) is None, each


def test_a_revoked_key_opens_nothing_at_once(store: Store) -> None:
    id, secret = store.add_key("执法系统", "officer", "裕安")
    assert store.actor_for(secret)
    store.revoke_key(id, MAINTAINER)
    store.revoke_key(id, MAINTAINER)
    assert store.actor_for(secret) is None
    assert store.has_keys() and store.keys()[0].revoked_at
    with pytest.raises(NotFound):
        store.revoke_key("nothing", MAINTAINER)
    assert store.verify().ok


def test_another_process_revokes_it_at_once_too(store: Store, store_settings: Settings) -> None:
    id, secret = store.add_key("执法系统", "officer", "裕安")
    assert store.actor_for(secret)
    program = (
        "import sys; from pathlib import Path; from api.settings import Settings; "
        "from api.store import PROGRAM, open_store; "
        "s = open_store(Settings(state_dir=Path(sys.argv[1]), database_url=sys.argv[2])); "
        "s.revoke_key(sys.argv[3], PROGRAM)"
    )
    given = [str(store_settings.state_dir), store_settings.store_url, id]
    subprocess.run([sys.executable, "-c", program, *given], check=True)
    assert store.actor_for(secret) is None


def test_a_role_that_does_not_exist(store: Store) -> None:
    with pytest.raises(ValueError):
        store.add_key("x", "king", "裕安")


def test_the_master_key_is_for_its_owner_only(store: Store, store_settings: Settings) -> None:
    path = store_settings.state_dir / "master.key"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in path.parent.iterdir() if each.name.startswith(".master")] == []
    path.chmod(0o640)
    with pytest.raises(InputFault, match="chmod 600"):
        open_store(store_settings)


def test_without_its_master_key_a_store_does_not_open(
    store: Store, store_settings: Settings, tmp_path: Path
) -> None:
    store.add_evaluation(evaluation(), MAINTAINER)
    path = store_settings.state_dir / "master.key"
    own = path.read_bytes()
    path.unlink()
    with pytest.raises(InputFault, match="找不到主密钥"):
        open_store(store_settings)
    assert not path.exists()
    path.write_bytes(b"short")
    path.chmod(0o600)
    with pytest.raises(InputFault, match="不能读"):
        open_store(store_settings)
    open_store(Settings(state_dir=tmp_path / "other")).close()
    path.write_bytes((tmp_path / "other" / "master.key").read_bytes())
    with pytest.raises(InputFault, match="不是这个数据库的主密钥"):
        open_store(store_settings)
    path.write_bytes(own)
    again = open_store(store_settings)
    assert again.verify().ok
    again.close()

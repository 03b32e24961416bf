"""`liangfa keys` and `liangfa audit verify`: who may use the service, and whether its records are
as they were written."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from api.settings import Settings
from api.store import open_store

ADD = ("keys", "add", "--name", "办案系统", "--role", "officer", "--office", "叶集区应急管理局")


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A state folder of one's own, known from the environment."""
    monkeypatch.delenv("LIANGFA_DATABASE_URL", raising=False)
    monkeypatch.setenv("LIANGFA_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def added(liangfa) -> dict[str, Any]:
    """A new key."""
    said = liangfa(*ADD, "--format", "json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_a_key_is_shown_once_and_works(liangfa, state: Path) -> None:
    said = liangfa(*ADD)
    assert said.code == 0
    id, secret = (line.partition("：")[2] for line in said.out.splitlines()[:2])
    store = open_store(Settings(state_dir=state))
    actor = store.actor_for(secret)
    store.close()
    assert actor is not None
    assert (actor.key_id, actor.role, actor.office) == (id, "officer", "叶集区应急管理局")
    for command in (("keys", "list"), ("keys", "list", "--format", "json")):
        said = liangfa(*command)
        assert id in said.out and secret not in said.out


def test_a_revoked_key_stays_on_the_list(liangfa, state: Path) -> None:
    one, other = added(liangfa), added(liangfa)
    said = liangfa("keys", "revoke", one["id"])
    assert (said.code, said.out) == (0, f"已撤销：{one['id']}（办案系统）\n")
    assert liangfa("keys", "revoke", one["id"]).code == 0, "once more does no harm"
    listed = {
        each["id"]: each for each in json.loads(liangfa("keys", "list", "--format", "json").out)
    }
    assert listed[one["id"]]["revoked_at"] is not None
    assert listed[other["id"]]["revoked_at"] is None
    store = open_store(Settings(state_dir=state))
    assert store.actor_for(one["secret"]) is None
    assert store.actor_for(other["secret"]) is not None
    store.close()


def test_an_unknown_key_cannot_be_revoked(liangfa) -> None:
    added(liangfa)
    said = liangfa("keys", "revoke", "nobody")
    assert said.code == 2
    assert said.err == "ID:1:1: bad_option: 没有密钥“nobody”；编号见 liangfa keys list\n"


@pytest.mark.parametrize("option", ["--name", "--office"])
@pytest.mark.parametrize("text", ["", "  ", "a\nb", "长" * 101])
def test_a_name_must_be_readable(liangfa, option: str, text: str) -> None:
    words = list(ADD)
    words[words.index(option) + 1] = text
    said = liangfa(*words)
    assert said.code == 2 and said.err.startswith(f"{option}:1:1: bad_option")


def test_an_unknown_role_is_bad_usage(liangfa) -> None:
    assert liangfa(*ADD, "--role", "emperor").code == 2


@pytest.mark.parametrize("words", [("keys", "list"), ("keys", "revoke", "x"), ("audit", "verify")])
def test_a_wrong_folder_is_told_and_not_made(liangfa, state: Path, words: tuple[str, ...]) -> None:
    said = liangfa(*words)
    assert said.code == 2
    assert said.err == (
        f"--state:1:1: bad_option: “{state}”里没有记录；请用 --state 写明服务的数据目录\n"
    )
    assert not state.exists()


def test_a_database_that_does_not_answer_is_exit_3(
    liangfa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIANGFA_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    said = liangfa("keys", "list")
    assert said.code == 3 and "store_unavailable" in said.err


# Records ------------------------------------------------------------------------------------


def test_records_as_they_were_written(liangfa) -> None:
    added(liangfa)
    said = liangfa("audit", "verify")
    assert said.code == 0
    assert "记录完整" in said.out
    head = said.out.splitlines()[-1].split()
    added(liangfa)
    assert liangfa("audit", "verify", *head).code == 0
    told = json.loads(liangfa("audit", "verify", *head, "--format", "json").out)
    assert told["ok"] is True and told["fault"] is None and told["seq"] > int(head[1])


def test_a_cut_off_tail_is_found_with_a_head_kept_elsewhere(liangfa) -> None:
    added(liangfa)
    told = json.loads(liangfa("audit", "verify", "--format", "json").out)
    said = liangfa("audit", "verify", "--seq", str(told["seq"] + 1), "--hash", told["hash"])
    assert said.code == 1 and "记录" in said.out


def test_a_changed_record_is_found(liangfa, state: Path) -> None:
    key = added(liangfa)
    with sqlite3.connect(state / "liangfa.sqlite3") as database:
        tables = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        ]
        for name in tables:
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE api_keys SET role = 'maintainer' WHERE id = ?", (key["id"],))
    database.close()
    said = liangfa("audit", "verify")
    assert said.code == 1
    assert "记录被改动" in said.out and key["id"] in said.out
    assert json.loads(liangfa("audit", "verify", "--format", "json").out)["ok"] is False


def test_a_head_is_both_numbers(liangfa) -> None:
    added(liangfa)
    said = liangfa("audit", "verify", "--seq", "3")
    assert said.code == 2 and "--seq 和 --hash 要一起写" in said.err

"""`liangfa keys` and `liangfa audit verify`: who may use the service, and whether its records are
as they were written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from databases import EMBEDDED
from intruder import Intruder

from api.settings import from_environment
from api.store import open_store

pytestmark = pytest.mark.usefixtures("state")

ADD = ("keys", "add", "--name", "办案系统", "--role", "officer", "--office", "叶集区应急管理局")


def added(liangfa) -> dict[str, Any]:
    """A new key."""
    said = liangfa(*ADD, "--format", "json")
    assert said.code == 0, said.err
    return json.loads(said.out)


def test_a_key_is_shown_once_and_works(liangfa) -> None:
    said = liangfa(*ADD)
    assert said.code == 0
    id, secret = (line.partition("：")[2] for line in said.out.splitlines()[:2])
    store = open_store(from_environment())
    actor = store.actor_for(secret)
    store.close()
    assert actor is not None
    assert (actor.key_id, actor.role, actor.office) == (id, "officer", "叶集区应急管理局")
    for command in (("keys", "list"), ("keys", "list", "--format", "json")):
        said = liangfa(*command)
        assert id in said.out and secret not in said.out


def test_a_revoked_key_stays_on_the_list(liangfa) -> None:
    one, other = added(liangfa), added(liangfa)
    said = liangfa("keys", "revoke", one["id"])
    assert (said.code, said.out) == (0, f"已撤销：{one['id']}（办案系统）\n")
    assert liangfa("keys", "revoke", one["id"]).code == 0, "once more does no harm"
    listed = {
        each["id"]: each for each in json.loads(liangfa("keys", "list", "--format", "json").out)
    }
    assert listed[one["id"]]["revoked_at"] is not None
    assert listed[other["id"]]["revoked_at"] is None
    store = open_store(from_environment())
    assert store.actor_for(one["secret"]) is None
    assert store.actor_for(other["secret"]) is not None
    store.close()


def test_an_unknown_key_cannot_be_revoked(liangfa) -> None:
    added(liangfa)
    said = liangfa("keys", "revoke", "nobody")
    assert said.code == 2
    assert said.err == "ID:1:1: bad_option: 没有密钥“nobody”；编号见 liangfa keys list\n"


@EMBEDDED
@pytest.mark.parametrize("option", ["--name", "--office"])
@pytest.mark.parametrize("text", ["", "  ", "a\nb", "长" * 101])
def test_a_name_must_be_readable(liangfa, option: str, text: str) -> None:
    words = list(ADD)
    words[words.index(option) + 1] = text
    said = liangfa(*words)
    assert said.code == 2 and said.err.startswith(f"{option}:1:1: bad_option")


@EMBEDDED
def test_an_unknown_role_is_bad_usage(liangfa) -> None:
    assert liangfa(*ADD, "--role", "emperor").code == 2


@pytest.mark.parametrize("words", [("keys", "list"), ("keys", "revoke", "x"), ("audit", "verify")])
def test_a_wrong_place_is_told_and_nothing_is_made(
    liangfa, state: Path, database_url: str, words: tuple[str, ...]
) -> None:
    said = liangfa(*words)
    assert said.code == 2
    assert said.err == (
        "LIANGFA_DATABASE_URL:1:1: bad_option: 这个数据库里没有记录；"
        "请核对写的是不是服务用的数据库\n"
        if database_url
        else f"--state:1:1: bad_option: “{state}”里没有记录；请用 --state 写明服务的数据目录\n"
    )
    assert not state.exists()


@EMBEDDED
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


def test_a_changed_record_is_found(liangfa) -> None:
    key = added(liangfa)
    intruder = Intruder(from_environment().store_url)
    intruder.run(f"UPDATE api_keys SET role = 'maintainer' WHERE id = '{key['id']}'")
    intruder.leave()
    said = liangfa("audit", "verify")
    assert said.code == 1
    assert "记录被改动" in said.out and key["id"] in said.out
    assert json.loads(liangfa("audit", "verify", "--format", "json").out)["ok"] is False


def test_a_head_is_both_numbers(liangfa) -> None:
    added(liangfa)
    said = liangfa("audit", "verify", "--seq", "3")
    assert said.code == 2 and "--seq 和 --hash 要一起写" in said.err


@EMBEDDED
@pytest.mark.parametrize("name", ["", "  ", "甲" * 101, "甲\n乙", "甲\u202e乙"])
def test_a_name_has_to_be_readable(liangfa, name: str) -> None:
    said = liangfa("keys", "add", "--name", name, "--role", "officer", "--office", "望山局")
    assert said.code == 2
    assert "不能是空的，不能超过 100 字，也不能有换行和看不见的字符" in said.err


@EMBEDDED
def test_the_first_key_makes_a_database_for_its_owner_only(liangfa, state: Path) -> None:
    added(liangfa)
    assert (state / "liangfa.sqlite3").stat().st_mode & 0o077 == 0

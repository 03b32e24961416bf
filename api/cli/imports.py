"""liangfa review imports, withdraw: what was imported, and taking an import out of the review."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.common import (
    Format,
    FormatOption,
    StateOption,
    bad_option,
    console,
    opened_store,
    print_json,
    settings_of,
)
from api.layout import line

if TYPE_CHECKING:
    from api.store import Batch


def list_(state: StateOption = None, format: FormatOption = Format.text) -> None:
    """List every import, withdrawn ones too, newest first."""
    with opened_store(settings_of(state_dir=state)) as store:
        found, _ = store.batches()
    if format is Format.json:
        print_json([_document(each) for each in found])
        return
    out = console()
    for each in found:
        line(out, 0, f"{each.id}  {_name(each)}，{each.rows} 行")
        standing = "计入统计" if each.withdrawn is None else _withdrawn(each)
        line(out, 4, f"{each.at} {each.actor} 导入 · {standing}", "dim", hang=4)
    if not found:
        line(out, 0, "没有导入过。")


def withdraw(
    id: Annotated[str, typer.Argument(help="批次（见 review imports）。")],
    reason: Annotated[str, typer.Option("--reason", help="为什么撤回；不写个人信息。")],
    by: Annotated[str, typer.Option("--by", help="谁撤回；不写则是本机的用户名。")] = "",
    state: StateOption = None,
    format: FormatOption = Format.text,
) -> None:
    """Withdraw an import: its rows count no more and may be imported again. Doing it twice is
    doing it once."""
    from api.consistency.withdrawing import reason_fault
    from api.store import Actor, NotFound

    if fault := reason_fault(reason):
        raise bad_option("--reason", fault, "例如 --reason 选错了文件")
    actor = Actor(None, by or getpass.getuser(), "maintainer", "")
    with opened_store(settings_of(state_dir=state)) as store:
        try:
            done = store.withdraw(id, actor, reason)
            found = store.batch(id)
        except NotFound:
            said = f"没有这一批导入“{id[:60]}”"
            raise bad_option("ID", said, "批次见 liangfa review imports") from None
    if format is Format.json:
        print_json({**_document(found), "withdrawn_now": done})
        return
    out = console()
    if done:
        line(out, 0, f"已撤回：{found.id}（{_name(found)}），{found.rows} 行不再计入统计。")
        line(out, 0, "记录仍然保留；改正后的文件可以重新导入。")
    else:
        line(out, 0, f"以前已经撤回，没有再写：{_withdrawn(found)}", hang=2)


def _name(found: Batch) -> str:
    return "文件名已删除" if found.name is None else found.name or "没有记下文件名"


def _withdrawn(found: Batch) -> str:
    gone = found.withdrawn
    return f"{gone.at} {gone.actor} 撤回：{gone.reason}" if gone is not None else ""


def _document(found: Batch) -> dict[str, Any]:
    gone = found.withdrawn
    return {
        "import": found.id,
        "at": found.at,
        "actor": found.actor,
        "office": found.office,
        "rows": found.rows,
        "file": found.name,
        "file_hash": found.file_hash,
        "withdrawn": gone
        and {"at": gone.at, "actor": gone.actor, "office": gone.office, "reason": gone.reason},
    }

"""liangfa keys: who may use the HTTP service."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

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

NAME = "keys"
HELP = "发放、查看、撤销 HTTP 服务的密钥。"


class Role(StrEnum):
    """What a key may be used for."""

    officer = "officer"
    reviewer = "reviewer"
    maintainer = "maintainer"


_ROLES = {"officer": "办案", "reviewer": "审核", "maintainer": "维护"}

app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False)


@app.command("add", help="发放一个密钥；密钥只显示这一次。")
def add(
    name: Annotated[str, typer.Option("--name", help="谁用，例如 办案系统。")],
    role: Annotated[
        Role,
        typer.Option("--role", help="officer 办案、reviewer 审核、maintainer 维护。"),
    ],
    office: Annotated[str, typer.Option("--office", help="机关，例如 叶集区应急管理局。")],
    state: StateOption = None,
    format: FormatOption = Format.text,
) -> None:
    """Make a key and show its secret, once."""
    for option, text in (("--name", name), ("--office", office)):
        if not text.strip() or not text.isprintable() or len(text) > 100:
            message = "不能是空的，不能超过 100 字，也不能有换行和看不见的字符"
            raise bad_option(option, message, "请写一个看得懂的名称")
    with opened_store(settings_of(state_dir=state), begin=True) as store:
        id, secret = store.add_key(name.strip(), role.value, office.strip())
    if format is Format.json:
        print_json({"id": id, "secret": secret})
        return
    out = console()
    line(out, 0, f"编号：{id}")
    out.print(f"密钥：{secret}", soft_wrap=True, markup=False, highlight=False)
    line(out, 0, "请现在保存：它只显示这一次，记录里只有摘要。")


@app.command("list", help="列出密钥，不显示密钥本身。")
def list_(state: StateOption = None, format: FormatOption = Format.text) -> None:
    """List every key, revoked ones too."""
    with opened_store(settings_of(state_dir=state)) as store:
        keys = store.keys()
    if format is Format.json:
        print_json(
            [
                {
                    "id": key.id,
                    "name": key.name,
                    "role": key.role,
                    "office": key.office,
                    "created_at": key.created_at,
                    "revoked_at": key.revoked_at,
                }
                for key in keys
            ]
        )
        return
    out = console()
    for key in keys:
        state_of = f"{key.revoked_at} 撤销" if key.revoked_at else "有效"
        line(out, 0, f"{key.id}  {key.name}（{_ROLES[key.role]}，{key.office}）")
        line(out, 4, f"{key.created_at} 发放 · {state_of}", "dim")
    if not keys:
        line(out, 0, "还没有密钥；没有密钥时 liangfa serve 只对本机服务。")


@app.command("revoke", help="撤销一个密钥，立即生效。")
def revoke(
    id: Annotated[str, typer.Argument(help="密钥的编号（见 keys list）。")],
    state: StateOption = None,
    format: FormatOption = Format.text,
) -> None:
    """Revoke a key; a service that runs refuses it from now on."""
    from api.store import PROGRAM

    with opened_store(settings_of(state_dir=state)) as store:
        listed = store.keys()
        found = next((key for key in listed if key.id == id), None)
        if found is None:
            raise bad_option("ID", f"没有密钥“{id[:60]}”", "编号见 liangfa keys list")
        if found.revoked_at is None:
            store.revoke_key(id, PROGRAM)
    if format is Format.json:
        print_json({"id": id, "name": found.name})
    else:
        line(console(), 0, f"已撤销：{id}（{found.name}）")

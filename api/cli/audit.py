"""liangfa audit: is every record as it was written, and a document that of its record."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from api.cli.common import (
    EXIT_FINDING,
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

NAME = "audit"
HELP = "核对记录有没有被改动。"

_KINDS = {
    "altered": "被改动",
    "missing": "缺失",
    "inserted": "不是本程序写入的",
    "reordered": "次序被改动",
}

app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False)


@app.command("verify", help="从头核对全部记录；发现改动时退出码为 1。")
def verify(
    seq: Annotated[
        int | None, typer.Option("--seq", min=1, help="以前记下的序号，用来发现末尾被截去。")
    ] = None,
    hash: Annotated[str | None, typer.Option("--hash", help="那个序号的校验值。")] = None,
    state: StateOption = None,
    format: FormatOption = Format.text,
) -> None:
    """Recompute the chain of every record; exit 1 at the first that is not as it was written."""
    if (seq is None) != (hash is None):
        raise bad_option("--seq", "--seq 和 --hash 要一起写", "两个都写以前核对时记下的值")
    expected = (seq, hash) if seq is not None and hash is not None else None
    with opened_store(settings_of(state_dir=state)) as store:
        found = store.verify(expected)
    if format is Format.json:
        print_json(dataclasses.asdict(found))
    else:
        out = console()
        if found.ok:
            line(out, 0, f"记录完整：共 {found.seq} 条。", "bold")
            line(out, 0, "请把下面两个值记在别处，下次核对时写上，就能发现末尾被截去：")
            out.print(f"--seq {found.seq} --hash {found.hash}", soft_wrap=True, markup=False)
        elif (fault := found.fault) is not None:
            kind = _KINDS.get(fault.kind, fault.kind)
            line(out, 0, f"记录{kind}：{fault.table} {fault.id}：{fault.says}", "red", hang=2)
    if not found.ok:
        raise typer.Exit(EXIT_FINDING)


@app.command("document", help="核对一份裁量说明的校验码；不相符或者记录被改动时退出码为 1。")
def document(
    id: Annotated[str, typer.Argument(help="记录编号。")],
    code: Annotated[str, typer.Argument(help="文书上的校验码。")],
    state: StateOption = None,
    format: FormatOption = Format.text,
) -> None:
    """Verify the whole chain, then whether a code is that of a record as it is; exit 1 if not."""
    from api.documents.code import decided_since

    with opened_store(settings_of(state_dir=state)) as store:
        found = store.verify()
        record = store.evaluation(id)
        decisions = store.decisions(id) if record is not None else []
    if record is None:
        raise bad_option("ID", f"没有记录“{id[:60]}”", "记录编号在文书末尾")
    since = decided_since(code, record, decisions)
    matches = since is not None and not since
    ok = found.ok and matches
    if format is Format.json:
        print_json({"ok": ok, "code_matches": matches, "records_sound": found.ok})
    else:
        out = console()
        if not found.ok:
            line(out, 0, "记录被改动，不能核对；请运行 liangfa audit verify。", "red")
        elif matches:
            line(out, 0, "校验码相符：文书与现存记录和最后一次处罚决定一致。", "bold")
        elif since:
            said = f"校验码是以前的：文书下载以后又记录了处罚决定（{len(since)} 次），请重新下载。"
            line(out, 0, said, "red")
        else:
            line(out, 0, "校验码不符：不是这个记录的文书，或者抄错了。", "red")
    if not ok:
        raise typer.Exit(EXIT_FINDING)

"""liangfa bundle: a rule set with all its layers as one file, the same bytes every time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.common import (
    EXIT_FINDING,
    RULES,
    Format,
    FormatOption,
    PublishedOption,
    RuleSetOption,
    RulesOption,
    StateOption,
    bad_option,
    choose_rule_set,
    console,
    print_json,
    write_bytes,
)
from api.cli.verify_bundle import document as verification_document
from api.cli.verify_bundle import print_verification
from api.cli.working import working
from api.diff.sources import opened, side_of
from api.layout import line
from engine.bundle import digest
from engine.changelog import changelog_entry
from engine.differencing import difference, read_side
from engine.faults import RuleFault
from engine.layering import load_bundle
from engine.model import RuleSet

if TYPE_CHECKING:
    from api.verification import Verification

NAME = "bundle"
HELP = "把一个规则集连同各层打成一个文件，内容相同就逐字节相同。"


def run(
    rules: RulesOption = RULES,
    rule_set: RuleSetOption = None,
    published_only: PublishedOption = False,
    out: Annotated[
        Path | None, typer.Option("--out", "--output", help="写到文件；不写则输出到屏幕。")
    ] = None,
    release: Annotated[
        bool,
        typer.Option("--release", help="作为发布：核对全部项目，各层都要有人批准，否则不写。"),
    ] = False,
    since: Annotated[
        str | None,
        typer.Option("--since", help="从哪一套规则改来（写法同 diff）：拟一条更新日志。"),
    ] = None,
    state: StateOption = None,
    format: FormatOption = Format.text,
) -> None:
    """Write the bundle that the digest of a rule set is taken of; with `--release` only when it
    passes every check and is approved, with `--since` only when the versions follow the changes."""
    if since is not None and out is None:
        raise bad_option("--since", "日志和规则包不能都输出到屏幕", "请用 --out 写明文件")
    if release and out is None:
        raise bad_option("--release", "发布要写到文件", "请用 --out 写明文件")
    if release and out is not None and out.exists():
        raise bad_option("--out", f"“{out}”已经存在，发布过的不能改", "请换一个文件名")
    rules = rules.resolve()
    chosen = choose_rule_set(rules, rule_set, None, published_only)
    content = load_bundle(rules, chosen.id, published_only=published_only).content()
    if out is None:
        write_bytes(content, None, binary=False)
        return
    entry = None if since is None else _entry(since, rules, chosen, state)
    found = None
    if release:
        from api.verification import verify  # loads the matcher, which other commands do without

        with working("核对规则包"):
            found = verify(content, str(out), rules, release=True)
    written = found is None or found.holds
    if written:
        write_bytes(content, out, binary=False)
    if format is Format.json:
        told = _document(chosen, content, out, found, written=written)
        print_json(told if entry is None else {**told, "changelog": entry})
    else:
        _print(chosen, content, out, found, written=written)
        if entry is not None:
            sys.stdout.write(f"\n{entry}")
    if not written:
        raise typer.Exit(EXIT_FINDING)


def _entry(since: str, rules: Path, chosen: RuleSet, state: Path | None) -> str:
    """The draft of the changelog entry; raises RuleFault where a version does not follow."""
    from api.cli.diff import stored_rules

    with opened(since, stored_rules(state)) as origin:
        published = chosen.published_only
        before = side_of(origin, chosen.id, f"--since {since}", published_only=published)
        after = read_side(rules, chosen.id, published_only=published)
        found = difference(before, after)
    if found.findings():
        raise RuleFault(found.findings())
    return changelog_entry(found)


def _document(
    chosen: RuleSet, content: bytes, out: Path, found: Verification | None, *, written: bool
) -> dict[str, Any]:
    layers = [{"id": each.id, "version": each.version} for each in chosen.layers[::-1]]
    return {
        "written": written,
        "file": str(out),
        "bytes": len(content),
        "digest": digest(content),
        "layers": layers,
        "verification": None if found is None else verification_document(found),
    }


def _print(
    chosen: RuleSet, content: bytes, out: Path, found: Verification | None, *, written: bool
) -> None:
    to = console()
    if found is not None:
        print_verification(to, found)
    else:
        layers = " ← ".join(f"{each.id} {each.version}" for each in chosen.layers[::-1])
        line(to, 0, layers)
        line(to, 0, digest(content))
    words = f"已写到 {out}，{len(content):,} 字节" if written else f"没有写：{out}"
    line(to, 0, words, "bold", hang=2)

"""liangfa test: run the worked cases beside the rules, and find out what none of them reaches."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from api.cli.common import (
    EXIT_FINDING,
    RULES,
    Format,
    FormatOption,
    RuleSetOption,
    bad_option,
    console,
    print_json,
)
from api.layout import line
from engine.loading import rule_set_ids

if TYPE_CHECKING:
    from engine.coverage import Coverage
    from engine.skeletons import Skeleton, Unreached
    from engine.testing import Tried

NAME = "test"
HELP = "运行规则旁的算例，逐一核对预期结果。"


def run(
    folder: Annotated[Path, typer.Argument(help="规则目录。", show_default=False)] = RULES,
    rule_set: RuleSetOption = None,
    coverage: Annotated[
        bool,
        typer.Option(
            "--coverage", help="另报算例走到了哪些规则，条件里的每个判断有没有是、否两种。"
        ),
    ] = False,
    missing: Annotated[
        bool, typer.Option("--missing", help="另给没有走到的地方写骨架算例，事实取在界限上。")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="骨架算例写到这个目录；不写则输出到屏幕。不覆盖已有文件。"),
    ] = None,
    format: FormatOption = Format.text,
) -> None:
    """Run every worked case; exit 1 when one comes out otherwise than it should."""
    from engine.testing import try_all  # loads the matcher, which other commands do without

    if out is not None and not missing:
        raise bad_option("--out", "没有 --missing，没有要写的算例", "请一起写上 --missing")
    if out is not None and (out.suffix == ".yaml" or out.is_file()):
        raise bad_option("--out", f"“{out}”是文件", "请写目录，每个规则集在里面各有一个目录")
    rules = folder.resolve()
    if not rule_set_ids(rules):
        raise bad_option("FOLDER", "这个目录里没有规则集", "规则集是含有 ruleset.yaml 的子目录")
    counts = _nothing_counted() if coverage or missing else None
    tried = list(try_all(rules, rule_set, counts))
    failed = [each for each in tried if each.faults]
    made = _skeletons(rules, counts) if counts is not None and missing else None
    files = _write(made, out) if made is not None else {}
    if format is Format.json:
        print_json(_document(tried, counts, made))
    else:
        _print(console(), tried, counts)
        if made:
            _print_skeletons(console(), made, files, out)
    if failed:
        raise typer.Exit(EXIT_FINDING)


def _nothing_counted() -> Coverage:
    from engine.coverage import Coverage

    return Coverage()


def _skeletons(rules: Path, counts: Coverage) -> list[Skeleton | Unreached]:
    from engine.evaluate import Engine
    from engine.layering import load_rule_set
    from engine.skeletons import skeletons, targets

    return list(skeletons([*targets(counts)], cache(lambda id: Engine(load_rule_set(rules, id)))))


def _write(made: list[Skeleton | Unreached], out: Path | None) -> dict[Path, str]:
    from api.coverage import as_changes, skeleton_files
    from api.scaffolding.changes import write
    from engine.skeletons import Skeleton

    files = skeleton_files(each for each in made if isinstance(each, Skeleton))
    if out is not None and files:
        folder = out.resolve()
        write(folder, as_changes(folder, files))
    return files


def _document(
    tried: list[Tried], counts: Coverage | None, made: list[Skeleton | Unreached] | None
) -> dict[str, Any]:
    from api.coverage import skeleton_document

    failed = [each for each in tried if each.faults]
    return {
        "passed": len(tried) - len(failed),
        "failed": len(failed),
        "cases": [
            {
                "rule_set": each.rule_set,
                "name": each.name,
                "file": each.place.file,
                "line": each.place.line,
                "findings": [finding.document() for finding in each.faults],
            }
            for each in tried
        ],
        **({"coverage": counts.document()} if counts is not None else {}),
        **({"missing": [skeleton_document(each) for each in made]} if made is not None else {}),
    }


def _print(out: Console, tried: list[Tried], counts: Coverage | None) -> None:
    failed = [each for each in tried if each.faults]
    for each in failed:
        line(out, 0, f"{each.place} {each.name}", "red")
        for finding in each.faults:
            line(out, 2, str(finding), hang=2)
    line(out, 0, f"{len(tried) - len(failed)} 个算例通过，{len(failed)} 个不符。", "bold")
    if counts is not None:
        from api.coverage import print_coverage

        print_coverage(out, counts)


def _print_skeletons(
    out: Console, made: list[Skeleton | Unreached], files: dict[Path, str], folder: Path | None
) -> None:
    """The skeletons themselves, or where they were written, and what stays without one."""
    from api.coverage import print_unreached
    from engine.skeletons import Unreached

    unreached = [each for each in made if isinstance(each, Unreached)]
    line(out, 0, f"【骨架算例 {len(made) - len(unreached)} 个】", "bold")
    for path, text in files.items():
        if folder is None:
            sys.stdout.write(f"# {path.as_posix()}\n{text}")
        else:
            line(out, 2, f"已新建：{folder / path}", hang=2)
    sys.stdout.flush()
    if unreached:
        line(out, 0, f"【没有写出算例的 {len(unreached)} 处】", "bold")
        print_unreached(out, unreached)

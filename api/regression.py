"""Where a live case goes among the worked cases, and whether it is there already."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from api.scaffolding.changes import Change
from engine.faults import Finding, InputFault, Place
from engine.neutral import Neutral, neutral
from engine.result import Result
from engine.schemas import violations
from engine.source import Source, parse, read_source

# What the head of a file says that a program writes anew.
_GENERATED = "重新生成"


def file_for(rules: Path, rule_set: str, result: Result) -> Path:
    """The file of worked cases of the item a result is about (the first of several); a file of its
    own where the usual one is written by a program."""
    cases = rules / rule_set / "cases"
    if not result.outcomes:
        return cases / "no-rule.yaml"
    item = result.outcomes[0].item
    path = cases / item.law / f"{item.id}.yaml"
    if path.is_file():
        first, _, _ = path.read_text("utf-8", errors="replace").partition("\n")
        if first.startswith("#") and _GENERATED in first:
            return path.with_name(f"{item.id}-live.yaml")
    return path


def free_name(path: Path, wanted: str) -> str:
    """A name that no worked case of a file has: the wanted one, or that with a number."""
    data = read_source(path).data if path.is_file() else {}
    listed = data.get("cases") if isinstance(data, dict) else None
    named = listed if isinstance(listed, list) else []
    taken = {each.get("name") for each in named if isinstance(each, dict)}
    numbered = (f"{wanted}（{number}）" for number in itertools.count(2))
    return next(each for each in itertools.chain([wanted], numbered) if each not in taken)


def same_case(
    listed: Mapping[Path, str], wanted: Neutral, roles: Collection[str], *, published_only: bool
) -> Iterator[Finding]:
    """Where the same case, whatever its parties are called, is a worked case of some files, each
    with its name in messages."""
    items = _items(wanted.data)
    for path, name in listed.items():
        if path.is_file() and all(
            each in path.read_text("utf-8", errors="replace") for each in items
        ):
            source = read_source(path, name)
            if violations(source, "worked-cases"):
                continue
            for number, worked in enumerate(source.data["cases"]):
                part = source.part(("cases", number, "case"))
                if worked.get("published_only", False) is not published_only or violations(
                    part, "case"
                ):
                    continue
                if neutral(part.data, roles).data == wanted.data:
                    yield _twice(source, number)


def _twice(found: Source, number: int) -> Finding:
    place = found.place(("cases", number, "name"), key=True)
    name = found.data["cases"][number]["name"]
    message = f"已有同一案件的算例“{name}”"
    return Finding("duplicate_case", place, message, "不必再写；要核对结果请运行 liangfa test")


def _items(data: dict[str, Any]) -> set[str]:
    inner = data.get("case", data)
    named = [inner.get("item"), *(each.get("item") for each in inner.get("violations", ()))]
    return {each for each in named if each is not None}


def appended(path: Path, name: str, worked: str) -> tuple[Change, Source, int]:
    """A file of worked cases with one more at its end: the change, the file as it is to be, and the
    number of the new case; `name` is how messages call it. Raises InputFault where the file is not
    written as a list in lines."""
    before = path.read_bytes() if path.is_file() else None
    if before is None:
        text = f"cases:\n{worked}"
        return Change(path, None, text), parse(text.encode(), name), 0
    old = parse(before, name)
    data = old.data if isinstance(old.data, dict) else {}
    kept = data.get("cases") or []
    for entry in (worked, textwrap.dedent(worked)):  # the list as far in as the file has it
        text = old.text.rstrip("\n") + "\n" + entry
        try:
            new = parse(text.encode(), name)
            if new.data["cases"][:-1] == kept and len(new.data["cases"]) == len(kept) + 1:
                return Change(path, before, text), new, len(kept)
        except (InputFault, TypeError, KeyError):
            continue
    message = "这个文件的写法不能在末尾添加算例"
    help = "请把 cases 写成每行以“  - ”开头的列表，或者用 --out 换一个文件"
    raise InputFault([Finding("cannot_append", Place(name), message, help)])

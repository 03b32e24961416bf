"""Baskets of cases to try two rule sets on: worked cases, files, records."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from engine.case import case_digest
from engine.faults import Finding, InputFault, Place
from engine.impact import Given
from engine.loading import shown
from engine.schemas import violations
from engine.source import Source, read_source

if TYPE_CHECKING:
    from api.store import Store

PAGE = 200


@dataclass(frozen=True, slots=True)
class Basket:
    """Cases in their order; `size` None where it is not known beforehand."""

    title: str
    given: Iterable[Given]
    size: int | None


def worked_cases(sides: Sequence[tuple[Path, Sequence[str]]]) -> Basket:
    """The worked cases beside the rules of every side (its folder, its layers), each case once."""
    found: dict[tuple[str, bool], tuple[str, Source | bytes, bool]] = {}
    for rules, layers in sides:
        for layer in layers:
            for path in sorted((rules / layer / "cases").rglob("*.yaml")):
                for each in _worked_or_not(path, shown(rules, path)):
                    name, text, published = each
                    key = case_digest(text.data) if isinstance(text, Source) else name
                    found.setdefault((key, published), each)
    given = [Given(number, *each) for number, each in enumerate(found.values(), 1)]
    return Basket("两边的算例", given, len(given))


def _worked_or_not(path: Path, name: str) -> Iterator[tuple[str, Source | bytes, bool]]:
    """The cases of a file of worked cases; one of another day may not fit the schemas of today, and
    is then told as a case that cannot be read."""
    try:
        yield from list(_worked(path, name))
    except InputFault:
        yield name, b"", False


def _worked(path: Path, name: str) -> Iterator[tuple[str, Source, bool]]:
    """The cases of a file of worked cases."""
    source = read_source(path, name)
    faults = violations(source, "worked-cases")
    if faults:
        raise InputFault(faults)
    for index, worked in enumerate(source.data["cases"]):
        part = source.part(("cases", index, "case"))
        yield f"{name} {worked['name']}", part, worked.get("published_only", False)


def from_files(path: Path) -> Basket:
    """The cases of a file or of a folder of files: JSONL (a case a line), worked cases, or a case,
    the last two in YAML or JSON; `-` is JSONL on standard input.

    Raises InputFault where there is no case at all or a file cannot be read.
    """
    if str(path) == "-":
        lines = enumerate(_lines(sys.stdin.buffer, "<stdin>"), 1)
        return Basket("标准输入", (Given(number, *each) for number, each in lines), None)
    if not path.exists():
        _refuse("no_such_file", path, "没有这个文件或者目录", "请检查路径")
    if path.is_dir():
        files = sorted(each for each in path.rglob("*") if each.suffix in _SUFFIXES)
        shown_as = {each: each.relative_to(path).as_posix() for each in files}
    else:
        files, shown_as = [path], {path: path.name}
    if not files:
        _refuse(
            "no_cases",
            path,
            "目录里没有 .yaml、.yml、.json 或者 .jsonl 文件",
            "请给出有案件的文件或者目录",
        )
    if not any(map(_may_hold_cases, files)):
        message = "这里的文件没有一个是案件" if path.is_dir() else "这个文件不是案件"
        help = "案件有 item 和 facts，或者在 case、cases 下面；请给出有案件的文件或者目录"
        _refuse("no_cases", path, message, help)
    sizes = [_size(each) for each in files]
    numbers = itertools.count(1)
    given = (Given(next(numbers), *each) for file in files for each in _cases(file, shown_as[file]))
    known = [each for each in sizes if each is not None]
    return Basket(str(path), given, sum(known) if len(known) == len(sizes) else None)


_SUFFIXES = frozenset({".yaml", ".yml", ".json", ".jsonl"})
_OF_CASES = frozenset({"case", "cases", "item", "violations"})


def _may_hold_cases(path: Path) -> bool:
    """Whether a file may be meant as cases; what cannot be read is told when its turn comes."""
    if path.suffix == ".jsonl":
        return True
    try:
        source = read_source(path)
    except InputFault:
        return True
    if not isinstance(source.data, dict):
        return False
    # The vocabulary of a rule set has `facts` as well, each with a description of its own.
    stated = "facts" in source.data and bool(violations(source, "facts"))
    return stated or not _OF_CASES.isdisjoint(source.data)


def _size(path: Path) -> int | None:
    if path.suffix != ".jsonl":
        return None
    try:
        with path.open("rb") as lines:
            return sum(1 for line in lines if line.strip())
    except OSError as error:
        _refuse("unreadable", path, f"文件打不开（{error.strerror}）", "请检查路径和权限")


def _cases(path: Path, name: str) -> Iterator[tuple[str, Source | bytes, bool]]:
    if path.suffix == ".jsonl":
        with path.open("rb") as lines:
            yield from _lines(lines, name)
        return
    source = read_source(path, name)
    if isinstance(source.data, dict) and "cases" in source.data:
        yield from _worked(path, name)
    else:
        yield name, source, False


def _lines(lines: Iterable[bytes], name: str) -> Iterator[tuple[str, bytes, bool]]:
    """A case a line; empty lines are passed over."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield f"{name}:{number}", line, False


def from_store(store: Store, rule_set: str) -> Basket:
    """The cases recorded under a rule set, newest first; what was erased cannot be tried."""
    return Basket(f"记录里的案件（{rule_set}）", _recorded(store, rule_set), None)


def _recorded(store: Store, rule_set: str) -> Iterator[Given]:
    numbers = itertools.count(1)
    after: str | None = None
    while True:
        page, after = store.evaluations(office=None, rule_set=rule_set, after=after, limit=PAGE)
        for each in page:
            whole = None if each.erased else store.evaluation(each.id)
            if whole is not None and not whole.erased:
                yield Given(next(numbers), each.id, whole.case, each.published_only)
        if after is None:
            return


def _refuse(code: str, path: Path, message: str, help: str) -> NoReturn:
    raise InputFault([Finding(code, Place(str(path)), message, help)])

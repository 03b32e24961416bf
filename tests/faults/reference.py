"""docs/reference/errors.md: every code there is, what it means, an example, how to mend it.

What a code means is written by hand; which codes there are, their order and the examples are not:
`python -m tests.faults.reference` sorts the entries, renews the examples, and adds an empty entry
(`待写`) for each code that is new. An example is a seeded fault, the text of a warning, or the
title of an HTTP problem; of other codes it is kept as it was written by hand.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache

from api.http.errors import _KINDS
from api.problems import CODES
from engine.phrases import NO_SUGGESTION, NOT_EXAMINED, WARNINGS

from . import faults, faults_of_cases
from .codes import ROOT, Use, reached, uses

REFERENCE = ROOT / "docs" / "reference" / "errors.md"
UNWRITTEN = "待写"
_ENTRY = re.compile(r"^### `?([a-z_0-9]+)`?\n", re.MULTILINE)
_GROUP = re.compile(r"^## (.+)\n", re.MULTILINE)


@dataclass(slots=True)
class Entry:
    """What stands in the reference of one code: prose, and the line of an example."""

    prose: str = UNWRITTEN
    example: str = ""


@dataclass(slots=True)
class Group:
    """A chapter of the reference: its text before the first entry, and its entries by code."""

    head: str = ""
    entries: dict[str, Entry] = field(default_factory=dict)


@cache
def expected() -> dict[str, dict[str, str]]:
    """The codes of every chapter, each with its example where one is generated."""
    examples = {fault.code: _shown(fault.says, fault.shows) for fault in faults()[::-1]}
    cases = {fault.code: _shown(fault.says) for fault in faults_of_cases()[::-1]}
    found = [use for use in uses("engine", "api") if use.code]
    known: set[str] = set()
    chapters: dict[str, dict[str, str]] = {}
    for title, belongs in _CHAPTERS:
        codes = {use.code for use in found if belongs(use)} - known
        if title == _CONTENT:
            codes |= {code for code, _ in _KINDS.values()} - known
        own = cases | examples if title != _CASES else examples | cases
        chapters[title] = {code: own.get(code, "") for code in sorted(codes)}
        known |= codes
    chapters["HTTP 问题"] = {code: f"{status} {says}" for code, (status, says) in CODES.items()}
    chapters["结果里的警告"] = dict(WARNINGS)
    chapters["没有审查的"] = dict(NOT_EXAMINED)
    chapters["没有建议数额的原因"] = dict(NO_SUGGESTION)
    chapters["审计日志的核对"] = dict.fromkeys(_of_the_log(), "")
    return {title: dict(sorted(codes.items())) for title, codes in chapters.items()}


def _shown(says: str, shows: str | None = None) -> str:
    return f"`{says}`" + (f" 反例：{shows}" if shows else "")


_CASES = "案件"
_CONTENT = "HTTP 请求的内容"
_RULES = reached("engine.checking") - {"engine.bundle", "engine.facts"}
_CASE = ("contradictions", "double_entry", "evaluate", "facts", "parsing")
_TOOLS = ("engine.", "api.coverage", "api.diff", "api.regression", "api.scaffolding", "api.veri")
# Each code stands in the first chapter that it belongs to.
_CHAPTERS: list[tuple[str, Callable[[Use], bool]]] = [
    ("读文件", lambda use: use.module == "engine.source"),
    ("文件的格式", lambda use: use.module == "engine.schemas"),
    ("规则检查", lambda use: use.module.startswith(("engine.check", "engine.unverified"))),
    ("规则的内容", lambda use: use.module in _RULES),
    (_CASES, lambda use: use.module in {f"engine.{each}" for each in _CASE}),
    ("命令行", lambda use: use.module.startswith("api.cli.")),
    ("维护工具", lambda use: use.module.startswith(_TOOLS)),
    ("导入决定", lambda use: use.module.startswith(("api.consistency.", "api.store.importing"))),
    ("文书模板", lambda use: use.module.startswith("api.documents.")),
    ("服务和记录", lambda use: use.kind == "finding"),
    (_CONTENT, lambda use: use.kind == "fault"),
]


def _of_the_log() -> Iterator[str]:
    """The kinds of fault that checking the audit log may name."""
    tree = ast.parse((ROOT / "api" / "store" / "verifying.py").read_text("utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Fault":
            kind = node.args[0]
            assert isinstance(kind, ast.Constant), ast.unparse(node)
            yield str(kind.value)


def read(text: str) -> tuple[str, dict[str, Group]]:
    """The reference as it stands: what comes before the first chapter, and the chapters."""
    head, *parts = _GROUP.split(text)
    groups = {}
    for title, body in zip(parts[::2], parts[1::2], strict=True):
        first, *entries = _ENTRY.split(body)
        group = groups.setdefault(title, Group(first.strip()))
        for code, inner in zip(entries[::2], entries[1::2], strict=True):
            prose, *example = re.split("^>", inner, maxsplit=1, flags=re.MULTILINE)
            group.entries[code] = Entry(prose.strip(), "".join(example).strip())
    return head.strip(), groups


def renewed(text: str) -> str:
    """The reference with the codes of today, sorted, their examples renewed."""
    head, groups = read(text)
    lines = [head, ""]
    for title, codes in expected().items():
        group = groups.get(title, Group())
        lines += [f"## {title}", ""]
        lines += [group.head, ""] if group.head else []
        for code, example in codes.items():
            entry = group.entries.get(code, Entry())
            lines += [
                f"### {code}",
                "",
                entry.prose,
                "",
                f"> {example or entry.example}".strip(),
                "",
            ]
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    REFERENCE.write_text(renewed(REFERENCE.read_text("utf-8")), "utf-8")

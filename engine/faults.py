"""What can go wrong, said once: code, place, message, help."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a source text: file as shown to people, 1-based line and column."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: a stable English code, a zh-CN message, and how to mend it.

    `pointer` is the RFC 6901 JSON pointer of the faulty value in a case, where there is one.
    `counterexample` is a concrete case (fact name -> value) that shows the fault, `says` what
    comes of it in plain zh-CN, `case` the same as a case that the rule set `rule_set` evaluates.
    `excerpt` is the line it is about, with the place marked on a line below. `also` are further
    places where the same is wrong, none of them told by a finding of its own.
    """

    code: str
    place: Place
    message: str
    help: str
    severity: str = "error"
    pointer: str | None = None
    counterexample: dict[str, object] | None = field(default=None, compare=False)
    says: str | None = field(default=None, compare=False)
    case: dict[str, object] | None = field(default=None, compare=False)
    rule_set: str | None = field(default=None, compare=False)
    excerpt: str | None = field(default=None, compare=False)
    also: tuple[Place, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return f"{self.place}: {self.code}: {self.message}；{self.help}"

    def document(self) -> dict[str, object]:
        """The finding as JSON-ready data."""
        return {
            "code": self.code,
            "severity": self.severity,
            "file": self.place.file,
            "line": self.place.line,
            "column": self.place.column,
            "pointer": self.pointer,
            "message": self.message,
            "help": self.help,
            "counterexample": self.counterexample,
            "says": self.says,
            "case": self.case,
            "rule_set": self.rule_set,
            "excerpt": self.excerpt,
            "also": [
                {"file": each.file, "line": each.line, "column": each.column} for each in self.also
            ],
        }


class LiangfaError(Exception):
    """Base of every error this project raises on purpose; carries all findings at once."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class InputFault(LiangfaError):
    """A case, a file or a request that cannot be read as it stands."""


class RuleFault(LiangfaError):
    """A rule set that cannot be used: nothing of it is returned."""


class EngineDisagreement(LiangfaError):
    """The matcher and the prover came to different answers: no figure may be given."""


def in_order(finding: Finding) -> tuple[Place, str, str]:
    """The order in which findings are told: by place, then code, then message."""
    return finding.place, finding.code, finding.message


def or_add(word: str, known: Iterable[str], where: str) -> str:
    """What to do about a word that is not defined: write a known one, or define it."""
    help = did_you_mean(word, known)
    return f"{help}{'' if help.endswith('？') else '，'}或者在 {where} 里加上"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A help sentence that names the nearest known words, or a plain one where none is near."""
    words = sorted(known)
    near = difflib.get_close_matches(word, words, n=2, cutoff=0.6)
    if near:
        return "是不是想写 " + " 或 ".join(f"“{each}”" for each in near) + "？"
    return "可用：" + "、".join(words) if 0 < len(words) <= 12 else "请对照词表改正"

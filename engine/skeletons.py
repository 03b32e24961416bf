"""Worked cases at the borders, for what no worked case reaches yet.

For each tier and each test not reached, the facts that may be stated are searched for a combination
that reaches it; the case is then evaluated, and kept only where it does. What it comes to today is
written beside it for a person to confirm.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from engine.asking import Asked
from engine.citation import RuleRef
from engine.coverage import Count, Coverage
from engine.evaluate import Engine
from engine.expecting import expectation
from engine.faults import LiangfaError, Place
from engine.result import Result
from engine.source import parse
from engine.staging import Staged, Stages

WANTED = {"hit": "适用", "missed": "试过而不适用", "true": "是", "false": "否"}
_BESIDE = ("circumstances", "exclusions", "limitations", "procedures")
# How many cases are evaluated for one target before it is left to a person.
MAX_CASES = 40


class Target(NamedTuple):
    """What no worked case reaches: a tier hit or missed, or a test true or false; `says` is the
    tier or the test in words."""

    rule: RuleRef
    place: Place
    says: str
    wanted: str
    about: Count | Asked

    def document(self) -> dict[str, Any]:
        """The target as JSON-ready data."""
        return {
            "rule_set": self.rule.set,
            "id": self.rule.id,
            "file": self.place.file,
            "line": self.place.line,
            "says": self.says,
            "wanted": self.wanted,
        }


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A worked case that reaches its target: of which item, and the case as worked cases are
    written."""

    target: Target
    law: str
    item: str
    worked: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Unreached:
    """A target for which no case was found, and why (zh-CN)."""

    target: Target
    reason: str


def targets(coverage: Coverage) -> Iterator[Target]:
    """Every tier and every test that the worked cases do not reach, in the order of a decision."""
    for count in coverage.groups()["tiers"]:
        for wanted, seen in (("hit", count.fired), ("missed", count.not_fired)):
            if not seen:
                yield Target(count.rule, count.rule.place, count.title, wanted, count)
    for listed in coverage.tests.groups().values():
        for asked in listed:
            for wanted, known in (("true", asked.true), ("false", asked.false)):
                if not known:
                    yield Target(asked.rule, asked.place, asked.says, wanted, asked)


def skeletons(
    missing: list[Target], engine_of: Callable[[str], Engine]
) -> Iterator[Skeleton | Unreached]:
    """Cases for each tier, and for each test that no earlier case reaches, or the reason why there
    is none; no case comes twice. `engine_of` gives the engine of a rule set."""
    makers: dict[str, _Maker] = {}
    reached: set[tuple[Place, str]] = set()
    for target in missing:
        if isinstance(target.about, Asked) and (target.place, target.wanted) in reached:
            continue
        name = target.rule.set
        if name not in makers:
            makers[name] = _Maker(engine_of(name))
        maker = makers[name]
        for made in maker.make(target):
            if isinstance(made, Skeleton):
                reached |= {(each.place, each.wanted) for each in missing if maker.reaches(each)}
            yield made


class _Maker:
    """Makes cases for one rule set, and measures each by itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._stages = Stages(engine)
        self._given: set[str] = set()
        self._measured = Coverage()
        self._measured.add_rules(engine.rule_set)

    def make(self, target: Target) -> Iterator[Skeleton | Unreached]:
        """Cases that reach the target: one at every border of a tier, one for a test. When a case
        is given, it is the one evaluated last."""
        about = target.about
        staged = (
            self._stages.of_tier(about.rule.place, hit=target.wanted == "hit")
            if isinstance(about, Count)
            else self._stages.of_test(about, wanted=target.wanted == "true")
        )
        found, fault = False, ""
        for each in itertools.islice(staged, MAX_CASES):
            text = json.dumps(each.case, ensure_ascii=False)
            try:
                result = self._evaluated(text)
            except LiangfaError as error:
                fault = fault or f"{error.findings[0].code}：{error.findings[0].message}"
                continue
            if not self.reaches(target):
                continue
            found = True
            if text not in self._given:
                self._given.add(text)
                yield self._skeleton(target, each, result)
            if isinstance(about, Asked):
                return
        if not found:
            yield Unreached(
                target, f"试过的事实不能评估（{fault}）" if fault else self._stages.why_not
            )

    def reaches(self, target: Target) -> bool:
        """Whether the case evaluated last reaches a target."""
        if isinstance(target.about, Count):
            count = self._measured.counts.get(("tiers", target.place))
            return count is not None and bool(
                count.fired if target.wanted == "hit" else count.not_fired
            )
        asked = self._measured.tests.asked.get(target.place)
        return asked is not None and (asked.true if target.wanted == "true" else asked.false)

    def _evaluated(self, text: str) -> Result:
        self._measured.forget()
        result = self._engine.evaluate_source(parse(text.encode(), "<skeleton>"))
        self._measured.add_case(self._engine, result)
        return result

    def _skeleton(self, target: Target, staged: Staged, result: Result) -> Skeleton:
        wanted, about = WANTED[target.wanted], target.about
        beside = isinstance(about, Asked) and about.group in _BESIDE
        title = about.title if beside else staged.item.title
        worked = {
            "name": f"{title}：{target.says}：{wanted}",
            "why": f"补覆盖：{target.rule.id} 的“{target.says}”还没有算例见到“{wanted}”。",
            "case": staged.case,
            "expect": expectation(result),
        }
        return Skeleton(target, staged.item.law, staged.item.id, worked)

"""What a change of rules does to a basket of cases: evaluated under A and under B, counted."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from engine.answers import (
    ALL_FIELDS,
    DIRECTIONS,
    Effect,
    Failed,
    Party,
    as_of,
    effect,
    ends_of,
    failed,
)
from engine.case import Case
from engine.evaluate import Engine
from engine.faults import LiangfaError
from engine.money import yuan_number
from engine.parsing import parse_case
from engine.reach import Reach
from engine.result import Result
from engine.source import Source, parse

LARGEST = 10
# Of the cases that become open, fail or are out of reach, so many are named.
NAMED = 20
_TROUBLE = ("opened", "unreachable", "error")


# One case ---------------------------------------------------------------------------------


class Given(NamedTuple):
    """A case to be tried: its number in the basket, its name, its text (read or still to be read),
    and whether only verified rules answer it."""

    number: int
    name: str
    text: Source | bytes
    published_only: bool = False


class Trial:
    """Two rule sets at hand, to try cases on both.

    `engines` gives the engines of A and B, by whether only verified rules answer; with `day`, each
    case is tried as if it were done on that day.
    """

    def __init__(
        self, engines: Callable[[bool], tuple[Engine, Engine]], reach: Reach, day: int | None
    ) -> None:
        self._engines = engines
        self._reach, self._day = reach, day

    def run(self, given: Iterable[Given]) -> Impact:
        """Try the cases and count what changes."""
        impact = Impact()
        for each in given:
            self._try(each, impact)
        return impact

    def _try(self, given: Given, impact: Impact) -> None:
        impact.cases += 1
        before, after = self._engines(given.published_only)
        source = _source(given)
        case = _case(source, before)
        if not isinstance(case, Failed) and self._reach.spares(case):
            impact.untouched += 1
            return
        if isinstance(case, Failed) or not self._reach.reads_alike(case, after.rule_set):
            other = _case(source, after)
        else:
            other = case
        if isinstance(case, Failed) and isinstance(other, Failed):
            impact.unreadable += 1
            impact.name("unreadable", given, case)
            return
        old = self._evaluated(case, before)
        if self._reach.answers or isinstance(old, Failed):
            new = self._evaluated(other, after)
        else:
            new = dataclasses.replace(old, rule_set=after.rule_set)
        found = effect(old, new, self._reach.procedures)
        if found is not None:
            impact.add(given, found)

    def _evaluated(self, case: Case | Failed, engine: Engine) -> Result | Failed:
        if isinstance(case, Failed):
            return case
        try:
            return engine.evaluate(case if self._day is None else as_of(case, self._day))
        except LiangfaError as error:
            return failed(error)


def _source(given: Given) -> Source | Failed:
    if isinstance(given.text, Source):
        return given.text
    try:
        return parse(given.text, given.name)
    except LiangfaError as error:
        return failed(error)


def _case(source: Source | Failed, engine: Engine) -> Case | Failed:
    if isinstance(source, Failed):
        return source
    try:
        return parse_case(source, engine.rule_set)
    except LiangfaError as error:
        return failed(error)


# All cases --------------------------------------------------------------------------------


class Changed(NamedTuple):
    """A case that is told one by one."""

    number: int
    name: str
    effect: Effect


@dataclass(slots=True)
class Ends:
    """How the totals of one role change: in how many places, and by how many fen the lower and
    the upper end (the least and the most change, and the sums before and after; an upper sum is
    None where an answer leaves its own open)."""

    parties: int = 0
    higher: int = 0
    lower: int = 0
    least: list[int | None] = field(default_factory=lambda: [None, None])
    most: list[int | None] = field(default_factory=lambda: [None, None])
    before: list[int | None] = field(default_factory=lambda: [0, 0])
    after: list[int | None] = field(default_factory=lambda: [0, 0])

    def add(self, party: Party) -> None:
        """Count one party; an upper end that one of the two answers leaves open has not moved."""
        pairs = ends_of(party)
        self.parties += 1
        self.higher += any(new > old for old, new in pairs)
        self.lower += any(new < old for old, new in pairs)
        for end, (old, new) in enumerate(pairs):
            self.least[end] = _pick(min, self.least[end], new - old)
            self.most[end] = _pick(max, self.most[end], new - old)

        for side, money in ((self.before, party.before), (self.after, party.after)):
            # Whom one of the two does not know pays nothing there.
            lo, hi = (0, 0) if money is None else (money.lo or 0, money.hi)
            _sum(side, [lo, hi])

    def merge(self, other: Ends) -> None:
        """Count what was counted elsewhere."""
        self.parties += other.parties
        self.higher += other.higher
        self.lower += other.lower
        for end in (0, 1):
            for mine, theirs, pick in (
                (self.least, other.least, min),
                (self.most, other.most, max),
            ):
                value = theirs[end]
                if value is not None:
                    mine[end] = _pick(pick, mine[end], value)
        _sum(self.before, other.before)
        _sum(self.after, other.after)

    def document(self) -> dict[str, Any]:
        """The counts as JSON-ready data, in yuan."""
        return {
            "parties": self.parties,
            "higher": self.higher,
            "lower": self.lower,
            "change": {
                name: {"least": yuan_number(self.least[end]), "most": yuan_number(self.most[end])}
                for end, name in enumerate(("min", "max"))
            },
            "before": _range(*self.before),
            "after": _range(*self.after),
        }


def _pick(pick: Callable[[int, int], int], old: int | None, new: int) -> int:
    return new if old is None else pick(old, new)


def _sum(mine: list[int | None], more: Sequence[int | None]) -> None:
    for end, each in enumerate(more):
        sum_ = mine[end]
        mine[end] = None if sum_ is None or each is None else sum_ + each


def _range(lo: int | None, hi: int | None) -> dict[str, Any]:
    return {"min": yuan_number(lo), "max": yuan_number(hi)}


@dataclass(slots=True)
class Impact:
    """What a change does to the cases tried so far; parts of a basket may be merged in order."""

    cases: int = 0
    untouched: int = 0
    unreadable: int = 0
    directions: dict[str, int] = field(default_factory=dict)
    fields: dict[str, int] = field(default_factory=dict)
    roles: dict[str, Ends] = field(default_factory=dict)
    largest: list[Changed] = field(default_factory=list)
    named: dict[str, list[tuple[int, str, Failed | None]]] = field(default_factory=dict)

    @property
    def changed(self) -> int:
        """How many cases have another answer."""
        return sum(self.directions.values())

    def add(self, given: Given, found: Effect) -> None:
        """Count a case whose answer changes."""
        self.directions[found.direction] = self.directions.get(found.direction, 0) + 1
        for name in found.differs:
            self.fields[name] = self.fields.get(name, 0) + 1
        for party in found.parties:
            self.roles.setdefault("|".join(party.roles), Ends()).add(party)
        if found.direction in _TROUBLE:
            self.name(found.direction, given, found.fault)
        if found.size > (0, 0):
            self._rank([Changed(given.number, given.name, found)])

    def name(self, group: str, given: Given, fault: Failed | None) -> None:
        """Name a case of a group, as long as there are few."""
        listed = self.named.setdefault(group, [])
        if len(listed) < NAMED:
            listed.append((given.number, given.name, fault))

    def _rank(self, more: list[Changed]) -> None:
        upper = [*self.largest, *more]
        upper.sort(key=lambda each: (-each.effect.size[0], -each.effect.size[1], each.number))
        self.largest = upper[:LARGEST]

    def merge(self, other: Impact) -> None:
        """Count what was counted elsewhere on later cases of the basket."""
        self.cases += other.cases
        self.untouched += other.untouched
        self.unreadable += other.unreadable
        for mine, theirs in ((self.directions, other.directions), (self.fields, other.fields)):
            for name, count in theirs.items():
                mine[name] = mine.get(name, 0) + count
        for role, ends in other.roles.items():
            self.roles.setdefault(role, Ends()).merge(ends)
        for group, listed in other.named.items():
            mine_named = self.named.setdefault(group, [])
            mine_named.extend(listed[: NAMED - len(mine_named)])
        self._rank(other.largest)

    def document(self) -> dict[str, Any]:
        """The impact as JSON-ready data, amounts in yuan."""
        return {
            "cases": self.cases,
            "changed": self.changed,
            "untouched": self.untouched,
            "unreadable": self.unreadable,
            "directions": {name: self.directions.get(name, 0) for name in DIRECTIONS},
            "fields": {name: self.fields[name] for name in ALL_FIELDS if name in self.fields},
            "parties": [
                {"roles": role.split("|"), **self.roles[role].document()}
                for role in sorted(self.roles)
            ],
            "largest": [_told(each) for each in self.largest],
            "named": {
                group: [
                    {
                        "number": number,
                        "name": name,
                        "code": fault.code if fault else None,
                        "message": fault.message if fault else None,
                    }
                    for number, name, fault in self.named.get(group, ())
                ]
                for group in (*_TROUBLE, "unreadable")
            },
        }


def _told(changed: Changed) -> dict[str, Any]:
    return {
        "number": changed.number,
        "name": changed.name,
        "direction": changed.effect.direction,
        "fields": list(changed.effect.differs),
        "parties": [
            {
                "id": party.id,
                "roles": list(party.roles),
                "before": party.before.document() if party.before is not None else None,
                "after": party.after.document() if party.after is not None else None,
            }
            for party in changed.effect.parties
        ],
    }

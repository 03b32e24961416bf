"""A case as it is stated: who decides, whom it concerns, what is charged and when, and its
digest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import orjson

from engine.facts import MAGNITUDE, Values
from engine.source import Pointer


@dataclass(frozen=True, slots=True)
class Dates:
    """Ordinal days of a violation, each None where not stated."""

    acted_on: int | None = None
    ended_on: int | None = None
    continuing: bool | None = None
    found_on: int | None = None
    filed_on: int | None = None
    decided_on: int | None = None

    @property
    def act_day(self) -> int | None:
        """The day whose law governs: the act, or for a continuing act its end.

        An act still going on is judged by the law of the decision (None: the latest).
        """
        if self.ended_on is not None:
            return self.ended_on
        return self.decided_on if self.continuing else self.acted_on

    @property
    def law_day(self) -> int | None:
        """The day that chooses the law: that of the act, else the last day it can have been."""
        if self.act_day is not None:
            return self.act_day
        stated = [day for day in (self.found_on, self.filed_on, self.decided_on) if day is not None]
        return min(stated, default=None)


@dataclass(frozen=True, slots=True)
class Authority:
    """Who decides: region code, level of government, organ, name; None where not stated."""

    region: str | None = None
    level: str | None = None
    organ: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Party:
    """A named party; `roles` empty on a unit means every unit role the item knows."""

    id: str
    kind: str
    roles: tuple[str, ...]
    name: str
    facts: Values
    pointer: Pointer


@dataclass(frozen=True, slots=True)
class Violation:
    """One charged violation under one item (None: to be found from the facts); violations of the
    same `act` are one act under several norms."""

    id: str
    act: str | None
    item: str | None
    dates: Dates
    facts: Values
    pointer: Pointer
    parties: frozenset[str] | None = None

    def concerns(self, party: Party) -> bool:
        """Whether the violation is charged to a party (to all, where it names none)."""
        return self.parties is None or party.id in self.parties


@dataclass(frozen=True, slots=True)
class Case:
    """A whole case; `facts` are those of the case as such, `notified` the fen announced to each
    party before its defence, `evidence` what was named for a fact, by the pointer of the fact."""

    id: str | None
    authority: Authority
    facts: Values
    parties: tuple[Party, ...]
    violations: tuple[Violation, ...]
    digest: str
    facts_pointer: Pointer
    notified: Mapping[str, int] = field(default_factory=dict)
    evidence: Mapping[Pointer, str] = field(default_factory=dict)


def case_digest(data: Any) -> str:
    """sha256 of a case's content: 3 and 3.0 are one, order of keys does not matter."""
    text = orjson.dumps(_canonical(data), option=orjson.OPT_SORT_KEYS)
    return "sha256:" + hashlib.sha256(text).hexdigest()


def _canonical(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _canonical(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_canonical(each) for each in value]
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= MAGNITUDE:
        return {"number": str(value)}
    if isinstance(value, int | Decimal):
        return {"number": format(Decimal(value).normalize(), "f")}
    return value

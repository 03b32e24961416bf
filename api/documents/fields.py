"""What a form may show of a record: the fields by name, all of them text, lists or yes and no.

docs/guide/templates.md says in zh-CN what each is; a test compares the two.
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from typing import Any, Union, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True)
class Line:
    """A name and what stands beside it."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Person:
    """A party of the case; what was not stated is empty."""

    name: str
    role: str
    identifier: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A stated fact with its unit; `whose` is empty for the case as such."""

    whose: str
    label: str
    value: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Fine:
    """An amount or a range in figures and in capitals; empty where there is none."""

    figures: str
    capitals: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the law makes of one violation of one party."""

    who: str
    role: str
    headline: str
    disposition: str
    stage: str
    duty: str
    violates: str
    basis: str
    statutory: str
    tier: str
    tier_status: str
    circumstances: tuple[str, ...]
    fine: Fine
    suggested: Fine
    suggested_why: str
    measures: tuple[str, ...]
    alternatives: tuple[str, ...]
    possible: tuple[str, ...]
    compared: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Violation:
    """One violation with its outcomes, party by party."""

    number: str
    title: str
    item: str
    edition: str
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """What is suggested for a party in all."""

    who: str
    fine: Fine


@dataclass(frozen=True, slots=True)
class Step:
    """A procedure, referral or listing; `whose` and `deadline` may be empty."""

    state: str
    title: str
    text: str
    whose: str
    deadline: str
    basis: str


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided for one party."""

    who: str
    fine: Fine
    range: str
    position: str
    measures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision on record that stands."""

    decided_on: str
    recorded_at: str
    parties: tuple[Decided, ...]
    reason: str
    officers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """Where all of it comes from, and how it is checked."""

    id: str
    created_at: str
    created_on: str
    office: str
    actor: str
    rule_set: str
    digest: str
    engine_version: str
    case_digest: str
    seq: str
    code: str


@dataclass(frozen=True, slots=True)
class Document:
    """A record as a document; the roots of all fields."""

    title: str
    case_number: str
    authority: str
    alerts: tuple[str, ...]
    notice: str
    ending: str
    open: bool
    proposal: bool
    masked: bool
    dates: tuple[Line, ...]
    parties: tuple[Person, ...]
    facts: tuple[Fact, ...]
    violations: tuple[Violation, ...]
    totals: tuple[Total, ...]
    procedures: tuple[Step, ...]
    missing: tuple[str, ...]
    assumptions: tuple[str, ...]
    not_examined: tuple[str, ...]
    warnings: tuple[str, ...]
    draft: tuple[str, ...]
    decision: Decision | None
    record: Record


def fields_of(kind: Any) -> dict[str, Any]:
    """The names under a field with the kind of each; empty for what has none."""
    return get_type_hints(kind) if isinstance(kind, type) and hasattr(kind, "__slots__") else {}


def element_of(kind: Any) -> Any:
    """What a list is of; None for what is no list."""
    return get_args(kind)[0] if get_origin(kind) is tuple else None


def present(kind: Any) -> Any:
    """A kind that may be absent as it is when it is there."""
    if get_origin(kind) in (types.UnionType, Union):
        return next(each for each in get_args(kind) if each is not type(None))
    return kind

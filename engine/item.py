"""An item (处罚事项): one punishable act, what the law does to whom at which stage, and in which
tiers."""

from __future__ import annotations

from dataclasses import dataclass

from engine.citation import Citation, RuleRef
from engine.conditions import Condition
from engine.dates import Period
from engine.faults import Place
from engine.fine import Fine, Range


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure beside the fine; `form` is single, one_of or up_to over `kinds`."""

    form: str
    kinds: tuple[str, ...]
    nature: str
    by: str | None
    amount_of: str | None
    when: Condition
    place: Place


@dataclass(frozen=True, slots=True)
class ImposedBy:
    """Which organ may impose a penalty, and from which level of government up."""

    organ: str
    level: str | None
    basis: Citation | None
    status: str


@dataclass(frozen=True, slots=True)
class Tier:
    """One discretion tier (裁量阶次). `source` is the document it stands in, or for a proposal the
    one its cut points follow; `because` is the reason a proposal gives."""

    key: str
    id: str
    title: str
    when: Condition
    fine: Fine
    status: str
    source: str
    because: str
    basis: Citation | None
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class TierTable:
    """The tiers one layer gives for one penalty, ascending; `proposed` for those without force;
    `dated` is where their days stand in an overlay."""

    layer: str
    partial: bool
    highest: bool
    tiers: tuple[Tier, ...]
    period: Period
    place: Place
    proposed: bool = False
    dated: Place | None = None


@dataclass(frozen=True, slots=True)
class Penalty:
    """What the law does to a party at a stage; tables in order of precedence."""

    id: str
    roles: tuple[str, ...]
    stage: str
    when: Condition
    basis: Citation
    obligation: str
    measures: tuple[Measure, ...]
    fine: Fine | None
    replaces: tuple[str, ...]
    refers_to: tuple[str, str | None] | None
    imposed_by: ImposedBy | None
    status: str
    tables: tuple[TierTable, ...]
    ref: RuleRef


def graded(penalty: Penalty) -> bool:
    """Whether the law leaves a range for a benchmark to split."""
    if penalty.fine is None:
        return False
    amount = penalty.fine.amount
    if isinstance(amount, Range):
        return amount.lo != amount.hi
    return getattr(amount, "lo", None) != getattr(amount, "hi", None)


@dataclass(frozen=True, slots=True)
class Displaced:
    """A general item that a special one displaces for the same act; `status` says how sure."""

    item: str
    status: str


@dataclass(frozen=True, slots=True)
class ItemSource:
    """A document an item was checked against: how (text | page | memory | decision) and on which
    day, both empty where the rules do not say."""

    document: str
    checked: str
    on: str


@dataclass(frozen=True, slots=True)
class Item:
    """One edition of a penalty item (处罚事项); `edition` names it uniquely in its rule set;
    `beside_others`: its fine is added to, never absorbed by, other fines for the same act."""

    id: str
    title: str
    period: Period
    status: str
    law: str
    succeeds: tuple[str, ...]
    displaces: tuple[Displaced, ...]
    violates: tuple[Citation, ...]
    established_when: Condition
    penalties: tuple[Penalty, ...]
    beside_others: bool
    crime_clause: bool
    sources: tuple[ItemSource, ...]
    note: str
    edition: str
    ref: RuleRef

"""What the manifest of a rule set says: whose it is and who released it, what it waits for, its
policies and principles, and who may act under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.citation import Citation, RuleRef
from engine.dates import Period


@dataclass(frozen=True, slots=True)
class Awaited:
    """A paper still to be got, what it is to bring, and what waits for it: items by id; all
    items, the drafts, or the items without tiers of the laws named by prefix; parameters; and
    circumstances or procedures by id."""

    document: str
    lacks: str
    items: tuple[str, ...]
    items_of: tuple[str, ...]
    drafts_of: tuple[str, ...]
    tiers_of: tuple[str, ...]
    parameters: tuple[str, ...]
    rules: tuple[str, ...]
    note: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Release:
    """Which version of a rule set was approved for release, who wrote it, who else approved it,
    and on which day."""

    version: str
    author: str
    approved_by: str
    on: int


@dataclass(frozen=True, slots=True)
class Layer:
    """What a rule set says of itself; `independent`: its tiers need not narrow those of farther
    layers; `release` None where nobody ever released it."""

    id: str
    version: str
    title: str
    issuer: str
    document: str
    status: str
    region: str | None
    level: str | None
    organ: str | None
    period: Period
    missing: tuple[str, ...]
    awaits: tuple[Awaited, ...]
    independent: bool
    release: Release | None
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Policy:
    """One written policy of the manifest: its values, and how sure they are."""

    values: Mapping[str, object]
    status: str
    source: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Principle:
    """A general rule that the engine applies: old_and_new | one_fine | defence."""

    basis: Citation
    status: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Jurisdiction:
    """The lowest level of government that may punish where the law says nothing else."""

    lowest_level: str
    basis: Citation
    status: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Delegate:
    """A body that may act: `kind` entrusted (acts in the bureau's name) or transferred (own)."""

    kind: str
    to: str
    items: frozenset[str]
    document: str
    until: int | None
    ref: RuleRef

"""Rule sets, items, and what the facts match."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import (
    Field,
)

from api.http.models.common import DIGEST, DIGEST_PATTERN, Answer


class RuleSetName(Answer):
    """A rule set in short."""

    id: str = Field(examples=["yeji"])
    version: str = Field(examples=["2026.1.0"])
    digest: str = Field(pattern=DIGEST_PATTERN, examples=[DIGEST])


class RuleSetSummary(RuleSetName):
    """A rule set in a list."""

    title: str
    status: Literal["verified", "draft", "proposal"]
    default: bool
    items: int


class RuleSets(Answer):
    """The rule sets served."""

    rule_sets: list[RuleSetSummary]


class LayerOut(Answer):
    """A layer of a rule set, the statute first."""

    id: str
    version: str
    title: str
    issuer: str
    document: str
    status: Literal["verified", "draft", "proposal"]
    region: str | None
    level: str | None
    effective: dict[str, str | None]
    missing: list[str]


class Awaited(Answer):
    """A paper still to be got, and the items that wait for it."""

    layer: str
    document: str
    lacks: str
    note: str
    items: list[str]


class RuleSet(RuleSetSummary):
    """A rule set: its manifest, its layers, how much it holds, and what it awaits."""

    published_only: bool
    layers: list[LayerOut]
    counts: dict[str, int] = Field(examples=[{"items": 262, "facts": 300}])
    awaits: list[Awaited]


class ItemRow(Answer):
    """An edition of an item in a list."""

    id: str = Field(examples=["wsl-097-7"])
    title: str
    status: Literal["verified", "draft", "proposal"]
    layer: str = Field(examples=["yeji"])
    effective: dict[str, str | None]


class Items(Answer):
    """The items found."""

    rule_set: RuleSetName
    items: list[ItemRow]


class Item(Answer):
    """An item in full: each edition as `liangfa show --format json` tells it, and the JSON Schema
    of the facts that a case may state for it."""

    id: str
    rule_set: RuleSetName
    editions: list[dict[str, Any]]
    facts_schema: dict[str, Any]


class MatchRow(Answer):
    """An item that the facts meet, or may still meet."""

    id: str
    title: str
    edition: str
    established: bool
    missing: list[str]


class Matches(Answer):
    """The items found from the facts: those met, then those that hang on missing facts."""

    rule_set: RuleSetName
    items: list[MatchRow]

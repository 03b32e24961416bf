"""What differs between two rule sets: changes in the words of the law, and the versions they
need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.dates import Period
from engine.faults import Finding, Place
from engine.model import RuleSet
from engine.versions import WEIGHTS, follows, heaviest, least_version

WEIGHT_SAYS = {"wording": "文字", "correction": "更正", "substantive": "实质"}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: `kind` is added | removed | ended | changed | text, `heading` the rule it is
    about in the words of the law, `part` which part of it, `what` the change itself.

    `rule` is the kind of rule, `about` its id and `key` the way to the value in English; `before`
    and `after` are where it stands (the nearest text where it does not stand at all). `item` is the
    item it bears on (None: not on a single one), `period` the days (None: not bound to days).
    """

    layer: str
    weight: str
    kind: str
    rule: str
    about: str
    heading: str
    part: str
    key: str
    what: str
    before: Place | None
    after: Place | None
    item: str | None = None
    period: Period | None = None
    proposal: bool = False

    @property
    def says(self) -> str:
        """The whole change in one zh-CN sentence, without its final stop."""
        where = f"{self.heading}，{self.part}" if self.part else self.heading
        return f"{where}：{self.what}"

    def document(self) -> dict[str, Any]:
        """The change as JSON-ready data."""
        return {
            "layer": self.layer,
            "weight": self.weight,
            "kind": self.kind,
            "rule": self.rule,
            "about": self.about,
            "key": self.key,
            "heading": self.heading,
            "part": self.part,
            "what": self.what,
            "says": self.says,
            "before": _place(self.before),
            "after": _place(self.after),
            "item": self.item,
            "effective": None if self.period is None else self.period.document(),
            "proposal": self.proposal,
        }


def _place(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else {"file": place.file, "line": place.line}


@dataclass(frozen=True, slots=True)
class Step:
    """How far the version of one layer stepped: `before` and `after` None where the layer is on
    one side only, `weight` the heaviest change in it, `place` where B states its version."""

    layer: str
    before: str | None
    after: str | None
    weight: str | None
    place: Place | None

    @property
    def least(self) -> str | None:
        """The lowest version B may have; None where A has no such layer, or nothing changed."""
        if self.before is None or self.weight is None:
            return self.before
        return least_version(self.before, self.weight)

    @property
    def follows(self) -> bool:
        """Whether the version of B steps far enough."""
        if self.before is None or self.after is None:
            return True
        return follows(self.before, self.after, self.weight)

    def finding(self) -> Finding | None:
        """What is wrong with the version, if anything."""
        if self.follows or self.place is None:
            return None
        why = (
            "没有修改，却退回"
            if self.weight is None
            else f"有{WEIGHT_SAYS[self.weight]}修改，版本是"
        )
        return Finding(
            "version_not_stepped",
            self.place,
            f"“{self.layer}”{why} {self.before} → {self.after}",
            f"版本至少写成 {self.least}（年份更晚的也可以）",
        )

    def document(self) -> dict[str, Any]:
        """The step as JSON-ready data."""
        return {
            "layer": self.layer,
            "before": self.before,
            "after": self.after,
            "weight": self.weight,
            "least": self.least,
            "follows": self.follows,
        }


@dataclass(frozen=True, slots=True)
class Difference:
    """Two rule sets, what changes between them, and how the version of each layer stepped."""

    before: RuleSet
    after: RuleSet
    changes: tuple[Change, ...]
    steps: tuple[Step, ...]

    @property
    def weight(self) -> str | None:
        """The heaviest of the changes; None where the texts are the same."""
        return heaviest(each.weight for each in self.changes)

    def findings(self) -> tuple[Finding, ...]:
        """The layers whose version does not follow."""
        found = (each.finding() for each in self.steps)
        return tuple(each for each in found if each is not None)

    def document(self) -> dict[str, Any]:
        """The difference as JSON-ready data."""
        weights = [each.weight for each in self.changes]
        return {
            "before": _rule_set(self.before),
            "after": _rule_set(self.after),
            "weight": self.weight,
            "counts": {each: weights.count(each) for each in reversed(WEIGHTS)},
            "versions": [each.document() for each in self.steps],
            "changes": [each.document() for each in self.changes],
        }


def _rule_set(rule_set: RuleSet) -> dict[str, Any]:
    return {
        "id": rule_set.id,
        "version": rule_set.version,
        "digest": rule_set.digest,
        "published_only": rule_set.published_only,
    }

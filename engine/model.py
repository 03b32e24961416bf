"""A rule set in memory, frozen: its words, its rules, and what its layers say of themselves."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from engine.citation import Citation, RuleRef
from engine.conditions import Ask, Condition
from engine.dates import Period
from engine.facts import Fact, Value, Values
from engine.faults import Place
from engine.general_rules import Circumstance, Limitation, Procedure
from engine.item import Item
from engine.manifest import Delegate, Jurisdiction, Layer, Policy, Principle

Compute = Callable[[Values], Value | None]


@dataclass(frozen=True, slots=True)
class LawEdition:
    """One edition of an instrument, by its version and number (文号); `known` when its text was at
    hand for these rules; `dated` is where its days stand."""

    law: str
    version: str
    number: str
    period: Period
    known: bool
    status: str
    dated: Place | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Law:
    """A legal instrument with its editions, earliest first."""

    id: str
    title: str
    kind: str
    included: Mapping[str, bool]
    editions: tuple[LawEdition, ...]
    ref: RuleRef

    @property
    def national(self) -> bool:
        """Whether it is cited with 中华人民共和国 (statutes)."""
        return self.kind == "law"

    def cite(self, citation: Citation) -> str:
        """A citation of it in full."""
        return citation.text(self.title, national=self.national)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated amount the law refers to: (period, fen, status) entries."""

    name: str
    label: str
    values: tuple[tuple[Period, int, str], ...]
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact computed from others: `kind` is ratio, sum, days, months or grade; `rows` are the
    (value, condition) rows of a grade, of which the first that holds counts."""

    name: str
    kind: str
    inputs: tuple[str, ...]
    compute: Compute
    ref: RuleRef
    rows: tuple[tuple[str, Condition], ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Facts that cannot hold together; a case that states them is sent back."""

    when: Condition
    ask: Ask
    because: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A whole rule set with all layers under it; `items` maps an id to its editions by date;
    `beside` are the facts that only limitations and procedures read."""

    id: str
    version: str
    digest: str
    layers: tuple[Layer, ...]
    laws: Mapping[str, Law]
    roles: Mapping[str, tuple[str, str]]
    measures: Mapping[str, str]
    organs: Mapping[str, str]
    facts: Mapping[str, Fact]
    derived: Mapping[str, Derived]
    conflicts: tuple[Conflict, ...]
    parameters: Mapping[str, Parameter]
    circumstances: tuple[Circumstance, ...]
    limitations: tuple[Limitation, ...]
    procedures: tuple[Procedure, ...]
    beside: frozenset[str]
    items: Mapping[str, tuple[Item, ...]]
    policies: Mapping[str, Policy]
    jurisdiction: Jurisdiction | None
    principles: Mapping[str, Principle]
    delegates: tuple[Delegate, ...]
    published_only: bool

    def name(self, edition: LawEdition) -> str:
        """An edition of an instrument by title, version and number."""
        about = "，".join(filter(None, (edition.version, edition.number)))
        return f"《{self.laws[edition.law].title}》（{about}）"

    def cite(self, citation: Citation) -> str:
        """A citation in full."""
        return self.laws[citation.law].cite(citation)

    def roots(self, fact: str) -> frozenset[str]:
        """The stated facts a fact is computed from (itself, if it is stated)."""
        derived = self.derived.get(fact)
        if derived is None:
            return frozenset({fact})
        return frozenset().union(*(self.roots(name) for name in derived.inputs))

    def tangled(self, facts: Iterable[str]) -> bool:
        """Whether two of the facts are computed from the same one, so that not every combination
        of their values can be."""
        return any(
            self.roots(one) & self.roots(other) for one, other in itertools.combinations(facts, 2)
        )

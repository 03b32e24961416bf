"""A rule set in memory: frozen objects, each knowing the place it was read from."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from engine.citation import Citation
from engine.dates import Period
from engine.facts import Fact, Value, Values
from engine.faults import Place
from engine.truth import Truth

# Conditions -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of a fact; `operand` is a bool, a choice (for `in` a set of them), or whole
    steps of the fact."""

    __test__ = False  # not a pytest class

    fact: str
    op: str
    operand: bool | str | int | frozenset[str]


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition = Test | AllOf | AnyOf | Not
Ask = Callable[[Values], Truth]
ALWAYS = AllOf(())
Compute = Callable[[Values], Value | None]

# Amounts ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Range:
    """Fen from lo to hi, both included; lo None means "more than 0"; hi None means not known."""

    lo: int | None
    hi: int | None


@dataclass(frozen=True, slots=True)
class Scaled:
    """A share or multiple (lo to hi) of `base`: a fact or parameter in fen."""

    base: str
    lo: Fraction
    hi: Fraction
    fixed: bool
    cap: int | None
    substitute: Substitute | None
    percent: bool


@dataclass(frozen=True, slots=True)
class Substitute:
    """What stands in for a Scaled fine when `when` holds (income that cannot be determined)."""

    when: Condition
    amount: Scaled
    status: str
    place: Place


@dataclass(frozen=True, slots=True)
class TimesFine:
    """A multiple (lo to hi) of the fine of another penalty of the same item."""

    penalty: str
    lo: Fraction
    hi: Fraction


@dataclass(frozen=True, slots=True)
class PerDay:
    """An earlier fine once for every day."""

    base: str
    days: str


Amount = Range | Scaled | TimesFine | PerDay


@dataclass(frozen=True, slots=True)
class Fine:
    """The fine of a penalty or tier; `alone` = 单处或者并处."""

    amount: Amount
    alone: bool
    place: Place


# Items ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RuleRef:
    """Where a rule stands: its rule set, its id, its place."""

    set: str
    id: str
    place: Place


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
class Tier:
    """One discretion tier (裁量阶次)."""

    key: str
    id: str
    title: str
    when: Condition
    fine: Fine
    status: str
    source: str
    basis: Citation | None
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class TierTable:
    """The tiers one layer gives for one penalty, ascending; `proposed` for those without force."""

    layer: str
    partial: bool
    highest: bool
    tiers: tuple[Tier, ...]
    period: Period
    place: Place
    proposed: bool = False


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
    imposed_by: tuple[str, str | None] | None
    status: str
    tables: tuple[TierTable, ...]
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Item:
    """One edition of a penalty item (处罚事项); `edition` names it uniquely in its rule set."""

    id: str
    title: str
    period: Period
    status: str
    law: str
    succeeds: tuple[str, ...]
    displaces: tuple[str, ...]
    violates: tuple[Citation, ...]
    established_when: Condition
    penalties: tuple[Penalty, ...]
    crime_clause: bool
    sources: tuple[str, ...]
    note: str
    edition: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Circumstance:
    """A circumstance (情节) and what it does to the penalty."""

    id: str
    title: str
    effects: tuple[str, ...]
    obligation: str
    when: Condition
    excluded_when: Condition | None
    roles: frozenset[str]
    items: frozenset[str]
    basis: Citation
    period: Period | None
    status: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure, referral or listing and when it is called for; read, not yet decided."""

    id: str
    kind: str
    title: str
    when: Condition
    basis: Citation
    deadline: tuple[int, str, str] | None
    status: str
    ref: RuleRef


# Policy, vocabulary -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Policy:
    """One written policy of the manifest: its values, and how sure they are."""

    values: Mapping[str, object]
    status: str
    source: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Law:
    """A legal instrument."""

    id: str
    title: str
    kind: str
    included: Mapping[str, bool]
    ref: RuleRef

    @property
    def national(self) -> bool:
        """Whether it is cited with 中华人民共和国 (statutes)."""
        return self.kind == "law"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A dated amount the law refers to: (period, fen, status) entries."""

    name: str
    label: str
    values: tuple[tuple[Period, int, str], ...]
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Derived:
    """A fact computed from others: `kind` is ratio, sum, days, months or grade."""

    name: str
    kind: str
    inputs: tuple[str, ...]
    compute: Compute
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Conflict:
    """Facts that cannot hold together; a case that states them is sent back."""

    when: Condition
    ask: Ask
    because: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Layer:
    """What a rule set says of itself."""

    id: str
    version: str
    title: str
    issuer: str
    document: str
    status: str
    region: str | None
    level: str | None
    period: Period
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """A whole rule set with all layers under it; `items` maps an id to its editions by date."""

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
    procedures: tuple[Procedure, ...]
    items: Mapping[str, tuple[Item, ...]]
    policies: Mapping[str, Policy]
    published_only: bool
    warnings: tuple[str, ...]

    def cite(self, citation: Citation) -> str:
        """A citation in full."""
        law = self.laws[citation.law]
        return citation.text(law.title, national=law.national)

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

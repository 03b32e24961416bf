"""A rule set in memory: frozen objects, each knowing the place it was read from."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
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
    steps of the fact; `place` is where it is written, no part of what it says."""

    __test__ = False  # not a pytest class

    fact: str
    op: str
    operand: bool | str | int | frozenset[str]
    place: Place | None = field(default=None, compare=False)


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
    """Where a rule stands: its rule set, its id, its place; `marks` are the line and column of its
    parts, those of a list by number (`basis`, `violates/0`)."""

    set: str
    id: str
    place: Place
    marks: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False)

    def at(self, *part: str | int) -> Place:
        """Where a part of the rule stands; the rule itself where it has no such part."""
        mark = self.marks.get("/".join(map(str, part)))
        return self.place if mark is None else Place(self.place.file, *mark)


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
class Displaced:
    """A general item that a special one displaces for the same act; `status` says how sure."""

    item: str
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


@dataclass(frozen=True, slots=True)
class Circumstance:
    """A circumstance (情节) and what it does to the penalty; `gate`: asked before the violation
    itself; `measures` are what it adds."""

    id: str
    title: str
    effects: tuple[str, ...]
    obligation: str
    when: Condition
    excluded_when: Condition | None
    gate: bool
    measures: tuple[Measure, ...]
    scope: Scope
    basis: Citation
    period: Period | None
    status: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom and what a rule concerns; an empty set means everyone or everything."""

    kinds: frozenset[str]
    roles: frozenset[str]
    items: frozenset[str]

    def covers(self, role: str, kind: str) -> bool:
        """Whether it concerns a party in a role, of a kind (unit | person)."""
        return (not self.roles or role in self.roles) and (not self.kinds or kind in self.kinds)


@dataclass(frozen=True, slots=True)
class Limitation:
    """How many years after the act a violation may still be punished; the first whose `when`
    holds governs."""

    id: str
    title: str
    years: int
    when: Condition
    ask: Ask
    measures: tuple[Measure, ...]
    basis: Citation
    status: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class AmountTest:
    """A comparison of what a party is to pay (`of`: fine | confiscated) with fen or a dated
    parameter."""

    of: str
    op: str
    fen: int | None
    parameter: str | None


@dataclass(frozen=True, slots=True)
class Limb:
    """One ground of a procedure: every part that is there must hold.

    `reads` are the facts its condition reads, `taken` the values of those that are assumed where
    nobody states them, `unstated` what the condition is on these alone.
    """

    title: str
    when: Condition
    ask: Ask
    reads: tuple[str, ...]
    taken: Mapping[str, Value]
    unstated: Truth
    amount: AmountTest | None
    imposes: frozenset[str]
    imposes_only: frozenset[str] | None
    basis: Citation


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure, referral or listing; called for when one of its limbs holds, and (`follows`)
    only where another is. `between` are the days of the case that the deadline runs between;
    `surcharge` is (percent a day, cap in percent) of the fine."""

    id: str
    kind: str
    title: str
    about: str
    obligation: str
    to: str | None
    follows: str | None
    limbs: tuple[Limb, ...]
    scope: Scope
    basis: Citation
    deadline: tuple[int, str, str] | None
    between: tuple[str, str] | None
    surcharge: tuple[Fraction, Fraction] | None
    period: Period | None
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
class Jurisdiction:
    """The lowest level of government that may punish where the law says nothing else."""

    lowest_level: str
    basis: Citation
    status: str
    ref: RuleRef


@dataclass(frozen=True, slots=True)
class Principle:
    """A general rule that the engine applies: old_and_new | one_fine | defence."""

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
    warnings: tuple[str, ...]

    def name(self, edition: LawEdition) -> str:
        """An edition of an instrument by title, version and number."""
        about = "，".join(filter(None, (edition.version, edition.number)))
        return f"《{self.laws[edition.law].title}》（{about}）"

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

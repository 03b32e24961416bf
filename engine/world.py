"""One world: the values taken as given, and the questions a decision may ask of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from engine.case import Authority, Dates
from engine.conditions import Condition, compile_condition, tests_of
from engine.facts import Span, Value, Values
from engine.faults import Finding, RuleFault
from engine.fine import Amount
from engine.grading import Inputs, Worked, work_out
from engine.item import Penalty, Tier, TierTable, graded
from engine.model import RuleSet
from engine.proving import ProvenItem, Truths


class Undecided(Exception):
    """A condition that the decision needs is unknown; `fact` would help to decide it."""

    def __init__(self, fact: str) -> None:
        super().__init__(fact)
        self.fact = fact


class Setting(NamedTuple):
    """What lies outside the facts: the days (`act` and `decision` choose tier tables and
    parameters; None = the latest), and who decides."""

    act: int | None
    decision: int | None
    dates: Dates
    authority: Authority


class Pick(NamedTuple):
    """The tier hit, or why there is none: benchmark_row_unknown | tier_gap |
    benchmark_in_time, or None where the law leaves nothing to split"""

    tier: Tier | None
    table: TierTable | None
    code: str | None


@dataclass(slots=True, eq=False)
class World:
    """`values` include what is assumed; `firm` are the stated facts and what follows from them;
    `truths` are the answers to conditions so far, by the condition's identity. `later` is the same
    world under the law of the decision where that is another, `later_unknown` says
    (code, name) why that law is not known."""

    proven: ProvenItem
    rule_set: RuleSet
    values: Values
    firm: Values
    setting: Setting
    truths: Truths
    later: World | None = None
    later_unknown: tuple[str, str] | None = None

    def true(self, condition: Condition) -> bool:
        """Whether one of the item's conditions holds; raises Undecided where that is unknown."""
        key = id(condition)
        if key not in self.truths:
            self.truths[key] = self.proven.asks[key](self.values)
        truth = self.truths[key]
        if truth is None:
            raise Undecided(self.open_fact(condition))
        return truth

    def cuts(self, fact: str) -> tuple[int, ...]:
        """Where a number changes an answer, under the law of the act or of the decision."""
        own = self.proven.cuts.get(fact, ())
        return own if self.later is None else tuple(sorted({*own, *self.later.cuts(fact)}))

    def open_fact(self, condition: Condition, *, firm: bool = False) -> str:
        """A fact that keeps a condition from being decided (`firm`: on stated facts alone)."""
        values = self.firm if firm else self.values
        return next(
            test.fact for test in tests_of(condition) if compile_condition(test)(values) is None
        )

    def facts_of(self, condition: Condition) -> tuple[tuple[str, Value | None], ...]:
        """The facts a condition reads, with their values here."""
        get = self.values.get
        return tuple([(name, get(name)) for name in self.proven.names[id(condition)]])

    def inputs(self, *, statutory: bool = False) -> Inputs:
        """What amounts may look up here; `statutory` leaves the tiers of other fines aside."""
        other = self._other_statutory if statutory else self._other_fine
        return Inputs(
            self.values, self.true, self._parameter, self._is_parameter, other, self._unbounded
        )

    def _unbounded(self, name: str) -> bool:
        """Whether a number is known only from below: nobody stated how large it may be."""
        fact, value = self.rule_set.facts.get(name), self.values.get(name)
        return fact is not None and isinstance(value, Span) and value.lo < value.hi >= fact.hi

    def _is_parameter(self, name: str) -> bool:
        return name in self.rule_set.parameters

    def _parameter(self, name: str) -> tuple[int, str] | None:
        """The value in force on the day of the act (the latest without a day), and its status."""
        values = self.rule_set.parameters[name].values
        day = self.setting.act
        fitting = [each for each in values if day is None or each[0].holds(day)]
        if not fitting:
            return None
        _, fen, status = max(fitting, key=lambda each: each[0].start)
        return fen, status

    def _other_fine(self, id: str) -> Worked:
        """The fine of another penalty of the item, in its tier where one is hit."""
        penalty = next(each for each in self.proven.item.penalties if each.id == id)
        return self.worked(penalty, self.pick_tier(penalty).tier)

    def _other_statutory(self, id: str) -> Worked:
        penalty = next(each for each in self.proven.item.penalties if each.id == id)
        assert penalty.fine is not None
        return work_out(penalty.fine.amount, self.inputs(statutory=True))

    def worked(self, penalty: Penalty, tier: Tier | None) -> Worked:
        """A penalty's fine in the tier picked for it, before circumstances."""
        assert penalty.fine is not None
        amount = penalty.fine.amount
        if tier is not None and not self._substituted(amount, tier.fine.amount):
            amount = tier.fine.amount
        return work_out(amount, self.inputs())

    def _substituted(self, statutory: Amount, tiered: Amount) -> bool:
        """Whether the statute's substitute takes the place of a tier that is silent on it."""
        substitute = getattr(statutory, "substitute", None)
        own = getattr(tiered, "substitute", None)
        return substitute is not None and own is None and self.true(substitute.when)

    def pick_tier(self, penalty: Penalty, use: str | None = None) -> Pick:
        """The tier the facts fall in: the nearest table's hit, a farther or proposed one in its
        gaps; raises RuleFault where a table that wants one tier has two. `use` as in `tables`."""
        if not graded(penalty):
            return Pick(None, None, None)
        tables, unsure = self.tables(penalty, use)
        gap: TierTable | None = None
        for table in tables:
            hits = [tier for tier in table.tiers if self.true(tier.when)]
            if len(hits) > 1 and not table.highest:
                raise RuleFault([_overlap(hits)])
            if hits:
                return Pick(hits[-1], table, None)
            if not table.partial:
                gap = table
        if gap is not None:
            return Pick(None, gap, "tier_gap")
        return Pick(None, None, "benchmark_in_time" if unsure else "benchmark_row_unknown")

    def tables(
        self, penalty: Penalty, use: str | None = None
    ) -> tuple[tuple[TierTable, ...], bool]:
        """The nearest published table in force and the nearest proposal, and whether time leaves
        open which applies.

        The written policy (or `use`) says whether the benchmark of the act or of the decision
        governs; without one, both days must agree, and no farther table stands in for a disputed
        one.
        """
        policy = self.rule_set.policies.get("benchmark_in_time")
        if use is None:
            use = str(policy.values["use"]) if policy is not None else "both"
        chosen: dict[bool, TierTable] = {}
        unsure = False
        for table in penalty.tables:
            at_act = table.period.in_force(self.setting.act)
            at_decision = table.period.in_force(self.setting.decision)
            if use == "act":
                at_decision = at_act
            elif use == "decision":
                at_act = at_decision
            unsure |= at_act is not at_decision
            if at_act and at_decision and not unsure:
                chosen.setdefault(table.proposed, table)
        return tuple(chosen.values()), unsure


def _overlap(hits: list[Tier]) -> Finding:
    first, second = hits[0], hits[1]
    return Finding(
        "tier_overlap",
        second.ref.place,
        f"阶次“{first.ref.id}”和“{second.ref.id}”同时符合",
        f"请让条件互斥，或写 hit: highest；另一处见 {first.ref.place}",
    )

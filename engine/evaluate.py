"""The pipeline: from a parsed case to the result, in the order the law demands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from engine.applicability import Choice, Lineage, choose
from engine.case import Authority, Case, Party, Violation, parse_case
from engine.concurrence import combine, heavier_than_notified, none_above_notified
from engine.encoding import ESTABLISHED
from engine.exploring import Explored, TooManyWorlds, explore, merged, together
from engine.facts import Values
from engine.faults import EngineDisagreement, Finding, InputFault, Place
from engine.gates import limitation_examined
from engine.in_time import decide_in_time
from engine.jurisdiction import deciding_authority, elsewhere
from engine.matching import Matcher
from engine.model import Item, RuleSet
from engine.notes import Notes, assumable
from engine.proving import ProvenItem, Truths, prove_item
from engine.result import (
    NO_MONEY,
    Assumption,
    Decision,
    FineResult,
    Outcome,
    Possible,
    Reason,
    Result,
)
from engine.searching import Candidate, Index, candidate
from engine.source import Source
from engine.world import Setting, Undecided, World

# A file of this size is a mistake or an attack; a real case has a handful of outcomes.
MAX_OUTCOMES = 1000


class _Known(NamedTuple):
    """What is known for one party: with assumptions, without them, and which conditions hold."""

    values: Values
    firm: Values
    truths: Truths


class _View:
    """A violation under one edition; parties that state nothing the rules read share the answers
    of the others."""

    def __init__(
        self, engine: Engine, proven: ProvenItem, case: Case, violation: Violation, charged: bool
    ) -> None:
        self.proven = proven
        self._engine, self._case, self._violation = engine, case, violation
        self._charged = charged
        self._shared: _Known | None = None

    def known(self, party: Party | None) -> _Known:
        """What is known for a party."""
        if self._shared is None:
            self._shared = self._know(None)
        if party is None or not party.facts:
            return self._shared
        own = self.proven.decisive.isdisjoint(party.facts)
        return self._know(party, self._shared.truths if own else None)

    def _know(self, party: Party | None, truths: Truths | None = None) -> _Known:
        values, firm = know(self.proven, self._case, self._violation, party, charged=self._charged)
        if truths is None:
            _, truths = self._engine.double_entry(self.proven, values)
        return _Known(values, firm, truths)


class Engine:
    """Evaluates cases against one rule set. Thread-safe: matching takes its own lock."""

    def __init__(self, rule_set: RuleSet) -> None:
        self.rule_set = rule_set
        self._matcher = Matcher()
        self._lineage = Lineage(rule_set.items)
        self._index = Index(rule_set)
        self._authority = deciding_authority(Authority(), rule_set)
        self._never_examined = tuple(_never_examined(rule_set))
        self._proven: dict[str, ProvenItem] = {}
        self._assumable: dict[tuple[str, bool], tuple[Assumption, ...]] = {}

    def evaluate_source(self, source: Source) -> Result:
        """Parse and evaluate a case text; raises InputFault with every fault of it."""
        return self.evaluate(parse_case(source, self.rule_set))

    def evaluate(self, case: Case) -> Result:
        """The answer for every violation and party of a case.

        Raises EngineDisagreement when matcher and prover differ, RuleFault when the rules
        contradict themselves on these facts.
        """
        notes = Notes(self.rule_set)
        authority = self._authority
        if case.authority != Authority():
            authority = deciding_authority(case.authority, self.rule_set)
            if elsewhere(case.authority, self.rule_set):
                notes.warn("other_region", str(case.authority.region))
        outcomes: list[Outcome] = []
        for violation in case.violations:
            for choice, charged in self._choices(violation, case, notes):
                for outcome in self._violation(case, violation, choice, authority, charged, notes):
                    outcomes.append(outcome)
                    if len(outcomes) > MAX_OUTCOMES:
                        raise InputFault([_too_large()])
        combined = combine(tuple(outcomes), case, self.rule_set)
        outcomes = [*none_above_notified(combined.outcomes, case)]
        announced = heavier_than_notified(combined.outcomes, case)
        for code, about in (*combined.warnings, *announced):
            notes.warn(code, about)
        notes.close()
        settled = all(each.settled for each in combined.outcomes) and not notes.unanswered
        status = "no_rule" if not outcomes else "settled" if settled else "open"
        return Result(
            status,
            self.rule_set,
            case,
            tuple(outcomes),
            tuple(notes.missing()),
            tuple(notes.assumptions.values()),
            tuple(dict.fromkeys(self._not_examined(case, authority))),
            tuple(notes.warnings),
        )

    def _not_examined(self, case: Case, authority: Authority) -> Iterator[str]:
        """The questions that were not asked, for want of what a case must state for them."""
        rules = self.rule_set.limitations
        for violation in case.violations:
            if not limitation_examined(violation.dates, rules):
                yield "limitation"
                break
        for violation in case.violations:
            if violation.dates.act_day is None or violation.dates.decided_on is None:
                yield "old_and_new_law"
                break
        if authority.level is None:
            yield "jurisdiction"
        yield from self._never_examined

    # Choosing the rules ---------------------------------------------------------------

    def _choices(
        self, violation: Violation, case: Case, notes: Notes
    ) -> Iterator[tuple[Choice, bool]]:
        """The editions of the charged item, or of every item the facts establish without a
        charge."""
        if violation.item is not None:
            choice = choose(self.rule_set, self._lineage, violation.item, violation.dates)
            for code, about in choice.codes:
                notes.warn(code, about)
            if choice.item is None:
                notes.unanswered = True
            if choice.item is not None or choice.missing is not None:
                yield choice, True
            return
        found = False
        day = violation.dates.law_day
        for edition in self._index.editions(_stated(case, violation), day):
            if self._established(edition, case, violation):
                found = True
                choice = choose(self.rule_set, self._lineage, edition.id, violation.dates)
                for code, about in choice.codes:
                    notes.warn(code, about)
                yield choice, False
        if not found:
            notes.unanswered = True
            notes.warn("item_not_found", violation.id)

    def _established(self, item: Item, case: Case, violation: Violation) -> bool:
        """Whether the facts of somebody establish an item without a charge; matcher and prover
        agree on it."""
        proven = self.prove(item)
        for party in (None, *(party for party in case.parties if party.facts)):
            values, _ = know(proven, case, violation, party, charged=False)
            proved, _ = self.double_entry(proven, values)
            if ESTABLISHED in proved:
                return True
        return False

    def match(self, case: Case) -> tuple[Candidate, ...]:
        """The items whose elements the facts of a case meet, then those they may still meet,
        whatever the case charges."""
        found: dict[str, Candidate] = {}
        for violation in case.violations:
            stated = _stated(case, violation)
            for item in self._index.editions(stated, violation.dates.law_day):
                each = self._candidate(item, case, violation)
                if each is not None and not _settles(found.get(item.id)):
                    found[item.id] = each
        ranked = sorted(found.values(), key=lambda each: (not each.established, each.item.id))
        return tuple(ranked)

    def _candidate(self, item: Item, case: Case, violation: Violation) -> Candidate | None:
        """What the facts of somebody make of an item; the matcher confirms one that is met."""
        best: Candidate | None = None
        for party in (None, *(each for each in case.parties if each.facts)):
            values, _ = know(self.prove(item), case, violation, party, charged=False)
            each = candidate(item, values, self.rule_set)
            if each is not None and not _settles(best):
                best = each
        if _settles(best):
            self._established(item, case, violation)
        return best

    def prove(self, item: Item) -> ProvenItem:
        """The item made ready, once per edition."""
        if item.edition not in self._proven:
            self._proven[item.edition] = prove_item(item, self.rule_set)
        return self._proven[item.edition]

    def double_entry(self, proven: ProvenItem, values: Values) -> tuple[frozenset[str], Truths]:
        """The rules certainly true, on which matcher and prover must agree."""
        proved, truths = proven.prove(values)
        fired = self._matcher.fired(proven.item, proven.rules, values)
        if fired != proved:
            differing = "、".join(sorted(fired ^ proved))
            raise EngineDisagreement(
                [
                    Finding(
                        "engine_disagreement",
                        proven.item.ref.place,
                        f"匹配与证明对这些规则的结论不同：{differing}",
                        "不给出任何数额；请把案件和规则集版本交给开发者",
                    )
                ]
            )
        return proved, truths

    # One violation --------------------------------------------------------------------

    def _violation(
        self,
        case: Case,
        violation: Violation,
        choice: Choice,
        authority: Authority,
        charged: bool,
        notes: Notes,
    ) -> Iterator[Outcome]:
        if choice.item is None:
            yield from self._without_text(case, violation, choice, notes)
            return
        dates = violation.dates
        setting = Setting(dates.law_day, dates.decided_on, dates, authority)
        views = [self._view(choice.item, case, violation, charged)]
        if choice.later is not None:
            views.append(self._view(choice.later, case, violation, charged))
        stated: set[str] | None = None
        for role, party in _parties(views[0].proven, case, violation, self.rule_set, notes):
            known = [view.known(party) for view in views]
            stated = set(known[0].firm) if stated is None else stated & known[0].firm.keys()
            later = None
            if len(views) > 1:
                now = setting._replace(act=dates.decided_on)
                later = self._world(views[1].proven, known[1], now)
            world = self._world(views[0].proven, known[0], setting, later, choice.later_unknown)
            yield self._outcome(world, violation, role, party, case, notes)
        for view in views:
            key = (view.proven.item.edition, charged)
            if key not in self._assumable:
                self._assumable[key] = assumable(view.proven, charged=charged)
            notes.assume(self._assumable[key], stated or set())
        notes.unused([view.proven for view in views], violation)
        notes.shared(case, violation)

    def _view(self, item: Item, case: Case, violation: Violation, charged: bool) -> _View:
        return _View(self, self.prove(item), case, violation, charged)

    def _world(
        self,
        proven: ProvenItem,
        known: _Known,
        setting: Setting,
        later: World | None = None,
        later_unknown: tuple[str, str] | None = None,
    ) -> World:
        return World(
            proven,
            self.rule_set,
            known.values,
            known.firm,
            setting,
            dict(known.truths),
            later,
            later_unknown,
        )

    def _without_text(
        self, case: Case, violation: Violation, choice: Choice, notes: Notes
    ) -> Iterator[Outcome]:
        """Every party's answer is open: the law that applies is known to exist, but not its
        text, and no other law stands in for it."""
        assert choice.missing is not None
        name = self.rule_set.name(choice.missing)
        notes.warn("text_missing", name)
        item = self.rule_set.items[choice.charged][-1]
        slots = (("version", name),)
        reason = Reason("edition", "text_missing", item.ref, (), (), slots)
        decision = Decision(
            "open",
            item,
            fine=FineResult("open", NO_MONEY, None, "text_missing"),
            reasons=(reason,),
        )
        for role, party in _parties(self.prove(item), case, violation, self.rule_set, notes):
            about = party.id if party is not None else role
            yield _outcome_of(decision, (), violation, about, role)

    def _outcome(
        self,
        world: World,
        violation: Violation,
        role: str,
        party: Party | None,
        case: Case,
        notes: Notes,
    ) -> Outcome:
        about = party.id if party is not None else role
        asked: dict[str, tuple[str, ...]] = {}
        try:
            decision = decide_in_time(world, role)
            possible: tuple[Possible, ...] = ()
        except Undecided:
            explored = self._explore(world, role, about, notes)
            decision, possible = together(explored.possible)
            asked = explored.settles
        for fact, settles in asked.items():
            notes.ask(world, fact, settles, violation, party, case)
        for each in (decision, *(one.decision for one in possible)):
            for fact in each.waits:
                notes.ask(world, fact, ("fine",), violation, party, case)
            for fact in each.half_claimed:
                notes.ask(world, fact, ("disposition",), violation, party, case)
            for code, slot in each.warnings:
                notes.warn(code, slot or about)
        return _outcome_of(decision, possible, violation, about, role)

    def _explore(self, world: World, role: str, about: str, notes: Notes) -> Explored:
        try:
            return explore(world, role)
        except TooManyWorlds:
            notes.warn("possible_merged", about)
            return merged(world, role)


def _too_large() -> Finding:
    message = f"当事人和违法行为的组合超过 {MAX_OUTCOMES} 个"
    return Finding("case_too_large", Place("<case>"), message, "请分成几个案件")


def _never_examined(rule_set: RuleSet) -> Iterator[str]:
    """The questions for which the rule set has no rules."""
    if "old_and_new" not in rule_set.principles:
        yield "old_and_new_law"
    if not any(each.gate for each in rule_set.circumstances):
        yield "capacity"
    if "one_fine" not in rule_set.principles:
        yield "concurrence"


def _settles(found: Candidate | None) -> bool:
    return found is not None and found.established is True


def _stated(case: Case, violation: Violation) -> frozenset[str]:
    """The names of all facts stated for a violation or for anybody."""
    names = case.facts.keys() | violation.facts.keys()
    return frozenset(names.union(*(party.facts.keys() for party in case.parties)))


def _outcome_of(
    decision: Decision,
    possible: tuple[Possible, ...],
    violation: Violation,
    about: str,
    role: str,
) -> Outcome:
    return Outcome(
        violation=violation.id,
        item=decision.item,
        party=about,
        role=role,
        disposition=decision.disposition,
        stage=decision.stage,
        obligation=decision.obligation,
        tier=decision.tier,
        statutory=decision.statutory,
        fine=decision.fine,
        measures=decision.measures,
        basis=decision.basis,
        violates=decision.item.violates,
        circumstances=decision.circumstances,
        alternatives=decision.alternatives,
        compared=decision.compared,
        outside=decision.outside,
        elsewhere=decision.elsewhere,
        possible=possible,
        reasons=decision.reasons,
        warnings=decision.warnings,
        waits=decision.waits,
    )


def _parties(
    proven: ProvenItem, case: Case, violation: Violation, rule_set: RuleSet, notes: Notes
) -> Iterator[tuple[str, Party | None]]:
    """Every role the item fines: with each party charged that has it, else once under its name."""
    charged = [party for party in case.parties if violation.concerns(party)]
    taken = {party.id: _roles_of(party, proven, rule_set) for party in charged}
    for role in proven.roles:
        named = [party for party in charged if role in taken[party.id]]
        for party in named:
            yield role, party
        held = any(role in party.roles for party in charged)
        if not named and not held:
            yield role, None
    for party in charged:
        if taken[party.id]:
            notes.addressed(party.id)
        else:
            nameless = party.kind == "person" and not party.roles
            code = "party_without_role" if nameless else "party_not_addressed"
            notes.not_addressed(party.id, code)


def _roles_of(party: Party, proven: ProvenItem, rule_set: RuleSet) -> list[str]:
    """The roles in which a party answers under an item; two roles that the item fines by the very
    same penalties are one, so that nobody is fined twice by one provision."""
    own = [role for role in proven.roles if role in party.roles]
    if party.kind == "unit" and not party.roles:
        units = [role for role in proven.roles if rule_set.roles[role][1] == "unit"]
        own = [role for role in units if role == party.kind] or units
    distinct: dict[tuple[str, ...], str] = {}
    for role in own:
        penalties = (each.id for each in proven.item.penalties if role in each.roles)
        distinct.setdefault(tuple(penalties), role)
    return list(distinct.values())


def know(
    proven: ProvenItem, case: Case, violation: Violation, party: Party | None, *, charged: bool
) -> tuple[Values, Values]:
    """The values for one party: stated ones, then assumptions, then what follows from them."""
    firm = case.facts | violation.facts
    if party is not None:
        firm |= party.facts
    values = proven.assumed(charged=charged) | firm
    proven.compute(values)
    proven.compute(firm)
    return values, firm

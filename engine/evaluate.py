"""The pipeline: from a parsed case to the result, in the order the law demands."""

from __future__ import annotations

from collections.abc import Iterator

from engine.addressees import addressees
from engine.applicability import Choice, Lineage, choose
from engine.case import Authority, Case, Party, Violation
from engine.concurrence import combine, heavier_than_notified, none_above_notified
from engine.exploring import Explored, TooManyWorlds, explore, together
from engine.faults import Finding, InputFault, Place
from engine.in_time import decide_in_time
from engine.item import Item
from engine.jurisdiction import deciding_authority, elsewhere
from engine.knowing import Known, View
from engine.matching import Matcher
from engine.merging import merged
from engine.model import RuleSet
from engine.notes import Notes, assumable, not_examined
from engine.parsing import parse_case
from engine.proving import ProvenItem, prove_item
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
from engine.searching import Candidate, Search
from engine.source import Source
from engine.world import Setting, Undecided, World

# A file of this size is a mistake or an attack; a real case has a handful of outcomes.
MAX_OUTCOMES = 1000


class Engine:
    """Evaluates cases against one rule set. Thread-safe: matching takes its own lock."""

    def __init__(self, rule_set: RuleSet) -> None:
        self.rule_set = rule_set
        self._matcher = Matcher()
        self._lineage = Lineage(rule_set.items)
        self._search = Search(rule_set, self.prove, self._matcher)
        self._authority = deciding_authority(Authority(), rule_set)
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
            tuple(dict.fromkeys(not_examined(case, authority, self.rule_set))),
            tuple(notes.warnings),
        )

    # Choosing the rules ---------------------------------------------------------------

    def _choices(
        self, violation: Violation, case: Case, notes: Notes
    ) -> Iterator[tuple[Choice, bool]]:
        """The editions of the charged item, or of every item the facts establish without a
        charge."""
        if violation.item is not None:
            choice = self._choose(violation.item, violation, notes)
            if choice.item is None:
                notes.unanswered = True
            if choice.item is not None or choice.missing is not None:
                yield choice, True
            return
        found = False
        for edition in self._search.established(case, violation):
            found = True
            yield self._choose(edition.id, violation, notes), False
        if not found:
            notes.unanswered = True
            notes.warn("item_not_found", violation.id)

    def _choose(self, item: str, violation: Violation, notes: Notes) -> Choice:
        """The edition of an item that a violation is judged by, with what must be said of it."""
        choice = choose(self.rule_set, self._lineage, item, violation.dates)
        for code, about in choice.codes:
            notes.warn(code, about)
        return choice

    def match(self, case: Case) -> tuple[Candidate, ...]:
        """The items whose elements the facts of a case meet, then those they may still meet,
        whatever the case charges."""
        return self._search.match(case)

    def prove(self, item: Item) -> ProvenItem:
        """The item made ready, once per edition."""
        if item.edition not in self._proven:
            self._proven[item.edition] = prove_item(item, self.rule_set)
        return self._proven[item.edition]

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
        for role, party in addressees(views[0].proven, case, violation, self.rule_set, notes):
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

    def _view(self, item: Item, case: Case, violation: Violation, charged: bool) -> View:
        return View(self._matcher, self.prove(item), case, violation, charged)

    def _world(
        self,
        proven: ProvenItem,
        known: Known,
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
        for role, party in addressees(self.prove(item), case, violation, self.rule_set, notes):
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


def _outcome_of(
    decision: Decision, possible: tuple[Possible, ...], violation: Violation, about: str, role: str
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

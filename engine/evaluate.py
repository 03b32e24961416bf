"""The pipeline: from a parsed case to the result, in the order the law demands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from engine.case import Case, Party, Violation, parse_case
from engine.deciding import decide
from engine.encoding import ESTABLISHED
from engine.exploring import Explored, TooManyWorlds, explore, merged, together
from engine.facts import Values
from engine.faults import EngineDisagreement, Finding, InputFault, Place
from engine.matching import Matcher
from engine.model import Item, RuleSet
from engine.notes import Notes, assumable
from engine.proving import ProvenItem, Truths, prove_item
from engine.result import (
    Assumption,
    Outcome,
    Possible,
    Result,
)
from engine.source import Source
from engine.world import Days, Undecided, World

# The questions of DESIGN that this version does not yet ask of any case.
NOT_EXAMINED = (
    "limitation",
    "old_and_new_law",
    "capacity",
    "jurisdiction",
    "concurrence",
    "procedures",
    "referrals",
    "listings",
    "draft",
)


# A file of this size is a mistake or an attack; a real case has a handful of outcomes.
MAX_OUTCOMES = 1000


class _Known(NamedTuple):
    """What is known for one party: with assumptions, without them, and which conditions hold."""

    values: Values
    firm: Values
    truths: Truths


class Engine:
    """Evaluates cases against one rule set. Thread-safe: matching takes its own lock."""

    def __init__(self, rule_set: RuleSet) -> None:
        self.rule_set = rule_set
        self._matcher = Matcher()
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
        outcomes: list[Outcome] = []
        for violation in case.violations:
            for item, charged in self._items(violation, case, notes):
                for outcome in self._violation(case, violation, item, charged, notes):
                    outcomes.append(outcome)
                    if len(outcomes) > MAX_OUTCOMES:
                        raise InputFault([_too_large()])
        if len(case.violations) > 1 or len({each.item for each in outcomes}) > 1:
            notes.warn("several_violations", "")
        settled = all(each.settled for each in outcomes) and not notes.unanswered
        status = "no_rule" if not outcomes else "settled" if settled else "open"
        return Result(
            status,
            self.rule_set,
            case,
            tuple(outcomes),
            tuple(notes.missing()),
            tuple(notes.assumptions.values()),
            NOT_EXAMINED,
            tuple(notes.warnings),
        )

    # Choosing the rules ---------------------------------------------------------------

    def _items(self, violation: Violation, case: Case, notes: Notes) -> Iterator[tuple[Item, bool]]:
        """The edition of the charged item, or every item the facts establish without a charge."""
        if violation.item is not None:
            edition = edition_on(self.rule_set.items[violation.item], violation.dates.act_day)
            if edition is None:
                notes.unanswered = True
                notes.warn("no_edition_in_force", violation.item)
            else:
                if violation.dates.act_day is None and edition.period.end is not None:
                    notes.warn("edition_ended", violation.item)
                yield edition, True
            return
        found = False
        for editions in self.rule_set.items.values():
            edition = edition_on(editions, violation.dates.act_day)
            if edition is not None and self._fits(edition, case, violation):
                found = True
                yield edition, False
        if not found:
            notes.unanswered = True
            notes.warn("item_not_found", violation.id)

    def _fits(self, item: Item, case: Case, violation: Violation) -> bool:
        proven = self.prove(item)
        for party in (None, *(party for party in case.parties if party.facts)):
            values, _ = _know(proven, case, violation, party, charged=False)
            proved, _ = self._double_entry(proven, values)
            if ESTABLISHED in proved:
                return True
        return False

    def prove(self, item: Item) -> ProvenItem:
        """The item made ready, once per edition."""
        if item.edition not in self._proven:
            self._proven[item.edition] = prove_item(item, self.rule_set)
        return self._proven[item.edition]

    def _double_entry(self, proven: ProvenItem, values: Values) -> tuple[frozenset[str], Truths]:
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
        self, case: Case, violation: Violation, item: Item, charged: bool, notes: Notes
    ) -> Iterator[Outcome]:
        proven = self.prove(item)
        days = Days(violation.dates.act_day, violation.dates.decided_on)
        shared: _Known | None = None
        stated: set[str] | None = None
        for role, party in _parties(proven, case, self.rule_set, notes):
            if shared is None:
                shared = self._known(proven, case, violation, None, charged=charged)
            known = shared
            if party is not None and party.facts:
                same = proven.decisive.isdisjoint(party.facts)
                known = self._known(
                    proven, case, violation, party, charged=charged, shared=shared if same else None
                )
            stated = set(known.firm) if stated is None else stated & known.firm.keys()
            world = World(proven, self.rule_set, known.values, known.firm, days, dict(known.truths))
            yield self._outcome(world, violation, role, party, case, notes)
        key = (item.edition, charged)
        if key not in self._assumable:
            self._assumable[key] = assumable(proven, charged=charged)
        notes.assume(self._assumable[key], stated or set())
        notes.unused(proven, violation)
        notes.shared(case, violation)

    def _known(
        self,
        proven: ProvenItem,
        case: Case,
        violation: Violation,
        party: Party | None,
        *,
        charged: bool,
        shared: _Known | None = None,
    ) -> _Known:
        """What is known for a party; one that states nothing the rules read shares the answers
        of the others."""
        values, firm = _know(proven, case, violation, party, charged=charged)
        if shared is not None:
            return _Known(values, firm, shared.truths)
        _, truths = self._double_entry(proven, values)
        return _Known(values, firm, truths)

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
            decision = decide(world, role)
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
        item = world.proven.item
        return Outcome(
            violation=violation.id,
            item=item.id,
            edition=item.edition,
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
            violates=item.violates,
            circumstances=decision.circumstances,
            alternatives=decision.alternatives,
            possible=possible,
            reasons=decision.reasons,
            warnings=decision.warnings,
            waits=decision.waits,
        )

    def _explore(self, world: World, role: str, about: str, notes: Notes) -> Explored:
        try:
            return explore(world, role)
        except TooManyWorlds:
            notes.warn("possible_merged", about)
            return merged(world, role)


def _too_large() -> Finding:
    message = f"当事人和违法行为的组合超过 {MAX_OUTCOMES} 个"
    return Finding("case_too_large", Place("<case>"), message, "请分成几个案件")


def edition_on(editions: Iterable[Item], day: int | None) -> Item | None:
    """The edition in force on a day; the latest without a day."""
    if day is None:
        return max(editions, key=lambda item: item.period.start)
    return next((item for item in editions if item.period.holds(day)), None)


def _parties(
    proven: ProvenItem, case: Case, rule_set: RuleSet, notes: Notes
) -> Iterator[tuple[str, Party | None]]:
    """Every role the item fines: with each named party that has it, else once under its name."""
    taken = {party.id: _roles_of(party, proven, rule_set) for party in case.parties}
    for role in proven.roles:
        named = [party for party in case.parties if role in taken[party.id]]
        for party in named:
            yield role, party
        held = any(role in party.roles for party in case.parties)
        if not named and not held:
            yield role, None
    for party in case.parties:
        if not taken[party.id]:
            nameless = party.kind == "person" and not party.roles
            notes.warn("party_without_role" if nameless else "party_not_addressed", party.id)


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


def _know(
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

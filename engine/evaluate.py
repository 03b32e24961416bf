"""The pipeline: from a parsed case to the result, in the order the law demands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from engine.case import Case, Party, Violation, parse_case
from engine.deciding import decide
from engine.encoding import ESTABLISHED
from engine.exploring import Explored, TooManyWorlds, explore, merged
from engine.facts import Values
from engine.faults import EngineDisagreement, Finding
from engine.matching import Matcher
from engine.model import Item, RuleSet
from engine.notes import Notes, assumable
from engine.proving import ProvenItem, Truths, prove_item
from engine.result import (
    NO_MONEY,
    Assumption,
    Decision,
    FineResult,
    Money,
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
                outcomes.extend(self._violation(case, violation, item, charged, notes))
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
        values, _ = _know(proven, case, violation, None, charged=False)
        proved, _ = self._double_entry(proven, values)
        return ESTABLISHED in proved

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
            own = party if party is not None and party.facts else None
            if own is not None or shared is None:
                values, firm = _know(proven, case, violation, own, charged=charged)
                _, truths = self._double_entry(proven, values)
                known = _Known(values, firm, truths)
                stated = set(firm) if stated is None else stated & set(firm)
                shared = known if own is None else shared
            else:
                known = shared
            world = World(proven, self.rule_set, known.values, known.firm, days, known.truths)
            yield self._outcome(world, violation, role, party, case, notes)
        key = (item.edition, charged)
        if key not in self._assumable:
            self._assumable[key] = assumable(proven, charged=charged)
        notes.assume(self._assumable[key], stated or set())
        notes.unused(proven, violation)

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
            decision, possible = _together(explored.possible)
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
        )

    def _explore(self, world: World, role: str, about: str, notes: Notes) -> Explored:
        try:
            return explore(world, role)
        except TooManyWorlds:
            notes.warn("possible_merged", about)
            return merged(world, role)


def edition_on(editions: Iterable[Item], day: int | None) -> Item | None:
    """The edition in force on a day; the latest without a day."""
    if day is None:
        return max(editions, key=lambda item: item.period.start)
    return next((item for item in editions if item.period.holds(day)), None)


def _parties(
    proven: ProvenItem, case: Case, rule_set: RuleSet, notes: Notes
) -> Iterator[tuple[str, Party | None]]:
    """Every role the item fines: with each named party that has it, else once under its name."""
    addressed: set[str] = set()
    for role in proven.roles:
        kind = rule_set.roles[role][1]
        named = [
            party
            for party in case.parties
            if role in party.roles or (kind == "unit" == party.kind and not party.roles)
        ]
        addressed.update(party.id for party in named)
        for party in named:
            yield role, party
        if not named:
            yield role, None
    for party in case.parties:
        if party.id not in addressed:
            nameless = party.kind == "person" and not party.roles
            notes.warn("party_without_role" if nameless else "party_not_addressed", party.id)


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


# Several answers at once ------------------------------------------------------------------


def _together(possible: tuple[Possible, ...]) -> tuple[Decision, tuple[Possible, ...]]:
    """One answer for an outcome that may still come out in several ways."""
    first = possible[0].decision
    if len(possible) == 1:
        return first, ()
    decisions = [each.decision for each in possible]

    def common(values: list[str | None]) -> str | None:
        return values[0] if len(set(values)) == 1 else None

    tiers = {each.tier.key if each.tier else None for each in decisions}
    fines = {each.fine.state for each in decisions}
    money = _hull([each.fine.money for each in decisions if each.fine.state != "none_in_law"])
    none = fines == {"none_in_law"}
    fine = FineResult(
        "none_in_law" if none else "open",
        money if "none_in_law" not in fines or none else Money(None, money.hi),
        None,
        "no_fine" if none else "several_answers",
    )
    shared = [
        measure for measure in first.measures if all(measure in each.measures for each in decisions)
    ]
    return Decision(
        disposition=common([each.disposition for each in decisions]) or "open",
        stage=common([each.stage for each in decisions]),
        penalty=None,
        tier=first.tier if len(tiers) == 1 else None,
        obligation=common([each.obligation for each in decisions]),
        statutory=_hull([each.statutory for each in decisions if each.penalty is not None]),
        fine=fine,
        measures=tuple(shared),
        basis=tuple(dict.fromkeys(basis for each in decisions for basis in each.basis)),
        circumstances=(),
        alternatives=(),
        waits=(),
        half_claimed=(),
        warnings=(),
        reasons=tuple(dict.fromkeys(reason for each in decisions for reason in each.reasons)),
    ), possible


def _hull(ranges: list[Money]) -> Money:
    """The smallest range that holds all of them."""
    if not ranges:
        return NO_MONEY
    lows = [money.lo for money in ranges if money.lo is not None]
    highs = [money.hi for money in ranges if money.hi is not None]
    return Money(
        min(lows) if len(lows) == len(ranges) else None,
        max(highs) if len(highs) == len(ranges) else None,
    )

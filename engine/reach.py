"""How far a change of rules can reach: what need not be tried again, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.case import Case
from engine.conditions import tests_of
from engine.difference import Change, Difference
from engine.general_rules import Procedure
from engine.model import RuleSet
from engine.proving import amount_facts

# What a case is read against, beside the items that it charges.
_READ = frozenset({"fact", "derived", "conflict", "role", "organ"})
# The keys of a manifest that only answers are read from.
_OF_ANSWERS = ("discretion/", "principles/", "jurisdiction", "delegation", "document", "status")


@dataclass(frozen=True, slots=True)
class Reach:
    """What a change can touch.

    `items`: the items whose answers may differ (None: any). `reading`: whether a case may be read
    differently though all its items are there. `answers`: whether any answer may differ.
    `procedures`: those that may differ where the answers do not (None: any). Changes of mere
    wording reach nothing.

    An evaluation reads the items that a case charges, what hangs together with them (succession,
    precedence, reference) and the rules that bear on no single item. So where every change bears
    on items, a case that charges none of these, nor anything hanging together with them on either
    side, has one answer.
    """

    items: frozenset[str] | None
    reading: bool
    answers: bool
    procedures: frozenset[str] | None

    def spares(self, case: Case) -> bool:
        """Whether a case charges only items that no change touches."""
        if self.items is None:
            return False
        return all(
            each.item is not None and each.item not in self.items for each in case.violations
        )

    def reads_alike(self, case: Case, after: RuleSet) -> bool:
        """Whether B reads a case just as A did."""
        if self.reading:
            return False
        return all(each.item is None or each.item in after.items for each in case.violations)


def reach_of(difference: Difference) -> Reach:
    """How far the changes of a difference reach."""
    heavy = [each for each in difference.changes if each.weight != "wording"]
    return Reach(
        _touched(heavy, difference),
        any(each.rule in _READ for each in heavy),
        not _only_procedures(heavy, difference),
        _procedures(heavy, difference),
    )


def _touched(heavy: Iterable[Change], difference: Difference) -> frozenset[str] | None:
    """The items changed and all that hang together with them; None where a change bears on more."""
    found: set[str] = set()
    for change in heavy:
        if change.item is None:
            return None
        found.add(change.item)
    near: dict[str, set[str]] = {}
    for rule_set in (difference.before, difference.after):
        for one, other in _links(rule_set):
            near.setdefault(one, set()).add(other)
            near.setdefault(other, set()).add(one)
    waiting = list(found)
    while waiting:
        fresh = near.get(waiting.pop(), set()) - found
        found |= fresh
        waiting.extend(fresh)
    return frozenset(found)


def _links(rule_set: RuleSet) -> Iterator[tuple[str, str]]:
    """The items whose answers hang together."""
    for id, editions in rule_set.items.items():
        for item in editions:
            yield from ((id, each) for each in item.succeeds)
            yield from ((id, each.item) for each in item.displaces)
            for penalty in item.penalties:
                if penalty.refers_to is not None:
                    yield id, penalty.refers_to[0]


def _only_procedures(heavy: Iterable[Change], difference: Difference) -> bool:
    """Whether only procedures change, or parameters that no amount is computed from: no answer is
    then another. Which facts nothing but procedures reads must be the same, for a case is told of
    the facts it states in vain."""
    if difference.before.beside != difference.after.beside:
        return False
    bases = {
        name
        for rule_set in (difference.before, difference.after)
        for editions in rule_set.items.values()
        for item in editions
        for penalty in item.penalties
        for name in amount_facts(penalty)
    }
    return all(
        each.rule == "procedure" or (each.rule == "parameter" and each.about not in bases)
        for each in heavy
    )


def _procedures(heavy: Iterable[Change], difference: Difference) -> frozenset[str] | None:
    """The procedures that may differ by a change even where no answer does, and all that they
    follow or are followed by; None where any may."""
    sides = difference.before, difference.after
    found: set[str] = set()
    for change in heavy:
        if _bears_on_all(change):
            return None
        for rule_set in sides:
            found.update(each.id for each in rule_set.procedures if _reads(each, change, rule_set))
    links = {
        (each.id, each.follows)
        for rule_set in sides
        for each in rule_set.procedures
        if each.follows is not None
    }
    grown = -1
    while found and grown != len(found):
        grown = len(found)
        for link in links:
            if not found.isdisjoint(link):
                found.update(link)
    return frozenset(found)


def _bears_on_all(change: Change) -> bool:
    """Whether any procedure may read what changes: of a manifest they read the authority."""
    if change.rule == "manifest":
        return not change.key.startswith(_OF_ANSWERS)
    return change.rule in ("role", "organ") or change.key == "order"


def _reads(procedure: Procedure, change: Change, rule_set: RuleSet) -> bool:
    """Whether a procedure is, or reads, what changes."""
    if change.rule == "procedure":
        return change.about == procedure.id
    if change.rule == "parameter":
        amounts = (limb.amount for limb in procedure.limbs)
        return any(each is not None and each.parameter == change.about for each in amounts)
    if change.rule not in ("fact", "derived"):
        return False
    return any(
        change.about in _behind(test.fact, rule_set)
        for limb in procedure.limbs
        for test in tests_of(limb.when)
    )


def _behind(fact: str, rule_set: RuleSet) -> set[str]:
    """A fact and every fact it is computed from."""
    found = {fact}
    derived = rule_set.derived.get(fact)
    for name in derived.inputs if derived is not None else ():
        found |= _behind(name, rule_set)
    return found

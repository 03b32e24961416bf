"""How far a change of rules can reach: what need not be tried again, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from engine.case import Case
from engine.conditions import tests_of
from engine.difference import Change, Difference
from engine.model import RuleSet
from engine.proving import amount_facts

# What a case is read against, beside the items that it charges.
_READ = frozenset({"fact", "derived", "conflict", "role", "organ"})
# What procedures are read from, beside the answer; of a manifest they read the authority.
_STEPS = frozenset({"procedure", "parameter", "role", "organ"})
_OF_ANSWERS = ("discretion/", "principles/", "jurisdiction", "delegation", "document", "status")


@dataclass(frozen=True, slots=True)
class Reach:
    """What a change can touch.

    `items`: the items whose answers may differ (None: any). `reading`: whether a case may be read
    differently though all its items are there. `answers`: whether any answer may differ. `steps`:
    whether procedures may differ where the answers do not. Changes of mere wording reach nothing.

    An evaluation reads the items that a case charges, what hangs together with them (succession,
    precedence, reference) and the rules that bear on no single item. So where every change bears
    on items, a case that charges none of these, nor anything hanging together with them on either
    side, has one answer.
    """

    items: frozenset[str] | None
    reading: bool
    answers: bool
    steps: bool

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
        any(_bears_on_steps(each, difference) for each in heavy),
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


def _bears_on_steps(change: Change, difference: Difference) -> bool:
    """Whether procedures may differ by a change even where no answer does."""
    if change.rule == "manifest":
        return not change.key.startswith(_OF_ANSWERS)
    return change.rule in _STEPS or _procedures_read(change, difference)


def _procedures_read(change: Change, difference: Difference) -> bool:
    """Whether a fact that changes is read by a procedure on either side."""
    if change.rule not in ("fact", "derived"):
        return False
    for rule_set in (difference.before, difference.after):
        for procedure in rule_set.procedures:
            for limb in procedure.limbs:
                for test in tests_of(limb.when):
                    if change.about in _behind(test.fact, rule_set):
                        return True
    return False


def _behind(fact: str, rule_set: RuleSet) -> set[str]:
    """A fact and every fact it is computed from."""
    found = {fact}
    derived = rule_set.derived.get(fact)
    for name in derived.inputs if derived is not None else ():
        found |= _behind(name, rule_set)
    return found

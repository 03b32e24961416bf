"""Which edition of which law a violation is judged by: the law of the act, and the law of the
decision where that has changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from engine.case import Dates
from engine.item import Item
from engine.model import LawEdition, RuleSet


class Choice(NamedTuple):
    """The editions that a violation is judged by.

    `charged` is the id asked for, `item` the law of the act (None: not known here), `later` the
    law of the decision where it is another; `missing` is an edition known to exist whose text is
    not at hand, `later_unknown` (code, name) says why the law of the decision is not known.
    `codes` are warnings.
    """

    charged: str
    item: Item | None
    later: Item | None = None
    missing: LawEdition | None = None
    later_unknown: tuple[str, str] | None = None
    codes: tuple[tuple[str, str], ...] = ()


class Lineage:
    """Which items took the place of which, across laws."""

    def __init__(self, items: Mapping[str, tuple[Item, ...]]) -> None:
        self.items = items
        self._heirs: dict[str, list[str]] = {}
        for id, editions in items.items():
            for earlier in dict.fromkeys(each for item in editions for each in item.succeeds):
                self._heirs.setdefault(earlier, []).append(id)

    def in_force(self, id: str, day: int) -> list[Item]:
        """What is in force on a day for an item: its own edition, else its nearest successors',
        else its nearest predecessors'."""
        own = edition_on(self.items[id], day)
        if own is not None:
            return [own]
        return self._walk(id, day, self._later) or self._walk(id, day, self._earlier)

    def _later(self, id: str) -> Iterable[str]:
        return self._heirs.get(id, ())

    def _earlier(self, id: str) -> Iterable[str]:
        known = (each for item in self.items[id] for each in item.succeeds)
        return [each for each in dict.fromkeys(known) if each in self.items]

    def _walk(self, id: str, day: int, step: object) -> list[Item]:
        assert callable(step)
        seen, waiting = {id}, [id]
        while waiting:
            nearest = dict.fromkeys(each for one in waiting for each in step(one))
            waiting = [each for each in nearest if each not in seen]
            seen.update(waiting)
            found = [edition_on(self.items[each], day) for each in waiting]
            if any(found):
                return [each for each in found if each is not None]
        return []


def edition_on(editions: Iterable[Item], day: int | None) -> Item | None:
    """The edition in force on a day; the latest without a day."""
    if day is None:
        return max(editions, key=lambda item: item.period.start)
    return next((item for item in editions if item.period.holds(day)), None)


def choose(rule_set: RuleSet, lineage: Lineage, id: str, dates: Dates) -> Choice:
    """The editions for a charged item; without the day of the act the latest one."""
    act, decision = dates.law_day, dates.decided_on
    latest = edition_on(rule_set.items[id], None)
    assert latest is not None
    if act is None:
        newest = rule_set.laws[latest.law].editions[-1]
        if not newest.known and newest.period.start > latest.period.start:
            return Choice(id, None, missing=newest)
        ended = latest.period.end is not None
        return Choice(id, latest, codes=(("edition_ended", id),) if ended else ())
    found = lineage.in_force(id, act)
    if len(found) != 1:
        missing = _unknown_text(rule_set, latest.law, act)
        code = "several_editions_apply" if found else "no_edition_in_force"
        return Choice(id, None, missing=missing, codes=() if missing else ((code, id),))
    item = found[0]
    codes = list(_drafts(rule_set, item, act, decision))
    if item.id != id:
        codes.append(("other_item_in_force", f"{id} → {item.id}"))
    if dates.acted_on is not None and dates.acted_on < item.period.start:
        codes.append(("continuing_across_change", item.id))
    same = decision is None or item.period.holds(decision)
    if same or "old_and_new" not in rule_set.principles:
        return Choice(id, item, codes=tuple(codes))
    assert decision is not None
    then = lineage.in_force(id, decision) or lineage.in_force(item.id, decision)
    then = [each for each in then if each.edition != item.edition]
    if len(then) == 1:
        return Choice(id, item, then[0], codes=tuple(codes))
    missing = None if then else _unknown_text(rule_set, item.law, decision)
    if missing is not None:
        unknown = ("later_text_missing", rule_set.name(missing))
    elif then:
        unknown = ("several_successors", "、".join(each.id for each in then))
    else:
        unknown = ("no_successor_known", item.id)
    return Choice(id, item, later_unknown=unknown, codes=tuple(codes))


def _unknown_text(rule_set: RuleSet, law: str, day: int) -> LawEdition | None:
    """The edition of a law in force on a day, if its text is not at hand."""
    for edition in rule_set.laws[law].editions:
        if edition.period.holds(day) and not edition.known:
            return edition
    return None


def _drafts(
    rule_set: RuleSet, item: Item, act: int, decision: int | None
) -> Iterable[tuple[str, str]]:
    """A warning where the choice hangs on the life of an edition that is not verified."""
    for edition in rule_set.laws[item.law].editions:
        if edition.status != "verified" and edition.period.holds(act):
            ended = edition.period.end is not None
            if ended and decision is not None and not edition.period.holds(decision):
                yield "draft_law_edition", item.law

"""Changes as they are found: two nodes compared key by key, each difference put into words."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from engine.dates import Period
from engine.difference import Change
from engine.faults import Place
from engine.keys import KEYS, Key, key_of
from engine.loading import Node
from engine.money import to_fen, yuan_text
from engine.pairing import Pair, one_of, other_days, period_of, under
from engine.quoting import ALWAYS_SAYS, NOTHING, Quoter, period_text
from engine.versions import weight_of_status

# What one form of fine is told from another by, and the unit that its numbers are in.
_FORMS = {"percent_of": "%", "times": " 倍", "times_fine": " 倍", "per_day": ""}


@dataclass(frozen=True, slots=True)
class Subject:
    """What a change is about: the kind of rule and its id, its heading, which part of it and the
    way to it, the item it bears on and the days it is in force."""

    rule: str
    about: str
    heading: str
    part: str = ""
    key: str = ""
    item: str | None = None
    period: Period | None = None
    proposal: bool = False

    def at(self, key: str, part: str) -> Subject:
        """A part of it."""
        return dataclasses.replace(
            self,
            key="/".join(filter(None, (self.key, key))),
            part="，".join(filter(None, (self.part, part))),
        )

    def during(self, period: Period | None) -> Subject:
        """The same, in force on these days."""
        return dataclasses.replace(self, period=period)

    def proposed(self, proposal: bool) -> Subject:
        """The same, without legal force or with it."""
        return dataclasses.replace(self, proposal=proposal)


class Comparison:
    """The changes found in one layer."""

    def __init__(self, layer: str, old: Quoter, new: Quoter) -> None:
        self.layer = layer
        self.changes: list[Change] = []
        self._old, self._new = old, new

    # Whole rules ----------------------------------------------------------------------

    def whole(self, pair: Pair, subject: Subject, name: str) -> None:
        """A rule that stands on one side only."""
        days = f"，{period_text(subject.period)}" if subject.period is not None else ""
        self.told(pair, subject, f"{name}{days}")

    def told(self, pair: Pair, subject: Subject, what: str) -> None:
        """Something that stands on one side only, in words."""
        added, place = pair[0] is None, one_of(pair).place()
        kind, word = ("added", "增加") if added else ("removed", "删去")
        before, after = (None, place) if added else (place, None)
        self._add(subject, "substantive", kind, "", f"{word}{what}", before, after)

    def pair(self, kind: str, pair: Pair, subject: Subject, name: str) -> bool:
        """Compare what stands on both sides key by key, tell of what stands on one only; whether it
        stands on both."""
        old, new = pair
        if old is not None and new is not None:
            self.keys(kind, old, new, subject)
            return True
        if old is not None or new is not None:
            self.whole(pair, subject, name)
        return False

    def shown(self, pair: Pair) -> tuple[Node, Quoter]:
        """The node that a pair is named by, and who says it."""
        return one_of(pair), self._old if pair[1] is None else self._new

    def label(self, pair: Pair, subject: Subject, name: str) -> None:
        """A word and what it is called."""
        old, new = pair
        if old is None or new is None:
            self.told(pair, subject, f"“{one_of(pair).value}”")
        elif old.value != new.value:
            what = f"{name} “{old.value}” → “{new.value}”"
            self._add(subject, "wording", "changed", "", what, old.place(), new.place())

    def order(
        self, before: Sequence[Node], after: Sequence[Node], subject: Subject, key: str
    ) -> None:
        """What stands on both sides, but in another order."""
        old, new = ([str(node.value["id"]) for node in each] for each in (before, after))
        kept = [each for each in old if each in new]
        now = [each for each in new if each in old]
        if kept != now:
            what = f"次序 {'、'.join(kept)} → {'、'.join(now)}"
            way, places = f"{key}/order".lstrip("/"), (before[0].place(), after[0].place())
            self._add(subject, "substantive", "changed", way, what, *places)

    def text(self, name: str, old: tuple[str, str] | None, new: tuple[str, str] | None) -> Change:
        """A file whose text differs though no rule in it does."""
        what = "只改了注释、排版或者次序"
        if old is None or new is None:
            what = "新的文件，内容没有改变" if old is None else "文件不再有，内容没有改变"
        return Change(
            self.layer,
            "wording",
            "text",
            "text",
            name,
            name,
            "",
            "",
            what,
            None if old is None else Place(old[0]),
            None if new is None else Place(new[0]),
        )

    def _add(
        self,
        subject: Subject,
        weight: str,
        kind: str,
        key: str,
        what: str,
        before: Place | None,
        after: Place | None,
    ) -> None:
        self.changes.append(
            Change(
                self.layer,
                weight,
                kind,
                subject.rule,
                subject.about,
                subject.heading,
                subject.part,
                "/".join(filter(None, (subject.key, key))),
                what,
                before,
                after,
                subject.item,
                subject.period,
                subject.proposal,
            )
        )

    # Key by key -----------------------------------------------------------------------

    def keys(self, kind: str, old: Node, new: Node, subject: Subject) -> None:
        """Every key of two nodes of a kind; those that hold rules of their own are the caller's."""
        for name in dict.fromkeys((*KEYS[kind], *old.value, *new.value)):
            key = key_of(kind, name)
            if key.weight == "none" or old.get(name) == new.get(name):
                continue
            if key.weight == "inside":
                if key.form in ("imposed_by", "substitute"):
                    self._within(key, name, old, new, subject)
                elif key.form == "fine":
                    self._fine(name, old, new, subject)
            else:
                self._value(key, name, old, new, subject)

    def _value(self, key: Key, name: str, old: Node, new: Node, subject: Subject) -> None:
        if old.get(name, key.default) == new.get(name, key.default):
            return
        before, after = under(old, name), under(new, name)
        weight, kind = key.weight, "changed"
        if weight == "status":
            values = [str(node.get(name, key.default)) for node in (old, new)]
            weight = weight_of_status(*values)
        if before is not None and after is not None and self._mean_the_same(key, before, after):
            what = f"{key.label}写法不同，意思相同"
            weight = "wording"
        else:
            what = f"{key.label} {self._told(key, before, after)}"
        if key.form == "period":
            subject, kind = _of_days(subject, old, new)
        self._add(subject, weight, kind, name, what, _at(old, name), _at(new, name))

    def _mean_the_same(self, key: Key, old: Node, new: Node) -> bool:
        return self._old.meaning(key.form, old) == self._new.meaning(key.form, new)

    def _told(self, key: Key, old: Node | None, new: Node | None) -> str:
        """Old and new value; in full where they are said alike."""
        said = [
            self._said(key, quoter, node) for quoter, node in ((self._old, old), (self._new, new))
        ]
        if said[0] == said[1]:
            said = [
                NOTHING if node is None else quoter.say("plain", node)
                for quoter, node in ((self._old, old), (self._new, new))
            ]
        return " → ".join(said)

    def _said(self, key: Key, quoter: Quoter, node: Node | None) -> str:
        if node is not None:
            return quoter.say(key.form, node)
        if key.form == "condition":
            return ALWAYS_SAYS
        if key.default is None:
            return NOTHING
        return quoter.say_value(key.form, key.default)

    def _within(self, key: Key, name: str, old: Node, new: Node, subject: Subject) -> None:
        """A group of keys that stands on both sides, or on one only."""
        inner = subject.at(name, key.label if key.form == "substitute" else "")
        if name in old and name in new:
            self.keys(key.form, old[name], new[name], inner)
            return
        word = "增加" if name in new else "删去"
        node, quoter = (new, self._new) if name in new else (old, self._old)
        what = f"{word}{key.label} {quoter.say('plain', node[name])}"
        self._add(subject, "substantive", "changed", name, what, _at(old, name), _at(new, name))

    # Fines ----------------------------------------------------------------------------

    def _fine(self, name: str, old: Node, new: Node, subject: Subject) -> None:
        if name not in old or name not in new:
            said = [
                f"罚款{quoter.fine_says(node[name])}" if name in node else "没有罚款"
                for quoter, node in ((self._old, old), (self._new, new))
            ]
            what = " → ".join(said)
            self._add(subject, "substantive", "changed", name, what, _at(old, name), _at(new, name))
            return
        before, after = old[name], new[name]
        inner = subject.at(name, "")
        form = _form(before)
        if form != _form(after):
            what = f"罚款 {self._old.fine_says(before)} → {self._new.fine_says(after)}"
            places = before.place(), after.place()
            self._add(subject, "substantive", "changed", name, what, *places)
            for rest in ("with_measures", "substitute"):
                self._fine_key(rest, before, after, inner, "")
            return
        for rest in KEYS["fine"]:
            self._fine_key(rest, before, after, inner, _FORMS.get(form, "元"))

    def _fine_key(self, name: str, old: Node, new: Node, subject: Subject, unit: str) -> None:
        key = key_of("fine", name)
        if old.get(name) == new.get(name):
            return
        if key.form == "substitute":
            self._within(key, name, old, new, subject)
        elif key.form in ("number", "yuan"):
            said = [
                _number(node.get(name), "元" if key.form == "yuan" else unit) for node in (old, new)
            ]
            what = f"{key.label} {_short(*said)}"
            self._add(subject, "substantive", "changed", name, what, _at(old, name), _at(new, name))
        else:
            self._value(key, name, old, new, subject)


def _form(fine: Node) -> str:
    return next((each for each in _FORMS if each in fine), "fixed" if "fixed" in fine else "range")


def _number(written: int | Decimal | None, unit: str) -> str:
    if written is None:
        return "没有"
    return yuan_text(to_fen(written)) if unit == "元" else f"{written}{unit}"


def _short(old: str, new: str) -> str:
    """Two amounts with their unit once: 30,000 → 20,000 元."""
    if old.endswith("元") and new.endswith("元"):
        return f"{old[:-1]} → {new[:-1]} 元"
    return f"{old} → {new}"


def _at(node: Node, name: str) -> Place:
    """Where a key stands, else what it would stand in."""
    return (under(node, name) or node).place()


def _of_days(subject: Subject, old: Node, new: Node) -> tuple[Subject, str]:
    """A change of the days themselves bears on the days that only one side holds."""
    before, after = period_of(old), period_of(new)
    if before is None or after is None:
        return subject.during(None), "changed"
    ended = before.end is None and after.end is not None and before.start == after.start
    return subject.during(other_days(before, after)), "ended" if ended else "changed"

"""A new edition of an item: the one in force ends the day before, a copy of it opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.scaffolding.changes import Change, exists
from api.scaffolding.modeline import modeline
from api.scaffolding.surgery import Surgery
from engine.dates import day_text
from engine.faults import Finding, InputFault, Place
from engine.flow import flow
from engine.item import Item
from engine.loading import shown
from engine.model import RuleSet
from engine.schemas import violations
from engine.source import read_source


@dataclass(frozen=True, slots=True)
class NewEdition:
    """The files of a new edition, and what a person must look at besides."""

    changes: tuple[Change, ...]
    notes: tuple[str, ...]


def new_edition(editions: tuple[Item, ...], day: int, rules: Path, rule_set: RuleSet) -> NewEdition:
    """A copy of the edition before `day`, from that day on; raises InputFault where there is none
    before, one that begins that day, or another item that would lean on both."""
    before = [each for each in editions if each.period.start < day]
    if not before:
        first = day_text(editions[0].period.start)
        raise _refused(f"“{editions[0].id}”最早的版本 {first} 才施行", "请写那一天以后的日子")
    if any(each.period.start == day for each in editions):
        raise _refused("已有从这一天起施行的版本", "请直接改那一份文件")
    old = before[-1]
    leaning = "、".join(_leaning(old.id, day, rule_set))
    if leaning:
        help = f"请先给它们各开一个从 {day_text(day)} 起的版本，再开本事项的"
        raise _refused(f"{leaning} 依照“{old.id}”处罚，施行期跨过这一天", help)
    later = next((each for each in editions if each.period.start > day), None)
    path = rules.parent / old.ref.place.file
    new = path.with_name(f"{old.id}@{day_text(day)}.yaml")
    if new.exists():
        raise exists(rules, new)
    raw = path.read_bytes()
    text = raw.decode()
    opened = Change(new, None, _opened(text, old, day, later, modeline(rules, new, "items")))
    changes: tuple[Change, ...] = (opened,)
    if old.period.end is None or old.period.end >= day:
        changes = (Change(path, raw, _ended(text, old, day)), opened)
    return NewEdition(changes, tuple(_notes(old, day, rules, rule_set)))


def _leaning(id: str, day: int, rule_set: RuleSet) -> list[str]:
    """The other items that take a penalty from an item both before a day and from it on."""
    return [
        item.id
        for editions in rule_set.items.values()
        for item in editions
        if item.period.holds(day - 1)
        and item.period.holds(day)
        and any(each.refers_to is not None and each.refers_to[0] == id for each in item.penalties)
    ]


def _ended(text: str, old: Item, day: int) -> str:
    surgery = Surgery(text)
    until = flow(day_text(day - 1))
    if old.period.end is None:
        surgery.add_member(("effective",), f"until: {until}", after="from")
    else:
        surgery.replace(("effective", "until"), until)
    return surgery.done()


def _opened(text: str, old: Item, day: int, later: Item | None, head: str) -> str:
    surgery = Surgery(text)
    surgery.replace(("effective", "from"), flow(day_text(day)))
    end = old.period.end if old.period.end is not None and old.period.end >= day else None
    if end is None and later is not None:
        end = later.period.start - 1
    if end is None:
        if old.period.end is not None:
            surgery.remove_member(("effective", "until"))
    elif old.period.end is None:
        surgery.add_member(("effective",), f"until: {flow(day_text(end))}", after="from")
    else:
        surgery.replace(("effective", "until"), flow(day_text(end)))
    if old.status == "verified":
        # Nobody has compared the copy with the new text yet.
        surgery.replace(("status",), "draft")
    if not text.lstrip("\ufeff").startswith("# yaml-language-server:"):
        surgery.prepend(head)
    return surgery.done()


def _notes(old: Item, day: int, rules: Path, rule_set: RuleSet) -> list[str]:
    """What the new edition touches elsewhere."""
    notes = []
    law = rule_set.laws[old.law]
    if not any(each.period.start == day for each in law.editions):
        notes.append(
            f"laws.yaml 里《{law.title}》没有 {day_text(day)} 起施行的版本，"
            f"法律修改了的请补上（{law.ref.place}）"
        )
    for path, undated in _undated_cases(old.id, rules):
        notes.append(f"{undated} 个算例没有写行为日，改按新版本计算，请核对：{shown(rules, path)}")
    return notes


def _undated_cases(id: str, rules: Path) -> Iterator[tuple[Path, int]]:
    """The files of worked cases of an item, in every layer, in which some do not say when it was
    done, with how many."""
    for path in sorted(rules.glob(f"*/cases/**/{id}*.yaml")):
        source = read_source(path, shown(rules, path))
        cases = [] if violations(source, "worked-cases") else source.data["cases"]
        undated = sum(_undated(each["case"], id) for each in cases)
        if undated:
            yield path, undated


def _undated(case: dict[str, Any], id: str) -> bool:
    """Whether a case, in full or short form, charges an item (or leaves it open which) without a
    day of the act."""
    inner = case.get("case", case)
    charged = inner.get("violations", [inner])
    whole = inner.get("dates") or {}
    return any(
        each.get("item") in (id, None)
        and not ({**whole, **(each.get("dates") or {})}).get("acted_on")
        for each in charged
    )


def _refused(message: str, help: str) -> InputFault:
    return InputFault([Finding("bad_edition_day", Place("--from"), message, help)])

"""Is every provision that a rule cites in force on the days on which the rule is?"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import PurePosixPath
from typing import NamedTuple

from engine.citation import Citation
from engine.dates import Period, day_text
from engine.faults import Finding, Place
from engine.item import Item
from engine.model import RuleSet


class Cited(NamedTuple):
    """A provision that a rule cites, and the days on which the rule needs it; `period` None for a
    rule without days of its own. `decisive` where the rule has its force from the provision."""

    rule: str
    citation: Citation
    place: Place
    period: Period | None
    decisive: bool


def citing(rule_set: RuleSet, on: date | None) -> Iterator[Finding]:
    """Citations of what is not yet in force. A rule without days of its own is asked about the day
    `on` alone. What is no longer in force, or no longer as it was, is asked of all the rule sets of
    a folder at once (`outdated`)."""
    for cited, period in _dated(rule_set, on):
        start = rule_set.laws[cited.citation.law].editions[0].period.start
        if period.start < start:
            yield Finding(
                "citation_too_early",
                cited.place,
                f"{_name(cited, rule_set)}从 {day_text(start)} 起才施行，"
                f"而它自己从 {day_text(period.start)} 起就适用",
                "请核对两边的起始日；laws.yaml 里缺前一个版本的请补上",
                "warning" if cited.decisive else "note",
            )


def _dated(rule_set: RuleSet, on: date | None) -> Iterator[tuple[Cited, Period]]:
    """What is cited, and the days on which it is asked about."""
    today = None if on is None else Period(on.toordinal(), on.toordinal())
    for cited in _cited(rule_set):
        period = cited.period or today
        if period is not None:
            yield cited, period


def _name(cited: Cited, rule_set: RuleSet) -> str:
    return f"“{cited.rule}”引用的{rule_set.cite(cited.citation)}"


# Outdated ---------------------------------------------------------------------------------

_Places = dict[Place, tuple[Cited, RuleSet]]


def outdated(rule_sets: Iterable[RuleSet], on: date | None) -> Iterator[Finding]:
    """Citations that a rule keeps after the end of an instrument, or across a change of it: one
    finding for each end and each change, however many rules of however many rule sets cite it."""
    ended: dict[tuple[Place, int], _Places] = {}
    changed: dict[tuple[Place, int, bool], _Places] = {}
    for rule_set in rule_sets:
        for cited, period in _dated(rule_set, on):
            law = rule_set.laws[cited.citation.law]
            last = law.editions[-1].period.end
            if last is not None and (period.end is None or period.end > last):
                places = ended.setdefault((law.ref.place, last + 1), {})
                places.setdefault(cited.place, (cited, rule_set))
            for start in (edition.period.start for edition in law.editions[1:]):
                if period.start < start and period.holds(start):
                    places = changed.setdefault((law.ref.place, start, cited.decisive), {})
                    places.setdefault(cited.place, (cited, rule_set))
    for (_, day), places in ended.items():
        first, name, more, others = _together(places)
        yield Finding(
            "citation_repealed",
            first,
            f"{name}从 {day_text(day)} 起已经失效，而它自己那天以后仍然适用{more}",
            "请给它写上 until，或者改引现行的条文；laws.yaml 里缺后一个版本的请补上",
            "warning",
            also=others,
        )
    for (_, day, decisive), places in changed.items():
        first, name, more, others = _together(places)
        yield Finding(
            "citation_changed",
            first,
            f"{name}在 {day_text(day)} 换了版本，而它自己跨过这一天{more}",
            "请对照新版本的条号和内容；没有变的也从这一天起另立一个版本",
            "warning" if decisive else "note",
            also=others,
        )


def _together(places: _Places) -> tuple[Place, str, str, tuple[Place, ...]]:
    """Where and how to tell of several citations of one instrument: at the first, with the number
    and the files of the others."""
    first, *others = sorted(places)
    cited, rule_set = places[first]
    files = list(dict.fromkeys(each.file for each in others))
    title = rule_set.laws[cited.citation.law].title
    more = (
        f"（引用《{title}》而也是这样的还有 {len(others)} 处：{_named(files)}）" if others else ""
    )
    return first, _name(cited, rule_set), more, tuple(others)


def _named(files: list[str]) -> str:
    """Files, each folder once: rules/cn/items/mar 的 mar-001、mar-002."""
    folders = itertools.groupby(map(PurePosixPath, files), lambda path: path.parent)
    return "，".join(
        f"{folder} 的 {'、'.join(path.stem for path in paths)}" for folder, paths in folders
    )


# What is cited ----------------------------------------------------------------------------


def _cited(rule_set: RuleSet) -> Iterator[Cited]:
    for editions in rule_set.items.values():
        for item in editions:
            yield from _of_item(item)
    for circumstance in rule_set.circumstances:
        place = circumstance.ref.at("basis")
        yield Cited(circumstance.id, circumstance.basis, place, circumstance.period, True)
    for procedure in rule_set.procedures:
        place = procedure.ref.at("basis")
        yield Cited(procedure.id, procedure.basis, place, procedure.period, True)
        for number, limb in enumerate(procedure.limbs):
            if limb.basis != procedure.basis:
                place = procedure.ref.at("limbs", number)
                yield Cited(procedure.id, limb.basis, place, procedure.period, True)
    for limitation in rule_set.limitations:
        yield Cited(limitation.id, limitation.basis, limitation.ref.at("basis"), None, True)
    for name, principle in rule_set.principles.items():
        yield Cited(name, principle.basis, principle.ref.at("basis"), None, True)
    if rule_set.jurisdiction is not None:
        jurisdiction = rule_set.jurisdiction
        yield Cited("jurisdiction", jurisdiction.basis, jurisdiction.ref.at("basis"), None, True)


def _of_item(item: Item) -> Iterator[Cited]:
    for number, citation in enumerate(item.violates):
        yield Cited(item.id, citation, item.ref.at("violates", number), item.period, False)
    for penalty in item.penalties:
        ref = penalty.ref
        yield Cited(ref.id, penalty.basis, ref.at("basis"), item.period, True)
        by = penalty.imposed_by
        if by is not None and by.basis is not None:
            yield Cited(ref.id, by.basis, ref.at("imposed_by"), item.period, False)
        for table in penalty.tables:
            both = table.period.within(item.period)
            for tier in table.tiers:
                if tier.basis is not None and both is not None:
                    yield Cited(tier.ref.id, tier.basis, tier.ref.at("basis"), both, True)

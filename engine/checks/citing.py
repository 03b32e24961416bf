"""Is every provision that a rule cites in force on the days on which the rule is?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from engine.citation import Citation
from engine.dates import Period, day_text
from engine.faults import Finding, Place
from engine.model import Item, RuleSet


class Cited(NamedTuple):
    """A provision that a rule cites, and the days on which the rule needs it; `period` None for a
    rule without days of its own. `decisive` where the rule has its force from the provision."""

    rule: str
    citation: Citation
    place: Place
    period: Period | None
    decisive: bool


def citing(rule_set: RuleSet, on: date | None) -> Iterator[Finding]:
    """Citations of what is not yet, no longer, or no longer as it was in force. A rule without
    days of its own is asked about the day `on` alone."""
    repealed: dict[tuple[str, str, int], list[Cited]] = {}
    for cited in _cited(rule_set):
        if cited.period is None:
            if on is None:
                continue
            today = on.toordinal()
            cited = cited._replace(period=Period(today, today))
        yield from _faults(cited, rule_set)
        since = _repealed_since(cited, rule_set)
        if since is not None:
            key = (cited.place.file, cited.citation.law, since)
            repealed.setdefault(key, []).append(cited)
    for (_, _, since), found in repealed.items():
        yield _repealed(found, since, rule_set)


def _repealed_since(cited: Cited, rule_set: RuleSet) -> int | None:
    """The first day on which what is cited is no longer in force, where the rule still is."""
    assert cited.period is not None
    last = rule_set.laws[cited.citation.law].editions[-1].period.end
    if last is None or (cited.period.end is not None and cited.period.end <= last):
        return None
    return last + 1


def _repealed(found: list[Cited], since: int, rule_set: RuleSet) -> Finding:
    """One finding for all the places of a file that cite the same instrument after its end."""
    first = min(found, key=lambda each: each.place)
    more = len({each.place for each in found}) - 1
    title = rule_set.laws[first.citation.law].title
    return Finding(
        "citation_repealed",
        first.place,
        f"“{first.rule}”引用的{rule_set.cite(first.citation)}从 {day_text(since)} 起已经失效，"
        "而它自己那天以后仍然适用"
        + (f"（这个文件里还有 {more} 处引用《{title}》，也是这样）" if more else ""),
        "请给它写上 until，或者改引现行的条文；laws.yaml 里缺后一个版本的请补上",
        "warning",
    )


def _faults(cited: Cited, rule_set: RuleSet) -> Iterator[Finding]:
    period = cited.period
    assert period is not None
    editions = [edition.period for edition in rule_set.laws[cited.citation.law].editions]
    name = f"“{cited.rule}”引用的{rule_set.cite(cited.citation)}"
    for days in period.without(editions):
        if days.start < editions[0].start:
            yield Finding(
                "citation_too_early",
                cited.place,
                f"{name}从 {day_text(editions[0].start)} 起才施行，"
                f"而它自己从 {day_text(period.start)} 起就适用",
                "请核对两边的起始日；laws.yaml 里缺前一个版本的请补上",
                "warning" if cited.decisive else "note",
            )
    for edition in editions[1:]:
        if period.start < edition.start and period.holds(edition.start):
            yield Finding(
                "citation_changed",
                cited.place,
                f"{name}在 {day_text(edition.start)} 换了版本，而它自己跨过这一天",
                "请对照新版本的条号和内容；没有变的也从这一天起另立一个版本",
                "warning" if cited.decisive else "note",
            )


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

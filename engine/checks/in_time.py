"""Are the rules of today: nothing lapsed, nothing uncovered, nothing long unchecked."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date

from engine.checks.citing import citing
from engine.checks.succession import from_to, succession
from engine.dates import Period, day_number, day_text, full_months
from engine.faults import Finding, Place
from engine.item import Item, TierTable
from engine.model import RuleSet

# Law and benchmarks are looked up again once a year where nothing else is asked for.
MONTHS = 12


def in_time(rule_set: RuleSet, on: date | None, months: int = MONTHS) -> Iterator[Finding]:
    """What is out of time on a day; without one, only what is so on every day.

    `months` is how long the check of an item against its source holds good.
    """
    yield from _uncovered(rule_set)
    yield from _unvalued(rule_set)
    yield from citing(rule_set, on)
    yield from succession(rule_set)
    yield from _benchmarks(rule_set)
    if on is not None:
        today = on.toordinal()
        yield from _lapsed(rule_set, today)
        yield from _lapsed_benchmarks(rule_set, today)
        yield from _unchecked(rule_set, today, months)


def _uncovered(rule_set: RuleSet) -> Iterator[Finding]:
    """Days between two editions of an item, of an instrument, or of the tiers of a layer."""
    for id, items in rule_set.items.items():
        dated = [(item.period, item.ref.at("effective")) for item in items]
        yield from _between(f"“{id}”", dated)
    for law in rule_set.laws.values():
        dated = [(each.period, each.dated or law.ref.place) for each in law.editions]
        yield from _between(f"《{law.title}》", dated)
    for id, items in rule_set.items.items():
        layers: dict[tuple[str, str], list[TierTable]] = {}
        for penalty in itertools.chain.from_iterable(item.penalties for item in items):
            for table in penalty.tables:
                layers.setdefault((table.layer, penalty.id), []).append(table)
        for (layer, penalty_id), tables in layers.items():
            there = [
                item.period
                for item in items
                if any(penalty.id == penalty_id for penalty in item.penalties)
            ]
            days = {table.dated: table.period for table in tables if table.dated is not None}
            dated = [(days[place], place) for place in sorted(days, key=lambda at: days[at].start)]
            yield from _between(f"“{id}”的阶次（{layer}）", dated, there)


def _between(
    name: str, editions: list[tuple[Period, Place]], there: list[Period] | None = None
) -> Iterator[Finding]:
    """The days between editions; with `there`, where one of these periods has any of them."""
    for (earlier, _), (later, place) in itertools.pairwise(editions):
        if earlier.end is not None and earlier.end + 1 < later.start:
            gap = Period(earlier.end + 1, later.start - 1)
            if there is not None and not any(map(gap.meets, there)):
                continue
            yield Finding(
                "editions_gap",
                place,
                f"{name}的两个版本之间，{_days(earlier.end + 1, later.start - 1)} 没有版本",
                "请核对前一版本的 until 和这一版本的 from，应当首尾相接",
                "warning",
            )


def _unvalued(rule_set: RuleSet) -> Iterator[Finding]:
    """Days between two values of a dated amount."""
    for parameter in rule_set.parameters.values():
        dated = sorted((each[0].start, at) for at, each in enumerate(parameter.values))
        for (_, earlier), (start, later) in itertools.pairwise(dated):
            end = parameter.values[earlier][0].end
            if end is not None and end + 1 < start:
                yield Finding(
                    "values_gap",
                    parameter.ref.at("values", later),
                    f"“{parameter.label}”在 {_days(end + 1, start - 1)} 没有数额",
                    "请核对前后两个数额的起止日，应当首尾相接；没有取得的，请补上",
                    "warning",
                )


def _days(first: int, last: int) -> str:
    return day_text(first) if first == last else f"{day_text(first)} 至 {day_text(last)}"


# Benchmarks -------------------------------------------------------------------------------


def _benchmarks(rule_set: RuleSet) -> Iterator[Finding]:
    """Overlays whose days do not fit those of the item under them."""
    for id, editions in rule_set.items.items():
        whole = Period(editions[0].period.start, editions[-1].period.end)
        for table in _overlays(editions):
            period, place = table.period, table.dated
            assert place is not None
            late = period.end is not None and whole.end is not None and period.end > whole.end
            if period.start < whole.start or late:
                yield Finding(
                    "benchmark_outside_item",
                    place,
                    f"“{id}”的阶次{from_to(period)}，而事项本身{from_to(whole)}",
                    "请把阶次的 effective 写在事项的施行期以内",
                    "warning",
                )
            under = [item for item in editions if item.period.meets(period)]
            for item in under[1:]:
                yield Finding(
                    "benchmark_spans_editions",
                    place,
                    f"“{id}”在 {day_text(item.period.start)} 换了版本，这份阶次却跨过这一天",
                    "请核对它对新版本是否适用，适用的也从这一天起另写一份，不适用的写上 until",
                    "warning",
                )


def _overlays(editions: tuple[Item, ...]) -> list[TierTable]:
    """One table for each overlay file that gives tiers for an item."""
    tables = [
        table
        for item in editions
        for penalty in item.penalties
        for table in penalty.tables
        if table.dated is not None
    ]
    return list({table.dated: table for table in tables}.values())


def _lapsed_benchmarks(rule_set: RuleSet, today: int) -> Iterator[Finding]:
    """Overlays that have run out while their item goes on and the layer has nothing newer."""
    for id, editions in rule_set.items.items():
        item = next((each for each in editions if each.period.holds(today)), None)
        if item is None:
            continue
        told: dict[Place, TierTable] = {}
        for penalty in item.penalties:
            for layer in dict.fromkeys(table.layer for table in penalty.tables):
                newest = max(
                    (table for table in penalty.tables if table.layer == layer),
                    key=lambda table: table.period.start,
                )
                end = newest.period.end
                if newest.dated is not None and end is not None and end < today:
                    told.setdefault(newest.dated, newest)
        for place, table in told.items():
            assert table.period.end is not None
            yield Finding(
                "benchmark_lapsed",
                place,
                f"“{id}”的阶次（{table.layer}）已在 {day_text(table.period.end)} 到期，没有接上",
                "续期的请改 until，有新文件的请另写一份；现在按别的层或者法定幅度计算",
                "warning",
            )


# Lapsed, unchecked ------------------------------------------------------------------------


def _lapsed(rule_set: RuleSet, today: int) -> Iterator[Finding]:
    """Layers, delegations and dated amounts that have run out."""
    for layer in rule_set.layers:
        end = layer.period.end
        if end is not None and end < today:
            yield Finding(
                "layer_lapsed",
                layer.ref.at("effective"),
                f"规则集“{layer.id}”只到 {day_text(end)}，已经失效",
                "续期的请改 until，被新文件代替的请换成新的规则集",
                "warning",
            )
    for delegate in rule_set.delegates:
        if delegate.until is not None and delegate.until < today:
            yield Finding(
                "delegation_lapsed",
                delegate.ref.at("until"),
                f"给“{delegate.to}”的委托或者下放已在 {day_text(delegate.until)} 到期",
                "续期的请改 until，不再委托的请删去",
                "warning",
            )
    for parameter in rule_set.parameters.values():
        ends = [period.end for period, _, _ in parameter.values]
        known = [end for end in ends if end is not None]
        if known and len(known) == len(ends) and max(known) < today:
            yield Finding(
                "parameter_lapsed",
                parameter.ref.at("values"),
                f"“{parameter.label}”的数额只到 {day_text(max(known))}，以后没有",
                "请补上新的数额和它的起始日；没有取得的，结果里会报“不能判断”",
                "note",
            )


def _unchecked(rule_set: RuleSet, today: int, months: int) -> Iterator[Finding]:
    """Items in force that nobody compared with their source for so many months."""
    for item in (each for editions in rule_set.items.values() for each in editions):
        if not item.period.holds(today) or item.status != "verified":
            continue
        days = [day_number(source.on) for source in item.sources if source.on]
        last = max(days, default=None)
        if last is None:
            yield Finding(
                "not_checked_lately",
                item.ref.at("sources"),
                f"“{item.id}”没有写哪一天核对过",
                "请对照原文核对，并在 sources 里写上 on",
                "note",
            )
            continue
        written = [source.on for source in item.sources]
        place = item.ref.at("sources", written.index(day_text(last)))
        if last > today:
            yield Finding(
                "checked_in_future",
                place,
                f"“{item.id}”的核对日期 {day_text(last)} 还没有到",
                f"检查的日期是 {day_text(today)}，请核对两个日期",
                "note",
            )
        elif full_months(last, today) >= months:
            yield Finding(
                "not_checked_lately",
                place,
                f"“{item.id}”上次核对是 {day_text(last)}，已满 {full_months(last, today)} 个月",
                "请对照现行文本重新核对，并改写 on",
                "note",
            )

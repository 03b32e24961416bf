"""Looking for faults in rule sets before they are used: gaps, overlaps, order, and the rest.

Each tier table is tried on every cell of the facts that it and its penalty read, so a gap or an
overlap is shown with a concrete case.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.cells import cells, cuts_of
from engine.conditions import compile_condition, tests_of
from engine.facts import Span, Value, Values
from engine.faults import Finding, InputFault, Place, RuleFault, did_you_mean
from engine.layering import load_rule_set
from engine.loading import default_rule_set, rule_set_ids, shown
from engine.model import Ask, Condition, Item, Penalty, Range, RuleSet, Tier, TierTable
from engine.schemas import violations
from engine.source import read_source
from engine.unverified import unverified

MAX_COMBINATIONS = 20_000


def check(rules: Path) -> list[Finding]:
    """Every finding in a rules folder, in file order; severity error | warning | note."""
    found: dict[Finding, None] = {}
    ids = rule_set_ids(rules)
    if not ids:
        help = "规则集是含有 ruleset.yaml 的子目录，请检查路径"
        return [Finding("no_rule_set", Place(str(rules)), "这个目录里没有规则集", help)]
    for id in ids:
        try:
            rule_set = load_rule_set(rules, id)
        except RuleFault as fault:
            found.update(dict.fromkeys(fault.findings))
            continue
        for editions in rule_set.items.values():
            for item in editions:
                found.update((finding, None) for finding in check_item(item, rule_set))
        found.update((finding, None) for finding in _check_endpoints(rule_set))
        found.update((finding, None) for finding in unverified(rule_set))
    found.update(dict.fromkeys(_check_folder(rules, ids)))
    found.update(dict.fromkeys(_check_cases(rules)))
    return sorted(_unique(found), key=lambda each: (each.place, each.code, each.message))


def _unique(found: Iterable[Finding]) -> Iterator[Finding]:
    """A fault of a lower layer shows once, however many rule sets stand on it."""
    seen: set[tuple[str, Place, str]] = set()
    for finding in found:
        key = (finding.code, finding.place, finding.message)
        if key not in seen:
            seen.add(key)
            yield finding


def check_item(item: Item, rule_set: RuleSet) -> Iterator[Finding]:
    """The findings on one item edition with all tiers laid over it."""
    yield from _assumed(item, rule_set)
    yield from _overlapping_penalties(item, rule_set)
    for penalty in item.penalties:
        for table in penalty.tables:
            yield from _check_table(item, penalty, table, rule_set)


def _check_folder(rules: Path, ids: list[str]) -> Iterator[Finding]:
    """The default must exist, and a folder of rules without a manifest is never seen."""
    try:
        default = default_rule_set(rules)
    except InputFault as fault:
        yield from fault.findings
    else:
        if default not in ids:
            place = Place(shown(rules, rules / "default.yaml"))
            help = did_you_mean(default, ids)
            yield Finding("unknown_rule_set", place, f"没有规则集“{default}”", help)
    for folder in sorted(path for path in rules.iterdir() if path.is_dir()):
        if folder.name not in ids and any(folder.rglob("*.yaml")):
            place = Place(shown(rules, folder))
            help = "请补上 ruleset.yaml，或者移走这个目录"
            yield Finding("no_manifest", place, "目录里有规则文件，却没有 ruleset.yaml", help)


def _check_endpoints(rule_set: RuleSet) -> Iterator[Finding]:
    """A bound must be written as the instrument it comes from counts its 以上 and 以下."""
    for item in (item for editions in rule_set.items.values() for item in editions):
        conditions = [(item.established_when, item.ref.place)]
        for penalty in item.penalties:
            conditions.append((penalty.when, penalty.ref.place))
        for condition, place in conditions:
            for test in tests_of(condition):
                word = {"at_least": "以上", "at_most": "以下"}.get(test.op)
                if word and not rule_set.laws[item.law].included[word]:
                    other = {"at_least": "above", "at_most": "below"}[test.op]
                    yield Finding(
                        "endpoint_excluded",
                        place,
                        f"“{test.fact}”用了 {test.op}，而该法的“{word}”不含本数",
                        f"原文是“{word}”的请改用 {other}；原文写明含本数的可以保留",
                        "warning",
                    )


def _check_cases(rules: Path) -> Iterator[Finding]:
    for path in sorted(rules.glob("*/cases/**/*.yaml")):
        try:
            yield from violations(read_source(path, shown(rules, path)), "worked-cases")
        except InputFault as fault:
            yield from fault.findings


def _assumed(item: Item, rule_set: RuleSet) -> Iterator[Finding]:
    """What establishes a violation or picks a tier must be found out, never assumed."""
    conditions = [(item.established_when, item.ref.place, "违法行为的成立")]
    conditions += [
        (tier.when, tier.ref.place, "阶次")
        for penalty in item.penalties
        for table in penalty.tables
        for tier in table.tiers
    ]
    for condition, place, what in conditions:
        for test in tests_of(condition):
            if rule_set.facts[test.fact].if_absent == "assume":
                yield Finding(
                    "assumed_fact_decides",
                    place,
                    f"{what}取决于“{test.fact}”，而它缺省时按假定处理",
                    "请把该事实的 if_absent 改成 ask 或 charged",
                )


# Trying every cell ------------------------------------------------------------------------


def _worlds(
    conditions: list[Condition], rule_set: RuleSet
) -> Iterator[tuple[dict[str, int], Values]] | None:
    """Every combination of cells of the facts read; None where there are too many."""
    tests = [test for condition in conditions for test in tests_of(condition)]
    cuts = cuts_of(tests)
    names = list(dict.fromkeys(test.fact for test in tests))
    parts: list[list[Value]] = [cells(rule_set.facts[name], cuts[name], None) for name in names]
    count = 1
    for part in parts:
        count *= len(part)
    if count > MAX_COMBINATIONS:
        return None
    return (
        (
            {name: number for name, (number, _) in zip(names, combination, strict=True)},
            {name: cell for name, (_, cell) in zip(names, combination, strict=True)},
        )
        for combination in itertools.product(*(list(enumerate(part)) for part in parts))
    )


def _example(values: Values, rule_set: RuleSet) -> dict[str, object]:
    """A concrete case in a combination of cells: the nearest definite value of each fact."""
    example: dict[str, object] = {}
    for name, value in values.items():
        fact = rule_set.facts[name]
        if isinstance(value, Span):
            value = Span(value.lo, value.lo) if value.lo > fact.lo else Span(value.hi, value.hi)
        example[name] = fact.plain(value)
    return example


def _overlapping_penalties(item: Item, rule_set: RuleSet) -> Iterator[Finding]:
    """Two fines for one role at once, neither replacing the other."""
    left = MAX_COMBINATIONS * 5
    for first, second in itertools.combinations(item.penalties, 2):
        if first.fine is None or second.fine is None or not set(first.roles) & set(second.roles):
            continue
        if second.id in first.replaces or first.id in second.replaces:
            continue
        conditions = [item.established_when, first.when, second.when]
        asks = [compile_condition(condition) for condition in conditions]
        worlds = _worlds(conditions, rule_set)
        if worlds is None or left <= 0:
            yield Finding(
                "penalties_not_tried",
                second.ref.place,
                f"没有逐一试过“{first.ref.id}”和“{second.ref.id}”会不会同时成立",
                "请用派生事实把条件并成几级，或者用一个事实分开两者",
                "warning",
            )
            return
        for _, values in worlds:
            left -= 1
            if all(ask(values) is True for ask in asks):
                finding = Finding(
                    "penalties_overlap",
                    second.ref.place,
                    f"“{first.ref.id}”和“{second.ref.id}”会同时成立，都有罚款",
                    "请让两者的 when 互斥，或用 replaces 写明谁取代谁",
                )
                yield _shown(finding, values, rule_set)
                break


@dataclass(frozen=True, slots=True)
class _Trial:
    """What a table makes of one combination of cells."""

    index: dict[str, int]
    values: Values
    hits: tuple[int, ...]


def _check_table(
    item: Item, penalty: Penalty, table: TierTable, rule_set: RuleSet
) -> Iterator[Finding]:
    yield from _amounts(penalty, table)
    yield from _unexplained(table)
    guard = [item.established_when, penalty.when]
    # Known rows of another layer may stand in this table's gaps.
    others = [
        tier.when
        for other in penalty.tables
        if other.proposed is not table.proposed
        for tier in other.tiers
    ]
    worlds = _worlds([*guard, *(tier.when for tier in table.tiers), *others], rule_set)
    if worlds is None:
        yield Finding(
            "table_not_tried",
            table.place,
            f"“{penalty.ref.id}”的阶次条件组合太多，没有逐一试过",
            "请用派生事实把条件并成几级",
            "warning",
        )
        return
    guards = [compile_condition(condition) for condition in guard]
    asks = [compile_condition(tier.when) for tier in table.tiers]
    trials = [
        _Trial(index, values, _hits(asks, values))
        for index, values in worlds
        if all(ask(values) is True for ask in guards)
    ]
    elsewhere = [compile_condition(condition) for condition in others]
    alone = [each for each in trials if not any(ask(each.values) for ask in elsewhere)]
    yield from _gaps_and_overlaps(penalty, table, alone, rule_set)
    yield from _unreached(table, trials)
    yield from _falling(table, trials, rule_set)


def _unexplained(table: TierTable) -> Iterator[Finding]:
    """A proposal says why it splits as it does."""
    for tier in table.tiers:
        if tier.status == "proposal" and not tier.because:
            yield Finding(
                "proposal_without_reason",
                tier.ref.place,
                f"建议稿的阶次“{tier.id}”没有写明理由",
                "请用 because 写一句为什么这样分档，写在阶次、处罚或者整份文件上都可以",
                "warning",
            )


def _hits(asks: list[Ask], values: Values) -> tuple[int, ...]:
    return tuple(number for number, ask in enumerate(asks) if ask(values) is True)


def _gaps_and_overlaps(
    penalty: Penalty, table: TierTable, trials: list[_Trial], rule_set: RuleSet
) -> Iterator[Finding]:
    gap = next((each for each in trials if not each.hits), None)
    if gap is not None and not table.partial:
        finding = Finding(
            "tier_gap",
            table.place,
            f"“{penalty.ref.id}”的阶次没有覆盖全部事实",
            "请补上缺的阶次；只收录了部分行的，写 rows: partial",
        )
        yield _shown(finding, gap.values, rule_set)
    if table.highest:
        return
    told: set[tuple[int, ...]] = set()
    for each in trials:
        if len(each.hits) > 1 and each.hits not in told:
            told.add(each.hits)
            first, second = table.tiers[each.hits[0]], table.tiers[each.hits[1]]
            finding = Finding(
                "tier_overlap",
                second.ref.place,
                f"阶次“{first.id}”和“{second.id}”会同时符合",
                "请让条件互斥；“或者取最高档”的，写 hit: highest",
            )
            yield _shown(finding, each.values, rule_set)


def _shown(finding: Finding, values: Values, rule_set: RuleSet) -> Finding:
    """The finding with its counterexample; where two facts of it are computed from the same facts
    the example may be impossible, and it is only a note for a person to look at."""
    severity = "note" if rule_set.tangled(values) else finding.severity
    help = finding.help if severity != "note" else "例中的派生事实互相牵连，请人工核对是否可能"
    example = _example(values, rule_set)
    return dataclasses.replace(finding, severity=severity, help=help, counterexample=example)


def _unreached(table: TierTable, trials: list[_Trial]) -> Iterator[Finding]:
    for number, tier in enumerate(table.tiers):
        if not any(number in each.hits for each in trials):
            yield Finding(
                "tier_unreachable",
                tier.ref.place,
                f"没有任何事实会落在阶次“{tier.id}”",
                "请核对它的条件，以及处罚和违法行为成立的条件",
            )


def is_monotonic(item: Item, penalty: Penalty, table: TierTable, rule_set: RuleSet) -> bool:
    """Whether more of any number the table reads never gives a lower tier."""
    return not any(
        finding.code == "not_monotonic" for finding in _check_table(item, penalty, table, rule_set)
    )


def _falling(table: TierTable, trials: list[_Trial], rule_set: RuleSet) -> Iterator[Finding]:
    """A number that rises while the tier falls, everything else equal."""
    reads = {test.fact for tier in table.tiers for test in tests_of(tier.when)}
    for name in sorted(name for name in reads if rule_set.facts[name].numeric):
        rows: dict[tuple[tuple[str, int], ...], list[_Trial]] = {}
        for each in trials:
            if each.hits:
                rest = tuple(pair for pair in each.index.items() if pair[0] != name)
                rows.setdefault(rest, []).append(each)
        for row in rows.values():
            row.sort(key=lambda each: each.index[name])
            for lower, higher in itertools.pairwise(row):
                if max(higher.hits) < max(lower.hits):
                    yield Finding(
                        "not_monotonic",
                        table.tiers[max(higher.hits)].ref.place,
                        f"“{rule_set.facts[name].label}”增多，阶次反而降低",
                        "如确实如此规定可以保留，否则请核对次序",
                        "warning",
                        counterexample=_example(higher.values, rule_set),
                    )
                    return


def _amounts(penalty: Penalty, table: TierTable) -> Iterator[Finding]:
    """Tiers in ascending order; those of a complete table fill the statutory range."""
    complete = not table.partial and not any(
        each.proposed is not table.proposed for each in penalty.tables
    )
    for lower, higher in itertools.pairwise(table.tiers):
        low, high = _ends(lower), _ends(higher)
        if low is None or high is None:
            continue
        if low == high:
            yield Finding(
                "tiers_same_range",
                higher.fine.place,
                f"阶次“{lower.id}”和“{higher.id}”的幅度相同",
                "两档没有区别，请对照原文",
                "warning",
            )
        elif high[0] < low[0] or high[1] < low[1]:
            yield Finding(
                "tiers_not_ascending",
                higher.fine.place,
                f"阶次“{higher.id}”的幅度低于前一档“{lower.id}”",
                "阶次应由轻到重排列，请对照原文",
                "warning",
            )
        elif complete and not table.highest and high[0] > low[1]:
            yield Finding(
                "amount_gap",
                higher.fine.place,
                f"阶次“{lower.id}”与“{higher.id}”之间有数额没有覆盖",
                "相邻两档的数额应当相接，请对照原文",
                "warning",
            )
    whole = penalty.fine.amount if penalty.fine is not None else None
    if not complete or not isinstance(whole, Range):
        return
    first, last = table.tiers[0].fine, table.tiers[-1].fine
    if isinstance(first.amount, Range) and (first.amount.lo or 0) > (whole.lo or 0):
        yield _short(first.place, "第一档没有从法定下限起")
    if isinstance(last.amount, Range) and last.amount.hi != whole.hi:
        yield _short(last.place, "最高一档没有到法定上限")


def _short(place: Place, message: str) -> Finding:
    return Finding(
        "statute_not_filled", place, message, "完整的阶次表应铺满法定幅度，请对照原文", "warning"
    )


def _ends(tier: Tier) -> tuple[int, int] | None:
    amount = tier.fine.amount
    if not isinstance(amount, Range) or amount.hi is None:
        return None
    return amount.lo or 0, amount.hi

"""A row of a benchmark: one tier, put into its place in the overlay of a layer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from api.scaffolding.changes import Change
from api.scaffolding.modeline import modeline
from api.scaffolding.surgery import Surgery
from engine.faults import Finding, InputFault, Place, did_you_mean
from engine.flow import flow
from engine.item import Item, Penalty
from engine.loading import shown
from engine.model import RuleSet
from engine.source import Source, read_source

Number = int | Decimal
_BASES = ("percent_of", "times", "times_fine")


@dataclass(frozen=True, slots=True)
class Row:
    """One tier as a benchmark prints it; amounts in the unit of the penalty's own fine (yuan,
    percent or times); `last` where it makes the table complete."""

    tier: str
    title: str | None
    when: dict[str, Any]
    min: Number | None
    max: Number
    status: str
    document: str
    row: str
    last: bool


def add_row(
    row: Row, item: str, penalty: str, begins: str | None, rules: Path, rule_set: RuleSet
) -> Change:
    """The overlay of the rule set's own layer with the row in ascending order; a new overlay
    (from `begins` on) where there is none. Raises InputFault where it has no place."""
    owner = _penalty(item, penalty, rule_set)
    law = rule_set.items[item][-1].law
    folder = rules / rule_set.id / "items"
    source = _overlay(item, begins, rules, folder)
    path = folder / law / f"{item}.yaml"
    if source is not None:
        path = rules.parent / source.name
    elif begins is None:
        help = "请用 --from 写明它从哪一天起施行"
        raise _refused("--from", f"{rule_set.id} 层里还没有“{item}”的阶次", help)
    elif path.exists():
        path = path.with_name(f"{item}@{begins}.yaml")
    written = _tier(row, _basis(owner, penalty, rules))
    if source is None:
        text = _new(item, penalty, str(begins), row, written, modeline(rules, path, "items"))
        return Change(path, None, text)
    return Change(path, path.read_bytes(), _added(source, penalty, row, written))


def _penalty(item: str, penalty: str, rule_set: RuleSet) -> Item:
    """The latest edition that has the penalty and leaves its tiers to this layer."""
    editions = rule_set.items[item]
    found = [each for each in editions if any(one.id == penalty for one in each.penalties)]
    if not found:
        known = {one.id for each in editions for one in each.penalties}
        raise _refused("PENALTY", f"事项“{item}”没有处罚“{penalty}”", did_you_mean(penalty, known))
    edition = found[-1]
    if _named(edition, penalty).fine is None:
        help = "阶次不能设定罚款；请核对是哪一项处罚"
        raise _refused("PENALTY", f"法律给“{item}/{penalty}”没有设罚款", help)
    inside = edition.ref.place.file
    if any(table.place.file == inside for table in _named(edition, penalty).tables):
        message = f"“{item}/{penalty}”的阶次写在事项自己的文件里"
        raise _refused("PENALTY", message, f"请直接改 {inside}")
    return edition


def _named(edition: Item, penalty: str) -> Penalty:
    return next(each for each in edition.penalties if each.id == penalty)


def _overlay(item: str, begins: str | None, rules: Path, folder: Path) -> Source | None:
    """The one overlay of an item in a layer (of the day it begins, where a day is named)."""
    found = []
    for path in sorted(folder.rglob("*.yaml")):
        source = read_source(path, shown(rules, path))
        if source.data.get("overlays") == item:
            found.append(source)
    days = [each.data["effective"]["from"] for each in found]
    if begins is not None:
        return next((each for each, day in zip(found, days, strict=True) if day == begins), None)
    if len(found) > 1:
        help = f"请用 --from 写明是哪一份：{'、'.join(sorted(days))}"
        raise _refused("--from", f"“{item}”的阶次有 {len(found)} 份", help)
    return found[0] if found else None


def _basis(edition: Item, penalty: str, rules: Path) -> dict[str, Any]:
    """What the tier's fine must have in common with the statute's: what it is a share of."""
    source = read_source(rules.parent / edition.ref.place.file, edition.ref.place.file)
    fine = next(each for each in source.data["penalties"] if each["id"] == penalty)["fine"]
    if "per_day" in fine or "fixed" in fine:
        raise _refused("PENALTY", "法律把这项罚款定死了", "没有幅度，不能分阶次")
    return {key: fine[key] for key in _BASES if key in fine}


def _tier(row: Row, basis: dict[str, Any]) -> dict[str, Any]:
    tier: dict[str, Any] = {"id": row.tier}
    if row.title is not None:
        tier["title"] = row.title
    tier["when"] = row.when
    low = {} if row.min is None else {"min": row.min}
    tier["fine"] = {**basis, **low, "max": row.max}
    tier["status"] = row.status
    tier["source"] = {"document": row.document, "row": row.row}
    return tier


def _new(item: str, penalty: str, begins: str, row: Row, tier: dict[str, Any], head: str) -> str:
    lines = [
        head,
        f"overlays: {item}",
        f"effective: {flow({'from': begins})}",
        "penalties:",
        *(f"  {line}" for line in _table(penalty, row, tier)),
    ]
    return "\n".join(lines) + "\n"


def _table(penalty: str, row: Row, tier: dict[str, Any]) -> list[str]:
    """The lines of a penalty with its first row."""
    partial = [] if row.last else ["  rows: partial"]
    return [f"{penalty}:", *partial, "  tiers:", f"    - {flow(tier)}"]


def _added(source: Source, penalty: str, row: Row, tier: dict[str, Any]) -> str:
    surgery = Surgery(source.text)
    tables = source.data["penalties"]
    if penalty not in tables:
        partial = {} if row.last else {"rows": "partial"}
        inline = f"{penalty}: {flow({**partial, 'tiers': [tier]})}"
        lines = "\n".join(_table(penalty, row, tier))
        surgery.add_member(("penalties",), inline if surgery.is_flow(("penalties",)) else lines)
        return surgery.done()
    table = tables[penalty]
    place = (_order(tier["fine"]), len(table["tiers"]))
    index = next(
        (at for at, each in enumerate(table["tiers"]) if (_order(each["fine"]), at) > place),
        len(table["tiers"]),
    )
    surgery.insert(("penalties", penalty, "tiers"), index, flow(tier))
    if row.last and table.get("rows") == "partial":
        surgery.replace(("penalties", penalty, "rows"), "complete")
    return surgery.done()


def _order(fine: dict[str, Any]) -> tuple[Number, Number]:
    """Tiers ascend by their lower end, then by their upper end."""
    fixed = fine.get("fixed")
    return (
        fine.get("min", 0 if fixed is None else fixed),
        fine.get("max", 0 if fixed is None else fixed),
    )


def _refused(option: str, message: str, help: str) -> InputFault:
    return InputFault([Finding("bad_option", Place(option), message, help)])

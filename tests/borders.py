"""Worked cases at the borders of the proposed tiers, worked out from the YAML alone.

Nothing here imports the engine: conditions, computed facts and amounts are read and worked out a
second time, simply, so that the cases can contradict it. `python -m tests.borders` writes
rules/yeji/cases/; tests/test_borders.py checks that they are current.
"""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

RULES = Path(__file__).parents[1] / "rules"
LAYER = "yeji"
FARTHER = ("cn-mem", "cn-ah")
HEAD = (
    "# 建议稿各档的边界，由 tests/borders.py 依规则文件另行算出，不经引擎；改了阶次后重新生成。\n"
)

Data = dict[str, Any]
Facts = dict[str, Any]
STEP = {"count": Fraction(1), "amount": Fraction(1, 100)}
STAGES = {
    "first": "首次",
    "overdue": "逾期",
    "refused": "拒不执行",
    "accident": "事故",
    "any": "任一阶段",
}
# A case for each grade of accident, and for none.
GRADES = {
    "none": {"deaths": 0, "serious_injuries": 0, "direct_loss": 0},
    "general": {"deaths": 0, "serious_injuries": 1, "direct_loss": 0},
    "larger": {"deaths": 0, "serious_injuries": 10, "direct_loss": 0},
    "major": {"deaths": 0, "serious_injuries": 50, "direct_loss": 0},
    "especially-major": {"deaths": 0, "serious_injuries": 100, "direct_loss": 0},
}


def read(path: Path) -> Data:
    """A rule file as plain data, its dates left as text."""
    data: Data = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    return _plain(data)


def _plain(value: Any) -> Any:
    """Numbers and booleans from the text of a scalar; everything else as it stands."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if value in ("true", "false"):
        return value == "true"
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return Fraction(value) if value.count("-") == 0 and "/" not in value else value
    except ValueError:
        return value


# Conditions on definite facts --------------------------------------------------------------


@dataclass(frozen=True)
class Vocabulary:
    """The facts and the computed facts of all layers."""

    facts: Data
    derived: Data

    def kind(self, name: str) -> str:
        derived = self.derived.get(name)
        if derived is None:
            return str(self.facts[name]["type"])
        return "choice" if "grade" in derived else "percent" if "ratio" in derived else "count"

    def value(self, name: str, facts: Facts) -> Any:
        """A fact, stated, computed or taken as it is where nobody states it; None if unknown."""
        if name in facts:
            return facts[name]
        derived = self.derived.get(name)
        if derived is None:
            absent = self.facts[name]["if_absent"]
            return absent["assume"] if isinstance(absent, dict) else absent == "charged" or None
        if "grade" in derived:
            return next(
                row["value"]
                for row in derived["grade"]
                if "when" not in row or self.holds(row["when"], facts)
            )
        if "sum" in derived:
            return sum(self.value(each, facts) or 0 for each in derived["sum"])
        of, to = (self.value(derived["ratio"][each], facts) for each in ("of", "to"))
        return Fraction(of * 100, to) if of is not None and to else None

    def holds(self, condition: Data, facts: Facts) -> bool:
        """Whether a condition is true of the facts; what is unknown is not true."""
        for key, inner in condition.items():
            if key == "all":
                truth = all(self.holds(each, facts) for each in inner)
            elif key == "any":
                truth = any(self.holds(each, facts) for each in inner)
            elif key == "not":
                truth = not self.holds(inner, facts)
            else:
                value = self.value(key, facts)
                truth = value is not None and all(
                    _test(value, op, operand) for op, operand in inner.items()
                )
            if not truth:
                return False
        return True


def _test(value: Any, op: str, operand: Any) -> bool:
    return bool(
        {
            "is": lambda: value == operand,
            "is_not": lambda: value != operand,
            "in": lambda: value in operand,
            "at_least": lambda: value >= operand,
            "above": lambda: value > operand,
            "at_most": lambda: value <= operand,
            "below": lambda: value < operand,
        }[op]()
    )


# Facts at the borders of a condition -------------------------------------------------------


def branches(condition: Data) -> Iterator[list[tuple[str, Data]]]:
    """The condition as alternatives of (fact, tests) that must all hold; `not` is left aside."""
    choices: list[list[list[tuple[str, Data]]]] = []
    for key, inner in condition.items():
        if key == "all":
            choices.extend([[*branches(each)] for each in inner])
        elif key == "any":
            choices.append([branch for each in inner for branch in branches(each)])
        elif key != "not":
            choices.append([[(key, inner)]])
    for picked in itertools.product(*choices):
        yield [pair for branch in picked for pair in branch]


def ends(kind: str, tests: list[Data], least: Any) -> list[Any]:
    """The values at both borders of what the tests of one number or choice leave."""
    merged: dict[str, list[Any]] = {}
    for test in tests:
        for op, operand in test.items():
            merged.setdefault(op, []).append(operand)
    if kind in ("flag", "choice"):
        picked = [
            *merged.get("is", ()),
            *(each for group in merged.get("in", ()) for each in group),
        ]
        return [
            each for each in picked if all(_test(each, *one) for t in tests for one in t.items())
        ]
    step = STEP.get(kind, Fraction(1, 10))
    if "is" in merged:
        return [merged["is"][0]]
    low = max(
        [least, *merged.get("at_least", ()), *(each + step for each in merged.get("above", ()))]
    )
    highs = [*merged.get("at_most", ()), *(each - step for each in merged.get("below", ()))]
    high = min(highs) if highs else (low * 10 or 10 * step)
    return [low] if low == high else [low, high]


def stated(name: str, value: Any, words: Vocabulary) -> Facts:
    """What a case must state for a fact, computed ones through what they are computed from."""
    derived = words.derived.get(name)
    if derived is None:
        return {name: value}
    if "grade" in derived:
        return dict(GRADES[value])
    if "sum" in derived:
        return {**dict.fromkeys(derived["sum"], 0), derived["sum"][0]: value}
    of, to = derived["ratio"]["of"], derived["ratio"]["to"]
    return {of: int(value * 10), to: 1000}


# Amounts -----------------------------------------------------------------------------------


def worked(fine: Data, facts: Facts, other: Data) -> tuple[Any, Any]:
    """The fine in yuan: products cut to the fen, the lower end up and the upper end down."""
    if "times_fine" in fine:
        base = other[fine["times_fine"]]
        return _cents(base[0] * fine["min"], up=True), _cents(base[1] * fine["max"], up=False)
    base_name = fine.get("times") or fine.get("percent_of")
    if base_name is None:
        return fine.get("min"), fine["max"]
    base = facts[base_name] * (Fraction(1, 100) if "percent_of" in fine else 1)
    if "fixed" in fine:
        exact = Fraction(math.floor(base * fine["fixed"] * 100 + Fraction(1, 2)), 100)
        return exact, exact
    low, high = _cents(base * fine["min"], up=True), _cents(base * fine["max"], up=False)
    cap = fine.get("cap")
    return (low, high) if cap is None else (min(low, cap), min(high, cap))


def _cents(yuan: Any, *, up: bool) -> Fraction:
    fen = Fraction(yuan) * 100
    return Fraction(math.ceil(fen) if up else math.floor(fen), 100)


# Cases -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Base:
    """A worked case of the statute's layer in which a penalty is imposed without more ado."""

    dates: Data
    facts: Facts
    parties: list[Data]

    def of_party(self, roles: list[str]) -> str:
        """Whom the case names in one of the roles, else the role itself."""
        named = [each["id"] for each in self.parties if {each["kind"]} & set(roles)]
        return str(named[0] if named else roles[0])


class Bench:
    """Everything the cases are made from."""

    def __init__(self, layer: str = LAYER, farther: tuple[str, ...] = FARTHER) -> None:
        self.rules = RULES
        self.layer = layer
        facts: Data = {}
        derived: Data = {}
        for each in ("cn", *farther, layer):
            for kind, into in (("facts", facts), ("derived", derived)):
                path = RULES / each / f"{kind}.yaml"
                if path.exists():
                    into |= read(path)[kind]
        self.words = Vocabulary(facts, derived)
        self.items: dict[str, Data] = {}
        for path in sorted((RULES / "cn" / "items").rglob("*.yaml")):
            item = read(path)
            earlier = self.items.get(item["id"])
            if earlier is None or earlier["effective"]["from"] < item["effective"]["from"]:
                self.items[item["id"]] = item
        self.published: dict[tuple[str, str], list[tuple[str, Data]]] = {}
        for each in farther:
            for path in sorted((RULES / each / "items").rglob("*.yaml")):
                overlay = read(path)
                for penalty, table in overlay["penalties"].items():
                    key = (overlay["overlays"], penalty)
                    start = overlay["effective"]["from"]
                    self.published.setdefault(key, []).append((start, table))

    def overlays(self) -> Iterator[Data]:
        """The tables of the layer, file by file."""
        for path in sorted((self.rules / self.layer / "items").rglob("*.yaml")):
            yield read(path)

    def files(self) -> Iterator[tuple[Path, str]]:
        """Each file of worked cases, as it should stand."""
        for overlay in self.overlays():
            id = overlay["overlays"]
            folder = self.rules / self.layer / "cases" / id.split("-")[0]
            lines = [HEAD + "cases:\n", *(_written(each) for each in self.cases(overlay))]
            yield folder / f"{id}.yaml", "".join(lines)

    def cases(self, overlay: Data) -> Iterator[Data]:
        """The cases of one overlay; what differs only in whom it expects is put together."""
        item = self.items[overlay["overlays"]]
        found: dict[str, Data] = {}
        for id, table in overlay["penalties"].items():
            penalty = next(each for each in item["penalties"] if each["id"] == id)
            for tier in table["tiers"]:
                made = list(self._of_tier(item, penalty, table, tier, overlay))
                assert made, f"{item['id']}/{id}/{tier['id']}: no case at its borders"
                for case in made:
                    kept = found.setdefault(str((case["case"], penalty["stage"])), case)
                    for outcome in case["outcomes"]:
                        if outcome not in kept["outcomes"]:
                            kept["outcomes"].append(outcome)
                    if id not in kept["of"]:
                        kept["of"].append(id)
        yield from found.values()

    def _of_tier(
        self, item: Data, penalty: Data, table: Data, tier: Data, overlay: Data
    ) -> Iterator[Data]:
        base = self._base(item, penalty)
        guard = [
            pair
            for condition in (item["established_when"], penalty.get("when", {}))
            for ways in [list(branches(condition))]
            if len(ways) == 1
            for pair in ways[0]
        ]
        for branch in branches(tier["when"]):
            names = list(dict.fromkeys(name for name, _ in branch))
            values = [self._ends(name, branch, guard) for name in names]
            if not all(values):
                continue  # parts of the condition that cannot hold together
            lowest = dict(zip(names, (each[0] for each in values), strict=True))
            highest = dict(zip(names, (each[-1] for each in values), strict=True))
            inner = [
                dict(zip(names, picked, strict=True))
                for picked in itertools.product(*values)
                if len(names) == 1
            ]
            told: list[Facts] = []
            for picked in (lowest, highest, *inner):
                for facts in self._stating(picked, base, item, penalty):
                    if facts not in told and self._fits(facts, item, penalty, table, tier):
                        told.append(facts)
                        yield from self._case(item, penalty, tier, overlay, base, facts, picked)
                        break

    def _ends(self, name: str, branch: list[tuple[str, Data]], guard: list[Any]) -> list[Any]:
        tests = [test for fact, test in (*branch, *guard) if fact == name]
        kind = self.words.kind(name)
        derived = self.words.derived.get(name, {})
        least: Any = self.words.facts.get(name, {}).get("min", 0)
        if "sum" in derived or "ratio" in derived:
            least = 1
        return ends(kind, tests, least)

    def _stating(self, picked: Facts, base: Base, item: Data, penalty: Data) -> Iterator[Facts]:
        """Ways to state the picked values on the base; zeros are raised where nothing is left."""
        facts = dict(base.facts)
        for name, value in picked.items():
            facts |= stated(name, value, self.words)
        yield facts
        for name, value in picked.items():
            if value == 0 and not isinstance(value, bool):
                yield {**facts, **stated(name, 1, self.words)}
        for name in self.words.derived:
            if name in picked and "sum" in self.words.derived[name]:
                for each in self.words.derived[name]["sum"]:
                    yield {
                        **facts,
                        **dict.fromkeys(self.words.derived[name]["sum"], 0),
                        each: picked[name],
                    }
        # What establishes the item may have to be stated beside the factor.
        for branch in branches(item["established_when"]):
            extra = dict(facts)
            for name, _ in branch:
                if name not in picked and name not in self.words.derived:
                    extra[name] = self._ends(name, branch, [])[0]
            yield extra

    def _fits(self, facts: Facts, item: Data, penalty: Data, table: Data, tier: Data) -> bool:
        words = self.words
        if not words.holds(item["established_when"], facts):
            return False
        if not words.holds(penalty.get("when", {}), facts):
            return False
        hits = [each["id"] for each in table["tiers"] if words.holds(each["when"], facts)]
        if table.get("hit") == "highest":
            return hits[-1:] == [tier["id"]]
        return hits == [tier["id"]]

    def _base(self, item: Data, penalty: Data) -> Base:
        """A settled worked case of the item under which the penalty is simply imposed."""
        for exact in (True, False):
            for base, outcomes in self._plain_cases(item):
                facts = dict(base.facts)
                if not exact:
                    for name, test in next(branches(penalty.get("when", {}))):
                        facts |= stated(name, self._ends(name, [(name, test)], [])[0], self.words)
                imposed = [
                    each
                    for each in outcomes
                    if each["party"] == base.of_party(_roles(penalty))
                    and not {"circumstances", "alternatives", "possible"} & set(each)
                    and each.get("disposition", "penalize") == "penalize"
                    and each.get("stage", penalty["stage"]) == penalty["stage"]
                    and each.get("fine", {}).get("state", "imposed") in ("imposed", "optional")
                ]
                reached = self.words.holds(item["established_when"], facts)
                if imposed and reached and self.words.holds(penalty.get("when", {}), facts):
                    return Base(base.dates, facts, base.parties)
        raise AssertionError(f"{item['id']}/{penalty['id']}: no worked case to start from")

    def _plain_cases(self, item: Data) -> Iterator[tuple[Base, list[Data]]]:
        """The settled worked cases of one violation with definite facts."""
        path = next((self.rules / "cn" / "cases").rglob(f"{item['id']}.yaml"))
        for each in read(path)["cases"]:
            case, expect = each["case"], each["expect"]
            if "violations" in case or "case" in case or each.get("published_only"):
                continue
            facts = case.get("facts", {})
            if expect.get("status") == "settled" and not any(
                isinstance(value, dict) for value in facts.values()
            ):
                base = Base(case.get("dates", {}), facts, case.get("parties", []))
                yield base, expect.get("outcomes", [])

    def _case(
        self,
        item: Data,
        penalty: Data,
        tier: Data,
        overlay: Data,
        base: Base,
        facts: Facts,
        picked: Facts,
    ) -> Iterator[Data]:
        """A case with what it must come to; under a published row also one from before the row."""
        row = self._published(item, penalty, facts)
        label = "，".join(f"{self._label(name)}{_shown(value)}" for name, value in picked.items())
        if row is not None:
            start, known = row
            old = (datetime.date.fromisoformat(start) - datetime.timedelta(days=60)).isoformat()
            yield self._expecting(item, penalty, known, base, facts, label, base.dates)
            if old < max(item["effective"]["from"], overlay["effective"]["from"]):
                return
            dates = {"acted_on": old, "decided_on": old}
            yield self._expecting(item, penalty, tier, base, facts, label, dates)
            return
        yield self._expecting(item, penalty, tier, base, facts, label, base.dates)

    def _label(self, name: str) -> str:
        known = self.words.derived.get(name) or self.words.facts[name]
        return str(known["label"])

    def _published(self, item: Data, penalty: Data, facts: Facts) -> tuple[str, Data] | None:
        for start, table in self.published.get((item["id"], penalty["id"]), ()):
            hits = [each for each in table["tiers"] if self.words.holds(each["when"], facts)]
            if hits:
                return start, hits[-1]
        return None

    def _expecting(
        self,
        item: Data,
        penalty: Data,
        tier: Data,
        base: Base,
        facts: Facts,
        label: str,
        dates: Data,
    ) -> Data:
        party = base.of_party(_roles(penalty))
        parties = [dict(each) for each in base.parties]
        own = {
            name: facts[name]
            for name in facts
            if self.words.facts[name]["about"] == "party" and name not in base.facts
        }
        if own:
            named = next((each for each in parties if each["id"] == party), None)
            if named is None:
                named = {"id": party, "kind": party}
                parties.append(named)
            named["facts"] = {**named.get("facts", {}), **own}
        rest = {name: value for name, value in facts.items() if name not in own}
        mine = next((each for each in parties if each["id"] == party), {})
        seen = {**rest, **mine.get("facts", {})}
        other = self._other_fines(item, rest)
        statutory = worked(penalty["fine"], seen, {**other, **self._plain_fines(item)})
        amount = worked(tier["fine"], seen, other)
        return {
            "of": [penalty["id"]],
            "label": label,
            "stage": penalty["stage"],
            "case": {
                "item": item["id"],
                **({"dates": dates} if dates else {}),
                "facts": rest,
                **({"parties": parties} if parties else {}),
            },
            "outcomes": [
                {
                    "party": party,
                    "stage": penalty["stage"],
                    "obligation": penalty["obligation"],
                    "tier": tier["id"],
                    "statutory": {"min": statutory[0], "max": statutory[1]},
                    "fine": {"min": amount[0], "max": amount[1]},
                }
            ],
            "warns": tier["status"],
        }

    def _plain_fines(self, item: Data) -> Data:
        return {
            each["id"]: (each["fine"].get("min"), each["fine"]["max"])
            for each in item["penalties"]
            if "max" in each.get("fine", {})
        }

    def _other_fines(self, item: Data, facts: Facts) -> Data:
        """The fines another fine may multiply: in the published tier where one is hit."""
        found = self._plain_fines(item)
        for penalty in item["penalties"]:
            row = self._published(item, penalty, facts)
            if row is not None and "max" in row[1]["fine"]:
                fine = row[1]["fine"]
                found[penalty["id"]] = (fine.get("min"), fine["max"])
        return found


def _roles(penalty: Data) -> list[str]:
    party = penalty["party"]
    return [party] if isinstance(party, str) else list(party)


# Writing -----------------------------------------------------------------------------------


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "：是" if value else "：否"
    return f" {_scalar(value)}"


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return str(value.numerator) if value.denominator == 1 else f"{float(value):.10g}"
    if isinstance(value, str) and (value[:1].isdigit() or not value.isascii()):
        return f'"{value}"'
    return str(value)


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(each) for each in value) + "]"
    return _scalar(value)


def _written(case: Data) -> str:
    dated = "，" + case["case"]["dates"]["acted_on"] if "dates" in case["case"] else ""
    tiers = "、".join(dict.fromkeys(each["tier"] for each in case["outcomes"]))
    lines = [
        f'  - name: "{STAGES[case["stage"]]}，{case["label"]}{dated}：{tiers}"',
        f"    why: 档的边界（{'、'.join(case['of'])}）。",
        f"    case: {_flow(case['case'])}",
        "    expect:",
        "      outcomes:",
        *(f"        - {_flow(each)}" for each in case["outcomes"]),
    ]
    if case["warns"] == "proposal":
        lines.append("      warnings: [proposal_tier]")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    for file, text in Bench().files():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")

"""Time the engine beside its peers; exit code 1 only where their figures disagree."""

from __future__ import annotations

import dataclasses
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import engine
from bench import cases, peers
from bench.measure import Timed, once, resident, timed
from engine.case import Case, Dates
from engine.encoding import ESTABLISHED
from engine.evaluate import Engine
from engine.facts import Values
from engine.layering import load_rule_set
from engine.matching import Matcher
from engine.model import RuleSet
from engine.parsing import parse_case
from engine.proving import ProvenItem
from engine.rendering import document
from engine.result import Result
from engine.source import parse

RULES = Path(engine.__file__).parent.parent / "rules"
SETS = ("cn", "cn-mem")
WHOLE = "yeji"
FIRST_ITEMS = 30
WANTED_RATIO = 1.5
WANTED_LOAD = 1.0
WANTED_MEMORY = 150 * 2**20
WANTED_CATALOGUE = 1.2
WANTED_MATCH = 0.005
WANTED_SEVERAL = 8

LABELS = {
    "a": "evaluate, all reasons",
    "b": "a + result as JSON bytes",
    "c": "durable-rules matcher alone, once a case",
    "d": "zen-engine, create_decision, trace on",
    "d'": "zen-engine, compiled content, trace on",
    "e": "closure for this item, no reasons",
    "f": "from YAML bytes: parse + evaluate",
    "g": "evaluate, `overdue` left out (open)",
    "h": "evaluate, three violations, three parties",
    "i": "evaluate under the whole catalogue",
    "i'": f"the same with the first {FIRST_ITEMS} items only",
    "j": "match: which items do facts alone point to",
}


@dataclass(frozen=True, slots=True)
class Bench:
    """The cases in every form that is timed."""

    engine: Engine
    parsed: list[Case]
    open: list[Case]
    several: list[Case]
    whole: Engine
    first: Engine
    local: list[Case]
    loose: list[Case]
    texts: list[bytes]
    dicts: list[cases.Data]
    ready: peers.Peer
    basic: peers.Peer
    closure: peers.Peer


def main() -> int:
    """Load, compare figures, time, print."""
    before = resident()
    start = time.perf_counter()
    whole = load_rule_set(RULES, WHOLE)
    cold = time.perf_counter() - start
    grown = resident() - before
    bench = _bench(load_rule_set(RULES, SETS[-1]), whole)
    wrong = _disagreements(bench)
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
        return 1
    print(f"{cases.ITEM} under {SETS[-1]}, {len(bench.parsed)} cases: a, d, d' and e agree on all")
    _print_speed(timed(_work(bench), len(bench.parsed)))
    _print_loading(cold, grown, once(lambda: load_rule_set(RULES, WHOLE)))
    return 0


def _bench(rule_set: RuleSet, whole: RuleSet) -> Bench:
    written = cases.varied()
    table = peers.rows(rule_set)

    def parsed(data: cases.Data, under: RuleSet = rule_set) -> Case:
        return parse_case(parse(cases.raw(data), "case"), under)

    return Bench(
        Engine(rule_set),
        [parsed(each) for each in written],
        [parsed(cases.opened(each)) for each in written],
        [parsed(each) for each in cases.several()],
        Engine(whole),
        Engine(_first_items(whole)),
        [parsed(each, whole) for each in written],
        [parsed(cases.without_item(each), whole) for each in written],
        [cases.raw(each) for each in written],
        [cases.inputs(each) for each in written],
        peers.zen_ready(table),
        peers.zen_basic(table),
        peers.closure(table),
    )


def _first_items(whole: RuleSet) -> RuleSet:
    """The rule set with its first items only, the one that is timed among them."""
    kept = dict(list(whole.items.items())[: FIRST_ITEMS - 1])
    return dataclasses.replace(whole, items={**kept, cases.ITEM: whole.items[cases.ITEM]})


def _disagreements(bench: Bench) -> list[str]:
    """Every case on which a peer differs from the engine, or a letter times something else."""
    found: list[str] = []
    for case, data in zip(bench.parsed, bench.dicts, strict=True):
        ours = peers.told(bench.engine.evaluate(case))
        others = {
            "d": peers.zen_told(bench.basic(data)),
            "d'": peers.zen_told(bench.ready(data)),
            "e": bench.closure(data),
        }
        found.extend(
            f"{data}: a says {ours}, {name} says {theirs}"
            for name, theirs in others.items()
            if theirs != ours
        )
    matcher = Matcher()
    for proven, values in _prepared(bench):
        if ESTABLISHED not in matcher.fired(proven.item, proven.rules, values):
            found.append(f"c: {ESTABLISHED} does not fire on {values}")
    for case in bench.open:
        result = bench.engine.evaluate(case)
        if result.status != "open" or cases.STAGE not in {each.fact for each in result.missing}:
            found.append(f"g: {cases.STAGE} left out, but the answer is {result.status}")
    for case in bench.several:
        result = bench.engine.evaluate(case)
        states = {each.fine.state for each in result.outcomes}
        if result.status != "settled" or len(result.outcomes) != 9 or "absorbed" not in states:
            found.append(f"h: not nine settled outcomes with one absorbed, but {states}")
    for case in bench.local:
        if document(bench.whole.evaluate(case)) != document(bench.first.evaluate(case)):
            found.append("i: the first items alone give another answer")
    for case in bench.loose:
        if cases.ITEM not in {each.item.id for each in bench.whole.match(case)}:
            found.append(f"j: {cases.ITEM} is not found")
    return found


def _prepared(bench: Bench) -> list[tuple[ProvenItem, Values]]:
    """The item and the values as the matcher is given them."""
    found = []
    for case in bench.parsed:
        charged = case.violations[0]
        assert charged.dates == Dates() and charged.item == cases.ITEM
        proven = bench.engine.prove(bench.engine.rule_set.items[cases.ITEM][-1])
        values = case.facts | charged.facts
        for name, fact in proven.facts.items():
            taken = fact.taken(charged=True)
            if name not in values and taken is not None:
                values[name] = taken
        found.append((proven, values))
    return found


# What is timed ----------------------------------------------------------------------------


def _work(bench: Bench) -> dict[str, Callable[[], object]]:
    """One pass over all the cases for each letter."""
    evaluate, matcher, rule_set = bench.engine.evaluate, Matcher(), bench.engine.rule_set
    prepared = [(each.item, each.rules, values) for each, values in _prepared(bench)]
    return {
        "a": lambda: [evaluate(case) for case in bench.parsed],
        "b": lambda: [_json(evaluate(case)) for case in bench.parsed],
        "c": lambda: [matcher.fired(*each) for each in prepared],
        "d": lambda: [bench.basic(case) for case in bench.dicts],
        "d'": lambda: [bench.ready(case) for case in bench.dicts],
        "e": lambda: [bench.closure(case) for case in bench.dicts],
        "f": lambda: [evaluate(parse_case(parse(raw, "case"), rule_set)) for raw in bench.texts],
        "g": lambda: [evaluate(case) for case in bench.open],
        "h": lambda: [evaluate(case) for case in bench.several],
        "i": lambda: [bench.whole.evaluate(case) for case in bench.local],
        "i'": lambda: [bench.first.evaluate(case) for case in bench.local],
        "j": lambda: [bench.whole.match(case) for case in bench.loose],
    }


def _json(result: Result) -> bytes:
    return json.dumps(document(result), ensure_ascii=False, separators=(",", ":")).encode()


# What is printed --------------------------------------------------------------------------


def _print_speed(found: dict[str, Timed]) -> None:
    print(f"\n{'':4}{'':44}{'x (d)':>9}{'x (a)':>9}{'cases/s':>12}{'µs/case':>10}{'spread':>8}")
    for letter, each in found.items():
        print(
            f"{letter:4}{LABELS[letter]:44}"
            f"{each.rate / found['d'].rate:9.2f}{each.rate / found['a'].rate:9.2f}"
            f"{each.rate:12,.0f}{each.median * 1e6:10.1f}{each.spread:8.0%}"
        )
    print()
    ratio = found["a"].rate / found["d"].rate
    reached = ratio >= WANTED_RATIO
    _target("(a) / (d), cases a second", reached, f"{ratio:.2f} x", f"{WANTED_RATIO} x")
    # zen can also compile a table beforehand; one matching by durable-rules costs as much as that.
    ahead = found["a"].rate / found["d'"].rate
    several = found["a"].rate / found["h"].rate
    what = "(h) / (a), time of a case"
    _target(what, several <= WANTED_SEVERAL, f"{several:.2f} x", f"at most {WANTED_SEVERAL} x")
    whole = found["i'"].rate / found["i"].rate
    what = f"(i) / (i'), the whole catalogue against {FIRST_ITEMS} items"
    _target(what, whole <= WANTED_CATALOGUE, f"{whole:.2f} x", f"at most {WANTED_CATALOGUE} x")
    match, wanted = found["j"].median, f"under {WANTED_MATCH * 1e3:g} ms"
    _target("(j) match", match < WANTED_MATCH, f"{match * 1e3:.2f} ms", wanted)
    print(f"      (a) / (d'), cases a second: {ahead:.2f} x (no target: see (c))")


def _print_loading(cold: float, grown: int, warm: Timed) -> None:
    what, wanted = f"load {WHOLE} with every layer under it", f"under {WANTED_LOAD} s"
    _target(what, warm.median < WANTED_LOAD, f"{warm.median:.3f} s", wanted)
    most, size = f"under {WANTED_MEMORY / 2**20:.0f} MiB", f"{grown / 2**20:.1f} MiB"
    _target("  resident growth by it", grown < WANTED_MEMORY, size, most)
    print(f"      first load in the process {cold:.3f} s")


def _target(what: str, reached: bool, found: str, wanted: str) -> None:
    print(f"{'pass' if reached else 'FAIL'}  {what}: {found} (target {wanted})")


if __name__ == "__main__":
    sys.exit(main())

"""How long the impact of a change of rules on a large basket takes: `python -m bench.impact`.

The basket repeats the worked cases of the whole rule set. Three changes are timed: one in the
vocabulary, after which every case is evaluated on both sides; one of a procedure, after which every
case is evaluated once and its procedures are read on both sides; and one in a single item, after
which the cases that cannot change are only read. Beside the seconds that passed stands the time of
the processors, which a busy machine does not stretch as much.
"""

from __future__ import annotations

import itertools
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from api.diff.baskets import from_files, worked_cases
from api.diff.trying import Pair, try_basket
from engine.differencing import difference, read_side
from engine.impact import Impact
from engine.reach import reach_of

RULES = Path(__file__).resolve().parents[1] / "rules"
RULE_SET = "yeji"
CASES = 100_000
WANTED_SECONDS = 60

# (what is changed, the file, the text, what stands in its place)
CHANGES = (
    ("a word of the vocabulary", "cn/facts.yaml", "if_absent: charged", "if_absent: ask"),
    ("an amount of a procedure", "cn/procedures.yaml", "at_most: 3000}", "at_most: 4000}"),
    ("one tier of one item", "cn-mem/items/wsl/wsl-097-7.yaml", "max: 30000", "max: 31000"),
)


def main() -> int:
    """Time both changes; `python -m bench.impact 20000` takes another number of cases."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CASES
    with tempfile.TemporaryDirectory(prefix="liangfa-bench-") as folder:
        basket = Path(folder) / "basket.jsonl"
        with basket.open("w", encoding="utf-8") as lines:
            lines.writelines(_lines(count))
        print(f"{count:,} cases, {len(os.sched_getaffinity(0))} processors")
        missed = [_timed(Path(folder), basket, *change) for change in CHANGES]
    return int(any(missed) and count == CASES)


def _lines(count: int) -> Iterator[str]:
    layers = [layer.id for layer in read_side(RULES, RULE_SET).rule_set.layers]
    found = worked_cases([(RULES, layers)])
    texts = [
        json.dumps(each.text.data, ensure_ascii=False, default=_number) + "\n"
        for each in found.given
        if not each.published_only and not isinstance(each.text, bytes)
    ]
    yield from itertools.islice(itertools.cycle(texts), count)


def _number(value: object) -> float:
    assert isinstance(value, Decimal)
    return float(value)


def _timed(folder: Path, basket: Path, what: str, file: str, text: str, other: str) -> bool:
    """Time one change; whether it took too long."""
    changed = Path(shutil.copytree(RULES, folder / what.replace(" ", "-") / "rules"))
    path = changed / file
    old = path.read_text("utf-8")
    assert text in old
    path.write_text(old.replace(text, other, 1), "utf-8")
    start, used = time.perf_counter(), _processor_seconds()
    impact = _impact(changed, basket)
    seconds, used = time.perf_counter() - start, _processor_seconds() - used
    late = seconds > WANTED_SECONDS
    print(
        f"{'FAIL' if late else 'pass'}  {what}: {seconds:.1f} s (target {WANTED_SECONDS} s), "
        f"{used:.1f} s of processor time, "
        f"{impact.cases / seconds:,.0f} cases/s, {impact.changed:,} changed, "
        f"{impact.untouched:,} only read, {impact.unreadable:,} unreadable"
    )
    return late


def _processor_seconds() -> float:
    """What this process and those it waited for have used."""
    own, children = (
        resource.getrusage(each) for each in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _impact(changed: Path, basket: Path) -> Impact:
    found = difference(read_side(RULES, RULE_SET), read_side(changed, RULE_SET))
    pair = Pair((RULES, RULE_SET), (changed, RULE_SET), published_only=False)
    return try_basket(from_files(basket).given, pair, reach_of(found))


if __name__ == "__main__":
    sys.exit(main())

"""Trying a basket on two rule sets: in this process where it is small, else in several.

durable-rules is not re-entrant and gives no memory back, so each process loads the rules for
itself and ends when the basket is done.
"""

from __future__ import annotations

import gc
import itertools
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path

from engine.evaluate import Engine
from engine.faults import Finding, LiangfaError, Place, RuleFault
from engine.impact import Given, Impact, Trial
from engine.layering import load_rule_set
from engine.model import RuleSet
from engine.reach import Reach

CHUNK = 500
# A basket up to this size is done before another process has loaded the rules.
SMALL = 5_000
MOST_PROCESSES = 8
# So many chunks wait for each process: enough to keep it busy, few enough to keep in memory.
AHEAD = 3


@dataclass(slots=True)
class Pair:
    """The two rule sets of a trial, by folder and id; engines are made when first needed, of
    `loaded` where these rules are at hand already. `digests` are what they must be."""

    before: tuple[Path, str]
    after: tuple[Path, str]
    published_only: bool
    loaded: tuple[RuleSet, RuleSet] | None = None
    digests: tuple[str, str] | None = None
    _engines: dict[bool, tuple[Engine, Engine]] = field(default_factory=dict)

    def engines(self, published_only: bool) -> tuple[Engine, Engine]:
        """The engines of A and B; raises RuleFault where they are no longer the rules compared."""
        published = published_only or self.published_only
        if published not in self._engines:
            before, after = self._rule_sets(published)
            self._engines[published] = Engine(before), Engine(after)
        return self._engines[published]

    def _rule_sets(self, published: bool) -> Sequence[RuleSet]:
        if self.loaded is not None and published == self.published_only:
            return self.loaded
        found = [
            load_rule_set(rules, id, published_only=published)
            for rules, id in (self.before, self.after)
        ]
        now = tuple(each.digest for each in found)
        if published == self.published_only and self.digests not in (None, now):
            message, help = "比较的时候规则文件又改了", "请等修改写完再比较"
            raise RuleFault([Finding("rules_changed", Place("<diff>"), message, help)])
        return found


def try_basket(
    given: Iterable[Given],
    pair: Pair,
    reach: Reach,
    day: int | None = None,
    *,
    processes: int | None = None,
    done: Callable[[int], None] = lambda count: None,
) -> Impact:
    """Try every case on both sides, in order, with `day` as if it were done on that day; `done`
    hears how many more are done.

    The result does not depend on the number of processes. Raises RuleFault where a process ends
    before its work.
    """
    cases = iter(given)
    first = list(itertools.islice(cases, SMALL))
    few = len(first) < SMALL or processes == 1
    if few:
        chunks = _chunks(itertools.chain(first, cases))
        parts: Iterator[Impact] = map(Trial(pair.engines, reach, day).run, chunks)
        return _merged(parts, done)
    count = processes or min(MOST_PROCESSES, len(os.sched_getaffinity(0)))
    return _merged(_in_processes(itertools.chain(first, cases), pair, (reach, day), count), done)


def _merged(parts: Iterable[Impact], done: Callable[[int], None]) -> Impact:
    whole = Impact()
    for part in parts:
        whole.merge(part)
        done(part.cases)
    return whole


def _chunks(given: Iterator[Given]) -> Iterator[list[Given]]:
    while chunk := list(itertools.islice(given, CHUNK)):
        yield chunk


# Several processes ------------------------------------------------------------------------

_ours: list[tuple[Pair, Trial]] = []


def _prepare(pair: Pair, reach: Reach, day: int | None) -> None:
    _ours.append((pair, Trial(pair.engines, reach, day)))


def _run(chunk: list[Given]) -> Impact | tuple[Finding, ...]:
    """The impact, or what is wrong with the rules (an error does not travel whole)."""
    pair, trial = _ours[0]
    try:
        if not gc.get_freeze_count():
            pair.engines(pair.published_only)
            gc.collect()
            gc.freeze()  # the rules stay: looking through them again and again is for nothing
        return trial.run(chunk)
    except LiangfaError as error:
        return error.findings


def _sound(found: Impact | tuple[Finding, ...]) -> Impact:
    if isinstance(found, tuple):
        raise RuleFault(found)
    return found


def _in_processes(
    given: Iterator[Given], pair: Pair, terms: tuple[Reach, int | None], count: int
) -> Iterator[Impact]:
    digests = None if pair.loaded is None else tuple(each.digest for each in pair.loaded)
    bare = Pair(pair.before, pair.after, pair.published_only, digests=digests)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, spawn, _prepare, (bare, *terms)) as pool:
        waiting: deque[Future[Impact | tuple[Finding, ...]]] = deque()
        try:
            for chunk in _chunks(given):
                waiting.append(pool.submit(_run, chunk))
                if len(waiting) > AHEAD * count:
                    yield _sound(waiting.popleft().result())
            while waiting:
                yield _sound(waiting.popleft().result())
        except BrokenProcessPool:
            message = "试算的进程中断，没有得出影响"
            help = "请减少案件再试；仍然如此的，把规则和案件交给开发者"
            raise RuleFault([Finding("trial_failed", Place("<diff>"), message, help)]) from None

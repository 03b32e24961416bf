"""The clock and the memory: medians of interleaved runs, and the resident size of the process."""

from __future__ import annotations

import gc
import resource
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

RUNS = 5
# A run lasts at least this long, so that one hiccup of the machine does not make the figure.
RUN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Timed:
    """The seconds of one unit of work, one entry a run."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The run in the middle."""
        return statistics.median(self.seconds)

    @property
    def rate(self) -> float:
        """Units a second."""
        return 1 / self.median

    @property
    def spread(self) -> float:
        """How far the runs lie apart, as a share of the median."""
        return (max(self.seconds) - min(self.seconds)) / self.median


def timed(work: dict[str, Callable[[], object]], units: int) -> dict[str, Timed]:
    """Time each piece of work (one call = `units` units), taking turns so that all share noise."""
    rounds = {name: _rounds(call) for name, call in work.items()}
    seconds: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(RUNS):
        for name, call in work.items():
            seconds[name].append(_lasting(call, rounds[name]) / rounds[name] / units)
    return {name: Timed(tuple(each)) for name, each in seconds.items()}


def _rounds(call: Callable[[], object]) -> int:
    """How often to call in one run; the calls made here also warm up."""
    call()
    return max(1, round(RUN_SECONDS / min(_lasting(call, 1) for _ in range(3))))


def _lasting(call: Callable[[], object], times: int) -> float:
    gc.collect()
    start = time.perf_counter()
    for _ in range(times):
        call()
    return time.perf_counter() - start


def once(call: Callable[[], object]) -> Timed:
    """Time a slow piece of work, one call a run, without warming up."""
    return Timed(tuple(_lasting(call, 1) for _ in range(RUNS)))


def resident() -> int:
    """The bytes of the process that lie in memory now."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()

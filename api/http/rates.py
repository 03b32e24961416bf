"""How often one caller may ask: a bucket that fills up evenly."""

from __future__ import annotations

import math
from time import monotonic

from api.problems import Problem

MAX_CALLERS = 4096


class Rates:
    """So many requests a minute for each caller and worker; 0 is no limit."""

    def __init__(self, per_minute: int) -> None:
        self._most = per_minute
        self._left: dict[str, tuple[float, float]] = {}

    def blocked(self, caller: str) -> bool:
        """Whether a caller has nothing left, without counting."""
        if not self._most or caller not in self._left:
            return False
        left, then = self._left[caller]
        return left + (monotonic() - then) * self._most / 60 < 1

    def take(self, caller: str) -> None:
        """Count one request; raises Problem when the caller has none left."""
        if not self._most:
            return
        moment = monotonic()
        left, then = self._left.pop(caller, (float(self._most), moment))
        left = min(self._most, left + (moment - then) * self._most / 60)
        self._left[caller] = (max(left - 1, 0.0) if left >= 1 else left, moment)
        if len(self._left) > MAX_CALLERS:
            # The one not seen for longest; its bucket is the fullest.
            del self._left[next(iter(self._left))]
        if left < 1:
            wait = math.ceil((1 - left) * 60 / self._most)
            detail = f"每分钟最多 {self._most} 次；请在 {wait} 秒后再试"
            raise Problem("too_many_requests", detail, headers={"Retry-After": str(wait)})

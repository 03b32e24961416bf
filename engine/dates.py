"""Days of the calendar as integers, and periods of validity."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_number(text: str) -> int:
    """An ISO date as its ordinal day; raises ValueError for what is not on the calendar."""
    if not _ISO.fullmatch(text):
        raise ValueError(text)
    return datetime.date.fromisoformat(text).toordinal()


def years_later(day: int, years: int) -> int:
    """The same date that many years on; the last of February for the 29th where there is none."""
    date = datetime.date.fromordinal(day)
    year = min(date.year + years, datetime.MAXYEAR)
    leap = date.replace(day=28) if (date.month, date.day) == (2, 29) else date
    try:
        return date.replace(year=year).toordinal()
    except ValueError:
        return leap.replace(year=year).toordinal()


def full_months(start: int, end: int) -> int:
    """Whole calendar months from one day to another, downwards; negative when end is earlier."""
    if end < start:
        return -full_months(end, start)
    first, last = datetime.date.fromordinal(start), datetime.date.fromordinal(end)
    months = (last.year - first.year) * 12 + last.month - first.month
    return months if last.day >= first.day else months - 1


def day_text(number: int) -> str:
    """The ISO date of an ordinal day."""
    return datetime.date.fromordinal(number).isoformat()


@dataclass(frozen=True, slots=True)
class Period:
    """Days of validity: `start` is the first day, `end` the last day (None = open)."""

    start: int
    end: int | None

    def holds(self, day: int) -> bool:
        """Whether the day lies in the period."""
        return self.start <= day and (self.end is None or day <= self.end)

    def in_force(self, day: int | None) -> bool:
        """Whether it holds a day; where none is stated, whether it has no end."""
        return self.end is None if day is None else self.holds(day)

    def meets(self, other: Period) -> bool:
        """Whether the two periods share a day."""
        return (self.end is None or other.start <= self.end) and (
            other.end is None or self.start <= other.end
        )

    def within(self, other: Period) -> Period | None:
        """The days that both periods have; None where they share none."""
        if not self.meets(other):
            return None
        ends = [end for end in (self.end, other.end) if end is not None]
        return Period(max(self.start, other.start), min(ends, default=None))

    def without(self, parts: Iterable[Period]) -> Iterator[Period]:
        """The stretches of the period that none of the parts covers, earliest first."""
        start = self.start
        for part in sorted(parts, key=lambda each: each.start):
            if self.end is not None and start > self.end:
                return
            if part.start > start:
                last = part.start - 1
                yield Period(start, last if self.end is None else min(last, self.end))
            if part.end is None:
                return
            start = max(start, part.end + 1)
        if self.end is None or start <= self.end:
            yield Period(start, self.end)

    def document(self) -> dict[str, str | None]:
        """The period as JSON-ready data."""
        return {
            "from": day_text(self.start),
            "until": None if self.end is None else day_text(self.end),
        }

"""The one clock of the doors, and ids that sort by it; the engine has neither."""

from __future__ import annotations

import datetime
import os
import string
import time

_DIGITS = "".join(each for each in string.digits + string.ascii_lowercase if each not in "ilou")

_CHINA = datetime.timezone(datetime.timedelta(hours=8))


def now() -> str:
    """The time as UTC text to the millisecond: 2026-11-25T18:40:00.123Z."""
    at = datetime.datetime.now(datetime.UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def today() -> str:
    """The day in China, where decisions are dated: 2026-11-25."""
    return datetime.datetime.now(_CHINA).date().isoformat()


def new_id() -> str:
    """26 letters and digits: the time in milliseconds, then 80 random bits; sorts by time."""
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10), "big")
    letters = []
    for _ in range(26):
        number, digit = divmod(number, 32)
        letters.append(_DIGITS[digit])
    return "".join(reversed(letters))

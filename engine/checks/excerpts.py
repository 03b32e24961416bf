"""The line a finding is about, with the place marked below it."""

from __future__ import annotations

import re
import unicodedata

from engine.faults import Place

# An excerpt with its indent fits a narrow terminal; of a long line the part around the place stays.
WIDTH = 72
LEAD = 24

_WORD = re.compile(r'"[^"]*"|\'[^\']*\'|[^\s,{}\[\]:]+|.')


def excerpt(text: str, place: Place) -> str | None:
    """The line of a text and, on a second line, a mark under what stands at the place; None where
    the text has no such line."""
    lines = text.splitlines()
    if not 0 < place.line <= len(lines):
        return None
    line = lines[place.line - 1].rstrip()
    at = place.column - 1
    if not 0 <= at < len(line):
        return None
    end = _end(line, at)
    start = len(line) - len(line.lstrip())
    cut = start
    while _columns(line[cut:at]) > LEAD and _columns(line[start:]) > WIDTH:
        cut += 1
    head = "…" if cut > start else ""
    stop = len(line)
    while _columns(head + line[cut:stop]) > WIDTH - 2:
        stop -= 1
    tail = "…" if stop < len(line) else ""
    before = _columns(head + line[cut:at])
    marks = max(1, _columns(line[at : min(end, stop)]))
    return f"{head}{line[cut:stop]}{tail}\n{' ' * before}{'^' * marks}"


def _end(line: str, at: int) -> int:
    """Where what begins at a column ends: a bracket with all in it, a word, a key with its
    value."""
    if line[at] in "{[":
        depth = 0
        for index in range(at, len(line)):
            depth += (line[index] in "{[") - (line[index] in "}]")
            if depth == 0:
                return index + 1
        return len(line)
    found = _WORD.match(line, at)
    end = found.end() if found else at + 1
    valued = line.startswith(": ", end) and end + 2 < len(line)
    return _end(line, end + 2) if valued else end


def _columns(text: str) -> int:
    """How many columns a text takes; a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)

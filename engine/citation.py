"""Where a figure comes from: an article of a law, 《中华人民共和国安全生产法》第九十七条第（七）项,
and a rule with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from engine.faults import Place

_DIGITS = "零一二三四五六七八九"


@cache
def chinese_number(number: int) -> str:
    """A whole number from 1 to 9999 in Chinese numerals as statutes count articles."""
    if not 1 <= number <= 9999:
        raise ValueError(number)
    parts: list[str] = []
    gap = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            if gap and parts:
                parts.append(_DIGITS[0])
            gap = False
            lone_ten = unit == 10 and digit == 1 and not parts
            parts.append(name if lone_ten else _DIGITS[digit] + name)
        else:
            gap = True
    return "".join(parts)


class Citation(NamedTuple):
    """A place in an instrument; `paragraph` is None where the article has only one."""

    law: str
    article: int
    paragraph: int | None
    item: int | None

    def text(self, title: str, *, national: bool) -> str:
        """The citation in full; `national` puts 中华人民共和国 before the title (statutes)."""
        name = f"中华人民共和国{title}" if national else title
        words = f"《{name}》第{chinese_number(self.article)}条"
        if self.paragraph is not None:
            words += f"第{chinese_number(self.paragraph)}款"
        if self.item is not None:
            words += f"第（{chinese_number(self.item)}）项"
        return words


@dataclass(frozen=True, slots=True)
class RuleRef:
    """Where a rule stands: its rule set, its id, its place; `marks` are the line and column of its
    parts, those of a list by number (`basis`, `violates/0`)."""

    set: str
    id: str
    place: Place
    marks: Mapping[str, tuple[int, int]] = field(default_factory=dict, compare=False)

    def at(self, *part: str | int) -> Place:
        """Where a part of the rule stands; the rule itself where it has no such part."""
        mark = self.marks.get("/".join(map(str, part)))
        return self.place if mark is None else Place(self.place.file, *mark)

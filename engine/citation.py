"""How Chinese law cites itself: 《中华人民共和国安全生产法》第九十七条第（七）项."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

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

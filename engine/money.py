"""Money is whole fen inside, yuan at the edge: as a number, in figures, in capitals, as a range."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

FEN = 100
# Below this, a JSON number read as a double still tells every fen apart.
LIMIT = FEN * 2**45


def to_fen(yuan: int | Decimal) -> int:
    """Yuan as whole fen; raises ValueError when there is more than two decimals."""
    fen = Fraction(yuan) * FEN
    if fen.denominator != 1:
        raise ValueError("more than two decimals")
    return int(fen)


def floor_fen(amount: Fraction) -> int:
    """A product cut down to the fen, for the upper end of a range."""
    return amount.numerator // amount.denominator


def ceil_fen(amount: Fraction) -> int:
    """A product raised to the fen, for the lower end of a range."""
    return -(-amount.numerator // amount.denominator)


def half_up_fen(amount: Fraction) -> int:
    """A product rounded to the fen, halves up, for a fixed amount."""
    return floor_fen(amount + Fraction(1, 2))


def kept(fen: int) -> int | None:
    """A sum, or None (not known) beyond what can be written down exactly: no bound was stated."""
    return fen if fen <= LIMIT else None


def yuan_number(fen: int | None) -> int | float | None:
    """Fen as a JSON number of yuan with at most two decimals (exact up to LIMIT fen)."""
    if fen is None:
        return None
    return fen // FEN if fen % FEN == 0 else fen / FEN


@lru_cache(4096)
def yuan_text(fen: int) -> str:
    """Fen as people write it: 30,000元 or 181,342.46元."""
    whole, rest = divmod(fen, FEN)
    return f"{whole:,}元" if not rest else f"{whole:,}.{rest:02d}元"


_CAPITALS = "零壹贰叁肆伍陆柒捌玖"


@lru_cache(4096)
def capital_text(fen: int) -> str:
    """Fen in the capital numerals of decisions and receipts: 贰仟元整, 壹佰元零伍分."""
    yuan, rest = divmod(fen, FEN)
    jiao, fraction = divmod(rest, 10)
    words = _capital_number(yuan) + "元" if yuan else ""
    if not rest:
        return (words or "零元") + "整"
    if jiao:
        words += _CAPITALS[jiao] + "角"
    elif yuan:
        words += _CAPITALS[0]
    return words + (_CAPITALS[fraction] + "分" if fraction else "整")


def _capital_number(number: int) -> str:
    """A whole number above 0 in capitals: groups of four digits, one 零 for every gap."""
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words, gap = "", False
    for place in range(len(groups) - 1, -1, -1):
        group = groups[place]
        if not group:
            gap = bool(words)
            continue
        if words and (gap or group < 1_000):
            words += _CAPITALS[0]
        words += _capital_group(group) + ("", "万", "亿", "兆")[place]
        gap = False
    return words


def _capital_group(group: int) -> str:
    """Up to four digits in capitals; a leading gap is the caller's to tell."""
    words, gap = "", False
    for unit, name in ((1_000, "仟"), (100, "佰"), (10, "拾"), (1, "")):
        digit = group // unit % 10
        if digit:
            words += (_CAPITALS[0] if gap and words else "") + _CAPITALS[digit] + name
            gap = False
        else:
            gap = True
    return words


# Ranges ---------------------------------------------------------------------------------


def fen_range(lo: int | None, hi: int | None) -> str:
    """A range of fen in zh-CN: 30,000元以下 · 100,000元至130,000元 · 181,342.46元."""
    if hi is None:
        return "数额待查" if lo is None else f"{yuan_text(lo)}以上"
    if lo is None or (lo == 0 and hi):
        return f"{yuan_text(hi)}以下"
    return yuan_text(lo) if lo == hi else f"{yuan_text(lo)}至{yuan_text(hi)}"


def capital_range(lo: int | None, hi: int | None) -> str:
    """A range of fen in capitals: 贰仟元整 · 贰仟元整至叁仟元整 · 叁仟元以下."""
    ends = [each for each in (lo, hi) if each]
    capitals = "至".join(capital_text(each) for each in dict.fromkeys(ends))
    below = not lo and hi
    return capitals.removesuffix("整") + "以下" if below else capitals


def fine_text(lo: int | None, hi: int | None) -> str:
    """A fine in zh-CN: 罚款30,000元以下 · 不罚款，或者罚款30,000元以下."""
    if hi == 0:
        return "不罚款"
    if lo == 0 and hi is not None:
        return f"不罚款，或者罚款 {yuan_text(hi)}以下"
    return f"罚款 {fen_range(lo, hi)}"


def below_text(hi: int | None) -> str:
    """A mitigated fine: below the statutory minimum, which is one fen more."""
    return "低于法定最低罚款" if hi is None else f"罚款低于{yuan_text(hi + 1)}"

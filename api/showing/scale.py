"""A range drawn: the statute, the tiers of each layer, where the answer lies; SVG without style.

Positions are in percent, so that a drawing is as wide as its place and its letters keep their size.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import takewhile
from string import ascii_letters, digits

from markupsafe import Markup

from engine.money import fen_range, yuan_text

# How many pixels a drawing has at least: on a phone, and where the style sheet calls it wide.
_NARROW, _WIDE = 280, 520
_NUMBERS = ascii_letters + digits
_LANE = 26
_GAP = 4
# How wide a bar is at least, in hundredths of a percent of the drawing.
_LEAST = 60
# Above the statute: room for the band alone, or for the words over the suggested point too.
_TOP, _TOP_WITH_POINT = 8, 34


@dataclass(frozen=True, slots=True)
class Units:
    """What the numbers of a drawing are: how one is said, and a range; `of` names what they are
    shares of, and `whole` is the number that stands for all of it."""

    one: Callable[[int], str] = yuan_text
    several: Callable[[int | None, int], str] = fen_range
    of: str = ""
    whole: int = 1


def _shares(whole: int, hundred: int, word: str) -> Units:
    def one(share: int) -> str:
        return f"{Decimal(share * hundred) / whole:f}{word}"

    def several(low: int | None, high: int) -> str:
        return one(high) if low == high else f"{one(low or 0)}至{one(high)}"

    return Units(one, several, whole=whole)


# Shares are counted in ten thousandths of the whole.
PERCENT, TIMES = _shares(10_000, 100, "%"), _shares(10_000, 1, "倍")


@dataclass(frozen=True, slots=True)
class Bar:
    """A tier: bounds in the units of the drawing, title, status, whether the facts fall in it."""

    lo: int
    hi: int
    title: str
    status: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Lane:
    """The tiers that one layer publishes or proposes."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """What is drawn, in fen unless `units` are others. `band` is the answer, `point` the suggested
    amount; `note` says what is not drawn, and why."""

    lo: int | None
    hi: int
    lanes: tuple[Lane, ...] = ()
    band: tuple[int, int] | None = None
    point: int | None = None
    units: Units = field(default_factory=Units)
    note: str = ""

    @property
    def words(self) -> str:
        """The same in words."""
        said = self.units.several
        of = f"{self.units.of}的" if self.units.of else ""
        told = [f"法定幅度{of}{said(self.lo, self.hi)}"]
        for lane in self.lanes:
            bars = [f"{each.title}{said(each.lo, each.hi)}" for each in lane.bars]
            told.append(f"{lane.title}：{'，'.join(bars)}")
        here = [each.title for lane in self.lanes for each in lane.bars if each.here]
        if here:
            told.append(f"落在{'、'.join(here)}")
        if self.band is not None:
            told.append(f"本案幅度{said(*self.band)}")
        if self.point is not None:
            told.append(f"建议数额{self.units.one(self.point)}")
        return "；".join(told) + "。"


def svg(scale: Scale, id: str) -> Markup:
    """The drawing, with its words for who cannot see it; `id` is unique on the page."""
    end = max([scale.hi, scale.band[1] if scale.band else 0])
    lanes = [each for each in scale.lanes if each.bars]
    top = _TOP if scale.point is None else _TOP_WITH_POINT
    height = top + 14 + len(lanes) * _LANE + 18
    parts = [
        Markup(
            '<div class="drawn">'
            '<svg class="scale" role="img" aria-labelledby="{0}-t" width="100%" height="{1}">'
            '<title id="{0}-t">{2}</title>'
        ).format(id, height, scale.words),
        *_statute(scale, end, top),
    ]
    for number, lane in enumerate(lanes):
        parts += _lane(lane, end, top + 16 + number * _LANE)
    parts += _ticks(scale, lanes, end, height)
    parts.append(Markup("</svg>"))
    if scale.units.of:
        parts.append(Markup('<p class="help">图上是{}的比例。</p>').format(scale.units.of))
    if scale.note:
        parts.append(Markup('<p class="help">{}</p>').format(scale.note))
    parts.append(Markup("</div>"))
    return Markup("").join(parts)


def _statute(scale: Scale, end: int, top: int) -> Iterator[Markup]:
    low = scale.lo or 0
    yield _rect(0, end, end, top, 10, "axis")
    yield _rect(low, scale.hi, end, top, 10, "statute")
    if scale.band is not None:
        lo, hi = scale.band
        yield _rect(lo, hi, end, top - 3, 16, "band")
    if scale.point is not None:
        at = _percent(scale.point, end)
        yield Markup(
            '<svg x="{}" y="{}" class="over"><path class="point" d="M0-9 7 0 0 9-7 0Z"/></svg>'
        ).format(at, top + 5)
        yield _text(
            scale.point, end, top - 14, f"建议 {scale.units.one(scale.point)}", "said point-said"
        )


def _lane(lane: Lane, end: int, top: int) -> Iterator[Markup]:
    shared = _shared([each.title for each in lane.bars])
    for bar in lane.bars:
        kind = f"tier {bar.status}{' here' if bar.here else ''}"
        yield _rect(bar.lo, bar.hi, end, top, _LANE - _GAP, kind)
        room = bar.hi - bar.lo
        for title, kind in _fitting(bar.title, bar.title[shared:], room, end):
            yield Markup('<text x="{}" y="{}" class="tier-said{}{}">{}</text>').format(
                _percent((bar.lo + bar.hi) // 2, end),
                top + 15,
                " here" if bar.here else "",
                kind,
                title,
            )


def _shared(titles: list[str]) -> int:
    """How many letters the titles of a lane begin with alike, or a lone one before its number."""
    if len(titles) == 1:
        return len(titles[0].rstrip(_NUMBERS))
    return sum(
        1 for _ in takewhile(lambda letters: len(set(letters)) == 1, zip(*titles, strict=False))
    )


def _fitting(title: str, short: str, room: int, end: int) -> Iterator[tuple[str, str]]:
    """The words that fit into a bar, with the class of those for wide or narrow drawings only."""
    if _width(title) * end <= room * _NARROW:
        yield title, ""
        return
    wide = _width(title) * end <= room * _WIDE
    if wide:
        yield title, " roomy"
    if short and _width(short) * end <= room * _NARROW:
        yield short, " brief" if wide else ""


def _ticks(scale: Scale, lanes: Iterable[Lane], end: int, height: int) -> Iterator[Markup]:
    """Amounts under the drawing, the ends first, others where there is room."""
    borders = {bar.hi for lane in lanes for bar in lane.bars} | {scale.lo or 0}
    if scale.band is not None:
        borders |= set(scale.band)
    ranked = [0, end, *sorted(borders, key=lambda each: (each != scale.lo, each))]
    said = scale.units.one
    narrow = _apart(ranked, end, _NARROW, said)
    # A wide drawing shows the same and more.
    wide = _apart([*narrow, *ranked], end, _WIDE, said)
    for amount in sorted(wide):
        kind = "tick" if amount in narrow else "tick roomy"
        yield _text(amount, end, height - 4, said(amount), kind)


def _apart(ranked: list[int], end: int, wide: int, said: Callable[[int], str]) -> list[int]:
    """The amounts, by rank, whose words do not run into each other on so many pixels."""
    shown: list[int] = []
    taken: list[tuple[int, int]] = []
    for amount in dict.fromkeys(ranked):
        at, width = amount * wide // end, _width(said(amount))
        side = _side(amount, end)
        start = at if side == "start" else at - width if side == "end" else at - width // 2
        if all(start >= stop or start + width <= other for other, stop in taken):
            shown.append(amount)
            taken.append((start, start + width))
    return shown


def _width(words: str) -> int:
    """About how many pixels words take, with a little room beside them."""
    return 6 + sum(7 if each.isascii() else 13 for each in words)


def _side(amount: int, end: int) -> str:
    """Which side of its words stands at an amount, so that none stick out at the ends."""
    return "start" if amount * 100 < end * 12 else "end" if amount * 100 > end * 88 else "middle"


def _text(amount: int, end: int, top: int, words: str, kind: str) -> Markup:
    side = _side(amount, end)
    return Markup('<text x="{}" y="{}" text-anchor="{}" class="{}">{}</text>').format(
        _percent(amount, end), top, side, kind, words
    )


def _rect(lo: int, hi: int, end: int, top: int, height: int, kind: str) -> Markup:
    # What has no width is drawn with some, and not beyond the end.
    wide = max((hi - lo) * 10_000 // end, _LEAST)
    at = min(lo * 10_000 // end, 10_000 - wide)
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="3" class="{}"/>').format(
        _hundredths(at), top, _hundredths(wide), height, kind
    )


def _percent(amount: int, end: int) -> str:
    """An amount as a share of the whole, exact to a hundredth of a percent."""
    return _hundredths(amount * 10_000 // end)


def _hundredths(share: int) -> str:
    return f"{share // 100}.{share % 100:02d}%"

"""A range drawn: the statute, the tiers of each layer, where the answer lies; SVG without style.

Positions are in percent, so that a drawing is as wide as its place and its letters keep their size.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup

from engine.money import yuan_text
from engine.wording import fen_range

_LANE = 26
_GAP = 4
# Above the statute: room for the band alone, or for the words over the suggested point too.
_TOP, _TOP_WITH_POINT = 8, 34


@dataclass(frozen=True, slots=True)
class Bar:
    """A tier: bounds in fen, title, status, and whether the facts fall in it."""

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
    """What is drawn; all amounts in fen. `band` is the answer, `point` the suggested amount."""

    lo: int | None
    hi: int
    lanes: tuple[Lane, ...] = ()
    band: tuple[int, int] | None = None
    point: int | None = None

    @property
    def words(self) -> str:
        """The same in words."""
        told = [f"法定幅度{fen_range(self.lo, self.hi)}"]
        for lane in self.lanes:
            bars = [f"{each.title}{fen_range(each.lo, each.hi)}" for each in lane.bars]
            told.append(f"{lane.title}：{'，'.join(bars)}")
        here = [each.title for lane in self.lanes for each in lane.bars if each.here]
        if here:
            told.append(f"落在{'、'.join(here)}")
        if self.band is not None:
            told.append(f"本案幅度{fen_range(*self.band)}")
        if self.point is not None:
            told.append(f"建议数额{yuan_text(self.point)}")
        return "；".join(told) + "。"


def svg(scale: Scale, id: str) -> Markup:
    """The drawing, with its words for who cannot see it; `id` is unique on the page."""
    end = max([scale.hi, scale.band[1] if scale.band else 0])
    lanes = [each for each in scale.lanes if each.bars]
    top = _TOP if scale.point is None else _TOP_WITH_POINT
    height = top + 14 + len(lanes) * _LANE + 18
    parts = [
        Markup(
            '<svg class="scale" role="img" aria-labelledby="{0}-t" width="100%" height="{1}">'
            '<title id="{0}-t">{2}</title>'
        ).format(id, height, scale.words),
        *_statute(scale, end, top),
    ]
    for number, lane in enumerate(lanes):
        parts += _lane(lane, end, top + 16 + number * _LANE)
    parts += _ticks(scale, lanes, end, height)
    parts.append(Markup("</svg>"))
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
        yield _text(scale.point, end, top - 14, f"建议 {yuan_text(scale.point)}", "said point-said")


def _lane(lane: Lane, end: int, top: int) -> Iterator[Markup]:
    for bar in lane.bars:
        kind = f"tier {bar.status}{' here' if bar.here else ''}"
        yield _rect(bar.lo, bar.hi, end, top, _LANE - _GAP, kind)
        if (bar.hi - bar.lo) * 100 >= end * min(15, 4 * len(bar.title)):
            yield Markup('<text x="{}" y="{}" class="tier-said{}">{}</text>').format(
                _percent((bar.lo + bar.hi) // 2, end),
                top + 15,
                " here" if bar.here else "",
                bar.title,
            )


def _ticks(scale: Scale, lanes: Iterable[Lane], end: int, height: int) -> Iterator[Markup]:
    """Amounts under the drawing, the ends first, others where there is room."""
    borders = {bar.hi for lane in lanes for bar in lane.bars} | {scale.lo or 0}
    if scale.band is not None:
        borders |= set(scale.band)
    shown = [0, end]
    for amount in sorted(borders, key=lambda each: (each != scale.lo, each)):
        if all(abs(amount - other) * 100 >= end * 17 for other in shown):
            shown.append(amount)
    for amount in sorted(shown):
        yield _text(amount, end, height - 4, f"{yuan_text(amount)}", "tick")


def _text(amount: int, end: int, top: int, words: str, kind: str) -> Markup:
    side = "start" if amount * 100 < end * 12 else "end" if amount * 100 > end * 88 else "middle"
    return Markup('<text x="{}" y="{}" text-anchor="{}" class="{}">{}</text>').format(
        _percent(amount, end), top, side, kind, words
    )


def _rect(lo: int, hi: int, end: int, top: int, height: int, kind: str) -> Markup:
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" rx="3" class="{}"/>').format(
        _percent(lo, end), top, _percent(hi - lo, end, least=60), height, kind
    )


def _percent(amount: int, end: int, least: int = 0) -> str:
    """An amount as a share of the whole, exact to a hundredth."""
    hundredths = max(amount * 10_000 // end, least)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"

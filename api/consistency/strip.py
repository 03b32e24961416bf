"""A group drawn: every case a point on the line from minimum to maximum, each a link to its case.

Positions are percent of the width, so that the drawing is as wide as its place. Points that would
lie on each other are piled up. Where there are too many to pile, bars stand for them, each a link
to the list of its cases, and only what stands out is drawn as points. Shape tells it apart, not
only colour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from markupsafe import Markup

from api.consistency.answering import Examined
from api.consistency.position import bin_of, percent, position
from api.store import Point
from engine.money import yuan_text

Link = Callable[[Point], str]
More = Callable[[int], str]

PLACES = 50
_PILE = 10
_STEP = 10
_FOOT = 24
_LEFT, _WIDTH = 5, 90
_MOST_APART = 60


def strip(found: Examined, link: Link, more: More, id: str, most: int) -> Markup:
    """The drawing of a group; `link` gives the address of a case, `more` that of all cases at a
    place, `id` is unique on the page, `most` is how many points are drawn one by one."""
    group = found.group
    apart = {(point.record_id, point.position) for point in found.outliers}
    single = len(group.points) <= most
    piles = _piles(group.points, group.order)
    tallest = _PILE
    if single:
        tallest = max((min(len(each), _PILE) for each in piles.values()), default=1)
    height = tallest * _STEP + 10 + _FOOT
    base = height - _FOOT
    parts = [
        Markup(
            '<svg class="strip" role="group" aria-labelledby="{0}-t" width="100%" height="{1}">'
            '<title id="{0}-t">{2}</title>'
        ).format(id, height, words(found)),
        *_ground(found, base),
    ]
    if single:
        for place, pile in piles.items():
            parts += _pile(pile, apart, link, more(place), base)
    else:
        parts += _bars(piles, more, base)
        for point in found.outliers[:_MOST_APART]:
            parts.append(_dot(point, True, link, position(point) or Fraction(0), base - _STEP))
    parts.append(Markup("</svg>"))
    return Markup("").join(parts)


def words(found: Examined) -> str:
    """The drawing in words."""
    spread = found.group.spread
    if spread is None:
        return "没有可以比较的案件。"
    told = [
        f"{spread.n} 件，从最低 {percent(spread.lowest)}% 到最高 {percent(spread.highest)}%",
        f"中位数 {percent(spread.median)}%",
        f"中间一半在 {percent(spread.lower)}% 到 {percent(spread.upper)}% 之间",
    ]
    if found.judged:
        told.append(f"明显不同的 {len(found.outliers)} 件" if found.outliers else "没有明显不同的")
    return "；".join(told) + "。"


def _piles(points: Sequence[Point], order: Sequence[int]) -> dict[int, list[Point]]:
    piles: dict[int, list[Point]] = {}
    for point, at in zip(points, order, strict=True):
        piles.setdefault(bin_of(at, PLACES), []).append(point)
    return dict(sorted(piles.items()))


def _ground(found: Examined, base: int) -> Iterator[Markup]:
    """The line, what is alike, the middle half, the median, and the ends in words."""
    spread, bounds = found.group.spread, found.fences
    if bounds is not None:
        yield _rect(bounds.low, bounds.high, 0, base, "alike")
    if spread is not None:
        yield _rect(spread.lower, spread.upper, base - 3, 6, "middle")
    yield Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" class="axis"/>').format(
        _x(Fraction(0)), _x(Fraction(1)), base, base
    )
    for quarter in range(5):
        at = _x(Fraction(quarter, 4))
        yield Markup('<line x1="{}" x2="{}" y1="{}" y2="{}" class="axis"/>').format(
            at, at, base - 3, base + 3
        )
    for side, part, text in (("middle", Fraction(0), "下限"), ("middle", Fraction(1), "上限")):
        yield Markup('<text x="{}" y="{}" text-anchor="{}" class="tick">{}</text>').format(
            _x(part), base + 18, side, text
        )
    if spread is not None:
        at = _x(spread.median)
        yield Markup('<line x1="{}" x2="{}" y1="0" y2="{}" class="median"/>').format(
            at, at, base + 5
        )
        if Fraction(1, 10) < spread.median < Fraction(9, 10):
            yield Markup('<text x="{}" y="{}" text-anchor="middle" class="tick">{}</text>').format(
                at, base + 18, f"中位 {percent(spread.median)}%"
            )


def _pile(
    pile: Sequence[Point], apart: set[tuple[str, int]], link: Link, more: str, base: int
) -> Iterator[Markup]:
    far_first = sorted(pile, key=lambda each: (each.record_id, each.position) not in apart)
    shown = far_first if len(pile) <= _PILE else far_first[: _PILE - 1]
    at = position(pile[len(pile) // 2]) or Fraction(0)
    for number, point in enumerate(shown):
        far = (point.record_id, point.position) in apart
        yield _dot(point, far, link, at, base - 8 - number * _STEP)
    if len(shown) < len(pile):
        left = len(pile) - len(shown)
        yield Markup(
            '<a href="{}" aria-label="{}"><text x="{}" y="{}" text-anchor="middle" class="more">'
            "+{}</text></a>"
        ).format(more, f"此处另有 {left} 件，看全部", _x(at), base - 4 - (_PILE - 1) * _STEP, left)


def _bars(piles: Mapping[int, Sequence[Point]], more: More, base: int) -> Iterator[Markup]:
    largest = max((len(each) for each in piles.values()), default=1)
    room = base - 4
    for place, pile in piles.items():
        tall = max(3, len(pile) * room // largest)
        yield Markup(
            '<a href="{}"><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" '
            'class="bar"/></a>'
        ).format(
            more(place),
            f"{_part(place)}：{len(pile)} 件",
            _x(Fraction(place + (place == PLACES), PLACES)),
            base - tall,
            _written(Fraction(_WIDTH * 9, PLACES * 10)),
            tall,
        )


def _part(place: int) -> str:
    if place < 0:
        return "低于下限"
    if place == PLACES:
        return "高于上限"
    return f"{percent(Fraction(place, PLACES))}%～{percent(Fraction(place + 1, PLACES))}%"


def _dot(point: Point, far: bool, link: Link, at: Fraction, y: int) -> Markup:
    said = told(point)
    shape = Markup('<path d="M0-7 7 0 0 7-7 0Z"/>') if far else Markup('<circle r="4.5"/>')
    return Markup(
        '<a href="{0}" class="{1}" aria-label="{2}"><title>{2}</title>'
        '<svg x="{3}" y="{4}" class="over">{5}</svg></a>'
    ).format(
        link(point),
        "dot apart" if far else "dot",
        ("明显不同：" if far else "") + said,
        _x(at),
        y,
        shape,
    )


def told(point: Point) -> str:
    """A case in one line; what cannot be seen as □."""
    at = position(point)
    placed = "" if at is None else f"，幅度的 {percent(at)}%"
    office = "".join(each if each.isprintable() else "□" for each in point.office)
    return f"{point.decided_on} {office} {yuan_text(point.fine_fen or 0)}{placed}"


def _rect(low: Fraction, high: Fraction, top: int, height: int, kind: str) -> Markup:
    left, right = _share(low), _share(high)
    return Markup('<rect x="{}" y="{}" width="{}" height="{}" class="{}"/>').format(
        _written(left), top, _written(max(right - left, Fraction(1, 5))), height, kind
    )


def _share(part: Fraction) -> Fraction:
    """A position as percent of the drawing; what is outside the range stands beside its ends."""
    if part < 0:
        return Fraction(_LEFT, 2)
    if part > 1:
        return Fraction(100) - Fraction(_LEFT, 2)
    return _LEFT + part * _WIDTH


def _x(part: Fraction) -> str:
    return _written(_share(part))


def _written(share: Fraction) -> str:
    hundredths = int(share * 100)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"

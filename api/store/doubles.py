"""One decision, recorded here and imported too: it counts once where that is certain.

Certain is what agrees in the number of its document, office, day, item, role and fine. Then the
recorded one counts, whose case can be opened. Likely is what agrees in the number alone, or in all
of the rest where one of the two has no number: that is told, and both count.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter

from sqlalchemy import Connection, func, select

from api.store.points import Point
from api.store.tables import document_numbers, review_points

_STEP = 500

Place = tuple[str, int]
Key = tuple[str, str, str, str, int]

_place = itemgetter(0, 1)
# The key but for the fine: many are looked at, few have anything in common.
_near = itemgetter(*map(Point._fields.index, ("office", "decided_on", "item", "role")))


def key_of(point: Point) -> Key:
    """What of a fine agrees, beside the number, where it is certainly the same."""
    return *_near(point), point.fine_fen or 0


@dataclass(frozen=True, slots=True)
class Double:
    """A recorded fine and an imported one of the same decision."""

    recorded: Point
    imported: Point


@dataclass(frozen=True, slots=True)
class Standing:
    """The fines that count. `same` are those that were also imported, and of which only the
    recorded one counts; `perhaps` may be the same decision, and both count."""

    points: list[Point]
    same: tuple[Double, ...] = ()
    perhaps: tuple[Double, ...] = ()


def told_apart(connection: Connection, found: Sequence[Point], gone: Collection[str]) -> Standing:
    """What counts of the points found; `gone` are the records that do not stand any more. An
    import of a decision that was corrected since does not bring it back."""
    recorded = [point for point in found if point.row is None]
    imported = [point for point in found if point.row is not None and point.record_id not in gone]
    if not recorded or not imported:
        return Standing([point for point in found if point.record_id not in gone])
    pairs = _Pairs(connection, recorded, imported, gone)
    same = tuple(pairs.same())
    left_out = {_place(double.imported) for double in same}
    perhaps = tuple(pairs.perhaps(left_out))
    points = [point for point in found if point.record_id not in gone]
    if left_out:
        points = [point for point in points if _place(point) not in left_out]
    return Standing(points, same, perhaps)


def recorded_keys(connection: Connection, tags: Sequence[str]) -> Iterator[tuple[str, Key]]:
    """The recorded fines under some numbers: each number with what else must agree."""
    table, number = review_points.c, document_numbers.c
    of = (number.record_id == table.record_id) & (number.position == table.position)
    columns = [table[name] for name in Point._fields]
    for start in range(0, len(tags), _STEP):  # both databases limit the length of a list
        query = select(number.tag, *columns).join(document_numbers, of).where(table.row.is_(None))
        for row in connection.execute(query.where(number.tag.in_(tags[start : start + _STEP]))):
            yield row.tag, key_of(Point(*row[1:]))


class _Pairs:
    """Recorded and imported points that have anything in common."""

    def __init__(
        self,
        connection: Connection,
        recorded: Sequence[Point],
        imported: Sequence[Point],
        gone: Collection[str],
    ) -> None:
        near = set(map(_near, imported)).intersection(map(_near, recorded))
        shared = dict(_shared(connection))

        def common(points: Sequence[Point]) -> list[Point]:
            return [point for point in points if _near(point) in near or _place(point) in shared]

        self._imported, some = common(imported), common(recorded)
        self._tags = shared | dict(_tags(connection, [*some, *self._imported]))
        self._certain: dict[tuple[str, Key], list[Point]] = defaultdict(list)
        self._by_tag: dict[str, list[Point]] = defaultdict(list)
        self._by_key: dict[Key, Point] = {}
        self._untagged: dict[Key, Point] = {}
        for point in some:
            key, tag = key_of(point), self._tag(point)
            if tag is not None:
                self._certain[tag, key].append(point)
            if point.record_id in gone:
                continue
            self._by_key.setdefault(key, point)
            if tag is None:
                self._untagged.setdefault(key, point)
            else:
                self._by_tag[tag].append(point)
        for key, points in self._certain.items():
            # What was decided again is one decision: the one that stands, else the last of them.
            stand = [point for point in points if point.record_id not in gone]
            last = [point for point in points if point.record_id == points[-1].record_id]
            self._certain[key] = stand or last

    def same(self) -> Iterator[Double]:
        """Pairs that are certainly the same decision. Rows of one file are different fines: each
        recorded fine is only one of them."""
        taken: Counter[tuple[str | None, Key, str]] = Counter()
        for point in self._imported:
            tag, key = self._tag(point), key_of(point)
            once = (tag, key, point.record_id)
            others = self._certain.get((tag, key), ()) if tag is not None else ()
            if taken[once] < len(others):
                yield Double(others[taken[once]], point)
                taken[once] += 1

    def perhaps(self, left_out: Collection[Place]) -> Iterator[Double]:
        """Of the rest, every imported one with the likeliest recorded one that stands."""
        for point in self._imported:
            if _place(point) not in left_out:
                likely = list(self._likely(point))
                if likely:
                    yield Double(min(likely, key=lambda other: _unlike(point, other)), point)

    def _likely(self, point: Point) -> Iterator[Point]:
        tag, key = self._tag(point), key_of(point)
        if tag is not None:
            yield from self._by_tag.get(tag, ())
        alike = (self._by_key if tag is None else self._untagged).get(key)
        if alike is not None:
            yield alike

    def _tag(self, point: Point) -> str | None:
        return self._tags.get(_place(point))


def _unlike(one: Point, other: Point) -> tuple[int, str, int]:
    differs = [first != second for first, second in zip(key_of(one), key_of(other), strict=True)]
    return sum(differs), other.record_id, other.position


def _shared(connection: Connection) -> Iterator[tuple[Place, str]]:
    """The numbers that stand for more than one point."""
    table = document_numbers.c
    often = select(table.tag).group_by(table.tag).having(func.count() > 1)
    query = select(table.record_id, table.position, table.tag).where(table.tag.in_(often))
    for id, position, tag in connection.execute(query):
        yield (id, position), tag


def _tags(connection: Connection, points: Iterable[Point]) -> Iterator[tuple[Place, str]]:
    """The numbers of the records that some points are of."""
    table = document_numbers.c
    ids = sorted({point.record_id for point in points})
    for start in range(0, len(ids), _STEP):  # both databases limit the length of a list
        query = select(table.record_id, table.position, table.tag)
        query = query.where(table.record_id.in_(ids[start : start + _STEP]))
        for id, position, tag in connection.execute(query):
            yield (id, position), tag

"""What belongs together in two sets of rule files, and on which days it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.dates import Period, day_number
from engine.loading import Folder, Node

# The same thing in A and in B; None where it does not stand.
Pair = tuple[Node | None, Node | None]


def under(node: Node | None, name: str) -> Node | None:
    """What stands under a key, if anything does."""
    if node is None or name not in node:
        return None
    return node[name]


def top(pair: tuple[Folder | None, Folder | None], file: str, key: str) -> Pair:
    """What stands under a key of one of the files at the top of a layer."""
    old, new = (None if each is None else under(each.top.get(file), key) for each in pair)
    return old, new


def members(pair: Pair) -> list[tuple[str, Pair]]:
    """The members of two mappings by their key: those of B in their order, then what is gone."""
    old, new = pair
    keys = dict.fromkeys((*(new.value if new else ()), *(old.value if old else ())))
    return [(key, (under(old, key), under(new, key))) for key in keys]


def elements(pair: Pair, key: str | None = None) -> tuple[list[Node], list[Node]]:
    """The elements of two lists, that stand under a key where one is given."""
    old, new = pair if key is None else (under(pair[0], key), under(pair[1], key))
    return list(old.each()) if old is not None else [], list(new.each()) if new is not None else []


def paired(
    before: Sequence[Node],
    after: Sequence[Node],
    name: Callable[[Node], object],
    *,
    renamed: bool = False,
) -> list[Pair]:
    """The nodes that belong together: of one name; with `renamed`, what is left over in order where
    as many are left on both sides. What is new or changed comes in its order, then what is gone."""
    old = {name(each): each for each in before}
    new = {name(each): each for each in after}
    gone = [each for key, each in old.items() if key not in new]
    come = [key for key in new if key not in old]
    if renamed and len(gone) == len(come):
        old |= dict(zip(come, gone, strict=True))
        gone = []
    pairs: list[Pair] = [(old.get(key), each) for key, each in new.items()]
    return [*pairs, *((each, None) for each in gone)]


def one_of(pair: Pair) -> Node:
    """The node that a pair is named by: that of B where there is one."""
    node = pair[1] or pair[0]
    assert node is not None
    return node


def id_of(node: Node) -> object:
    """The id of a rule."""
    return node.value["id"]


def title_of(node: Node) -> object:
    """The title of a rule."""
    return node.value["title"]


def start_of(node: Node) -> str:
    """The first day of what has one, as text."""
    return str(node.value["effective"]["from"])


# Days -------------------------------------------------------------------------------------


def written_period(node: Node) -> Period:
    """A period of validity as it is written."""
    until = node.get("until")
    return Period(day_number(node.value["from"]), None if until is None else day_number(until))


def period_of(node: Node) -> Period | None:
    """The days of a node, where it is bound to any."""
    written = under(node, "effective")
    return None if written is None else written_period(written)


def all_days(pair: Pair) -> Period | None:
    """The days on which a rule is in force on one side or the other; None where it is not bound to
    days on one of them."""
    known = [period_of(node) for node in pair if node is not None]
    found = [each for each in known if each is not None]
    if not found or len(found) < len(known):
        return None
    ends = [each.end for each in found if each.end is not None]
    return Period(min(each.start for each in found), max(ends) if len(ends) == len(found) else None)


def other_days(old: Period, new: Period) -> Period:
    """From the first to the last day that only one of two periods holds."""
    ends = [each for each in (old.end, new.end) if each is not None]
    last = max(ends) if len(ends) == 2 else None
    first, second = sorted((old.start, new.start))
    if first != second:
        return Period(first, second - 1 if old.end == new.end else last)
    return Period(min(ends) + 1, last) if ends else old

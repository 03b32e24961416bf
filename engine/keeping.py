"""What follows from parts of a rule set alone, worked out once and kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Parts = ParamSpec("Parts")
Key = TypeVar("Key")
Made = TypeVar("Made")

# More than are ever served at once; what is kept holds its parts (the procedures, the laws), never
# a whole rule set.
MOST = 32


def kept(make: Callable[Parts, Made]) -> Callable[Parts, Made]:
    """The function, called once for the parts it is given.

    Parts are known by identity: equal ones that are other objects are worked out anew. The oldest
    go when there are too many. What is made is shared, and not to be changed by who reads it.
    """
    found: dict[tuple[int, ...], tuple[object, Made]] = {}
    lock = threading.Lock()

    @wraps(make)
    def get(*parts: Parts.args, **named: Parts.kwargs) -> Made:
        key = tuple(map(id, parts))
        one = found.get(key)
        if one is None:
            made = make(*parts, **named)
            with lock:
                # The parts are held, so that no other object comes to have their ids.
                one = found.setdefault(key, (parts, made))
                while len(found) > MOST:
                    del found[next(iter(found))]
        return one[1]

    return get


class Filled(dict[Key, Made]):
    """A table that makes each entry when it is first asked for; for keys of which the parts of a
    rule set have only so many."""

    def __init__(self, make: Callable[[Key], Made]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> Made:
        made = self[key] = self._make(key)
        return made

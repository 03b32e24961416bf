"""What is kept for parts of a rule set: made once, never mixed up, never more than so much."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from engine.keeping import MOST, kept


class Part:
    """Something equal to every other of its kind, and yet another object."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Part)

    __hash__ = None  # type: ignore[assignment]


def test_it_is_made_once_for_the_same_part_and_anew_for_an_equal_one() -> None:
    made: list[Part] = []

    @kept
    def number(part: Part) -> int:
        made.append(part)
        return len(made)

    one, other = Part(), Part()
    assert [number(one), number(one), number(other), number(one)] == [1, 1, 2, 1]


def test_many_threads_with_more_parts_than_are_kept_each_get_their_own() -> None:
    @kept
    def own(part: list[int]) -> int:
        return part[0]

    def ask(number: int) -> bool:
        return own([number]) == number

    with ThreadPoolExecutor(8) as crowd:
        assert all(crowd.map(ask, range(200 * MOST)))

"""What weighs how much in a change of rules, and which version must follow it."""

from __future__ import annotations

from collections.abc import Iterable

# From the lightest to the heaviest: only words for people; what results cite and how sure they
# are; anything that can change an outcome.
WEIGHTS = ("wording", "correction", "substantive")

Version = tuple[int, int, int]


def heaviest(weights: Iterable[str]) -> str | None:
    """The heaviest of the weights; None where there is none."""
    return max(weights, key=WEIGHTS.index, default=None)


def weight_of_status(before: str, after: str) -> str:
    """How much a change of status weighs: a proposal has no force, and gives way to what has."""
    if before == after:
        return "wording"
    return "substantive" if "proposal" in (before, after) else "correction"


def parse_version(text: str) -> Version:
    """A calendar version as numbers: year, release of the year, edition of its words."""
    year, release, words = (int(part) for part in text.split("."))
    return year, release, words


def least_version(before: str, weight: str) -> str:
    """The lowest version that may follow `before` after a change of this weight (in the same
    year)."""
    year, release, words = parse_version(before)
    if weight == "wording":
        return f"{year}.{release}.{words + 1}"
    return f"{year}.{release + 1}.0"


def follows(before: str, after: str, weight: str | None) -> bool:
    """Whether a version steps far enough for a change; without a change it may stay, but never
    goes back."""
    if weight is None:
        return parse_version(after) >= parse_version(before)
    return parse_version(after) >= parse_version(least_version(before, weight))

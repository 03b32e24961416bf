"""Facts computed from facts: exact on known values, outward-safe on spans and on unknowns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from engine.conditions import Condition, compile_condition
from engine.dates import full_months
from engine.facts import WHOLE, Number, Span, Value, Values
from engine.keeping import kept
from engine.model import Compute, Derived


def grade(rows: list[tuple[str, Condition]]) -> Compute:
    """The first row that holds; with unknowns, every row that may be the first."""
    asks = [(value, compile_condition(when)) for value, when in rows]

    def compute(values: Values) -> Value | None:
        possible: set[str] = set()
        for value, ask in asks:
            truth = ask(values)
            if truth is not False:
                possible.add(value)
            if truth is True:
                break
        return frozenset(possible)

    return compute


def numeric(kind: str, inputs: tuple[str, ...]) -> Compute:
    """A ratio, days or months of the inputs; unknown where an input is."""
    combine = _COMBINERS[kind]

    def compute(values: Values) -> Value | None:
        spans = [values.get(name) for name in inputs]
        known = [span for span in spans if isinstance(span, Span)]
        return combine(known) if len(known) == len(spans) else None

    return compute


def total(inputs: tuple[str, ...], least: tuple[int, ...], most: int) -> Compute:
    """The sum of the inputs. One that is unknown is at least `least`, so what is known bounds the
    sum from below (up to `most`); unknown only where all of them are."""

    def compute(values: Values) -> Value | None:
        spans = [values.get(name) for name in inputs]
        known = [
            span if isinstance(span, Span) else Span(low, most)
            for span, low in zip(spans, least, strict=True)
        ]
        if not any(isinstance(span, Span) for span in spans):
            return None
        return Span(sum(span.lo for span in known), min(most, sum(span.hi for span in known)))

    return compute


def _tidy(number: Fraction) -> Number:
    return int(number) if number.denominator == 1 else number


def _ratio(spans: list[Span]) -> Span | None:
    """Percent steps of the first over the second; unknown where the second may be 0."""
    of, to = spans
    if to.lo <= 0:
        return None
    return Span(
        _tidy(Fraction(of.lo) * WHOLE / Fraction(to.hi)),
        _tidy(Fraction(of.hi) * WHOLE / Fraction(to.lo)),
    )


def _days(spans: list[Span]) -> Span:
    start, end = spans
    return Span(end.lo - start.hi, end.hi - start.lo)


def _months(spans: list[Span]) -> Span:
    start, end = spans
    earliest, latest = int(start.lo), int(start.hi)
    return Span(full_months(latest, int(end.lo)), full_months(earliest, int(end.hi)))


_COMBINERS: dict[str, Callable[[list[Span]], Span | None]] = {
    "ratio": _ratio,
    "days": _days,
    "months": _months,
}


def with_derived(values: Values, derived: Mapping[str, Derived]) -> Values:
    """The values, to which what follows from them is added."""
    unstated = _derived_of_nothing(derived)
    for name, each in derived.items():
        nothing = values.keys().isdisjoint(each.inputs)
        value = unstated.get(name) if nothing else each.compute(values)
        if value is not None:
            values[name] = value
    return values


@kept
def _derived_of_nothing(derived: Mapping[str, Derived]) -> Values:
    """What follows where nothing is stated: a grade says what it may be."""
    found = {name: each.compute({}) for name, each in derived.items()}
    return {name: value for name, value in found.items() if value is not None}

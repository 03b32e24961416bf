"""What is known for each party of a violation under one edition: what is stated, what is assumed,
what follows from it, and which conditions hold."""

from __future__ import annotations

from typing import NamedTuple

from engine.case import Case, Party, Violation
from engine.double_entry import agreed
from engine.facts import Values
from engine.matching import Matcher
from engine.proving import ProvenItem, Truths


def know(
    proven: ProvenItem, case: Case, violation: Violation, party: Party | None, *, charged: bool
) -> tuple[Values, Values]:
    """The values for one party: stated ones, then assumptions, then what follows from them."""
    firm = case.facts | violation.facts
    if party is not None:
        firm |= party.facts
    values = proven.assumed(charged=charged) | firm
    proven.compute(values)
    proven.compute(firm)
    return values, firm


class Known(NamedTuple):
    """What is known for one party: with assumptions, without them, and which conditions hold."""

    values: Values
    firm: Values
    truths: Truths


class View:
    """A violation under one edition; parties that state nothing the rules read share the answers
    of the others."""

    def __init__(
        self, matcher: Matcher, proven: ProvenItem, case: Case, violation: Violation, charged: bool
    ) -> None:
        self.proven = proven
        self._matcher, self._case, self._violation = matcher, case, violation
        self._charged = charged
        self._shared: Known | None = None

    def known(self, party: Party | None) -> Known:
        """What is known for a party."""
        if self._shared is None:
            self._shared = self._know(None)
        if party is None or not party.facts:
            return self._shared
        own = self.proven.decisive.isdisjoint(party.facts)
        return self._know(party, self._shared.truths if own else None)

    def _know(self, party: Party | None, truths: Truths | None = None) -> Known:
        values, firm = know(self.proven, self._case, self._violation, party, charged=self._charged)
        if truths is None:
            _, truths = agreed(self._matcher, self.proven, values)
        return Known(values, firm, truths)

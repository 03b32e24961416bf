"""An evaluation with all that hangs on it."""

from __future__ import annotations

from api.http.models.common import CaseOrNull, ResultOrNull
from api.http.models.decisions import Decision
from api.http.models.evaluations import Summary
from api.http.models.reviews import Points, Review


class Evaluation(Summary):
    """An evaluation with all that hangs on it; masked says whether names, identifiers and incomes
    were left out for the asking role. Case, its digest, result and points are null once erased."""

    masked: bool
    points: Points | None
    decisions: list[Decision]
    reviews: list[Review]
    case: CaseOrNull
    result: ResultOrNull

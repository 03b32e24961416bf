"""A document in hand beside the record it says it is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from api.documents.code import decided_since
from api.store import Decision, Evaluation, Fault, Store


@dataclass(frozen=True, slots=True)
class Compared:
    """`since` are the decisions recorded after the document was made, None where its code is not
    of this record; `fault` where the record is not as it was written, so that no code says
    anything."""

    since: Sequence[Decision] | None
    fault: Fault | None

    @property
    def verdict(self) -> str:
        """altered | other | earlier | same."""
        if self.fault is not None:
            return "altered"
        if self.since is None:
            return "other"
        return "earlier" if self.since else "same"


def compare(store: Store, record: Evaluation, code: str) -> Compared:
    """Whether a code is that of a record, which somebody may see, and the record what the log
    says."""
    decisions = store.decisions(record.id)
    fault = store.verify_records([record.seq, *(each.seq for each in decisions)])
    return Compared(decided_since(code, record, decisions), fault)

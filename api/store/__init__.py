"""The record of what was evaluated and decided: append-only, sealed, hash-chained."""

from api.store.batches import Batch, Withdrawal
from api.store.comparing import Wanted
from api.store.doubles import Double, Standing
from api.store.errors import (
    Damaged,
    Erased,
    IdempotencyMismatch,
    NotFound,
    StoreError,
    StoreUnavailable,
)
from api.store.importing import Import, Imported, PastDecision
from api.store.opening import begun, open_store
from api.store.points import UNSTATED, Point
from api.store.records import (
    PROGRAM,
    ROLES,
    Actor,
    ApiKey,
    Decision,
    Evaluation,
    Fault,
    Fine,
    HistoryEntry,
    NewEvaluation,
    Review,
    Verification,
)
from api.store.store import Store

__all__ = [
    "PROGRAM",
    "ROLES",
    "UNSTATED",
    "Actor",
    "ApiKey",
    "Batch",
    "Damaged",
    "Decision",
    "Double",
    "Erased",
    "Evaluation",
    "Fault",
    "Fine",
    "HistoryEntry",
    "IdempotencyMismatch",
    "Import",
    "Imported",
    "NewEvaluation",
    "NotFound",
    "PastDecision",
    "Point",
    "Review",
    "Standing",
    "Store",
    "StoreError",
    "StoreUnavailable",
    "Verification",
    "Wanted",
    "Withdrawal",
    "begun",
    "open_store",
]
